"""Reads of feedback: one, the officers' lists by date, what was published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.feedback.enums import HANDLERS, LEADERS, OVERSEERS
from portal.feedback.enums import FeedbackState as S
from portal.feedback.errors import FeedbackNotFound
from portal.feedback.models import Feedback, FeedbackEntry, FeedbackFile

PAGE_SIZE = 50
PUBLIC_PAGE_SIZE = 20
TO_DO, WAITING, LATE, DONE = "can-lam", "cho-bo-sung", "tre-han", "da-xong"
LISTS = (TO_DO, WAITING, LATE, DONE)
"""The agency's turn; the sender's; what is late, for heads also right below them; over."""


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """One page of a list; `next_cursor` is "" on the last one."""

    rows: Sequence[Feedback]
    next_cursor: str


def works_on_feedback(actor: Actor) -> bool:
    return bool(actor.agencies_as(*HANDLERS))


def feedback_for_officer(*, actor: Actor, number: str) -> Feedback:
    """By number, if this officer may see it. Raises FeedbackNotFound."""
    found = _with_journal(Feedback.objects.visible_to(actor)).filter(number=number.replace("\x00", "")).first()
    if found is None:
        raise FeedbackNotFound
    return found


def is_seen_by(actor: Actor, feedback_id: int) -> bool:
    """May this officer (still) see it?"""
    return Feedback.objects.visible_to(actor).filter(pk=feedback_id).exists()


def feedback_by_public_id(public_id: UUID) -> Feedback:
    """For who has proved that they may see it (`services.Proof`). Raises FeedbackNotFound."""
    found = _with_journal(Feedback.objects.all()).filter(public_id=public_id).first()
    if found is None:
        raise FeedbackNotFound
    return found


def _with_journal(rows: QuerySet[Feedback]) -> QuerySet[Feedback]:
    files = FeedbackFile.objects.select_related("document").prefetch_related("document__signature_checks")
    lines = FeedbackEntry.objects.select_related("agency").prefetch_related(Prefetch("files", files))
    return rows.select_related("agency").prefetch_related(Prefetch("journal", lines.order_by("sequence")))


def file_of(feedback: Feedback, file_id: int) -> FeedbackFile:
    """A file of this feedback. Raises FeedbackNotFound."""
    found = FeedbackFile.objects.select_related("document").filter(pk=file_id, entry__feedback=feedback).first()
    if found is None:
        raise FeedbackNotFound
    return found


def feedback_page(actor: Actor, *, which: str, cursor: str = "") -> FeedbackPage:
    """`PAGE_SIZE` rows: what is owed by its date, the most urgent first; what is over, the latest first."""
    now = clock.now()
    rows = Feedback.objects.visible_to(actor).select_related("agency")
    key = read_cursor(cursor)
    if which == DONE:
        rows = rows.filter(next_due_at__isnull=True, agency_id__in=actor.agencies_as()).order_by("-submitted_at", "-id")
        if key is not None:
            rows = rows.filter(submitted_at__lte=key[0]).exclude(submitted_at=key[0], pk__gte=key[1])
    else:
        rows = rows.filter(_condition(which, now), next_due_at__isnull=False).order_by("next_due_at", "id")
        if which == LATE:
            # The agency's own, for who leads; what lies right below, for the head above.
            led = Q(agency_id__in=actor.agencies_as(*LEADERS))
            rows = rows.filter(led | Q(agency__parent_id__in=actor.agencies_as(*OVERSEERS)))
        else:
            rows = rows.filter(agency_id__in=actor.agencies_as())
        if key is not None:
            rows = rows.filter(next_due_at__gte=key[0]).exclude(next_due_at=key[0], pk__lte=key[1])
    found = list(rows[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if not more:
        return FeedbackPage(found, "")
    last = found[-1]
    return FeedbackPage(
        found, write_cursor((last.next_due_at if which != DONE else None) or last.submitted_at, last.pk)
    )


def rows_to_do(actor: Actor, *, most: int) -> list[tuple[str, datetime | None]]:
    """Number and date of what is the turn of the actor's agencies, the most urgent first; `most` at most. One query."""
    rows = Feedback.objects.visible_to(actor).filter(
        _condition(TO_DO, clock.now()), next_due_at__isnull=False, agency_id__in=actor.agencies_as()
    )
    return list(rows.order_by("next_due_at", "id").values_list("number", "next_due_at")[:most])


def rows_among(actor: Actor, keys: Collection[int]) -> list[tuple[int, str]]:
    """Primary key and number of those that the actor's agencies have and the actor sees. One query, none for no keys."""
    if not keys:
        return []
    rows = Feedback.objects.visible_to(actor).filter(pk__in=sorted(keys), agency_id__in=actor.agencies_as())
    return list(rows.order_by("number").values_list("pk", "number"))


def _condition(which: str, now: datetime) -> Q:
    waits_for_sender = Q(state=S.MORE_ASKED, next_due_at__gte=now)
    if which == WAITING:
        return waits_for_sender
    if which == LATE:
        # After their time the sender is waited for no longer, and `answer_by` has counted it.
        return Q(next_due_at__lt=now) & (~Q(state=S.MORE_ASKED) | Q(answer_by__lt=now))
    return ~waits_for_sender


def agencies_that_ended() -> list[Agency]:
    """Agencies that are in force no longer and still owe something. One query."""
    owing = Feedback.objects.filter(next_due_at__isnull=False).values("agency_id")
    ended = Agency.objects.filter(pk__in=owing).exclude(pk__in=account_selectors.agencies_in_force().values("pk"))
    return list(ended.order_by("pk"))


def own_feedback(user_id: int) -> list[Feedback]:
    """What somebody sent with their account, the latest first."""
    return list(Feedback.objects.filter(sender_id=user_id).select_related("agency").order_by("-id")[:PAGE_SIZE])


def published_page(cursor: str = "") -> FeedbackPage:
    """Answers that everybody may read, the latest first."""
    rows = Feedback.objects.published().select_related("agency").order_by("-published_at", "-id")
    key = read_cursor(cursor)
    if key is not None:
        rows = rows.filter(published_at__lte=key[0]).exclude(published_at=key[0], pk__gte=key[1])
    found = list(rows.only("number", *_PUBLIC)[: PUBLIC_PAGE_SIZE + 1])
    more, found = len(found) > PUBLIC_PAGE_SIZE, found[:PUBLIC_PAGE_SIZE]
    last = found[-1] if found else None
    following = write_cursor(last.published_at, last.pk) if more and last is not None and last.published_at else ""
    return FeedbackPage(found, following)


# What nobody reviewed for publishing is not even read.
_PUBLIC = ("public_title", "public_question", "public_answer", "published_at", "kind", "agency__name")


def published_one(number: str) -> Feedback:
    """Raises FeedbackNotFound for whatever is not public (any more)."""
    rows = Feedback.objects.published().select_related("agency").only("number", *_PUBLIC)
    found = rows.filter(number=number.replace("\x00", "")).first()
    if found is None:
        raise FeedbackNotFound
    return found
