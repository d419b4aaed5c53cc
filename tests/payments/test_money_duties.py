"""What waits for whom, in one place; shifts as the books see them; what a form must not let through."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from payments import services
from payments.enums import DifferenceKind, PaymentMethod, StatementSource
from payments.errors import LineOfOwnCharge, ShiftNotPermitted
from payments.forms.fields import AmountField
from payments.models import CashShift, Charge, Difference, PaymentAttempt, Reconciliation, Statement, StatementLine
from payments.selectors.duties import money_duties
from payments.selectors.statements import statements_page
from portal.accounts.enums import OfficerRole
from portal.accounts.models import OfficerPosting, User
from portal.core import clock
from portal.core.actors import SYSTEM, Absentee, Actor, ActorKind, Duty
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.refunding import Office, make_paid, make_refund, make_surplus, propose

HOME, SHIFTS = "/mot-cua/thu-phi/", "/mot-cua/ca-thu/"


def signed_in(client: Client, actor: Actor) -> Client:
    """With the postings of the actor's duties, which the pages read from the database."""
    user = User.objects.get(pk=actor.user_id)
    for duty in actor.duties:
        OfficerPosting.objects.create(user=user, agency_id=duty.agency_id, role=duty.role)
    client.force_login(user)
    return client


def unplaced(charge: Charge, **more: object) -> StatementLine:
    statement = Statement.objects.create(
        source=more.get("source", "bank"), file_name="a", sha256="a", first_day=clock.today(), last_day=clock.today()
    )
    wanted = {"movement_id": "m1", "happened_at": clock.now(), "amount": charge.amount, "verdict": "unknown"}
    return StatementLine.objects.create(statement=statement, **({"source": "bank"} | wanted | more))


def test_each_sees_what_is_theirs_to_do(paid: PaymentAttempt, office: Office) -> None:
    make_surplus(paid.charge)
    propose(office.mai, paid)
    services.propose_for_unserved(actor=SYSTEM, subject=paid.charge.subject, note="Rút")
    other = make_paid(ChargeFactory(agency=office.agency))
    make_refund(other, 1_000, state="approved")
    make_refund(other, 2_000, state="refused", proposed_at=clock.now())
    make_refund(other, 3_000, state="sent", route="provider")
    unplaced(paid.charge)
    row = Reconciliation.objects.create(source="bank", day=clock.today(), compared_at=clock.now())
    Difference.objects.create(reconciliation=row, kind=DifferenceKind.NOT_IN_LEDGER, key="a")
    CashShift.objects.create(
        agency=office.agency, cashier_id=office.phuc.user_id, opened_at=clock.now() - timedelta(days=2)
    )
    mai, phuc, dung = (dict(money_duties(one)) for one in (office.mai, office.phuc, office.dung))
    # Of the refunds that failed a later one was proposed.
    assert mai == {
        "review": 1,
        "decide": 1,
        "pay_out": 1,
        "conclude": 1,
        "propose_again": 0,
        "place": 1,
        "answer": 1,
        "shifts": 1,
    }
    assert dung == {"review": 1, "decide": 2, "place": 1, "answer": 1, "shifts": 1}
    assert phuc == {"review": 1, "pay_out": 0, "shifts": 1}
    stranger = actor_of(PayerFactory(), (CollectingAgencyFactory(), OfficerRole.ACCOUNTANT))
    # Money of nobody, and a difference of nobody, are everybody's who keeps books.
    assert {key: count for key, count in money_duties(stranger).items() if count} == {"place": 1, "answer": 1}


def test_a_refund_that_came_to_nothing_waits_until_another_is_proposed(paid: PaymentAttempt, office: Office) -> None:
    make_refund(paid, 5_000, state="refused")
    assert money_duties(office.mai)["propose_again"] == 1
    propose(office.mai, paid)
    assert money_duties(office.mai)["propose_again"] == 0


def test_the_home_leads_to_the_lists_of_what_waits_and_says_so_when_nothing_does(
    client: Client, paid: PaymentAttempt, office: Office
) -> None:
    desk = signed_in(client, office.mai)
    assert "Không có việc nào đang chờ bạn." in desk.get(HOME).content.decode()
    propose(office.hoa, paid)
    make_surplus(paid.charge)
    page = desk.get(HOME).content.decode()
    waiting = page[page.index("Việc đang chờ bạn") : page.index("</table>")]
    assert re.findall(r'href="([^"]+)">([^<]+)<', waiting) == [
        ("/mot-cua/hoan-tien/?loc=cho-duyet", "Duyệt hoàn tiền"),
        ("/mot-cua/hoan-tien/?loc=can-xem-xet", "Xem xét lần nộp"),
    ]


