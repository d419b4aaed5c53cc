"""The national platform lists no movements: each payment of a day is asked about, and the answers are its statement."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from payments import services
from payments.models import Charge, Difference, PaymentAttempt, ProviderMessage, Reconciliation, Statement
from portal.accounts.enums import OfficerRole
from portal.accounts.models import OfficerPosting
from portal.core.actors import SYSTEM, Actor
from tests.factories.payments import PayerFactory
from tests.payments.national_platform import MISBEHAVIOURS, Platform
from tests.payments.test_national_payment import start
from tests.payments.test_national_round_trip import NOTIFY

PAID_AT, NEXT_MORNING, DAY_AFTER = "2025-05-05T03:00:00Z", "2025-05-05T23:30:00Z", "2025-05-06T23:30:00Z"
PAGE = "/mot-cua/doi-chieu/?nguon=national"


@pytest.fixture
def attempt(client: Client, payer: Actor, charge: Charge, national: Platform) -> PaymentAttempt:
    """Paid by the platform on 05/05/2025."""
    with time_machine.travel(PAID_AT):
        start(payer, charge)
        attempt = charge.attempts.get()
        told = national.pay(attempt.provider_reference)
        assert client.post(NOTIFY, told, content_type="application/json").json()["MaLoi"] == "00"
    return attempt


def round_at(moment: str) -> Reconciliation:
    with time_machine.travel(moment):
        services.reconcile_recent_days(actor=SYSTEM)
    return Reconciliation.objects.get(source="national", day="2025-05-05")


def test_a_day_is_asked_about_payment_by_payment_and_once(attempt: PaymentAttempt, national: Platform) -> None:
    for moment in (NEXT_MORNING, DAY_AFTER):
        day = round_at(moment)
        assert (day.stated_amount, day.ledger_amount, day.matched) == (135_000, 135_000, 1)
        assert Difference.objects.count() == 0
        assert [message["MaThamChieu"] for message in national.asked("QUERY")] == [attempt.provider_reference]
    statement = Statement.objects.get(source="national", first_day="2025-05-05")
    line = statement.lines.get()
    assert (line.verdict, line.attempt_id, line.text) == ("already_known", attempt.pk, "NP0000012345")
    assert ProviderMessage.objects.filter(kind="query_answer").count() == 1
    # Days without payments are covered as well: there was nothing to ask.
    assert Statement.objects.filter(source="national").count() == 8


@pytest.mark.parametrize(
    ("changes", "kind", "stated", "standing"),
    [
        ({"TrangThaiGD": "4"}, "settled_but_not_paid", None, "contradicted"),
        ({"TrangThaiGD": "7"}, "settled_but_not_paid", None, "succeeded"),
        ({"SoTien": 1000}, "amount_differs", 1_000, "succeeded"),
    ],
)
def test_an_answer_that_says_otherwise_is_a_difference(
    attempt: PaymentAttempt, national: Platform, changes: dict[str, Any], kind: str, stated: int | None, standing: str
) -> None:
    national.query_changes = changes
    round_at(NEXT_MORNING)
    difference = Difference.objects.get()
    assert (difference.kind, difference.stated_amount, difference.ledger_amount) == (kind, stated, 135_000)
    attempt.refresh_from_db()
    assert (difference.attempt_id, attempt.standing) == (attempt.pk, standing)


@pytest.mark.parametrize("misbehaviour", ["html", "forged"])
def test_a_day_without_an_answer_is_not_covered_and_asked_again(
    attempt: PaymentAttempt, national: Platform, misbehaviour: str
) -> None:
    if misbehaviour == "html":
        national.answers["QUERY"] = MISBEHAVIOURS["html"](national)
    else:
        national.query_changes = {"MaXacThuc": "0" * 64}
    assert round_at(NEXT_MORNING).stated_amount == 0
    assert not Statement.objects.filter(source="national", first_day="2025-05-05").exists()
    assert Difference.objects.count() == 0
    national.answers.clear()
    national.query_changes = {}
    assert round_at(DAY_AFTER).matched == 1


def test_the_accountant_sees_whether_a_day_was_asked_about(
    client: Client, attempt: PaymentAttempt, national: Platform, settings: Any
) -> None:
    accountant = PayerFactory()
    OfficerPosting.objects.create(user=accountant, agency=attempt.charge.agency, role=OfficerRole.ACCOUNTANT)
    client.force_login(accountant)
    with time_machine.travel(NEXT_MORNING):
        assert client.get(PAGE).content.decode().count("chưa hỏi được") == 31
        day = "/mot-cua/doi-chieu/national/2025-05-05/"
        assert "mỗi sáng cổng hỏi lại từng khoản đã nộp" in client.get(day).content.decode()
        services.reconcile_recent_days(actor=SYSTEM)
        assert client.get(PAGE).content.decode().count("chưa hỏi được") == 24
        settings.NATIONAL_PAYMENT_SECRET = ""
        assert client.get(PAGE).status_code == 404
