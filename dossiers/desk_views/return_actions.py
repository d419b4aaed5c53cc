"""What the desk does with a finished result: hand it over, send it, take it back; and the draft before it is signed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import deadlines, notices, services
from dossiers.desk_views.desk_action import PLACE_OF_WORDS, DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.looks import unasked_sentence
from dossiers.enums import DossierState, Transition
from dossiers.errors import ResultRevoked
from dossiers.forms import returns as forms
from dossiers.policies import Action
from portal.core.errors import InvalidInput
from portal.core.money import format_vnd
from portal.core.templatetags.portal import instant
from portal.vault.enums import PaperState
from procedures import services as procedure_services
from procedures.enums import TemplateOutcome


def owed_sentence(facts: Facts) -> str:
    """Why nothing is given out yet; "" when nothing is owed."""
    if not facts.owed:
        return ""
    total = format_vnd(sum(charge.amount for charge in facts.owed))
    return _("Hồ sơ còn %(total)s chưa nộp. Thu xong mới trả kết quả được.") % {"total": total}


def _obstacle_to_giving(facts: Facts) -> str:
    """What is owed, or that what was issued was revoked meanwhile; "" when it can be given out."""
    papers = [result.paper_now for result in facts.results]
    if any(paper is not None and paper.state == PaperState.REVOKED for paper in papers):
        return str(ResultRevoked.default_sentence)
    return owed_sentence(facts)


def unasked_fee(facts: Facts) -> str:
    """What a signature lets go for good, because nobody asked for it; "" for nothing."""
    if facts.fee_problem:
        return unasked_sentence(0, facts.fee_problem)
    total = sum(fee.amount or 0 for fee in facts.expected_fees)
    return unasked_sentence(total) if total else ""


class PrepareResult(DeskAction):
    key, action = "soan-ket-qua", Action.PREPARE_RESULT
    label, button = gettext_lazy("Soạn kết quả từ mẫu"), gettext_lazy("Soạn và xem văn bản")
    done = gettext_lazy("Đã soạn dự thảo. Hãy xem văn bản trước khi trình ký hoặc ký.")
    form_class = forms.PrepareResultForm
    lands_on = "desk:result_draft"

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state == DossierState.PROCESSING and bool(facts.result_templates)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        draft = facts.result_draft
        titles = {one.pk: procedure_services.without_places(one.title) for one in facts.result_templates}
        return {
            "templates": [
                (one.pk, f"{titles[one.pk]} ({one.get_outcome_display()})") for one in facts.result_templates
            ],
            "note_needed_by": [
                titles[one.pk]
                for one in facts.result_templates
                if one.outcome == TemplateOutcome.DENIED or procedure_services.demands_note(one)
            ],
            "chosen": draft.template_id if draft is not None else None,
            "note": draft.note if draft is not None else "",
        }

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Không có gì mới: dự thảo là việc trong cơ quan cho đến khi được ký.")],
            is_told_by_mail=False,
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.prepare_result(**common(facts, data), template_id=data["template"], note=data["note"])


class SignDraft(DeskAction):
    """The way to the page where the newest draft is looked at and signed."""

    key, action, transition = "ky-du-thao", Action.RESOLVE, Transition.RESOLVE
    is_main = True
    label, button = gettext_lazy("Xem và ký dự thảo"), gettext_lazy("Xem và ký dự thảo")
    done = gettext_lazy("Đã ký kết quả.")
    page = "desk:result_draft"
    hint = gettext_lazy("Đọc văn bản như sẽ phát hành, rồi ký ngay ở trang đó.")

    def is_open(self, facts: Facts) -> bool:
        return super().is_open(facts) and bool(facts.result_templates) and facts.result_draft is not None

    def heading(self, facts: Facts) -> str:
        draft = facts.result_draft
        if draft is None:
            return super().heading(facts)
        return _("Xem và ký dự thảo: %(title)s") % {"title": draft.title or draft.template.title}

    def obstacle(self, facts: Facts) -> str:
        return facts.awaited

    def tells(self, facts: Facts) -> Tells:
        return Tells()

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        """Nothing is signed unseen: the page of the draft signs."""
        raise InvalidInput(_("Hãy xem dự thảo rồi ký ở trang của dự thảo."))


class HandOverResult(DeskAction):
    key, action, transition = "tra-ket-qua", Action.HAND_OVER_RESULT, Transition.HAND_OVER_RESULT
    is_main = True
    label, button = gettext_lazy("Trả kết quả"), gettext_lazy("Ghi nhận đã trả kết quả")
    done = gettext_lazy("Đã ghi nhận trả kết quả. Hồ sơ hoàn tất.")
    form_class = forms.HandOverForm

    def is_open(self, facts: Facts) -> bool:
        return super().is_open(facts) and facts.dossier.posted_at is None

    def obstacle(self, facts: Facts) -> str:
        return _obstacle_to_giving(facts)

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Không gửi thư. Trang hồ sơ của công dân ghi đã trả kết quả cho ai, ngày giờ và ghi chú của bạn.")],
            is_told_by_mail=False,
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.hand_over_result(
            **common(facts, data),
            note=data["note"],
            receipt=services.Receipt(
                receiver=data["receiver"],
                receiver_name=data["receiver_name"],
                identity_paper=data["identity_paper"],
                identity_number=data["identity_number"],
                authority=data["authority"],
                proof=data["proof"],
                code=data["collection_code"],
            ),
        )


class SendCollectionCode(DeskAction):
    key, action = "gui-ma", Action.SEND_COLLECTION_CODE
    label, button = gettext_lazy("Gửi mã nhận kết quả"), gettext_lazy("Gửi mã cho người nộp")
    done = gettext_lazy("Đã gửi mã. Người nhận đọc mã cho bạn ghi vào phần trả kết quả.")

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state == DossierState.RESOLVED and facts.dossier.posted_at is None

    def obstacle(self, facts: Facts) -> str:
        if not facts.dossier.applicant_email:
            return _("Người nộp không có thư điện tử để gửi mã. Hãy cho ký trên phiếu trả kết quả.")
        return _obstacle_to_giving(facts)

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Mã dùng một lần, có giá trị 30 phút, kèm lời dặn chỉ đọc cho cán bộ đang trả kết quả.")])

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.send_collection_code(**common(facts, data))


class PostResult(DeskAction):
    key, action = "gui-buu-dien", Action.POST_RESULT
    label, button = gettext_lazy("Gửi kết quả qua bưu điện"), gettext_lazy("Ghi nhận đã giao bưu điện")
    done = gettext_lazy("Đã ghi nhận giao bưu điện.")
    form_class = forms.PostResultForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state == DossierState.RESOLVED and facts.dossier.posted_at is None

    def obstacle(self, facts: Facts) -> str:
        return _obstacle_to_giving(facts)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        dossier = facts.dossier
        return {
            "name": dossier.applicant_name,
            "phone": dossier.applicant_phone,
            "address": dossier.delivery_address or dossier.applicant_address,
        }

    def tells(self, facts: Facts) -> Tells:
        words = {"carrier": str(PLACE_OF_WORDS), "tracking_number": str(PLACE_OF_WORDS)}
        return Tells(
            [
                _("Kết quả đã giao bưu điện, kèm số vận đơn."),
                _("Chưa báo đã phát trước %(when)s thì hồ sơ vào danh sách quá hạn của bộ phận một cửa.")
                % {"when": instant(facts.now + deadlines.DELIVERED_WITHIN)},
            ],
            self.mail(facts, notices.RESULT_POSTED, facts=words),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        names = ("carrier", "tracking_number", "recipient_name", "phone", "address", "on")
        services.post_result(**common(facts, data), **{name: data[name] for name in names})


class NoteDelivery(DeskAction):
    key, action, transition = "buu-dien-da-phat", Action.HAND_OVER_RESULT, Transition.HAND_OVER_RESULT
    is_main = True
    label, button = gettext_lazy("Bưu điện đã phát"), gettext_lazy("Ghi nhận đã phát")
    done = gettext_lazy("Đã ghi nhận bưu điện phát kết quả. Hồ sơ hoàn tất.")
    form_class = forms.DeliveredForm

    def is_open(self, facts: Facts) -> bool:
        return super().is_open(facts) and facts.dossier.posted_at is not None

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Bưu điện đã phát kết quả; chưa nhận được thì báo lại bộ phận một cửa.")],
            self.mail(facts, notices.RESULT_DELIVERED),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.note_delivery(**common(facts, data), on=data["on"], note=data["note"])


class TakeResultBack(DeskAction):
    key, action = "chuyen-hoan", Action.TAKE_RESULT_BACK
    label, button = gettext_lazy("Bưu điện chuyển hoàn"), gettext_lazy("Ghi nhận chuyển hoàn")
    done = gettext_lazy("Đã ghi nhận chuyển hoàn. Kết quả chờ ở bộ phận một cửa.")
    form_class = forms.CameBackForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state == DossierState.RESOLVED and facts.dossier.posted_at is not None

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Kết quả bị chuyển hoàn, vì sao, và mời đến nhận tại bộ phận một cửa hoặc báo lại địa chỉ.")],
            self.mail(facts, notices.RESULT_CAME_BACK, note=str(PLACE_OF_WORDS)),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.take_result_back(**common(facts, data), reason=data["reason"], on=data["on"])


class KeepSignedSlip(DeskAction):
    key, action = "luu-phieu-ky", Action.SCAN_SIGNED_SLIP
    label, button = gettext_lazy("Lưu phiếu trả kết quả đã ký"), gettext_lazy("Lưu bản quét")
    done = gettext_lazy("Đã lưu phiếu đã ký.")
    form_class = forms.SignedSlipForm

    def is_open(self, facts: Facts) -> bool:
        return facts.hand_over is not None and facts.hand_over.awaits_scan

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Không có gì mới: phiếu đã ký lưu trong hồ sơ.")], is_told_by_mail=False)

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.keep_signed_slip(**common(facts, data), upload=data["upload"])
