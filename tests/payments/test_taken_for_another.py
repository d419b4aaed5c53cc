"""Money of one agency taken at the desk of another: that desk finds it and prints its receipt, the books stay the owner's."""

import pytest
from django.test import Client

from payments import services
from payments.models import Charge, PaymentReceipt
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.accounts.selectors import actor_for
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory
from tests.payments.test_cashier_pages import DESK, _text, posted

CODE = "H36.21-260501-0001"


@pytest.fixture
def desk_agency(db: None) -> Agency:
    return CollectingAgencyFactory(name="Sở Xây dựng")


@pytest.fixture
def binh(desk_agency: Agency) -> User:
    return posted(desk_agency, OfficerRole.CASHIER)


@pytest.fixture
def obligation(an: User) -> Charge:
    """What the tax office set."""
    return ChargeFactory(
        payer=an, agency=CollectingAgencyFactory(name="Thuế cơ sở 1"), kind="obligation", subject_label=CODE
    )


@pytest.fixture
def taken(obligation: Charge, binh: User, desk_agency: Agency) -> Charge:
    """Taken at Bình's desk, as the dossier's workspace does."""
    services.record_counter_payment(
        actor=actor_for(binh),
        charge_id=obligation.pk,
        method="cash",
        received_amount=obligation.amount,
        agency_id=desk_agency.pk,
    )
    return obligation


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_desk_that_took_it_finds_it_and_is_told_whose_books_it_is_in(taken: Charge, binh: User) -> None:
    desk = signed_in(binh)
    assert f'href="{DESK}{taken.pk}/"' in _text(desk.get(DESK, {"ma": CODE}))
    page = _text(desk.get(f"{DESK}{taken.pk}/"))
    assert "Sở Xây dựng thu hộ" in page
    assert "biên lai vào sổ của Thuế cơ sở 1" in page
    assert f'href="{DESK}{taken.pk}/bien-lai/"' in page


def test_the_desk_that_took_it_prints_its_receipt_from_the_owners_book(taken: Charge, binh: User) -> None:
    desk = signed_in(binh)
    paper = desk.get(f"{DESK}{taken.pk}/bien-lai/")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    b"".join(paper.streaming_content)  # type: ignore[attr-defined]
    receipt = PaymentReceipt.objects.get()
    assert receipt.book.agency_id == taken.agency_id
    again = desk.get(f"/mot-cua/bien-lai/{receipt.pk}/")
    assert again.status_code == 200
    b"".join(again.streaming_content)  # type: ignore[attr-defined]


def test_the_owners_desk_finds_it_as_before(taken: Charge) -> None:
    assert taken.agency is not None
    owners = signed_in(posted(taken.agency, OfficerRole.CASHIER, "Đỗ Văn Phúc"))
    assert "Sở Xây dựng thu hộ" in _text(owners.get(f"{DESK}{taken.pk}/"))


def test_a_third_desk_and_a_desk_that_has_not_taken_it_see_nothing(
    obligation: Charge, binh: User, desk_agency: Agency
) -> None:
    before = signed_in(binh)
    assert before.get(f"{DESK}{obligation.pk}/").status_code == 404
    services.record_counter_payment(
        actor=actor_for(binh),
        charge_id=obligation.pk,
        method="cash",
        received_amount=obligation.amount,
        agency_id=desk_agency.pk,
    )
    third = signed_in(posted(CollectingAgencyFactory(), OfficerRole.CASHIER, "Ai đó"))
    assert "Không có khoản thu nào" in _text(third.get(DESK, {"ma": CODE}))
    assert third.get(f"{DESK}{obligation.pk}/").status_code == 404
    assert third.get(f"{DESK}{obligation.pk}/bien-lai/").status_code == 404
    receipt = services.issue_receipt(attempt_id=obligation.attempts.get().pk)
    assert receipt is not None
    assert third.get(f"/mot-cua/bien-lai/{receipt.pk}/").status_code == 404


def test_seeing_it_is_no_leave_to_take_money_at_the_owners_desk(taken: Charge, binh: User) -> None:
    answer = signed_in(binh).post(f"{DESK}{taken.pk}/", {"buoc": "thu", "method": "cash"})
    assert answer.status_code == 403
    assert taken.attempts.count() == 1
