"""Every transition, by two threads at the same instant on PostgreSQL: it happens once, and the loser is told by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_django import Settings

from dossiers import services
from dossiers.enums import ResultDelivery, Transition
from dossiers.errors import TransitionConflict
from dossiers.models import Dossier, JournalEntry
from payments import selectors as payment_selectors
from payments import services as payment_services
from payments.enums import ChargeKind, CollectionPoint
from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core.actors import Actor
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import (
    Cast,
    make_cast,
    make_draft,
    make_filed,
    make_payment_requested,
    make_processing,
    make_received,
    make_resolved,
    make_supplement_requested,
    pdf_upload,
)

pytestmark = pytest.mark.django_db(transaction=True)
T = Transition


@dataclass(frozen=True)
class Race:
    """Who runs it against whom: two officers of a role, or (no role) the citizen twice, or the system twice.

    `is_quiet`: the second run is not an error, because pressing a button twice or running a handler twice is no mistake.
    """

    make: Callable[[Cast], Dossier]
    run: Callable[[Actor, int], Any]
    role: str = ""
    is_quiet: bool = False


def paid(cast: Cast) -> Dossier:
    """Asked for money that has come, before anybody went on."""
    dossier = make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject)[0]
    payment_services.record_counter_payment(
        actor=cast.actor("giang"),
        charge_id=charge.pk,
        method="cash",
        received_amount=charge.amount,
        agency_id=dossier.receiving_agency_id,
    )
    return dossier


def with_obligation(cast: Cast) -> Dossier:
    """In processing, with an amount that another agency has set."""
    dossier = make_processing(cast, fee=None)
    payment_services.create_charge(
        actor=cast.actor("hoa"),
        subject=dossier.subject,
        subject_label=dossier.code or "",
        return_path=f"/ho-so/{dossier.code}/",
        payer_id=dossier.applicant_id,
        kind=ChargeKind.OBLIGATION,
        amount=1_200_000,
        description="Thuế thu nhập cá nhân",
        rule={"set_by": "thuế"},
        collection=CollectionPoint.ON_REQUEST,
        agency_id=dossier.receiving_agency_id,
        accepts_online=True,
    )
    return dossier


def ask_for_supplement(actor: Actor, pk: int) -> Any:
    slot = Dossier.objects.get(pk=pk).components.get(required_document__kind="upload")
    items = [services.SupplementItemAsked(reason="Giấy tờ mờ", component_id=slot.pk)]
    return services.request_supplement(actor=actor, dossier_id=pk, items=items)


RACES: dict[Transition, Race] = {
    T.SUBMIT: Race(
        make_draft, lambda who, pk: services.submit(actor=who, dossier_id=pk, has_attested=True), is_quiet=True
    ),
    T.RECEIVE: Race(make_filed, lambda who, pk: services.receive(actor=who, dossier_id=pk), "desk_officer"),
    T.REFUSE_INTAKE: Race(
        make_filed, lambda who, pk: services.refuse_intake(actor=who, dossier_id=pk, reason="Sai"), "desk_officer"
    ),
    T.START_PROCESSING: Race(
        make_received, lambda who, pk: services.start_processing(actor=who, dossier_id=pk), "case_officer"
    ),
    T.REQUEST_SUPPLEMENT: Race(make_processing, ask_for_supplement, "case_officer"),
    T.ANSWER_SUPPLEMENT: Race(
        make_supplement_requested, lambda who, pk: services.answer_supplement(actor=who, dossier_id=pk, note="Đã gửi")
    ),
    T.REQUEST_PAYMENT: Race(
        make_processing, lambda who, pk: services.request_payment(actor=who, dossier_id=pk), "case_officer"
    ),
    T.REQUEST_OBLIGATION: Race(
        with_obligation, lambda _who, pk: services.ask_for_obligations(dossier_id=pk), is_quiet=True
    ),
    T.RESUME_AFTER_PAYMENT: Race(paid, lambda _who, pk: services.resume_after_payment(dossier_id=pk), is_quiet=True),
    T.WITHDRAW: Race(make_processing, lambda who, pk: services.withdraw(actor=who, dossier_id=pk)),
    T.STOP: Race(
        make_processing, lambda who, pk: services.stop(actor=who, dossier_id=pk, reason="Theo luật"), "case_officer"
    ),
    T.RESOLVE: Race(
        make_processing,
        lambda who, pk: services.resolve(
            actor=who, dossier_id=pk, outcome="granted", title="Giấy", upload=pdf_upload()
        ),
        "signer",
    ),
    T.HAND_OVER_RESULT: Race(
        lambda cast: make_resolved(cast, fee=None),
        lambda who, pk: services.hand_over_result(actor=who, dossier_id=pk),
        "desk_officer",
    ),
    T.DELIVER_RESULT_ONLINE: Race(
        lambda cast: make_resolved(cast, fee=None, delivery=ResultDelivery.ONLINE),
        lambda _who, pk: services.deliver_result_online(dossier_id=pk),
        is_quiet=True,
    ),
    T.UNDO: Race(make_received, lambda who, pk: services.undo(actor=who, dossier_id=pk)),
}


def two_people(cast: Cast, transition: Transition) -> list[Actor]:
    """Two officers of the role, or one person twice: the citizen, for undoing the officer who acted."""
    role = RACES[transition].role
    if not role:
        return [cast.actor("binh" if transition is T.UNDO else "an")] * 2
    second = UserFactory.create(full_name="Đồng nghiệp thứ hai")
    OfficerPostingFactory.create(user=second, agency=cast.receiving, role=role)
    first = User.objects.filter(postings__role=role, postings__agency=cast.receiving).order_by("pk").first()
    assert first is not None
    return [actor_for(first), actor_for(second)]


def test_every_transition_has_its_race() -> None:
    assert set(RACES) == set(Transition)


@pytest.mark.parametrize("transition", list(Transition))
def test_two_at_once_do_it_once(transition: Transition, settings: Settings) -> None:
    race = RACES[transition]
    settings.UNDO_WINDOW_SECONDS = 120 if transition is T.UNDO else 0
    cast = make_cast(one_agency=True)
    dossier = race.make(cast)
    found = at_once(
        *(lambda who=who: race.run(who, dossier.pk) for who in two_people(cast, transition))  # type: ignore[misc]
    )
    errors = [one for one in found if isinstance(one, Exception)]
    assert [type(one) for one in errors] == ([] if race.is_quiet else [TransitionConflict])
    lines = JournalEntry.objects.filter(dossier=dossier, act=transition)
    assert lines.count() == 1
    after = Dossier.objects.get(pk=dossier.pk)
    assert after.version == dossier.version + 1
    if errors:
        assert lines.get().actor_name in str(errors[0].sentence)