def test_the_books_see_every_shift_of_the_agency_and_cashiers_their_own(
    client: Client, charge: Charge, office: Office
) -> None:
    services.record_counter_payment(
        actor=office.phuc,
        charge_id=charge.pk,
        method=PaymentMethod.CASH,
        received_amount=charge.amount,
        agency_id=office.agency.pk,
    )
    shift = CashShift.objects.get()
    own = f"/mot-cua/thu-ngan/ca/{shift.pk}/"
    other = actor_of(PayerFactory(), (office.agency, OfficerRole.CASHIER))
    for actor, is_seen in ((office.mai, True), (office.phuc, True), (other, False)):
        shown = signed_in(Client(), actor).get(f"{SHIFTS}?loc=dang-mo").content.decode()
        assert (own in shown) is is_seen
    mai = signed_in(client, office.dung)
    assert mai.post(f"{own}chot/", {"to_100000": "1"}).status_code == 403
    with pytest.raises(ShiftNotPermitted):
        services.count_shift(actor=office.mai, shift_id=shift.pk, denominations={}, counted_card_amount=0)


def test_nobody_says_that_money_which_came_in_is_their_own(charge: Charge, office: Office, an: User) -> None:
    line = unplaced(charge)
    own = actor_of(an, (office.agency, OfficerRole.ACCOUNTANT))
    duty = Duty(office.agency.pk, OfficerRole.ACCOUNTANT, on_behalf_of=Absentee(an.pk, "An"))
    for actor in (own, Actor(ActorKind.OFFICER, PayerFactory().pk, "Lan", frozenset({duty}))):
        with pytest.raises(LineOfOwnCharge):
            services.assign_line(actor=actor, line_id=line.pk, charge_id=charge.pk)
    assert services.assign_line(actor=office.mai, line_id=line.pk, charge_id=charge.pk).verdict == "settled"


def test_a_sign_that_no_database_takes_breaks_no_page(client: Client, charge: Charge, office: Office) -> None:
    line, desk = unplaced(charge), signed_in(client, office.mai)
    row = Reconciliation.objects.create(source="bank", day=clock.today(), compared_at=clock.now())
    difference = Difference.objects.create(reconciliation=row, kind=DifferenceKind.NOT_IN_LEDGER, key="a")
    desk.post(f"/mot-cua/doi-chieu/chenh-lech/{difference.pk}/", {"answer": "Phí\x00 ngân hàng"})
    desk.post(f"/mot-cua/sao-ke/dong/{line.pk}/de-rieng/", {"note": "\x00Không phải"})
    desk.post(f"/mot-cua/sao-ke/dong/{line.pk}/gan/", {"note": "Đúng\x00", "charge": str(charge.pk), "ma": "\x00"})
    line.refresh_from_db()
    difference.refresh_from_db()
    assert (line.note, line.verdict, difference.answer) == ("Không phải; Đúng", "settled", "Phí ngân hàng")


def test_only_lines_that_can_be_placed_wait(charge: Charge, office: Office) -> None:
    unplaced(charge, source=StatementSource.VNPAY)
    unplaced(charge)
    waiting = {one.source: one.open_count for one in statements_page(actor=office.mai, before=None, size=5)}
    assert waiting == {"vnpay": 0, "bank": 1}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("135000", 135_000), ("135.000", 135_000), ("1 350 000 đ", 1_350_000), ("135.000\u00a0đ", 135_000), ("0", 0)],
)
def test_an_amount_is_read_as_people_write_it(typed: str, amount: int) -> None:
    assert AmountField().clean(typed) == amount


@pytest.mark.parametrize("typed", ["12.5", "1.35.000", "1.350,000", "-5", "1e3", "9" * 16, "0" * 19 + "1" + "9" * 5000])
def test_what_is_no_amount_is_told_and_never_guessed(typed: str) -> None:
    with pytest.raises(Exception, match="số đồng nguyên"):
        AmountField().clean(typed)
