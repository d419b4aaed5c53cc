"""The sandbox gateway as a real process: a person pays, cancels or fails, and the merchant is told."""

import ast
import json
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from payments.gateways.vnpay_signature import canonical_query, is_same_hash, sign_query, sign_values
from tests.payments.provider import ROOT, SECRET, TERMINAL, receiving, running_sandbox, token_of

pytestmark = pytest.mark.slow
ORDER = {
    "vnp_Amount": "13500000",
    "vnp_Command": "pay",
    "vnp_CreateDate": "20250505083000",
    "vnp_CurrCode": "VND",
    "vnp_ExpireDate": "29990505084500",
    "vnp_IpAddr": "127.0.0.1",
    "vnp_Locale": "vn",
    "vnp_OrderInfo": "Nop le phi ho so H36 250505 0001",
    "vnp_OrderType": "other",
    "vnp_ReturnUrl": "http://127.0.0.1:1/thanh-toan/vnpay/ket-qua/",
    "vnp_TmnCode": TERMINAL,
    "vnp_TxnRef": "H36-250505-0001-1",
    "vnp_Version": "2.1.0",
}


def _request(
    address: str, path: str, body: bytes | None = None, method: str | None = None
) -> tuple[int, dict[str, str], str]:
    """One request without following redirects: status, headers, text."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=15)
    try:
        connection.request(method or ("POST" if body is not None else "GET"), path, body)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


def _open(address: str, **changes: str) -> tuple[int, str]:
    order = ORDER | {f"vnp_{name}": value for name, value in changes.items()}
    path = f"/paymentv2/vpcpay.html?{canonical_query(order)}&vnp_SecureHash={sign_query(order, SECRET)}"
    status, _, page = _request(address, path)
    return status, page


def _press(address: str, page: str, action: str, misbehave: str = "") -> dict[str, str]:
    body = urlencode({"token": token_of(page), "action": action, "misbehave": misbehave}).encode()
    status, headers, _ = _request(address, "/paymentv2/ket-qua", body)
    assert status == 303
    assert headers["Location"].startswith(ORDER["vnp_ReturnUrl"] + "?")
    return dict(parse_qsl(urlsplit(headers["Location"]).query))


def _is_signed(fields: dict[str, str]) -> bool:
    return is_same_hash(fields["vnp_SecureHash"], sign_query(fields, SECRET))


@pytest.mark.parametrize(
    ("action", "response_code", "status"),
    [("pay", "00", "00"), ("cancel", "24", "02"), ("fail", "51", "02"), ("suspect", "07", "07")],
)
def test_each_button_tells_the_server_and_leads_the_browser_back(action: str, response_code: str, status: str) -> None:
    with receiving() as merchant, running_sandbox(merchant.url) as address:
        code, page = _open(address)
        assert code == 200
        assert f'name="action" value="{action}"' in page
        returned = _press(address, page, action)
        assert merchant.arrived.acquire(timeout=5)
    assert len(merchant.received) == 1
    told = merchant.received[0]
    assert told == returned
    assert _is_signed(told)
    assert (told["vnp_ResponseCode"], told["vnp_TransactionStatus"]) == (response_code, status)
    assert (told["vnp_Amount"], told["vnp_TxnRef"], told["vnp_TmnCode"]) == ("13500000", ORDER["vnp_TxnRef"], TERMINAL)


def test_the_pay_page_says_what_is_paid_and_that_it_is_a_test() -> None:
    with running_sandbox("") as address:
        _, page = _open(address)
        _, english = _open(address, Locale="en", TxnRef="EN-1")
        status, headers, style = _request(address, "/sandbox.css")
    for words in ("CỔNG THANH TOÁN THỬ", "135.000&nbsp;đ", "Nop le phi ho so H36 250505 0001", ORDER["vnp_TxnRef"]):
        assert words in page
    assert '<html lang="vi">' in page
    assert "<script" not in page
    assert "style=" not in page
    assert "TEST PAYMENT GATEWAY" in english
    assert '<html lang="en">' in english
    assert (status, headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "@media (prefers-color-scheme: dark)" in style


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"TmnCode": "OTHER001"}, "02"),
        ({"Amount": "0"}, "03"),
        ({"Amount": "-1"}, "03"),
        ({"CurrCode": "USD"}, "03"),
        ({"Version": "2.0.0"}, "03"),
        ({"ReturnUrl": "javascript:alert(1)"}, "03"),
        ({"OrderInfo": ""}, "03"),
    ],
)
def test_an_order_that_is_not_right_is_refused_with_its_code(changes: dict[str, str], code: str) -> None:
    with running_sandbox("") as address:
        status, page = _open(address, **changes)
    assert status == 400
    assert f"{code}:" in page


def test_an_order_that_was_tampered_with_is_refused() -> None:
    with running_sandbox("") as address:
        query = f"{canonical_query(ORDER)}&vnp_SecureHash={sign_query(ORDER, SECRET)}"
        tampered = query.replace("13500000", "100")
        status, _, page = _request(address, f"/paymentv2/vpcpay.html?{tampered}")
        unsigned_status, _, _ = _request(address, "/paymentv2/vpcpay.html")
    assert (status, unsigned_status) == (400, 400)
    assert "70:" in page


def test_what_came_from_outside_is_escaped() -> None:
    with running_sandbox("") as address:
        _, page = _open(address, OrderInfo="<script>alert(1)</script>")
    assert "<script" not in page


def test_an_order_is_paid_once_even_under_a_double_click() -> None:
    with receiving() as merchant, running_sandbox(merchant.url) as address:
        _, page = _open(address)
        first = _press(address, page, "pay")
        second = _press(address, page, "cancel")
        _, again = _open(address)
        assert merchant.arrived.acquire(timeout=5)
    assert first == second
    assert len(merchant.received) == 1
    assert "Giao dịch này đã kết thúc" in again


def test_an_expired_order_cannot_be_paid() -> None:
    with running_sandbox("") as address:
        _, page = _open(address, ExpireDate="20250505084500")
    assert "Đã hết thời gian thanh toán" in page
    assert 'name="token"' not in page


def test_a_notification_is_repeated_until_the_merchant_knows() -> None:
    with receiving("99", "97", "00") as merchant, running_sandbox(merchant.url) as address:
        _, page = _open(address)
        _press(address, page, "pay")
        for _ in range(3):
            assert merchant.arrived.acquire(timeout=5)
        assert not merchant.arrived.acquire(timeout=0.5)
    assert len(merchant.received) == 3


@pytest.mark.parametrize(
    ("misbehave", "expected"),
    [("notify_twice", 2), ("notify_late", 1), ("never", 0), ("wrong_amount", 1), ("wrong_signature", 1)],
)
def test_the_gateway_can_misbehave(misbehave: str, expected: int) -> None:
    with receiving() as merchant, running_sandbox(merchant.url) as address:
        _, page = _open(address)
        returned = _press(address, page, "pay", misbehave)
        if misbehave == "notify_late":
            assert merchant.received == []
        for _ in range(expected):
            assert merchant.arrived.acquire(timeout=5)
        assert not merchant.arrived.acquire(timeout=0.3)
    assert len(merchant.received) == expected
    for told in merchant.received:
        assert _is_signed(told) == (misbehave != "wrong_signature")
        assert (told["vnp_Amount"] == returned["vnp_Amount"]) == (misbehave != "wrong_amount")


def test_questions_are_answered_with_signed_answers() -> None:
    with running_sandbox("") as address:
        _, page = _open(address)
        _press(address, page, "pay")
        known, unknown = _ask(address, "r1"), _ask(address, "r2", TxnRef="KHONG-CO")
        repeated, forged = _ask(address, "r1"), _ask(address, "r3", SecureHash="0" * 128)
        status, _, broken = _request(address, "/merchant_webapi/api/transaction", b"not json")
    assert (known["vnp_ResponseCode"], known["vnp_TransactionStatus"], known["vnp_Amount"]) == ("00", "00", "13500000")
    assert [answer["vnp_ResponseCode"] for answer in (unknown, repeated, forged)] == ["91", "94", "97"]
    assert (status, json.loads(broken)["vnp_ResponseCode"]) == (200, "97")


def test_the_book_survives_a_restart_when_it_has_a_file(tmp_path: Path) -> None:
    state = str(tmp_path / "book" / "sandbox.json")
    with running_sandbox("", SANDBOX_STATE=state) as address:
        _, page = _open(address)
        _press(address, page, "pay")
    assert SECRET not in Path(state).read_text(encoding="utf-8")
    with running_sandbox("", SANDBOX_STATE=state) as address:
        assert _ask(address, "r1")["vnp_TransactionStatus"] == "00"


def test_a_broken_book_does_not_stop_the_start(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.json"
    state.write_text('[{"reference": "X"}]', encoding="utf-8")
    with running_sandbox("", SANDBOX_STATE=str(state)) as address:
        assert _open(address)[0] == 200


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("VNPAY_HASH_SECRET", "", "VNPAY_HASH_SECRET is not set"),
        ("PAYMENT_SANDBOX_PORT", "abc", "PAYMENT_SANDBOX_PORT must be a number"),
        ("PAYMENT_SANDBOX_PORT", "99999", "cannot listen on 127.0.0.1:99999"),
        ("SANDBOX_IPN_URL", "ftp://127.0.0.1/", "SANDBOX_IPN_URL must be an address"),
    ],
)
def test_a_wrong_variable_stops_the_start_with_a_sentence(name: str, value: str, words: str) -> None:
    environment = {"VNPAY_TMN_CODE": TERMINAL, "VNPAY_HASH_SECRET": SECRET, "PAYMENT_SANDBOX_PORT": "0", name: value}
    command = [sys.executable, "-m", "payments.sandbox"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr


def test_the_sandbox_starts_without_django() -> None:
    code = "import sys, payments.sandbox.__main__; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=20, check=False).returncode == 0


@pytest.mark.parametrize("path", ["/khong-co", "/paymentv2/", "/merchant_webapi/"])
def test_any_other_address_is_not_found(path: str) -> None:
    with running_sandbox("") as address:
        assert _request(address, path)[0] == 404
        assert _request(address, path, b"x")[0] == 404


def test_the_sandbox_shares_no_code_with_what_it_checks() -> None:
    imported = set()
    for file in (ROOT / "payments" / "sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
    ours = {
        name for name in imported if name.split(".")[0] in ("payments", "portal", "django", "procedures", "dossiers")
    }
    assert all(name == "payments.sandbox" or name.startswith("payments.sandbox.") for name in ours)


def _ask(address: str, request_id: str, **changes: str) -> dict[str, str]:
    values = {
        "RequestId": request_id,
        "Version": "2.1.0",
        "Command": "querydr",
        "TmnCode": TERMINAL,
        "TxnRef": ORDER["vnp_TxnRef"],
        "TransactionDate": ORDER["vnp_CreateDate"],
        "CreateDate": "20250505090000",
        "IpAddr": "127.0.0.1",
        "OrderInfo": "Tra cuu",
    } | {name: value for name, value in changes.items() if name != "SecureHash"}
    question = {f"vnp_{name}": value for name, value in values.items()}
    question["vnp_SecureHash"] = changes.get("SecureHash") or sign_values(values.values(), SECRET)
    status, _, body = _request(address, "/merchant_webapi/api/transaction", json.dumps(question).encode())
    assert status == 200
    answer: dict[str, str] = json.loads(body)
    names = [
        *("ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate"),
        *("TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount"),
    ]
    expected = sign_values((answer.get(f"vnp_{name}", "") for name in names), SECRET)
    assert is_same_hash(answer["vnp_SecureHash"], expected)
    return answer
