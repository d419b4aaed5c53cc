"""The date an officer reads before receiving what came by post is the date the receipt promises."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import CounterIntake, Dossier
from dossiers.services import IntakeFacts
from portal.core import clock
from portal.core.templatetags.portal import instant
from procedures.enums import Channel
from tests.dossiers.desk.conftest import SignIn
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast


def by_post(cast: Cast) -> Dossier:
    """A draft of what arrived today."""
    draft = make_counter_draft(cast, channel=Channel.POST)
    facts = IntakeFacts(postal_number="EB 123 456 789 vn", arrived_on=clock.today(), sender_address="12 Lê Lợi")
    services.save_intake(actor=cast.actor("binh"), dossier_id=draft.pk, facts=facts)
    return draft


def filed(cast: Cast, draft: Dossier) -> Dossier:
    """SUBMITTED at the desk."""
    binh = cast.actor("binh")
    return services.file_at_counter(actor=binh, dossier_id=draft.pk, has_attested=True, receives=False)


def test_the_date_shown_before_receipt_is_the_date_promised(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch, seeded_calendar: None
) -> None:
    """On the dossier's page and for many at once: three days in the tray count already."""
    drafts = [by_post(cast) for _number in range(2)]
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 12, 3, 0, tzinfo=UTC))
    waiting = [filed(cast, draft) for draft in drafts]
    CounterIntake.objects.update(arrived_on=date(2026, 3, 12))
    CounterIntake.objects.filter(dossier=waiting[0]).update(arrived_on=date(2026, 3, 9))
    client = as_("binh")
    page = client.get(f"/mot-cua/{waiting[0].code}/").content.decode()
    chosen = [f"{one.code}:{one.version}" for one in waiting]
    posted = {"viec": "tiep-nhan", "chon": chosen, "tu": ""}
    many = client.post("/mot-cua/danh-sach/hang-loat/", posted).content.decode()
    promised = []
    for one in waiting:
        client.post(f"/mot-cua/{one.code}/tiep-nhan/", {"seen_version": one.version})
        one.refresh_from_db()
        promised.append(instant(one.due_at))
    assert clock.local(waiting[0].due_at).date() == date(2026, 3, 12)
    assert f"hẹn trả kết quả {promised[0]}." in page
    assert promised[0] != promised[1]
    for when in promised:
        assert f"Hẹn trả kết quả {when}: 1 hồ sơ." in many


@pytest.mark.parametrize("count", [1, 3])
def test_dates_of_the_post_are_read_once_for_many(cast: Cast, as_: SignIn, count: int) -> None:
    waiting = [filed(cast, by_post(cast)) for _number in range(count)]
    client = as_("binh")
    posted = {"viec": "tiep-nhan", "chon": [f"{one.code}:{one.version}" for one in waiting], "tu": ""}
    client.post("/mot-cua/danh-sach/hang-loat/", posted)
    with CaptureQueriesContext(connection) as captured:
        client.post("/mot-cua/danh-sach/hang-loat/", posted)
    assert sum("dossiers_counterintake" in query["sql"] for query in captured.captured_queries) == 1
