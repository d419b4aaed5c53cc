"""After commit: whoever relies on a paper that ended hears of it. Each may run twice."""

from django.db import transaction

from portal.core.outbox import handles
from portal.vault import notices, services
from portal.vault.events import PaperEnded


@handles(PaperEnded, key="vault.end_shares")
def end_shares(event: PaperEnded) -> None:
    services.end_shares_of(paper_id=event.paper_id)


@handles(PaperEnded, key="vault.mail_owner")
def mail_owner(event: PaperEnded) -> None:
    with transaction.atomic():
        notices.tell_of_the_end(event.paper_id)
