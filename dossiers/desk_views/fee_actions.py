"""What an officer does about what is owed: count units, decide a claim to pay less, grant one shown at the desk."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import notices, services
from dossiers.desk_views.desk_action import PLACE_OF_WORDS, DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.forms import fees as forms
from dossiers.policies import Action
from portal.core.money import format_vnd
from procedures.selectors import Quote


class NoteQuantity(DeskAction):
    key, action = "ghi-so-luong", Action.NOTE_QUANTITY
    label, button = gettext_lazy("Ghi số lượng để tính phí"), gettext_lazy("Ghi số lượng")
    done = gettext_lazy("Đã ghi số lượng và tính lại phí.")
    form_class = forms.NoteQuantityForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.is_open and bool(facts.dues.to_count)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {
            "counted": [
                (
                    fee.rule.pk,
                    f"{fee.label} ({fee.rule.unit})"
                    + ("" if fee.quantity is None else ", " + _("đã ghi %(quantity)d") % {"quantity": fee.quantity}),
                )
                for fee in facts.dues.to_count
            ]
        }

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [
                _("Trang hồ sơ ghi số lượng và cách tính."),
                _("Khoản thu trước khi tiếp nhận được gửi yêu cầu nộp ngay; khoản đã yêu cầu được thay bằng số mới."),
                _("Của khoản đã nộp chỉ ghi được số ít hơn; phần nộp thừa được chuyển kế toán để hoàn."),
            ],
            is_told_by_mail=False,
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.note_quantity(**common(facts, data), rule_id=data["fee"], quantity=data["quantity"])


class DecideRelief(DeskAction):
    key, action = "mien-giam", Action.DECIDE_RELIEF
    is_main = True
    label, button = gettext_lazy("Quyết định miễn, giảm phí"), gettext_lazy("Ghi quyết định")
    done = gettext_lazy("Đã quyết định đề nghị miễn, giảm.")
    form_class = forms.DecideReliefForm

    def is_open(self, facts: Facts) -> bool:
        claim = facts.dues.claim
        return facts.dossier.is_open and claim is not None and claim.is_undecided

    def tells(self, facts: Facts) -> Tells:
        claim = facts.dues.claim
        assert claim is not None
        granted = facts.dues.quote_with(claim.category_key)
        return Tells(
            [
                _("Đề nghị: %(who)s.") % {"who": claim.category_name},
                _("Chấp nhận: còn phải nộp %(amount)s. Không chấp nhận: %(full)s.")
                % {"amount": _total(granted), "full": _total(facts.dues.quote)},
            ],
            self.mail(facts, notices.RELIEF_ACCEPTED, note=str(PLACE_OF_WORDS)),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.decide_relief(**common(facts, data), accepts=data["decision"] == "accept", reason=data["reason"])


class GrantRelief(DeskAction):
    key, action = "mien-giam-tai-quay", Action.DECIDE_RELIEF
    label, button = gettext_lazy("Miễn, giảm phí tại quầy"), gettext_lazy("Ghi nhận miễn, giảm")
    done = gettext_lazy("Đã ghi nhận miễn, giảm.")
    form_class = forms.GrantReliefForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.is_open and facts.dues.claim is None and bool(facts.dues.reliefs_to_claim)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {"categories": [(one.key, f"{one.name}. {one.proof}") for one in facts.dues.reliefs_to_claim]}

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [
                _("Bạn đã xem giấy tờ chứng minh của người nộp."),
                _("Khoản chưa nộp được thay bằng số mới; khoản đã nộp thừa do kế toán hoàn."),
            ],
            self.mail(facts, notices.RELIEF_ACCEPTED, note=str(PLACE_OF_WORDS)),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.grant_relief_at_desk(**common(facts, data), category_key=data["category"], reason=data["reason"])


def _total(quote: Quote) -> str:
    return _("chưa xác định") if quote.total is None else format_vnd(quote.total)
