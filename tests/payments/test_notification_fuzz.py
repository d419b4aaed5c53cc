"""Ten thousand broken notifications: a right answer each, a change never.

Most go to the view with a request of their own, a part through the whole stack of middleware. Whether a mutation left a
message that a provider could have sent is judged by the sandbox's signature, never by the code under test.
"""

import json
import logging
import random
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory

from payments import services, views
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from payments.sandbox.signing import Signer
from portal.core.models import OutboxEvent
from tests.factories.payments import OnlineAttemptFactory
from tests.payments.provider import SECRET, notification, signed

IPN, RETURN = "/thanh-toan/vnpay/ipn/", "/thanh-toan/vnpay/ket-qua/"
# Together, ten thousand; the address of the return gets a few as well.
FORGED_AT_THE_VIEW, FORGED_THROUGH_THE_STACK, SIGNED, HARMLESS = 9_000, 500, 350, 150
RETURNS = 100
_ODD = [
    "", " ", "\x00", "a\x00b", "đ", "😀", "\u202e", "-1", "0", "1e9", "13500000.00", "٣", "９", "9" * 40, "x" * 5_000, "%00",
    "%ff", "%", "' OR 1=1 --", "<script>", "${7*7}", "[]", "{}", "null", "00", "24", "vnp_", "&", "=", "..", "\r\nX: 1",
]  # fmt: skip
_DIGITS = ["٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
Pairs = list[tuple[Any, Any]]


def _mutated(chance: random.Random, parameters: dict[str, str], others: list[str]) -> str:
    """A query string near the right one whose signature does not fit any more."""
    pairs: Pairs = list(parameters.items())
    for _ in range(chance.randint(1, 4)):
        _mutate(chance, pairs, others)
    query = urlencode(pairs) if chance.random() < 0.9 else "&".join(f"{key}={value}" for key, value in pairs)
    match chance.randrange(16):
        case 0:
            query = query[: chance.randrange(len(query) + 1)]
        case 1:
            query += "&vnp_TxnRef=%ff%fe%00"
        case 2:
            query = quote(query)
        case 3:
            query = query.replace("=", chance.choice(["", "==", "&"]), 3)
        case 4:
            # One byte anywhere, whatever it is.
            place = chance.randrange(len(query) + 1)
            query = f"{query[:place]}%{chance.randrange(256):02X}{query[place + 1 :]}"
        case 5:
            query = query.replace("&", ";")
        case 6:
            query = query.swapcase()
    # A server hands over bytes, one character each.
    query = query.encode("utf-8", "surrogatepass").decode("latin-1")
    if _is_signed(query):
        # Reordered, written in capitals, with names that are not signed: as good as new. Make it a forgery after all.
        query += "&vnp_PayDate=1"
    return query


def _mutate(chance: random.Random, pairs: Pairs, others: list[str]) -> None:
    """One change: dropped, doubled, reordered, bytes, encodings, NUL, long, digits of other scripts, hashes, orders."""
    if not pairs:
        pairs.append(("vnp_TxnRef", chance.choice(_ODD)))
        return
    index = chance.randrange(len(pairs))
    name, value = pairs[index]
    match chance.randrange(14):
        case 0:
            pairs[index] = (name, chance.choice(_ODD))
        case 1:
            letters = list(f"{value}0")
            letters[chance.randrange(len(letters))] = chr(chance.randrange(1, 0x2FF))
            pairs[index] = (name, "".join(letters))
        case 2:
            pairs.append(pairs[index])
        case 3:
            pairs.append((f"vnp_{chance.choice(_ODD)}", chance.choice(_ODD)))
        case 4:
            pairs[index] = (chance.choice(_ODD), value)
        case 5:
            pairs.extend((f"vnp_{number}", "1") for number in range(chance.randint(1, 60)))
        case 6:
            pairs.append(("vnp_SecureHash", chance.choice(_ODD)))
        case 7:
            del pairs[index]
        case 8:
            chance.shuffle(pairs)
        case 9:
            pairs[index] = (name, str(value).translate(str.maketrans("0123456789", chance.choice(_DIGITS))))
        case 10:
            pairs[index] = (name, quote_plus(str(value) + chance.choice(["+", " ", "%", "é"])))
        case 11:
            wrong = [chance.choice("0123456789abcdef") for _ in range(chance.choice([0, 64, 127, 128, 129]))]
            pairs[:] = [(key, "".join(wrong) if key == "vnp_SecureHash" else old) for key, old in pairs]
        case 12:
            pairs[:] = [(key, chance.choice(others) if key == "vnp_TxnRef" else old) for key, old in pairs]
        case _:
            pairs[index] = (chance.choice([str(name).upper(), f" {name}", f"{name}[]", f"{name}\x00"]), value)


def _is_signed(query: str) -> bool:
    lists = {name: values for name, values in QueryDict(query.encode("latin-1")).lists() if name.startswith("vnp_")}
    if any(len(values) != 1 for values in lists.values()):
        return False
    fields = {name: values[0] for name, values in lists.items()}
    return Signer.fits(fields.get("vnp_SecureHash", ""), Signer(SECRET).of_query(fields))


def _harmless(chance: random.Random, parameters: dict[str, str]) -> str:
    """The right message written in another way: order, case of the hash, what is not signed."""
    pairs: Pairs = list(parameters.items())
    chance.shuffle(pairs)
    cased = chance.choice([str.upper, str.lower, str.swapcase])
    pairs = [(name, cased(value) if name == "vnp_SecureHash" else value) for name, value in pairs]
    noise: Pairs = [
        ("vnp_SecureHashType", "HmacSHA512"),
        ("vnp_PromotionCode", ""),
        ("utm_source", "x" * 300),
        ("", "1"),
    ]
    pairs += chance.sample(noise, chance.randrange(len(noise)))
    return "&".join(f"{name}={quote(value) if chance.random() < 0.3 else quote_plus(value)}" for name, value in pairs)


def _wrong_but_signed(chance: random.Random, attempt: PaymentAttempt, others: list[str]) -> tuple[dict[str, str], str]:
    """What only the provider itself could send, and the answer to it: another terminal, order, amount or currency."""
    odd = chance.choice([text for text in _ODD if "\x00" not in text and len(text) < 500])
    changes, answer = chance.choice(
        [
            ({"TmnCode": odd}, "01"),
            ({"TxnRef": f"{odd[:50]}-{chance.randrange(1000)}"}, "01"),
            ({"TxnRef": attempt.provider_reference.lower()}, "01"),
            ({"Amount": odd}, "04"),
            ({"Amount": str(attempt.amount * 100 + chance.choice([-100, -1, 1, 50, 100]))}, "04"),
            ({"Amount": str(attempt.amount * 100).translate(str.maketrans("0123456789", _DIGITS[0]))}, "04"),
            ({"CurrCode": chance.choice(["USD", "vnd", "VND ", odd or "x"])}, "04"),
        ]
    )
    fields = {name: value for name, value in notification(attempt).items() if name != "vnp_SecureHash"}
    return signed(fields | {f"vnp_{name}": value for name, value in changes.items()}), answer


def _told(query: str) -> HttpResponse:
    return views.vnpay_notification(RequestFactory().get(IPN, QUERY_STRING=query))


def _ledger() -> list[Any]:
    return [
        list(Charge.objects.order_by("pk").values()),
        list(PaymentAttempt.objects.order_by("pk").values()),
        list(LedgerEntry.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
    ]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Ten thousand lines of warning would be kept and formatted for nobody."""
    caplog.set_level(logging.ERROR, logger="payments")


@pytest.fixture
def others() -> list[str]:
    """References that are orders of somebody else, or nobody's."""
    return [*(OnlineAttemptFactory().provider_reference for _ in range(3)), "KHONG-CO-1", "H36-250505-0001-1~"]


@pytest.mark.slow
@pytest.mark.parametrize("is_whole_stack", [False, True], ids=["view", "stack"])
def test_a_forged_notification_is_answered_97_and_changes_nothing(
    attempt: PaymentAttempt, others: list[str], is_whole_stack: bool
) -> None:
    client = Client(raise_request_exception=False)
    parameters = notification(attempt)
    before = _ledger()
    chance = random.Random(20250505 + is_whole_stack)
    for number in range(FORGED_THROUGH_THE_STACK if is_whole_stack else FORGED_AT_THE_VIEW):
        query = _mutated(chance, parameters, others)
        response = client.get(IPN, QUERY_STRING=query) if is_whole_stack else _told(query)
        assert (response.status_code, json.loads(response.content)["RspCode"]) == (200, "97"), (number, query)
    assert _ledger() == before
    assert ProviderMessage.objects.filter(is_authentic=True).count() == 0
    # Of each order that was named a few are kept as evidence.
    assert ProviderMessage.objects.count() <= 20 * 4


def test_a_signed_notification_of_something_else_is_answered_by_what_is_wrong_and_changes_nothing(
    attempt: PaymentAttempt, others: list[str]
) -> None:
    before = _ledger()
    chance = random.Random(7)
    for number in range(SIGNED):
        parameters, answer = _wrong_but_signed(chance, attempt, others)
        response = _told(urlencode(parameters))
        assert (response.status_code, json.loads(response.content)["RspCode"]) == (200, answer), (number, parameters)
    assert _ledger() == before


def test_the_right_notification_written_in_other_ways_is_known_and_changes_nothing_again(
    attempt: PaymentAttempt,
) -> None:
    parameters = notification(attempt)
    services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters)
    before = _ledger()
    assert PaymentAttempt.objects.get().state == "succeeded"
    chance = random.Random(11)
    for number in range(HARMLESS):
        query = _harmless(chance, parameters)
        response = _told(query)
        assert (response.status_code, json.loads(response.content)["RspCode"]) == (200, "02"), (number, query)
    assert _ledger() == before


def test_a_forged_return_is_refused_and_changes_nothing(attempt: PaymentAttempt, others: list[str]) -> None:
    client = Client(raise_request_exception=False)
    parameters = notification(attempt)
    before = _ledger()
    chance = random.Random(13)
    for number in range(RETURNS):
        query = _mutated(chance, parameters, others)
        assert client.get(RETURN, QUERY_STRING=query).status_code == 400, (number, query)
    assert _ledger() == before
    assert ProviderMessage.objects.filter(is_authentic=True).count() == 0


def test_together_they_are_ten_thousand() -> None:
    assert FORGED_AT_THE_VIEW + FORGED_THROUGH_THE_STACK + SIGNED + HARMLESS == 10_000
