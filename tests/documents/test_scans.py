"""The life of a scan: asked for with the file, claimed once, repeated after failures, visible when it is stuck."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import Settings

from portal.core import clock, outbox
from portal.core.actors import ANONYMOUS, Actor, ActorKind
from portal.core.errors import NotPermitted
from portal.core.models import OutboxEvent
from portal.documents import errors, scans, services
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument, VirusScan
from portal.documents.storage import document_storage
from tests.documents import sample_files as sample
from tests.documents.clamd_server import FakeClamd, fake_clamd, free_port

ADMINISTRATOR = Actor(kind=ActorKind.ADMINISTRATOR, user_id=1)


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        settings.CLAMD_HOST, settings.CLAMD_PORT, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1", server.port, 5
        yield server


class Clock:
    """Time that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self._now)

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.fixture
def time_(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def store() -> StoredDocument:
    return services.store_upload(
        actor=ANONYMOUS, upload=SimpleUploadedFile("don.pdf", sample.pdf()), purpose="component"
    )


def state_of(document: StoredDocument) -> str:
    return StoredDocument.objects.values_list("scan_state", flat=True).get(pk=document.pk)


def infect(clamd: FakeClamd) -> None:
    clamd.answer = lambda content: b"stream: MotCua.Thu FOUND\0"


@pytest.mark.django_db
def test_without_a_scanner_an_upload_is_honestly_unscanned(settings: Settings) -> None:
    settings.CLAMD_HOST = ""

    document = store()

    assert state_of(document) == "not_scanned"
    assert VirusScan.objects.count() == 0
    assert OutboxEvent.objects.count() == 0
    assert services.scan_due() == 0


@pytest.mark.django_db
def test_an_upload_asks_for_a_scan_in_its_own_transaction(clamd: FakeClamd) -> None:
    document = store()

    assert state_of(document) == "pending"
    scan = VirusScan.objects.get()
    assert (scan.document_id, scan.attempts, scan.finished_at) == (document.pk, 0, None)
    event = OutboxEvent.objects.get()
    assert (event.name, event.payload) == ("documents.scan_requested", {"document_id": str(document.pk)})
    assert clamd.received == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "state", "threat"),
    [(b"stream: OK\0", "clean", ""), (b"stream: MotCua.Thu FOUND\0", "infected", "MotCua.Thu")],
)
def test_the_answer_is_kept(clamd: FakeClamd, answer: bytes, state: str, threat: str) -> None:
    clamd.answer = lambda content: answer
    document = store()

    assert services.scan_document(document.pk) == state

    scan = VirusScan.objects.get()
    assert (state_of(document), scan.threat, scan.attempts, scan.next_attempt_at) == (state, threat, 1, None)
    assert scan.finished_at is not None
    assert clamd.received == [sample.pdf()]
    # Asked again, nothing happens.
    assert services.scan_document(document.pk) is None
    assert len(clamd.received) == 1


@pytest.mark.django_db
def test_while_the_scanner_is_down_files_wait_and_nothing_is_clean(settings: Settings, time_: Clock) -> None:
    settings.CLAMD_HOST, settings.CLAMD_PORT = "127.0.0.1", free_port()
    document = store()

    for attempt, wait in enumerate([10, 30, 60, 300, 600, 600, 600, 600], start=1):
        assert services.scan_due() == 1
        scan = VirusScan.objects.get()
        assert (state_of(document), scan.attempts, scan.last_error) == ("pending", attempt, "scanner_unavailable")
        assert scan.next_attempt_at == clock.now() + timedelta(seconds=wait)
        # Not due yet.
        assert services.scan_due() == 0
        time_.move(wait)

    with fake_clamd() as server:
        settings.CLAMD_PORT = server.port
        assert services.scan_due() == 1
    assert state_of(document) == "clean"


@pytest.mark.django_db
def test_a_file_that_fails_on_a_living_scanner_is_given_up_and_shown(clamd: FakeClamd, time_: Clock) -> None:
    clamd.answer = lambda content: b"stream: Can't open file ERROR\0"
    document = store()

    for _attempt in range(scans.MAX_ATTEMPTS):
        services.scan_due()
        time_.move(3600)

    scan = VirusScan.objects.get()
    assert (state_of(document), scan.attempts, scan.last_error) == ("failed", 6, "scanner_unavailable")
    assert scan.finished_at is not None
    assert services.scan_due() == 0


@pytest.mark.django_db
def test_a_file_the_scanner_will_not_judge_is_given_up_at_once(clamd: FakeClamd) -> None:
    clamd.answer = lambda content: b"INSTREAM size limit exceeded. ERROR\0"
    document = store()

    assert services.scan_document(document.pk) == "failed"
    assert VirusScan.objects.get().last_error == "scan_impossible"


