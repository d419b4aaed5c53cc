"""Resumable uploads: a file comes in pieces, each stored write-once, and becomes a document once, when all are there.

A small subset of the idea of tus 1.0: begin, ask for the offset, send the piece that begins there, finish. The pieces live
in the store of documents, so any web machine takes the next one; rows say who may send what to where. Nothing here knows
dossiers: `bound_to` is the place in the words of the app that asks.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import QuerySet, Sum

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotPermitted
from portal.documents.enums import UploadState
from portal.documents.errors import (
    DocumentEmpty,
    DocumentRefused,
    DocumentUnavailable,
    TooManyUploads,
    UploadChunkRefused,
    UploadIncomplete,
    UploadNotFound,
    UploadOffsetConflict,
)
from portal.documents.file_names import clean_name
from portal.documents.limits import UploadLimits, require_ending, require_size
from portal.documents.models import StoredDocument, UploadChunk, UploadSession
from portal.documents.storage import document_storage, random_name
from portal.documents.storing import store_upload

logger = logging.getLogger(__name__)

# What a browser sends at once: 10 s on a line of 50 kB/s, so little is lost when it breaks.
CHUNK_BYTES = 512 * 1024
# Of one person at a time; a phone sends one file after the other, so these are mostly broken off ones.
MAX_OPEN_UPLOADS = 20
# A session nobody has touched for so long makes room for a new one when a person has too many.
_IDLE = timedelta(minutes=15)
# Renewed by every piece; long enough for "tomorrow at a better line".
_LIFETIME = timedelta(hours=48)
# What a finished or refused session still answers a repeated finish for.
_MEMORY = timedelta(hours=24)
_IN_MEMORY_BYTES = 2 * 1024 * 1024


def begin_upload(
    *, actor: Actor, bound_to: str, file_name: str, size: int, limits: UploadLimits | None = None
) -> UploadSession:
    """A new session for a file of exactly `size` bytes.

    Raises DocumentEmpty, DocumentTooLarge before a byte is sent, TooManyUploads when the person has too much half sent.
    """
    if actor.user_id is None:
        raise NotPermitted
    if size <= 0:
        raise DocumentEmpty
    require_size(size, limits)
    require_ending(clean_name(file_name), limits)
    with transaction.atomic():
        # Two tabs that begin at once count each other.
        User.objects.select_for_update(of=("self",), no_key=True).filter(pk=actor.user_id).first()
        _make_room(actor.user_id, size)
        now = clock.now()
        return UploadSession.objects.create(
            owner_id=actor.user_id,
            bound_to=bound_to,
            file_name=clean_name(file_name)[:255],
            size=size,
            touched_at=now,
            expires_at=now + _LIFETIME,
        )


def upload_of(*, actor: Actor, upload_id: UUID, bound_to: str) -> UploadSession:
    """The person's own upload to that place; its `received` is where to go on. Raises UploadNotFound for any other."""
    found = UploadSession.objects.filter(
        pk=upload_id, owner_id=actor.user_id, bound_to=bound_to, expires_at__gt=clock.now()
    ).first()
    if found is None or actor.user_id is None:
        raise UploadNotFound
    return found


def append_chunk(*, actor: Actor, upload_id: UUID, bound_to: str, offset: int, data: bytes) -> UploadSession:
    """Add the piece that begins at `offset`.

    Raises UploadOffsetConflict (it carries the right offset) when it does not follow the last one, UploadChunkRefused for
    an empty or an oversized one, UploadNotFound. After any of them what was received before still stands.
    """
    session = upload_of(actor=actor, upload_id=upload_id, bound_to=bound_to)
    _require_next(session, offset)
    if not data or len(data) > CHUNK_BYTES or offset + len(data) > session.size:
        raise UploadChunkRefused
    # The store may be far away: written before the row is locked, thrown away if another tab was faster.
    storage_name = document_storage().save(random_name(clock.today()), ContentFile(data))
    try:
        with transaction.atomic():
            session = _locked(session.pk)
            _require_next(session, offset)
            UploadChunk.objects.create(session=session, offset=offset, size=len(data), storage_name=storage_name)
            session.received = offset + len(data)
            session.touched_at = clock.now()
            session.expires_at = session.touched_at + _LIFETIME
            session.save(update_fields=["received", "touched_at", "expires_at"])
    except BaseException:
        document_storage().delete(storage_name)
        raise
    return session


def finish_upload(
    *, actor: Actor, upload_id: UUID, bound_to: str, purpose: str, limits: UploadLimits | None = None
) -> StoredDocument:
    """Make the pieces one document, once: every repeat gets the document of the first time, or its refusal.

    Must run in the caller's transaction, which links the document; a second finish waits there for the first. Raises
    UploadIncomplete, UploadNotFound and what `store_upload` raises. After a refusal the caller's transaction is rolled
    back: call `remember_refusal` then.
    """
    session = upload_of(actor=actor, upload_id=upload_id, bound_to=bound_to)
    session = _locked(session.pk)
    if session.state == UploadState.REFUSED:
        raise _refusal_of(session)
    if session.document is not None:
        return session.document
    if session.received != session.size:
        raise UploadIncomplete
    with _assembled(session) as whole:
        document = store_upload(actor=actor, upload=whole, purpose=purpose, limits=limits)
    session.document, session.state = document, UploadState.DONE
    session.expires_at = clock.now() + _MEMORY
    session.save(update_fields=["document", "state", "expires_at"])
    names = _drop_chunks(session)
    transaction.on_commit(lambda: _delete_files(names))
    return document


