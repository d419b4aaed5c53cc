"""Races with real threads and real row locks on PostgreSQL."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from dossiers import services
from dossiers.enums import DossierState, Outcome, Transition
from dossiers.errors import TransitionConflict
from dossiers.models import Dossier, IssuedSlip, JournalEntry
from dossiers.services.filing import submit
from portal.core import clock, outbox
from portal.core.errors import PortalError
from portal.core.models import OutboxDelivery, OutboxEvent
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import (
    make_cast,
    make_draft,
    make_filed,
    make_offering,
    make_processing,
    make_received,
    pdf_upload,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run every call in a thread of its own, all let go at the same instant; results or exceptions in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def test_twenty_dossiers_filed_at_the_same_instant_get_twenty_codes_and_no_error() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    drafts = [make_draft(cast, offering=offering, has_file=True) for _number in range(20)]
    an = cast.actor("an")
    found = at_once(*(lambda pk=draft.pk: submit(actor=an, dossier_id=pk, has_attested=True) for draft in drafts))
    assert [type(one).__name__ for one in found if not isinstance(one, Dossier)] == []
    codes = {one.code for one in found if isinstance(one, Dossier)}
    numbers = sorted(int(str(code).rpartition("-")[2]) for code in codes)
    assert numbers == list(range(1, 21))
    assert JournalEntry.objects.count() == 20


def test_one_draft_filed_ten_times_at_once_is_filed_once() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    an = cast.actor("an")
    found = at_once(*[lambda: submit(actor=an, dossier_id=draft.pk, has_attested=True)] * 10)
    assert {one.code for one in found if isinstance(one, Dossier)} == {Dossier.objects.get().code}
    assert [one for one in found if isinstance(one, Exception)] == []
    assert JournalEntry.objects.count() == 1
    assert OutboxEvent.objects.filter(name="dossiers.submitted").count() == 1


def test_two_signers_deciding_at_once_give_one_decision_and_one_conflict_that_names_the_other() -> None:
    cast = make_cast()
    dossier = make_processing(cast, fee=None)
    version = dossier.version

    def decide(name: str, outcome: Outcome) -> Callable[[], Dossier]:
        actor = cast.actor(name)
        return lambda: services.resolve(
            actor=actor,
            dossier_id=dossier.pk,
            outcome=outcome,
            title="Quyết định",
            note="Theo hồ sơ",
            upload=pdf_upload(),
            seen_version=version,
        )

    found = at_once(decide("dung", Outcome.GRANTED), decide("khanh", Outcome.DENIED))
    winners = [one for one in found if isinstance(one, Dossier)]
    losers = [one for one in found if isinstance(one, TransitionConflict)]
    assert (len(winners), len(losers)) == (1, 1)
    assert losers[0].status == 409
    line = JournalEntry.objects.get(act=Transition.RESOLVE)
    assert line.actor_name in str(losers[0].sentence)
    dossier.refresh_from_db()
    assert dossier.results.count() == 1
    assert line.details["outcome"] == dossier.outcome


def test_withdrawal_and_decision_at_once_leave_one_of_them() -> None:
    cast = make_cast()
    dossier = make_processing(cast, fee=None)
    an, dung = cast.actor("an"), cast.actor("dung")
    found = at_once(
        lambda: services.withdraw(actor=an, dossier_id=dossier.pk),
        lambda: services.resolve(
            actor=dung, dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload()
        ),
    )
    assert [isinstance(one, PortalError) for one in found].count(True) == 1
    dossier.refresh_from_db()
    assert dossier.state in {DossierState.WITHDRAWN, DossierState.RESOLVED}
    assert (dossier.outcome == "") == (dossier.state == DossierState.WITHDRAWN)


def test_two_workers_making_the_same_slip_make_one() -> None:
    dossier = make_filed(make_cast())
    found = at_once(*[lambda: services.receipt_slip(dossier_id=dossier.pk, occasion="submitted").pk] * 3)
    assert len(set(found)) == 1
    assert IssuedSlip.objects.count() == 1


def test_three_workers_draining_the_outbox_at_once_write_each_mail_once() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    for _number in range(5):
        make_received(cast, offering=offering)

    def drain() -> int:
        count = 0
        while claimed := outbox.relay_due(limit=2):
            count += claimed
        return count

    at_once(drain, drain, drain)
    # A message that was about to overtake the one before it comes back a little later.
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        drain()
    assert not OutboxDelivery.objects.exclude(state="done").exclude(handler="notifications.deliver_mail").exists()
    kinds = list(MailDelivery.objects.values_list("kind", flat=True))
    assert sorted(kinds) == ["dossier/received"] * 5 + ["dossier/submitted"] * 5
    by_dossier: dict[str, list[str]] = defaultdict(list)
    for thread, kind in MailDelivery.objects.order_by("id").values_list("thread", "kind"):
        by_dossier[thread].append(kind)
    assert set(map(tuple, by_dossier.values())) == {("dossier/submitted", "dossier/received")}


def test_a_start_form_sent_ten_times_at_once_begins_one_draft() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    an, token = cast.actor("an"), uuid4()
    found = at_once(*[lambda: services.start_draft(actor=an, offering_id=offering.pk, token=token)] * 10)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert {one.pk for one in found} == {Dossier.objects.get().pk}
    assert Dossier.objects.get().components.count() == 2


def test_two_pages_saving_at_once_lose_nothing_and_the_one_field_they_share_is_a_clash_for_one_of_them() -> None:
    cast = make_cast()
    draft = services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast).pk)
    section = services.definition_of(draft).section("person")
    an = cast.actor("an")

    def save(name: str, **typed: str) -> Any:
        page = services.PageState(services.new_page(draft, section).digests, name, 1)
        return services.save_typed(actor=an, dossier_id=draft.pk, section_key="person", data=typed, page=page)

    found = at_once(
        lambda: save("aaaa", full_name="Nguyễn Thị An", born_on="12/09/1996"),
        lambda: save("bbbb", full_name="Nguyễn Văn An", reason="Xin việc"),
    )
    assert [one for one in found if isinstance(one, Exception)] == []
    assert sorted(len(one.conflicts) for one in found) == [0, 1]
    draft.refresh_from_db()
    winner = next(one for one in found if not one.conflicts)
    assert draft.answers["full_name"] == ("Nguyễn Thị An" if winner is found[0] else "Nguyễn Văn An")
    assert (draft.answers["born_on"], draft.answers["reason"]) == ("1996-09-12", "Xin việc")
    assert draft.draft_version == 2
