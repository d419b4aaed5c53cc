"""A person's word on a bank's line that the machine could not place."""

from uuid import UUID

from django.db import transaction

from payments import policies
from payments.enums import OPEN_ATTEMPT_STATES, LineVerdict, PaymentMethod
from payments.errors import ChargeNotFound, LineAlreadyDecided, LineAmountDiffers, LineOfOwnCharge, NoteMissing
from payments.models import PaymentAttempt, StatementLine
from payments.selectors.statements import line_to_place
from payments.services.locks import lock_attempt, lock_charge
from payments.services.placing import lock_line, take_money
from portal.core import clock
from portal.core.actors import Actor

LONGEST_NOTE = 500


@transaction.atomic
def assign_line(*, actor: Actor, line_id: int, charge_id: UUID | str, note: str = "") -> StatementLine:
    """The line's money is for this charge of an agency whose books the actor keeps.

    It settles the charge, or goes the way of money that came too much. Raises StatementNotFound, LineAlreadyDecided,
    ChargeNotFound, LineOfOwnCharge, LineAmountDiffers.
    """
    line = _lock(actor, line_id)
    charge = lock_charge(charge_id)
    if charge.agency_id is None or not policies.may_read_books(actor, charge.agency_id):
        raise ChargeNotFound
    if not policies.may_place_line(actor, charge):
        raise LineOfOwnCharge
    if line.amount != charge.amount:
        raise LineAmountDiffers(fields={"charge": LineAmountDiffers.default_sentence})
    waiting = charge.attempts.filter(method=PaymentMethod.VIETQR, state__in=OPEN_ATTEMPT_STATES).first()
    attempt: PaymentAttempt | None = lock_attempt(charge, waiting.pk) if waiting is not None else None
    line.verdict = take_money(charge, attempt, line, actor=actor)
    return _sign(actor, line, note)


@transaction.atomic
def set_line_aside(*, actor: Actor, line_id: int, note: str) -> StatementLine:
    """The money pays none of our charges; `note` says what it is or what became of it.

    A line of the wrong amount keeps its verdict: it was meant for us. Raises StatementNotFound, LineAlreadyDecided,
    NoteMissing.
    """
    line = _lock(actor, line_id)
    if not note.strip():
        raise NoteMissing(fields={"note": NoteMissing.default_sentence})
    if line.verdict == LineVerdict.UNKNOWN:
        line.verdict = LineVerdict.NOT_OURS
    return _sign(actor, line, note)


def _lock(actor: Actor, line_id: int) -> StatementLine:
    line_to_place(actor=actor, line_id=line_id)
    line = lock_line(line_id)
    # Who set a line aside by mistake, or a colleague, may still find whose it is.
    is_set_aside = line.verdict == LineVerdict.NOT_OURS
    is_open = line.verdict in (LineVerdict.UNKNOWN, LineVerdict.AMOUNT_DIFFERS) and line.decided_at is None
    if not is_open and not is_set_aside:
        raise LineAlreadyDecided
    return line


def _sign(actor: Actor, line: StatementLine, note: str) -> StatementLine:
    said = [part for part in (line.note, note.strip()) if part]
    # What was said before stays readable, the newest word last and whole.
    line.note = "; ".join(said)[-LONGEST_NOTE:]
    line.decided_by_id = actor.user_id
    line.decided_at = clock.now()
    line.save(update_fields=["verdict", "attempt", "note", "decided_by", "decided_at"])
    return line
