"""The worklist: queues, counts, order, search, pages, and what a row says."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import selectors
from dossiers.models import Dossier
from dossiers.selectors import worklists
from portal.core import clock
from portal.core.cursors import write_cursor
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

# What one page reads: account, postings, agency under the portal's name, saved filters, counts, rows.
QUERIES = 6


def _codes(page: str) -> list[str]:
    return re.findall(r'<small class="code">([^<]+)</small>', page)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(cast: Cast, as_: SignIn, count: int) -> None:
    for _n in range(count):
        make.make_filed(cast, has_file=True)
    client = as_("binh")
    client.get("/mot-cua/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/mot-cua/?loc=tat-ca").content.decode()
    assert len(_codes(page)) == count
    assert queries_but_the_sessions(captured) == QUERIES


def test_a_row_says_when_what_who_how_and_who_holds_it(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False):
        dossier = make.make_processing(cast)
        page = as_("dung").get("/mot-cua/").content.decode()
    row = page[page.index("<tbody") : page.index("</tbody>")]
    for text in (
        "Còn 3 ngày làm việc",
        "9\u00a0giờ\u00a000, ngày\u00a007/05/2026",
        dossier.revision.procedure.name,
        f'href="/mot-cua/{dossier.code}/"',
        "Nguyễn Thị An",
        "Trực tuyến",
        "Đang xử lý",
        "Lê Thị Hòa",
    ):
        assert text in row


def test_the_holder_is_called_you_for_themselves(cast: Cast, as_: SignIn) -> None:
    make.make_processing(cast)
    page = as_("hoa").get("/mot-cua/").content.decode()
    assert '<td role="cell">Bạn</td>' in page
    assert 'class="is-held"' not in page


def test_queues_show_their_counts(cast: Cast, as_: SignIn) -> None:
    make.make_filed(cast)
    make.make_filed(cast)
    make.make_resolved(cast)
    page = as_("binh").get("/mot-cua/").content.decode()
    counts = dict(re.findall(r'href="/mot-cua/\?loc=([a-z-]+)"[^>]*>[^<]* <b>([0-9+]+)</b>', page))
    assert counts == {
        "can-lam": "3",
        "cho-tiep-nhan": "2",
        "qua-han": "0",
        "hom-nay": counts["hom-nay"],
        "cho-nop-phi": "0",
        "cho-cong-dan": "0",
        "cho-tra": "1",
        "chua-nhan": "1",
        "o-buu-dien": "0",
        "tat-ca": "3",
    }


def test_a_count_stops_at_the_cap(cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(3):
        make.make_filed(cast)
    monkeypatch.setattr(worklists, "COUNT_CAP", 2)
    monkeypatch.setattr(selectors, "COUNT_CAP", 2)
    page = as_("binh").get("/mot-cua/").content.decode()
    assert "Chờ tiếp nhận <b>1+</b>" in page


def test_the_most_urgent_comes_first(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel("2026-05-06T09:00:00+07:00", tick=False):
        later = make.make_filed(cast)
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False):
        sooner = make.make_filed(cast)
    assert _codes(as_("binh").get("/mot-cua/").content.decode()) == [sooner.code, later.code]


@pytest.mark.parametrize(
    ("role", "expected"), [("binh", "Cần làm"), ("dung", "Cần làm"), ("giang", "Chờ nộp phí, lệ phí")]
)
def test_work_begins_where_the_role_has_it(cast: Cast, as_: SignIn, role: str, expected: str) -> None:
    assert f"<h1>{expected}</h1>" in as_(role).get("/mot-cua/").content.decode()


def test_an_unknown_queue_falls_back_to_the_default(cast: Cast, as_: SignIn) -> None:
    answer = as_("binh").get("/mot-cua/?loc=khong-co")
    assert answer.status_code == 200
    assert "<h1>Cần làm</h1>" in answer.content.decode()


def test_officers_see_the_dossiers_of_their_own_agencies_only(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    assert dossier.code in as_("binh").get("/mot-cua/").content.decode()
    assert dossier.code not in as_("lan").get("/mot-cua/?loc=tat-ca").content.decode()
    both = UserFactory.create(full_name="Hồ Văn Nam")
    OfficerPostingFactory.create(user=both, agency=cast.receiving)
    OfficerPostingFactory.create(user=both, agency=cast.elsewhere)
    cast.lan = both
    assert dossier.code in as_("lan").get("/mot-cua/").content.decode()


def test_search_finds_by_end_of_code_and_by_name_and_keeps_the_queue(cast: Cast, as_: SignIn) -> None:
    first, second = make.make_filed(cast), make.make_filed(cast)
    Dossier.objects.filter(pk=second.pk).update(applicant_name="Đặng Quốc Bảo")
    client = as_("binh")
    by_code = client.post("/mot-cua/danh-sach/tim/", {"tu": "loc=cho-tiep-nhan", "q": (first.code or "")[-4:]})
    assert by_code["Location"] == f"/mot-cua/?loc=cho-tiep-nhan&q={(first.code or '')[-4:]}"
    page = client.get(by_code["Location"]).content.decode()
    assert _codes(page) == [first.code]
    assert '<input type="hidden" name="tu" value="loc=cho-tiep-nhan&amp;q=' in page
    by_name = client.post("/mot-cua/danh-sach/tim/", {"tu": "loc=cho-tiep-nhan", "q": "  quốc  bảo "})
    page = client.get(by_name["Location"]).content.decode()
    assert _codes(page) == [second.code]
    assert 'value="quốc bảo"' in page


@pytest.mark.parametrize(
    "words", ["Quốc Bảo", "0983777881", "068196007781", "0983-777-881", "0983.777.881", "an@example.com"]
)
def test_what_may_be_a_persons_stays_out_of_every_address(cast: Cast, as_: SignIn, words: str) -> None:
    make.make_filed(cast)
    client = as_("binh")
    answer = client.post("/mot-cua/danh-sach/tim/", {"tu": "loc=tat-ca", "q": words})
    assert re.fullmatch(r"/mot-cua/\?loc=tat-ca&tim=[\w-]{8}", answer["Location"])
    page = client.get(answer["Location"]).content.decode()
    assert f"Không có hồ sơ nào khớp với “{words}”" in page
    assert words not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))


def test_words_in_an_address_that_are_no_code_are_not_searched(cast: Cast, as_: SignIn) -> None:
    make.make_filed(cast)
    page = as_("binh").get("/mot-cua/?loc=tat-ca&q=" + quote("Nguyễn Thị An")).content.decode()
    assert _codes(page) == []
    assert "Tên người không được ghi trong địa chỉ trang." in page


def test_a_search_whose_words_are_kept_no_more_says_so_and_lists_nothing(cast: Cast, as_: SignIn) -> None:
    make.make_filed(cast)
    client = as_("binh")
    first = client.post("/mot-cua/danh-sach/tim/", {"tu": "", "q": "An"})["Location"]
    assert len(_codes(client.get(first).content.decode())) == 1
    for number in range(10):
        client.post("/mot-cua/danh-sach/tim/", {"tu": "", "q": f"Tên {number}"})
    page = client.get(first).content.decode()
    assert _codes(page) == []
    assert "Lần tìm này không còn được giữ." in page
    # Another officer's token says nothing.
    assert "Lần tìm này không còn được giữ." in as_("hoa").get(first).content.decode()


def test_a_search_without_hits_says_so_and_offers_the_way_back(cast: Cast, as_: SignIn) -> None:
    client = as_("binh")
    page = client.post("/mot-cua/danh-sach/tim/", {"tu": "", "q": "<b>khong"}, follow=True).content.decode()
    assert "Không có hồ sơ nào khớp với “&lt;b&gt;khong”" in page
    assert '<a href="/mot-cua/?loc=can-lam">Bỏ tìm</a>' in page


def test_a_finished_dossier_is_found_by_its_whole_code(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_handed_over(cast)
    page = as_("binh").get(f"/mot-cua/?q={(dossier.code or '').lower()}").content.decode()
    assert f'<a href="/mot-cua/{dossier.code}/">Mở hồ sơ</a>' in page
    assert "Mở hồ sơ" not in as_("lan").get(f"/mot-cua/?q={dossier.code}").content.decode()


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "a" * 5000, "sau=abc", "sau=99999999999999999-1", "sau=1-" + "9" * 17]
)
def test_odd_input_is_no_error(cast: Cast, as_: SignIn, query: str) -> None:
    assert as_("binh").get(f"/mot-cua/?{query}").status_code == 200


def test_the_next_page_goes_on_after_the_last_row_and_keeps_queue_and_search(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklists, "PAGE_SIZE", 2)
    made = [make.make_filed(cast).code for _n in range(5)]
    client = as_("binh")
    url, seen = client.post("/mot-cua/danh-sach/tim/", {"tu": "loc=cho-tiep-nhan", "q": "An"})["Location"], []
    for _page in range(3):
        page = client.get(url).content.decode()
        seen.append(_codes(page))
        found = re.search(r'<a href="([^"]+)" rel="next">', page)
        url = found[1].replace("&amp;", "&") if found else ""
        if url:
            assert "loc=cho-tiep-nhan" in url
            assert "tim=" in url
    assert [len(codes) for codes in seen] == [2, 2, 1]
    assert sorted(code for codes in seen for code in codes) == sorted(made)
    assert url == ""


def test_a_stopped_clock_says_since_when(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False) as traveller:
        make.make_supplement_requested(cast)
        client = as_("hoa")
        page = client.get("/mot-cua/?loc=cho-cong-dan").content.decode()
        assert "Đồng hồ dừng" in page
        assert "từ 04/05/2026" in page
        traveller.shift(timedelta(days=40))
        assert "công dân quá hạn từ 03/06/2026" in as_("hoa").get("/mot-cua/?loc=cho-cong-dan").content.decode()


def test_the_page_reads_in_english_too(cast: Cast, as_: SignIn) -> None:
    client = as_("binh")
    client.cookies["ngon_ngu"] = "en"
    assert client.get("/mot-cua/").status_code == 200


@pytest.mark.parametrize("path", ["/mot-cua/?loc=cho-tiep-nhan", "/mot-cua/nhac-viec/?loc=qua-han"])
def test_beyond_the_end_there_is_a_way_to_the_first_page(cast: Cast, as_: SignIn, path: str) -> None:
    """The rows of the page went while it was open, or its address was kept."""
    make.make_filed(cast)
    client = as_("binh")
    beyond = write_cursor(clock.now() + timedelta(days=400), 1)
    page = client.get(f"{path}&sau={beyond}").content.decode()
    assert "Không có hồ sơ nào ở đây." in page
    assert f'<a href="{path}">Về đầu danh sách</a>' in page
    assert "Về đầu danh sách" not in client.get(path).content.decode()
