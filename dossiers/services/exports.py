"""A worklist as a spreadsheet: asked for, written in the background, watched, cancelled, fetched, deleted after some days.

The row is the queue: the outbox only nudges a worker, the sweep is the guarantee. What the owner may see is asked when the
file is written and again when it is fetched.
"""

import logging
import tempfile
import traceback
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.enums import EXPORTS_AT_WORK, ExportState
from dossiers.errors import ExportAtWork, ExportFileGone, ExportNotFound, ExportRightsLost
from dossiers.events import ExportRequested
from dossiers.models import Dossier, ExportDownload, ExportJob
from dossiers.selectors import Criteria, in_order, rows_of
from dossiers.services.export_columns import USUAL, Column, columns_of
from dossiers.services.export_sheet import XLSX, Sheet
from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted, PortalError
from portal.core.outbox import publish
from portal.documents import services as document_services

logger = logging.getLogger(__name__)

BATCH = 500
# A worker that gives no sign of life for so long is taken for dead; a batch takes a fraction of it.
SILENT_FOR = timedelta(minutes=2)
# A nudge that was lost: the sweep gives another.
UNTAKEN_FOR = timedelta(seconds=30)
MOST_ATTEMPTS = 3
WORKER_LOST = "worker_lost"
_NOT_EXPORTED = ("answers", "raw_invalid", "due_trace", "revision__form_definition", "revision__requirements")


class _TakenAway(Exception):
    """Cancelled, or given to another worker: this one stops without a word."""


def request_export(*, actor: Actor, criteria: Criteria, search: str = "", columns: Sequence[str] = USUAL) -> ExportJob:
    """Ask for the file. Raises InvalidInput without a column, ExportAtWork while another one is being made."""
    if not actor.is_officer or actor.user_id is None:
        raise NotPermitted
    chosen = [column.key for column in columns_of(list(columns))]
    if not chosen:
        raise InvalidInput(fields={"columns": _("Hãy chọn ít nhất một cột.")})
    with transaction.atomic():
        # Two presses of the button wait for each other.
        User.objects.select_for_update(of=("self",), no_key=True).filter(pk=actor.user_id).first()
        if ExportJob.objects.filter(owner_id=actor.user_id, state__in=EXPORTS_AT_WORK).exists():
            raise ExportAtWork
        job = ExportJob.objects.create(
            owner_id=actor.user_id, criteria=criteria.written(), search=search[:120], columns=chosen
        )
        publish(ExportRequested(job_id=str(job.pk)))
    return job


def export_of(*, actor: Actor, job_id: UUID) -> ExportJob:
    """The officer's own export. Raises ExportNotFound."""
    job = ExportJob.objects.filter(pk=job_id, owner_id=actor.user_id).first()
    if job is None or actor.user_id is None:
        raise ExportNotFound
    return job


def cancel_export(*, actor: Actor, job_id: UUID) -> bool:
    """Stop it; the worker notices at its next batch. False when it had ended already. Raises ExportNotFound."""
    job = export_of(actor=actor, job_id=job_id)
    at_work = ExportJob.objects.filter(pk=job.pk, state__in=EXPORTS_AT_WORK)
    return bool(at_work.update(state=ExportState.CANCELLED, finished_at=clock.now(), search=""))


@transaction.atomic
def fetch_export(*, actor: Actor, job_id: UUID) -> ExportJob:
    """The finished export with its document, and a line that it was taken.

    Raises ExportNotFound, ExportFileGone (not finished, or deleted after its days), ExportRightsLost.
    """
    job = export_of(actor=actor, job_id=job_id)
    now = clock.now()
    if job.state != ExportState.DONE or job.expires_at is None or job.expires_at <= now or actor.user_id is None:
        raise ExportFileGone
    if not actor.is_officer or not set(job.agency_ids) <= actor.agencies_as():
        raise ExportRightsLost
    ExportDownload.objects.create(job=job, user_id=actor.user_id, at=now)
    return job


def write_export(job_id: UUID) -> None:
    """The worker's part. Quietly nothing when it is not waiting (any more): a task delivered twice writes one file."""
    now = clock.now()
    taken = ExportJob.objects.filter(pk=job_id, state=ExportState.QUEUED).update(
        state=ExportState.RUNNING, attempt=F("attempt") + 1, beat_at=now, done_rows=0, total_rows=None
    )
    if not taken:
        return
    job = ExportJob.objects.select_related("owner").get(pk=job_id)
    try:
        with translation.override("vi"):
            _write(job)
    except _TakenAway:
        return
    except PortalError as problem:
        _fail(job, problem.code)
    except Exception as error:  # noqa: BLE001 - whatever it was, the officer must be told that there will be no file
        # Where and what kind, never the message: it may repeat what people typed.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("export %s failed: %s at %s:%s", job_id, type(error).__name__, place.name, place.lineno)
        _fail(job, "fault")


