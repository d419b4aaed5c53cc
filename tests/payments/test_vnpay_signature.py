"""The four vectors of the specification, and what makes two signatures the same."""

from urllib.parse import parse_qsl

import pytest

from payments.gateways.vnpay_signature import canonical_query, is_same_hash, sign_query, sign_values

SECRET = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
PAY = (
    "vnp_Amount=13500000&vnp_Command=pay&vnp_CreateDate=20250505083000&vnp_CurrCode=VND"
    "&vnp_ExpireDate=20250505084500&vnp_IpAddr=127.0.0.1&vnp_Locale=vn"
    "&vnp_OrderInfo=Nop+le+phi+ho+so+H36+250505+0001&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fthanh-toan%2Fvnpay%2Fket-qua&vnp_TmnCode=DEMO0001"
    "&vnp_TxnRef=H36-250505-0001-1&vnp_Version=2.1.0"
)
PAY_HASH = (
    "4151ea6ddf1337291af4a4fdad8721e01d7b30a7e3eefa2e93ada380e35abc9d"
    "243544f6e59e56ab98d49d78d1d8d2c97067d762d4e63a52bcc2cd891a6951a4"
)
IPN = (
    "vnp_Amount=13500000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14422574&vnp_CardType=ATM"
    "&vnp_OrderInfo=Nop+le+phi+ho+so+H36+250505+0001&vnp_PayDate=20250505083512&vnp_ResponseCode=00"
    "&vnp_TmnCode=DEMO0001&vnp_TransactionNo=14422574&vnp_TransactionStatus=00&vnp_TxnRef=H36-250505-0001-1"
)
IPN_HASH = (
    "efc5d6bdeb0ae37d4230bf5ca597a955e21d4c1f606d217acf95af202ce7b653"
    "246cc69f8a2032bd5a206e15326ab30c59071201dac3c46faed972bfa395b253"
)
QUERY = "r0001|2.1.0|querydr|DEMO0001|H36-250505-0001-1|20250505083000|20250505090000|127.0.0.1|Tra cuu"
QUERY_HASH = (
    "b68a347240ce60ed20bcb7459edea3aa251e1518818442127b50f0fd9cbbb6b1"
    "1f5904d69328a82393390b3ff1f42bcc9baf31cb6ac9b680220411711ccdc43a"
)
REFUND = (
    "r0002|2.1.0|refund|DEMO0001|02|H36-250505-0001-1|13500000|14422574|20250505083000|ketoan1|20250505093000"
    "|127.0.0.1|Hoan phi"
)
REFUND_HASH = (
    "83986d60f7fc6609acb8396f71147241aa52dc1111c18a3612203f534241f945"
    "92575858ee2f3c5356fdb99755b49a715ab9678538e41e06382a42849ea89580"
)


@pytest.mark.parametrize(("query", "expected"), [(PAY, PAY_HASH), (IPN, IPN_HASH)], ids=["pay", "ipn"])
def test_url_parameters_are_signed_as_in_the_vector(query: str, expected: str) -> None:
    fields = dict(parse_qsl(query))
    assert canonical_query(fields) == query
    assert sign_query(fields, SECRET) == expected


@pytest.mark.parametrize(
    ("values", "expected"), [(QUERY, QUERY_HASH), (REFUND, REFUND_HASH)], ids=["querydr", "refund"]
)
def test_api_values_are_signed_as_in_the_vector(values: str, expected: str) -> None:
    assert sign_values(values.split("|"), SECRET) == expected


def test_order_of_parameters_empty_values_and_the_hash_type_do_not_matter() -> None:
    fields = dict(reversed(parse_qsl(IPN)))
    noise = {"vnp_PromotionCode": "", "vnp_SecureHashType": "SHA512", "vnp_SecureHash": "x", "utm_source": "bank"}
    assert sign_query(fields | noise, SECRET) == IPN_HASH


def test_hashes_are_compared_without_regard_to_case() -> None:
    assert is_same_hash(IPN_HASH.upper(), IPN_HASH)


@pytest.mark.parametrize("claimed", ["", IPN_HASH[:-1], IPN_HASH + "0", PAY_HASH, "đ" * 128, "\udce1", "\x00"])
def test_any_other_text_is_a_different_hash(claimed: str) -> None:
    assert not is_same_hash(claimed, IPN_HASH)
