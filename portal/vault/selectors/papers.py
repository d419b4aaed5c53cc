"""Reads of papers: by code, their owner's, their agency's, what may be used again; logs, copies, sharings."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import TruncDate

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import AssuranceLevel
from portal.accounts.models import Agency, Citizen, Organisation, Representation, User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import fold, normalise
from portal.documents.enums import ScanState
from portal.vault.codes import read_code
from portal.vault.enums import PaperAct, PaperState, Standing
from portal.vault.errors import PaperNotFound
from portal.vault.models import IssuedPaper, PaperCopy, PaperKind, PaperLogEntry, PaperShare

PAGE_SIZE = 20
LOG_PAGE_SIZE = 30
# So long before its last day a paper's owner is warned.
WARNED_DAYS = 30
_PUBLIC = ("agency__parent", "kind", "document")


def paper_with_code(typed: str) -> IssuedPaper | None:
    """The paper whose code was typed or scanned; None for no such code. What of it is public, the caller's page decides."""
    code = read_code(typed)
    if code is None:
        return None
    return IssuedPaper.objects.select_related("agency", "kind", "document", "replaced_by").filter(code=code).first()


def copy_with_code(code: str) -> PaperCopy | None:
    """The electronic copy with exactly this code."""
    found = PaperCopy.objects.select_related("paper__agency", "paper__kind", "paper__document", "document")
    return found.filter(code=code).first()


def papers_with_hash(sha256: str, *, code: str = "") -> QuerySet[IssuedPaper]:
    """Papers whose file has exactly these bytes, with `code` that one alone: those in force first, then the newest. A handful
    at most: the same upload may have become the result of many dossiers."""
    found = IssuedPaper.objects.select_related("agency", "kind", "document").filter(document__sha256=sha256)
    if code:
        found = found.filter(code=code)
    in_force_first = Case(When(state=PaperState.IN_FORCE, then=0), default=1)
    return found.order_by(in_force_first, "-id")[:5]


def hashes_that_count_no_more(hashes: Collection[str], day: date) -> set[str]:
    """Of these files those that are papers of the vault of which none is valid on that day. One query, none for no hash."""
    if not hashes:
        return set()
    found: dict[str, bool] = {}
    for paper in IssuedPaper.objects.select_related("document").filter(document__sha256__in=set(hashes)):
        sha256 = paper.document.sha256
        found[sha256] = found.get(sha256, False) or paper.standing(day) == Standing.VALID
    return {sha256 for sha256, counts in found.items() if not counts}


def copies_with_hash(sha256: str, *, code: str = "") -> QuerySet[PaperCopy]:
    """The copy whose file has exactly these bytes, with `code` that one alone."""
    found = PaperCopy.objects.select_related("paper__agency", "paper__kind", "paper__document")
    return found.filter(document__sha256=sha256, **({"code": code} if code else {}))[:5]


def kind_with_code(code: str) -> PaperKind | None:
    return PaperKind.objects.filter(code=code).first() if code else None


def kinds_with_codes(codes: Iterable[str]) -> dict[str, PaperKind]:
    """The kinds by code, as far as the vault knows them; no query for no code."""
    wanted = set(codes)
    return {kind.code: kind for kind in PaperKind.objects.filter(code__in=wanted)} if wanted else {}


def papers_of(actor: Actor) -> QuerySet[IssuedPaper]:
    """The actor's own papers, those of organisations they speak for, and those that carry their verified number.

    A number somebody typed of themselves proves nothing: it counts from the first verified assurance level on. So whoever
    speaks for a verified organisation also has what was issued to its tax code while somebody only declared it, and never the
    other way round. What the agency has not handed over yet is not among them.
    """
    found = IssuedPaper.objects.select_related("kind", "document").filter(_is_of(actor, verified_only=True))
    return found.filter(released_at__isnull=False)


def seen_among(actor: Actor, paper_ids: Collection[int]) -> set[int]:
    """Of these papers those that the actor finds in their vault."""
    return set(papers_of(actor).filter(pk__in=paper_ids).values_list("pk", flat=True))


def belongs_to(actor: Actor, paper: IssuedPaper) -> bool:
    """Is it the actor's own, or of an organisation they speak for, handed over or not? A number they only typed of
    themselves counts here: nobody deals with such a paper before it is cleared up whose it is."""
    return IssuedPaper.objects.filter(_is_of(actor, verified_only=False), pk=paper.pk).exists()


def numbers_of(actor: Actor, *, verified_only: bool = False) -> frozenset[str]:
    """The personal number of the actor and the tax codes of organisations they speak for."""
    if actor.user_id is None:
        return frozenset()
    known = [one.organisation for one in account_selectors.representations_of(actor.user_id)]
    return _numbers(actor.user_id, known, verified_only=verified_only)


