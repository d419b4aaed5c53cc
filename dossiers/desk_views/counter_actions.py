"""What an officer does for a citizen at the counter after the filing: a withdrawal they asked for, a scan of their paper."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import notices, services
from dossiers.desk_views.desk_action import PLACE_OF_WORDS, DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.enums import Transition
from dossiers.forms.counter_actions import AskedItem, DigitiseForm, SupplementAtDeskForm, WithdrawAtCounterForm
from dossiers.models import DossierComponent
from dossiers.policies import Action
from portal.core.errors import InvalidInput
from procedures.enums import DocumentKind


class WithdrawAtCounter(DeskAction):
    key, action, transition = "rut-ho-so", Action.WITHDRAW, Transition.WITHDRAW
    label, button = gettext_lazy("Người nộp xin rút hồ sơ"), gettext_lazy("Ghi nhận rút hồ sơ")
    done = gettext_lazy("Đã ghi nhận người nộp rút hồ sơ.")
    form_class = WithdrawAtCounterForm
    is_final = True

    def is_open(self, facts: Facts) -> bool:
        # The applicant has a page of their own for this, also when they are an officer of the desk.
        return super().is_open(facts) and facts.dossier.applicant_id != facts.actor.user_id

    def tells(self, facts: Facts) -> Tells:
        sentences = [_("Hồ sơ đã rút theo yêu cầu của người nộp, cán bộ một cửa ghi lại tại quầy.")]
        if facts.owed:
            sentences.append(_("Khoản chưa nộp được hủy, công dân không phải nộp nữa."))
        return Tells(sentences, self.mail(facts, notices.WITHDRAWN, note=str(PLACE_OF_WORDS)))

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.withdraw(**common(facts, data), reason=data["reason"])


class SupplementAtDesk(DeskAction):
    key, action = "nop-bo-sung", Action.ANSWER_SUPPLEMENT
    transition: ClassVar[Transition | None] = Transition.ANSWER_SUPPLEMENT
    label, button = gettext_lazy("Người nộp bổ sung tại quầy"), gettext_lazy("Ghi nhận đã bổ sung")
    done = gettext_lazy("Đã ghi nhận phần bổ sung. Đồng hồ tính hạn chạy tiếp.")
    form_class = SupplementAtDeskForm

    def is_open(self, facts: Facts) -> bool:
        # Whoever filed it has a page of their own for this, also when they are an officer of the desk.
        return super().is_open(facts) and facts.dossier.applicant_id != facts.actor.user_id

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {"items": _asked(facts)}

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [
                _("Phần bổ sung đã nộp tại quầy, cán bộ một cửa ghi lại, kèm nguyên văn lời người nộp."),
                _("Đồng hồ chạy tiếp; ngày hẹn trả lùi đúng bằng thời gian đã chờ."),
            ],
            self.mail(facts, notices.SUPPLEMENT_ANSWERED, due_at=services.due_if_answered(facts.dossier, at=facts.now)),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        asked = _asked(facts)
        brought = {
            one.pk: services.BroughtToDesk(
                note=data[f"loi-{one.pk}"],
                originals=data.get(f"chinh-{one.pk}") or 0,
                copies=data.get(f"sao-{one.pk}") or 0,
                scans=tuple(data.get(f"giay-{one.pk}") or ()),
            )
            for one in asked
        }
        try:
            services.record_supplement_at_desk(**common(facts, data), brought=brought, note=data["note"])
        except InvalidInput as refusal:
            # Browsers keep no chosen file: it is said where one must be chosen again.
            again = {f"giay-{pk}": _CHOOSE_AGAIN for pk, one in brought.items() if one.scans}
            raise InvalidInput(fields={**again, **_beside_fields(refusal)}) from refusal


_CHOOSE_AGAIN = gettext_lazy("Hãy chọn lại tệp: trình duyệt không giữ tệp đã chọn.")
_PLACES = {"item": "loi", "sheets": "chinh", "scans": "giay"}


def _beside_fields(refusal: InvalidInput) -> dict[str, Any]:
    found = {}
    for place, sentence in refusal.fields.items():
        kind, _colon, pk = place.partition(":")
        found[f"{_PLACES.get(kind, kind)}-{pk}"] = sentence
    return found


def _asked(facts: Facts) -> list[AskedItem]:
    """What the open request asks for, in its order."""
    request = facts.supplement
    if request is None or request.is_answered:
        return []
    kinds = {slot.pk: slot.required_document.kind for slot in facts.components}
    return [
        AskedItem(
            pk=item.pk,
            what=item.what,
            takes_sheets=kinds.get(item.component_id or 0) in services.PAPER_KINDS,
            takes_files=kinds.get(item.component_id or 0) == DocumentKind.UPLOAD,
        )
        for item in request.items.all()
    ]


class DigitisePaper(DeskAction):
    key, action = "so-hoa", Action.DIGITISE
    label, button = gettext_lazy("Số hóa giấy tờ"), gettext_lazy("Thêm bản quét")
    done = gettext_lazy("Đã thêm bản quét.")
    form_class = DigitiseForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.is_open and bool(_not_scanned(facts))

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {"components": [(slot.pk, slot.required_document.name) for slot in _not_scanned(facts)]}

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Không gửi thư. Bản quét hiện trong danh sách giấy tờ của hồ sơ, kèm tên bạn và giờ quét.")],
            is_told_by_mail=False,
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.digitise_paper(**common(facts, data), component_id=data["component"], upload=data["upload"])


def _not_scanned(facts: Facts) -> list[DossierComponent]:
    """Slots whose paper lies at the desk and that have no file."""
    return [slot for slot in facts.components if slot.has_paper_kept and not slot.shown_files]  # type: ignore[attr-defined]
