"""What follows after commit: mails with the right words, slips with the right facts, each once."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

from dossiers import services
from dossiers.enums import SlipOccasion
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, IssuedSlip
from payments import selectors as payment_selectors
from portal.core import outbox
from portal.core.clock import VIETNAM
from portal.core.models import OutboxDelivery
from portal.documents import services as document_services
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import (
    Cast,
    make_cast,
    make_filed,
    make_payment_requested,
    make_received,
    make_resolved,
    make_supplement_requested,
    pdf_upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.reads_papers]


def drain() -> None:
    """Run the outbox dry, as a worker would; mails wait for a mail server and stay queued."""
    while outbox.relay_due():
        pass


def answered_a_day_later(cast: Cast) -> Dossier:
    """Received and asked for more on Monday the 20th, answered a day later: the promise moved by a day to the 24th."""
    with time_machine.travel(datetime(2026, 4, 20, 9, 30, tzinfo=VIETNAM), tick=False):
        dossier = make_supplement_requested(cast)
    slot = dossier.components.get(required_document__kind="upload")
    with time_machine.travel(datetime(2026, 4, 21, 9, 30, tzinfo=VIETNAM), tick=False):
        services.attach_supplement_file(
            actor=cast.actor("an"), dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload("chup-lai.pdf")
        )
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert (dossier.first_due_at, dossier.due_at) == tuple(
        datetime(2026, 4, day, 9, 30, tzinfo=VIETNAM) for day in (23, 24)
    )
    return dossier


def kinds_told(dossier: Dossier) -> list[str]:
    assert dossier.applicant_email
    return [
        kind.removeprefix("dossier/") for kind in MailDelivery.objects.order_by("id").values_list("kind", flat=True)
    ]


def test_every_milestone_of_a_paid_dossier_is_told_once() -> None:
    cast = make_cast()
    dossier = make_payment_requested(cast, delivery="online")
    drain()
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    drain()
    assert kinds_told(dossier) == ["submitted", "received", "payment_requested", "payment_settled"]


def test_a_handler_run_twice_tells_once() -> None:
    dossier = make_received(make_cast())
    drain()
    OutboxDelivery.objects.filter(handler__startswith="dossiers.").update(state="pending")
    drain()
    assert kinds_told(dossier) == ["submitted", "received"]
    assert IssuedSlip.objects.count() == 2


def test_a_request_that_was_answered_before_the_worker_came_is_not_mailed() -> None:
    cast = make_cast()
    dossier = make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    drain()
    assert kinds_told(dossier) == ["submitted", "received", "supplement_answered"]


def test_the_mail_of_a_receipt_tells_the_date_promised_then() -> None:
    dossier = answered_a_day_later(make_cast())
    drain()
    mail = MailDelivery.objects.get(kind="dossier/received")
    assert dossier.code is not None
    assert dossier.code in mail.subject
    assert "23/04/2026" in mail.text_body
    assert "24/04/2026" not in mail.text_body
    assert f"/ho-so/{dossier.code}/" in mail.text_body
    assert mail.html_body.count(dossier.code) >= 1


@pytest.mark.parametrize(("language", "word"), [("vi", "đã được tiếp nhận"), ("en", "has been received")])
def test_mails_speak_the_language_the_dossier_was_filed_in(language: str, word: str) -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_language=language)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    drain()
    assert word in MailDelivery.objects.get(kind="dossier/received").subject


def test_no_mail_carries_answers_or_identity_numbers() -> None:
    cast = make_cast()
    make_resolved(cast, delivery="online")
    drain()
    for mail in MailDelivery.objects.all():
        everything = mail.subject + mail.text_body + mail.html_body
        for secret in ("068196004312", "0983512604", "Bổ sung hồ sơ xin việc", "18/4 Hoàng Diệu"):
            assert secret not in everything


def test_a_reason_is_in_the_mail_as_plain_text() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Thiếu <b>đơn</b>\nvà ảnh")
    drain()
    mail = MailDelivery.objects.get(kind="dossier/intake_refused")
    assert "Thiếu <b>đơn</b>\nvà ảnh" in mail.text_body
    assert "Thiếu &lt;b&gt;đơn&lt;/b&gt;" in mail.html_body


def slip_text(slip: IssuedSlip, folder: Path) -> str:
    with document_services.open_document(slip.document) as file:
        (folder / "slip.pdf").write_bytes(file.read())
    return subprocess.run(
        ["pdftotext", "-layout", str(folder / "slip.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()


def test_the_slip_of_the_filing_lists_every_file_and_promises_nothing(tmp_path: Path) -> None:
    dossier = make_filed(make_cast())
    text = slip_text(services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.SUBMITTED), tmp_path)
    file = dossier.components.get(required_document__kind="upload").files.get().document
    assert dossier.code is not None
    assert dossier.code in text
    assert dossier.pass_code in text
    assert file.original_name in text
    assert file.sha256 in text.replace("\n", "").replace(" ", "")
    assert "Nguyễn Thị An" in text
    assert "XÁC NHẬN ĐÃ NỘP" in text.upper()
    assert "Chờ tiếp nhận" in text


def test_the_slip_of_the_receipt_promises_the_date(tmp_path: Path) -> None:
    dossier = make_received(make_cast())
    assert dossier.due_at is not None
    text = slip_text(services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED), tmp_path)
    assert f"{dossier.due_at:%d/%m/%Y}" in text
    assert "HẸN TRẢ KẾT QUẢ" in text.upper()
    assert "Người tiếp nhận: Trần Văn Bình" in " ".join(text.split())
    assert "3 ngày làm việc" in text


def test_a_receipt_issued_late_tells_the_promise_and_the_files_of_its_day(tmp_path: Path) -> None:
    dossier = answered_a_day_later(make_cast())
    receipt = slip_text(services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED), tmp_path)
    filing = slip_text(services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.SUBMITTED), tmp_path)
    assert "23/04/2026" in receipt
    assert "24/04/2026" not in receipt
    for text in (receipt, filing):
        assert "giay-to.pdf" in text
        assert "chup-lai.pdf" not in text


def test_there_is_no_slip_before_its_occasion() -> None:
    dossier = make_filed(make_cast())
    with pytest.raises(DossierNotFound):
        services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED)


def test_a_slip_is_kept_as_issued() -> None:
    dossier = make_filed(make_cast())
    first = services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.SUBMITTED)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name="Tên Khác")
    assert services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.SUBMITTED).pk == first.pk
