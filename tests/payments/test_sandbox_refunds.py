"""The sandbox's refunds, its pages for testers and its daily statement."""

import json
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from payments.gateways import gateway_named
from payments.gateways.vnpay_signature import canonical_query, is_same_hash, sign_query, sign_values
from payments.sandbox.ledger import VIETNAM
from payments.sandbox.notifier import MISBEHAVIOURS
from tests.payments.provider import SECRET, TERMINAL, behave, press, running_sandbox, token_of
from tests.payments.test_sandbox import ORDER

pytestmark = pytest.mark.slow
REFERENCE = ORDER["vnp_TxnRef"]
ANSWER = [
    *("ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate"),
    *("TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo"),
]


def _pay(address: str, misbehave: str = "", action: str = "pay", reference: str = REFERENCE) -> str:
    """A payment that ended so; gives its pay page."""
    order = ORDER | {"vnp_TxnRef": reference}
    query = f"{canonical_query(order)}&vnp_SecureHash={sign_query(order, SECRET)}&misbehave={misbehave}"
    with urlopen(f"{address}/paymentv2/vpcpay.html?{query}") as response:
        page = str(response.read().decode())
    press(address, page, action, misbehave)
    return page


def _refund(address: str, request_id: str, **changes: str) -> dict[str, str]:
    values = {
        "RequestId": request_id,
        "Version": "2.1.0",
        "Command": "refund",
        "TmnCode": TERMINAL,
        "TransactionType": "02",
        "TxnRef": REFERENCE,
        "Amount": ORDER["vnp_Amount"],
        "TransactionNo": "",
        "TransactionDate": ORDER["vnp_CreateDate"],
        "CreateBy": "ketoan1",
        "CreateDate": "20250505093000",
        "IpAddr": "127.0.0.1",
        "OrderInfo": f"Hoan phi {request_id}",
    } | {name: value for name, value in changes.items() if name != "SecureHash"}
    return _asked(address, values, changes.get("SecureHash"), ANSWER)


def _query(address: str, request_id: str, number: str = "") -> dict[str, str]:
    values = {
        "RequestId": request_id,
        "Version": "2.1.0",
        "Command": "querydr",
        "TmnCode": TERMINAL,
        "TxnRef": REFERENCE,
        "TransactionDate": ORDER["vnp_CreateDate"],
        "CreateDate": "20250505090000",
        "IpAddr": "127.0.0.1",
        "OrderInfo": "Tra cuu",
    }
    return _asked(address, values, None, [*ANSWER, "PromotionCode", "PromotionAmount"], TransactionNo=number)


def _asked(
    address: str, values: dict[str, str], signature: str | None, answered: list[str], **unsigned: str
) -> dict[str, str]:
    """The answer, its signature checked."""
    question = {f"vnp_{name}": value for name, value in {**values, **unsigned}.items()}
    question["vnp_SecureHash"] = signature or sign_values(values.values(), SECRET)
    connection = HTTPConnection(urlsplit(address).netloc, timeout=15)
    try:
        connection.request("POST", "/merchant_webapi/api/transaction", json.dumps(question))
        answer: dict[str, str] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    expected = sign_values((answer.get(f"vnp_{name}", "") for name in answered), SECRET)
    assert is_same_hash(answer["vnp_SecureHash"], expected)
    return answer


def _code(answer: dict[str, str]) -> str:
    return answer["vnp_ResponseCode"]


