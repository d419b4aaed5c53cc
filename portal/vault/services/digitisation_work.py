"""The worker's part of a bulk digitisation: row by row, each in a transaction of its own, a slice a task.

A slice and not the whole run, so that one agency's 2,000 papers do not keep a worker from everybody else; what is done is
done once, however often a task is delivered and wherever a worker is killed.
"""

import logging
import traceback
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, PortalError
from portal.core.outbox import publish
from portal.documents import services as document_services
from portal.documents.errors import DocumentRefused
from portal.vault import policies, selectors
from portal.vault.enums import RowState, RunState
from portal.vault.errors import PaperDigitisedAlready
from portal.vault.events import DigitisationAsked
from portal.vault.models import DigitisationFile, DigitisationRow, DigitisationRun
from portal.vault.services.digitisation_entries import Entry, Kinds, read_entry
from portal.vault.services.digitisation_runs import file_key
from portal.vault.services.digitising import (
    PURPOSE,
    digitising_limits,
    register_digitised,
    require_new,
    require_of_others,
    sha256_of,
)
from portal.vault.services.scanned_files import look_through

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument

logger = logging.getLogger(__name__)

SLICE = 100
_ROWS_BETWEEN_BEATS = 10


def work_on_run(run_id: UUID) -> None:
    """One slice of a waiting run; then it waits again, or is done. Quietly nothing when it waits no longer."""
    taken = DigitisationRun.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, attempt=F("attempt") + 1, beat_at=clock.now()
    )
    if not taken:
        return
    run = DigitisationRun.objects.select_related("agency", "owner", "started_by").get(pk=run_id)
    actor = actor_for(run.started_by or run.owner)
    if not policies.may_digitise(actor, run.agency_id):
        _own(run).update(state=RunState.FAILED, error_code="rights_lost", finished_at=clock.now())
        return
    try:
        with translation.override("vi"):
            is_whole = _Slice(run, actor).work()
    except Exception as error:  # noqa: BLE001 - whatever it was, the officer must be told that it stands still
        # Where and what kind, never the message: it may repeat what people typed.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("digitisation %s failed: %s at %s:%s", run_id, type(error).__name__, place.name, place.lineno)
        code = error.code if isinstance(error, PortalError) else "fault"
        _own(run).update(state=RunState.FAILED, error_code=code, finished_at=clock.now())
        return
    if is_whole:
        _pass_on(run)


def _own(run: DigitisationRun) -> QuerySet[DigitisationRun]:
    return DigitisationRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=run.attempt)


def _pass_on(run: DigitisationRun) -> None:
    """Done, or the next slice asks for a worker: together with the change, so that it is never forgotten."""
    with transaction.atomic():
        if not DigitisationRow.objects.filter(run=run, state=RowState.WAITING).exists():
            _own(run).update(state=RunState.DONE, finished_at=clock.now())
        elif _own(run).update(state=RunState.QUEUED, beat_at=clock.now()):
            publish(DigitisationAsked(run_id=str(run.pk)))


class _Slice:
    """The next rows of a run with its open archives."""

    def __init__(self, run: DigitisationRun, actor: Actor) -> None:
        self.run, self.actor = run, actor
        self._own_numbers, self._kinds = selectors.numbers_of(actor), Kinds()
        self._archives: dict[UUID, document_services.OpenArchive] = {}

    def work(self) -> bool:
        """False when the run was stopped or taken away meanwhile."""
        rows = list(
            DigitisationRow.objects.filter(run=self.run, state=RowState.WAITING)
            .order_by("pk")
            .values_list("pk", flat=True)[:SLICE]
        )
        with ExitStack() as self._open:
            for place, row_id in enumerate(rows):
                if place % _ROWS_BETWEEN_BEATS == 0 and not _own(self.run).update(beat_at=clock.now()):
                    return False
                self._row(row_id)
        return True

    def _row(self, row_id: int) -> None:
        row = DigitisationRow.objects.get(pk=row_id)
        try:
            entry, file = self._read(row)
            require_of_others(entry, self._own_numbers)
            self._register(row, entry, file)
        except PaperDigitisedAlready as known:
            if known.is_same:
                _settle(row, RowState.ALREADY, paper_id=known.paper_id)
            else:
                _settle(row, RowState.FAILED, errors=[["number", str(known.sentence)]])
        except DocumentRefused as refusal:
            _settle(row, RowState.FAILED, errors=[["file", str(refusal.sentence)]])
        except InvalidInput as problem:
            faults = [[key, str(sentence)] for key, sentence in problem.fields.items()]
            _settle(row, RowState.FAILED, errors=faults or [["", str(problem.sentence)]])

    def _read(self, row: DigitisationRow) -> tuple[Entry, DigitisationFile]:
        faults: dict[str, object] = {}
        entry = None
        try:
            entry = read_entry({key: text for key, text in row.cells.items() if key != "file"}, self._kinds)
        except InvalidInput as problem:
            faults = dict(problem.fields)
        named = row.cells.get("file", "")
        file = (
            DigitisationFile.objects.select_related("document", "archive")
            .filter(run=self.run, name_key=file_key(named))
            .first()
        )
        if not named:
            faults["file"] = _("Hãy ghi tên tệp PDF.")
        elif file is None:
            faults["file"] = _("Trong các tệp đã gửi không có tệp này.")
        if faults or entry is None or file is None:
            raise InvalidInput(fields=faults)  # type: ignore[arg-type]
        return entry, file

    def _register(self, row: DigitisationRow, entry: Entry, file: DigitisationFile) -> None:
        document = self._document(entry, file)
        look_through(document.pk)
        with transaction.atomic():
            mine = DigitisationRow.objects.select_for_update().filter(pk=row.pk, state=RowState.WAITING).first()
            if mine is None:
                return
            paper = register_digitised(
                actor=self.actor,
                agency=self.run.agency,
                entry=entry,
                document_id=document.pk,
                sha256=document.sha256,
                run=self.run,
            )
            _settle(mine, RowState.DONE, paper_id=paper.pk)

    def _document(self, entry: Entry, file: DigitisationFile) -> "StoredDocument":
        """The stored file, taken out of its archive on first use. Asked first whether the paper is there: nothing is
        stored in vain."""
        if file.document is not None:
            require_new(self.run.agency, entry, file.document.sha256)
            return file.document
        assert file.archive is not None
        limits = digitising_limits()
        with self._archive(file.archive).entry(file.entry, largest=limits.max_bytes) as stream:
            require_new(self.run.agency, entry, sha256_of(stream))
            document = document_services.store_upload(
                actor=self.actor,
                upload=File(stream, name=file.name),
                purpose=PURPOSE,
                limits=limits,
            )
        # Held by the run for good, also when a better file of its name takes its place.
        self.run.brought.add(document)
        DigitisationFile.objects.filter(pk=file.pk).update(document=document)
        return document

    def _archive(self, document: "StoredDocument") -> document_services.OpenArchive:
        if document.pk not in self._archives:
            self._archives[document.pk] = self._open.enter_context(document_services.open_archive(document))
        return self._archives[document.pk]


def _settle(
    row: DigitisationRow, state: RowState, *, paper_id: int | None = None, errors: list[list[str]] | None = None
) -> None:
    """What became of a row, unless another worker settled it."""
    DigitisationRow.objects.filter(pk=row.pk, state=RowState.WAITING).update(
        state=state, paper_id=paper_id, errors=errors or []
    )
