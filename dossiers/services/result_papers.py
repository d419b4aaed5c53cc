"""The result of a dossier as a paper of the vault."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import transitions
from dossiers.enums import DossierState, Outcome
from dossiers.errors import ResultRevoked
from dossiers.models import Dossier, ResultDocument, ResultDraft
from dossiers.services.filed_for import holder_of
from dossiers.services.result_drafts import signer_title_of
from dossiers.services.result_numbers import DocumentNumber, take_number
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct, PaperSource
from procedures.services import Composed

if TYPE_CHECKING:
    from portal.vault.models import PaperKind


def file_result(
    *,
    actor: Actor,
    dossier: Dossier,
    outcome: Outcome,
    document_id: UUID,
    title: str,
    code: str,
    at: datetime,
    number: DocumentNumber | None = None,
    composed: Composed | None = None,
    draft: ResultDraft | None = None,
    valid_until: date | None = None,
    result_id: int | None = None,
) -> ResultDocument:
    """Link the document with the dossier and put it into the vault, in the transaction of the decision.

    It belongs to the applicant, or to the organisation it was filed for, and counts from the day of the decision on. When it
    was granted it is of the kind that `result_id` or its template's result names, else of the procedure's one result. `code`
    and `number` stand on it already; the number is taken here. `valid_until` is what a document of a draft says of itself.
    Locks: the register. Raises DrawnUpTooEarly when the number went to another document.
    """
    agency = dossier.resolving_agency
    day = clock.local(at).date()
    kind = _kind_of(dossier, draft, result_id) if outcome == Outcome.GRANTED else None
    until = vault_services.last_day(kind, day) if draft is None else valid_until
    facts, labels = _facts(composed, kind)
    register = take_number(number) if number is not None else None
    paper = vault_services.register_paper(
        actor=actor,
        code=code,
        document_id=document_id,
        agency=agency,
        holder=holder_of(dossier),
        validity=vault_services.Validity(day, day, until),
        contents=vault_services.Contents(
            title=title,
            number=str(number) if number is not None else "",
            facts=facts,
            labels=labels,
            kind_id=kind.pk if kind is not None else None,
            signer_name=actor.display_name[:120],
            signer_title=signer_title_of(actor, dossier)[:120],
        ),
        source=PaperSource.ISSUED,
        subject=dossier.subject,
        # The owner's once it is handed over: until then a fee may be owed, or it waits at the desk.
        is_released=False,
    )
    return ResultDocument.objects.create(
        dossier=dossier,
        document_id=document_id,
        paper=paper,
        title=title,
        issued_at=at,
        draft=draft,
        register=register,
        ordinal=number.ordinal if number is not None else None,
    )


def release_result(dossier: Dossier) -> None:
    """The result is the applicant's now, for good: in the transaction of a hand-over that nobody can undo."""
    given_at = dossier.posted_at or dossier.handed_over_at
    vault_services.release_papers(subject=dossier.subject, given_at=given_at)


def require_not_revoked(dossier: Dossier) -> None:
    """Nothing that was revoked is given out. Locks the vault's papers, after the dossier's lock. Raises ResultRevoked."""
    if vault_services.hold_revoked(subject=dossier.subject):
        raise ResultRevoked


@transaction.atomic
def release_handed_over(*, dossier_id: int) -> Dossier | None:
    """What a desk handed over, or the post delivered, is the applicant's once that can no longer be undone.

    Locks the dossier. Quietly nothing when the hand-over was taken back.
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.RESULT_HANDED_OVER:
        return None
    release_result(dossier)
    return dossier


def note_look(*, actor: Actor, result: ResultDocument, is_download: bool) -> None:
    """A line in the paper's log, which its owner reads; a result from before the vault has none."""
    if (paper := result.paper_now) is not None:
        act = PaperAct.DOWNLOADED if is_download else PaperAct.OPENED
        vault_services.write_log(actor=actor, paper=paper, act=act)


def _kind_of(dossier: Dossier, draft: ResultDraft | None, result_id: int | None) -> "PaperKind | None":
    if result_id is not None:
        chosen = next((one for one in dossier.revision.results.all() if one.pk == result_id), None)
        if chosen is None:
            raise InvalidInput(fields={"result": _("Chọn một kết quả của thủ tục này.")})
        return vault_selectors.kind_with_code(chosen.code)
    if draft is not None and draft.template.result is not None:
        return vault_selectors.kind_with_code(draft.template.result.code)
    return sole_result_kind(dossier)


def _facts(
    composed: Composed | None, kind: "PaperKind | None"
) -> "tuple[dict[str, str], list[vault_services.FactLabel]]":
    """What the vault keeps with its labels, and what anyone with the code may read: by the template's word, or the kind's."""
    if composed is None:
        return {}, []
    kept = [fact for fact in composed.facts if not fact.is_of_the_paper]
    facts = {fact.key: fact.text for fact in kept}
    labels = {fact.key: fact.label for fact in kept}
    by_template = [fact.key for fact in kept if fact.is_public]
    return facts, vault_services.label_facts(kind, facts, labels, also_public=by_template)


def sole_result_kind(dossier: Dossier) -> "PaperKind | None":
    """The kind of paper the procedure ends in; None when it names none or several, or the vault does not know it."""
    codes = {result.code for result in dossier.revision.results.all() if result.code}
    return vault_selectors.kind_with_code(codes.pop()) if len(codes) == 1 else None