def test_a_full_refund_gives_back_all_once() -> None:
    with running_sandbox("") as address:
        _pay(address)
        done = _refund(address, "r1")
        again, other = _refund(address, "r1"), _refund(address, "r2")
    assert (_code(done), done["vnp_TransactionType"], done["vnp_TransactionStatus"]) == ("00", "02", "00")
    assert (done["vnp_Amount"], done["vnp_OrderInfo"]) == ("13500000", "Hoan phi r1")
    # Known by its number, and nothing is left for another one.
    assert (_code(again), _code(other)) == ("94", "95")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SecureHash": "0" * 128}, "97"),
        ({"TmnCode": "OTHER001"}, "02"),
        ({"TransactionType": "01"}, "03"),
        ({"Amount": "0"}, "03"),
        ({"Amount": "-100"}, "03"),
        ({"Amount": "13500050"}, "03"),
        ({"Amount": "١٣٥"}, "03"),
        ({"Amount": "9" * 30}, "03"),
        ({"CreateBy": ""}, "03"),
        ({"Version": "2.0.0"}, "03"),
        ({"TxnRef": "KHONG-CO"}, "91"),
        ({"TransactionDate": "20250505083001"}, "91"),
        ({"TransactionNo": "1"}, "91"),
        ({"Amount": "13500100"}, "95"),
        ({"TransactionType": "03", "Amount": "13500100"}, "95"),
        ({"TransactionType": "02", "Amount": "100"}, "95"),
        ({"TransactionType": "03"}, "95"),
    ],
)
def test_a_refund_that_is_not_right_gives_nothing_back(changes: dict[str, str], code: str) -> None:
    with running_sandbox("") as address:
        _pay(address)
        assert _code(_refund(address, "r1", **changes)) == code
        assert _query(address, "q1")["vnp_TransactionType"] == "01"


@pytest.mark.parametrize("action", ["cancel", "fail", "suspect"])
def test_money_that_did_not_come_does_not_go_back(action: str) -> None:
    with running_sandbox("") as address:
        _pay(address, action=action)
        assert _code(_refund(address, "r1")) == "95"


def test_parts_add_up_to_what_was_paid_and_not_to_more() -> None:
    with running_sandbox("") as address:
        _pay(address)
        parts = [_refund(address, f"r{n}", TransactionType="03", Amount="5000000") for n in (1, 2, 3)]
        rest = _refund(address, "r4", TransactionType="03", Amount="3500000")
        answers = [_query(address, f"q{n}", part["vnp_TransactionNo"]) for n, part in enumerate(parts[:2])]
        latest = _query(address, "q9")
        unknown = _query(address, "q10", "42")
    assert [_code(part) for part in (*parts, rest)] == ["00", "00", "95", "00"]
    assert [answer["vnp_OrderInfo"] for answer in answers] == ["Hoan phi r1", "Hoan phi r2"]
    assert {answer["vnp_TransactionType"] for answer in answers} == {"03"}
    assert (latest["vnp_OrderInfo"], _code(unknown)) == ("Hoan phi r4", "91")


@pytest.mark.parametrize(
    ("misbehave", "statuses"), [("refund_pending", ["05", "06", "00", "00"]), ("refund_denied", ["05", "09", "09"])]
)
def test_a_refund_can_take_its_time(misbehave: str, statuses: list[str]) -> None:
    with running_sandbox("") as address:
        _pay(address, misbehave)
        found = [_refund(address, "r1")]
        found += [_query(address, f"q{number}") for number in range(len(statuses) - 1)]
        again = _refund(address, "r2")
    assert [answer["vnp_TransactionStatus"] for answer in found] == statuses
    # What the bank refused may be given back by another request.
    assert _code(again) == ("00" if misbehave == "refund_denied" else "95")


