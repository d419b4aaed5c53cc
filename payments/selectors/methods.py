"""Which ways of paying online there are, and the transfer a payer was asked for."""

from payments.enums import COUNTER_METHODS, AttemptStanding, AttemptState, PaymentMethod
from payments.gateways import gateway_named
from payments.models import Charge, PaymentAttempt
from payments.selectors.receiving_accounts import account_for
from portal.core import clock


def online_methods(charge: Charge | None = None) -> list[PaymentMethod]:
    """The methods whose gateway is there and has its keys, in the order they are offered; of a charge also a transfer to
    its agency's own account. No query where the portal itself has an account."""
    return [method for method in PaymentMethod if method not in COUNTER_METHODS and _is_offered(method, charge)]


def _is_offered(method: PaymentMethod, charge: Charge | None) -> bool:
    try:
        gateway = gateway_named(method)
    except KeyError:
        return False
    if gateway.is_configured():
        return True
    return not gateway.is_redirecting and charge is not None and account_for(charge.agency_id) is not None


# The end is certain: the money is here, or has gone back.
_KNOWN_ENDS = frozenset({AttemptState.SUCCEEDED, AttemptState.RETURNED, AttemptState.REVERSED})


def can_be_asked_about(attempt: PaymentAttempt) -> bool:
    """Is there a provider that answers, and a doubt it could end? Money it contradicted itself about is in doubt too. No
    query."""
    is_certain = attempt.state in _KNOWN_ENDS or attempt.received_amount > 0
    if is_certain and attempt.standing != AttemptStanding.CONTRADICTED:
        return False
    try:
        gateway = gateway_named(attempt.provider)
    except KeyError:
        return False
    return gateway.can_be_asked and gateway.is_configured()


def open_transfer(charge: Charge) -> PaymentAttempt | None:
    """The try of an owed charge that waits for a transfer and has not expired. Uses prefetched attempts."""
    if not charge.is_owed:
        return None
    now = clock.now()
    return next(
        (
            attempt
            for attempt in charge.attempts.all()
            if attempt.method == PaymentMethod.VIETQR
            and attempt.is_open
            and attempt.expires_at is not None
            and attempt.expires_at > now
        ),
        None,
    )
