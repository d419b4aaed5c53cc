"""Mending the declaration on the copy: only what may be mended, the rules of filing, two tabs, a sign-in in between."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier, SupplementItem, SupplementRequest
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import finish, read, source, summary, words
from tests.dossiers.citizen.test_supplement import path_of, states
from tests.factories.dossiers import Cast, ask_for, pdf_upload
from tests.factories.supplements import fresh, make_family_processing, slot_named


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, "full_name", "is_married", reason="Ghi sai")
    return fresh(dossier)


def section_of(dossier: Dossier, tail: str = "") -> str:
    return path_of(dossier, f"to-khai/person/{tail}")


def copy_of(dossier: Dossier) -> dict[str, Any]:
    return dict(SupplementRequest.objects.get(dossier=dossier).answers)


def page_state(page: Any) -> dict[str, str]:
    import html
    import re

    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(draft-[a-z]+)" value="([^"]*)"', source(page))
    }


def test_only_what_may_be_mended_stands_on_the_page_with_its_reason(an: Client, dossier: Dossier) -> None:
    page = an.get(section_of(dossier))
    text, html = words(page), source(page)
    assert page.status_code == 200
    assert "Họ và tên : Ghi sai" in text
    assert 'name="full_name" value="Nguyễn Thị An"' in html
    assert 'name="is_married"' in html
    # What hangs on the question comes with it.
    assert 'name="spouse"' in html
    assert 'name="children-0-name"' not in html
    assert an.get(path_of(dossier, "to-khai/more/")).status_code == 404
    assert an.get(path_of(dossier, "to-khai/khong-co/")).status_code == 404


def test_a_right_value_is_kept_and_the_list_says_what_it_becomes(an: Client, dossier: Dossier) -> None:
    answer = an.post(section_of(dossier), {"full_name": "Nguyễn Thị Ân", "is_married": "no"})
    first = SupplementItem.objects.get(field_key="full_name")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path_of(dossier)}#{first.anchor}")
    page = an.get(path_of(dossier))
    assert states(page) == ["Đã bổ sung", "Chưa xong"]
    assert "Đã khai Nguyễn Thị An Sửa thành Nguyễn Thị Ân" in words(page)
    dossier.refresh_from_db()
    assert dossier.answers["full_name"] == "Nguyễn Thị An"
    # Nobody else can look at it.
    assert "Nguyễn Thị Ân" not in words(an.get(f"/ho-so/{dossier.code}/"))


def test_the_way_to_a_question_keeps_what_was_typed_on_the_list(an: Client, dossier: Dossier) -> None:
    item = SupplementItem.objects.get(field_key="full_name")
    answer = an.post(
        path_of(dossier),
        {
            "seen_version": dossier.version,
            "sua": "person/full_name",
            f"ghi-chu-muc-{item.pk}": "Xem lại",
            "note": "Chào",
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{section_of(dossier)}#id_full_name")
    item.refresh_from_db()
    assert (item.answer_note, fresh(dossier).state) == ("Xem lại", "supplement_requested")
    assert SupplementRequest.objects.get().answer_note == "Chào"


def test_a_wrong_value_comes_back_as_typed_with_what_to_do(an: Client, dossier: Dossier) -> None:
    page = an.post(section_of(dossier), {"full_name": "", "is_married": "yes", "spouse": ""})
    assert page.status_code == 422
    assert "Họ và tên:" in summary(page)
    assert "Họ tên vợ hoặc chồng:" in summary(page)
    assert copy_of(dossier)["is_married"] is True
    again = an.get(section_of(dossier))
    assert "Họ tên vợ hoặc chồng:" in summary(again)


def test_changed_answers_ask_for_more_on_the_list(an: Client, dossier: Dossier) -> None:
    an.post(section_of(dossier), {"full_name": "Nguyễn Thị Ân", "is_married": "yes", "spouse": ""})
    page = an.get(path_of(dossier))
    text = words(page)
    assert "Cần điền thêm vì bạn vừa sửa tờ khai Họ tên vợ hoặc chồng" in text
    assert "Cần thêm giấy tờ này vì bạn vừa sửa tờ khai." in text
    refused = an.post(path_of(dossier), {"seen_version": dossier.version})
    assert refused.status_code == 422
    paper = slot_named(dossier, "Giấy chứng nhận kết hôn")
    assert "Chưa có tệp cho “Giấy chứng nhận kết hôn”." in summary(refused)
    an.post(section_of(dossier), {"full_name": "Nguyễn Thị Ân", "is_married": "yes", "spouse": "Trần Văn Chồng"})
    sent = an.post(path_of(dossier), {"seen_version": dossier.version, f"upload-{paper.pk}": pdf_upload("ket-hon.pdf")})
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    dossier.refresh_from_db()
    assert dossier.answers["spouse"] == "Trần Văn Chồng"


def test_two_tabs_lose_nothing(an: Client, dossier: Dossier) -> None:
    one, two = page_state(an.get(section_of(dossier))), page_state(an.get(section_of(dossier)))
    an.post(section_of(dossier), {**one, "full_name": "Tên ở thẻ một", "is_married": "no"})
    clash = an.post(section_of(dossier), {**two, "full_name": "Tên ở thẻ hai", "is_married": "no"})
    assert clash.status_code == 409
    text = words(clash)
    assert "Tên ở thẻ một" in text
    assert "Tên ở thẻ hai" in text
    assert f'action="{section_of(dossier, "chon/")}"' in source(clash)
    chosen = {"full_name": "Tên ở thẻ hai", "is_married": "no", "chon-full_name": "mine", **page_state(clash)}
    settled = an.post(section_of(dossier, "chon/"), chosen)
    assert (settled.status_code, settled.headers["Location"]) == (302, section_of(dossier))
    assert copy_of(dossier)["full_name"] == "Tên ở thẻ hai"


def test_the_page_saves_by_itself_and_says_what_applies(an: Client, dossier: Dossier) -> None:
    state = page_state(an.get(section_of(dossier)))
    answer = an.post(
        section_of(dossier, "luu/"),
        {**state, "draft-turn": "1", "full_name": "Nguyễn Thị Ân", "is_married": "yes"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert 'id="trang-thai-luu"' in source(answer)
    assert copy_of(dossier)["full_name"] == "Nguyễn Thị Ân"
    assert an.post(section_of(dossier, "luu/"), {"full_name": "X"}).status_code == 400


def test_what_was_typed_before_the_session_ended_is_still_there(dossier: Dossier) -> None:
    visitor = Client()
    answer = visitor.post(section_of(dossier), {"full_name": "Gõ lúc hết phiên", "is_married": "no"})
    assert answer.status_code == 302
    assert "/tai-khoan/" in answer.headers["Location"]
    visitor.force_login(dossier.applicant, backend="django.contrib.auth.backends.ModelBackend")
    # force_login keeps the session's data as the sign-in page does.
    page = visitor.get(section_of(dossier))
    assert 'value="Gõ lúc hết phiên"' in source(page)
    assert copy_of(dossier)["full_name"] == "Nguyễn Thị An"


def test_a_choice_between_two_values_forgets_what_was_typed_before(dossier: Dossier) -> None:
    visitor = Client()
    visitor.post(section_of(dossier), {"full_name": "Gõ lúc hết phiên", "is_married": "no"})
    visitor.force_login(dossier.applicant, backend="django.contrib.auth.backends.ModelBackend")
    state = page_state(visitor.get(section_of(dossier)))
    chosen = {**state, "full_name": "Tên đã chọn", "is_married": "no", "chon-full_name": "mine"}
    assert visitor.post(section_of(dossier, "chon/"), chosen).status_code == 302
    page = source(visitor.get(section_of(dossier)))
    assert 'value="Tên đã chọn"' in page
    assert "Gõ lúc hết phiên" not in page


def test_it_is_its_owners_alone(as_: SignIn, dossier: Dossier) -> None:
    for name in ("chi", "hoa", "binh", "lan"):
        client = as_(name)
        assert client.get(section_of(dossier)).status_code == 404
        assert client.post(section_of(dossier), {"full_name": "X"}).status_code == 404
        assert client.post(section_of(dossier, "luu/"), {"full_name": "X"}).status_code == 404
    assert copy_of(dossier)["full_name"] == "Nguyễn Thị An"


def test_rows_and_files_are_mended_with_the_buttons_of_a_draft(cast: Cast, an: Client) -> None:
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, "children", "portrait")
    row = {"children": "1", "children-0-name": "Nguyễn Bé", "children-0-born": "01/02/2020"}
    page = an.post(section_of(dossier), {**row, "_add": "children"})
    assert page.status_code == 200
    assert 'name="children-1-name"' in source(page)
    answer = an.post(
        section_of(dossier),
        {**row, "children": "2", "children-1-name": "Nguyễn Út", "portrait-upload": pdf_upload("the.pdf")},
    )
    assert answer.status_code == 302
    copy = copy_of(dossier)
    assert [one["name"] for one in copy["children"]] == ["Nguyễn Bé", "Nguyễn Út"]
    assert copy["portrait"][0]["name"] == "the.pdf"
    url = f"/ho-so/{dossier.code}/to-khai/{copy['portrait'][0]['document']}/"
    assert finish(an.get(url)).startswith(b"%PDF")
    page = an.get(section_of(dossier))
    assert "the.pdf" in read(source(page))


def test_an_unsent_file_of_the_declaration_is_not_for_officers(cast: Cast, an: Client, as_: SignIn) -> None:
    dossier = make_family_processing(cast)
    ask_for(cast, dossier, "portrait")
    an.post(section_of(dossier), {"portrait-upload": pdf_upload("the.pdf")})
    document = copy_of(dossier)["portrait"][0]["document"]
    assert as_("hoa").get(f"/mot-cua/{dossier.code}/to-khai/{document}/").status_code == 404
    an.post(path_of(dossier), {"seen_version": fresh(dossier).version})
    assert fresh(dossier).state == "processing"
    assert finish(as_("hoa").get(f"/mot-cua/{dossier.code}/to-khai/{document}/")).startswith(b"%PDF")
