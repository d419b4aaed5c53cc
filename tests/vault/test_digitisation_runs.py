"""A bulk digitisation: each row once, errors kept with the row, stopped and gone on with."""

import io
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from portal.accounts.models import OfficerPosting
from portal.core.errors import InvalidInput
from portal.core.models import OutboxEvent
from portal.documents import services as document_services
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from portal.documents.storage import document_storage
from portal.vault import selectors, services
from portal.vault.enums import RowState, RunState
from portal.vault.errors import RunAtWork, RunForgotten, RunNotFound, RunNotReady
from portal.vault.models import Digitisation, DigitisationRow, DigitisationRun, IssuedPaper
from portal.vault.services import digitisation_runs, digitisation_work
from portal.vault.services.digitisation_runs import forget_run
from tests.documents.clamd_server import free_port
from tests.factories.accounts import AgencyFactory
from tests.factories.digitisation import archive, digitiser, index, make_run, row, scan, work_through
from tests.factories.dossiers import pdf_bytes
from tests.factories.vault import PaperKindFactory
from tests.payments.test_concurrency import at_once


@pytest.fixture
def agency(db: None) -> Any:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận")
    return AgencyFactory()


def pdfs(*names: str) -> dict[str, bytes]:
    return {f"{name}.pdf": pdf_bytes(name.encode("ascii", "ignore").decode()) for name in names}


def states(run: DigitisationRun) -> list[str]:
    return list(run.rows.order_by("id").values_list("state", flat=True))


def test_rows_with_their_files_become_papers(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "THƯ MỤC/2"), files=pdfs("1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    assert OutboxEvent.objects.filter(name="vault.digitisation_asked").count() == 1
    work_through(run)
    assert (run.state, states(run)) == (RunState.DONE, ["done", "done"])
    assert set(IssuedPaper.objects.values_list("number", flat=True)) == {"1", "2"}
    assert Digitisation.objects.filter(run=run, digitised_by_id=actor.user_id).count() == 2


def test_errors_stay_with_their_row_and_the_others_go_on(agency: Any) -> None:
    actor = digitiser(agency)
    rows = [
        row("1", "1.pdf"),
        row("2", "khong-co.pdf"),
        row("3", "3.pdf", issued_on="31/02/2020", kind="?"),
        row("4", "hong.pdf"),
        row("5", "1.pdf"),
    ]
    run = make_run(actor, agency, *rows, files={**pdfs("1", "3"), "hong.pdf": b"%PDF-1.7 hong"})
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert (run.state, states(run)) == (RunState.DONE, ["done", *["failed"] * 4])
    errors = [dict(one.errors) for one in run.rows.order_by("id")]
    assert errors[1] == {"file": "Trong các tệp đã gửi không có tệp này."}
    assert set(errors[2]) == {"issued_on", "kind"}
    assert errors[3]["file"].startswith("Tệp này bị hỏng hoặc tải lên chưa trọn.")
    assert errors[4]["number"].startswith("Chính tệp này đã có trong kho, là giấy tờ số 1.")
    book = load_workbook(io.BytesIO(services.failed_rows_xlsx(services.failed_rows(run))))
    assert [one[0] for one in book.active.iter_rows(min_row=2, values_only=True)] == [3, 4, 5, 6]  # type: ignore[union-attr]


def test_a_mended_index_brings_only_what_failed(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "2.pdf", kind="?"), files=pdfs("1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    services.bring_index(actor=actor, run_id=run.pk, upload=index(row("1", "1.pdf"), row("2", "2.pdf")))
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert states(run) == ["done", "already", "done"]
    assert (IssuedPaper.objects.count(), Digitisation.objects.count()) == (2, 2)
    assert StoredDocument.objects.filter(purpose="digitised_paper").count() == 2


def test_the_same_index_in_another_run_doubles_nothing(agency: Any) -> None:
    actor = digitiser(agency)
    for expected in (["done"], ["already"]):
        run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
        services.start_run(actor=actor, run_id=run.pk)
        work_through(run)
        assert states(run) == expected
    assert IssuedPaper.objects.count() == 1


def test_a_run_that_is_stopped_goes_on_where_it_was(agency: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digitisation_work, "SLICE", 1)
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "2.pdf"), files=pdfs("1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    services.work_on_run(run.pk)
    assert services.stop_run(actor=actor, run_id=run.pk) is True
    services.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, states(run)) == (RunState.STOPPED, ["done", "waiting"])
    services.start_run(actor=actor, run_id=run.pk)
    assert (work_through(run).state, states(run)) == (RunState.DONE, ["done", "done"])


def test_a_stop_is_noticed_in_the_middle_of_a_slice(agency: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digitisation_work, "_ROWS_BETWEEN_BEATS", 1)
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "2.pdf"), files=pdfs("1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    settle = digitisation_work._settle

    def settle_and_stop(*args: Any, **kwargs: Any) -> None:
        settle(*args, **kwargs)
        services.stop_run(actor=actor, run_id=run.pk)

    with mock.patch.object(digitisation_work, "_settle", settle_and_stop):
        services.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, states(run)) == (RunState.STOPPED, ["done", "waiting"])


