"""A few thousand broken notifications: an answer each, a change never."""

import random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.core.models import OutboxEvent
from tests.payments.provider import notification

REQUESTS = 3_000
_ODD = [
    "", " ", "\x00", "a\x00b", "đ", "😀", "\u202e", "-1", "0", "1e9", "13500000.00", "٣", "9" * 40, "x" * 5_000, "%00",
    "%ff", "%", "' OR 1=1 --", "<script>", "${7*7}", "[]", "{}", "null", "00", "24", "vnp_", "&", "=", "..", "\r\nX: 1",
]  # fmt: skip


def _mutated(chance: random.Random, parameters: dict[str, str]) -> str:
    """A query string near the right one; at least one change, so the signature cannot fit any more."""
    pairs: list[tuple[Any, Any]] = list(parameters.items())
    for _ in range(chance.randint(1, 4)):
        index = chance.randrange(len(pairs)) if pairs else 0
        match chance.randrange(7):
            case 0 if pairs:
                pairs[index] = (pairs[index][0], chance.choice(_ODD) + "~")
            case 1 if pairs:
                value = list(pairs[index][1] + "0")
                value[chance.randrange(len(value))] = chr(chance.randrange(1, 0x2FF))
                pairs[index] = (pairs[index][0], "".join(value) + "~")
            case 2 if pairs:
                pairs.append(pairs[index])
            case 3:
                pairs.append((f"vnp_{chance.choice(_ODD)}", chance.choice(_ODD) + "~"))
            case 4 if pairs:
                pairs[index] = (chance.choice(_ODD), pairs[index][1])
            case 5:
                pairs.extend((f"vnp_{number}", "1") for number in range(chance.randint(1, 60)))
            case _ if pairs:
                pairs.append(("vnp_SecureHash", chance.choice(_ODD)))
    query = urlencode(pairs)
    match chance.randrange(12):
        case 0:
            query = query[: chance.randrange(len(query) + 1)] + "~"
        case 1:
            query += "&vnp_TxnRef=%ff%fe%00"
        case 2:
            query = quote(query)
        case 3:
            query = query.replace("=", chance.choice(["", "==", "&"]), 3)
    if _signed_part(query) == {key: [value] for key, value in parameters.items()}:
        # Only names that are not signed were added: make it a forgery after all.
        query += "&vnp_PayDate=1"
    return query


def _signed_part(query: str) -> dict[str, Any]:
    return {key: values for key, values in QueryDict(query).lists() if key.startswith("vnp_")}


@pytest.mark.parametrize("address", ["/thanh-toan/vnpay/ipn/", "/thanh-toan/vnpay/ket-qua/"])
def test_broken_messages_are_answered_and_change_nothing(
    attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client = Client(raise_request_exception=False)
    parameters = notification(attempt)
    before = _ledger()
    chance = random.Random(20250505)
    is_notification = address.endswith("ipn/")
    for number in range(REQUESTS if is_notification else 200):
        query = _mutated(chance, parameters)
        response = client.get(address, QUERY_STRING=query)
        if is_notification:
            assert response.status_code == 200, (number, query)
            assert response.json()["RspCode"] == "97", (number, query)
        else:
            assert response.status_code == 400, (number, query)
    assert _ledger() == before
    assert ProviderMessage.objects.filter(is_authentic=True).count() == 0
    assert ProviderMessage.objects.count() <= 20


def _ledger() -> list[Any]:
    return [list(Charge.objects.values()), list(PaymentAttempt.objects.values()), OutboxEvent.objects.count()]
