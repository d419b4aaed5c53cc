"""What a paper's owner is told: which paper, what became of it, where to read more. The file stays behind the sign-in."""

from django.conf import settings

from portal.notifications import selectors as notification_selectors
from portal.notifications import services as notification_services
from portal.notifications.services import Matter, Recipient
from portal.vault import selectors
from portal.vault.enums import PaperState
from portal.vault.message_kinds import ENDS_SOON, REPLACED, REVOKED
from portal.vault.models import IssuedPaper

_KINDS = {PaperState.REVOKED: REVOKED, PaperState.REPLACED: REPLACED}
_LANGUAGE = "vi"


def thread_of(paper: IssuedPaper) -> str:
    """Under which officers find whether what was told about a paper arrived."""
    return f"paper:{paper.pk}"


def tell_of_the_end(paper_id: int) -> None:
    """Each of `selectors.people_of`, once a paper. Nothing of a paper that was never handed over."""
    paper = IssuedPaper.objects.select_related("agency", "replaced_by").get(pk=paper_id)
    kind = _KINDS.get(PaperState(paper.state))
    if kind is None or paper.released_at is None:
        return
    new = paper.replaced_by
    if new is not None and new.state == PaperState.REVOKED:
        # It was digitised anew as what it is: nobody is sent to a new paper that is worth nothing.
        _tell(paper, REVOKED, "ended", ended_at=new.ended_at, reason=new.end_reason)
    else:
        _tell(paper, kind, "ended")


def tell_of_the_last_day(paper: IssuedPaper) -> int:
    """Each of `selectors.people_of`, once a paper; how many there are."""
    return _tell(paper, ENDS_SOON, "ends_soon")


def _tell(paper: IssuedPaper, kind: str, cause: str, **facts: object) -> int:
    people = selectors.people_of(paper)
    for person in people:
        notification_services.notify(
            kind=kind,
            cause=f"paper:{paper.pk}:{cause}",
            recipient=Recipient(person.full_name, person.email, person.pk, _LANGUAGE),
            context={**facts_of(paper), **facts},
            matter=Matter(thread=thread_of(paper), label=paper.title[:80], agency_id=paper.agency_id),
        )
    return len(people)


def facts_of(paper: IssuedPaper) -> dict[str, object]:
    """What the templates under `email/paper/` show."""
    return {
        "title": paper.title,
        "number": paper.number,
        "agency_name": paper.agency_name,
        "ended_at": paper.ended_at,
        "reason": paper.end_reason,
        "valid_until": paper.valid_until,
        "paper_url": f"{settings.PUBLIC_URL}/kho-giay-to/{paper.public_id}/",
    }


def preview(paper: IssuedPaper, *, state: PaperState, reason: str) -> str:
    """The mail as plain text, for the officer who is about to cause it. It greets nobody by name."""
    context = {**facts_of(paper), "reason": reason, "recipient_name": ""}
    kind = _KINDS[state]
    return notification_selectors.wordings_for(_LANGUAGE, paper.agency_id, kinds=[kind]).word(kind, context).text
