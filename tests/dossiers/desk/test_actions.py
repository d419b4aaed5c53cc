"""Each action through HTTP: what it changes, what it writes down, and what a mistake or a lost race leaves as it was."""

import re
from html import unescape

import pytest
from django.test import Client

from dossiers import services
from dossiers.models import Dossier, JournalEntry
from payments.models import Charge
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def post(client: Client, dossier: Dossier, key: str, **data: object):  # type: ignore[no-untyped-def]
    return client.post(f"/mot-cua/{dossier.code}/{key}/", {"seen_version": dossier.version, **data})


def last_line(dossier: Dossier) -> JournalEntry:
    return JournalEntry.objects.filter(dossier=dossier).latest("sequence")


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def assert_unchanged(dossier: Dossier) -> None:
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.version, after.outcome) == (dossier.state, dossier.version, dossier.outcome)
    assert JournalEntry.objects.filter(dossier=dossier).count() == dossier.version


def test_receiving_promises_a_date_and_hands_over_to_the_resolving_agency(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    answer = post(client, dossier, "tiep-nhan", note="Hồ sơ đầy đủ")
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.responsible_agency_id) == ("received", cast.resolving.pk)
    line = last_line(dossier)
    assert (line.act, line.actor_name, line.public_note) == ("receive", "Trần Văn Bình", "Hồ sơ đầy đủ")
    assert "Đã tiếp nhận. Giấy tiếp nhận và hẹn trả đã sẵn sàng." in text_of(client.get(answer["Location"]))


