"""Who handed the dossier to whom: read from the journal of real dossiers."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from dossiers import selectors, services
from dossiers.models import Dossier
from dossiers.selectors.handovers import Party, Timeliness, timeliness_of
from payments import selectors as payment_selectors
from portal.core.clock import VIETNAM
from tests.dossiers.test_transfers import administrator, prepare, run_to_the_end
from tests.factories.dossiers import (
    Cast,
    make_filed,
    make_handed_over,
    make_processing,
    make_received,
    make_supplement_requested,
)
from tests.factories.handoffs import make_handoff, make_partners, tax_plan

DESK, RESOLVING = "Trung tâm Phục vụ hành chính công", "Sở Tư pháp"
AN = Party("", "Nguyễn Thị An")
BINH, HOA, DUNG = Party(DESK, "Trần Văn Bình"), Party(RESOLVING, "Lê Thị Hòa"), Party(RESOLVING, "Phạm Thị Dung")
DUE = datetime(2026, 5, 8, 9, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DUE - timedelta(days=1), Timeliness.EARLY),
        (DUE.replace(hour=0, minute=0), Timeliness.ON_TIME),
        (DUE, Timeliness.ON_TIME),
        (DUE + timedelta(seconds=1), Timeliness.LATE),
        (DUE + timedelta(days=3), Timeliness.LATE),
    ],
)
def test_a_date_is_kept_early_on_its_day_or_late(at: datetime, expected: Timeliness) -> None:
    assert timeliness_of(at, due_at=DUE) == expected


@pytest.mark.django_db
def test_the_straight_way(cast: Cast) -> None:
    steps = selectors.handovers_of(make_handed_over(cast))
    assert [(step.giver, step.taker, step.note) for step in steps] == [
        (AN, BINH, "Tiếp nhận"),
        (BINH, HOA, "Bắt đầu xử lý"),
        (DUNG, Party(DESK, ""), "Ký kết quả: Đồng ý giải quyết"),
        (BINH, AN, "Trả kết quả"),
    ]
    # The receipt had the eight working hours to keep, the decision the promise; the other steps have no date of their own.
    assert [step.due_at is not None for step in steps] == [True, False, True, False]
    assert [step.timeliness for step in steps][1::2] == [None, None]
    assert steps[2].timeliness == Timeliness.EARLY


@pytest.mark.django_db
def test_a_supplement_goes_to_the_citizen_and_comes_back(cast: Cast) -> None:
    dossier = make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    steps = selectors.handovers_of(dossier)[2:]
    assert [(step.giver, step.taker, step.note) for step in steps] == [
        (HOA, AN, "Chờ bổ sung giấy tờ"),
        (AN, HOA, "Bổ sung hồ sơ"),
    ]
    assert (steps[1].due_at, steps[1].timeliness) == (dossier.next_date_at, Timeliness.EARLY)


@pytest.mark.django_db
def test_an_answer_that_the_desk_asked_for_goes_to_the_agency_that_resolves(cast: Cast) -> None:
    dossier = make_received(cast)
    services.request_supplement(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu chữ ký", field_key="reason")],
    )
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    assert selectors.handovers_of(dossier)[-1].taker == Party(RESOLVING, "")


@pytest.mark.django_db
@pytest.mark.parametrize("until", [1, 2, 3])
def test_a_sheet_up_to_a_line_knows_nothing_later(cast: Cast, until: int) -> None:
    assert len(selectors.handovers_of(make_handed_over(cast), until=until)) == until - 1


@pytest.mark.django_db
def test_the_list_costs_one_query(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    made = make_handed_over(cast)
    dossier = Dossier.objects.select_related("receiving_agency", "resolving_agency").get(pk=made.pk)
    with django_assert_num_queries(1):
        selectors.handovers_of(dossier)


@pytest.mark.django_db
def test_steps_inside_an_agency_and_questions_to_another_are_hand_overs_too(cast: Cast) -> None:
    partners = make_partners(cast)
    dossier = make_processing(cast, fee=None)
    handoff = make_handoff(cast, partners, dossier)
    services.receive_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk)
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="opinion", answer="Thuộc diện.")
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    steps = selectors.handovers_of(dossier)[2:]
    asked = Party("Sở Nội vụ", "Hồ Thị Thu")
    assert [(step.giver, step.taker) for step in steps] == [
        (HOA, Party("Sở Nội vụ", "")),
        (asked, HOA),
        (HOA, Party(RESOLVING, "")),
    ]
    assert [step.timeliness is not None for step in steps] == [False, True, False]
    assert steps[2].note == "Xong một bước: Thẩm định, dự thảo kết quả → Ký kết quả"


@pytest.mark.django_db
def test_what_was_undone_was_no_hand_over(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make_filed(cast)
    binh, hoa = cast.actor("binh"), cast.actor("hoa")
    services.refuse_intake(actor=binh, dossier_id=dossier.pk, reason="Sai nơi")
    services.undo(actor=binh, dossier_id=dossier.pk)
    services.receive(actor=binh, dossier_id=dossier.pk)
    services.undo(actor=binh, dossier_id=dossier.pk)
    services.receive(actor=binh, dossier_id=dossier.pk)
    services.start_processing(actor=hoa, dossier_id=dossier.pk)
    services.undo(actor=hoa, dossier_id=dossier.pk)
    steps = selectors.handovers_of(dossier)
    assert [(step.giver, step.taker, step.note) for step in steps] == [(AN, BINH, "Tiếp nhận")]
    # The eight hours of the answer ran all the time; undoing puts them back to the millisecond.
    assert abs(steps[0].due_at - dossier.next_date_at) < timedelta(milliseconds=1)  # type: ignore[operator]


@pytest.mark.django_db
def test_an_obligation_goes_to_the_citizen_before_it_comes_back(cast: Cast) -> None:
    partners = make_partners(cast)
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    services.open_planned_handoffs(dossier_id=dossier.pk)
    services.set_financial_obligation(
        actor=partners.actor("loan"),
        handoff_id=dossier.handoffs.get().pk,
        obligations=[services.Obligation(kind="registration_duty", amount=7_500_000)],
        answer="Thông báo 15/TB",
        legal_basis="Luật Đất đai 2024",
    )
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    services.resume_after_payment(dossier_id=dossier.pk)
    steps = selectors.handovers_of(dossier)[-2:]
    assert [(step.giver, step.taker, step.note) for step in steps] == [
        (HOA, AN, "Chờ nộp phí, lệ phí"),
        (AN, HOA, "Đã nộp đủ phí, lệ phí"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("moves_postings", "person"), [(True, "Lê Thị Hòa"), (False, "")])
def test_a_successor_takes_it_over_and_the_steps_before_keep_the_old_names(
    cast: Cast, moves_postings: bool, person: str
) -> None:
    dossier = make_processing(cast, fee=None)
    transfer = prepare(cast, moves_postings=moves_postings)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    dossier = Dossier.objects.get(pk=dossier.pk)
    steps = selectors.handovers_of(dossier)
    assert [(step.giver, step.taker, step.note) for step in steps] == [
        (AN, BINH, "Tiếp nhận"),
        (BINH, HOA, "Bắt đầu xử lý"),
        (HOA, Party("Sở mới", person), "Chuyển sang cơ quan kế thừa"),
    ]
    assert selectors.handovers_of(dossier, until=3) == steps[:2]
    if moves_postings:
        services.resolve(
            actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", drafts_letter=True
        )
        assert selectors.handovers_of(dossier)[-1].giver == Party("Sở mới", "Phạm Thị Dung")


@pytest.mark.django_db
def test_a_desk_that_is_taken_over_after_receipt_received_it_under_its_old_name(cast: Cast) -> None:
    dossier = make_processing(cast)
    transfer = prepare(cast, from_agency=cast.receiving)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    steps = selectors.handovers_of(Dossier.objects.get(pk=dossier.pk))
    # The dossier lay with Hòa: it changed no hands.
    assert [(step.giver, step.taker) for step in steps] == [(AN, BINH), (BINH, HOA)]
