"""A bulk digitisation from its beginning to its end, as officers see it: index, files, start, stop, go on, errors."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted, PortalError
from portal.core.outbox import publish
from portal.core.text import fold, normalise
from portal.documents import services as document_services
from portal.vault import policies
from portal.vault.enums import RUNS_AT_WORK, RowState, RunState
from portal.vault.errors import RunAtWork, RunForgotten, RunNotFound, RunNotReady
from portal.vault.events import DigitisationAsked
from portal.vault.models import DigitisationFile, DigitisationRow, DigitisationRun, IssuedPaper
from portal.vault.services.digitisation_index import COLUMN_OF, LARGEST_INDEX_BYTES, IndexRow, read_index
from portal.vault.services.digitising import PURPOSE, agency_of, digitising_limits

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument

ARCHIVE_PURPOSE = "digitisation_archive"
MOST_FILES = 6_000
# A worker that gives no sign of life for so long is taken for dead.
SILENT_FOR = timedelta(minutes=3)
UNTAKEN_FOR = timedelta(seconds=30)
_INSERT_AT_ONCE = 500
_LONGEST_ENTRY, _LONGEST_SHOWN, _MOST_SHOWN = 600, 80, 10


def begin_run(*, actor: Actor, agency_id: int) -> DigitisationRun:
    """A new run of the officer's agency, still empty. Raises NotPermitted."""
    agency: Agency = agency_of(actor, agency_id)
    if actor.user_id is None:
        raise NotPermitted
    return DigitisationRun.objects.create(agency=agency, owner_id=actor.user_id)


def run_of(*, actor: Actor, run_id: UUID) -> DigitisationRun:
    """A run of an agency the officer digitises for: colleagues go on with it. Raises RunNotFound."""
    run = DigitisationRun.objects.select_related("agency", "owner").filter(pk=run_id).first()
    if run is None or not policies.may_digitise(actor, run.agency_id):
        raise RunNotFound
    return run


def bring_index(*, actor: Actor, run_id: UUID, upload: UploadedFile) -> int:
    """Read an index into the run; returns how many rows it has. Rows that are not done yet give way to it.

    What was digitised stays: a row that says it again finds it there and doubles nothing. Raises IndexUnusable,
    RunAtWork, RunNotFound, InvalidInput when the file is too large.
    """
    run_of(actor=actor, run_id=run_id)
    if (upload.size or 0) > LARGEST_INDEX_BYTES:
        raise InvalidInput(
            fields={"index": _("Bảng kê lớn hơn 10 MB. Hãy chỉ giữ một trang tính, bỏ ảnh, rồi gửi lại.")}
        )
    rows = read_index(upload)
    with transaction.atomic():
        run = _lock_standing(run_id)
        run.rows.filter(state__in=[RowState.WAITING, RowState.FAILED]).delete()
        _write_rows(run, rows)
        run.index_name, run.state, run.error_code = normalise(upload.name or "")[:200], RunState.COLLECTING, ""
        run.finished_at = None
        run.save(update_fields=["index_name", "state", "error_code", "finished_at"])
    return len(rows)


def _write_rows(run: DigitisationRun, rows: list[IndexRow]) -> None:
    DigitisationRow.objects.bulk_create(
        (DigitisationRow(run=run, number=row.number, cells=dict(row.cells)) for row in rows), batch_size=_INSERT_AT_ONCE
    )


def bring_files(*, actor: Actor, run_id: UUID, uploads: Iterable[UploadedFile]) -> dict[str, str]:
    """Add PDFs and ZIPs; returns sentences by the name of each file that was not taken ({}: all were).

    Each is judged on its own. One of the same name takes the place of the earlier one. Raises RunAtWork, RunForgotten,
    RunNotFound.
    """
    run = run_of(actor=actor, run_id=run_id)
    if run.is_at_work:
        raise RunAtWork
    if run.forgotten_at is not None:
        raise RunForgotten
    refused: dict[str, str] = {}
    for upload in uploads:
        try:
            _bring(actor, run_id, upload)
        except InvalidInput as refusal:
            refused[upload.name or ""] = str(next(iter(refusal.fields.values()), refusal.sentence))
    return refused


