"""A worklist as a file: asked for, written in the background, cancelled, survived, fetched, deleted."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pytest_django import Settings

from dossiers import services
from dossiers.enums import ExportState
from dossiers.errors import ExportAtWork, ExportFileGone, ExportNotFound, ExportRightsLost
from dossiers.events import ExportRequested
from dossiers.models import Dossier, ExportDownload, ExportJob
from dossiers.selectors import Criteria
from dossiers.services import exports
from dossiers.services.export_columns import COLUMNS
from portal.accounts.models import OfficerPosting
from portal.accounts.selectors import actor_for
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.models import OutboxEvent
from portal.core.sheets import plain_text
from portal.documents import services as document_services
from portal.documents.errors import DocumentRefused
from portal.documents.storage import document_storage
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.test_concurrency import at_once
from tests.dossiers.worklists.conftest import copies_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

EXPORTS = "/mot-cua/danh-sach/xuat/"
EVERYTHING = Criteria(queue="tat-ca")


def ask(cast: Cast, name: str = "binh", **given: Any) -> ExportJob:
    return services.request_export(actor=cast.actor(name), criteria=given.pop("criteria", EVERYTHING), **given)


def written(cast: Cast, **given: Any) -> ExportJob:
    job = ask(cast, **given)
    services.write_export(job.pk)
    job.refresh_from_db()
    return job


def rows_in(job: ExportJob) -> list[tuple[Any, ...]]:
    assert job.document is not None
    with document_services.open_document(job.document) as file:
        sheet = load_workbook(io.BytesIO(file.read())).active
    assert sheet is not None
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_the_file_holds_the_list_in_its_order(cast: Cast) -> None:
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False) as traveller:
        first = make.make_filed(cast)
        traveller.shift(3600)
        second = make.make_filed(cast)
        make.make_handed_over(cast)
        job = written(cast, columns=["ma", "nguoi-nop", "nop-luc", "trang-thai", "khong-co"])
    assert (job.state, job.total_rows, job.done_rows, job.is_cut) == (ExportState.DONE, 2, 2, False)
    assert job.columns == ["ma", "nguoi-nop", "nop-luc", "trang-thai"]
    head, *rows = rows_in(job)
    assert head == ("Mã hồ sơ", "Người nộp", "Nộp lúc", "Trạng thái")
    assert [row[0] for row in rows] == [first.code, second.code]
    assert rows[0][1:] == (
        "Nguyễn Thị An",
        first.submitted_at.replace(tzinfo=None) + timedelta(hours=7),
        "Chờ tiếp nhận",
    )


def test_what_looks_like_a_formula_stays_a_text(cast: Cast) -> None:
    dossier = make.make_filed(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name='=HYPERLINK("x")', applicant_phone="+84912")
    job = written(cast, columns=["nguoi-nop", "dien-thoai"])
    assert rows_in(job)[1] == ('\'=HYPERLINK("x")', "'+84912")
    assert [plain_text(text) for text in ("-1", "@a", "\tx", "a=b", "bình\x07")] == [
        "'-1",
        "'@a",
        "'\tx",
        "a=b",
        "bình",
    ]


def test_filters_and_search_of_the_list_hold_for_the_file(cast: Cast) -> None:
    make.make_filed(cast)
    other = make.make_filed(cast)
    Dossier.objects.filter(pk=other.pk).update(applicant_name="Đặng Quốc Bảo")
    job = written(cast, criteria=Criteria(queue="cho-tiep-nhan"), search="quốc bảo")
    assert [row[0] for row in rows_in(job)[1:]] == [other.code]
    assert "bảo" not in str(OutboxEvent.objects.get(name=ExportRequested.name).payload)


def _fails(job: ExportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_write", lambda _job: 1 / 0)
    services.write_export(job.pk)


def _is_lost_by_its_workers(job: ExportJob, _patch: pytest.MonkeyPatch) -> None:
    ExportJob.objects.filter(pk=job.pk).update(state=ExportState.RUNNING, attempt=exports.MOST_ATTEMPTS)
    services.look_after_exports()


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (lambda job, _patch: services.write_export(job.pk), ExportState.DONE),
        (_fails, ExportState.FAILED),
        (_is_lost_by_its_workers, ExportState.FAILED),
        (lambda job, _patch: services.cancel_export(actor=actor_for(job.owner), job_id=job.pk), ExportState.CANCELLED),
    ],
)
def test_the_words_searched_for_go_when_the_job_ends(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, ends: Callable[[ExportJob, Any], Any], state: ExportState
) -> None:
    make.make_filed(cast)
    job = ask(cast, search="quốc bảo")
    assert job.search == "quốc bảo"
    ends(job, monkeypatch)
    job.refresh_from_db()
    assert (job.state, job.search) == (state, "")


def test_no_file_is_made_of_a_search_that_is_kept_no_more(cast: Cast, as_: SignIn) -> None:
    """Without the words the file would hold everybody."""
    make.make_filed(cast)
    client = as_("binh")
    lost = "Lần tìm này không còn được giữ. Hãy gõ lại vào ô tìm."
    for tail in ("loc=cho-tiep-nhan&tim=khong-con", "loc=cho-tiep-nhan&q=Nguyễn Văn Tèo"):
        answer = client.post(EXPORTS, {"tu": tail, "columns": ["ma"]})
        assert answer.status_code == 422
        assert lost in answer.content.decode()
        page = client.get(f"{EXPORTS}?{tail}").content.decode()
        assert lost in page
        assert "Lập tệp" not in page
        # The list is empty then; it offers no file of everybody.
        assert EXPORTS not in client.get(f"/mot-cua/?{tail}").content.decode()
    assert not ExportJob.objects.exists()


def test_a_long_list_is_written_in_batches_and_cut_at_the_limit(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 4)
    settings.EXPORT_MAX_ROWS = 10
    copies_of(make.make_filed(cast), 14)
    beats: list[dict[str, Any]] = []
    beat = exports._beat

    def heard(job: ExportJob, **values: Any) -> None:
        beats.append(values)
        beat(job, **values)

    monkeypatch.setattr(exports, "_beat", heard)
    job = ask(cast)
    with CaptureQueriesContext(connection) as captured:
        services.write_export(job.pk)
    job.refresh_from_db()
    assert beats == [{"total_rows": 10, "is_cut": True}, {"done_rows": 4}, {"done_rows": 8}, {"done_rows": 10}]
    assert (job.state, job.total_rows, job.is_cut) == (ExportState.DONE, 10, True)
    assert len(rows_in(job)) == 11
    # The keys once, then three batches: no query a row.
    assert sum('FROM "dossiers_dossier"' in query["sql"] for query in captured.captured_queries) == 4


def test_rights_are_those_of_the_moment_of_writing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_filed(cast)
    lost = ask(cast)
    OfficerPosting.objects.filter(user=cast.binh).delete()
    services.write_export(lost.pk)
    lost.refresh_from_db()
    assert (lost.state, lost.error_code, lost.document) == (ExportState.FAILED, "export_rights_lost", None)


def test_a_row_that_is_no_longer_the_owners_to_see_is_not_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = make.make_filed(cast)
    copies_of(dossier, 2)
    beat = exports._beat

    def moved_meanwhile(job: ExportJob, **values: Any) -> None:
        beat(job, **values)
        gone = cast.elsewhere
        Dossier.objects.filter(pk=dossier.pk).update(
            responsible_agency=gone, receiving_agency=gone, resolving_agency=gone
        )

    monkeypatch.setattr(exports, "_beat", moved_meanwhile)
    job = written(cast)
    assert dossier.code not in [row[0] for row in rows_in(job)]
    assert len(rows_in(job)) == 3


def test_one_at_work_an_officer(cast: Cast) -> None:
    first = ask(cast)
    with pytest.raises(ExportAtWork):
        ask(cast)
    ask(cast, "hoa")
    services.write_export(first.pk)
    ask(cast)
    assert ExportJob.objects.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportJob.objects.create(owner=cast.binh)
    for name in ("an", "chi"):
        with pytest.raises(NotPermitted):
            ask(cast, name)
    with pytest.raises(InvalidInput):
        ask(cast, "dung", columns=["khong-co"])


def test_a_cancelled_export_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_filed(cast)
    job, actor = ask(cast), cast.actor("binh")
    add = exports._add

    def cancelled_meanwhile(*given: Any) -> set[int]:
        assert services.cancel_export(actor=actor, job_id=job.pk)
        return add(*given)

    monkeypatch.setattr(exports, "_add", cancelled_meanwhile)
    services.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.document) == (ExportState.CANCELLED, None)
    assert not services.cancel_export(actor=actor, job_id=job.pk)
    services.write_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.CANCELLED


def test_cancelled_at_the_last_moment_the_file_is_discarded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_filed(cast)
    job, made = ask(cast), []
    store = document_services.store_generated_file

    def stored(**given: Any) -> Any:
        made.append(store(**given))
        services.cancel_export(actor=cast.actor("binh"), job_id=job.pk)
        return made[0]

    monkeypatch.setattr(document_services, "store_generated_file", stored)
    services.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.document) == (ExportState.CANCELLED, None)
    assert not document_storage().exists(made[0].storage_name)


def test_a_fault_is_told_by_its_code_and_logged_without_what_people_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make.make_filed(cast)

    def stumbles(*_given: Any) -> set[int]:
        raise ValueError("Nguyễn Thị An")

    monkeypatch.setattr(exports, "_add", stumbles)
    job = written(cast)
    assert (job.state, job.error_code) == (ExportState.FAILED, "fault")
    assert "ValueError at stumbles" in caplog.text
    assert "Nguyễn" not in caplog.text


def test_a_dead_workers_export_is_given_to_another_and_given_up_in_the_end(cast: Cast) -> None:
    make.make_filed(cast)
    job = ask(cast)
    for attempt in (1, 2, 3):
        ExportJob.objects.filter(pk=job.pk).update(state=ExportState.RUNNING, attempt=attempt, beat_at=job.created_at)
        services.look_after_exports()
        job.refresh_from_db()
        assert job.state == ExportState.RUNNING
        with time_machine.travel(job.created_at + exports.SILENT_FOR + timedelta(seconds=1), tick=False):
            services.look_after_exports()
        job.refresh_from_db()
        assert job.state == (ExportState.QUEUED if attempt < 3 else ExportState.FAILED)
    assert job.error_code == "worker_lost"
    assert OutboxEvent.objects.filter(name=ExportRequested.name).count() == 3


def test_the_dead_worker_that_wakes_up_writes_nothing_over_the_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_filed(cast)
    job = ask(cast)
    add, calls = exports._add, []

    def taken_over_meanwhile(*given: Any) -> set[int]:
        calls.append(1)
        if len(calls) == 1:
            ExportJob.objects.filter(pk=job.pk).update(state=ExportState.QUEUED)
            services.write_export(job.pk)
        return add(*given)

    monkeypatch.setattr(exports, "_add", taken_over_meanwhile)
    services.write_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, len(calls)) == (ExportState.DONE, 2, 2)
    assert len(rows_in(job)) == 2


def test_an_export_no_worker_took_is_nudged_again(cast: Cast) -> None:
    job = ask(cast)
    services.look_after_exports()
    assert OutboxEvent.objects.filter(name=ExportRequested.name).count() == 1
    with time_machine.travel(job.created_at + exports.UNTAKEN_FOR + timedelta(seconds=1), tick=False):
        services.look_after_exports()
        services.look_after_exports()
    assert OutboxEvent.objects.filter(name=ExportRequested.name).count() == 2


def test_only_the_owner_fetches_it_and_every_time_leaves_a_line(cast: Cast, as_: SignIn) -> None:
    make.make_filed(cast)
    job = written(cast)
    client = as_("binh")
    page = client.get(f"{EXPORTS}{job.pk}/").content.decode()
    assert "Tệp đã xong: 1 hồ sơ." in page
    answer = client.get(f"{EXPORTS}{job.pk}/tep/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"].startswith("private, no-store")
    # Not `close()`: it would close the connection that the test's transaction lives on.
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert [(line.job_id, line.user_id) for line in ExportDownload.objects.all()] == [(job.pk, cast.binh.pk)]
    for name, status in (("khanh", 404), ("lan", 404), ("hoa", 404), ("an", 403), ("chi", 403)):
        for tail in ("", "tep/"):
            assert as_(name).get(f"{EXPORTS}{job.pk}/{tail}").status_code == status
    with pytest.raises(ExportNotFound):
        services.cancel_export(actor=cast.actor("hoa"), job_id=job.pk)
    assert ExportDownload.objects.count() == 1
    with pytest.raises(InternalError), transaction.atomic():
        ExportDownload.objects.all().delete()


def test_who_has_left_the_agency_gets_the_file_no_more(cast: Cast) -> None:
    make.make_filed(cast)
    job = written(cast)
    OfficerPosting.objects.filter(user=cast.binh).update(agency=cast.elsewhere)
    with pytest.raises(ExportRightsLost):
        services.fetch_export(actor=cast.actor("binh"), job_id=job.pk)
    assert ExportDownload.objects.count() == 0


def test_after_its_days_the_bytes_are_gone_and_the_row_stays(cast: Cast, settings: Settings) -> None:
    settings.EXPORT_KEEP_DAYS = 2
    make.make_filed(cast)
    job = written(cast)
    document = job.document
    assert document is not None
    services.look_after_exports()
    assert document_storage().exists(document.storage_name)
    with time_machine.travel(job.finished_at + timedelta(days=2, seconds=1), tick=False):  # type: ignore[operator]
        with pytest.raises(ExportFileGone):
            services.fetch_export(actor=cast.actor("binh"), job_id=job.pk)
        services.look_after_exports()
        services.look_after_exports()
    job.refresh_from_db()
    assert (job.state, job.document) == (ExportState.EXPIRED, document)
    assert not document_storage().exists(document.storage_name)


def test_nothing_but_an_export_can_be_discarded(cast: Cast) -> None:
    dossier = make.make_filed(cast)
    file = dossier.components.get(files__isnull=False).files.get()
    with pytest.raises(DocumentRefused):
        document_services.discard_generated(file.document_id)
    assert document_storage().exists(file.document.storage_name)


def test_asking_on_the_page_leads_to_the_progress_and_the_name_stays_out_of_the_address(
    cast: Cast, as_: SignIn
) -> None:
    make.make_filed(cast)
    client = as_("binh")
    found = client.post("/mot-cua/danh-sach/tim/", {"tu": "loc=cho-tiep-nhan", "q": "Nguyễn Thị An"})["Location"]
    tail = found.partition("?")[2]
    page = client.get(f"{EXPORTS}?{tail}").content.decode()
    assert "Chờ tiếp nhận" in page
    assert "và các từ đang tìm" in page
    # Whoever wants personal data ticks it.
    assert [column.key for column in COLUMNS if f'value="{column.key}"' in page] == [one.key for one in COLUMNS]
    assert 'value="nguoi-nop" id="id_columns_4" checked' not in page
    where = client.post(EXPORTS, {"tu": tail, "columns": ["ma"]})["Location"]
    job = ExportJob.objects.get()
    assert where == f"{EXPORTS}{job.pk}/"
    assert (job.criteria, job.search) == ({"loc": "cho-tiep-nhan"}, "Nguyễn Thị An")
    page = client.get(where).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><p><a href="' in page
    ExportJob.objects.filter(pk=job.pk).update(state=ExportState.RUNNING, total_rows=200, done_rows=50)
    fragment = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-valuenow="25"' in fragment
    assert "Đã ghi 50 trên 200 hồ sơ." in fragment
    assert "<html" not in fragment
    # Every two seconds the fragment is put in anew: the button that may have the focus is not in it.
    assert f'action="{where}huy/"' in page
    assert f'action="{where}huy/"' not in fragment
    again = client.post(EXPORTS, {"tu": tail, "columns": ["ma"]})
    assert again.status_code == 409
    assert "Bạn đang có một tệp được lập." in again.content.decode()
    assert client.post(f"{where}huy/").status_code == 302
    ended = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "Bạn đã hủy." in ended
    # With the end the button goes too.
    assert '<div id="huy-tep" hx-swap-oob="true"></div>' in ended
    assert "huy-tep" not in client.get(where).content.decode()
    assert client.get(f"{where}tep/").status_code == 409
    assert client.post(EXPORTS, {"tu": tail}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_task_write_one_file_and_two_presses_ask_for_one() -> None:
    cast = make.make_cast()
    make.make_filed(cast)
    asked: list[Callable[[], Any]] = [lambda: ask(cast)] * 2
    found = at_once(*asked)
    assert sorted(type(one).__name__ for one in found) == ["ExportAtWork", "ExportJob"]
    job = ExportJob.objects.get()
    at_once(*[lambda: services.write_export(job.pk)] * 3)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (ExportState.DONE, 1)
    assert job.document is not None
    assert type(job.document).objects.filter(purpose="worklist_export").count() == 1