def _numbers(user_id: int, organisations: list[Organisation], *, verified_only: bool) -> frozenset[str]:
    lowest = AssuranceLevel.SELF_DECLARED
    numbers = {one.tax_code for one in organisations if not verified_only or one.assurance_level > lowest}
    citizen = account_selectors.citizen_of(user_id)
    if citizen is not None and (not verified_only or citizen.assurance_level > lowest):
        numbers.add(citizen.personal_id_number)
    return frozenset(number for number in numbers if number)


def _is_of(actor: Actor, *, verified_only: bool) -> Q:
    if actor.user_id is None:
        return Q(pk__in=())
    organisations = [one.organisation for one in account_selectors.representations_of(actor.user_id)]
    mine = Q(owner_id=actor.user_id) | Q(owner_organisation_id__in=[one.pk for one in organisations])
    numbers = _numbers(actor.user_id, organisations, verified_only=verified_only)
    if numbers:
        mine |= Q(owner__isnull=True, owner_organisation__isnull=True, holder_id_number__in=numbers)
    tax_codes = {one.tax_code for one in organisations if one.is_verified or not verified_only}
    if tax_codes:
        declared = _declared_with(tax_codes)
        mine |= Q(owner_organisation_id__in=declared, holder_id_number__in=tax_codes)
    return mine


def _declared_with(tax_codes: Collection[str]) -> list[int]:
    """Self-declared organisations that own a paper which was issued to one of these tax codes. By key, so that the lists of
    papers keep to their indexes; the number on the paper counts, for it is frozen."""
    issued = IssuedPaper.objects.filter(
        holder_id_number__in=tax_codes, owner_organisation__assurance_level=AssuranceLevel.SELF_DECLARED
    )
    return sorted(set(issued.order_by().values_list("owner_organisation_id", flat=True)))


def own_paper(actor: Actor, public_id: UUID) -> IssuedPaper:
    """One of `papers_of`, or PaperNotFound."""
    found = papers_of(actor).select_related("agency__parent", "owner_organisation", "replaced_by")
    paper = found.filter(public_id=public_id).first()
    if paper is None:
        raise PaperNotFound
    return paper


_VERIFIED = Q(assurance_level__gt=AssuranceLevel.SELF_DECLARED)


def people_of(paper: IssuedPaper) -> list[User]:
    """Who is told when something happens to a paper: its owner, the organisation's representatives, or whoever has the
    number on it and had it verified; accounts in use. Of a self-declared organisation's also the representatives of the
    verified one with the tax code on the paper, as `papers_of` shows it to them. Whoever has no address finds it in the inbox."""
    if paper.owner_id is not None:
        wanted = Q(pk=paper.owner_id)
    elif paper.owner_organisation_id is not None:
        wanted = Q(pk__in=_speakers_for(Q(pk=paper.owner_organisation_id)))
        owner = paper.owner_organisation
        if owner is not None and not owner.is_verified and paper.holder_id_number:
            wanted |= Q(pk__in=_speakers_for(_VERIFIED & Q(tax_code=paper.holder_id_number)))
    elif paper.holder_id_number:
        people = Citizen.objects.filter(_VERIFIED, personal_id_number=paper.holder_id_number).values("user_id")
        wanted = Q(pk__in=people) | Q(pk__in=_speakers_for(_VERIFIED & Q(tax_code=paper.holder_id_number)))
    else:
        return []
    return list(User.objects.filter(wanted, is_active=True).order_by("pk"))


