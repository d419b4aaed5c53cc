"""The bank's side in tests: files as banks export them, and an attempt that waits for a transfer."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from payments.gateways.transfer_reference import new_reference
from payments.models import Charge, PaymentAttempt
from portal.core import clock
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory

HEADS = ("Ngày giao dịch", "Số bút toán", "Ghi nợ", "Ghi có", "Số dư", "Nội dung")


def set_account(settings: Settings) -> None:
    settings.VIETQR_BANK_BIN = "970436"
    settings.VIETQR_BANK_NAME = "Ngân hàng Thử"
    settings.VIETQR_ACCOUNT_NUMBER = "1017595600"
    settings.VIETQR_ACCOUNT_NAME = "SO GIAO THONG"


@pytest.fixture
def account(settings: Settings) -> None:
    set_account(settings)


def transfer_attempt(charge: Charge | None = None, **columns: Any) -> PaymentAttempt:
    """A payer who was told what to transfer."""
    return OnlineAttemptFactory(
        **{
            "charge": charge or ChargeFactory(),
            "method": "vietqr",
            "provider": "vietqr",
            "provider_reference": new_reference(),
            "provider_created_at": "",
            "expires_at": clock.now() + timedelta(days=3),
            "next_enquiry_at": None,
        }
        | columns
    )


def movement(
    text: str, credit: int | str = "", *, debit: int | str = "", number: str = "", at: str = "05/05/2025 08:30:15"
) -> tuple[str, ...]:
    return (at, number, str(debit), str(credit), "", text)


def csv_file(rows: Sequence[Sequence[str]], *, heads: Sequence[str] = HEADS, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([["SAO KÊ TÀI KHOẢN"], ["Số tài khoản:", "1017595600"], [], heads, *rows])
    return out.getvalue().encode(encoding)


def xlsx_file(rows: Sequence[Sequence[Any]], *, heads: Sequence[str] = HEADS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["SAO KÊ TÀI KHOẢN"], [], heads, *rows]:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
