"""Files of a draft: each judged on its own, each refusal beside its slot and in the summary."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from dossiers.models import Dossier, DossierComponent, DossierFile
from tests.documents import sample_files
from tests.dossiers.citizen.conftest import SignIn, finish, read, source, summary, tasks, title, words
from tests.factories.dossiers import Cast, make_draft, make_filed, pdf_upload


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make_draft(cast, has_file=False)


def slot_of(draft: Dossier) -> DossierComponent:
    return draft.components.get(required_document__kind="upload")


def page_of(draft: Dossier) -> str:
    return f"/ho-so/nhap/{draft.public_id}/giay-to/"


def attach(client: Client, draft: Dossier, *files: SimpleUploadedFile) -> Any:
    """Press the button of the slot."""
    slot = slot_of(draft)
    return client.post(f"{page_of(draft)}{slot.pk}/", {f"upload-{slot.pk}": list(files)})


def names_in(draft: Dossier) -> list[str]:
    files = DossierFile.objects.filter(component__dossier=draft).select_related("document").order_by("id")
    return [file.document.original_name for file in files]


REFUSALS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("rong.pdf", lambda: b"", "Tệp này rỗng (0 byte)."),
    "too large": (
        "lon.pdf",
        lambda: sample_files.pdf() + b" " * 3_000_000,
        "Tệp này lớn hơn 2,0\u00a0MB, là mức cho phép.".replace("\u00a0", " "),
    ),
    "type": ("chuong-trinh.exe", lambda: b"MZ\x90\x00" + b"\x00" * 200, "Loại tệp này không được nhận."),
    "mistyped": ("anh.pdf", sample_files.picture, "Nội dung tệp không đúng với đuôi tên tệp."),
    "encrypted": ("khoa.pdf", sample_files.encrypted_pdf, "Tệp này được khoá bằng mật khẩu."),
    "broken": ("hong.pdf", sample_files.pdf_without_trailer, "Tệp này bị hỏng hoặc tải lên chưa trọn."),
    "bomb": ("bom.png", lambda: sample_files.png_announcing(60_000, 60_000), "Ảnh này có quá nhiều điểm ảnh."),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_file_is_named_with_its_reason_twice(
    an: Client, draft: Dossier, settings: Settings, kind: str
) -> None:
    settings.UPLOAD_MAX_BYTES = 2_000_000
    name, content, sentence = REFUSALS[kind]
    page = attach(an, draft, SimpleUploadedFile(name, content()))
    slot = slot_of(draft)
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Giấy tờ - ")
    assert summary(page).startswith(f"Có tệp chưa nhận được {name}: {sentence}")
    beside = re.search(rf'<div id="tep-{slot.pk}-loi">(.*?)</div>', source(page), re.DOTALL)
    assert beside
    assert f"{name}: {sentence}" in read(beside[1])
    assert f'href="#tep-{slot.pk}"' in source(page)
    assert f'aria-invalid="true" aria-describedby="tep-{slot.pk}-loi gioi-han"' in source(page)
    assert names_in(draft) == []


def test_of_several_files_the_good_ones_stay(an: Client, draft: Dossier) -> None:
    page = attach(
        an,
        draft,
        pdf_upload("trang-1.pdf"),
        SimpleUploadedFile("rong.pdf", b""),
        pdf_upload("trang-2.pdf", "Trang hai"),
    )
    assert page.status_code == 422
    assert "rong.pdf" in summary(page)
    assert "trang-1.pdf" not in summary(page)
    assert names_in(draft) == ["trang-1.pdf", "trang-2.pdf"]


def test_a_good_file_is_shown_with_pages_size_and_fingerprint(an: Client, draft: Dossier) -> None:
    answer = attach(an, draft, pdf_upload("giấy tờ của tôi.pdf", pages=3))
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(draft))
    page = an.get(page_of(draft))
    file = DossierFile.objects.get()
    assert re.search(r"giấy tờ của tôi\.pdf 3 trang, [\d,]+\sk?B", words(page))
    assert f'title="{file.document.sha256}"' in source(page)
    assert tasks(page)[1] == "2. Giấy tờ Đã có 1 trên 1"


def test_going_on_takes_along_what_was_chosen_and_not_yet_uploaded(an: Client, draft: Dossier) -> None:
    slot = slot_of(draft)
    answer = an.post(page_of(draft), {f"upload-{slot.pk}": pdf_upload("da-chon.pdf")})
    assert answer.status_code == 302
    assert names_in(draft) == ["da-chon.pdf"]


def test_going_on_with_a_bad_file_stays_here(an: Client, draft: Dossier) -> None:
    answer = an.post(page_of(draft), {f"upload-{slot_of(draft).pk}": SimpleUploadedFile("rong.pdf", b"")})
    assert answer.status_code == 422
    assert "rong.pdf" in summary(answer)


def test_going_on_with_nothing_chosen_is_no_error(an: Client, draft: Dossier) -> None:
    assert an.post(page_of(draft), {}).status_code == 302


def test_the_button_of_a_slot_without_a_file_asks_for_one(an: Client, draft: Dossier) -> None:
    page = attach(an, draft)
    assert page.status_code == 422
    assert summary(page) == "Có tệp chưa nhận được Hãy chọn tệp trước khi bấm tải lên."


def test_the_eleventh_file_is_refused(an: Client, draft: Dossier) -> None:
    assert attach(an, draft, *[pdf_upload(f"{n}.pdf", f"Trang {n}") for n in range(10)]).status_code == 302
    page = attach(an, draft, pdf_upload("muoi-mot.pdf"))
    assert page.status_code == 422
    assert summary(page) == "Có tệp chưa nhận được muoi-mot.pdf: Mỗi loại giấy tờ nhận nhiều nhất 10 tệp."
    assert len(names_in(draft)) == 10


def test_a_hostile_file_name_is_text(an: Client, draft: Dossier) -> None:
    page = attach(an, draft, SimpleUploadedFile("<img src=x onerror=alert(1)>.exe", b"MZ"))
    assert page.status_code == 422
    assert "<img src=x" not in source(page)


def test_a_file_is_shown_again_and_taken_out(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    file = DossierFile.objects.get()
    path = f"/ho-so/nhap/{draft.public_id}/tep/{file.pk}/"
    shown = an.get(path)
    assert shown.status_code == 200
    assert shown["Content-Type"] == "application/pdf"
    finish(shown)
    page = an.get(page_of(draft))
    assert f'formaction="{path}bo/"' in source(page)
    answer = an.post(f"{path}bo/")
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(draft))
    assert names_in(draft) == []
    assert an.post(f"{path}bo/").status_code == 404
    assert an.get(path).status_code == 404


def test_files_and_slots_of_another_draft_are_404(cast: Cast, an: Client, draft: Dossier) -> None:
    other = make_draft(cast)
    file, slot = DossierFile.objects.get(), slot_of(other)
    base = f"/ho-so/nhap/{draft.public_id}"
    assert an.get(f"{base}/tep/{file.pk}/").status_code == 404
    assert an.post(f"{base}/tep/{file.pk}/bo/").status_code == 404
    assert an.post(f"{base}/giay-to/{slot.pk}/", {f"upload-{slot.pk}": pdf_upload()}).status_code == 404
    assert an.post(f"{base}/giay-to/999999999999999999999/", {}).status_code == 404
    assert an.get(f"{base}/tep/999999999999999999999/").status_code == 404
    assert names_in(other) == ["giay-to.pdf"]
    assert names_in(draft) == []


def test_what_is_declared_on_the_portal_takes_no_file(an: Client, draft: Dossier) -> None:
    slot = draft.components.get(required_document__kind="declaration")
    page = an.get(page_of(draft))
    assert "Bạn khai ngay trên cổng, không cần tải lên." in words(page)
    assert f"upload-{slot.pk}" not in source(page)
    assert an.post(f"{page_of(draft)}{slot.pk}/", {f"upload-{slot.pk}": pdf_upload()}).status_code == 404
    assert names_in(draft) == []


def test_a_stranger_finds_no_draft(as_: SignIn, draft: Dossier) -> None:
    for name in ("chi", "binh"):
        client = as_(name)
        assert client.get(page_of(draft)).status_code == 404
        assert attach(client, draft, pdf_upload()).status_code == 404
    assert names_in(draft) == []


def test_a_file_for_a_draft_that_was_filed_meanwhile_is_refused_aloud(cast: Cast, an: Client) -> None:
    dossier = make_filed(cast)
    answer = an.post(page_of(dossier), {f"upload-{slot_of(dossier).pk}": pdf_upload("muon.pdf")}, follow=True)
    assert "Hồ sơ này đã nộp, không sửa được nữa." in words(answer)
    assert attach(an, dossier, pdf_upload("muon.pdf")).headers["Location"] == f"/ho-so/{dossier.code}/"
    assert names_in(dossier) == ["giay-to.pdf"]
