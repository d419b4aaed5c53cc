"""The paper of a receipt: what it says, its tags, its watermark, and a licensed issuer that is switched on."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django import Settings

from payments import services
from payments.gateways import GatewayUnavailable, e_receipts
from payments.gateways.e_receipts import IssuedReceipt, ReceiptIssuer, ReceiptOrder
from payments.models import PaymentReceipt
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor
from portal.documents import services as document_services
from portal.documents.models import StoredDocument
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.factories.slips import elements_of, words_in


@pytest.fixture
def receipt(db: None) -> PaymentReceipt:
    agency = CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng")
    charge = ChargeFactory(agency=agency, context={"procedure_code": "1.001023", "procedure_name": "Cấp giấy phép"})
    cashier = actor_of(PayerFactory(full_name="Trần Văn Bình"), (agency, OfficerRole.CASHIER))
    attempt = services.record_counter_payment(
        actor=cashier,
        charge_id=charge.pk,
        method="card_at_counter",
        received_amount=charge.amount,
        agency_id=agency.pk,
        terminal_slip_number="004217",
    )
    issued = services.issue_receipt(attempt_id=attempt.pk)
    assert issued is not None
    return issued


@pytest.fixture
def lan(receipt: PaymentReceipt) -> Actor:
    return actor_of(PayerFactory(full_name="Vũ Thị Lan"), (receipt.book.agency, OfficerRole.ACCOUNTANT))


def _pdf(receipt: PaymentReceipt) -> bytes:
    receipt.refresh_from_db()
    with document_services.open_document(services.receipt_document(receipt)) as file:
        return file.read()


def test_the_paper_says_who_paid_what_for_what(receipt: PaymentReceipt) -> None:
    words = words_in(_pdf(receipt))
    for said in (
        "SỞ XÂY DỰNG",
        "BIÊN LAI THU LỆ PHÍ",
        "Số: 0000001",
        receipt.facts["series"],
        "Nguyễn Thị An",
        "Lệ phí cấp giấy phép lái xe",
        "Cấp giấy phép (mã 1.001023)",
        receipt.facts["dossier_code"],
        "Thông tư 37/2023",
        "135.000 đ",
        "Một trăm ba mươi lăm nghìn đồng chẵn",
        "Thẻ tại quầy, mã giao dịch 004217",
        "Trần Văn Bình",
        "Biên lai nội bộ, không phải biên lai điện tử của cơ quan thuế",
    ):
        assert said in words
    assert "HỦY" not in words


def test_the_paper_is_stored_once_and_printed_from_the_store(receipt: PaymentReceipt) -> None:
    first, second = _pdf(receipt), _pdf(receipt)
    services.finish_receipt(receipt_id=receipt.pk)
    assert first == second
    assert StoredDocument.objects.filter(purpose="payment_receipt").count() == 1


def test_the_paper_is_tagged_titled_and_vietnamese(receipt: PaymentReceipt, lan: Actor) -> None:
    valid = _pdf(receipt)
    services.cancel_receipt(actor=lan, receipt_id=receipt.pk, reason="Ghi nhầm")
    for pdf, title in ((valid, "số 0000001"), (_pdf(receipt), "số 0000001 (đã hủy)")):
        reader = PdfFileReader(io.BytesIO(pdf))
        assert str(reader.root["/Lang"]) == "vi"
        assert bool(reader.root["/MarkInfo"]["/Marked"]) is True
        assert str(reader.trailer_view["/Info"]["/Title"]).endswith(title)
        assert b'pdfuaid:part="1"' in bytes(reader.root["/Metadata"].data)
        elements = elements_of(pdf)
        tags = [element.tag for element in elements]
        assert tags.count("/H1") == 1
        assert tags.count("/TH") == tags.count("/TD") > 8
        assert all(element.headers for element in elements if element.tag == "/TD")


def test_a_cancelled_receipt_says_so_when_printed_again(receipt: PaymentReceipt, lan: Actor) -> None:
    before = _pdf(receipt)
    services.cancel_receipt(actor=lan, receipt_id=receipt.pk, reason="Ghi nhầm nội dung")
    after = _pdf(receipt)
    words = words_in(after)
    for said in ("ĐÃ HỦY", "đã bị hủy", "người hủy: Vũ Thị Lan", "Lý do: Ghi nhầm nội dung", "135.000 đ"):
        assert said in words
    receipt.refresh_from_db()
    assert receipt.document is not None
    with document_services.open_document(receipt.document) as file:
        assert file.read() == before


def test_a_replaced_receipt_names_the_one_in_its_place(receipt: PaymentReceipt, lan: Actor) -> None:
    new = services.replace_receipt(actor=lan, receipt_id=receipt.pk, reason="Sai tên", payer_name="Công ty Ánh Dương")
    series = receipt.facts["series"]
    assert f"đã được thay thế bằng biên lai {series} số 0000002" in words_in(_pdf(receipt))
    words = words_in(_pdf(new))
    assert f"Thay cho biên lai: {series} số 0000001" in words
    assert "Công ty Ánh Dương" in words
    assert "HỦY" not in words


class _Licensed(ReceiptIssuer):
    """A provider of electronic receipts as far as the portal needs one: it keeps what it issued by key."""

    title = "Nhà cung cấp thử"
    issued: dict[str, IssuedReceipt]
    asked: list[ReceiptOrder]
    cancelled: list[tuple[str, str]]
    is_down = False

    def issue(self, order: ReceiptOrder) -> IssuedReceipt:
        if self.is_down:
            raise GatewayUnavailable
        self.asked.append(order)
        number = f"{len(self.issued) + 1:08d}"
        return self.issued.setdefault(
            order.key, IssuedReceipt(f"REF{number}", "01BLP0-001", "AA-26E", number, "https://bienlai.example.vn")
        )

    def cancel(self, *, reference: str, reason: str) -> None:
        if self.is_down:
            raise GatewayUnavailable
        self.cancelled.append((reference, reason))


@pytest.fixture
def licensed(settings: Settings) -> Iterator[Any]:
    e_receipts.register_issuer("licensed_test")(_Licensed)
    issuer: Any = e_receipts.issuer_named("licensed_test")
    issuer.issued, issuer.asked, issuer.cancelled = {}, [], []
    settings.E_RECEIPT_ISSUER = "licensed_test"
    yield issuer
    e_receipts._issuers.pop("licensed_test")


def test_no_issuer_is_on_by_default(settings: Settings) -> None:
    assert settings.E_RECEIPT_ISSUER == ""
    assert e_receipts.issuer_in_use() is None


def test_a_licensed_issuer_gives_its_form_series_and_number(receipt: PaymentReceipt, licensed: Any) -> None:
    words = words_in(_pdf(receipt))
    assert "Biên lai điện tử do Nhà cung cấp thử phát hành" in words
    assert "01BLP0-001, AA-26E, 00000001" in words
    assert "nội bộ, không phải" not in words
    receipt.refresh_from_db()
    assert (receipt.issuer, receipt.issuer_reference) == ("licensed_test", "REF00000001")
    order = licensed.asked[0]
    assert (order.key, order.amount, order.facts["amount_in_words"]) == (
        str(receipt.pk),
        135_000,
        "Một trăm ba mươi lăm nghìn đồng chẵn",
    )


def test_while_the_issuer_is_down_there_is_no_paper_that_says_internal(
    receipt: PaymentReceipt, licensed: Any, client: Client
) -> None:
    licensed.is_down = True
    with pytest.raises(GatewayUnavailable):
        services.finish_receipt(receipt_id=receipt.pk)
    receipt.refresh_from_db()
    assert (receipt.document, receipt.issuer) == (None, "")
    # Nor does the payer's page say so meanwhile, or afterwards.
    client.force_login(receipt.attempt.charge.payer)
    address = f"/thanh-toan/{receipt.attempt.charge_id}/"
    assert "nội bộ" not in client.get(address).content.decode()
    licensed.is_down = False
    services.finish_receipt(receipt_id=receipt.pk)
    services.finish_receipt(receipt_id=receipt.pk)
    assert len(licensed.asked) == 1
    assert "nội bộ" not in client.get(address).content.decode()


def test_cancelling_is_told_to_the_issuer_once(receipt: PaymentReceipt, licensed: Any, lan: Actor) -> None:
    services.finish_receipt(receipt_id=receipt.pk)
    services.cancel_receipt(actor=lan, receipt_id=receipt.pk, reason="Sai")
    licensed.is_down = True
    with pytest.raises(GatewayUnavailable):
        services.finish_cancelled_receipt(receipt_id=receipt.pk)
    licensed.is_down = False
    services.finish_cancelled_receipt(receipt_id=receipt.pk)
    services.finish_cancelled_receipt(receipt_id=receipt.pk)
    assert licensed.cancelled == [("REF00000001", "Sai")]


def test_a_replacing_receipt_names_what_it_replaces_to_the_issuer(
    receipt: PaymentReceipt, licensed: Any, lan: Actor
) -> None:
    services.finish_receipt(receipt_id=receipt.pk)
    new = services.replace_receipt(actor=lan, receipt_id=receipt.pk, reason="Sai")
    services.finish_receipt(receipt_id=new.pk)
    assert [order.replaces for order in licensed.asked] == ["", "REF00000001"]
