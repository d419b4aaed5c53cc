"""What the morning's mail of an officer says about refunds: proposals that wait for a second person, payments to review.

Told are the accountants and heads of the agencies whose money it is: of proposals they did not make themselves, and of
nothing about their own charges.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from payments.enums import RefundReason, RefundState
from payments.models import Refund
from payments.policies import BOOK_ROLES
from payments.selectors.refunds import attempts_to_review
from portal.core.actors import Actor
from portal.core.money import format_vnd
from portal.notifications.services import MORNING_ROWS, MorningSection, SectionsOf, fills_morning

_URL = "/mot-cua/hoan-tien/"


@fills_morning("payments.refunds", place=50)
def _refunds() -> SectionsOf:
    """Undecided refunds of all agencies, the longest waiting first, in one query."""
    waiting: dict[int, list[tuple[str, int, str, int | None, int | None]]] = defaultdict(list)
    rows = Refund.objects.filter(state=RefundState.PROPOSED, attempt__charge__agency__isnull=False)
    columns = ("attempt__charge__subject_label", "amount", "reason", "proposed_by", "attempt__charge__payer")
    ordered = rows.order_by("proposed_at", "id").values_list("attempt__charge__agency", *columns)
    for agency_id, label, amount, reason, proposed_by, payer in ordered:
        waiting[agency_id].append((label, amount, reason, proposed_by, payer))

    def of_refunds(actor: Actor) -> Iterable[MorningSection]:
        theirs = [
            (label, amount, reason)
            for agency_id in sorted(actor.agencies_as(*BOOK_ROLES))
            for label, amount, reason, proposed_by, payer in waiting.get(agency_id, ())
            if actor.user_id not in (proposed_by, payer)
        ]
        if theirs:
            yield MorningSection(
                _("Đề nghị hoàn tiền chờ duyệt, cộng %(sum)s")
                % {"sum": format_vnd(sum(amount for _label, amount, _reason in theirs))},
                len(theirs),
                [
                    (f"{label}: {format_vnd(amount)}, {RefundReason(reason).label}", None)
                    for label, amount, reason in theirs[:MORNING_ROWS]
                ],
                f"{settings.PUBLIC_URL}{_URL}",
            )

    return of_refunds


@fills_morning("payments.reviews", place=51)
def _reviews() -> SectionsOf:
    """Payments that a provider doubts, or that nobody owed: who pays them, by agency, in one query."""
    payers: dict[int, list[int | None]] = defaultdict(list)
    doubtful = attempts_to_review()
    for agency_id, payer_id in doubtful.order_by().values_list("charge__agency", "charge__payer"):
        payers[agency_id].append(payer_id)

    def of_reviews(actor: Actor) -> Iterable[MorningSection]:
        count = sum(
            payer_id != actor.user_id
            for agency_id in actor.agencies_as(*BOOK_ROLES)
            for payer_id in payers.get(agency_id, ())
        )
        if count:
            yield MorningSection(_("Lần nộp chờ xem xét"), count, [], f"{settings.PUBLIC_URL}{_URL}")

    return of_reviews
