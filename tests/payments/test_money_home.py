"""The home of the money desk: which parts a role sees there and in the navigation, and what waits in each."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments import services
from payments.enums import RefundReason, RefundRoute
from payments.models import CashShift
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.refunding import FakeGateway, make_office, make_paid, make_surplus
from tests.payments.test_cashier_pages import posted

HOME = "/mot-cua/thu-phi/"
AT_THE_BOOKS = [
    "Các ca thu",
    "Sổ thu",
    "Biên lai",
    "Hoàn tiền",
    "Lần nộp cần xem xét",
    "Sao kê",
    "Tiền chờ xử lý",
    "Đối chiếu",
]
AT_THE_TILL = ["Thu ngân", "Hoàn tiền", "Lần nộp cần xem xét"]
FIRST_PAGES = {
    "Thu ngân": "/mot-cua/thu-ngan/",
    "Các ca thu": "/mot-cua/ca-thu/",
    "Sổ thu": "/mot-cua/so-thu/",
    "Biên lai": "/mot-cua/bien-lai/",
    "Hoàn tiền": "/mot-cua/hoan-tien/",
    "Sao kê": "/mot-cua/sao-ke/",
    "Tiền chờ xử lý": "/mot-cua/sao-ke/cho-xu-ly/",
    "Đối chiếu": "/mot-cua/doi-chieu/",
}
HOME_QUERIES = 11


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng")


def _cards(page: str) -> dict[str, str]:
    """What each card says, by its title."""
    found = re.findall(
        r"<h2><a href=[^>]*>([^<]+)</a></h2>\s*<p><span class=\"state[^>]*>.*?</svg>([^<]*)</span>", page
    )
    return dict(found)


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (OfficerRole.CASHIER, AT_THE_TILL),
        (OfficerRole.ACCOUNTANT, AT_THE_BOOKS),
        (OfficerRole.AGENCY_HEAD, AT_THE_BOOKS),
    ],
)
def test_a_role_sees_the_parts_it_may_open_and_can_open_each(
    client: Client, agency: Agency, role: OfficerRole, titles: list[str]
) -> None:
    client.force_login(posted(agency, role))
    page = client.get(HOME).content.decode()
    assert list(_cards(page)) == titles
    navigation = re.search(r'<nav class="subnav.*?</nav>', page, re.DOTALL)
    assert navigation is not None
    links = re.findall(r'href="([^"]+)"', navigation[0])
    assert links == [HOME, *(FIRST_PAGES[title] for title in titles if title in FIRST_PAGES)]
    for link in links:
        inside = client.get(link)
        assert inside.status_code == 200
        # The part one is in is marked, there and in the desk's own navigation.
        marked = re.findall(r'<a href="([^"]+)" aria-current="(?:page|true)"', inside.content.decode())
        assert marked[:2] == [HOME, link]


@pytest.mark.parametrize("role", [OfficerRole.DESK_OFFICER, OfficerRole.DESK_HEAD])
def test_whoever_may_open_one_part_is_led_there(client: Client, agency: Agency, role: OfficerRole) -> None:
    client.force_login(posted(agency, role))
    answer = client.get(HOME, follow=True)
    assert answer.redirect_chain == [("/mot-cua/thu-ngan/", 302)]
    assert 'class="subnav' not in answer.content.decode()


@pytest.mark.parametrize("role", [OfficerRole.CASE_OFFICER, OfficerRole.SIGNER])
def test_who_has_nothing_to_do_with_money_sees_no_way_to_it(client: Client, agency: Agency, role: OfficerRole) -> None:
    client.force_login(posted(agency, role))
    assert client.get(HOME).status_code == 403
    assert "/mot-cua/thu-phi/" not in client.get("/mot-cua/").content.decode()


def test_the_desk_has_one_way_to_money(client: Client, agency: Agency) -> None:
    client.force_login(posted(agency, OfficerRole.ACCOUNTANT))
    page = client.get("/mot-cua/").content.decode()
    assert f'<a href="{HOME}">Thu phí</a>' in page
    assert [link for link in FIRST_PAGES.values() if f'href="{link}"' in page] == []


def test_the_cards_tell_what_waits_at_this_agency_only(
    client: Client, agency: Agency, provider: FakeGateway, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    head = posted(agency, OfficerRole.AGENCY_HEAD)
    client.force_login(head)
    nothing = _cards(client.get(HOME).content.decode())
    assert nothing == {
        "Các ca thu": "Mọi ca đã chốt",
        "Sổ thu": "Thực thu hôm nay: 0\u00a0đ",
        "Biên lai": f"0 số đã dùng trong năm {clock.today().year}",
        "Hoàn tiền": "Không có việc chờ",
        "Lần nộp cần xem xét": "Không có việc chờ",
        "Sao kê": "Chưa có sao kê nào",
        "Tiền chờ xử lý": "Không có việc chờ",
        "Đối chiếu": "Không có việc chờ",
    }
    for place in (agency, CollectingAgencyFactory()):
        office = make_office(place)
        paid = make_paid(ChargeFactory(agency=place))
        services.issue_receipt(attempt_id=paid.pk)
        make_surplus(make_paid(ChargeFactory(agency=place)).charge)
        services.propose_refund(
            actor=office.mai,
            attempt_id=paid.pk,
            amount=35_000,
            reason=RefundReason.OVERCHARGED,
            route=RefundRoute.CASH,
            note="Thu theo mức cũ",
        )
        CashShift.objects.create(agency=place, cashier=PayerFactory(), opened_at=clock.now())
    client.get(HOME)
    with django_assert_num_queries(HOME_QUERIES):
        waits = _cards(client.get(HOME).content.decode())
    assert waits == nothing | {
        "Các ca thu": "1 ca chưa chốt",
        # Two charges of 135.000 paid, and one of them once more.
        "Sổ thu": "Thực thu hôm nay: 405.000\u00a0đ",
        "Biên lai": f"1 số đã dùng trong năm {clock.today().year}",
        "Hoàn tiền": "1 lần hoàn chờ duyệt",
        "Lần nộp cần xem xét": "1 lần nộp cần xem xét",
    }


def test_a_cashier_sees_the_own_open_shift(client: Client, agency: Agency) -> None:
    binh = posted(agency, OfficerRole.CASHIER)
    client.force_login(binh)
    assert _cards(client.get(HOME).content.decode())["Thu ngân"] == "Chưa mở ca"
    charge = ChargeFactory(agency=agency)
    services.record_counter_payment(
        actor=actor_of(binh, (agency, OfficerRole.CASHIER)),
        charge_id=charge.pk,
        method="cash",
        received_amount=charge.amount,
        agency_id=agency.pk,
    )
    assert _cards(client.get(HOME).content.decode())["Thu ngân"] == "1 ca đang mở"
