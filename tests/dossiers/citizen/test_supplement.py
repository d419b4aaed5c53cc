"""Answering a supplement request item by item: what is asked, where each item stands, nothing typed lost, sent once."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.models import Dossier, DossierFile, SupplementItem, SupplementRequest
from tests.dossiers.citizen.conftest import read, source, summary, title, words
from tests.factories import dossiers as make
from tests.factories.counter import make_received_at_counter
from tests.factories.dossiers import Cast, ask_for, pdf_upload


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return make.make_supplement_requested(cast, reason="Ảnh mờ.\nChụp lại hai mặt.")


def path_of(dossier: Dossier, tail: str = "") -> str:
    return f"/ho-so/{dossier.code}/bo-sung/{tail}"


def slot_of(dossier: Dossier) -> int:
    return dossier.components.get(required_document__kind="upload").pk


def note_box() -> str:
    return f"ghi-chu-muc-{SupplementItem.objects.get().pk}"


def send(client: Client, dossier: Dossier, **more: Any) -> Any:
    return client.post(path_of(dossier), {"seen_version": dossier.version, **more})


def answered_once(cast: Cast, dossier: Dossier) -> Dossier:
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có bản khác")
    return Dossier.objects.get(pk=dossier.pk)


def new_files(dossier: Dossier) -> list[str]:
    files = DossierFile.objects.filter(component__dossier=dossier, supplement__isnull=False).order_by("id")
    return [file.document.original_name for file in files.select_related("document")]


def states(page: Any) -> list[str]:
    """The state beside each item."""
    parts = re.findall(r'<section class="section item".*?</section>', source(page), re.DOTALL)
    return [
        read(found[0])
        for part in parts
        if (found := re.findall(r'<span class="state[^>]*>.*?</span>', part, re.DOTALL))
    ]


def test_the_page_says_what_is_asked_why_and_what_was_given_before(an: Client, dossier: Dossier) -> None:
    page = an.get(path_of(dossier))
    text = words(page)
    assert page.status_code == 200
    assert "Cán bộ cần bạn bổ sung 1 mục trước ngày" in text
    assert "1. Giấy tờ tùy thân" in text
    assert "Ảnh mờ. Chụp lại hai mặt." in text
    assert "Xong 0 trên 1 mục." in text
    assert states(page) == ["Chưa xong"]
    assert "Tệp bạn đã nộp trước đây giay-to.pdf" in text
    assert f"tep/{DossierFile.objects.get().pk}/bo/" not in source(page)


def test_files_and_a_message_go_out_together(an: Client, dossier: Dossier) -> None:
    slot = slot_of(dossier)
    answer = an.post(
        path_of(dossier, f"{slot}/"), {f"upload-{slot}": [pdf_upload("truoc.pdf"), pdf_upload("sau.pdf", "S")]}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, path_of(dossier))
    page = an.get(path_of(dossier))
    assert "Tệp mới, chưa gửi" in words(page)
    assert states(page) == ["Đã bổ sung"]
    answer = send(an, dossier, note="Gửi bản rõ hơn")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    dossier.refresh_from_db()
    request = SupplementRequest.objects.get()
    assert (dossier.state, request.answer_note) == ("processing", "Gửi bản rõ hơn")
    assert new_files(dossier) == ["truoc.pdf", "sau.pdf"]


def test_a_file_chosen_and_not_yet_uploaded_is_sent_too(an: Client, dossier: Dossier) -> None:
    assert send(an, dossier, **{f"upload-{slot_of(dossier)}": pdf_upload("da-chon.pdf")}).status_code == 302
    assert new_files(dossier) == ["da-chon.pdf"]
    dossier.refresh_from_db()
    assert dossier.state == "processing"


def test_an_item_may_be_answered_with_a_note_why_not(an: Client, dossier: Dossier) -> None:
    saved = send(an, dossier, luu="1", **{note_box(): "Bản gốc đã mất"})
    assert (saved.status_code, saved.headers["Location"]) == (302, path_of(dossier))
    # Another device, later.
    page = Client()
    page.force_login(dossier.applicant, backend="django.contrib.auth.backends.ModelBackend")
    again = page.get(path_of(dossier))
    assert states(again) == ["Đã trả lời"]
    assert "Bản gốc đã mất</textarea>" in source(again)
    assert send(an, dossier).status_code == 302
    assert SupplementItem.objects.get().answer_note == "Bản gốc đã mất"
    dossier.refresh_from_db()
    assert dossier.state == "processing"


def test_saving_sends_nothing(an: Client, dossier: Dossier) -> None:
    slot = slot_of(dossier)
    assert send(an, dossier, luu="1", note="Nháp", **{f"upload-{slot}": pdf_upload("moi.pdf")}).status_code == 302
    dossier.refresh_from_db()
    assert (dossier.state, new_files(dossier)) == ("supplement_requested", ["moi.pdf"])


def test_a_bad_file_stops_the_sending_and_keeps_the_notes(an: Client, dossier: Dossier) -> None:
    empty = SimpleUploadedFile("rong.pdf", b"")
    page = send(an, dossier, note="Tôi gửi kèm", **{note_box(): "Hoặc thế này", f"upload-{slot_of(dossier)}": empty})
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Bổ sung hồ sơ")
    assert summary(page).startswith("Có tệp chưa nhận được rong.pdf: Tệp này rỗng")
    assert "Tôi gửi kèm</textarea>" in source(page)
    assert "Hoặc thế này</textarea>" in source(page)
    dossier.refresh_from_db()
    assert dossier.state == "supplement_requested"


def test_a_note_typed_before_uploading_is_still_there_afterwards(an: Client, dossier: Dossier) -> None:
    slot = slot_of(dossier)
    an.post(path_of(dossier, f"{slot}/"), {f"upload-{slot}": pdf_upload(), "note": "Mặt sau bị rách"})
    assert "Mặt sau bị rách</textarea>" in source(an.get(path_of(dossier)))
    refused = an.post(path_of(dossier, f"{slot}/"), {"note": "Viết thêm"})
    assert refused.status_code == 422
    assert "Hãy chọn tệp trước khi bấm tải lên." in summary(refused)
    assert "Viết thêm</textarea>" in source(refused)


def test_an_empty_answer_is_asked_again(an: Client, dossier: Dossier) -> None:
    page = send(an, dossier, note="   ")
    assert page.status_code == 422
    assert summary(page) == (
        "Còn 1 chỗ cần xong trước khi gửi “Giấy tờ tùy thân”: hãy bổ sung, hoặc ghi vì sao không bổ sung được."
    )
    anchor = SupplementItem.objects.get().anchor
    assert f'href="#{anchor}"' in source(page)
    assert f'id="{anchor}"' in source(page)
    dossier.refresh_from_db()
    assert dossier.state == "supplement_requested"


def test_a_note_that_is_too_long_is_kept_on_the_page(an: Client, dossier: Dossier) -> None:
    page = send(an, dossier, note="x" * 2001, **{note_box(): "y" * 2001})
    assert page.status_code == 422
    assert "x" * 2001 in source(page)
    assert "y" * 2001 in source(page)
    assert summary(page).count("Dài quá 2000 ký tự.") == 2
    dossier.refresh_from_db()
    assert dossier.state == "supplement_requested"


def test_a_new_file_is_taken_out_and_an_old_one_is_not(an: Client, dossier: Dossier) -> None:
    slot = slot_of(dossier)
    old = DossierFile.objects.get()
    an.post(path_of(dossier, f"{slot}/"), {f"upload-{slot}": pdf_upload("moi.pdf")})
    new = DossierFile.objects.get(supplement__isnull=False)
    assert an.post(path_of(dossier, f"tep/{old.pk}/bo/")).status_code == 404
    answer = an.post(path_of(dossier, f"tep/{new.pk}/bo/"))
    assert (answer.status_code, answer.headers["Location"]) == (302, path_of(dossier))
    assert [file.pk for file in DossierFile.objects.all()] == [old.pk]


def test_slots_of_another_dossier_are_404(cast: Cast, an: Client, dossier: Dossier) -> None:
    other = make.make_supplement_requested(cast)
    slot = slot_of(other)
    assert an.post(path_of(dossier, f"{slot}/"), {f"upload-{slot}": pdf_upload()}).status_code == 404
    assert new_files(other) == []


def test_sending_twice_sends_once(an: Client, dossier: Dossier) -> None:
    box = note_box()
    for _time in range(2):
        answer = send(an, dossier, **{box: "Đã gửi"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    assert dossier.journal.filter(act="answer_supplement").count() == 1


def test_a_dossier_stopped_meanwhile_says_so_and_keeps_the_notes(cast: Cast, an: Client, dossier: Dossier) -> None:
    services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Quá hạn bổ sung")
    page = send(an, dossier, note="Tôi vừa có giấy", **{note_box(): "Mất bản gốc"})
    assert page.status_code == 409
    assert "Lê Thị Hòa đã làm trước: dừng xử lý, lúc " in summary(page)
    assert "Tôi vừa có giấy" in words(page)
    assert "Mất bản gốc" in words(page)
    assert f'href="/ho-so/{dossier.code}/"' in source(page)


def test_a_second_request_stopped_meanwhile_says_so_too(cast: Cast, an: Client, dossier: Dossier) -> None:
    answered = answered_once(cast, dossier)
    services.propose_supplement_exception(
        actor=cast.actor("hoa"),
        dossier_id=answered.pk,
        why="Vẫn mờ",
        items=[services.SupplementItemAsked(reason="Vẫn mờ", component_id=slot_of(answered))],
    )
    services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=answered.pk)
    answered.refresh_from_db()
    box = f"ghi-chu-muc-{SupplementItem.objects.get(request__ordinal=2).pk}"
    services.stop(actor=cast.actor("hoa"), dossier_id=answered.pk, reason="Quá hạn bổ sung")
    page = send(an, answered, note="Tôi vừa có giấy", **{box: "Mất bản gốc"})
    assert page.status_code == 409
    assert "Lê Thị Hòa đã làm trước: dừng xử lý, lúc " in summary(page)
    assert "Tôi vừa có giấy" in words(page)
    assert "Mất bản gốc" in words(page)


def test_what_officers_do_among_themselves_does_not_make_a_page_old(cast: Cast, an: Client) -> None:
    dossier = make_received_at_counter(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    ask_for(cast, dossier, "reason")
    dossier.refresh_from_db()
    services.digitise_paper(
        actor=cast.actor("binh"), dossier_id=dossier.pk, component_id=slot_of(dossier), upload=pdf_upload()
    )
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version + 1
    answer = send(an, dossier, **{note_box(): "Đúng rồi"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"


def test_a_stale_page_is_a_conflict(an: Client, dossier: Dossier) -> None:
    page = an.post(path_of(dossier), {"seen_version": dossier.version - 1, "note": "Trang cũ"})
    assert page.status_code == 409
    assert "Trang cũ" in words(page)
    dossier.refresh_from_db()
    assert dossier.state == "supplement_requested"


def test_where_nothing_is_asked_there_is_no_page(cast: Cast, an: Client) -> None:
    dossier = make.make_processing(cast)
    slot = slot_of(dossier)
    for answer in (
        an.get(path_of(dossier)),
        an.get(path_of(dossier, "to-khai/person/")),
        an.post(path_of(dossier, f"{slot}/"), {f"upload-{slot}": pdf_upload()}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    assert new_files(dossier) == []


@pytest.mark.parametrize("files", [1, 3])
def test_the_page_costs_the_same_with_one_file_and_with_three(
    an: Client, dossier: Dossier, files: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slot = slot_of(dossier)
    an.post(path_of(dossier, f"{slot}/"), {f"upload-{slot}": [pdf_upload(f"{n}.pdf", str(n)) for n in range(files)]})
    with django_assert_num_queries(11):
        an.get(path_of(dossier))


@pytest.mark.parametrize("fields", [["reason"], ["full_name", "born_on", "reason"]])
def test_the_page_costs_the_same_with_one_field_and_with_three(
    cast: Cast, an: Client, fields: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dossier = make.make_processing(cast)
    ask_for(cast, dossier, *fields)
    an.get(path_of(dossier))
    with django_assert_num_queries(8):
        an.get(path_of(dossier))
