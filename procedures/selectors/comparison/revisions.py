"""Whole revisions set against each other, part by part."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    InternalStep,
    PlannedHandoff,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    RequiredDocument,
    ResultFact,
    ResultParagraph,
    ResultTemplate,
)
from procedures.selectors.comparison.changes import Entry, Group, RevisionComparison, Row, entries_of
from procedures.selectors.comparison.declarations import form_entries
from procedures.selectors.comparison.wording import columns

# Not what the procedure says, but what became of the revision; decision and days head the comparison.
_NOT_FACTS = frozenset(
    {
        *("procedure", "number", "state", "decision_number", "effective_from", "effective_to", "published_at"),
        *("superseded_at", "abolished_at", "abolition_decision", "abolition_reason", "created_at"),
        *("source", "source_url", "source_digest", "needs_review", "form_definition"),
    }
)

_PARTS_OF_THE_AGENCY = (
    Prefetch("internal_steps", InternalStep.objects.select_related("case")),
    Prefetch("result_templates", ResultTemplate.objects.select_related("result")),
    Prefetch("result_paragraphs", ResultParagraph.objects.select_related("template")),
    Prefetch("result_facts", ResultFact.objects.select_related("template")),
)


def announced_revisions(code: str) -> QuerySet[ProcedureRevision]:
    """What was made public of a procedure, newest first, for its history page."""
    return (
        ProcedureRevision.objects.announced()
        .filter(procedure__code=code)
        .select_related("procedure")
        .defer("form_definition", "requirements")
        .order_by(F("effective_from").desc(nulls_last=True), "-number")
    )


def comparable_revisions(revision: ProcedureRevision) -> QuerySet[ProcedureRevision]:
    """Every revision of the same procedure, newest first, to choose two from."""
    return (
        ProcedureRevision.objects.filter(procedure=revision.procedure_id).defer("form_definition").order_by("-number")
    )


def compare(before: ProcedureRevision, after: ProcedureRevision, *, for_public: bool = False) -> RevisionComparison:
    """What differs between two revisions. 9 queries, however much they hold (13 with what is the agency's own).

    `for_public` leaves out what concerns administrators only: technical keys, how far values are checked.
    """
    prefetch_related_objects(
        [before, after],
        "cases",
        Prefetch("required_documents", RequiredDocument.objects.select_related("case", "form_template")),
        Prefetch("form_templates", FormTemplate.objects.select_related("document")),
        Prefetch("terms", ChannelTerm.objects.select_related("case")),
        Prefetch("fee_rules", FeeRule.objects.select_related("case")),
        Prefetch("steps", ProcessingStep.objects.select_related("case")),
        Prefetch("planned_handoffs", PlannedHandoff.objects.select_related("case", "agency")),
        "results",
        "legal_bases",
        *(() if for_public else _PARTS_OF_THE_AGENCY),
    )
    words = _Words(before, after, for_public=for_public)
    sections, fields = form_entries(before, after, for_public=for_public)
    groups = (
        Group("facts", _("Thông tin chung"), _facts(before, after, for_public=for_public)),
        Group("cases", _("Trường hợp"), words.of("cases", lambda row: row.key, is_ordered=True)),
        Group("documents", _("Giấy tờ"), words.of("required_documents", lambda row: row.key, is_ordered=True)),
        Group("templates", _("Mẫu đơn, tờ khai"), words.of("form_templates", lambda row: row.title)),
        Group("sections", _("Các phần của tờ khai"), sections),
        Group("fields", _("Các trường của tờ khai"), fields),
        Group("terms", _("Thời hạn"), words.of("terms", _of_term)),
        Group("fees", _("Phí, lệ phí"), words.of("fee_rules", _of_fee)),
        Group("steps", _("Các bước"), words.steps()),
        Group("handoffs", _("Các bước liên thông"), words.of("planned_handoffs", lambda row: row.key, is_ordered=True)),
        Group("results", _("Kết quả"), words.of("results", lambda row: row.code or row.name)),
        Group("legal_bases", _("Căn cứ pháp lý"), words.of("legal_bases", lambda row: row.number or row.title)),
        # Who sits on a dossier inside the agencies, and how they word what they issue, is theirs to know.
        *(() if for_public else words.of_the_agency()),
    )
    return RevisionComparison(before, after, tuple(group for group in groups if group.entries))


def _facts(before: ProcedureRevision, after: ProcedureRevision, *, for_public: bool) -> tuple[Entry, ...]:
    """One entry a fact, named after it: what changed is the fact, not "the revision"."""
    old = columns(before, for_public=for_public, left_out=_NOT_FACTS)
    new = columns(after, for_public=for_public, left_out=_NOT_FACTS)
    return entries_of(
        [Row(label, label, {label: text}) for label, text in old.items() if text],
        [Row(label, label, {label: text}) for label, text in new.items() if text],
    )


def _case_key(row: Any) -> str:
    return row.case.key if row.case_id is not None else ""


def _of_term(row: Any) -> tuple[str, ...]:
    return (row.channel, _case_key(row))


def _of_fee(row: Any) -> tuple[str, ...]:
    return (row.kind, row.channel, _case_key(row), row.label)


def _of_fact(row: Any) -> tuple[str, ...]:
    return (row.template.key, row.key)


class _Words:
    """Rows of both revisions in words. A case is called by its newer name, so that renaming it changes nothing else."""

    def __init__(self, before: ProcedureRevision, after: ProcedureRevision, *, for_public: bool) -> None:
        self.before, self.after, self.for_public = before, after, for_public
        self.cases = {case.key: case.name for revision in (before, after) for case in revision.cases.all()}

    def of(self, relation: str, key: Callable[[Any], Any], *, is_ordered: bool = False) -> tuple[Entry, ...]:
        return entries_of(
            [self._row(row, key(row)) for row in getattr(self.before, relation).all()],
            [self._row(row, key(row)) for row in getattr(self.after, relation).all()],
            is_ordered=is_ordered,
        )

    def of_the_agency(self) -> tuple[Group, ...]:
        return (
            Group(
                "result_templates",
                _("Mẫu văn bản kết quả"),
                self.of("result_templates", lambda row: row.key, is_ordered=True),
            ),
            Group("result_paragraphs", _("Các đoạn của văn bản kết quả"), self.paragraphs()),
            Group("result_facts", _("Thông tin của kết quả"), self.of("result_facts", _of_fact)),
            Group("internal_steps", _("Quy trình nội bộ"), self.of_process()),
        )

    def of_process(self) -> tuple[Entry, ...]:
        return self.of("internal_steps", lambda row: row.key, is_ordered=True)

    def steps(self) -> tuple[Entry, ...]:
        """Steps have no key: by title within their case, and what is left over in the order in which it stands."""
        olds, news = list(self.before.steps.all()), list(self.after.steps.all())
        keys = _step_keys(olds, news)
        return entries_of(
            [self._row(row, keys[row.pk]) for row in olds],
            [self._row(row, keys[row.pk]) for row in news],
            is_ordered=True,
        )

    def paragraphs(self) -> tuple[Entry, ...]:
        """Paragraphs have no key: by their place in their template."""
        both = []
        for revision in (self.before, self.after):
            places: dict[str, int] = {}
            rows = []
            for row in revision.result_paragraphs.all():
                place = places[row.template.key] = places.get(row.template.key, 0) + 1
                title = _("%(template)s, đoạn %(place)s") % {"template": row.template, "place": place}
                rows.append(Row((row.template.key, place), title, columns(row, for_public=self.for_public)))
            both.append(rows)
        return entries_of(*both)

    def _case(self, row: Any) -> str:
        return self.cases.get(row.case.key, row.case.name)

    def _row(self, row: Any, key: Any) -> Row:
        values = columns(row, for_public=self.for_public)
        case_label = str(capfirst(ProcedureCase._meta.verbose_name))
        if getattr(row, "case_id", None) is not None:
            values[case_label] = self._case(row)
        title = self._title(row)
        own_key: str = getattr(row, "key", "")
        if own_key and not self.for_public:
            title = f"{title} ({own_key})"
        return Row(key, title, values)

    def _title(self, row: Any) -> str:
        if isinstance(row, ChannelTerm):
            name = str(row.get_channel_display())
        elif isinstance(row, FeeRule):
            channel = f" ({row.get_channel_display()})" if row.channel else ""
            name = f"{row.label or row.get_kind_display()}{channel}"
        else:
            name = str(row)
        return f"{name}: {self._case(row)}" if getattr(row, "case_id", None) is not None else name


def _step_keys(olds: Iterable[Any], news: Iterable[Any]) -> dict[int, Any]:
    """Keys by primary key: the same key for steps that are versions of each other."""
    titles = {(_case_key(row), row.title) for row in olds} & {(_case_key(row), row.title) for row in news}
    keys: dict[int, Any] = {}
    for rows in (olds, news):
        left_over: dict[str, int] = {}
        for row in rows:
            own = (_case_key(row), row.title)
            if own in titles:
                keys[row.pk] = own
            else:
                number = left_over[own[0]] = left_over.get(own[0], 0) + 1
                keys[row.pk] = (own[0], "", number)
    return keys
