"""A paper enters the vault."""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from portal.accounts.models import Agency
from portal.core import clock, outbox
from portal.core.actors import Actor
from portal.core.text import fold
from portal.vault.enums import PaperAct, PaperSource, PaperState
from portal.vault.errors import CodeTaken, PaperNotFound, PaperNotInForce
from portal.vault.events import PaperEnded, PaperRegistered
from portal.vault.models import IssuedPaper, PaperKind
from portal.vault.services.log import write_log


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom the paper is for, as it names them; the account or the organisation it belongs to, where one is known."""

    name: str
    id_number: str = ""
    owner_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """Days of Vietnam's calendar; `until` is the last day on which the paper counts, None for always."""

    issued_on: date
    begins_on: date
    until: date | None = None


class FactLabel(NamedTuple):
    """How one fact is called on this paper, and whether anyone with the code may read it."""

    key: str
    label: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What the paper is and says. `facts` by key; `labels`, from `label_facts`, name them and say which are public."""

    title: str
    number: str = ""
    kind_id: int | None = None
    signer_name: str = ""
    signer_title: str = ""
    # What the agency was called when it issued it, where that is not what it is called today.
    agency_name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    labels: Sequence[FactLabel] = ()


@transaction.atomic
def register_paper(
    *,
    actor: Actor,
    code: str,
    document_id: UUID,
    agency: Agency,
    holder: Holder,
    validity: Validity,
    contents: Contents,
    source: PaperSource,
    subject: str = "",
    replaces_id: int | None = None,
    replace_reason: str = "",
    is_released: bool = True,
) -> IssuedPaper:
    """Put a paper in, in the caller's transaction; publishes PaperRegistered, and PaperEnded for the one it replaces.

    `code` is from `draw_code` and stands on the paper already. Who may issue is the caller's check. Locks: the paper that is
    replaced; `replace_reason` is read by anyone with the old one's code. `is_released=False`: the owner gets it with
    `release_papers`, once it was handed over. Raises CodeTaken, PaperNotFound and PaperNotInForce (of the replaced one).
    """
    old = _to_replace(replaces_id)
    at = clock.now()
    agency_name = contents.agency_name or agency.name
    try:
        with transaction.atomic():
            paper = IssuedPaper.objects.create(
                code=code,
                document_id=document_id,
                kind_id=contents.kind_id,
                title=contents.title,
                number=contents.number,
                agency=agency,
                agency_name=agency_name,
                signer_name=contents.signer_name,
                signer_title=contents.signer_title,
                owner_id=holder.owner_id,
                owner_organisation_id=holder.organisation_id,
                holder_name=holder.name,
                holder_id_number=holder.id_number,
                source=source,
                subject=subject,
                facts=dict(contents.facts),
                public_facts=[
                    [one.label, contents.facts[one.key]]
                    for one in contents.labels
                    if one.is_public and contents.facts.get(one.key)
                ],
                fact_labels=[list(one) for one in contents.labels],
                search_text=fold(f"{contents.title} {contents.number} {agency_name} {code}"),
                issued_on=validity.issued_on,
                valid_from=validity.begins_on,
                valid_until=validity.until,
                registered_at=at,
                released_at=at if is_released else None,
            )
    except IntegrityError:
        if IssuedPaper.objects.filter(code=code).exists():
            raise CodeTaken from None
        raise
    write_log(actor=actor, paper=paper, act=PaperAct.REGISTERED)
    outbox.publish(PaperRegistered(paper_id=paper.pk))
    if old is not None:
        old.state, old.ended_at, old.replaced_by = PaperState.REPLACED, paper.registered_at, paper
        old.end_reason = replace_reason
        old.save(update_fields=["state", "ended_at", "replaced_by", "end_reason"])
        write_log(actor=actor, paper=old, act=PaperAct.REPLACED, details={"by": paper.pk})
        outbox.publish(PaperEnded(paper_id=old.pk))
    return paper


@transaction.atomic
def release_papers(*, subject: str, given_at: datetime | None = None) -> int:
    """Give the owner what came from the subject and was kept back; how many. Who handed it over, the subject's journal says.

    What had been replaced before it was given (`given_at`, None: now) never reached anybody and stays back. Of what ended
    since then the owner is told now. Locks: the papers.
    """
    now = clock.now()
    kept_back = IssuedPaper.objects.select_for_update(of=("self",)).filter(subject=subject, released_at__isnull=True)
    given = kept_back.exclude(state=PaperState.REPLACED, ended_at__lte=given_at or now)
    states = dict(given.order_by("pk").values_list("pk", "state"))
    IssuedPaper.objects.filter(pk__in=states).update(released_at=now)
    for key, state in states.items():
        if state != PaperState.IN_FORCE:
            outbox.publish(PaperEnded(paper_id=key))
    return len(states)


def hold_revoked(*, subject: str) -> bool:
    """Was a paper that came from the subject revoked? Locks its papers, in the order of their keys: the answer stays true
    until the caller's transaction ends."""
    papers = IssuedPaper.objects.select_for_update(of=("self",)).filter(subject=subject).order_by("pk")
    return PaperState.REVOKED in set(papers.values_list("state", flat=True))


