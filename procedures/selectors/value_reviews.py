"""Imported terms and fees that wait for a person: what was read, what speaks against it, what was decided."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from procedures.enums import Channel, ReviewCode, ReviewedValue, RevisionState
from procedures.models import ChannelTerm, FeeRule, Procedure, ProcedureRevision, ReviewFlag, ValueReview
from procedures.selectors.query_words import searchable

PAGE_SIZE = 10
_PLACE = re.compile(r"channels\[(\d+)\](?:\.(term|fee))?")
_CODE = re.compile(r"[1-9]\.\d{6}")


@dataclass(frozen=True, slots=True)
class WaitingValue:
    """One value to decide about. `name` is its control on the page; `is_complete` means it can be taken as read."""

    kind: ReviewedValue
    row: ChannelTerm | FeeRule
    flags: tuple[ReviewCode, ...]

    @property
    def name(self) -> str:
        return f"{self.kind.value}-{self.row.pk}"

    @property
    def is_complete(self) -> bool:
        row = self.row
        if isinstance(row, FeeRule):
            return row.amount is not None
        return row.term_value is not None and row.term_unit != ""

    @property
    def is_doubtful(self) -> bool:
        return bool(self.flags)


@dataclass(slots=True)
class WaitingProcedure:
    """A procedure with its values; `decided` counts those a draft already holds."""

    procedure: Procedure
    revision: ProcedureRevision
    values: list[WaitingValue] = field(default_factory=list)
    decided: int = 0
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    procedures: list[WaitingProcedure]
    total: int
    next_cursor: str = ""


def values_to_review(*, text: str = "", area: str = "", flag: str = "", kind: str = "", cursor: str = "") -> ReviewPage:
    """Published procedures with terms or fees nobody reviewed and nobody decided about yet, by code.

    `area` is a slug, `flag` a `ReviewCode`, `kind` a `ReviewedValue`, `cursor` the last code of the page before.
    Seven queries, whatever the page holds.
    """
    found = _waiting(kind)
    text, area = (words.replace("\x00", "")[:200] for words in (text, area))
    for word in searchable(text).split():
        found = found.filter(search_text__contains=word)
    if area:
        found = found.filter(policy_area__slug=area)
    if flag in ReviewCode.values:
        flags = ReviewFlag.objects.filter(revision=OuterRef("current_revision"), code=flag, is_resolved=False)
        found = found.filter(Exists(flags))
    total = found.count()
    if _CODE.fullmatch(cursor):
        found = found.filter(code__gt=cursor)
    rows = list(
        found.select_related("policy_area", "current_revision")
        .defer("current_revision__form_definition", "current_revision__requirements")
        .order_by("code")[: PAGE_SIZE + 1]
    )
    shown = rows[:PAGE_SIZE]
    return ReviewPage(_filled(shown, kind), total, shown[-1].code if len(rows) > PAGE_SIZE else "")


def waiting_values(revision: ProcedureRevision) -> list[WaitingValue]:
    """The values of one published revision that wait for a decision."""
    revision.procedure.current_revision = revision
    filled = _filled([revision.procedure], "")
    return filled[0].values


def _undecided(model: type[ChannelTerm | FeeRule], kind: ReviewedValue) -> QuerySet:
    decided = ValueReview.objects.filter(read_in=OuterRef("revision"), kind=kind, row_order=OuterRef("order"))
    return model._default_manager.filter(~Exists(decided), is_reviewed=False)


def _waiting(kind: str) -> QuerySet[Procedure]:
    terms = Exists(_undecided(ChannelTerm, ReviewedValue.TERM).filter(revision=OuterRef("current_revision")))
    fees = Exists(_undecided(FeeRule, ReviewedValue.FEE).filter(revision=OuterRef("current_revision")))
    wanted = {"term": Q(terms), "fee": Q(fees)}.get(kind, Q(terms) | Q(fees))
    return Procedure.objects.filter(wanted, current_revision__isnull=False)


def _filled(procedures: list[Procedure], kind: str) -> list[WaitingProcedure]:
    page = {
        one.current_revision.pk: WaitingProcedure(one, one.current_revision)
        for one in procedures
        if one.current_revision
    }
    revisions = list(page)
    flags = _flags(revisions)
    for model, value_kind in ((ChannelTerm, ReviewedValue.TERM), (FeeRule, ReviewedValue.FEE)):
        if kind in ReviewedValue.values and kind != value_kind:
            continue
        for row in _undecided(model, value_kind).filter(revision__in=revisions).order_by("order", "pk"):
            own = flags[row.revision_id].get((row.order, value_kind), ())
            page[row.revision_id].values.append(WaitingValue(value_kind, row, tuple(own)))
    for read_in in ValueReview.objects.filter(read_in__in=revisions).values_list("read_in", flat=True):
        page[read_in].decided += 1
    by_procedure = {one.procedure.pk: one for one in page.values()}
    drafts = ProcedureRevision.objects.filter(procedure__in=by_procedure, state=RevisionState.DRAFT)
    for pk, procedure_id in drafts.values_list("pk", "procedure_id"):
        by_procedure[procedure_id].draft_id = pk
    for one in page.values():
        one.values.sort(key=lambda value: (value.row.order, value.kind != ReviewedValue.TERM))
    return list(page.values())


def _flags(revisions: Iterable[int]) -> dict[int, dict[tuple[int, ReviewedValue], list[ReviewCode]]]:
    """By revision, then by (order of the row, which value): what the import found doubtful about it."""
    found: dict[int, list[ReviewFlag]] = defaultdict(list)
    for flag in ReviewFlag.objects.filter(revision__in=revisions, is_resolved=False, place__startswith="channels["):
        found[flag.revision_id].append(flag)
    return defaultdict(dict, {revision: flags_by_row(flags) for revision, flags in found.items()})


def flags_by_row(flags: Iterable[ReviewFlag]) -> dict[tuple[int, ReviewedValue], list[ReviewCode]]:
    """Places of the source such as "channels[2].fee" as rows: rows count from 1 and leave unknown channels out."""
    flags = list(flags)
    unknown = {
        int(place[1])
        for flag in flags
        if flag.code == ReviewCode.CHANNEL_UNKNOWN and (place := _PLACE.fullmatch(flag.place))
    }
    by_row: dict[tuple[int, ReviewedValue], list[ReviewCode]] = defaultdict(list)
    for flag in flags:
        place = _PLACE.fullmatch(flag.place)
        if place is None or int(place[1]) in unknown:
            continue
        order = 1 + int(place[1]) - sum(index < int(place[1]) for index in unknown)
        for kind in ReviewedValue if place[2] is None else (ReviewedValue(place[2]),):
            by_row[order, kind].append(ReviewCode(flag.code))
    return by_row


def channel_label(channel: str) -> str:
    return str(dict(Channel.choices).get(channel, channel))
