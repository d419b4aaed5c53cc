"""Once only: what the vault or an earlier dossier already holds is offered in place of an upload (decision 0063)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dossiers import selectors
from dossiers.enums import ConsentAct, CopyKind
from dossiers.errors import PaperNotOffered
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services.drafts import lock_draft
from dossiers.services.reuse_records import log_use_at_desk, record_consent
from dossiers.services.slots import limits_of, upload_slot
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotPermitted
from portal.documents.enums import ScanState
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from procedures.enums import Channel, DocumentKind

if TYPE_CHECKING:
    from portal.vault.models import IssuedPaper, PaperKind

# Somebody with hundreds of papers is offered the newest.
_MOST_PAPERS = 50


@dataclass(frozen=True, slots=True)
class ReuseOffer:
    """One paper a slot can be filled with. `key` names it in a post; `issuer` is the agency that issued or accepted it.

    `dossier_code` is set for what was accepted in an earlier dossier; then `on` is the day of its filing, else of issue.
    """

    key: str
    title: str
    issuer: str
    on: date
    number: str = ""
    until: date | None = None
    facts: tuple[tuple[str, str], ...] = ()
    dossier_code: str = ""
    holder_name: str = ""
    is_organisations: bool = False
    paper_id: int | None = None
    paper_public_id: UUID | None = None
    files: tuple[DossierFile, ...] = ()


def offers_for(dossier: Dossier, components: Iterable[DossierComponent]) -> dict[int, list[ReuseOffer]]:
    """Component id -> what can be used again there, papers of the vault before files of earlier dossiers.

    Filed for an organisation: its papers and the applicant's own, none of another organisation they speak for. Filed for the
    applicant: all of them, each called an organisation's where it is one. Seven queries at most, one more for an organisation,
    however many slots and papers; none where no document names a kind of paper. Only papers in
    force today, only what is not in the slot already; nothing for what came by post, where nobody stands there to agree.
    """
    if dossier.channel == Channel.POST:
        return {}
    asking = [
        one
        for one in components
        if one.required_document.paper_kinds and one.required_document.kind == DocumentKind.UPLOAD
    ]
    if not asking:
        return {}
    codes = {code for one in asking for code in one.required_document.paper_kinds}
    kinds = {code: kind for code, kind in vault_selectors.kinds_with_codes(codes).items() if kind.is_reusable}
    if not kinds:
        return {}
    today = clock.today()
    owner = Actor(kind=ActorKind.CITIZEN, user_id=dossier.applicant_id)
    usable = vault_selectors.usable_papers_of(owner, kinds.values(), today)[:_MOST_PAPERS]
    is_ours = _is_of_this_side(dossier)
    papers = [paper for paper in usable if is_ours(paper)]
    found_earlier = selectors.accepted_components(applicant_id=dossier.applicant_id, paper_codes=kinds)
    earlier = [one for one in found_earlier if _was_filed_for_this_side(one, dossier)]
    ended = _ended_among(earlier, today)
    found = {}
    for component in asking:
        wanted = set(component.required_document.paper_kinds) & set(kinds)
        there = {file.document_id for file in _files_in(component)}
        offers = [
            _paper_offer(paper)
            for paper in papers
            if paper.kind is not None and paper.kind.code in wanted and paper.document_id not in there
        ]
        offers += [
            _earlier_offer(one)
            for one in earlier
            if _still_counts(one, wanted, kinds, today, ended)
            and one.dossier_id != dossier.pk
            and not there & {file.document_id for file in one.accepted_files}  # type: ignore[attr-defined]
        ]
        if offers:
            found[component.pk] = offers
    return found


def still_held(dossier: Dossier, components: Iterable[DossierComponent]) -> frozenset[int]:
    """Keys of the draft's files that are used again and would be offered today as on the day they were taken: still the
    applicant's or their organisation's, of a kind that may be used again and counts, from a dossier that is still granted.

    Reads `component.files`; six queries at most, none where nothing is used again.
    """
    used = [(one, file) for one in components for file in one.files.all() if file.is_used_again]
    codes = {code for one, _file in used for code in one.required_document.paper_kinds}
    if not codes:
        return frozenset()
    kinds = {code: kind for code, kind in vault_selectors.kinds_with_codes(codes).items() if kind.is_reusable}
    today = clock.today()
    paper_ids = {file.paper_id for _slot, file in used if file.paper_id is not None}
    papers: dict[int | None, str] = {}
    if paper_ids and kinds:
        owner = Actor(kind=ActorKind.CITIZEN, user_id=dossier.applicant_id)
        usable = vault_selectors.usable_papers_of(owner, kinds.values(), today).filter(pk__in=paper_ids)
        is_ours = _is_of_this_side(dossier)
        papers = {paper.pk: paper.kind.code for paper in usable if paper.kind is not None and is_ours(paper)}
    sources = _accepted_again(dossier, {file.reused_from_id for _slot, file in used if file.reused_from_id}, kinds)
    ended = _ended_among(sources.values(), today)
    held = set()
    for slot, file in used:
        wanted = set(slot.required_document.paper_kinds) & set(kinds)
        source = sources.get(file.reused_from_id)
        if papers.get(file.paper_id) in wanted or (
            source is not None and _still_counts(source, wanted, kinds, today, ended)
        ):
            held.add(file.pk)
    return frozenset(held)


def _accepted_again(
    dossier: Dossier, file_ids: "set[int]", kinds: "dict[str, PaperKind]"
) -> "dict[int | None, DossierComponent]":
    """File of an earlier dossier -> its slot, as `accepted_components` gives it."""
    if not file_ids:
        return {}
    found = selectors.accepted_components(
        applicant_id=dossier.applicant_id, paper_codes=kinds, with_files=file_ids, limit=len(file_ids)
    )
    ours = (one for one in found if _was_filed_for_this_side(one, dossier))
    return {file.pk: one for one in ours for file in one.accepted_files}  # type: ignore[attr-defined]


def _ended_among(components: Iterable[DossierComponent], today: date) -> set[str]:
    return vault_selectors.hashes_that_count_no_more(
        {file.document.sha256 for one in components for file in one.accepted_files},  # type: ignore[attr-defined]
        today,
    )


def _is_of_this_side(dossier: Dossier) -> "Callable[[IssuedPaper], bool]":
    """Which of the applicant's papers are those of whom the dossier is filed for, or their own."""
    organisation = dossier.organisation
    if organisation is None:
        return lambda paper: True
    # By the number as well: the same organisation is verified in another row.
    return lambda paper: (
        not paper.is_organisations
        or paper.owner_organisation_id == organisation.pk
        or paper.holder_id_number == organisation.tax_code
    )


