"""After a confirmed change of the calendar: the recount, batch by batch."""

from portal.accounts import services
from portal.accounts.events import CalendarRecountDue
from portal.core.outbox import handles


@handles(CalendarRecountDue, key="accounts.recount_batch")
def recount_batch(event: CalendarRecountDue) -> None:
    services.recount_batch(change_id=event.change_id, subject=event.promise, after_id=event.after_id)
