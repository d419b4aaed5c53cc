"""Reads of payments. Templates and neighbours only display what comes from here."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from payments.enums import AttemptState, MessageKind
from payments.errors import ChargeNotFound
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.core.actors import Actor


def charges_for(subject: str) -> QuerySet[Charge]:
    """All charges of a subject ("dossier:42"), oldest first; who may see them is the caller's rule."""
    return Charge.objects.filter(subject=subject).order_by("created_at", "id")


def charge_of_payer(*, actor: Actor, charge_id: UUID | str) -> Charge:
    """The actor's own charge with `attempts` prefetched, oldest first. Raises ChargeNotFound for anybody else's."""
    if actor.user_id is None:
        raise ChargeNotFound
    charge = (
        Charge.objects.filter(pk=charge_id, payer_id=actor.user_id)
        .prefetch_related(Prefetch("attempts", PaymentAttempt.objects.order_by("created_at", "id")))
        .first()
    )
    if charge is None:
        raise ChargeNotFound
    return charge


def settling_attempt(charge: Charge) -> PaymentAttempt | None:
    """The attempt that paid the charge, or None while it is owed. Uses prefetched attempts where there are any."""
    return next((attempt for attempt in charge.attempts.all() if attempt.state == AttemptState.SUCCEEDED), None)


def latest_return_of(attempt: PaymentAttempt) -> ProviderMessage | None:
    """The last authentic message the payer's browser brought back for this attempt; it proves nothing, it only
    tells."""
    return attempt.messages.filter(kind=MessageKind.RETURN, is_authentic=True).order_by("-id").first()
