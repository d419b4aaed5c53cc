"""Loading the national catalogue: batches of records, each batch one transaction, the same content changes nothing.

An imported revision is published as information: it can be found and read, it carries flags, and none of its terms and
fees is reviewed. What a person published, or offers online, is never overwritten; it is reported as kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max, Model, Q

from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import slug
from procedures.enums import WORKING_STATES, RevisionSource, RevisionState, ServiceLevel
from procedures.models import (
    ChannelTerm,
    FeeRule,
    LegalBasis,
    PolicyArea,
    Procedure,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    PublicationEntry,
    RequiredDocument,
    ResultKind,
    ReviewFlag,
    ServiceOffering,
)
from procedures.selectors.aliases import alias_codes
from procedures.services.drafts import require_catalogue_editor
from procedures.services.national_records import NationalRecord
from procedures.services.publication import search_text_of
from procedures.services.search_documents import refresh_search_documents

# Any constant will do, as long as it stays: it serialises the batches of two imports that run at once.
_IMPORT_LOCK = 0x4D6F7443


class ImportOutcome(StrEnum):
    """What became of one record."""

    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(slots=True)
class _Pending:
    """A record that becomes a revision."""

    record: NationalRecord
    procedure: Procedure
    revision: ProcedureRevision
    cases: list[ProcedureCase] = field(default_factory=list)


def import_batch(*, actor: Actor, records: Sequence[NationalRecord]) -> list[ImportOutcome]:
    """Write a batch; one outcome per record, in order. Codes must be unique within the batch.

    Should the database refuse the batch, its records are written one by one, so that only the bad one is left out.
    """
    require_catalogue_editor(actor)
    try:
        return _write(records, actor)
    except (DataError, IntegrityError):
        if len(records) == 1:
            return [ImportOutcome.FAILED]
    return [outcome for record in records for outcome in import_batch(actor=actor, records=[record])]


@transaction.atomic
def _write(records: Sequence[NationalRecord], actor: Actor) -> list[ImportOutcome]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
    codes = [record.code for record in records]
    known = {
        procedure.code: procedure
        for procedure in Procedure.objects.select_for_update(of=("self",))
        .select_related("current_revision", "policy_area")
        .filter(code__in=codes)
        .order_by("pk")
    }
    kept, last_numbers = _kept_and_numbers(known.values())
    aliases = alias_codes(known.values())
    areas = _areas({record.area for record in records})
    outcomes: list[ImportOutcome] = []
    pending: list[_Pending] = []
    for record in records:
        procedure = known.get(record.code)
        outcome = _outcome(record, procedure, kept)
        outcomes.append(outcome)
        if outcome in (ImportOutcome.CREATED, ImportOutcome.REVISED):
            pending.append(_prepare(record, procedure, areas[record.area], last_numbers, aliases))
    if pending:
        _store(pending, actor)
    return outcomes


def _outcome(record: NationalRecord, procedure: Procedure | None, kept: set[int]) -> ImportOutcome:
    if procedure is None:
        return ImportOutcome.CREATED
    current = procedure.current_revision
    if current is not None and current.source == RevisionSource.IMPORT and current.source_digest == record.digest:
        return ImportOutcome.UNCHANGED
    if procedure.pk in kept:
        return ImportOutcome.KEPT
    return ImportOutcome.REVISED


def _kept_and_numbers(procedures: Iterable[Procedure]) -> tuple[set[int], dict[int, int]]:
    """Procedures that are in a person's hands, and the last revision number of each procedure."""
    ids = [procedure.pk for procedure in procedures]
    last_numbers: dict[int, int] = dict(
        ProcedureRevision.objects.filter(procedure_id__in=ids)
        .order_by()
        .values_list("procedure_id")
        .annotate(last=Max("number"))
    )
    drafted = ProcedureRevision.objects.filter(
        procedure_id__in=ids, state__in=[*WORKING_STATES, RevisionState.SCHEDULED]
    )
    # An imported text keeps no promise of filing online or of forms to download.
    offered = ServiceOffering.objects.not_over().filter(
        Q(level__gt=ServiceLevel.L1) | Q(has_online_reception=True), procedure_id__in=ids
    )
    kept = {*drafted.values_list("procedure_id", flat=True), *offered.values_list("procedure_id", flat=True)}
    for procedure in procedures:
        current = procedure.current_revision
        was_withdrawn = current is None and procedure.pk in last_numbers
        if was_withdrawn or (
            current is not None and (current.source != RevisionSource.IMPORT or current.effective_to is not None)
        ):
            kept.add(procedure.pk)
    return kept, last_numbers