def _was_filed_for_this_side(earlier: DossierComponent, dossier: Dossier) -> bool:
    """Was the earlier dossier filed for whom this one is, or for the applicant themselves?"""
    return dossier.organisation_id is None or earlier.dossier.organisation_id in (None, dossier.organisation_id)


def _files_in(component: DossierComponent) -> Iterable[DossierFile]:
    shown: Iterable[DossierFile] | None = getattr(component, "shown_files", None)
    return component.files.all() if shown is None else shown


def _paper_offer(paper: "IssuedPaper") -> ReuseOffer:
    return ReuseOffer(
        key=f"kho-{paper.pk}",
        title=paper.title,
        issuer=paper.agency_name,
        on=paper.issued_on,
        number=paper.number,
        until=paper.valid_until,
        facts=tuple((str(label), str(text)) for label, text in paper.public_facts),
        holder_name=paper.holder_name,
        is_organisations=paper.is_organisations,
        paper_id=paper.pk,
        paper_public_id=paper.public_id,
    )


def _earlier_offer(component: DossierComponent) -> ReuseOffer:
    dossier = component.dossier
    return ReuseOffer(
        key=f"hoso-{component.pk}",
        title=component.required_document.name,
        issuer=dossier.resolving_agency.name,
        on=_filed_on(dossier),
        dossier_code=dossier.code or "",
        holder_name=dossier.organisation_name or dossier.applicant_name,
        is_organisations=dossier.organisation_id is not None,
        files=tuple(component.accepted_files),  # type: ignore[attr-defined]
    )


