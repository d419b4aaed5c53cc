"""Where bytes live: random names sharded by day, one streaming pass for size and fingerprint."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Size in bytes and lower-case hex SHA-256 over exactly those bytes."""

    size: int
    sha256: str


def document_storage() -> Storage:
    """The configured store of documents: a folder or an S3-compatible bucket (settings.STORAGES)."""
    return storages["default"]


def random_name(on: date) -> str:
    """`2026/11/22/<32 hex digits>`: tells the day and nothing else, so no folder grows without end."""
    return f"{on:%Y/%m/%d}/{uuid.uuid4().hex}"


def day_folder(on: date) -> str:
    """The folder of `random_name` for that day."""
    return f"{on:%Y/%m/%d}"


def blocks(stream: IO[bytes] | File) -> Iterator[bytes]:
    """The content from its start, in blocks that fit in memory whatever the file's size."""
    stream.seek(0)
    while block := stream.read(_CHUNK):
        yield block


def fingerprint(stream: IO[bytes] | File, *, limit: int) -> Fingerprint:
    """Count and hash the content, reading at most one block beyond `limit` bytes; the caller compares the two."""
    digest, size = hashlib.sha256(), 0
    for block in blocks(stream):
        size += len(block)
        if size > limit:
            break
        digest.update(block)
    return Fingerprint(size=size, sha256=digest.hexdigest())


class HashingFile(File):
    """Passes a file on to a storage and hashes what the storage reads.

    Storages differ in how they read: the local one takes `chunks()`, S3 takes `read()` and may seek back for a retry
    or a checksum. Each byte is hashed once, in order, the first time it is read.
    """

    def __init__(self, file: Any, name: str) -> None:
        super().__init__(file, name)
        self._source = file
        self._digest, self._hashed_to = hashlib.sha256(), 0
        self._source.seek(0)

    def read(self, count: int = -1, /) -> bytes:
        start = self._source.tell()
        data: bytes = self._source.read(count)
        end = start + len(data)
        if start <= self._hashed_to < end:
            self._digest.update(data[self._hashed_to - start :])
            self._hashed_to = end
        return data

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self._source.seek(0)
        while data := self.read(chunk_size or _CHUNK):
            yield data

    @property
    def written(self) -> Fingerprint:
        """What the storage has read so far."""
        return Fingerprint(size=self._hashed_to, sha256=self._digest.hexdigest())
