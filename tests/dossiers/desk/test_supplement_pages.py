"""Asking for a supplement on the desk: choose, read what the citizen will read, send; and the exception of two people."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier, JournalEntry, SupplementProposal, SupplementRequest
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.dossiers.desk.test_actions import assert_unchanged, text_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast, ask_for, pdf_upload
from tests.factories.supplements import fresh, make_family_processing, slot_named, typed

ASK, PROPOSE = "yeu-cau-bo-sung", "de-nghi-bo-sung-them"


def path_of(dossier: Dossier, word: str = ASK) -> str:
    return f"/mot-cua/{dossier.code}/{word}/"


def post(client: Client, dossier: Dossier, word: str = ASK, **data: Any) -> Any:
    return client.post(path_of(dossier, word), {"seen_version": dossier.version, **data})


def ticked(ref: str, reason: str) -> dict[str, str]:
    return {f"chon-{ref}": "on", f"ly-do-{ref}": reason}


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return make_family_processing(cast)


def test_everything_that_can_be_asked_for_is_listed_as_it_was_declared(as_: SignIn, dossier: Dossier) -> None:
    answer = as_("hoa").get(path_of(dossier))
    assert answer.status_code == 200
    page = text_of(answer)
    listed = re.findall(r'type="checkbox" name="chon-([^"]+)"', page)
    slots = [f"g-{slot.pk}" for slot in dossier.components.order_by("position")]
    assert listed == [*slots, "k-full_name", "k-is_married", "k-children", "d1-children", "k-portrait", "k-contact"]
    assert re.findall(r"<legend>([^<]+)</legend>", page) == ["Giấy tờ", "Người nộp", "Liên hệ"]
    assert "Nguyễn Thị An" in page
    assert "Tên con: Nguyễn Bé; Ngày sinh của con: 01/02/2020" in page
    # Ready-made reasons, to pick from or to type over, without a script.
    assert '<option value="Ghi sai. Hãy kiểm tra và sửa lại."></option>' in page
    assert 'list="ly-do-giay-to"' in page


def test_the_officer_reads_what_the_citizen_will_read_and_then_sends_it(
    cast: Cast, as_: SignIn, dossier: Dossier
) -> None:
    client, slot = as_("hoa"), slot_named(dossier, "Ảnh chân dung")
    chosen = {
        **ticked(f"g-{slot.pk}", "Ảnh mờ"),
        **ticked("d1-children", "Sai ngày sinh"),
        "note": "Gửi một lần",
    }
    preview = post(client, dossier, xem="1", **chosen)
    assert preview.status_code == 200
    assert_unchanged(dossier)
    shown = re.search(r'<div class="preview">(.*?)</ol>', text_of(preview), re.DOTALL)
    assert shown
    # What was chosen goes with the preview, so that sending and going back lose nothing.
    hidden = dict(
        re.findall(r'<input type="hidden" name="((?:chon|ly-do|note)[^"]*)" value="([^"]*)"', text_of(preview))
    )
    assert hidden == chosen
    again = post(client, dossier, sua="1", **hidden)
    assert again.status_code == 200
    assert 'value="Sai ngày sinh"' in text_of(again)
    sent = post(client, dossier, gui="1", **hidden)
    assert (sent.status_code, sent["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    request = SupplementRequest.objects.get()
    assert [(one.what, one.reason) for one in request.items.all()] == [
        ("Ảnh chân dung", "Ảnh mờ"),
        ("Các con: Con 1", "Sai ngày sinh"),
    ]
    citizens = as_("an").get(f"/ho-so/{dossier.code}/bo-sung/").content.decode()
    items = re.compile(r'<ol class="asked">.*?</ol>', re.DOTALL)
    read_before, read_by_citizen = items.search(preview.content.decode()), items.search(citizens)
    assert read_before
    assert read_by_citizen
    assert read_before[0] == read_by_citizen[0]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Hãy chọn ít nhất một mục cần bổ sung."),
        ({"chon-k-contact": "on"}, "Hãy ghi lý do để công dân biết phải làm gì."),
        ({"chon-k-contact": "on", "ly-do-k-contact": "  "}, "Hãy ghi lý do để công dân biết phải làm gì."),
        ({"ly-do-k-contact": "Chưa rõ"}, "Đã ghi lý do mà chưa đánh dấu mục này."),
        ({"chon-k-contact": "on", "ly-do-k-contact": "x" * 501}, "500"),
    ],
)
@pytest.mark.parametrize("step", ["xem", "gui"])
def test_a_mistake_says_where_it_is_and_keeps_what_was_typed(
    as_: SignIn, dossier: Dossier, sent: dict[str, str], sentence: str, step: str
) -> None:
    answer = post(as_("hoa"), dossier, note="Lời nhắn còn đây", **{step: "1"}, **sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Lỗi: " in page
    assert sentence in page
    assert "Lời nhắn còn đây" in page
    for name, value in sent.items():
        assert f'name="{name}"' in page
        if value.strip() and value != "on":
            assert f'value="{value}"' in page
    assert_unchanged(dossier)


def test_what_the_form_does_not_list_cannot_be_asked_for(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    other = make.make_processing(cast)
    foreign = other.components.latest("pk")
    answer = post(as_("hoa"), dossier, gui="1", **ticked(f"g-{foreign.pk}", "Thiếu"))
    assert answer.status_code == 422
    assert_unchanged(dossier)


def test_a_stale_page_keeps_what_was_typed_and_says_who_was_faster(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    answer = post(as_("binh"), dossier, gui="1", **ticked("k-reason", "Ghi chưa đủ"))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Lê Thị Hòa đã làm trước: bắt đầu xử lý" in page
    assert 'value="Ghi chưa đủ"' in page
    assert SupplementRequest.objects.count() == 0
    # Sent again from the page with the new state, it goes out.
    assert post(as_("binh"), fresh(dossier), gui="1", **ticked("k-reason", "Ghi chưa đủ")).status_code == 302


def test_who_asks_too_late_finds_the_text_on_the_workspace(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    ask_for(cast, dossier, "reason")
    answer = post(as_("binh"), dossier, gui="1", **ticked("k-reason", "Ghi chưa đủ"))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Điều bạn đã ghi" in page
    assert "Ghi chưa đủ" in page
    assert SupplementRequest.objects.count() == 1


def test_a_double_click_asks_once_and_is_no_conflict(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    client = as_("hoa")
    for _time in range(2):
        assert post(client, dossier, gui="1", **ticked("k-contact", "Chưa rõ")).status_code == 302
    assert JournalEntry.objects.filter(act="request_supplement").count() == 1


@pytest.mark.parametrize("word", [ASK, PROPOSE])
@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("binh", (200, 403)),
        ("hoa", (200, 302)),
        ("dung", (403, 403)),
        ("khanh", (403, 403)),
        ("giang", (403, 403)),
        ("lan", (404, 404)),
        ("an", (403, 403)),
        ("chi", (403, 403)),
    ],
)
def test_each_page_opens_to_its_roles(
    as_: SignIn, dossier: Dossier, word: str, role: str, statuses: tuple[int, int]
) -> None:
    expected = statuses[[ASK, PROPOSE].index(word)]
    assert as_(role).get(path_of(dossier, word)).status_code == expected


def test_a_second_request_is_not_offered_and_not_taken(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Tôi không có bản rõ hơn")
    dossier = fresh(dossier)
    client = as_("hoa")
    page = text_of(client.get(f"/mot-cua/{dossier.code}/"))
    assert "quy định chỉ cho phép một lần." in page
    assert f'href="{path_of(dossier, PROPOSE)}"' in page
    assert client.get(path_of(dossier)).status_code == 302
    answer = post(client, dossier, gui="1", **ticked("k-reason", "Thiếu nữa"))
    assert answer.status_code == 409
    assert "Thiếu nữa" in text_of(answer)
    assert_unchanged(dossier)


# --- the exception ----------------------------------------------------------------------------------------------------
def test_an_exception_goes_from_proposal_to_approval(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có")
    dossier = fresh(dossier)
    chosen = ticked("k-reason", "Vẫn chưa đủ")
    assert post(as_("hoa"), dossier, PROPOSE, gui="1", **chosen).status_code == 422
    chosen["why"] = "Đã hướng dẫn mà làm khác"
    preview = text_of(post(as_("hoa"), dossier, PROPOSE, xem="1", **chosen))
    assert "Người ký sẽ đọc Đã hướng dẫn mà làm khác" in " ".join(re.sub(r"<[^>]+>", " ", preview).split())
    assert post(as_("hoa"), dossier, PROPOSE, gui="1", **chosen).status_code == 302
    dossier = fresh(dossier)
    own = text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
    assert "Lê Thị Hòa đã đề nghị lúc" in own
    assert "/duyet-bo-sung-them/" not in own
    signers = text_of(as_("dung").get(f"/mot-cua/{dossier.code}/"))
    assert "Đã hướng dẫn mà làm khác" in signers
    assert f'action="/mot-cua/{dossier.code}/duyet-bo-sung-them/"' in signers
    assert f'action="/mot-cua/{dossier.code}/khong-duyet-bo-sung-them/"' in signers
    # The citizen knows nothing yet.
    assert "Đã hướng dẫn" not in text_of(as_("an").get(f"/ho-so/{dossier.code}/"))
    assert post(as_("dung"), dossier, "duyet-bo-sung-them").status_code == 302
    assert SupplementRequest.objects.latest("ordinal").ordinal == 2
    assert "Lần 2, ngoại lệ" in text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))


def test_a_refusal_of_the_exception_needs_a_reason_and_ends_it(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có")
    chosen = ticked("k-reason", "Vẫn chưa đủ") | {"why": "Làm khác"}
    post(as_("hoa"), fresh(dossier), PROPOSE, gui="1", **chosen)
    dossier = fresh(dossier)
    assert post(as_("dung"), dossier, "khong-duyet-bo-sung-them", reason=" ").status_code == 422
    assert post(as_("dung"), dossier, "khong-duyet-bo-sung-them", reason="Đủ rồi").status_code == 302
    assert SupplementProposal.objects.get().is_approved is False


def test_a_proposal_of_a_dossier_that_ended_is_shown_as_lapsed(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có")
    post(as_("hoa"), fresh(dossier), PROPOSE, gui="1", **ticked("k-reason", "Thiếu"), why="Làm khác")
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    page = text_of(as_("dung").get(f"/mot-cua/{dossier.code}/"))
    assert "không còn được xét: hồ sơ đã kết thúc." in page
    assert "duyet-bo-sung-them/" not in page


# --- what came of it --------------------------------------------------------------------------------------------------
def test_the_workspace_shows_before_and_after_with_what_changed_marked(
    cast: Cast, as_: SignIn, dossier: Dossier
) -> None:
    ask_for(cast, dossier, "full_name", "is_married")
    an = cast.actor("an")
    page = text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
    assert "Đang chờ bổ sung" in page
    assert "Công dân đã bổ sung." not in page
    services.save_supplement_section(
        actor=an,
        dossier_id=dossier.pk,
        section_key="person",
        data=typed(full_name="Nguyễn Thị Ân", is_married="no"),
        page=None,
    )
    assert "Nguyễn Thị Ân" not in text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
    services.answer_supplement(actor=an, dossier_id=dossier.pk, note="Tôi chưa kết hôn")
    page = text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
    assert "Công dân đã bổ sung." in page
    rows = [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    ]
    assert "Họ và tên Nguyễn Thị An Nguyễn Thị Ân đã đổi" in rows
    assert "Đã kết hôn Không Không không đổi" in rows
    assert page.count("<mark>") == 1
    assert "Người nộp trả lời:</span> Tôi chưa kết hôn" in page
    assert "trước khi yêu cầu:" in page
    assert "sau khi bổ sung:" in page
    services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Theo luật")
    assert "Công dân đã bổ sung." not in text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))


def test_unsent_files_and_notes_are_not_on_the_desk(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    slot = slot_named(dossier, "Ảnh chân dung")
    item = ask_for(cast, dossier, slot=slot.pk).items.get()
    an = {"actor": cast.actor("an"), "dossier_id": dossier.pk}
    services.attach_supplement_file(**an, component_id=slot.pk, upload=pdf_upload("chua-gui.pdf"))
    services.keep_supplement_notes(**an, notes={item.pk: "Ghi chú chưa gửi"}, message="Lời nhắn chưa gửi")
    page = text_of(as_("hoa").get(f"/mot-cua/{dossier.code}/"))
    for word in ("chua-gui.pdf", "Ghi chú chưa gửi", "Lời nhắn chưa gửi"):
        assert word not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_whatever_was_handed_in(cast: Cast, as_: SignIn, count: int) -> None:
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, slot=slot_named(dossier, "Ảnh chân dung").pk)
    for number in range(count):
        services.attach_supplement_file(
            actor=cast.actor("an"),
            dossier_id=dossier.pk,
            component_id=slot_named(dossier, "Ảnh chân dung").pk,
            upload=pdf_upload(f"{number}.pdf", str(number)),
        )
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk)
    client = as_("hoa")
    client.get(path_of(dossier, PROPOSE))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path_of(dossier, PROPOSE)).status_code == 200
    assert queries_but_the_sessions(captured) == 11
