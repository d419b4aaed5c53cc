"""The national payment platform (Nền tảng thanh toán quốc gia): INIT, its notification, QUERY and GET_BILL (DOMAIN 7.3)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import (
    Enquiry,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    Outcome,
    PaymentOrder,
    ProviderReport,
    register,
)
from payments.gateways.national_api import ask_for_object, ask_for_pdf
from payments.gateways.national_codes import REFUSED, STATE, outcome_of_message, outcome_of_state, sentence_for
from payments.gateways.national_messages import (
    CODE_OK,
    CONFIRM,
    FEE_KINDS,
    FIXED,
    GET_BILL,
    HASH,
    INIT,
    LANGUAGES,
    QUERY,
    SERVICE_ENDING,
    SERVICE_KIND,
    authentication_code,
    is_authentic,
    kept,
    plain,
    whole_dong,
)

MAX_URL_LENGTH = 2000
_CODE = re.compile(r"[A-Za-z0-9]{1,10}")
_ADDRESS = re.compile(r"https?://[!-\[\]-~]+")
_NOT_ADDRESS = re.compile(r"[^0-9A-Fa-f.:]+")
# MaLoi and MoTaLoi answering a notification, by verdict. 00 means "recorded", whatever the payment's own result.
_RECORDED = (CODE_OK, "Thanh cong")
_ACKNOWLEDGEMENTS = {
    "settled": _RECORDED,
    "failure_recorded": _RECORDED,
    "sent_to_review": _RECORDED,
    "still_pending": _RECORDED,
    "already_final": _RECORDED,
    "wrong_terminal": ("99", "Sai ma doi tac"),
    "unknown_reference": ("99", "Khong co giao dich"),
    "wrong_amount": ("99", "Sai so tien"),
    "not_authentic": ("99", "Sai ma xac thuc"),
}


@register("national")
class NationalGateway(Gateway):
    """The secret comes from the settings at the moment of use and is kept nowhere.

    MaThamChieu is the platform's key of an order: the same INIT again is the same order, not a second one.
    """

    keeps_address = True
    has_bill = True
    why_no_refund = _(
        "Nền tảng thanh toán quốc gia không có lệnh hoàn tiền: cơ quan hoàn bằng chuyển khoản đến tài khoản người nộp cho."
    )

    def is_configured(self) -> bool:
        return bool(settings.NATIONAL_PAYMENT_PARTNER_CODE and settings.NATIONAL_PAYMENT_SECRET)

    def reference_for(self, label: str, charge_id: UUID, number: int) -> str:
        """Letters and digits alone: the platform's partners send nothing else."""
        return super().reference_for(label, charge_id, number).replace("-", "")

    def payment_url(self, order: PaymentOrder) -> str:
        message = {
            "LoaiBanTin": INIT,
            **FIXED,
            "MaDoiTac": settings.NATIONAL_PAYMENT_PARTNER_CODE,
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "NgonNgu": LANGUAGES.get(order.language, LANGUAGES["vi"]),
            "ThongTinGiaoDich": plain(order.summary, 200),
            "ThoiGianGD": order.created_at,
            "Ip": _NOT_ADDRESS.sub("", order.client_address)[:45],
        }
        question = {**message, HASH: _sign("init", message), "ThongTinBienLai": _receipt_facts(order)}
        answer = ask_for_object(settings.NATIONAL_PAYMENT_INIT_URL, question)
        if answer.get("MaThamChieu", order.reference) != order.reference:
            raise GatewayUnavailable
        code = answer.get("MaLoi", "")
        if code != CODE_OK:
            if not _CODE.fullmatch(code):
                raise GatewayUnavailable
            raise GatewayRefused(f"{REFUSED}{code}")
        url = answer.get("UrlThanhToan", "")
        if not _is_page_of_the_platform(url):
            raise GatewayUnavailable
        return url

    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        return _report("confirm", parameters, CONFIRM, outcome_of_message(parameters.get("MaLoi", "")))

    def ask(self, enquiry: Enquiry) -> ProviderReport:
        answer = ask_for_object(settings.NATIONAL_PAYMENT_QUERY_URL, _question(QUERY, enquiry))
        if answer.get("MaThamChieu") != enquiry.reference:
            # An authentic answer about another order, replayed at us, must not speak for this one.
            raise GatewayUnavailable
        if answer.get("MaLoi") != CODE_OK:
            # The question was not understood; that says nothing of the payment.
            raise GatewayUnavailable
        return _report("query_answer", answer, QUERY, outcome_of_state(answer.get("TrangThaiGD", "")))

    def bill(self, enquiry: Enquiry) -> bytes:
        return ask_for_pdf(settings.NATIONAL_PAYMENT_BILL_URL, _question(GET_BILL, enquiry))

    def acknowledgement(self, verdict: str) -> dict[str, str]:
        code, words = _ACKNOWLEDGEMENTS.get(verdict, ("99", "Loi khac"))
        return {"MaLoi": code, "MoTaLoi": words}

    def answer(self, verdict: str, message: Mapping[str, str]) -> dict[str, str]:
        """Names the order and is hashed, but only for a message that was authentic: whoever sends something else must
        not get their words back under our hash."""
        answer = self.acknowledgement(verdict)
        if verdict in ("not_authentic", "error") or not self.is_configured():
            return answer
        for name in ("MaDoiTac", "MaThamChieu", "ThoiGianGD"):
            answer[name] = message.get(name, "")
        return {**answer, HASH: _sign("confirm_answer", answer)}

    def explain(self, code: str) -> Any:
        return sentence_for(code)