def _bring(actor: Actor, run_id: UUID, upload: UploadedFile) -> None:
    """Stored first, without a lock: hashing and looking through take their time."""
    if (upload.name or "").lower().endswith(".zip"):
        stored, entries = document_services.store_archive(
            actor=actor,
            upload=upload,
            max_bytes=settings.DIGITISATION_MAX_ARCHIVE_BYTES,
            largest_entry=digitising_limits().max_bytes,
            purpose=ARCHIVE_PURPOSE,
        )
        links = [
            DigitisationFile(name=entry.name, name_key=file_key(entry.name), archive=stored, entry=entry.raw)
            for entry in entries
        ]
    else:
        stored = document_services.store_upload(actor=actor, upload=upload, purpose=PURPOSE, limits=digitising_limits())
        links = [DigitisationFile(name=stored.original_name, name_key=file_key(stored.original_name), document=stored)]
    try:
        if stored.purpose == ARCHIVE_PURPOSE:
            _require_clear_names(links)
        _link(run_id, stored, links)
    except PortalError:
        # No run holds it, so nothing else would ever delete its bytes.
        _discard(stored.pk, stored.purpose)
        raise


@transaction.atomic
def _link(run_id: UUID, stored: "StoredDocument", links: list[DigitisationFile]) -> None:
    run = _lock_standing(run_id)
    run.brought.add(stored)
    unique = {link.name_key: link for link in links}
    run.files.filter(name_key__in=unique).delete()
    if run.files.count() + len(unique) > MOST_FILES:
        raise InvalidInput(_("Một đợt nhận nhiều nhất %(most)d tệp. Hãy mở đợt khác.") % {"most": MOST_FILES})
    for link in unique.values():
        link.run = run
    DigitisationFile.objects.bulk_create(unique.values(), batch_size=_INSERT_AT_ONCE)


def _discard(document_id: UUID, purpose: str) -> None:
    if purpose == ARCHIVE_PURPOSE:
        document_services.discard_generated(document_id)
    else:
        document_services.discard_unused_scan(document_id, purpose=PURPOSE)


def _require_clear_names(links: list[DigitisationFile]) -> None:
    """Rows name files without folders: of two of one name the wrong scan would come under somebody's paper."""
    by_key: dict[str, list[str]] = {}
    for link in links:
        by_key.setdefault(link.name_key, []).append(link.entry)
    clashing = [name for names in by_key.values() if len(names) > 1 for name in names]
    if clashing:
        raise InvalidInput(
            _("Trong tệp nén có các tệp trùng tên: %(names)s. Hãy đổi tên rồi nén lại.") % {"names": _some(clashing)}
        )
    too_long = [link.entry for link in links if len(link.entry) > _LONGEST_ENTRY or not link.name_key]
    if too_long:
        raise InvalidInput(
            _("Trong tệp nén có tên tệp không dùng được: %(names)s. Hãy đổi tên rồi nén lại.")
            % {"names": _some(too_long)}
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(
        name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…" for name in names[:_MOST_SHOWN]
    )
    return f"{shown}, …" if len(names) > _MOST_SHOWN else shown


def file_key(name: str) -> str:
    """How a row names a file: without folders, case, tones and the ending ".pdf"."""
    last = fold(name.replace("\\", "/").rsplit("/", 1)[-1])
    return last.removesuffix(".pdf").strip()[:200]


@transaction.atomic
def start_run(*, actor: Actor, run_id: UUID) -> DigitisationRun:
    """Begin, or go on after a stop or a failure: rows that are not done are worked on; with nothing left but failed rows
    these are tried again. Pressed twice it is started once. Raises RunNotFound, RunNotReady."""
    run_of(actor=actor, run_id=run_id)
    run = DigitisationRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.is_at_work:
        return run
    if run.forgotten_at is not None:
        raise RunForgotten
    if not run.rows.filter(state=RowState.WAITING).exists():
        again = run.rows.filter(state=RowState.FAILED).exclude(cells={})
        if not again.update(state=RowState.WAITING, errors=[]):
            raise RunNotReady
    run.state, run.beat_at, run.error_code, run.finished_at = RunState.QUEUED, clock.now(), "", None
    run.started_by_id = actor.user_id
    run.save(update_fields=["state", "beat_at", "error_code", "finished_at", "started_by"])
    publish(DigitisationAsked(run_id=str(run.pk)))
    return run


def stop_run(*, actor: Actor, run_id: UUID) -> bool:
    """Stand still after the row in hand; False when it was not at work. Raises RunNotFound."""
    run = run_of(actor=actor, run_id=run_id)
    return bool(
        DigitisationRun.objects.filter(pk=run.pk, state__in=RUNS_AT_WORK).update(
            state=RunState.STOPPED, finished_at=clock.now()
        )
    )


def counts_of(run: DigitisationRun) -> dict[RowState, int]:
    """How many rows are in which state; one query over an index."""
    found = dict(run.rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state.value, 0) for state in RowState}


