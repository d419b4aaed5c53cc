from portal.core.models.calendar import CalendarDay
from portal.core.models.outbox import OutboxDelivery, OutboxEvent
from portal.core.models.references import ReferenceCounter
from portal.core.models.units import AdministrativeUnit

__all__ = ["AdministrativeUnit", "CalendarDay", "OutboxDelivery", "OutboxEvent", "ReferenceCounter"]
