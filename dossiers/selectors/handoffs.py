"""Reads of handoffs: one, those of a dossier, worklists by due date, the late ones, what may be shared of a dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from dossiers.enums import OPEN_HANDOFF_STATES
from dossiers.errors import HandoffNotFound
from dossiers.models import Dossier, DossierFile, Handoff, HandoffFile, HandoffObligation
from dossiers.selectors.plan_progress import due_steps, falls_to_asker, level_of
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from procedures import selectors as procedure_selectors
from procedures.enums import HandoffOpening

PAGE_SIZE = 50
MOST_NUMBER = 32_000
"""No dossier has more handoffs than the column can count."""
_ENDED = ("answered", "refused", "recalled", "closed")
# What a list never shows, and what must not travel with a handoff to whom its dossier is closed.
_NOT_LISTED = ("dossier__answers", "dossier__raw_invalid", "dossier__due_trace", "due_trace")


@dataclass(frozen=True, slots=True)
class HandoffPage:
    """One page of a list; `next_cursor` is empty on the last page."""

    rows: Sequence[Handoff]
    next_cursor: str


def handoff_of(*, actor: Actor, code: str, number: int) -> Handoff:
    """The handoff with the number in the dossier with the code, if this actor may see it. Raises HandoffNotFound."""
    if "\x00" in code or number > MOST_NUMBER:
        raise HandoffNotFound
    found = (
        Handoff.objects.visible_to(actor)
        .filter(dossier__code=code, number=number)
        .select_related(
            *("dossier__revision__procedure", "dossier__offering", "dossier__case", "from_agency", "to_agency"),
            *("planned", "via", "assignee", "sent_by", "closed_by"),
        )
        .prefetch_related(
            Prefetch("files", HandoffFile.objects.select_related("document")),
            Prefetch("obligations", HandoffObligation.objects.select_related("charge")),
        )
        .first()
    )
    if found is None:
        raise HandoffNotFound
    return found


def handoff_with_answer(*, actor: Actor, code: str, number: int) -> Handoff:
    """As `handoff_of`, also for officers with whom its answer was shared, while their own handoff is open."""
    agencies = actor.agencies_as()
    shared_with = Handoff.objects.still_open().filter(to_agency_id__in=agencies, dossier__code=code.replace("\x00", ""))
    found = Handoff.objects.filter(
        Q(pk__in=Handoff.objects.visible_to(actor).values("pk")) | Q(pk__in=shared_with.values("shared_answers")),
        dossier__code=code.replace("\x00", ""),
        number=min(number, MOST_NUMBER),
    ).first()
    if found is None:
        raise HandoffNotFound
    return found


def handoffs_of(dossier: Dossier) -> list[Handoff]:
    """All of a dossier in the order they were sent, with agencies, assignees, answers' files and amounts (3 queries)."""
    return list(
        dossier.handoffs.select_related("to_agency", "from_agency", "assignee", "closed_by", "via")
        .prefetch_related(
            Prefetch("files", HandoffFile.objects.select_related("document")),
            "obligations",
        )
        .order_by("number")
    )


def handoffs_for_citizen(dossier: Dossier) -> list[Handoff]:
    """What the citizen is told of: who is asked and who answered; not what officers wrote to each other. One query."""
    return list(
        dossier.handoffs.filter(state__in=sorted([*OPEN_HANDOFF_STATES, "answered", "refused"]))
        .select_related("to_agency")
        .only(
            *("dossier_id", "number", "state", "outcome", "sent_at", "due_at", "answered_at", "ended_at"),
            *("to_agency__name",),
        )
        .order_by("number")
    )


def overdue_handoffs(at: datetime | None = None) -> QuerySet[Handoff]:
    """Open handoffs whose answer is late, the longest late first; `escalated_at` says whether somebody was told."""
    return (
        Handoff.objects.still_open()
        .filter(due_at__lt=at or clock.now())
        .select_related("dossier", "to_agency", "from_agency", "assignee")
        .defer(*_NOT_LISTED)
        .order_by("due_at", "id")
    )


HANDOFF_LISTS = ("can-tra-loi", "dang-cho", "da-xong")
"""To be answered by my agencies; asked by them; ended. The words in the address."""


def handoff_page(actor: Actor, *, which: str, cursor: str = "") -> HandoffPage:
    """`PAGE_SIZE` rows of a list: open ones by due date, the most urgent first; ended ones the latest first."""
    agencies = sorted(actor.agencies_as())
    rows = Handoff.objects.select_related("dossier__revision__procedure", "from_agency", "to_agency", "assignee").defer(
        *_NOT_LISTED, "dossier__revision__form_definition", "dossier__revision__requirements"
    )
    key = read_cursor(cursor)
    if which == "da-xong":
        rows = rows.filter(Q(to_agency_id__in=agencies), state__in=_ENDED).order_by("-due_at", "-id")
        if key is not None:
            rows = rows.filter(due_at__lte=key[0]).exclude(due_at=key[0], pk__gte=key[1])
    else:
        side = "from_agency_id__in" if which == "dang-cho" else "to_agency_id__in"
        rows = rows.filter(**{side: agencies}, state__in=sorted(OPEN_HANDOFF_STATES)).order_by("due_at", "id")
        if key is not None:
            rows = rows.filter(due_at__gte=key[0]).exclude(due_at=key[0], pk__lte=key[1])
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    return HandoffPage(found, write_cursor(found[-1].due_at, found[-1].pk) if more else "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A planned handoff that can be sent now by hand."""

    key: str
    addressee: str
    question: str
    term: str
    is_binding: bool
    # It was to go by itself, and has not: no agency was found, or it is just about to.
    is_automatic: bool


def offers_of(dossier: Dossier, handoffs: Sequence[Handoff], via: Handoff | None = None) -> list[Offer]:
    """Planned handoffs that are neither open nor answered: of the dossier's agency, or of who works on `via`."""
    done = {one.planned_id for one in handoffs if one.planned_id and (one.is_open or one.is_answered)}
    level = level_of(handoffs, via)
    plans = procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case)
    due = {planned.pk for planned in due_steps(dossier, level, via, plans)}
    offers = []
    for planned in plans:
        is_later = via is None and planned.opens == HandoffOpening.AFTER
        if planned.pk in done or (planned.pk not in due and not is_later):
            continue
        if is_later and falls_to_asker(planned, dossier, level):
            continue
        offers.append(
            Offer(
                key=planned.key,
                addressee=planned.addressee_text,
                question=planned.question,
                term=planned.term_text,
                is_binding=planned.is_binding,
                is_automatic=planned.opens in (HandoffOpening.AT_START, HandoffOpening.AFTER),
            )
        )
    # What is needed before a decision stands first.
    return sorted(offers, key=lambda offer: not offer.is_automatic)


def shared_files(handoff: Handoff) -> QuerySet[DossierFile]:
    """Files in the slots that were shared; of a supplement only once it was sent. Whether they may be read now is
    asked of `handoff_policies`."""
    return (
        DossierFile.objects.select_related("document", "component__required_document")
        .filter(component__in=handoff.shared_components.all(), component__dossier_id=handoff.dossier_id)
        .filter(Q(supplement__isnull=True) | Q(supplement__answered_at__isnull=False))
        .order_by("component__position", "position", "id")
    )
