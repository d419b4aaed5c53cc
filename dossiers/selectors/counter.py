"""Reads of dossiers on paper: what a desk has begun, how a dossier came, how much of the paper is digitised."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from dossiers import policies
from dossiers.enums import FILED_STATES, DossierState
from dossiers.errors import DossierNotFound
from dossiers.models import CounterIntake, Dossier, DossierComponent, DossierFile
from dossiers.selectors.paging import Page
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from procedures import selectors as procedure_selectors
from procedures.enums import Channel, DocumentKind

DRAFTS_ON_A_PAGE = 30


def counter_draft_of(*, actor: Actor, public_id: UUID) -> Dossier:
    """A draft (or what became of it) that an officer of this desk typed. Raises DossierNotFound for everybody else.

    `has_current_rules` and `has_organisations` as in `draft_of`.
    """
    ruling = procedure_selectors.ruling_revisions().filter(pk=OuterRef("revision_id"))
    dossier = (
        Dossier.objects.select_related(
            "revision__procedure",
            "offering__agency",
            "case",
            "receiving_agency",
            "resolving_agency",
            "applicant",
            "entered_by",
            "organisation",
        )
        .annotate(has_current_rules=Exists(ruling), has_organisations=account_selectors.speaks_for_any("applicant_id"))
        .filter(public_id=public_id, entered_by__isnull=False)
        .first()
    )
    if dossier is None or not policies.enters_at_the_desk(actor, dossier):
        raise DossierNotFound
    return dossier


def counter_drafts(*, actor: Actor, after: str = "") -> Page:
    """What the actor's desks have begun and not filed, last saved first; never their own cases.

    `DRAFTS_ON_A_PAGE` a page: the first, or the one `after` a cursor. One query.
    """
    rows = (
        Dossier.objects.filter(
            state=DossierState.DRAFT,
            entered_by__isnull=False,
            receiving_agency_id__in=sorted(actor.agencies_as(*DESK_ROLES)),
        )
        .exclude(applicant_id=actor.user_id)
        .annotate(last_at=Coalesce("saved_at", "created_at"))
        .select_related("revision__procedure", "applicant", "entered_by")
        .defer("answers", "raw_invalid", "revision__form_definition", "revision__procedure__search_text")
        .order_by("-last_at", "-id")
    )
    key = read_cursor(after)
    if key is not None:
        last_at, pk = key
        rows = rows.filter(last_at__lte=last_at).exclude(last_at=last_at, pk__gte=pk)
    found = list(rows[: DRAFTS_ON_A_PAGE + 1])
    more, found = len(found) > DRAFTS_ON_A_PAGE, found[:DRAFTS_ON_A_PAGE]
    return Page(found, write_cursor(found[-1].last_at, found[-1].pk) if more else "")


def intake_of(dossier: Dossier) -> CounterIntake | None:
    """How a dossier on paper came; None for one filed online (no query then) and for one of before this was noted."""
    if not dossier.is_on_paper:
        return None
    return CounterIntake.objects.select_related("attestation_seen_by").filter(dossier=dossier).first()


def other_dossier_of_item(dossier: Dossier, postal_number: str) -> Dossier | None:
    """Another dossier of this desk that names the same item of the post, or None. Two dossiers in one envelope exist."""
    if not postal_number:
        return None
    found = (
        CounterIntake.objects.select_related("dossier")
        .filter(postal_number=postal_number, dossier__receiving_agency_id=dossier.receiving_agency_id)
        .exclude(dossier=dossier)
        .order_by("-id")
        .first()
    )
    return None if found is None else found.dossier


@dataclass(frozen=True, slots=True)
class DigitisedShare:
    """Slots whose paper lies at a desk or was scanned there, and how many of them have a scan."""

    slots: int
    digitised: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None when there was no paper."""
        return 100 * self.digitised // self.slots if self.slots else None


def digitised_share(*, agency_ids: Collection[int], since: datetime, until: datetime) -> DigitisedShare:
    """Of dossiers on paper filed from `since` to before `until` at the desks of these agencies. One query."""
    scans = DossierFile.objects.filter(component=OuterRef("pk"), digitised_at__isnull=False)
    rows = (
        DossierComponent.objects.filter(
            dossier__in=Dossier.objects.filter(
                channel__in=[Channel.IN_PERSON, Channel.POST],
                state__in=FILED_STATES,
                receiving_agency_id__in=list(agency_ids),
                submitted_at__gte=since,
                submitted_at__lt=until,
            ),
            required_document__kind=DocumentKind.UPLOAD,
        )
        .annotate(is_scanned=Exists(scans))
        .filter(Q(originals_kept__gt=0) | Q(copies_kept__gt=0) | Q(is_scanned=True))
        .aggregate(slots=Count("pk"), digitised=Count("pk", filter=Q(is_scanned=True)))
    )
    return DigitisedShare(slots=rows["slots"], digitised=rows["digitised"])