def test_a_misbehaviour_is_chosen_by_address_on_the_pay_page_or_later() -> None:
    with running_sandbox("") as address:
        page = _pay(address, "refund_refused")
        before = _refund(address, "r1")
        behave(address, page, "")
        after = _refund(address, "r2")
        with urlopen(f"{address}/giao-dich?{urlencode({'ma': REFERENCE})}") as response:
            shown = response.read().decode()
    assert page.count('name="misbehave"') == len(MISBEHAVIOURS)
    assert 'value="refund_refused" checked' in page
    assert "<details" in page
    assert "open>" in page
    assert (_code(before), _code(after)) == ("95", "00")
    assert token_of(shown) == token_of(page)
    assert 'value="" checked' in shown
    assert after["vnp_TransactionNo"] in shown
    assert "Hoàn trả toàn phần" in shown


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/giao-dich/cu-xu", "token=x&misbehave="),
        ("/giao-dich/cu-xu", ""),
        ("/giao-dich?ma=KHONG-CO", None),
        ("/giao-dich", None),
        ("/doi-soat?ngay=hom-qua", None),
        ("/doi-soat?ngay=0001-01-01", None),
        ("/doi-soat.csv?ngay=2025-13-01", None),
    ],
)
def test_what_is_not_there_is_said_so(path: str, body: str | None) -> None:
    with running_sandbox("") as address:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=15)
        connection.request("GET" if body is None else "POST", path, body)
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
    assert response.status == (404 if body is None else 400)
    assert "Traceback" not in page


def test_an_unreadable_question_is_answered_97() -> None:
    with running_sandbox("") as address:
        for body in (b"[" * 60_000, b'{"vnp_Command": "refund", "vnp_SecureHash": "\\ud800"}', b'{"vnp_Command": {}}'):
            with urlopen(f"{address}/merchant_webapi/api/transaction", data=body) as response:
                assert json.loads(response.read())["vnp_ResponseCode"] == "97"


def test_refunds_and_their_request_numbers_survive_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "sandbox.json")
    with running_sandbox("", SANDBOX_STATE=state) as address:
        _pay(address)
        _refund(address, "r1", TransactionType="03", Amount="5000000")
    with running_sandbox("", SANDBOX_STATE=state) as address:
        assert _code(_refund(address, "r1", TransactionType="03", Amount="5000000")) == "94"
        assert _query(address, "q1")["vnp_OrderInfo"] == "Hoan phi r1"
        assert _code(_refund(address, "r2")) == "95"


def test_the_daily_statement_lists_what_moved_and_our_reader_understands_it() -> None:
    with running_sandbox("") as address:
        _pay(address)
        _pay(address, action="cancel", reference="H36-250505-0002-1")
        part = _refund(address, "r1", TransactionType="03", Amount="5000000")
        with urlopen(f"{address}/doi-soat.csv") as response:
            kind, content = response.headers["Content-Type"], response.read()
        with urlopen(f"{address}/doi-soat") as response:
            page = response.read().decode()
        with urlopen(f"{address}/doi-soat.csv?ngay=2024-01-01") as response:
            empty = response.read()
    assert kind == "text/csv; charset=utf-8"
    # Within one second the order is anybody's.
    rows = sorted(gateway_named("vnpay").read_statement(content), key=lambda row: (row.is_refund, row.reference))
    assert [(row.reference, row.amount, row.is_refund, row.is_successful) for row in rows] == [
        (REFERENCE, 135_000, False, True),
        ("H36-250505-0002-1", 135_000, False, False),
        (REFERENCE, 50_000, True, True),
    ]
    assert rows[1].movement_id == "try-H36-250505-0002-1"
    assert rows[2].movement_id == f"refund-{part['vnp_TransactionNo']}"
    assert rows[2].text == "Hoan phi r1"
    today = datetime.now(VIETNAM)
    assert abs((rows[0].happened_at - today).total_seconds()) < 600
    for words in ("Đối soát ngày", f"{today:%d/%m/%Y}", REFERENCE, "50.000&nbsp;đ", "Hoàn trả một phần"):
        assert words in page
    assert gateway_named("vnpay").read_statement(empty) == []


def test_nothing_in_the_statement_becomes_a_formula() -> None:
    with running_sandbox("") as address:
        _pay(address, reference="=1+1")
        with urlopen(f"{address}/doi-soat.csv") as response:
            text = response.read().decode("utf-8-sig")
    assert ",'=1+1," in text
    assert gateway_named("vnpay").read_statement(text.encode())[0].reference == "=1+1"