def _speakers_for(which: Q) -> QuerySet[Representation, Any]:
    return Representation.objects.filter(organisation__in=Organisation.objects.filter(which)).values("user_id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owner looks for in the list; blank for all. `words` are looked for without tones in title, number, agency."""

    standing: str = ""
    kind: int | None = None
    agency: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """`next_cursor` is "" on the last page."""

    rows: list[IssuedPaper] = field(default_factory=list)
    next_cursor: str = ""


SOON = "soon"
_IN_FORCE = Q(state=PaperState.IN_FORCE)


def with_standing(papers: QuerySet[IssuedPaper], standing: str, day: date) -> QuerySet[IssuedPaper]:
    """Those that are worth this on that day; "soon" for those whose last day comes within 30 days."""
    begun, not_over = Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    conditions: Mapping[str, Q] = {
        Standing.VALID: _IN_FORCE & begun & not_over,
        Standing.NOT_YET: _IN_FORCE & Q(valid_from__gt=day),
        Standing.EXPIRED: _IN_FORCE & begun & Q(valid_until__lt=day),
        Standing.REPLACED: Q(state=PaperState.REPLACED),
        Standing.REVOKED: Q(state=PaperState.REVOKED),
        SOON: _IN_FORCE & begun & Q(valid_until__gte=day, valid_until__lte=day + timedelta(days=WARNED_DAYS)),
    }
    return papers.filter(conditions[standing]) if standing in conditions else papers


def untold_last_days(day: date) -> QuerySet[IssuedPaper]:
    """Papers in their owners' hands whose last day comes within 30 days, and of which nobody was told so yet.

    Those that came into the vault with no more days left are none of them: whoever got them read the day.
    """
    soon = with_standing(IssuedPaper.objects.filter(released_at__isnull=False), SOON, day)
    came_on = TruncDate("registered_at", tzinfo=clock.VIETNAM)
    return soon.filter(last_day_told_at__isnull=True, valid_until__gt=came_on + timedelta(days=WARNED_DAYS))


def paper_page(papers: QuerySet[IssuedPaper], wanted: Wanted, *, day: date, cursor: str = "") -> PaperPage:
    """One page, newest first. A cursor is the key of the last row before it."""
    papers = with_standing(papers, wanted.standing, day)
    if wanted.kind is not None:
        papers = papers.filter(kind_id=wanted.kind)
    if wanted.agency is not None:
        papers = papers.filter(agency_id=wanted.agency)
    words = fold(normalise(wanted.words.replace("\x00", "")))[:100].split()[:8]
    for word in words:
        papers = papers.filter(search_text__contains=word)
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        papers = papers.filter(pk__lt=int(cursor))
    rows = list(papers.select_related("owner_organisation").order_by("-pk")[: PAGE_SIZE + 1])
    return PaperPage(rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else "")


def choices_among(papers: QuerySet[IssuedPaper]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(kinds, agencies) of the papers by key, each by name."""
    keys = papers.order_by().values("kind_id")
    kinds = PaperKind.objects.filter(pk__in=keys).values_list("pk", "name")
    agencies = Agency.objects.filter(pk__in=papers.order_by().values("agency_id")).order_by("name")
    return list(kinds), list(agencies.values_list("pk", "name"))


def log_page(paper: IssuedPaper, cursor: str = "") -> tuple[list[PaperLogEntry], str]:
    """Lines of its log, the last first, and the cursor of the next page."""
    lines = PaperLogEntry.objects.filter(paper=paper)
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        lines = lines.filter(pk__lt=int(cursor))
    rows = list(lines.order_by("-id")[: LOG_PAGE_SIZE + 1])
    return rows[:LOG_PAGE_SIZE], str(rows[LOG_PAGE_SIZE - 1].pk) if len(rows) > LOG_PAGE_SIZE else ""


def agency_log(paper: IssuedPaper) -> list[PaperLogEntry]:
    """The latest lines that are the agency's business; with whom the owner shares, in which dossiers it is used again, and who
    looks then, is not."""
    owners = [PaperAct.SHARED, PaperAct.SHARING_ENDED, PaperAct.REUSED]
    lines = PaperLogEntry.objects.filter(paper=paper).exclude(act__in=owners)
    return list(lines.exclude(details__has_any_keys=["share", "dossier"]).order_by("-id")[:LOG_PAGE_SIZE])


def copies_of(paper: IssuedPaper) -> QuerySet[PaperCopy]:
    return PaperCopy.objects.filter(paper=paper).select_related("document").order_by("-id")


def shares_of(paper: IssuedPaper) -> QuerySet[PaperShare]:
    return PaperShare.objects.filter(paper=paper).order_by("-id")


def live_shares(paper: IssuedPaper, now: datetime) -> QuerySet[PaperShare]:
    return _live(PaperShare.objects.filter(paper=paper), now)


def shares_for(subject: str, now: datetime) -> list[PaperShare]:
    """What the owner shares with those who work on this matter, while it lasts, with its papers."""
    found = _live(PaperShare.objects.filter(subject=subject, paper__state=PaperState.IN_FORCE), now)
    return list(found.select_related("paper__kind", "paper__document").order_by("-id")[:50])


def _live(shares: QuerySet[PaperShare], now: datetime) -> QuerySet[PaperShare]:
    is_left = Q(openings_allowed__isnull=True) | Q(openings__lt=F("openings_allowed"))
    return shares.filter(is_left, ended_at__isnull=True, expires_at__gt=now)


def paper_for_officer(actor: Actor, public_id: UUID) -> tuple[IssuedPaper, Agency]:
    """A paper of which the actor's agency answers, with that agency. Raises PaperNotFound for any other."""
    paper = (
        IssuedPaper.objects.select_related(*_PUBLIC, "replaced_by", "digitisation__digitised_by")
        .filter(public_id=public_id)
        .first()
    )
    if paper is None:
        raise PaperNotFound
    in_charge = account_selectors.in_charge_of(paper.agency) or paper.agency
    if not actor.has_role(in_charge.pk):
        raise PaperNotFound
    return paper, in_charge


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


def kinds_to_choose() -> list[tuple[str, str]]:
    """(code, name) of every kind, in the order of their names."""
    return list(PaperKind.objects.order_by("name", "pk").values_list("code", "name"))
