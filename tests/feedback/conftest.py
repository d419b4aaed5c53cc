"""The cast, with a desk officer, a case officer, a signer and the head at one agency, and a head above."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from portal.core.actors import ANONYMOUS
from portal.feedback import services
from portal.feedback.models import Feedback
from tests.factories.dossiers import Cast

Send = Callable[..., Feedback]


@pytest.fixture
def send(cast: Cast, seeded_calendar: None) -> Send:
    """Sent by nobody with an account, to the resolving agency, unless told otherwise."""

    def sent(**facts: Any) -> Feedback:
        return services.send_feedback(
            **{
                "actor": ANONYMOUS,
                "client_address": "203.0.113.7",
                "token": uuid4(),
                "kind": "rule",
                "title": "Mẫu đơn quá dài",
                "text": "Tờ khai hỏi lại điều đã khai.",
                "agency_id": cast.resolving.pk,
                "sender_name": "Trần Thị Hạnh",
                **facts,
            }
        )

    return sent
