import pytest

from portal.core import outbox
from portal.core.models import OutboxDelivery
from tests.factories.dossiers import Cast
from tests.factories.handoffs import Partners, make_partners


@pytest.fixture
def partners(cast: Cast) -> Partners:
    return make_partners(cast)


def relay() -> None:
    """What the worker does, and what follows from that; without the slips, whose pages take their time."""
    while True:
        OutboxDelivery.objects.filter(handler__startswith="dossiers.slip").update(state="done")
        if not outbox.relay_due():
            return
