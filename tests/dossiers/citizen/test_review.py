"""How the result comes, the last look, and filing once."""

from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from tests.dossiers.citizen.conftest import source, summary, tasks, title, words
from tests.factories.dossiers import Cast, make_draft, make_offering


def path_of(draft: Dossier, tail: str) -> str:
    return f"/ho-so/nhap/{draft.public_id}/{tail}/"


def test_the_post_needs_an_address_and_keeps_what_was_typed(cast: Cast, an: Client) -> None:
    draft = make_draft(cast, delivery="online")
    page = an.post(path_of(draft, "nhan-ket-qua"), {"delivery": "post", "address": "nhà tôi"})
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Nhận kết quả - ")
    assert summary(page).startswith("Còn 1 chỗ cần sửa Địa chỉ nhận qua bưu điện: Ghi số nhà, đường")
    assert 'value="nhà tôi"' in source(page)
    assert 'id="id_address_error"' in source(page)
    draft.refresh_from_db()
    assert (draft.result_delivery, draft.delivery_address) == ("online", "")


def test_the_post_with_an_address_is_saved(cast: Cast, an: Client) -> None:
    draft = make_draft(cast, delivery="online")
    answer = an.post(path_of(draft, "nhan-ket-qua"), {"delivery": "post", "address": "36 Trần Phú, Đà Lạt"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.result_delivery, draft.delivery_address) == ("post", "36 Trần Phú, Đà Lạt")


def test_no_choice_and_an_unknown_one_are_asked_again(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    for sent in ({}, {"delivery": "pigeon"}):
        page = an.post(path_of(draft, "nhan-ket-qua"), sent)
        assert page.status_code == 422
        assert "Bạn muốn nhận kết quả thế nào?: Chọn cách nhận kết quả." in summary(page)


def test_level_three_has_no_choice_to_make(cast: Cast, an: Client) -> None:
    draft = make_draft(cast, level=3)
    assert [task.split(" ", 1)[1] for task in tasks(an.get(path_of(draft, "kiem-tra")))] == [
        "Người nộp Xong",
        "Giấy tờ Đã có 1 trên 1",
        "Kiểm tra và nộp Sẵn sàng nộp",
    ]
    page = an.post(path_of(draft, "nhan-ket-qua"), {"delivery": "online"})
    assert page.status_code == 422


def test_what_is_missing_is_linked_and_nothing_can_be_filed(cast: Cast, an: Client) -> None:
    draft = services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast).pk)
    page = an.get(path_of(draft, "kiem-tra"))
    text = source(page)
    slot = draft.components.get(required_document__kind="upload")
    for place, words_of_it in (
        (path_of(draft, "to-khai/person"), "Người nộp: Chưa khai"),
        (f"{path_of(draft, 'giay-to')}#tep-{slot.pk}", "Giấy tờ tùy thân: Chưa có tệp"),
        (path_of(draft, "nhan-ket-qua"), "Nhận kết quả: Chưa chọn"),
    ):
        assert f'<li><a href="{place}">{words_of_it}</a></li>' in text
    assert "Nộp hồ sơ</button>" not in text
    refused = an.post(path_of(draft, "kiem-tra"), {"attestation": "on"})
    assert refused.status_code == 422
    assert title(refused).startswith("Lỗi: ")
    assert summary(refused).startswith("Chưa đủ để nộp Người nộp: Chưa khai")
    draft.refresh_from_db()
    assert (draft.state, draft.code) == ("draft", None)


def test_the_last_look_shows_answers_files_and_delivery(cast: Cast, an: Client) -> None:
    draft = make_draft(cast, delivery="post")
    text = words(an.get(path_of(draft, "kiem-tra")))
    for part in (
        "Nguyễn Thị An",
        "12/09/1996",
        "Giấy tờ tùy thân giay-to.pdf",
        "Nhận qua bưu điện: 36 Trần Phú, phường Xuân Hương - Đà Lạt",
    ):
        assert part in text


def test_the_last_look_shows_what_it_costs_and_how_that_was_reckoned(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    (fee,) = services.Dues(draft).quote.fees
    assert fee.working
    text = words(an.get(path_of(draft, "kiem-tra")))
    asked_when = f"{fee.label} {fee.working} {fee.rule.get_collection_display()}"
    assert " ".join(asked_when.split()) in text
    assert "Tổng 135.000 đ" in text


def test_without_the_attestation_nothing_is_filed(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    page = an.post(path_of(draft, "kiem-tra"), {})
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Kiểm tra và nộp - ")
    assert "Bạn cần cam đoan những điều đã khai là đúng." in summary(page)
    assert 'href="#id_attestation"' in source(page)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_filing_twice_gives_one_code(cast: Cast, an: Client) -> None:
    draft = make_draft(cast)
    first = an.post(path_of(draft, "kiem-tra"), {"attestation": "on"})
    dossier = Dossier.objects.get()
    assert (first.status_code, first.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    page = an.get(first.headers["Location"])
    assert f"Mã hồ sơ của bạn là {dossier.code}, mã tra cứu là {dossier.pass_code}." in words(page)
    second = an.post(path_of(draft, "kiem-tra"), {"attestation": "on"})
    assert (second.status_code, second.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    dossier.refresh_from_db()
    assert (dossier.version, dossier.journal.count()) == (1, 1)