def _still_counts(
    component: DossierComponent, wanted: set[str], kinds: "dict[str, PaperKind]", today: date, ended: set[str]
) -> bool:
    """It answered one of the wanted kinds, is sound, is no paper that has ended, and a paper of that kind filed that day
    has not expired since."""
    documents = [file.document for file in component.accepted_files]  # type: ignore[attr-defined]
    if any(one.scan_state == ScanState.INFECTED or one.sha256 in ended for one in documents):
        return False
    filed = _filed_on(component.dossier)
    for code in wanted & set(component.required_document.paper_kinds):
        last = vault_services.last_day(kinds[code], filed)
        if last is None or today <= last:
            return True
    return False


def _filed_on(dossier: Dossier) -> date:
    return clock.local(dossier.submitted_at or dossier.created_at).date()


@transaction.atomic
def use_again(
    *, actor: Actor, dossier_id: int, component_id: int, offer_key: str, has_consented: bool
) -> list[DossierFile]:
    """Fill a slot of the draft with what was offered: a frozen reference and the same bytes, nothing is uploaded.

    At the desk the officer ticks what the applicant agreed to. Raises InvalidInput without the tick or for a full slot,
    PaperNotOffered when it is offered no more (revoked, expired, there already), DossierNotFound, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    component = upload_slot(dossier, component_id)
    if actor.user_id is None:
        raise NotPermitted
    if not has_consented:
        sentence = (
            _("Hãy đánh dấu rằng người nộp đồng ý dùng lại giấy tờ này.")
            if dossier.is_on_paper
            else _("Hãy đánh dấu rằng bạn đồng ý dùng lại giấy tờ này.")
        )
        raise InvalidInput(fields={"consent": sentence})
    offers = offers_for(dossier, [component]).get(component.pk, [])
    offer = next((one for one in offers if one.key == offer_key), None)
    if offer is None:
        raise PaperNotOffered
    documents = _documents_of(offer)
    if component.files.count() + len(documents) > limits_of(component).max_files:
        raise InvalidInput(fields={"upload": _("Mục này không còn chỗ. Hãy bỏ bớt tệp rồi chọn lại.")})
    last = component.files.aggregate(last=Max("position"))["last"] or 0
    now = clock.now()
    made = []
    for position, (document_id, source) in enumerate(documents, start=last + 1):
        file = DossierFile.objects.create(
            component=component,
            document_id=document_id,
            added_by_id=actor.user_id,
            position=position,
            copy_kind=CopyKind.ORIGINAL if offer.paper_id else source.copy_kind if source is not None else "",
            caption=source.caption if source is not None else "",
            paper_id=offer.paper_id,
            reused_from=source,
            consented_at=now,
        )
        record_consent(
            actor=actor,
            dossier=dossier,
            component=component,
            act=ConsentAct.GIVEN,
            **({"paper_id": offer.paper_id} if source is None else {"earlier_file_id": source.pk}),
        )
        log_use_at_desk(actor=actor, dossier=dossier, file=file)
        made.append(file)
    dossier.saved_at = now
    dossier.save(update_fields=["saved_at"])
    return made


def _documents_of(offer: ReuseOffer) -> list[tuple[Any, DossierFile | None]]:
    if offer.paper_id is None:
        return [(file.document_id, file) for file in offer.files]
    paper = vault_selectors.paper_with_key(offer.paper_id)
    if paper is None:
        raise PaperNotOffered
    return [(paper.document_id, None)]