def failed_rows(run: DigitisationRun) -> Iterable[DigitisationRow]:
    return run.rows.filter(state=RowState.FAILED).order_by("number", "pk")


def shown_errors(run: DigitisationRun, *, most: int) -> list[tuple[DigitisationRow, list[tuple[str, str]]]]:
    """The first failed rows, each with (title of the column, sentence)."""
    return [
        (row, [(str(COLUMN_OF[key].title) if key in COLUMN_OF else "", text) for key, text in row.errors])
        for row in run.rows.filter(state=RowState.FAILED).order_by("number", "pk")[:most]
    ]


def max_archive_bytes() -> int:
    return int(settings.DIGITISATION_MAX_ARCHIVE_BYTES)


def _lock_standing(run_id: UUID) -> DigitisationRun:
    run = DigitisationRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise RunNotFound
    if run.is_at_work:
        raise RunAtWork
    if run.forgotten_at is not None:
        raise RunForgotten
    return run


def look_after_runs(*, limit: int = 20) -> None:
    """Sweep: nudge what no worker took, take from a dead worker, forget cells and archives of old runs. Safe twice."""
    now = clock.now()
    with transaction.atomic():
        silent = DigitisationRun.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state__in=RUNS_AT_WORK, beat_at__lt=now - UNTAKEN_FOR
        )
        for run in silent.order_by("beat_at")[:limit]:
            if run.state == RunState.RUNNING and run.beat_at is not None and run.beat_at >= now - SILENT_FOR:
                continue
            run.state, run.beat_at = RunState.QUEUED, now
            run.save(update_fields=["state", "beat_at"])
            publish(DigitisationAsked(run_id=str(run.pk)))
    old = DigitisationRun.objects.filter(
        forgotten_at__isnull=True, created_at__lt=now - timedelta(days=settings.DIGITISATION_KEEP_DAYS)
    ).exclude(state__in=RUNS_AT_WORK)
    for run in old.order_by("created_at")[:limit]:
        forget_run(run)


def forget_run(run: DigitisationRun) -> None:
    """Drop what a run kept beside its papers: names in cells, archives, scans that became no paper.

    The run is locked and looked at again: one that somebody started meanwhile is left alone. The bytes go first, so a crash
    leaves work for later.
    """
    with transaction.atomic():
        locked = DigitisationRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.is_at_work or locked.forgotten_at is not None:
            return
        linked = locked.files.order_by()
        archives = {*linked.exclude(archive=None).values_list("archive_id", flat=True)}
        scans = {*linked.exclude(document=None).values_list("document_id", flat=True)}
        for document_id, purpose in locked.brought.values_list("pk", "purpose"):
            (archives if purpose == ARCHIVE_PURPOSE else scans).add(document_id)
        used = IssuedPaper.objects.filter(document_id__in=scans).values_list("document_id", flat=True)
        in_others = DigitisationFile.objects.filter(document_id__in=scans).exclude(run=locked)
        for document_id in sorted(archives):
            document_services.discard_generated(document_id)
        for document_id in sorted(scans - {*used} - {*in_others.values_list("document_id", flat=True)}):
            document_services.discard_unused_scan(document_id, purpose=PURPOSE)
        locked.rows.filter(state__in=[RowState.WAITING, RowState.FAILED]).delete()
        locked.rows.update(cells={})
        locked.forgotten_at = clock.now()
        locked.save(update_fields=["forgotten_at"])
