from portal.core.models.calendar import CalendarDay
from portal.core.models.outbox import OutboxDelivery, OutboxEvent
from portal.core.models.references import ReferenceCounter

__all__ = ["CalendarDay", "OutboxDelivery", "OutboxEvent", "ReferenceCounter"]