def remember_refusal(*, actor: Actor, upload_id: UUID, bound_to: str, refusal: DocumentRefused) -> None:
    """What is in these pieces is never taken: drop them, and answer a repeated finish with the same sentence."""
    with transaction.atomic():
        session = _locked(upload_of(actor=actor, upload_id=upload_id, bound_to=bound_to).pk)
        if session.state != UploadState.OPEN:
            return
        session.state, session.refusal_code, session.refusal = UploadState.REFUSED, refusal.code, str(refusal.sentence)
        session.expires_at = clock.now() + _MEMORY
        session.save(update_fields=["state", "refusal_code", "refusal", "expires_at"])
        names = _drop_chunks(session)
    _delete_files(names)


def cancel_upload(*, actor: Actor, upload_id: UUID, bound_to: str) -> None:
    """The person does not want it after all. A file that was received already stays; cancelling twice is no error."""
    with transaction.atomic():
        session = (
            UploadSession.objects.select_for_update(of=("self",))
            .filter(pk=upload_id, owner_id=actor.user_id, bound_to=bound_to, state=UploadState.OPEN)
            .first()
        )
        names = _forget(session) if session is not None else []
    _delete_files(names)


def sweep_uploads(limit: int = 500) -> int:
    """Forget expired sessions with their pieces; returns how many. Safe to run twice or at once."""
    swept = 0
    for session_id in UploadSession.objects.filter(expires_at__lte=clock.now()).values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            session = (
                UploadSession.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=session_id, expires_at__lte=clock.now())
                .first()
            )
            if session is None:
                continue
            names = _forget(session)
            swept += 1
        _delete_files(names)
    return swept


def _refusal_of(session: UploadSession) -> DocumentRefused:
    error = next((one for one in _all_refusals(DocumentRefused) if one.code == session.refusal_code), DocumentRefused)
    return error(session.refusal)


def _all_refusals(base: type[DocumentRefused]) -> Iterator[type[DocumentRefused]]:
    for one in base.__subclasses__():
        yield one
        yield from _all_refusals(one)


def _make_room(user_id: int, size: int) -> None:
    mine = UploadSession.objects.filter(owner_id=user_id, state=UploadState.OPEN)
    if _is_room_for(mine, size):
        return
    for session in mine.filter(touched_at__lt=clock.now() - _IDLE).order_by("touched_at"):
        names = _forget(session)
        transaction.on_commit(lambda names=names: _delete_files(names))  # type: ignore[misc]
        if _is_room_for(mine, size):
            return
    raise TooManyUploads


def _is_room_for(sessions: QuerySet[UploadSession], size: int) -> bool:
    total = sessions.aggregate(total=Sum("size"))["total"] or 0
    return sessions.count() < MAX_OPEN_UPLOADS and total + size <= MAX_OPEN_UPLOADS * settings.UPLOAD_MAX_BYTES // 2


def _locked(session_id: UUID) -> UploadSession:
    session = UploadSession.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None:
        raise UploadNotFound
    return session


def _require_next(session: UploadSession, offset: int) -> None:
    if session.state != UploadState.OPEN or session.received != offset:
        raise UploadOffsetConflict(session.received)


@contextmanager
def _assembled(session: UploadSession) -> Iterator[File]:
    """The pieces in order as one file that can be read back and forth; gone afterwards. Raises DocumentUnavailable."""
    storage = document_storage()
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as whole:
        expected = 0
        for chunk in session.chunks.order_by("offset"):
            if chunk.offset != expected:
                raise DocumentUnavailable
            try:
                with storage.open(chunk.storage_name, "rb") as part:
                    data = part.read()
            except OSError:
                logger.error("a piece of upload %s is not in the store", session.pk)
                raise DocumentUnavailable from None
            if len(data) != chunk.size:
                raise DocumentUnavailable
            whole.write(data)
            expected += chunk.size
        if expected != session.size:
            raise DocumentUnavailable
        file = File(whole, name=session.file_name)
        file.size = session.size
        yield file


def _drop_chunks(session: UploadSession) -> list[str]:
    names = list(session.chunks.values_list("storage_name", flat=True))
    session.chunks.all().delete()
    return names


def _forget(session: UploadSession) -> list[str]:
    names = _drop_chunks(session)
    session.delete()
    return names


def _delete_files(names: list[str]) -> None:
    """After the rows are gone. What a dead store keeps is collected with the other strays."""
    for name in names:
        try:
            document_storage().delete(name)
        except OSError:
            logger.warning("a piece of an upload could not be deleted")