def _question(kind: str, enquiry: Enquiry) -> dict[str, str]:
    message = {
        "LoaiBanTin": kind,
        "PhienBan": FIXED["PhienBan"],
        "MaDoiTac": settings.NATIONAL_PAYMENT_PARTNER_CODE,
        "MaThamChieu": enquiry.reference,
        "ThoiGianGD": enquiry.created_at,
    }
    return {**message, HASH: _sign(kind.lower(), message)}


@sensitive_variables()
def _sign(kind: str, message: Mapping[str, str]) -> str:
    return authentication_code(kind, message, settings.NATIONAL_PAYMENT_SECRET)


def _report(kind: str, fields: Mapping[str, str], message_kind: str, outcome: Outcome) -> ProviderReport:
    raw = kept(kind, fields)
    is_real = (
        bool(settings.NATIONAL_PAYMENT_PARTNER_CODE and settings.NATIONAL_PAYMENT_SECRET)
        and fields.get("LoaiBanTin") == message_kind
        and is_authentic(kind, fields, settings.NATIONAL_PAYMENT_SECRET)
    )
    code = raw.get("MaLoi", "")
    if kind == "query_answer":
        code = CODE_OK if outcome == Outcome.PAID else f"{STATE}{raw.get('TrangThaiGD', '')}"
    return ProviderReport(
        is_authentic=is_real,
        is_for_us=raw.get("MaDoiTac") == settings.NATIONAL_PAYMENT_PARTNER_CODE,
        reference=raw.get("MaThamChieu", "")[:100],
        amount=whole_dong(raw.get("SoTien", "")),
        currency=raw.get("MaTienTe", ""),
        outcome=outcome,
        code=code[:32],
        transaction_no=raw.get("MaGiaoDich", "")[:40],
        bank_code=raw.get("MaNganHang", "")[:20],
        raw=raw,
    )


def _receipt_facts(order: PaymentOrder) -> dict[str, Any]:
    """ThongTinBienLai: what the platform prints on its receipt. Of the payer nothing is sent: the platform asks them."""
    facts = order.facts
    procedure, amount = facts.get("procedure_code", ""), str(order.amount)
    words = facts.get("description", "")[:250] or order.summary
    return {
        "MaDichVu": SERVICE_KIND,
        "MaTTHC": procedure,
        "TenTTHC": facts.get("procedure_name", "")[:250],
        "MaDVC": procedure and procedure + SERVICE_ENDING,
        "MaDonVi": facts.get("agency_code", ""),
        "MaHoSo": facts.get("subject_label", ""),
        "TKThuHuong": settings.NATIONAL_PAYMENT_ACCOUNT,
        "MaNHThuHuong": settings.NATIONAL_PAYMENT_ACCOUNT_BANK,
        "TenTKThuHuong": settings.NATIONAL_PAYMENT_ACCOUNT_NAME,
        "NoiDungThanhToan": words,
        "PhiLePhi": [
            {
                "LoaiPhiLePhi": FEE_KINDS.get(facts.get("kind", ""), FEE_KINDS["service_fee"]),
                "MaPhiLePhi": procedure,
                "TenPhiLePhi": words,
                "SoTien": amount,
            }
        ],
        "DSKhoanNop": [{"NoiDung": words, "SoTien": amount}],
    }


def _is_page_of_the_platform(url: str) -> bool:
    """UrlThanhToan carries no hash, so a payer is only sent to the origin that the settings name."""
    if len(url) > MAX_URL_LENGTH or not _ADDRESS.fullmatch(url):
        return False
    try:
        given, known = urlsplit(url), urlsplit(settings.NATIONAL_PAYMENT_PAGE_URL)
        return bool(known.netloc) and (given.scheme, given.netloc) == (known.scheme, known.netloc)
    except ValueError:
        return False
