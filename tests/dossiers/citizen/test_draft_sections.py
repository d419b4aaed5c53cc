"""The declaration, section by section: always saved, errors beside the field, on to the next open task."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.models import Dossier
from procedures.models import ServiceOffering
from tests.dossiers.citizen.conftest import source, summary, tasks, title, words
from tests.factories import dossiers as factory
from tests.factories.dossiers import ANSWERS, Cast, make_draft, make_filed, make_offering
from tests.factories.procedures import FORM

TWO_SECTIONS: dict[str, Any] = {
    "sections": [
        FORM["sections"][0],
        {
            "key": "place",
            "label": "Nơi ở",
            "fields": [{"key": "address", "kind": "text", "label": "Địa chỉ", "required": True}],
        },
    ]
}


@pytest.fixture
def offering(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> ServiceOffering:
    monkeypatch.setattr(factory, "FORM", TWO_SECTIONS)
    return make_offering(cast)


@pytest.fixture
def draft(cast: Cast, offering: ServiceOffering) -> Dossier:
    return services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)


def path_of(draft: Dossier, tail: str = "") -> str:
    return f"/ho-so/nhap/{draft.public_id}/{tail}"


def test_a_new_draft_shows_everything_that_is_to_do(an: Client, draft: Dossier) -> None:
    page = an.get(path_of(draft))
    assert tasks(page) == [
        "1. Người nộp Chưa khai",
        "2. Nơi ở Chưa khai",
        "3. Giấy tờ Còn thiếu 1",
        "4. Nhận kết quả Chưa chọn",
        "5. Kiểm tra và nộp Xong 0 trên 4",
    ]
    assert f'<a class="btn" href="{path_of(draft, "to-khai/person/")}">Bắt đầu khai</a>' in source(page)


def test_tasks_lead_from_one_to_the_next(an: Client, draft: Dossier) -> None:
    slot = draft.components.get(required_document__kind="upload")
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("to-khai/person/", ANSWERS, "to-khai/place/"),
        ("to-khai/place/", {"address": "36 Trần Phú"}, "giay-to/"),
        ("giay-to/", {f"upload-{slot.pk}": factory.pdf_upload()}, "nhan-ket-qua/"),
        ("nhan-ket-qua/", {"delivery": "desk"}, "kiem-tra/"),
    ]
    for tail, sent, following in steps:
        answer = an.post(path_of(draft, tail), sent)
        assert (answer.status_code, answer.headers.get("Location")) == (302, path_of(draft, following))
    assert tasks(an.get(path_of(draft)))[-1] == "5. Kiểm tra và nộp Sẵn sàng nộp"


def test_the_second_section_done_first_leads_on_and_then_back(an: Client, draft: Dossier) -> None:
    answer = an.post(path_of(draft, "to-khai/place/"), {"address": "36 Trần Phú"})
    assert answer["Location"] == path_of(draft, "giay-to/")


def test_an_error_is_named_at_the_top_and_beside_its_field(an: Client, draft: Dossier) -> None:
    page = an.post(path_of(draft, "to-khai/person/"), {**ANSWERS, "born_on": "31/02/1996", "full_name": ""})
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Người nộp - ")
    assert summary(page).startswith("Còn 2 chỗ cần sửa Họ và tên: ")
    text = source(page)
    assert 'href="#id_born_on"' in text
    assert 'id="id_born_on_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="31/02/1996"' in text
    assert "Đã lưu tất cả, kể cả chỗ chưa đúng." in words(page)
    assert tasks(page)[0] == "1. Người nộp Cần sửa 2 chỗ"


def test_what_was_typed_and_what_is_wrong_are_there_again_later(an: Client, draft: Dossier) -> None:
    an.post(path_of(draft, "to-khai/person/"), {**ANSWERS, "born_on": "hôm qua", "reason": "Dòng một\nDòng hai"})
    page = an.get(path_of(draft, "to-khai/person/"))
    assert page.status_code == 200
    assert 'value="hôm qua"' in source(page)
    assert 'value="Nguyễn Thị An"' in source(page)
    assert "Dòng một\nDòng hai" in source(page)
    assert summary(page).startswith("Còn 1 chỗ cần sửa Ngày sinh: ")
    assert 'id="id_born_on_error"' in source(page)


def test_a_section_nobody_touched_blames_nobody(an: Client, draft: Dossier) -> None:
    page = an.get(path_of(draft, "to-khai/person/"))
    assert summary(page) == ""
    assert title(page).startswith("Người nộp - ")
    assert "tờ khai, mục 1 trên 2" in words(page)


def test_answers_of_one_section_leave_the_other_alone(an: Client, draft: Dossier) -> None:
    an.post(path_of(draft, "to-khai/place/"), {"address": "36 Trần Phú"})
    an.post(path_of(draft, "to-khai/person/"), {**ANSWERS, "address": "chen vào"})
    draft.refresh_from_db()
    assert draft.answers["address"] == "36 Trần Phú"


@pytest.mark.parametrize("key", ["nobody", "person2", "-"])
def test_an_unknown_section_is_404(an: Client, draft: Dossier, key: str) -> None:
    assert an.get(path_of(draft, f"to-khai/{key}/")).status_code == 404
    assert an.post(path_of(draft, f"to-khai/{key}/"), ANSWERS).status_code == 404
    draft.refresh_from_db()
    assert draft.answers == {}


@pytest.mark.parametrize(
    "value", ["\x00", "a" * 100_000, "<script>alert(1)</script>", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_hostile_text_is_no_crash_and_never_markup(an: Client, draft: Dossier, value: str | bytes) -> None:
    page = an.post(path_of(draft, "to-khai/person/"), {**ANSWERS, "full_name": value})
    assert page.status_code in {302, 422}
    again = an.get(path_of(draft, "to-khai/person/"))
    assert again.status_code == 200
    assert "<script>alert" not in source(again)


def test_a_filed_draft_leads_to_the_dossier_and_says_that_nothing_was_saved(cast: Cast, an: Client) -> None:
    dossier = make_filed(cast)
    for tail in ("", "to-khai/person/", "giay-to/", "nhan-ket-qua/", "kiem-tra/", "xoa/"):
        answer = an.get(path_of(dossier, tail))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    answer = an.post(path_of(dossier, "to-khai/person/"), {**ANSWERS, "reason": "Sửa sau khi nộp"}, follow=True)
    assert "Hồ sơ này đã nộp, không sửa được nữa." in words(answer)
    dossier.refresh_from_db()
    assert dossier.answers["reason"] == ANSWERS["reason"]


def test_a_draft_is_thrown_away_only_after_a_question(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    page = an.get(path_of(draft, "xoa/"))
    assert "Việc này không hoàn tác được." in words(page)
    assert Dossier.objects.count() == 1
    answer = an.post(path_of(draft, "xoa/"), follow=True)
    assert "Đã xóa bản nháp." in words(answer)
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize("files", [1, 3])
@pytest.mark.parametrize(
    ("tail", "queries"),
    [
        ("", 7),
        ("to-khai/person/", 7),
        ("giay-to/", 10),
        ("nhan-ket-qua/", 7),
        ("kiem-tra/", 11),
        ("kiem-tra-thu/", 11),
        ("xoa/", 7),
    ],
)
def test_draft_pages_cost_the_same_with_one_file_and_with_three(
    cast: Cast,
    an: Client,
    tail: str,
    queries: int,
    files: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    draft = make_draft(cast)
    slot = draft.components.get(required_document__kind="upload")
    for number in range(files - 1):
        services.attach_file(
            actor=cast.actor("an"),
            dossier_id=draft.pk,
            component_id=slot.pk,
            upload=factory.pdf_upload(f"{number}.pdf", f"Trang {number}"),
        )
    with django_assert_num_queries(queries):
        assert an.get(path_of(draft, tail)).status_code == 200
