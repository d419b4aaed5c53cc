"""What must be answered before something may be decided, and what the plan of the procedure sends by itself."""

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import transitions
from dossiers.enums import HandoffState, Outcome
from dossiers.errors import BindingHandoffRefused, HandoffAwaited
from dossiers.models import Dossier, Handoff
from dossiers.services.handoffs import OPENABLE_IN, open_handoff
from portal.core.actors import SYSTEM
from portal.core.errors import PortalError
from portal.core.templatetags.portal import instant
from procedures import selectors as procedure_selectors
from procedures.enums import HandoffOpening


def require_nothing_awaited(dossier: Dossier, *, outcome: str) -> None:
    """Before a decision. Raises HandoffAwaited while an answer that binds is awaited (whatever the outcome), and for a
    grant also when a planned one that binds was never answered; BindingHandoffRefused for a grant against a refusal.
    """
    handoffs = list(dossier.handoffs.select_related("to_agency", "planned").filter(via__isnull=True))
    open_ones = [one for one in handoffs if one.is_open and one.is_binding]
    if open_ones:
        raise HandoffAwaited(awaited_sentence(open_ones))
    if outcome != Outcome.GRANTED:
        return
    answered = {one.planned_id for one in handoffs if one.is_answered}
    refused = [one for one in handoffs if one.is_refused and one.is_binding and one.planned_id not in answered]
    if refused:
        raise BindingHandoffRefused(
            _("%(agency)s đã từ chối: %(reason)s. Chỉ trả lời công dân là không đồng ý được, hoặc chuyển lại bước này.")
            % {"agency": refused[-1].to_agency.name, "reason": refused[-1].reason.rstrip(".")}
        )
    keys = {one.planned.key for one in handoffs if one.is_answered and one.planned is not None}
    for planned in procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case):
        is_due = planned.opens == HandoffOpening.AT_START or (
            planned.opens == HandoffOpening.AFTER and planned.anchor_key in keys
        )
        if planned.is_binding and is_due and planned.key not in keys:
            raise HandoffAwaited(
                _("Chưa chuyển bước liên thông bắt buộc: %(agency)s.") % {"agency": planned.addressee_text}
            )


def require_onward_answered(handoff: Handoff) -> None:
    """Before an answer (a refusal needs nobody): those it was passed on to and whose word binds have answered.

    Raises HandoffAwaited, BindingHandoffRefused.
    """
    onward = list(handoff.onward.select_related("to_agency", "planned"))
    open_ones = [one for one in onward if one.is_open and one.is_binding]
    if open_ones:
        raise HandoffAwaited(awaited_sentence(open_ones))
    answered = {one.planned_id for one in onward if one.is_answered}
    refused = [one for one in onward if one.is_refused and one.is_binding and one.planned_id not in answered]
    if refused:
        raise BindingHandoffRefused(
            _("%(agency)s đã từ chối: %(reason)s. Bạn chỉ từ chối lại được, hoặc chuyển lại bước này.")
            % {"agency": refused[-1].to_agency.name, "reason": refused[-1].reason.rstrip(".")}
        )
    if handoff.planned is None:
        return
    dossier = handoff.dossier
    for planned in procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case):
        is_mine = planned.opens == HandoffOpening.ONWARD and planned.anchor_key == handoff.planned.key
        if is_mine and planned.is_binding and planned.pk not in answered:
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
    dossier = Dossier.objects.select_related("revision", "case").get(pk=dossier_id)
    if dossier.state not in OPENABLE_IN:
        return []
    known = dossier.handoffs.filter(planned__isnull=False).values_list("planned__key", "state")
    sent = {key for key, _state in known}
    answered = {key for key, state in known if state == HandoffState.ANSWERED}
    return [
        planned.key
        for planned in procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case)
        if planned.key not in sent
        and (
            planned.opens == HandoffOpening.AT_START
            or (planned.opens == HandoffOpening.AFTER and planned.anchor_key in answered)
        )
    ]