def _areas(names: set[str]) -> dict[str, PolicyArea]:
    found = {area.name: area for area in PolicyArea.objects.filter(name__in=names)}
    taken = set(PolicyArea.objects.values_list("slug", flat=True)) if names - found.keys() else set()
    for name in sorted(names - found.keys()):
        base = slug(name)[:190] or "linh-vuc"
        candidate, number = base, 1
        while candidate in taken:
            number += 1
            candidate = f"{base}-{number}"
        taken.add(candidate)
        found[name] = PolicyArea.objects.create(name=name, slug=candidate)
    return found


def _prepare(
    record: NationalRecord,
    procedure: Procedure | None,
    area: PolicyArea,
    last_numbers: dict[int, int],
    aliases: dict[int, list[str]],
) -> _Pending:
    procedure = procedure or Procedure(code=record.code)
    procedure.name = record.name
    procedure.policy_area = area
    procedure.kind = record.kind
    procedure.search_text = search_text_of(procedure, aliases=aliases.get(procedure.pk, ()))
    revision = ProcedureRevision(
        number=last_numbers.get(procedure.pk, 0) + 1 if procedure.pk else 1,
        source=RevisionSource.IMPORT,
        source_digest=record.digest,
        needs_review=bool(record.flags),
        **record.revision,
    )
    return _Pending(record, procedure, revision)


def _store(pending: list[_Pending], actor: Actor) -> None:
    """Procedures, drafts, their parts, then publication, each in bulk."""
    now = clock.now()
    Procedure.objects.bulk_create(item.procedure for item in pending if item.procedure.pk is None)
    superseded = [item.procedure.current_revision_id for item in pending if item.procedure.current_revision_id]
    for item in pending:
        item.revision.procedure = item.procedure
        item.cases = [
            ProcedureCase(revision=item.revision, key=f"case_{position}", name=name, order=position)
            for position, name in enumerate(item.record.cases, start=1)
        ]
    ProcedureRevision.objects.bulk_create(item.revision for item in pending)
    ProcedureCase.objects.bulk_create(case for item in pending for case in item.cases)
    _store_parts(pending)
    ReviewFlag.objects.bulk_create(
        ReviewFlag(revision=item.revision, code=flag.code, place=flag.place[:120], detail=flag.detail)
        for item in pending
        for flag in item.record.flags
    )
    _publish(pending, superseded, actor, now)


def _store_parts(pending: list[_Pending]) -> None:
    documents = []
    for item in pending:
        for position, row in enumerate(item.record.documents, start=1):
            case = None if row["case"] is None else item.cases[row["case"]]
            documents.append(
                RequiredDocument(
                    revision=item.revision, key=f"document_{position}", order=position, **{**row, "case": case}
                )
            )
    RequiredDocument.objects.bulk_create(documents)
    for model, name in (
        (ChannelTerm, "terms"),
        (FeeRule, "fees"),
        (ResultKind, "results"),
        (LegalBasis, "legal_bases"),
        (ProcessingStep, "steps"),
    ):
        _store_rows(model, name, pending)


def _store_rows(model: type[Model], name: str, pending: list[_Pending]) -> None:
    model._default_manager.bulk_create(
        model(revision=item.revision, order=position, **row)
        for item in pending
        for position, row in enumerate(getattr(item.record, name), start=1)
    )


def _publish(pending: list[_Pending], superseded: list[int], actor: Actor, now: datetime) -> None:
    ProcedureRevision.objects.filter(pk__in=superseded).update(state=RevisionState.SUPERSEDED, superseded_at=now)
    published = [item.revision.pk for item in pending]
    ProcedureRevision.objects.filter(pk__in=published).update(state=RevisionState.PUBLISHED, published_at=now)
    for item in pending:
        item.procedure.current_revision = item.revision
        item.procedure.updated_at = now
    Procedure.objects.bulk_update(
        [item.procedure for item in pending],
        ["name", "policy_area", "kind", "search_text", "current_revision", "updated_at"],
    )
    PublicationEntry.objects.bulk_create(
        PublicationEntry(
            revision_id=revision_id,
            kind=kind,
            actor_kind=actor.kind,
            actor_name=actor.display_name[:120],
            user_id=actor.user_id,
            at=now,
        )
        for kind, ids in (
            (PublicationEntry.Kind.SUPERSEDED, superseded),
            (PublicationEntry.Kind.PUBLISHED, published),
        )
        for revision_id in ids
    )
    refresh_search_documents([item.procedure.pk for item in pending])