def test_a_refusal_ends_the_dossier_with_its_reason(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    assert post(as_("binh"), dossier, "tu-choi", reason="Nộp sai nơi").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "intake_refused"
    assert last_line(dossier).public_note == "Nộp sai nơi"


def test_starting_makes_the_officer_the_holder(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    assert post(as_("hoa"), dossier, "bat-dau").status_code == 302
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.assignee_id) == ("processing", cast.hoa.pk)
    assert last_line(dossier).act == "start_processing"


def test_a_payment_request_charges_the_fee_that_was_shown(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    client = as_("hoa")
    assert "Lệ phí thử: 135.000 đ." in text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert post(client, dossier, "yeu-cau-nop-phi").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "payment_requested"
    assert [charge.amount for charge in Charge.objects.filter(subject=dossier.subject)] == [135_000]


@pytest.mark.parametrize("typed", ["135000", "135.000", "135 000 đ"])
def test_money_taken_at_the_counter_settles_the_charge(cast: Cast, as_: SignIn, typed: str) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    answer = post(as_("giang"), dossier, "thu-tien", charge=str(charge.pk), method="cash", received_amount=typed)
    assert answer.status_code == 302
    charge.refresh_from_db()
    assert charge.state == "settled"
    assert charge.attempts.get().agency_id == cast.receiving.pk


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("100.000", "Số tiền nhận khác số tiền phải nộp."),
        ("một trăm", "Ghi số tiền bằng chữ số"),
        ("", "Ghi số tiền đã nhận."),
        ("-135000", "Ghi số tiền bằng chữ số"),
        ("1350.00", "Ghi số tiền bằng chữ số"),
    ],
)
def test_a_wrong_amount_settles_nothing_and_stays_typed(cast: Cast, as_: SignIn, typed: str, sentence: str) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    answer = post(as_("giang"), dossier, "thu-tien", charge=str(charge.pk), method="cash", received_amount=typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if typed:
        assert f'name="received_amount" value="{typed}"' in text_of(answer)
    charge.refresh_from_db()
    assert charge.state == "owed"


def test_a_charge_of_another_dossier_is_not_taken(cast: Cast, as_: SignIn) -> None:
    dossier, other = make.make_payment_requested(cast), make.make_payment_requested(cast)
    foreign = Charge.objects.get(subject=other.subject)
    answer = post(as_("giang"), dossier, "thu-tien", charge=str(foreign.pk), method="cash", received_amount="135000")
    assert answer.status_code == 422
    foreign.refresh_from_db()
    assert foreign.state == "owed"


def test_stopping_cancels_what_is_owed(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_payment_requested(cast)
    assert post(as_("hoa"), dossier, "dung", reason="Theo khoản 2 điều 5").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "stopped"
    assert Charge.objects.get(subject=dossier.subject).state == "cancelled"
    assert last_line(dossier).public_note == "Theo khoản 2 điều 5"


def test_signing_with_an_upload_issues_it(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    answer = post(
        as_("dung"),
        dossier,
        "ky-ket-qua",
        outcome="granted",
        title="Giấy xác nhận",
        note="",
        source="upload",
        upload=make.pdf_upload("ket-qua.pdf"),
    )
    assert answer.status_code == 302
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.outcome, after.responsible_agency_id) == ("resolved", "granted", cast.receiving.pk)
    result = after.results.get()
    assert (result.title, result.document.original_name) == ("Giấy xác nhận", "ket-qua.pdf")


def test_signing_with_the_template_issues_a_letter_of_ours(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    answer = post(
        as_("dung"),
        dossier,
        "ky-ket-qua",
        outcome="denied",
        title="Thông báo không giải quyết",
        note="Thiếu điều kiện A.\nThiếu điều kiện B.",
        source="letter",
    )
    assert answer.status_code == 302
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.outcome) == ("resolved", "denied")
    document = after.results.get().document
    assert document.media_type == "application/pdf"
    assert document.original_name == f"thong-bao-khong-giai-quyet-{(dossier.code or '').lower().replace('.', '-')}.pdf"
    assert last_line(dossier).public_note == "Thiếu điều kiện A.\nThiếu điều kiện B."


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({}, ["Chọn đồng ý hay không đồng ý.", "Hãy ghi tên giấy tờ kết quả.", "Chọn cách lấy tệp kết quả."]),
        (
            {"outcome": "denied", "title": "Thông báo", "source": "letter"},
            ["Hãy ghi lý do để công dân biết phải làm gì."],
        ),
        ({"outcome": "granted", "title": "Giấy", "source": "upload"}, ["Hãy chọn tệp kết quả."]),
    ],
)
def test_an_incomplete_decision_is_refused_beside_its_fields(
    cast: Cast, as_: SignIn, sent: dict[str, str], sentences: list[str]
) -> None:
    dossier = make.make_processing(cast)
    answer = post(as_("dung"), dossier, "ky-ket-qua", **sent)
    assert answer.status_code == 422
    for sentence in sentences:
        assert sentence in text_of(answer)
    assert_unchanged(dossier)
    assert not dossier.results.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "Tệp này rỗng"), (b"khong phai pdf", "tệp"), (make.pdf_bytes()[:200], "hỏng")],
)
def test_an_unusable_result_file_is_refused_with_its_reason_and_the_text_stays(
    cast: Cast, as_: SignIn, content: bytes, sentence: str
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    dossier = make.make_processing(cast)
    answer = post(
        as_("dung"),
        dossier,
        "ky-ket-qua",
        outcome="granted",
        title="Giấy xác nhận",
        note="Ghi chú dài",
        source="upload",
        upload=SimpleUploadedFile("ket-qua.pdf", content, content_type="application/pdf"),
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert sentence in re.search(r'id="ky-ket-qua-upload_error">(.*?)</p>', page, re.DOTALL)[1]  # type: ignore[index]
    assert "Ghi chú dài" in page
    assert_unchanged(dossier)


def test_handing_over_ends_the_dossier(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast)
    sent = {"receiver": "applicant", "identity_paper": "id_card", "proof": "signature"}
    number = cast.an.citizen.personal_id_number
    answer = post(as_("binh"), dossier, "tra-ket-qua", **sent, identity_number=number, note="Đủ hai bản")
    assert answer.status_code == 302
    after = Dossier.objects.get(pk=dossier.pk)
    assert after.state == "result_handed_over"
    assert last_line(dossier).public_note == "Đủ hai bản"


def test_nothing_is_handed_over_while_a_fee_is_owed(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, collection="at_return")
    client = as_("binh")
    page = text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert "Hồ sơ còn 135.000 đ chưa nộp. Thu xong mới trả kết quả được." in page
    assert f'action="/mot-cua/{dossier.code}/tra-ket-qua/"' not in page
    sent = {"receiver": "applicant", "identity_paper": "id_card", "proof": "signature"}
    number = cast.an.citizen.personal_id_number
    answer = post(client, dossier, "tra-ket-qua", **sent, identity_number=number, note="đã đến")
    assert answer.status_code == 409
    assert "Hồ sơ còn khoản chưa nộp." in text_of(answer)
    assert "đã đến" in text_of(answer)
    assert_unchanged(dossier)


@pytest.mark.parametrize(
    ("made", "role", "key"),
    [
        (make.make_filed, "binh", "tu-choi"),
        (make.make_processing, "hoa", "dung"),
    ],
)
@pytest.mark.parametrize("reason", ["", "   \n "])
def test_a_reason_is_never_missing(cast: Cast, as_: SignIn, made, role: str, key: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    dossier = made(cast)
    answer = post(as_(role), dossier, key, reason=reason)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "<title>Lỗi: " in page
    assert 'class="error-summary"' in page
    assert f'<a href="#{key}-reason">' in page
    assert f'id="{key}-reason_error"' in page
    assert re.search(r'<details name="viec" id="viec-[a-z-]+" open>\s*<summary>(Từ chối|Dừng)', page)
    assert_unchanged(dossier)


def test_too_long_a_reason_is_refused_and_stays_typed(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    answer = post(as_("binh"), dossier, "tu-choi", reason="dài " * 1500)
    assert answer.status_code == 422
    assert "dài dài dài" in text_of(answer)
    assert_unchanged(dossier)


def test_what_was_typed_is_shown_as_text_and_never_as_markup(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    sent = {"outcome": "sai", "title": "<script>alert(1)</script>", "source": "letter"}
    page = post(as_("dung"), dossier, "ky-ket-qua", **sent).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_loser_of_a_race_learns_who_was_faster_and_keeps_the_text(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    services.stop(actor=cast.actor("khanh"), dossier_id=dossier.pk, reason="Trùng hồ sơ")
    after = Dossier.objects.get(pk=dossier.pk)
    answer = post(
        as_("dung"), dossier, "ky-ket-qua", outcome="granted", title="Giấy", note="Đã xem kỹ", source="letter"
    )
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Ngô Quốc Khánh đã làm trước: dừng xử lý, lúc" in page
    assert "Hồ sơ đang ở trạng thái “Dừng xử lý”." in page
    # The action is gone: the text is given back to copy.
    assert "Việc “Ký kết quả” không còn làm được." in page
    assert "Đã xem kỹ" in page
    assert f'action="/mot-cua/{dossier.code}/ky-ket-qua/"' not in page
    assert_unchanged(after)


def test_a_stale_page_shows_the_new_state_and_takes_the_same_text_when_sent_again(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    client = as_("hoa")
    answer = post(client, dossier, "dung", reason="Theo điều 7")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Lê Thị Hòa đã làm trước: bắt đầu xử lý, lúc" in page
    form = page[page.index(f'action="/mot-cua/{dossier.code}/dung/"') :]
    assert "Theo điều 7" in form
    assert f'name="seen_version" value="{dossier.version + 1}"' in form[:600]
    assert (
        client.post(
            f"/mot-cua/{dossier.code}/dung/", {"seen_version": dossier.version + 1, "reason": "Theo điều 7"}
        ).status_code
        == 302
    )


def test_a_mistake_on_a_stale_page_is_told_as_a_conflict_first(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    answer = post(as_("hoa"), dossier, "dung", reason="")
    assert answer.status_code == 409
    assert "Lê Thị Hòa đã làm trước" in text_of(answer)
    assert "Hãy ghi lý do" in text_of(answer)


def test_a_double_click_is_done_once_and_is_no_error(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    assert post(client, dossier, "tiep-nhan").status_code == 302
    second = post(client, dossier, "tiep-nhan")
    assert (second.status_code, second["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    assert JournalEntry.objects.filter(dossier=dossier, act="receive").count() == 1


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_page_without_a_usable_version_is_not_taken(cast: Cast, as_: SignIn, version: str) -> None:
    dossier = make.make_filed(cast)
    answer = as_("binh").post(f"/mot-cua/{dossier.code}/tiep-nhan/", {"seen_version": version})
    assert answer.status_code == 422
    assert_unchanged(dossier)