@pytest.mark.django_db
def test_a_worker_that_died_in_the_middle_leaves_a_lease_that_runs_out(
    clamd: FakeClamd, time_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = store()

    class Killed(BaseException):
        pass

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(scans, "_ask", die)
        with pytest.raises(Killed):
            services.scan_document(document.pk)
    assert state_of(document) == "scanning"
    assert services.scan_due() == 0
    time_.move(5 + 60 - 1)
    assert services.scan_due() == 0
    time_.move(2)
    assert services.scan_due() == 1
    assert state_of(document) == "clean"
    assert VirusScan.objects.get().attempts == 2


@pytest.mark.django_db
def test_a_late_answer_does_not_undo_what_a_later_claim_found(
    clamd: FakeClamd, time_: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = store()
    real = scans._ask

    def slow(asked: StoredDocument) -> scans.scanning.ScanAnswer:
        monkeypatch.setattr(scans, "_ask", real)
        time_.move(3600)
        infect(clamd)
        assert services.scan_document(document.pk) == "infected"
        return scans.scanning.ScanAnswer()

    monkeypatch.setattr(scans, "_ask", slow)
    services.scan_document(document.pk)

    assert state_of(document) == "infected"
    assert VirusScan.objects.get().threat == "MotCua.Thu"


@pytest.mark.django_db
def test_a_file_the_store_does_not_give_is_tried_again(clamd: FakeClamd) -> None:
    document = store()
    document_storage().delete(document.storage_name)

    assert services.scan_document(document.pk) == "pending"
    assert VirusScan.objects.get().last_error == "document_unavailable"


@pytest.mark.django_db
def test_a_scanner_that_comes_later_gets_the_files_of_before(settings: Settings) -> None:
    settings.CLAMD_HOST = ""
    before = store()
    ours = services.store_generated(
        actor=ANONYMOUS, content=b"x", file_name="a.pdf", media_type="application/pdf", purpose="slip"
    )
    with fake_clamd() as server:
        settings.CLAMD_HOST, settings.CLAMD_PORT = "127.0.0.1", server.port
        assert services.scan_due() == 1

    assert (state_of(before), state_of(ours)) == ("clean", "not_required")


@pytest.mark.django_db
def test_an_administrator_asks_again_and_others_may_not(clamd: FakeClamd) -> None:
    clamd.answer = lambda content: b"INSTREAM size limit exceeded. ERROR\0"
    document = store()
    services.scan_document(document.pk)
    with pytest.raises(NotPermitted):
        services.scan_again(actor=ANONYMOUS, document_ids=[document.pk])
    assert state_of(document) == "failed"

    assert services.scan_again(actor=ADMINISTRATOR, document_ids=[document.pk]) == 1
    assert state_of(document) == "pending"
    infect(clamd)
    assert services.scan_due() == 1
    assert state_of(document) == "infected"
    # What was found once stays found.
    assert services.scan_again(actor=ADMINISTRATOR, document_ids=[document.pk]) == 0
    assert state_of(document) == "infected"


@pytest.mark.django_db
def test_nobody_gets_an_infected_file(clamd: FakeClamd) -> None:
    infect(clamd)
    document = store()
    services.scan_document(document.pk)
    document.refresh_from_db()

    with pytest.raises(errors.DocumentInfected):
        services.document_response(document, as_attachment=True)
    with pytest.raises(errors.DocumentInfected):
        services.require_openable_by_officer(document)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "with_scanner", "without_scanner"),
    [
        (ScanState.NOT_REQUIRED, True, True),
        (ScanState.CLEAN, True, True),
        (ScanState.NOT_SCANNED, False, True),
        (ScanState.PENDING, False, True),
        (ScanState.SCANNING, False, True),
        (ScanState.FAILED, False, True),
        (ScanState.INFECTED, False, False),
    ],
)
def test_what_an_officer_may_open(
    settings: Settings, state: ScanState, with_scanner: bool, without_scanner: bool
) -> None:
    document = StoredDocument(scan_state=state)

    settings.CLAMD_HOST = "clamav"
    assert services.may_be_opened_by_officer(document) is with_scanner
    settings.CLAMD_HOST = ""
    assert services.may_be_opened_by_officer(document) is without_scanner


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_scan_a_file_once(clamd: FakeClamd) -> None:
    document = store()
    gate, results = threading.Barrier(2), []

    def work() -> None:
        gate.wait(10)
        results.append(services.scan_document(document.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(results, key=str) == [None, "clean"]
    assert len(clamd.received) == 1
    assert VirusScan.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_the_outbox_hands_the_scan_to_a_worker(clamd: FakeClamd, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(
        "portal.documents.event_handlers.current_app.send_task", lambda name, args, **more: sent.append((name, args))
    )
    document = store()

    outbox.relay_due()

    assert sent == [("portal.documents.tasks.scan_document", [str(document.pk)])]
