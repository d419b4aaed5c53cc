"""The life of a virus scan: asked for with the file, claimed under a lease, repeated until there is an answer.

The rows are the queue: the outbox only nudges a worker, the sweep is the guarantee. A worker that dies or a scanner that
hangs leaves a lease that runs out, and the scan is due again (PITFALLS 13).
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted, PortalError
from portal.core.outbox import publish
from portal.documents import scanning
from portal.documents.enums import SCANNED_OR_OURS, ScanState
from portal.documents.errors import DocumentInfected, DocumentNotScanned, DocumentUnavailable, ScanImpossible
from portal.documents.events import ScanRequested
from portal.documents.models import StoredDocument, VirusScan
from portal.documents.storage import blocks, document_storage

logger = logging.getLogger(__name__)

# How long after each failed try the next one comes; the last one repeats.
_BACKOFF_SECONDS = (10, 30, 60, 300, 600)
# After so many tries the file itself is to blame, if the scanner is alive otherwise.
MAX_ATTEMPTS = 6
# Beyond the longest scan: room for reading the file from a slow store.
_LEASE_MARGIN_SECONDS = 60


def first_state_of_an_upload() -> ScanState:
    """What a new upload is: waiting where there is a scanner, honestly unscanned where there is none."""
    return ScanState.PENDING if scanning.is_scanner_configured() else ScanState.NOT_SCANNED


def ask_for_scan(document: StoredDocument) -> None:
    """Put a PENDING document into the queue; in the transaction that stored it."""
    VirusScan.objects.create(document=document, next_attempt_at=clock.now())
    publish(ScanRequested(document_id=str(document.pk)))


def scan_document(document_id: UUID) -> ScanState | None:
    """Scan it now if its scan is due and nobody else holds it; the state it is in afterwards, None when not due."""
    claim = _claim(document_id)
    if claim is None:
        return None
    try:
        answer = _ask(claim.document)
    except ScanImpossible as error:
        return _give_up(claim, error.code)
    except PortalError as error:
        return _try_again_or_give_up(claim, error.code)
    state = ScanState.CLEAN if answer.is_clean else ScanState.INFECTED
    if state is ScanState.INFECTED:
        logger.error("document %s is infected", document_id)
    return _finish(claim, state, threat=answer.threat)


def scan_due(limit: int = 20) -> int:
    """The sweep: queue what was stored while no scanner was configured, then scan what is due. Returns how many it did."""
    if not scanning.is_scanner_configured():
        return 0
    _queue_unscanned(limit)
    due = list(
        VirusScan.objects.filter(next_attempt_at__lte=clock.now())
        .order_by("next_attempt_at")
        .values_list("document_id", flat=True)[:limit]
    )
    return sum(scan_document(document_id) is not None for document_id in due)


def call_off_scan(document_id: UUID) -> None:
    """Its bytes are deleted: nothing is left to be looked through. What was found already stays."""
    VirusScan.objects.filter(document_id=document_id, finished_at__isnull=True).delete()


def scan_again(*, actor: Actor, document_ids: list[UUID]) -> int:
    """An administrator asks anew, whatever was found before; returns how many were queued.

    Not the infected ones: what was found once stays found. Raises NotPermitted for anybody else.
    """
    if actor.kind is not ActorKind.ADMINISTRATOR:
        raise NotPermitted
    queued = 0
    for document_id in document_ids:
        with transaction.atomic():
            document = StoredDocument.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
            if document is None or document.scan_state in {ScanState.INFECTED, ScanState.NOT_REQUIRED}:
                continue
            _queue(document)
            queued += 1
    return queued


def require_openable(document: StoredDocument) -> None:
    """Nobody opens what is infected. Raises DocumentInfected."""
    if document.scan_state == ScanState.INFECTED:
        raise DocumentInfected


def require_openable_by_officer(document: StoredDocument) -> None:
    """An officer opens only what was found clean, where a scanner is configured (ARCHITECTURE 7).

    Raises DocumentInfected, DocumentNotScanned.
    """
    require_openable(document)
    if not may_be_opened_by_officer(document):
        raise DocumentNotScanned


def may_be_opened_by_officer(document: StoredDocument) -> bool:
    """As `require_openable_by_officer`, for a page that shows the link or the reason why there is none."""
    if document.scan_state == ScanState.INFECTED:
        return False
    return document.scan_state in SCANNED_OR_OURS or not scanning.is_scanner_configured()


def _ask(document: StoredDocument) -> scanning.ScanAnswer:
    try:
        with document_storage().open(document.storage_name, "rb") as stream:
            return scanning.scan(blocks(stream))
    except OSError:
        raise DocumentUnavailable from None


def _claim(document_id: UUID) -> VirusScan | None:
    """Hold the scan until the lease ends; None when it is over, not due yet, or held by another worker."""
    now = clock.now()
    with transaction.atomic():
        scan = (
            VirusScan.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("document")
            .filter(document_id=document_id, next_attempt_at__lte=now)
            .first()
        )
        if scan is None:
            return None
        scan.attempts += 1
        scan.next_attempt_at = now + timedelta(seconds=settings.CLAMD_TIMEOUT_SECONDS + _LEASE_MARGIN_SECONDS)
        scan.save(update_fields=["attempts", "next_attempt_at"])
        _set_state(scan, ScanState.SCANNING)
    return scan


def _try_again_or_give_up(claim: VirusScan, error_code: str) -> ScanState:
    """While the scanner is down every file waits for it; a file that fails on a living scanner is given up in the end."""
    if claim.attempts >= MAX_ATTEMPTS and scanning.scanner_answers():
        return _give_up(claim, error_code)
    wait = _BACKOFF_SECONDS[min(claim.attempts, len(_BACKOFF_SECONDS)) - 1]
    with transaction.atomic():
        is_ours = _row_of(claim).update(
            next_attempt_at=clock.now() + timedelta(seconds=wait), last_error=error_code[:60]
        )
        if is_ours:
            _set_state(claim, ScanState.PENDING)
    logger.warning("scan of document %s failed with %s, again in %s s", claim.document_id, error_code, wait)
    return ScanState.PENDING


def _give_up(claim: VirusScan, error_code: str) -> ScanState:
    logger.error("document %s could not be scanned: %s", claim.document_id, error_code)
    return _finish(claim, ScanState.FAILED, error_code=error_code)


def _finish(claim: VirusScan, state: ScanState, *, threat: str = "", error_code: str = "") -> ScanState:
    with transaction.atomic():
        is_ours = _row_of(claim).update(
            next_attempt_at=None, finished_at=clock.now(), threat=threat, last_error=error_code[:60]
        )
        if is_ours:
            _set_state(claim, state)
    return state


def _row_of(claim: VirusScan) -> QuerySet[VirusScan]:
    """The row as long as this claim holds: a late answer must not undo what a later claim did. Attempts tell them apart."""
    return VirusScan.objects.filter(pk=claim.pk, attempts=claim.attempts, finished_at__isnull=True)


def _set_state(scan: VirusScan, state: ScanState) -> None:
    StoredDocument.objects.filter(pk=scan.document_id).update(scan_state=state)


def _queue_unscanned(limit: int) -> None:
    with transaction.atomic():
        for document in StoredDocument.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            scan_state=ScanState.NOT_SCANNED
        )[:limit]:
            _queue(document)


def _queue(document: StoredDocument) -> None:
    StoredDocument.objects.filter(pk=document.pk).update(scan_state=ScanState.PENDING)
    VirusScan.objects.update_or_create(
        document=document,
        defaults={"next_attempt_at": clock.now(), "finished_at": None, "attempts": 0, "last_error": "", "threat": ""},
    )
    publish(ScanRequested(document_id=str(document.pk)))
