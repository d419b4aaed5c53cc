"""Reads of the vault."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import AssuranceLevel
from portal.core.actors import Actor
from portal.documents.enums import ScanState
from portal.vault.codes import read_code
from portal.vault.enums import PaperState
from portal.vault.models import IssuedPaper, PaperKind


def paper_with_code(typed: str) -> IssuedPaper | None:
    """The paper whose code was typed or scanned; None for no such code. What of it is public, the caller's page decides."""
    code = read_code(typed)
    if code is None:
        return None
    return IssuedPaper.objects.select_related("agency", "kind", "document", "replaced_by").filter(code=code).first()


def kind_with_code(code: str) -> PaperKind | None:
    return PaperKind.objects.filter(code=code).first() if code else None


def kinds_with_codes(codes: Iterable[str]) -> dict[str, PaperKind]:
    """The kinds by code, as far as the vault knows them; no query for no code."""
    wanted = set(codes)
    return {kind.code: kind for kind in PaperKind.objects.filter(code__in=wanted)} if wanted else {}


def papers_of(actor: Actor) -> QuerySet[IssuedPaper]:
    """The actor's own papers, those of organisations they speak for, and those that carry their verified number.

    A number somebody typed of themselves proves nothing: it counts from the first verified assurance level on.
    """
    if actor.user_id is None:
        return IssuedPaper.objects.none()
    organisations = [one.organisation for one in account_selectors.representations_of(actor.user_id)]
    verified = [one.pk for one in organisations if one.assurance_level > AssuranceLevel.SELF_DECLARED]
    mine = Q(owner_id=actor.user_id) | Q(owner_organisation_id__in=[one.pk for one in organisations])
    numbers = [one.tax_code for one in organisations if one.pk in verified]
    citizen = account_selectors.citizen_of(actor.user_id)
    if citizen is not None and citizen.assurance_level > AssuranceLevel.SELF_DECLARED and citizen.personal_id_number:
        numbers.append(citizen.personal_id_number)
    if numbers:
        mine |= Q(owner__isnull=True, owner_organisation__isnull=True, holder_id_number__in=numbers)
    return IssuedPaper.objects.select_related("kind", "document").filter(mine)


def usable_papers_of(actor: Actor, kinds: Iterable[PaperKind], day: date) -> QuerySet[IssuedPaper]:
    """Of the actor's own papers those of these kinds that may be used again and count on that day, the newest first."""
    usable = [kind.pk for kind in kinds if kind.is_reusable]
    return (
        papers_of(actor)
        .filter(kind_id__in=usable, state=PaperState.IN_FORCE, valid_from__lte=day)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
        .exclude(document__scan_state=ScanState.INFECTED)
        .order_by("-issued_on", "-id")
    )


def paper_with_key(paper_id: int) -> IssuedPaper | None:
    return IssuedPaper.objects.select_related("kind", "agency").filter(pk=paper_id).first()
