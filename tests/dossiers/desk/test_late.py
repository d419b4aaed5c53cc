"""The page of what is late and soon will be: who sees what, what it costs, the apology and the acknowledgement from it."""

import re
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier, Escalation, Reschedule
from dossiers.selectors import late_list
from portal.accounts.enums import OfficerRole
from portal.core.clock import VIETNAM
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.factories import dossiers as make
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db

LATE = "/mot-cua/nhac-viec/"
# Account, postings, agency under the portal's name; watched agencies, rows, their escalations, their proposals, counts,
# officers to filter by, late answers to other agencies.
QUERIES = 10


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Monday 4 May 2026; what is received then is due on Thursday at 9:00."""
    return datetime(2026, 5, day, hour, minute, tzinfo=VIETNAM)


_FOURTH = at(4)


def page_of(client: Client, moment: datetime, query: str = "") -> str:
    with time_machine.travel(moment, tick=False):
        answer = client.get(f"{LATE}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def codes(page: str) -> list[str]:
    return re.findall(r'<p class="small"><span class="code">([^<]+)</span>', page)


def made(make_it: Any, cast: Cast, moment: datetime = _FOURTH, **facts: Any) -> Dossier:
    with time_machine.travel(moment, tick=False):
        dossier: Dossier = make_it(cast, **facts)
        return dossier


def swept(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        services.propose_apologies()
        services.raise_escalations()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(cast: Cast, as_: SignIn, count: int) -> None:
    offering = make.make_offering(cast)
    for _number in range(count):
        made(make.make_received, cast, offering=offering)
    swept(at(7, 10))
    client = as_("khanh")
    with time_machine.travel(at(7, 11), tick=False):
        client.get(LATE)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(LATE).content.decode()
    assert len(codes(page)) == count
    assert page.count("Duyệt xin lỗi và hẹn lại<") == count
    assert queries_but_the_sessions(captured) == QUERIES


def test_each_list_holds_what_its_name_says(cast: Cast, as_: SignIn) -> None:
    late = made(make.make_processing, cast)
    waiting = made(make.make_supplement_requested, cast)
    soon = made(make.make_processing, cast, at(6))
    fresh = made(make.make_processing, cast, at(7))
    swept(at(7, 10))
    client = as_("khanh")
    assert codes(page_of(client, at(7, 10))) == [late.code]
    assert codes(page_of(client, at(7, 10), "?loc=sap-den-han")) == [soon.code]
    assert codes(page_of(client, at(7, 10), "?loc=hen-lai")) == [late.code]
    page = page_of(client, at(7, 10))
    assert re.findall(r"<b>(\d+)</b>", page) == ["1", "1", "1"]
    for dossier in (waiting, fresh):
        assert str(dossier.code) not in page


def test_a_rescheduled_dossier_stays_in_the_list_with_both_dates(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    with time_machine.travel(at(6), tick=False):
        services.approve_reschedule(
            actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Chờ xác minh", new_due_at=at(12)
        )
    page = page_of(as_("khanh"), at(8))
    assert codes(page) == [dossier.code]
    assert "Quá hạn 1 ngày làm việc" in page
    assert "9\u00a0giờ\u00a000, ngày\u00a007/05/2026, đã hẹn lại 9\u00a0giờ\u00a000, ngày\u00a012/05/2026" in page


def test_what_was_told_and_what_was_answered_is_shown(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    swept(at(7, 10))
    with time_machine.travel(at(7, 11), tick=False):
        services.acknowledge_escalations(actor=cast.actor("hoa"), dossier_id=dossier.pk, handle_before=at(8, 17))
    page = page_of(as_("hoa"), at(7, 12))
    assert "Đã nhắc cán bộ đang giữ lúc 10\u00a0giờ\u00a000, ngày\u00a007/05/2026: quá hạn." in page
    assert "Lê Thị Hòa đã biết, sẽ xử lý trước 17\u00a0giờ\u00a000, ngày\u00a008/05/2026." in page
    assert "Đã biết, hẹn ngày xử lý" not in page


def test_a_proposal_tells_how_its_date_was_counted(cast: Cast, as_: SignIn) -> None:
    made(make.make_processing, cast)
    swept(at(6))
    page = page_of(as_("dung"), at(6), "?loc=hen-lai")
    assert (
        "Đề nghị hẹn lại 9\u00a0giờ\u00a000, ngày\u00a012/05/2026, tính 3 ngày làm việc kể từ "
        "9\u00a0giờ\u00a000 ngày 07/05/2026. Người đề nghị: hệ thống." in page
    )
    assert 'value="12/05/2026"' in page
    assert 'value="09:00"' in page


@pytest.mark.parametrize(
    ("role", "status", "sees"),
    [
        ("binh", 200, False),
        ("mai", 200, False),
        ("hoa", 200, True),
        ("dung", 200, True),
        ("khanh", 200, True),
        ("giang", 200, False),
        ("lan", 200, False),
        ("chi", 403, False),
        ("an", 403, False),
    ],
)
def test_officers_see_what_their_agencies_hold(cast: Cast, as_: SignIn, role: str, status: int, sees: bool) -> None:
    dossier = made(make.make_processing, cast)
    client = as_(role)
    with time_machine.travel(at(8), tick=False):
        answer = client.get(LATE)
    assert answer.status_code == status
    assert (str(dossier.code) in answer.content.decode()) is sees


def test_the_head_of_the_agency_above_sees_the_date_but_not_the_dossier(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    cast.resolving.parent = AgencyFactory.create(name="Ủy ban nhân dân tỉnh")
    cast.resolving.save()
    cast.lan = UserFactory.create(full_name="Vũ Thị Tâm")
    OfficerPostingFactory.create(user=cast.lan, agency=cast.resolving.parent, role=OfficerRole.AGENCY_HEAD)
    swept(at(8))
    client = as_("lan")
    page = page_of(client, at(8))
    assert codes(page) == [dossier.code]
    assert f'href="/mot-cua/{dossier.code}/"' not in page
    assert "Nguyễn Thị An" not in page
    assert client.get(f"/mot-cua/{dossier.code}/").status_code == 404
    with time_machine.travel(at(8, 10), tick=False):
        answer = client.post(
            f"{LATE}{dossier.code}/da-biet/",
            {"handle_before": "12/05/2026", "note": "", "seen_version": dossier.version},
        )
    assert (answer.status_code, answer["Location"]) == (302, LATE)
    assert Escalation.objects.filter(acknowledged_by=cast.lan).count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("binh", 404),
        ("hoa", 302),
        ("dung", 302),
        ("khanh", 302),
        ("giang", 404),
        ("lan", 404),
        ("chi", 403),
        ("an", 403),
    ],
)
def test_who_answers_a_reminder_from_the_list(cast: Cast, as_: SignIn, role: str, status: int) -> None:
    dossier = made(make.make_processing, cast)
    swept(at(8))
    with time_machine.travel(at(8, 10), tick=False):
        answer = as_(role).post(
            f"{LATE}{dossier.code}/da-biet/", {"handle_before": "12/05/2026", "seen_version": dossier.version}
        )
    assert answer.status_code == status
    assert Escalation.objects.filter(acknowledged_at__isnull=False).exists() is (status == 302)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"handle_before": "mai"}, "Ghi ngày dạng ngày/tháng/năm"),
        ({"handle_before": "01/01/0001"}, "Năm phải từ 2000 đến 2100."),
        ({"handle_before": "01/05/2026"}, "Chọn thời điểm sau lúc này, trong vòng 30 ngày."),
    ],
)
def test_a_reminder_answered_badly_changes_nothing(
    cast: Cast, as_: SignIn, sent: dict[str, str], sentence: str
) -> None:
    dossier = made(make.make_processing, cast)
    swept(at(8))
    with time_machine.travel(at(8, 10), tick=False):
        answer = as_("hoa").post(
            f"{LATE}{dossier.code}/da-biet/", {"seen_version": dossier.version, **sent}, follow=True
        )
    assert sentence in answer.content.decode()
    assert not Escalation.objects.filter(acknowledged_at__isnull=False).exists()


APOLOGY = {
    "reason_choice": "Đang chờ ý kiến của cơ quan phối hợp.",
    "new_due_at": "12/05/2026",
    "new_time": "9:00",
    "ve": "nhac-viec",
}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("binh", 403),
        ("hoa", 403),
        ("dung", 302),
        ("khanh", 302),
        ("giang", 403),
        ("lan", 404),
        ("chi", 403),
        ("an", 403),
    ],
)
def test_the_apology_is_approved_in_one_click_from_the_list(cast: Cast, as_: SignIn, role: str, status: int) -> None:
    dossier = made(make.make_processing, cast)
    swept(at(6))
    with time_machine.travel(at(6, 10), tick=False):
        answer = as_(role).post(f"/mot-cua/{dossier.code}/hen-lai/", {**APOLOGY, "seen_version": dossier.version})
    assert answer.status_code == status
    fresh = Dossier.objects.get()
    assert fresh.promised_at == (at(12) if status == 302 else None)
    if status == 302:
        assert answer["Location"] == LATE
        assert Reschedule.objects.get().reason == "Đang chờ ý kiến của cơ quan phối hợp."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason_choice": ""}, "Chọn hoặc ghi lý do chậm."),
        ({"reason_choice": "other", "reason": " "}, "Chọn hoặc ghi lý do chậm."),
        ({"new_due_at": "9/5/2026"}, "Chọn giờ trong giờ làm việc của một ngày làm việc."),
        ({"new_due_at": "06/05/2026"}, "Ngày hẹn mới phải sau lúc này và sau ngày hẹn cũ."),
        ({"new_due_at": "31/12/9999"}, "Năm phải từ 2000 đến 2100."),
        ({"new_due_at": "31/12/2099"}, "Ngày hẹn mới muộn nhất là"),
        ({"new_time": "25:00"}, "Ghi giờ dạng giờ:phút, ví dụ 16:30."),
    ],
)
def test_a_bad_apology_comes_back_on_the_workspace_with_what_was_typed(
    cast: Cast, as_: SignIn, change: dict[str, str], sentence: str
) -> None:
    dossier = made(make.make_processing, cast)
    with time_machine.travel(at(6, 10), tick=False):
        answer = as_("dung").post(
            f"/mot-cua/{dossier.code}/hen-lai/", {**APOLOGY, **change, "seen_version": dossier.version}
        )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Dossier.objects.get().version == dossier.version


def test_the_officers_own_reason_stands_ready_for_the_signer(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    with time_machine.travel(at(6), tick=False):
        answer = as_("hoa").post(
            f"/mot-cua/{dossier.code}/de-nghi-hen-lai/",
            {**APOLOGY, "reason_choice": "other", "reason": "Chờ bản gốc từ kho", "seen_version": dossier.version},
        )
    assert answer.status_code == 302
    page = page_of(as_("dung"), at(6, 10), "?loc=hen-lai")
    assert '<option value="Chờ bản gốc từ kho" selected>' in page
    assert "Người đề nghị: Lê Thị Hòa." in page
    with time_machine.travel(at(6, 11), tick=False):
        workspace = as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()
        assert "Không hẹn lại" in workspace
        answer = as_("dung").post(f"/mot-cua/{dossier.code}/khong-hen-lai/", {"seen_version": dossier.version + 1})
    assert answer.status_code == 302
    assert Reschedule.objects.get().declined_by_id == cast.dung.pk


def test_the_apology_is_not_offered_long_before_the_date(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    with time_machine.travel(at(4, 10), tick=False):
        assert "Xin lỗi và hẹn lại" not in as_("dung").get(f"/mot-cua/{dossier.code}/").content.decode()


def test_filters_by_officer_and_agency(cast: Cast, as_: SignIn) -> None:
    dossier = made(make.make_processing, cast)
    nobody = made(make.make_received, cast)
    client = as_("khanh")
    assert set(codes(page_of(client, at(8)))) == {dossier.code, nobody.code}
    assert codes(page_of(client, at(8), f"?can-bo={cast.hoa.pk}")) == [dossier.code]
    # Another agency's key filters nothing in: it is not this officer's to look at.
    assert set(codes(page_of(client, at(8), f"?co-quan={cast.receiving.pk}"))) == {dossier.code, nobody.code}


@pytest.mark.parametrize("query", ["?loc=x", "?sau=abc", "?can-bo=%00", "?co-quan=99999999999999", "?can-bo=-1"])
def test_odd_input_is_no_error(cast: Cast, as_: SignIn, query: str) -> None:
    assert as_("khanh").get(f"{LATE}{query}").status_code == 200


def test_pages_go_on_after_the_last_row(cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_list, "PAGE_SIZE", 2)
    offering = make.make_offering(cast)
    expected = [made(make.make_received, cast, offering=offering).code for _number in range(5)]
    client, url, seen = as_("khanh"), "", []
    for _page in range(3):
        page = page_of(client, at(8), url)
        seen.append(codes(page))
        found = re.search(r'<a href="/mot-cua/nhac-viec/([^"]+)" rel="next">', page)
        url = found[1].replace("&amp;", "&") if found else ""
    assert [len(one) for one in seen] == [2, 2, 1]
    assert [code for one in seen for code in one] == expected


def test_a_count_stops_at_the_cap(cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        made(make.make_received, cast)
    monkeypatch.setattr(late_list, "COUNT_CAP", 2)
    monkeypatch.setattr("dossiers.selectors.COUNT_CAP", 2)
    assert "Quá hạn <b>1+</b>" in page_of(as_("khanh"), at(8))