def _write(job: ExportJob) -> None:
    criteria = Criteria.read(job.criteria)
    rows = rows_of(_officer_now(job), criteria, search=job.search)
    # The keys as the list stood at this moment: its order, without a row twice or a row lost while others work on it.
    most = settings.EXPORT_MAX_ROWS
    keys = list(in_order(rows, criteria.sort).values_list("pk", flat=True)[: most + 1])
    is_cut, keys = len(keys) > most, keys[:most]
    _beat(job, total_rows=len(keys), is_cut=is_cut)
    columns = columns_of(job.columns)
    heads, widths = [str(column.label) for column in columns], [column.width for column in columns]
    agencies: set[int] = set()
    with Sheet(_("Danh sách hồ sơ"), heads, widths) as sheet:
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            agencies |= _add(sheet, columns, _officer_now(job), batch)
            _beat(job, done_rows=start + len(batch))
        _finish(job, sheet, sorted(agencies))


def _add(sheet: Sheet, columns: list[Column], actor: Actor, keys: list[int]) -> set[int]:
    """Write these rows as far as the owner may see them now; the agencies through which they may."""
    rows = (
        Dossier.objects.visible_to(actor)
        .filter(pk__in=keys)
        .select_related("revision__procedure__policy_area", "assignee", "responsible_agency")
        .defer(*_NOT_EXPORTED)
        .in_bulk()
    )
    through: set[int] = set()
    mine = actor.agencies_as()
    for key in keys:
        dossier = rows.get(key)
        if dossier is None:
            continue
        sheet.add([column.value(dossier) for column in columns])
        through |= mine & {dossier.responsible_agency_id, dossier.receiving_agency_id, dossier.resolving_agency_id}
    return through


def _officer_now(job: ExportJob) -> Actor:
    """The owner with the postings of this moment. Raises ExportRightsLost."""
    actor = actor_for(job.owner)
    if not actor.is_officer:
        raise ExportRightsLost
    return actor


def _beat(job: ExportJob, **values: object) -> None:
    """A sign of life with how far it is; raises _TakenAway when the job is this worker's no longer."""
    if not _own(job).update(beat_at=clock.now(), **values):
        raise _TakenAway


def _own(job: ExportJob) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, attempt=job.attempt)


def _finish(job: ExportJob, sheet: Sheet, agencies: list[int]) -> None:
    now = clock.now()
    with tempfile.TemporaryFile() as file:
        sheet.save(file)
        size = file.tell()
        document = document_services.store_generated_file(
            actor=actor_for(job.owner),
            content=file,
            size=size,
            file_name=f"danh-sach-ho-so-{clock.local(now):%Y%m%d-%H%M}.xlsx",
            media_type=XLSX,
            purpose="worklist_export",
        )
    is_mine = _own(job).update(
        state=ExportState.DONE,
        search="",
        document=document,
        agency_ids=agencies,
        done_rows=F("total_rows"),
        finished_at=now,
        expires_at=now + timedelta(days=settings.EXPORT_KEEP_DAYS),
    )
    if not is_mine:
        document_services.discard_generated(document.pk)


def _fail(job: ExportJob, code: str) -> None:
    _own(job).update(state=ExportState.FAILED, error_code=code, finished_at=clock.now(), search="")


def look_after_exports(*, limit: int = 50) -> None:
    """Sweep: nudge what no worker took, take from a dead worker, delete files after their days. Safe to run twice."""
    now = clock.now()
    with transaction.atomic():
        for job in _locked(ExportState.QUEUED, limit):
            if (job.beat_at or job.created_at) < now - UNTAKEN_FOR:
                job.beat_at = now
                job.save(update_fields=["beat_at"])
                publish(ExportRequested(job_id=str(job.pk)))
        for job in _locked(ExportState.RUNNING, limit):
            if job.beat_at is None or job.beat_at < now - SILENT_FOR:
                _take_from_the_dead(job)
    for job in ExportJob.objects.filter(state=ExportState.DONE, expires_at__lte=now)[:limit]:
        _expire(job)


def _locked(state: ExportState, limit: int) -> list[ExportJob]:
    waiting = ExportJob.objects.select_for_update(skip_locked=True).filter(state=state)
    return list(waiting.order_by("created_at")[:limit])


def _take_from_the_dead(job: ExportJob) -> None:
    if job.attempt >= MOST_ATTEMPTS:
        job.state, job.error_code, job.finished_at, job.search = ExportState.FAILED, WORKER_LOST, clock.now(), ""
        job.save(update_fields=["state", "error_code", "finished_at", "search"])
        return
    job.state, job.beat_at, job.done_rows = ExportState.QUEUED, clock.now(), 0
    job.save(update_fields=["state", "beat_at", "done_rows"])
    publish(ExportRequested(job_id=str(job.pk)))


def _expire(job: ExportJob) -> None:
    # The bytes first: a crash in between leaves a row that the next sweep takes again, never a file nobody deletes.
    if job.document_id is not None:
        document_services.discard_generated(job.document_id)
    ExportJob.objects.filter(pk=job.pk, state=ExportState.DONE).update(state=ExportState.EXPIRED)
