"""Reads of single dossiers and of a citizen's own list. Who may see what: `Dossier.objects.visible_to`."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from dossiers.enums import DECIDED_STATES, FILED_STATES, DossierState, Outcome
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, DossierComponent, DossierFile, JournalEntry, ResultDocument
from dossiers.selectors.paging import Page
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.core.single_rows import only_row
from procedures import selectors as procedure_selectors

PAGE_SIZE = 20
_LARGE = ("answers", "raw_invalid", "due_trace", "answer_sources", "answer_writes")


def draft_of(*, actor: Actor, public_id: UUID) -> Dossier:
    """The actor's own draft (or what became of it). Raises DossierNotFound.

    `has_current_rules` is false when its revision is in force no longer: it must be moved before it can be filed.
    """
    ruling = procedure_selectors.ruling_revisions().filter(pk=OuterRef("revision_id"))
    dossier = only_row(
        Dossier.objects.select_related(
            "revision__procedure", "offering__agency", "case", "receiving_agency", "resolving_agency"
        )
        .annotate(has_current_rules=Exists(ruling))
        # What a desk types from paper is the desk's until it is filed.
        .filter(public_id=public_id, applicant_id=actor.user_id, entered_by__isnull=True)
    )
    if dossier is None or actor.user_id is None:
        raise DossierNotFound
    return dossier


def filed_dossier(*, actor: Actor, code: str) -> Dossier:
    """A filed dossier this actor may see, by its code. Raises DossierNotFound, for foreign and unknown codes alike."""
    if "\x00" in code:
        # PostgreSQL takes no NUL in a text.
        raise DossierNotFound
    dossier = only_row(
        Dossier.objects.visible_to(actor)
        .filter(state__in=FILED_STATES, code=code)
        .select_related("revision__procedure", "offering", "case", "assignee")
    )
    if dossier is None:
        raise DossierNotFound
    return _with_agencies(dossier)


def _with_agencies(dossier: Dossier) -> Dossier:
    """Its agencies from a query of their own: joined three more times, the plan alone takes PostgreSQL 8 ms and more."""
    ids = (dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.responsible_agency_id)
    agencies = account_selectors.agencies_by_id(ids)
    dossier.receiving_agency, dossier.resolving_agency, dossier.responsible_agency = (agencies[pk] for pk in ids)
    return dossier


def own_dossier(*, actor: Actor, code: str) -> Dossier:
    """The citizen's own filed dossier. Raises DossierNotFound for anybody else's, officers' included."""
    dossier = filed_dossier(actor=actor, code=code)
    if dossier.applicant_id != actor.user_id:
        raise DossierNotFound
    return dossier


def drafts_for(*, actor: Actor, procedure_code: str | None = None) -> QuerySet[Dossier]:
    """The actor's drafts, last saved first; so that nobody starts a fifth copy (PITFALLS 7)."""
    drafts = Dossier.objects.filter(
        applicant_id=actor.user_id, state=DossierState.DRAFT, entered_by__isnull=True
    ).select_related("revision__procedure", "offering__agency", "case")
    if procedure_code is not None:
        drafts = drafts.filter(revision__procedure__code=procedure_code)
    return drafts.order_by(F("saved_at").desc(nulls_last=True), "-id")


def own_filed_dossiers(*, actor: Actor, cursor: str = "") -> Page:
    """The actor's filed dossiers, last moved first, `PAGE_SIZE` a page."""
    rows = (
        Dossier.objects.filter(applicant_id=actor.user_id, state__in=FILED_STATES)
        .select_related("revision__procedure", "responsible_agency")
        .order_by("-moved_at", "-id")
    )
    key = read_cursor(cursor)
    if key is not None:
        moved_at, pk = key
        rows = rows.filter(Q(moved_at__lt=moved_at) | Q(moved_at=moved_at, pk__lt=pk))
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    return Page(rows=found, next_cursor=write_cursor(found[-1].moved_at, found[-1].pk) if more else "")


def components_of(dossier: Dossier, *, with_unsent_supplement: bool = False) -> QuerySet[DossierComponent]:
    """Slots with their files (`component.shown_files`, each with its document), in the order of the procedure.

    Files of a supplement that is not sent yet are left out unless asked for: officers see them when it is sent.
    """
    files = (
        DossierFile.objects.select_related("document", "digitised_by", "paper", "reused_from__component__dossier")
        # Of the earlier dossier only its code is told.
        .defer(*(f"reused_from__component__dossier__{name}" for name in _LARGE))
        .prefetch_related("document__signature_checks")
        .order_by(F("supplement_id").asc(nulls_first=True), "position", "id")
    )
    if not with_unsent_supplement:
        files = files.filter(Q(supplement__isnull=True) | Q(supplement__answered_at__isnull=False))
    return (
        dossier.components.select_related("required_document")
        .prefetch_related(Prefetch("files", queryset=files, to_attr="shown_files"))
        .order_by("position", "id")
    )


def history_of(dossier: Dossier) -> QuerySet[JournalEntry]:
    """The journal, newest first."""
    return dossier.journal.select_related("undo_point").order_by("-sequence")


def results_of(dossier: Dossier) -> QuerySet[ResultDocument]:
    return dossier.results.select_related("document", "paper").order_by("id")


def component_file(dossier: Dossier, file_id: int, *, with_unsent_supplement: bool) -> DossierFile:
    """One file of this dossier. Raises DossierNotFound for a file of another one."""
    files = DossierFile.objects.select_related("document", "paper").filter(component__dossier=dossier, pk=file_id)
    if not with_unsent_supplement:
        files = files.filter(Q(supplement__isnull=True) | Q(supplement__answered_at__isnull=False))
    found = files.first()
    if found is None:
        raise DossierNotFound
    return found


def granted_dossiers(*, applicant_id: int, limit: int = 10) -> list[Dossier]:
    """The person's own dossiers that an agency granted, the latest first: what they declared there was found right."""
    return list(
        Dossier.objects.filter(applicant_id=applicant_id, state__in=DECIDED_STATES, outcome=Outcome.GRANTED)
        .select_related("revision")
        .order_by("-submitted_at", "-id")[:limit]
    )


def accepted_components(*, applicant_id: int, paper_codes: Collection[str], limit: int = 20) -> list[DossierComponent]:
    """Slots of the person's granted dossiers that asked for one of these kinds of papers and were answered by uploads.

    The latest first, each with its dossier, its document and `accepted_files` (nothing that was itself used again).
    """
    if not paper_codes:
        return []
    asks = reduce(or_, (Q(required_document__paper_kinds__contains=[code]) for code in sorted(paper_codes)))
    uploads = (
        DossierFile.objects.select_related("document")
        .filter(paper__isnull=True, reused_from__isnull=True)
        .filter(Q(supplement__isnull=True) | Q(supplement__answered_at__isnull=False))
        .order_by("position", "id")
    )
    return list(
        DossierComponent.objects.filter(
            asks,
            Exists(uploads.filter(component=OuterRef("pk"))),
            dossier__applicant_id=applicant_id,
            dossier__state__in=DECIDED_STATES,
            dossier__outcome=Outcome.GRANTED,
            is_needed=True,
        )
        .select_related("dossier__resolving_agency", "required_document")
        .prefetch_related(Prefetch("files", queryset=uploads, to_attr="accepted_files"))
        .order_by("-dossier__submitted_at", "-id")[:limit]
    )
