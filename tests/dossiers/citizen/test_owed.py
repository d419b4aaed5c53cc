"""Everything An owes over all her dossiers, and what she paid; nothing of anybody else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers.models import Dossier
from payments.models import Charge
from payments.selectors import payer_charges
from portal.core import clock
from portal.core.templatetags.portal import instant
from tests.dossiers.citizen.conftest import SignIn, source, words
from tests.factories.dossiers import Cast, make_filed, make_payment_requested
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory

PAGE = "/khoan-phai-nop/"


def ids_on(text: str) -> list[str]:
    """The charges listed, in their order."""
    return re.findall(r'<h3><a href="/thanh-toan/([0-9a-f-]{36})/">', text)


def paid(cast: Cast, **changes: object) -> Charge:
    return ChargeFactory(payer=cast.an, state="settled", settled_at=clock.now(), **changes)


def test_what_is_owed_says_how_much_why_until_when_and_where_to_pay(cast: Cast, an: Client) -> None:
    dossier = make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    text = words(an.get(PAGE))
    assert "1 khoản, cộng 135.000 đ" in text
    for told in (charge.description, charge.working, f"nộp trước {instant(dossier.next_date_at)}", str(dossier.code)):
        assert " ".join(told.split()) in text
    page = source(an.get(PAGE))
    assert page.count(f'href="/thanh-toan/{charge.pk}/"') == 2
    assert "Nộp khoản này" in text


def test_a_fee_before_receipt_has_the_date_it_must_have_come_by(cast: Cast, an: Client) -> None:
    dossier = make_filed(cast, collection="before_receipt")
    assert dossier.prepay_by is not None
    assert " ".join(f"nộp trước {instant(dossier.prepay_by)}".split()) in words(an.get(PAGE))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"collection": "at_return", "accepts_online": False}, "nộp khi nhận kết quả"), ({}, "chưa đặt hạn nộp")],
)
def test_a_charge_without_a_date_says_so(cast: Cast, an: Client, changes: dict[str, object], said: str) -> None:
    ChargeFactory(payer=cast.an, **changes)
    text = words(an.get(PAGE))
    assert said in text
    assert ("Nộp tại bộ phận một cửa" in text) == bool(changes)


@pytest.mark.parametrize(
    ("state", "reason", "said", "may_pay"),
    [
        ("redirected", "", "Đang nộp dở", True),
        ("needs_review", "suspected", "Đang được xem xét", False),
    ],
)
def test_a_try_under_way_is_the_state_that_is_shown(
    cast: Cast, an: Client, state: str, reason: str, said: str, may_pay: bool
) -> None:
    finished_at = clock.now() if reason else None
    OnlineAttemptFactory(
        charge=ChargeFactory(payer=cast.an), state=state, review_reason=reason, finished_at=finished_at
    )
    text = words(an.get(PAGE))
    assert said in text
    assert ("Nộp khoản này" in text) == may_pay
    assert ("Đừng nộp lại lúc này" in text) == (not may_pay)


def test_paid_ones_stand_below_and_what_was_let_go_is_not_there(cast: Cast, an: Client) -> None:
    done, owed = paid(cast), ChargeFactory(payer=cast.an)
    gone = ChargeFactory(payer=cast.an, state="cancelled", cancelled_at=clock.now())
    assert ids_on(source(an.get(PAGE))) == [str(owed.pk), str(done.pk)]
    assert str(gone.pk) not in source(an.get(PAGE))


def test_nobody_sees_what_another_owes(cast: Cast, as_: SignIn) -> None:
    owed, done = ChargeFactory(payer=cast.an), paid(cast)
    for name in ("chi", "binh"):
        text = source(as_(name).get(PAGE))
        assert str(owed.pk) not in text
        assert str(done.pk) not in text
        assert "Bạn không còn khoản nào phải nộp." in text
    assert Client().get(PAGE).status_code == 302


def test_a_date_is_read_of_ones_own_dossiers_only(cast: Cast, an: Client) -> None:
    """A charge whose payer is not the applicant shows no date of somebody else's dossier."""
    dossier = make_payment_requested(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant=cast.chi)
    assert "chưa đặt hạn nộp" in words(an.get(PAGE))


@pytest.mark.parametrize("name", ["no", "sau"])
def test_each_list_goes_on_without_gap_or_repeat(
    cast: Cast, an: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(payer_charges, "PAGE_SIZE", 2)
    owed = [str(ChargeFactory(payer=cast.an).pk) for _ in range(5)]
    done = [str(paid(cast).pk) for _ in range(5)]
    # Three of them of one and the same instant.
    same = clock.now() - timedelta(days=1)
    Charge.objects.filter(pk__in=[*owed[:3], *done[:3]]).update(created_at=same)
    wanted = owed if name == "no" else done
    shown: list[str] = []
    path = PAGE
    for number in range(3):
        text = source(an.get(path))
        listed = [one for one in ids_on(text) if one in wanted]
        assert len(listed) == (2, 2, 1)[number]
        shown += listed
        if number:
            assert len(ids_on(text)) == len(listed)
        following = re.search(rf'href="(/khoan-phai-nop/\?{name}=[^"]+)" rel="next"', text)
        path = following[1] if following else ""
    assert path == ""
    assert sorted(shown) == sorted(wanted)


@pytest.mark.parametrize("cursor", ["abc", "-", "1-", "9999999999999999-" + "f" * 32, "1-%00", "²-1", "9" * 400])
def test_a_spoilt_cursor_shows_a_page(cast: Cast, an: Client, cursor: str) -> None:
    ChargeFactory(payer=cast.an)
    for name in ("no", "sau"):
        assert an.get(f"{PAGE}?{name}={cursor}").status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_charge_and_for_many(
    cast: Cast, an: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        OnlineAttemptFactory(charge=ChargeFactory(payer=cast.an))
        paid(cast)
    an.get(PAGE)
    with django_assert_num_queries(QUERIES):
        assert an.get(PAGE).status_code == 200


def test_the_way_there_is_on_the_account_and_on_the_list_of_dossiers(cast: Cast, an: Client) -> None:
    for path in ("/ho-so/", "/tai-khoan/ho-so-cua-toi/"):
        assert f'href="{PAGE}"' in source(an.get(path))


# Session, user; sum, owed, their tries, their dates, paid.
QUERIES = 7
