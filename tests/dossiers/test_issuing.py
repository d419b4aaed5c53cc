"""Issued once, kept as issued, printed again byte for byte; issued by itself after commit."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from dossiers import services
from dossiers.enums import SlipKind
from dossiers.errors import DossierNotFound, ReasonMissing, SlipFormUnknown
from dossiers.models import Dossier, IssuedSlip, JournalEntry
from dossiers.services.slip_forms import registry
from portal.core import outbox
from portal.core.actors import SYSTEM
from portal.core.errors import NotPermitted
from portal.core.models import OutboxDelivery
from portal.documents.models import StoredDocument
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import (
    Cast,
    make_draft,
    make_filed,
    make_handed_over,
    make_processing,
    make_received,
    make_resolved,
    make_supplement_requested,
)
from tests.factories.slips import bytes_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.reads_papers]


def drain() -> None:
    while outbox.relay_due():
        pass


def issued(dossier: Dossier) -> list[tuple[str, str]]:
    return list(IssuedSlip.objects.filter(dossier=dossier).order_by("id").values_list("kind", "cause"))


def refused(cast: Cast) -> Dossier:
    dossier = make_filed(cast)
    return services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền")


def stopped(cast: Cast) -> Dossier:
    return services.stop(actor=cast.actor("dung"), dossier_id=make_processing(cast).pk, reason="Theo luật")


def withdrawn(cast: Cast) -> Dossier:
    return services.withdraw(actor=cast.actor("an"), dossier_id=make_received(cast).pk)


def withdrawn_unreceived(cast: Cast) -> Dossier:
    return services.withdraw(actor=cast.actor("an"), dossier_id=make_filed(cast).pk)


def delivered_online(cast: Cast) -> Dossier:
    return make_resolved(cast, delivery="online", fee=None)


RECEIPTS = [("receipt", "received"), ("receipt", "submitted")]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (make_filed, [("receipt", "submitted")]),
        (make_supplement_requested, [*RECEIPTS, ("supplement_request", "journal:4")]),
        (refused, [("intake_refusal", "journal:2"), ("receipt", "submitted")]),
        (stopped, [("control_sheet", "version:4"), *RECEIPTS, ("stop_notice", "journal:4")]),
        (make_handed_over, [("control_sheet", "version:5"), *RECEIPTS]),
        (delivered_online, [("control_sheet", "version:5"), *RECEIPTS]),
        (withdrawn, [("control_sheet", "version:3"), *RECEIPTS]),
        (withdrawn_unreceived, [("receipt", "submitted")]),
    ],
)
def test_slips_follow_by_themselves_and_a_handler_run_twice_issues_none_anew(cast: Cast, made, expected) -> None:  # type: ignore[no-untyped-def]
    dossier = made(cast)
    drain()
    assert sorted(issued(dossier)) == expected
    documents = StoredDocument.objects.count()
    OutboxDelivery.objects.filter(handler__startswith="dossiers.").update(state="pending")
    drain()
    assert sorted(issued(dossier)) == expected
    assert StoredDocument.objects.count() == documents


@pytest.mark.parametrize(
    ("made", "kind", "sentence"),
    [
        (refused, "intake_refused", "Phiếu từ chối tiếp nhận (PDF) nằm ở trang hồ sơ."),
        (make_supplement_requested, "supplement_requested", "Phiếu yêu cầu bổ sung (PDF) nằm ở trang hồ sơ."),
        (stopped, "stopped", "Thông báo dừng giải quyết (PDF) nằm ở trang hồ sơ."),
    ],
)
def test_the_mail_says_where_the_slip_is(cast: Cast, made, kind: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    made(cast)
    drain()
    mail = MailDelivery.objects.get(kind=f"dossier/{kind}")
    assert sentence in mail.text_body
    assert sentence in mail.html_body


def test_a_slip_is_printed_again_byte_for_byte_after_template_and_facts_changed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = refused(cast)
    first = services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=2)
    content = bytes_of(first)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name="Tên Khác")
    monkeypatch.setattr(registry, "FORMS", ())
    with pytest.raises(SlipFormUnknown):
        services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=2)
    assert bytes_of(IssuedSlip.objects.get()) == content
    monkeypatch.undo()
    again = services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=2)
    assert (again.pk, bytes_of(again)) == (first.pk, content)
    assert "Tên Khác" not in words_of(again)


@pytest.mark.parametrize("sequence", [1, 3, 99])
def test_a_line_that_is_no_cause_gives_no_slip(cast: Cast, sequence: int) -> None:
    dossier = refused(cast)
    with pytest.raises(DossierNotFound):
        services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=sequence)
    with pytest.raises(DossierNotFound):
        services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.RECEIPT, sequence=1)
    assert IssuedSlip.objects.count() == 0


def test_a_draft_gets_no_paper(cast: Cast) -> None:
    with pytest.raises(DossierNotFound):
        services.issue_slip(
            actor=SYSTEM, dossier_id=make_draft(cast).pk, kind=SlipKind.RECEIPT, cause="x", day=date(2026, 5, 5)
        )


def test_an_apology_without_a_reason_is_impossible(cast: Cast) -> None:
    dossier = make_received(cast)
    assert dossier.due_at is not None
    with pytest.raises(ReasonMissing):
        services.apology_slip(
            actor=cast.actor("khanh"),
            dossier_id=dossier.pk,
            cause="reschedule:1",
            old_due_at=dossier.due_at,
            new_due_at=dossier.due_at,
            reason=" ",
            signer_name="Ngô Quốc Khánh",
        )
    assert IssuedSlip.objects.count() == 0


@pytest.mark.parametrize("change", [{"number": "1"}, {"form_version": "khác"}, {"cause": "khác"}, {"kind": "apology"}])
def test_the_database_keeps_a_slip_as_issued(cast: Cast, change: dict[str, str]) -> None:
    slip = services.receipt_slip(dossier_id=make_filed(cast).pk, occasion="submitted")  # type: ignore[arg-type]
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        IssuedSlip.objects.filter(pk=slip.pk).update(**change)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        IssuedSlip.objects.filter(pk=slip.pk).delete()


def test_the_database_knows_one_slip_a_cause_and_no_void_without_reason(cast: Cast) -> None:
    slip = services.receipt_slip(dossier_id=make_filed(cast).pk, occasion="submitted")  # type: ignore[arg-type]
    values = {
        name: getattr(slip, name) for name in ("dossier", "kind", "cause", "form_code", "form_version", "issued_at")
    }
    document = StoredDocument.objects.exclude(pk=slip.document_id).first()
    with pytest.raises(IntegrityError, match="issued_slip_once_per_cause"), transaction.atomic():
        IssuedSlip.objects.create(**values, document=document)
    with pytest.raises(IntegrityError, match="issued_slip_voided_with_reason"), transaction.atomic():
        IssuedSlip.objects.filter(pk=slip.pk).update(voided_at=slip.issued_at)
    with pytest.raises(IntegrityError, match="issued_slip_kind_known"), transaction.atomic():
        IssuedSlip.objects.create(**{**values, "kind": "register"}, document=document)


class TestControlSheet:
    def test_asked_for_twice_it_is_the_same_until_something_happens(self, cast: Cast) -> None:
        dossier, hoa = make_processing(cast), cast.actor("hoa")
        first = services.control_sheet(actor=hoa, dossier_id=dossier.pk)
        assert services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk).pk == first.pk
        assert (first.cause, first.number, first.issued_by) == ("version:3", "", cast.hoa)
        services.request_payment(actor=hoa, dossier_id=dossier.pk)
        assert services.control_sheet(actor=hoa, dossier_id=dossier.pk).cause == "version:4"

    def test_it_leaves_the_dossier_and_its_journal_as_they_are(self, cast: Cast) -> None:
        dossier = make_processing(cast)
        services.control_sheet(actor=cast.actor("hoa"), dossier_id=dossier.pk)
        assert Dossier.objects.get(pk=dossier.pk).version == dossier.version
        assert JournalEntry.objects.filter(dossier=dossier).count() == dossier.version

    @pytest.mark.parametrize("name", ["an", "chi", "lan"])
    def test_it_is_not_for_citizens_nor_for_other_agencies(self, cast: Cast, name: str) -> None:
        dossier = make_processing(cast)
        with pytest.raises(NotPermitted):
            services.control_sheet(actor=cast.actor(name), dossier_id=dossier.pk)
        assert IssuedSlip.objects.count() == 0

    def test_a_dossier_that_was_not_received_has_none(self, cast: Cast) -> None:
        with pytest.raises(DossierNotFound):
            services.control_sheet(actor=cast.actor("binh"), dossier_id=make_filed(cast).pk)

    def test_it_says_who_handed_it_to_whom(self, cast: Cast) -> None:
        dossier = make_handed_over(cast)
        text = words_of(services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk))
        for words in (
            "Mẫu số 06, TT 03/2025/TT-VPCP",
            "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
            f"Mã hồ sơ: {dossier.code}",
            "Bắt đầu xử lý",
            "Ký kết quả: Đồng ý giải quyết",
            "Trước hạn",
        ):
            assert words in text
