"""The work inside the agency on the workspace: the panel, the buttons, a colleague's name in the list, absence."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier, Holding
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Delegation, Division, User
from portal.core import clock
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.dossiers.process_steps import make_stepped_offering, rows
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_filed, make_processing, make_received, make_supplement_requested

pytestmark = pytest.mark.django_db


def page_of(as_: SignIn, name: str, dossier: Dossier) -> str:
    return as_(name).get(f"/mot-cua/{dossier.code}/").content.decode()


def press(as_: SignIn, name: str, dossier: Dossier, key: str, **sent: Any) -> Any:
    version = Dossier.objects.get(pk=dossier.pk).version
    return as_(name).post(f"/mot-cua/{dossier.code}/{key}/", {"seen_version": version, **sent})


def mai_of(cast: Cast) -> User:
    mai = UserFactory.create(full_name="Vũ Thị Mai")
    OfficerPostingFactory.create(user=mai, agency=cast.resolving, role=OfficerRole.CASE_OFFICER)
    return mai


def panel(page: str) -> list[tuple[str, str]]:
    """(step, its word) of the panel, from top to bottom."""
    part = page[page.index('id="qua-trinh"') : page.index('id="lich-su"')]
    found = re.findall(r"<strong>([^<]+)</strong>.*?<span class=\"state[^>]*>(.*?)</span>", part, re.DOTALL)
    return [(step, re.sub(r"<[^>]+>", "", badge).strip()) for step, badge in found]


def test_the_panel_tells_what_was_what_is_and_what_comes(cast: Cast, as_: SignIn) -> None:
    Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    dossier = make_processing(cast, offering=make_stepped_offering(cast))
    page = page_of(as_, "hoa", dossier)
    assert panel(page) == [
        ("Nhận hồ sơ", "Chuyển bước sau"),
        ("Thẩm định", "Có người nhận"),
        ("Thẩm định", "Đang làm"),
        ("Kiểm tra lại", "Chưa đến"),
        ("Ký", "Chưa đến"),
        ("Trả", "Chưa đến"),
    ]
    assert "Lê Thị Hòa · Phòng Hộ tịch" in page
    assert "0 giờ làm việc" in page


def test_the_buttons_do_the_work(cast: Cast, as_: SignIn) -> None:
    mai = mai_of(cast)
    dossier = make_processing(cast, offering=make_stepped_offering(cast))
    assert press(as_, "hoa", dossier, "ban-giao", taker=str(mai.pk), note="").status_code == 302
    assert "Lê Thị Hòa bàn giao cho Vũ Thị Mai, chờ nhận" in page_of(as_, "dung", dossier)
    cast.giang = mai
    assert press(as_, "giang", dossier, "nhan-ban-giao").status_code == 302
    assert press(as_, "giang", dossier, "xong-buoc", outcome="propose_grant", note="Được").status_code == 302
    assert press(as_, "giang", dossier, "nhan-buoc").status_code == 302
    assert press(as_, "giang", dossier, "xong-buoc").status_code == 302
    sent_back = press(as_, "dung", dossier, "tra-lai", reason="Sai ngày", to_step="tham_dinh")
    assert sent_back.status_code == 302
    services.claim(actor=cast.actor("dung"), dossier_id=dossier.pk)
    sent = {"officer": str(cast.hoa.pk), "note": "Gấp"}
    assert press(as_, "khanh", dossier, "phan-cong", **sent).status_code == 409
    assert press(as_, "khanh", dossier, "phan-cong", **sent, take_over="1").status_code == 302
    assert rows(dossier)[-2:] == [("tham_dinh", "Vũ Thị Mai", "assigned"), ("tham_dinh", "Lê Thị Hòa", "")]


def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_moves(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast, offering=make_stepped_offering(cast))
    mai_of(cast)
    before = rows(dossier)
    for key, sent, sentence in (
        ("xong-buoc", {"outcome": ""}, "Chọn kết quả của bước này."),
        ("ban-giao", {"taker": ""}, "Chọn người hoặc phòng, ban nhận bàn giao."),
        ("ban-giao", {"taker": str(cast.chi.pk)}, "Người này không làm được bước này. Hãy chọn người khác."),
    ):
        answer = press(as_, "hoa", dossier, key, **sent)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert rows(dossier) == before


def test_a_double_click_on_finishing_is_no_conflict(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast, offering=make_stepped_offering(cast))
    mai = mai_of(cast)
    sent = {"seen_version": dossier.version, "taker": str(mai.pk)}
    client = as_("hoa")
    first = client.post(f"/mot-cua/{dossier.code}/ban-giao/", sent)
    assert first.status_code == 302
    assert client.post(f"/mot-cua/{dossier.code}/ban-giao/", sent).status_code == 302
    assert Holding.objects.filter(dossier=dossier, outcome="passed_on").count() == 1


def test_a_signer_is_warned_that_a_step_is_passed_over(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    assert "Hồ sơ còn ở bước “Thẩm định, dự thảo kết quả”." in page_of(as_, "dung", dossier)
    services.complete_step(actor=cast.actor("hoa"), dossier_id=dossier.pk, outcome="propose_grant")
    assert "Hồ sơ còn ở bước" not in page_of(as_, "dung", dossier)


def test_the_history_names_step_and_taker_and_the_citizen_reads_nothing_of_it(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    mai = mai_of(cast)
    services.pass_on(actor=cast.actor("hoa"), dossier_id=dossier.pk, officer_id=mai.pk, note="Việc nội bộ")
    page = page_of(as_, "hoa", dossier)
    assert "Thẩm định, dự thảo kết quả · Vũ Thị Mai" in page
    assert "Việc nội bộ" in page
    own = as_("an").get(f"/ho-so/{dossier.code}/").content.decode()
    # The citizen reads who is on it, and nothing of how that came.
    assert "Cán bộ: Vũ Thị Mai" in own
    assert "Việc nội bộ" not in own
    assert "Bàn giao" not in own


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_shows_steps_and_holders_in_as_many_queries_for_one_as_for_three(
    cast: Cast, as_: SignIn, count: int
) -> None:
    Division.objects.create(agency=cast.resolving, code="P1", name="Phòng Hộ tịch")
    dossier = make_received(cast, offering=make_stepped_offering(cast))
    services.claim(actor=cast.actor("khanh"), dossier_id=dossier.pk)
    waiting = make_supplement_requested(cast)
    if count > 1:
        _multiply(dossier, count // 2)
        _multiply(waiting, count // 2)
    client = as_("hoa")
    client.get("/mot-cua/?loc=tat-ca")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/mot-cua/?loc=tat-ca").content.decode()
    assert page.count("<small>Thẩm định</small>") == max(1, count // 2 + 1)
    assert "Phòng Hộ tịch: chưa ai nhận" in page
    assert "Ngô Quốc Khánh đang làm" in page
    assert queries_but_the_sessions(captured) == 6


def _multiply(dossier: Dossier, times: int) -> None:
    """The same dossier again under other codes, with its open row: only for counting queries."""
    held = dossier.open_holding
    for number in range(times):
        copy = Dossier.objects.get(pk=dossier.pk)
        copy.pk, copy.code, copy.public_id, copy.start_token = None, f"{dossier.code}-{number}", uuid4(), None
        copy.save(force_insert=True)
        if held is not None:
            row = Holding.objects.get(pk=held.pk)
            row.pk, row.dossier = None, copy
            row.save(force_insert=True)


# --- absence ----------------------------------------------------------------------------------------------------------
def test_an_officer_arranges_and_ends_their_absence(cast: Cast, as_: SignIn) -> None:
    mai = mai_of(cast)
    url, client = "/mot-cua/vang-mat/", as_("hoa")
    assert "Vũ Thị Mai" in client.get(url).content.decode()
    first, last = clock.today(), clock.today() + timedelta(days=2)
    sent = {
        "agency": cast.resolving.pk,
        "delegate": mai.pk,
        "starts_on": f"{first:%d/%m/%Y}",
        "ends_on": f"{last:%d/%m/%Y}",
        "reason": "Nghỉ phép",
    }
    wrong = client.post(url, {**sent, "ends_on": "31/02/2027"})
    assert wrong.status_code == 422
    assert "Ghi ngày theo dạng 05/01/2027." in wrong.content.decode()
    late = client.post(url, {**sent, "starts_on": "31/12/9999", "ends_on": "31/12/9999"})
    assert late.status_code == 422
    assert "Năm phải từ 2000 đến 2100." in late.content.decode()
    assert client.post(url, {**sent, "delegate": cast.lan.pk}).status_code == 422
    assert Delegation.objects.count() == 0
    assert client.post(url, sent).status_code == 302
    made = Delegation.objects.get()
    assert (made.absent, made.delegate, made.starts_on, made.ends_on) == (cast.hoa, mai, first, last)
    assert "Vũ Thị Mai làm thay ở Sở Tư pháp." in client.get(url).content.decode()
    cast.giang = mai
    assert "Lê Thị Hòa" in as_("giang").get(url).content.decode()
    assert as_("lan").post(f"{url}{made.pk}/ket-thuc/").status_code == 404
    assert client.post(f"{url}{made.pk}/ket-thuc/").status_code == 302
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_absence_is_for_officers_only(cast: Cast, as_: SignIn) -> None:
    assert as_("an").get("/mot-cua/vang-mat/").status_code == 403


def test_a_filed_dossier_shows_the_desk_s_step(cast: Cast, as_: SignIn) -> None:
    assert panel(page_of(as_, "binh", make_filed(cast)))[0] == ("Tiếp nhận, kiểm tra hồ sơ", "Chờ nhận")


def test_a_head_arranges_an_absence_for_somebody_of_the_agency_and_ends_it(cast: Cast, as_: SignIn) -> None:
    mai = mai_of(cast)
    url, day = "/mot-cua/vang-mat/", f"{clock.today():%d/%m/%Y}"
    sent = {"agency": cast.resolving.pk, "delegate": mai.pk, "starts_on": day, "ends_on": day, "reason": "Ốm"}
    assert 'name="absent"' not in as_("hoa").get(url).content.decode()
    head = as_("khanh")
    assert 'name="absent"' in head.get(url).content.decode()
    assert head.post(url, {**sent, "absent": cast.binh.pk}).status_code == 422
    assert head.post(url, {**sent, "absent": cast.hoa.pk}).status_code == 302
    made = Delegation.objects.get()
    assert (made.absent, made.delegate, made.made_by) == (cast.hoa, mai, cast.khanh)
    assert "Trong cơ quan bạn lãnh đạo" in head.get(url).content.decode()
    assert head.post(f"{url}{made.pk}/ket-thuc/").status_code == 302


def test_a_stand_in_finds_the_absent_officer_s_work_among_their_own(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    cast.giang = mai_of(cast)
    assert dossier.code not in as_("giang").get("/mot-cua/?loc=toi-giu").content.decode()
    today = clock.today()
    Delegation.objects.create(
        absent=cast.hoa, delegate=cast.giang, agency=cast.resolving, starts_on=today, ends_on=today, reason="Ốm"
    )
    assert str(dossier.code) in as_("giang").get("/mot-cua/?loc=toi-giu").content.decode()