def _to_replace(paper_id: int | None) -> IssuedPaper | None:
    if paper_id is None:
        return None
    paper = IssuedPaper.objects.select_for_update(of=("self",)).filter(pk=paper_id).first()
    if paper is None:
        raise PaperNotFound
    if paper.state != PaperState.IN_FORCE:
        raise PaperNotInForce
    return paper


def hold_papers(paper_ids: Collection[int]) -> None:
    """Lock papers, in the order of their keys, until the caller's transaction ends: none is revoked or replaced meanwhile."""
    if paper_ids:
        list(
            IssuedPaper.objects.select_for_update(of=("self",))
            .filter(pk__in=paper_ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )


def label_facts(
    kind: PaperKind | None, facts: Mapping[str, str], labels: Mapping[str, str], *, also_public: Collection[str] = ()
) -> list[FactLabel]:
    """Name each fact, those that anyone may read first: `also_public` in their order, then what the kind makes public in its."""
    wanted = [*also_public, *(kind.public_keys if kind is not None else [])]
    public = [key for key in dict.fromkeys(wanted) if key in facts]
    private = [key for key in facts if key not in public]
    return [FactLabel(key, labels.get(key, key), key in public) for key in [*public, *private]]


def last_day(kind: PaperKind | None, begins_on: date) -> date | None:
    """The last day on which a paper of the kind counts when it begins that day; None for one that does not expire.

    Terms of months end before the day of the same number (Civil Code 2015, article 148): twelve months from 1 June 2026 on
    end on 31 May 2027; from 31 August on six months end with February.
    """
    return None if kind is None or kind.months_valid is None else last_day_of_months(kind.months_valid, begins_on)


def last_day_of_months(term: int, begins_on: date) -> date:
    """The last day of that many months which begin that day."""
    months = begins_on.month - 1 + term
    year, month = begins_on.year + months // 12, months % 12 + 1
    day = min(begins_on.day, monthrange(year, month)[1])
    same = date(year, month, day)
    return same if day < begins_on.day else same - timedelta(days=1)


def begin_kind(
    *,
    code: str,
    name: str,
    months_valid: int | None = None,
    public_keys: Sequence[str] = (),
    is_reusable: bool = True,
) -> PaperKind:
    """A kind to begin with; one that is there stays as it was edited. For set-ups, not for people: they use admin."""
    beginning = {
        "name": name,
        "months_valid": months_valid,
        "public_keys": list(public_keys),
        "is_reusable": is_reusable,
    }
    kind, _created = PaperKind.objects.get_or_create(code=code, defaults=beginning)
    return kind
