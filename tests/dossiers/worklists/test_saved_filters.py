"""The filter page, and filters an officer keeps under names of their own."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.errors import SavedFilterNotFound, TooManySavedFilters
from dossiers.models import Dossier, SavedFilter
from dossiers.selectors import Criteria
from portal.accounts.models import OfficerPosting
from portal.core.errors import InvalidInput, NotPermitted
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.dossiers.test_concurrency import at_once
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast

SAVED = "/mot-cua/danh-sach/bo-loc/"


def _keep(cast: Cast, who: str, name: str, **words: str) -> SavedFilter:
    criteria = Criteria.read({key.replace("_", "-"): value for key, value in words.items()})
    return services.save_filter(actor=cast.actor(who), name=name, criteria=criteria)


def _names(cast: Cast) -> list[str]:
    return list(SavedFilter.objects.filter(owner=cast.binh).order_by("position").values_list("name", flat=True))


def test_the_filter_page_leads_to_the_list_it_describes(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    page = client.get("/mot-cua/danh-sach/loc/?loc=cho-tiep-nhan&qua-han=1").content.decode()
    assert '<option value="cho-tiep-nhan" selected>Chờ tiếp nhận</option>' in page
    assert dossier.revision.procedure.name in page
    code = dossier.revision.procedure.code
    sent = {"ap-dung": "1", "loc": "tat-ca", "thu-tuc": code, "han-tu": "01/01/2026", "xep": "ma", "nguoi-giu": ""}
    assert client.get("/mot-cua/danh-sach/loc/", sent)["Location"] == (
        f"/mot-cua/?loc=tat-ca&thu-tuc={code}&han-tu=01%2F01%2F2026&xep=ma"
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"han-tu": "32/01/2026"}, "Ghi ngày dạng ngày/tháng/năm, ví dụ 05/05/2026."),
        ({"nhan-tu": "02/05/2026", "nhan-den": "01/05/2026"}, "Ngày này phải sau ngày bắt đầu."),
        ({"thu-tuc": "9.999999"}, "Lựa chọn này không còn. Hãy chọn lại."),
    ],
)
def test_what_does_not_hold_is_said_beside_its_field(
    cast: Cast, as_: SignIn, sent: dict[str, str], sentence: str
) -> None:
    answer = as_("binh").get("/mot-cua/danh-sach/loc/", {"ap-dung": "1", "loc": "tat-ca", **sent})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "<title>Lỗi:" in page


def test_conditions_are_told_and_taken_off_one_by_one(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    code = dossier.revision.procedure.code
    page = (
        as_("khanh").get(f"/mot-cua/?loc=tat-ca&thu-tuc={code}&nguoi-giu={cast.hoa.pk}&cho-ai=thu-ly").content.decode()
    )
    assert f"Thủ tục: {dossier.revision.procedure.name}" in page
    assert "Đang giữ: Lê Thị Hòa" in page
    assert "Đang chờ: Cơ quan giải quyết" in page
    assert f'href="/mot-cua/?loc=tat-ca&amp;nguoi-giu={cast.hoa.pk}&amp;cho-ai=thu-ly"' in page
    assert dossier.code in page


def test_nobodys_name_is_told_but_a_colleagues(cast: Cast, as_: SignIn) -> None:
    """An id in an address must not become a way to read who the accounts are."""
    page = as_("khanh").get(f"/mot-cua/?nguoi-giu={cast.chi.pk}").content.decode()
    assert "Lê Thị Chi" not in page
    assert "Đang giữ không còn. <a" in page


def test_a_list_is_kept_under_a_name_and_opened_with_its_count(cast: Cast, as_: SignIn) -> None:
    held, free = make.make_processing(cast), make.make_received(cast)
    client = as_("khanh")
    sent = {"tu": f"loc=tat-ca&nguoi-giu={cast.hoa.pk}&q=1234&la=1", "name": "  Của  Hòa "}
    where = client.post(SAVED, sent)["Location"]
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.criteria) == ("Của Hòa", {"loc": "tat-ca", "nguoi-giu": str(cast.hoa.pk)})
    page = client.get(where).content.decode()
    assert f'<a href="/mot-cua/?bo-loc={saved.pk}" aria-current="page">Của Hòa <b>1</b></a>' in page
    assert "<h1>Của Hòa</h1>" in page
    assert held.code in page
    assert f'href="/mot-cua/{free.code}/"' not in page


def test_the_list_costs_the_same_with_no_saved_filter_and_with_many(cast: Cast, as_: SignIn) -> None:
    make.make_filed(cast)
    for number in range(services.MOST_FILTERS):
        _keep(cast, "binh", f"Bộ lọc {number}", loc="tat-ca", trang_thai="submitted")
    client = as_("binh")
    client.get("/mot-cua/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/mot-cua/?loc=tat-ca").content.decode()
    assert page.count(" <b>1</b></a>") >= services.MOST_FILTERS
    assert queries_but_the_sessions(captured) == 6


def test_names_are_once_an_officer_and_limited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _keep(cast, "binh", "Sáng")
    _keep(cast, "hoa", "Sáng")
    for name in ("", "  ", "sáng", "x" * 61):
        with pytest.raises(InvalidInput):
            _keep(cast, "binh", name)
    monkeypatch.setattr("dossiers.services.saved_filters.MOST_FILTERS", 1)
    with pytest.raises(TooManySavedFilters):
        _keep(cast, "binh", "Chiều")
    with pytest.raises(NotPermitted):
        _keep(cast, "an", "Của An")
    assert SavedFilter.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(owner=cast.binh, name="SÁNG")


def test_filters_are_renamed_ordered_opened_first_and_deleted(cast: Cast, as_: SignIn) -> None:
    one, two, three = (_keep(cast, "binh", name, loc="cho-tra") for name in ("Một", "Hai", "Ba"))
    client = as_("binh")

    def press(saved: SavedFilter, deed: str, **more: str) -> int:
        return client.post(f"{SAVED}{saved.pk}/", {"lam": deed, **more}).status_code

    assert press(three, "len") == 302
    assert _names(cast) == ["Một", "Ba", "Hai"]
    press(one, "xuong")
    assert _names(cast) == ["Ba", "Một", "Hai"]
    press(three, "len")
    assert _names(cast) == ["Ba", "Một", "Hai"]
    press(one, "doi-ten", name="Một mới")
    assert _names(cast) == ["Ba", "Một mới", "Hai"]
    assert press(one, "doi-ten", name="hai") == 422
    press(one, "mo-dau")
    press(two, "mo-dau")
    assert list(SavedFilter.objects.filter(is_default=True)) == [two]
    assert "<h1>Hai</h1>" in client.get("/mot-cua/").content.decode()
    assert "<h1>Cần làm</h1>" in client.get("/mot-cua/?loc=can-lam").content.decode()
    press(two, "thoi-mo-dau")
    assert "<h1>Cần làm</h1>" in client.get("/mot-cua/").content.decode()
    press(two, "xoa")
    assert _names(cast) == ["Ba", "Một mới"]
    assert "Bộ lọc này không còn." in client.get(f"/mot-cua/?bo-loc={two.pk}").content.decode()


def test_another_officers_filter_does_not_exist(cast: Cast, as_: SignIn) -> None:
    saved = _keep(cast, "binh", "Của Bình", loc="tat-ca")
    make.make_filed(cast)
    client = as_("hoa")
    assert "Bộ lọc này không còn." in client.get(f"/mot-cua/?bo-loc={saved.pk}").content.decode()
    for deed in ("xoa", "doi-ten", "len", "mo-dau"):
        assert client.post(f"{SAVED}{saved.pk}/", {"lam": deed, "name": "x"}).status_code == 404
    assert "Của Bình" not in client.get(SAVED).content.decode()
    with pytest.raises(SavedFilterNotFound):
        services.delete_filter(actor=cast.actor("hoa"), filter_id=saved.pk)
    assert SavedFilter.objects.get().name == "Của Bình"


@pytest.mark.parametrize("role", ["an", "chi"])
def test_only_officers_have_filters(cast: Cast, as_: SignIn, role: str) -> None:
    for path in (SAVED, "/mot-cua/danh-sach/loc/"):
        assert as_(role).get(path).status_code == 403


GONE = {
    "thu_tuc": ("9.999999", "Thủ tục không còn (9.999999)"),
    "linh_vuc": ("da-bo", "Lĩnh vực không còn (da-bo)"),
    "nguoi_giu": ("99999999", "Đang giữ không còn"),
    "loc": ("toi-giu", "Danh sách “Tôi đang giữ” không còn dành cho bạn"),
}


@pytest.mark.parametrize("name", GONE)
def test_a_filter_that_names_something_gone_says_so_and_lists_nothing(cast: Cast, as_: SignIn, name: str) -> None:
    dossier = make.make_filed(cast)
    value, sentence = GONE[name]
    saved = _keep(cast, "binh", "Cũ", **{"loc": "tat-ca", name: value})
    client = as_("binh")
    page = client.get(f"/mot-cua/?bo-loc={saved.pk}").content.decode()
    assert "Có điều kiện không còn dùng được, nên danh sách để trống." in page
    assert sentence in page
    assert f'href="/mot-cua/{dossier.code}/"' not in page
    assert sentence in client.get(SAVED).content.decode()


def test_an_agency_one_has_left_is_gone_too(cast: Cast, as_: SignIn) -> None:
    OfficerPostingFactory.create(user=cast.binh, agency=cast.elsewhere)
    there = make.make_filed(cast)
    Dossier.objects.filter(pk=there.pk).update(responsible_agency=cast.elsewhere)
    saved = _keep(cast, "binh", "Bên kia", loc="tat-ca", co_quan=str(cast.elsewhere.pk))
    client = as_("binh")
    page = client.get(f"/mot-cua/?bo-loc={saved.pk}").content.decode()
    assert there.code in page
    assert re.search(r'<nav class="orders" aria-label="Cơ quan">.*<b aria-current="true">Cơ quan khác</b>', page)
    OfficerPosting.objects.filter(user=cast.binh, agency=cast.elsewhere).delete()
    page = client.get(f"/mot-cua/?bo-loc={saved.pk}").content.decode()
    assert "Cơ quan không còn" in page
    assert there.code not in page


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_open_different_filters_first_leave_one_default() -> None:
    cast = make.make_cast()
    one, two = _keep(cast, "binh", "Một"), _keep(cast, "binh", "Hai")
    actor = cast.actor("binh")
    found = at_once(
        lambda: services.open_filter_first(actor=actor, filter_id=one.pk, is_default=True),
        lambda: services.open_filter_first(actor=actor, filter_id=two.pk, is_default=True),
    )
    assert [one for one in found if isinstance(one, Exception)] == []
    assert SavedFilter.objects.filter(is_default=True).count() == 1
