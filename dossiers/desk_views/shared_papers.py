"""Papers of the vault that the applicant shares with whoever works on the dossier: those, and no other paper of theirs."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from dossiers.selectors.matters import WORKED_ON_STATES
from portal.core import clock
from portal.documents import services as document_services
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct


def shared_papers(dossier: Dossier) -> list[tuple[object, str]]:
    """(sharing, what the paper is worth today); nothing once the dossier is decided."""
    if dossier.state not in WORKED_ON_STATES:
        return []
    now = clock.now()
    return [
        (share, str(share.paper.standing(clock.local(now).date()).label))
        for share in vault_selectors.shares_for(dossier.subject, now)
    ]


@officers_only
@require_GET
def shared_paper(request: HttpRequest, code: str, share_id: UUID) -> HttpResponseBase:
    """The file of a shared paper; its owner reads in the log who looked. `?tai=1` downloads."""
    dossier = desk_dossier(request, code)
    if dossier.state not in WORKED_ON_STATES:
        raise DossierNotFound
    share = next(
        (one for one in vault_selectors.shares_for(dossier.subject, clock.now()) if one.public_id == share_id), None
    )
    if share is None:
        raise DossierNotFound
    # Before the line in the log: what was not opened is not told as opened, nor counted.
    document_services.require_openable_by_officer(share.paper.document)
    downloads = request.GET.get("tai") == "1"
    used = vault_services.use_share(
        actor=actor_of(request), share_id=share.pk, act=PaperAct.DOWNLOADED if downloads else PaperAct.OPENED
    )
    return document_services.document_response(used.paper.document, as_attachment=downloads)