def test_a_worker_that_died_leaves_its_row_to_the_next(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    with (
        mock.patch.object(digitisation_work, "register_digitised", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        services.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, states(run)) == (RunState.RUNNING, ["waiting"])
    DigitisationRun.objects.update(beat_at="2020-01-01T00:00:00Z")
    services.look_after_runs()
    work_through(run)
    assert (run.state, states(run), IssuedPaper.objects.count()) == (RunState.DONE, ["done"], 1)
    assert StoredDocument.objects.filter(purpose="digitised_paper").count() == 1


def test_a_fault_stops_the_run_with_a_code_and_it_can_go_on(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    with mock.patch.object(digitisation_work, "register_digitised", side_effect=RuntimeError("An 068196004312")):
        services.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "fault")
    services.start_run(actor=actor, run_id=run.pk)
    assert work_through(run).state == RunState.DONE


def test_whoever_left_the_agency_digitises_no_more(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    OfficerPosting.objects.all().delete()
    services.work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code, IssuedPaper.objects.count()) == (RunState.FAILED, "rights_lost", 0)


def test_nothing_is_brought_while_it_runs_and_nothing_starts_without_rows(agency: Any) -> None:
    actor = digitiser(agency)
    empty = services.begin_run(actor=actor, agency_id=agency.pk)
    with pytest.raises(RunNotReady):
        services.start_run(actor=actor, run_id=empty.pk)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    with pytest.raises(RunAtWork):
        services.bring_index(actor=actor, run_id=run.pk, upload=index(row("2", "1.pdf")))
    with pytest.raises(RunAtWork):
        services.bring_files(actor=actor, run_id=run.pk, uploads=[scan("2")])


def test_another_agency_finds_no_run(agency: Any) -> None:
    run = services.begin_run(actor=digitiser(agency), agency_id=agency.pk)
    with pytest.raises(RunNotFound):
        services.run_of(actor=digitiser(AgencyFactory()), run_id=run.pk)


def test_each_file_is_judged_on_its_own(agency: Any) -> None:
    actor = digitiser(agency)
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    bad = archive({"../1.pdf": pdf_bytes("1")}, "xau.zip")
    refused = services.bring_files(actor=actor, run_id=run.pk, uploads=[scan("1"), bad])
    assert set(refused) == {"xau.zip"}
    assert list(run.files.values_list("name", flat=True)) == ["1.pdf"]


def test_an_old_run_forgets_names_and_archives_and_keeps_the_papers(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "x.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    forget_run(run)
    assert list(DigitisationRow.objects.values_list("state", "cells")) == [(RowState.DONE, {})]
    assert IssuedPaper.objects.count() == 1


@pytest.mark.parametrize("runs", [1, 3])
def test_the_list_of_runs_costs_two_queries(
    agency: Any, runs: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = digitiser(agency)
    for _run in range(runs):
        services.begin_run(actor=actor, agency_id=agency.pk)
    DigitisationRow.objects.create(run=DigitisationRun.objects.latest("created_at"), number=2)
    with django_assert_num_queries(2):
        found, after = selectors.runs_of([agency.pk])
    assert (len(found), after) == (runs, "")
    assert [one.row_count for one in found] == [1, *[0] * (runs - 1)]  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_a_task_delivered_twice_at_once_does_each_row_once() -> None:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận")
    agency = AgencyFactory()
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), row("2", "2.pdf"), files=pdfs("1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    at_once(*[lambda: services.work_on_run(run.pk)] * 3)
    assert (work_through(run).state, states(run), IssuedPaper.objects.count()) == (RunState.DONE, ["done", "done"], 2)


def test_an_archive_with_two_files_of_one_name_is_refused_with_both_names(agency: Any) -> None:
    actor = digitiser(agency)
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    twice = archive({"a/1.pdf": pdf_bytes("1"), "b/1.pdf": pdf_bytes("2"), "3.pdf": pdf_bytes("3")}, "hai.zip")
    refused = services.bring_files(actor=actor, run_id=run.pk, uploads=[twice])
    assert refused == {"hai.zip": "Trong tệp nén có các tệp trùng tên: a/1.pdf, b/1.pdf. Hãy đổi tên rồi nén lại."}
    assert run.files.count() == 0
    assert not document_storage().exists(StoredDocument.objects.get().storage_name)


def test_an_archive_with_a_name_too_long_to_keep_is_refused(agency: Any) -> None:
    actor = digitiser(agency)
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    deep = archive({f"{'thu-muc/' * 80}1.pdf": pdf_bytes("1")}, "sau.zip")
    refused = services.bring_files(actor=actor, run_id=run.pk, uploads=[deep])
    assert refused["sau.zip"].startswith("Trong tệp nén có tên tệp không dùng được: thu-muc/")
    assert run.files.count() == 0


def test_a_run_acts_for_whoever_started_it(agency: Any) -> None:
    opener, colleague = digitiser(agency), digitiser(agency)
    run = make_run(opener, agency, row("1", "1.pdf"), files=pdfs("1"))
    OfficerPosting.objects.filter(user_id=opener.user_id).delete()
    services.start_run(actor=colleague, run_id=run.pk)
    assert (work_through(run).state, states(run)) == (RunState.DONE, ["done"])
    assert Digitisation.objects.get().digitised_by_id == colleague.user_id


def test_a_forgotten_run_takes_and_starts_nothing(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    forget_run(run)
    refused_acts: list[Callable[[], object]] = [
        lambda: services.start_run(actor=actor, run_id=run.pk),
        lambda: services.bring_index(actor=actor, run_id=run.pk, upload=index(row("2", "1.pdf"))),
        lambda: services.bring_files(actor=actor, run_id=run.pk, uploads=[scan("2")]),
    ]
    for act in refused_acts:
        with pytest.raises(RunForgotten):
            act()


def test_a_run_that_was_started_meanwhile_is_not_forgotten(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    forget_run(run)
    assert (work_through(run).forgotten_at, states(run)) == (None, ["done"])


def test_forgetting_deletes_replaced_archives_and_loose_scans_and_keeps_files_of_papers(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.bring_files(actor=actor, run_id=run.pk, uploads=[archive(pdfs("1"), "lai.zip"), scan("thua")])
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    forget_run(run)
    left = [one.original_name for one in StoredDocument.objects.all() if document_storage().exists(one.storage_name)]
    assert left == ["1.pdf"]


def test_a_row_waits_for_the_scanner_and_is_repeated(agency: Any, settings: Settings) -> None:
    settings.CLAMD_HOST, settings.CLAMD_PORT = "127.0.0.1", free_port()
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert run.rows.get().errors == [["file", "Tệp này đang chờ quét mã độc. Hãy thử lại sau ít phút."]]
    StoredDocument.objects.filter(purpose="digitised_paper").update(scan_state=ScanState.CLEAN)
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert (states(run), IssuedPaper.objects.count()) == (["done"], 1)


def test_an_infected_file_becomes_no_paper(agency: Any) -> None:
    actor = digitiser(agency)
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    services.bring_files(actor=actor, run_id=run.pk, uploads=[scan("1")])
    services.bring_index(actor=actor, run_id=run.pk, upload=index(row("1", "1.pdf")))
    StoredDocument.objects.filter(purpose="digitised_paper").update(scan_state=ScanState.INFECTED)
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert run.rows.get().errors == [["file", "Tệp này có mã độc. Hãy quét lại giấy tờ."]]
    assert IssuedPaper.objects.count() == 0


@pytest.mark.parametrize("is_archive", [True, False])
def test_what_a_run_can_take_no_more_leaves_no_bytes(
    agency: Any, monkeypatch: pytest.MonkeyPatch, is_archive: bool
) -> None:
    monkeypatch.setattr(digitisation_runs, "MOST_FILES", 0)
    actor = digitiser(agency)
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    upload = archive(pdfs("1"), "1.zip") if is_archive else scan("1")
    refused = services.bring_files(actor=actor, run_id=run.pk, uploads=[upload])
    assert list(refused.values()) == ["Một đợt nhận nhiều nhất 0 tệp. Hãy mở đợt khác."]
    assert not document_storage().exists(StoredDocument.objects.get().storage_name)


def test_what_arrives_after_the_start_leaves_no_bytes(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    store = document_services.store_upload

    def store_slowly(**kwargs: Any) -> StoredDocument:
        stored = store(**kwargs)
        services.start_run(actor=actor, run_id=run.pk)
        return stored

    with mock.patch.object(document_services, "store_upload", store_slowly), pytest.raises(RunAtWork):
        services.bring_files(actor=actor, run_id=run.pk, uploads=[scan("2")])
    late = StoredDocument.objects.get(original_name="2.pdf")
    assert (document_storage().exists(late.storage_name), run.brought.count()) == (False, 1)


def test_a_file_taken_out_of_an_archive_is_deleted_when_a_better_one_came(agency: Any) -> None:
    actor = digitiser(agency)
    run = make_run(actor, agency, row("1", "1.pdf"), files=pdfs("1"))
    services.start_run(actor=actor, run_id=run.pk)
    refusal = InvalidInput(fields={"number": "Sai"})
    with mock.patch.object(digitisation_work, "register_digitised", side_effect=refusal):
        work_through(run)
    first = StoredDocument.objects.get(purpose="digitised_paper")
    services.bring_files(actor=actor, run_id=run.pk, uploads=[SimpleUploadedFile("1.pdf", pdf_bytes("Moi"))])
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    forget_run(run)
    assert (states(run), document_storage().exists(first.storage_name)) == (["done"], False)


def test_a_slice_loads_the_kinds_once(agency: Any) -> None:
    actor = digitiser(agency)
    rows = [row(str(number), f"{number}.pdf", kind="giay xac nhan") for number in range(3)]
    run = make_run(actor, agency, *rows, files=pdfs("0", "1", "2"))
    services.start_run(actor=actor, run_id=run.pk)
    with CaptureQueriesContext(connection) as asked:
        services.work_on_run(run.pk)
    assert states(run) == ["done"] * 3
    assert sum('FROM "vault_paperkind"' in one["sql"] for one in asked.captured_queries) == 1
