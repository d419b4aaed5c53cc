"""What must be answered before something may be decided, and what the plan of the procedure sends by itself."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import transitions
from dossiers.enums import Outcome
from dossiers.errors import BindingHandoffRefused, HandoffAwaited
from dossiers.models import Dossier, Handoff
from dossiers.selectors.plan_progress import due_steps, falls_to_asker, level_of
from dossiers.services.handoffs import OPENABLE_IN, open_handoff
from portal.core.actors import SYSTEM
from portal.core.errors import PortalError
from portal.core.templatetags.portal import instant
from procedures.enums import HandoffOpening

if TYPE_CHECKING:
    from procedures.models import PlannedHandoff


def require_nothing_awaited(dossier: Dossier, *, outcome: str) -> None:
    """Before a decision. Raises HandoffAwaited while an answer that binds is awaited (whatever the outcome), and for a
    grant also when a planned one that binds was never answered; BindingHandoffRefused for a grant against a refusal.
    What the agency would have to ask itself since a merger is its own to decide.
    """
    level = _level(dossier)
    open_ones = [one for one in level if one.is_open and one.is_binding]
    if open_ones:
        raise HandoffAwaited(awaited_sentence(open_ones))
    if outcome != Outcome.GRANTED:
        return
    refused = _refused(dossier, level)
    if refused:
        raise BindingHandoffRefused(
            _("%(agency)s đã từ chối: %(reason)s. Chỉ trả lời công dân là không đồng ý được, hoặc chuyển lại bước này.")
            % {"agency": refused[-1].to_agency.name, "reason": refused[-1].reason.rstrip(".")}
        )
    _require_binding_sent(due_steps(dossier, level))


def require_onward_answered(handoff: Handoff) -> None:
    """Before an answer (a refusal needs nobody): those it was passed on to and whose word binds have answered.

    Raises HandoffAwaited, BindingHandoffRefused.
    """
    dossier = handoff.dossier
    onward = _level(dossier, handoff)
    open_ones = [one for one in onward if one.is_open and one.is_binding]
    if open_ones:
        raise HandoffAwaited(awaited_sentence(open_ones))
    refused = _refused(dossier, onward, handoff)
    if refused:
        raise BindingHandoffRefused(
            _("%(agency)s đã từ chối: %(reason)s. Bạn chỉ từ chối lại được, hoặc chuyển lại bước này.")
            % {"agency": refused[-1].to_agency.name, "reason": refused[-1].reason.rstrip(".")}
        )
    if handoff.planned is not None:
        _require_binding_sent(due_steps(dossier, onward, handoff))


def _level(dossier: Dossier, via: Handoff | None = None) -> list[Handoff]:
    handoffs = dossier.handoffs.select_related("to_agency", "planned__agency").order_by("number")
    return level_of(list(handoffs), via)


def _refused(dossier: Dossier, level: list[Handoff], via: Handoff | None = None) -> list[Handoff]:
    """Binding refusals that nobody answered after all and that do not fall to the asking agency itself by now."""
    answered = {one.planned_id for one in level if one.is_answered}
    return [
        one
        for one in level
        if one.is_refused
        and one.is_binding
        and one.planned_id not in answered
        and not (one.planned is not None and falls_to_asker(one.planned, dossier, level, via))
    ]


def _require_binding_sent(due: "list[PlannedHandoff]") -> None:
    for planned in due:
        if planned.is_binding:
            raise HandoffAwaited(
                _("Chưa chuyển bước liên thông bắt buộc: %(agency)s.") % {"agency": planned.addressee_text}
            )


def awaited_sentence(handoffs: list[Handoff]) -> str:
    """Who is awaited, and until when: "Còn chờ Sở Nội vụ (hẹn ...)"."""
    awaited = "; ".join(
        _("%(agency)s (hẹn trả lời %(when)s)") % {"agency": one.to_agency.name, "when": instant(one.due_at)}
        for one in handoffs
    )
    return _("Còn chờ trả lời bắt buộc của %(who)s.") % {"who": awaited}


def open_planned_handoffs(*, dossier_id: int) -> list[Handoff]:
    """Automatic: send what the procedure plans for now. Run again it sends nothing twice.

    One whose agency cannot be found is left to the case officer, who is offered it and chooses the agency; a grant
    waits for it when it binds.
    """
    sent = []
    for key in _due_keys(dossier_id):
        try:
            with transaction.atomic():
                transitions.lock(dossier_id)
                # Asked again under the lock: another worker may have been faster.
                if key in _due_keys(dossier_id):
                    sent.append(open_handoff(actor=SYSTEM, dossier_id=dossier_id, planned_key=key))
        except PortalError:
            continue
    return sent


def _due_keys(dossier_id: int) -> list[str]:
    dossier = Dossier.objects.select_related("revision", "case", "receiving_agency", "resolving_agency").get(
        pk=dossier_id
    )
    if dossier.state not in OPENABLE_IN:
        return []
    level = _level(dossier)
    sent = {one.planned_id for one in level}
    return [
        planned.key
        for planned in due_steps(dossier, level)
        # What is passed on is sent by hand, also where it has become the dossier's own agency that passes it on.
        if planned.pk not in sent and planned.opens != HandoffOpening.ONWARD
    ]
