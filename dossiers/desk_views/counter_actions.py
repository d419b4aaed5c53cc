"""What an officer does for a citizen at the counter after the filing: a withdrawal they asked for, a scan of their paper."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import notices, services
from dossiers.desk_views.desk_action import PLACE_OF_WORDS, DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.enums import Transition
from dossiers.forms.counter_actions import DigitiseForm, WithdrawAtCounterForm
from dossiers.models import DossierComponent
from dossiers.policies import Action


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
