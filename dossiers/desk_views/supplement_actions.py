"""Asking for a supplement: the one the law allows, and the exception that one proposes and another decides."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers import deadlines, notices, services
from dossiers.desk_views.askables import askables_of
from dossiers.desk_views.desk_action import DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.enums import Transition
from dossiers.forms.supplement_desk import DeclineForm, SupplementAskForm, SupplementProposalForm
from dossiers.models import Dossier
from dossiers.policies import Action
from dossiers.services import SupplementItemAsked
from dossiers.services.supplement_requests import EXCEPTION_STATES
from portal.core.templatetags.portal import instant


class RequestSupplement(DeskAction):
    key, action = "yeu-cau-bo-sung", Action.REQUEST_SUPPLEMENT
    transition: ClassVar[Transition | None] = Transition.REQUEST_SUPPLEMENT
    label, button = gettext_lazy("Yêu cầu bổ sung"), gettext_lazy("Gửi yêu cầu bổ sung")
    done = gettext_lazy("Đã gửi yêu cầu bổ sung. Đồng hồ dừng cho đến khi công dân trả lời.")
    form_class = SupplementAskForm
    page = "desk:supplement_ask"
    hint = gettext_lazy("Chọn từng giấy tờ, từng mục của tờ khai, ghi lý do cho mỗi mục, rồi xem trước khi gửi.")

    def obstacle(self, facts: Facts) -> str:
        if facts.supplement is None:
            return ""
        return _("Đã yêu cầu bổ sung lúc %(when)s; quy định chỉ cho phép một lần.") % {
            "when": instant(facts.supplement.requested_at)
        }

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {"groups": askables_of(facts)}

    def tells(self, facts: Facts, items: int = 0) -> Tells:
        answer_by = facts.now + deadlines.SUPPLEMENT_WITHIN
        return Tells(
            [
                _("Cần bổ sung những gì, nguyên văn như bạn ghi, trước %(when)s.") % {"when": instant(answer_by)},
                _("Đồng hồ dừng từ lúc gửi đến khi công dân bổ sung xong; ngày hẹn trả lùi đúng bằng thời gian đó."),
            ],
            self.mail(facts, notices.SUPPLEMENT_REQUESTED, next_date_at=answer_by, facts={"items": items}),
            by_hand=told_by_hand(facts.dossier),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.request_supplement(**common(facts, data), items=asked_items(data), note=data["note"])


class ProposeSupplementException(RequestSupplement):
    key, action = "de-nghi-bo-sung-them", Action.PROPOSE_SUPPLEMENT_EXCEPTION
    transition = None
    label = gettext_lazy("Đề nghị yêu cầu bổ sung thêm một lần")
    button = gettext_lazy("Gửi đề nghị cho người ký")
    done = gettext_lazy("Đã gửi đề nghị. Công dân chưa được báo gì; người ký duyệt rồi yêu cầu mới được gửi.")
    form_class = SupplementProposalForm
    page = "desk:supplement_propose"
    hint = gettext_lazy("Chỉ khi đã hướng dẫn mà bổ sung chưa đúng. Người ký duyệt.")

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state in EXCEPTION_STATES and facts.supplement is not None

    def obstacle(self, facts: Facts) -> str:
        if facts.open_proposal is None:
            return ""
        return _("%(name)s đã đề nghị lúc %(when)s, đang chờ người ký duyệt.") % {
            "name": facts.open_proposal.proposed_by.full_name,
            "when": instant(facts.open_proposal.proposed_at),
        }

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.propose_supplement_exception(
            **common(facts, data), why=data["why"], items=asked_items(data), note=data["note"]
        )


class ApproveSupplementException(DeskAction):
    key, action = "duyet-bo-sung-them", Action.DECIDE_SUPPLEMENT_EXCEPTION
    transition: ClassVar[Transition | None] = Transition.REQUEST_SUPPLEMENT
    label = gettext_lazy("Duyệt yêu cầu bổ sung thêm")
    button = gettext_lazy("Duyệt và gửi yêu cầu")
    done = gettext_lazy("Đã duyệt, yêu cầu bổ sung đã gửi cho công dân.")

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state in EXCEPTION_STATES and facts.open_proposal is not None

    def obstacle(self, facts: Facts) -> str:
        if facts.open_proposal is not None and facts.open_proposal.proposed_by_id == facts.actor.user_id:
            return _("Bạn là người đề nghị, nên người khác phải duyệt.")
        return ""

    def tells(self, facts: Facts) -> Tells:
        items = len(facts.open_proposal.items) if facts.open_proposal is not None else 0
        answer_by = facts.now + deadlines.SUPPLEMENT_WITHIN
        sentence = ngettext(
            "%(count)s mục cần bổ sung, nguyên văn như trong đề nghị, trước %(when)s.",
            "%(count)s mục cần bổ sung, nguyên văn như trong đề nghị, trước %(when)s.",
            items,
        )
        return Tells(
            [
                sentence % {"count": items, "when": instant(answer_by)},
                _("Đồng hồ dừng từ lúc gửi đến khi công dân bổ sung xong; ngày hẹn trả lùi đúng bằng thời gian đó."),
            ],
            self.mail(facts, notices.SUPPLEMENT_REQUESTED, next_date_at=answer_by, facts={"items": items}),
            by_hand=told_by_hand(facts.dossier),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.approve_supplement_exception(**common(facts, data))


class DeclineSupplementException(ApproveSupplementException):
    key = "khong-duyet-bo-sung-them"
    transition = None
    label = gettext_lazy("Không duyệt yêu cầu bổ sung thêm")
    button = gettext_lazy("Không duyệt")
    done = gettext_lazy("Đã trả lời không duyệt. Hồ sơ được giải quyết với những gì đang có.")
    form_class = DeclineForm

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Không báo gì: công dân chưa biết có đề nghị này.")], is_told_by_mail=False)

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.decline_supplement_exception(**common(facts, data), reason=data["reason"])


def asked_items(data: Mapping[str, Any]) -> list[SupplementItemAsked]:
    """What was ticked, in the order of the page."""
    return [
        SupplementItemAsked(reason=reason, component_id=one.component_id, field_key=one.field_key, row=one.row)
        for one, reason in data["items"]
    ]


def told_by_hand(dossier: Dossier) -> list[str]:
    """What the officer does where no mail can tell the applicant; [] where one does."""
    if dossier.applicant_email:
        return []
    phone = dossier.applicant_phone
    told = (
        _("Người nộp không có thư điện tử nên cổng không báo được: hãy gọi điện %(phone)s, hoặc in phiếu đưa tận tay.")
        % {"phone": phone}
        if phone
        else _("Người nộp không có thư điện tử nên cổng không báo được: hãy in phiếu đưa tận tay hoặc gửi bưu điện.")
    )
    if not dossier.is_on_paper:
        return [told]
    return [told, _("Khi người nộp mang giấy tờ đến, bộ phận một cửa ghi ở “Người nộp bổ sung tại quầy”.")]
