"""The result of a dossier as a paper of the vault."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from dossiers.enums import Outcome
from dossiers.models import Dossier, ResultDocument
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct, PaperSource

if TYPE_CHECKING:
    from portal.vault.models import PaperKind


def file_result(
    *, actor: Actor, dossier: Dossier, outcome: Outcome, document_id: UUID, title: str, code: str, at: datetime
) -> ResultDocument:
    """Link the document with the dossier and put it into the vault, in the transaction of the decision.

    It belongs to the applicant, is of the kind that the procedure's one result names when it was granted, and counts from
    the day of the decision on. `code` stands on it already.
    """
    agency = dossier.resolving_agency
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    day = clock.local(at).date()
    kind = sole_result_kind(dossier) if outcome == Outcome.GRANTED else None
    paper = vault_services.register_paper(
        actor=actor,
        code=code,
        document_id=document_id,
        agency=agency,
        holder=vault_services.Holder(
            name=dossier.applicant_name,
            id_number=citizen.personal_id_number if citizen is not None else "",
            owner_id=dossier.applicant_id,
        ),
        validity=vault_services.Validity(day, day, vault_services.last_day(kind, day)),
        contents=vault_services.Contents(
            title=title,
            kind_id=kind.pk if kind is not None else None,
            signer_name=actor.display_name,
            signer_title=account_selectors.officer_title(
                actor.user_id, agency.pk, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD
            ),
        ),
        source=PaperSource.ISSUED,
        subject=dossier.subject,
        # The owner's once it is handed over: until then a fee may be owed, or it waits at the desk.
        is_released=False,
    )
    return ResultDocument.objects.create(
        dossier=dossier, document_id=document_id, paper=paper, title=title, issued_at=at
    )


def release_result(dossier: Dossier) -> None:
    """The result is the applicant's now, in the transaction that hands it over."""
    vault_services.release_papers(subject=dossier.subject)


def note_look(*, actor: Actor, result: ResultDocument, is_download: bool) -> None:
    """A line in the paper's log, which its owner reads; a result from before the vault has none."""
    if result.paper is not None:
        act = PaperAct.DOWNLOADED if is_download else PaperAct.OPENED
        vault_services.write_log(actor=actor, paper=result.paper, act=act)


def sole_result_kind(dossier: Dossier) -> "PaperKind | None":
    """The kind of paper the procedure ends in; None when it names none or several, or the vault does not know it."""
    codes = {result.code for result in dossier.revision.results.all() if result.code}
    return vault_selectors.kind_with_code(codes.pop()) if len(codes) == 1 else None
