"""What a paper's owner is told by mail: which paper, what became of it, where to read more. The file stays behind the sign-in."""

from django.conf import settings

from portal.notifications import services as notification_services
from portal.vault import selectors
from portal.vault.enums import PaperState
from portal.vault.models import IssuedPaper

REVOKED, REPLACED = "paper/revoked", "paper/replaced"
_KINDS = {PaperState.REVOKED: REVOKED, PaperState.REPLACED: REPLACED}
_LANGUAGE = "vi"


def tell_of_the_end(paper_id: int) -> None:
    """One mail to each of `selectors.people_of`, once a paper. Nothing of a paper that was never handed over."""
    paper = IssuedPaper.objects.select_related("agency").get(pk=paper_id)
    kind = _KINDS.get(PaperState(paper.state))
    if kind is None or paper.released_at is None:
        return
    for person in selectors.people_of(paper):
        notification_services.queue_mail(
            kind=kind,
            cause=f"paper:{paper.pk}:ended",
            recipient_email=person.email,
            recipient_name=person.full_name,
            user_id=person.pk,
            language=_LANGUAGE,
            context=facts_of(paper),
        )


def facts_of(paper: IssuedPaper) -> dict[str, object]:
    """What the templates under `email/paper/` show."""
    return {
        "title": paper.title,
        "number": paper.number,
        "agency_name": paper.agency_name,
        "ended_at": paper.ended_at,
        "reason": paper.end_reason,
        "paper_url": f"{settings.PUBLIC_URL}/kho-giay-to/{paper.public_id}/",
    }


def preview(paper: IssuedPaper, *, state: PaperState, reason: str) -> str:
    """The mail as plain text, for the officer who is about to cause it. It greets nobody by name."""
    context = {**facts_of(paper), "reason": reason, "recipient_name": ""}
    return notification_services.word_kind(_KINDS[state], _LANGUAGE, context).text
