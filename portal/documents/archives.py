"""ZIP archives that staff send with many files at once: looked through before anything is unpacked, never unpacked to disk."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.documents.enums import ScanState
from portal.documents.errors import DocumentBroken, DocumentEmpty, DocumentEncrypted, DocumentRefused, DocumentTooLarge
from portal.documents.file_names import clean_name
from portal.documents.inspection import Inspected
from portal.documents.models import StoredDocument
from portal.documents.storage import fingerprint
from portal.documents.storing import open_document, store_checked

MOST_ENTRIES = 5_000
# PDFs hardly shrink; what shrinks a hundredfold and more is blank space made to fill a disk.
_MOST_RATIO = 120
_SMALL_ENTRY = 1_000_000
_MOST_UNPACKED = 4_000_000_000
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH = 0x7075
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
# NotImplementedError is a RuntimeError; each way of packing has errors of its own.
_UNREADABLE = (KeyError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError)
_IN_MEMORY = 2 * 1024 * 1024


class ArchiveRefused(DocumentRefused):
    """The archive as a whole is not taken; the sentence says why."""

    code = "archive_refused"


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file in an archive: its name as people wrote it, without folders, and `raw`, how the archive calls it."""

    name: str
    raw: str
    size: int


def store_archive(
    *, actor: Actor, upload: UploadedFile, max_bytes: int, largest_entry: int, purpose: str
) -> tuple[StoredDocument, list[ArchiveEntry]]:
    """Store a ZIP with what is in it. `purpose` ends in "_archive": such bytes are deleted when they are used up.

    Nobody ever opens it; each entry goes through `store_upload` and its scan when it is taken out. Raises DocumentEmpty,
    DocumentTooLarge, DocumentEncrypted, DocumentBroken, ArchiveRefused.
    """
    taken = fingerprint(upload, limit=max_bytes)
    if taken.size == 0:
        raise DocumentEmpty
    if taken.size > max_bytes:
        raise DocumentTooLarge
    entries = entries_of(upload, largest_entry=largest_entry)
    document = store_checked(
        actor=actor,
        content=upload,
        expected_sha256=taken.sha256,
        name=clean_name(upload.name),
        found=Inspected(media_type="application/zip", extension=".zip", page_count=None, has_matching_name=True),
        purpose=purpose,
        scan_state=ScanState.NOT_REQUIRED,
        signatures=[],
    )
    return document, entries


def entries_of(stream: Any, *, largest_entry: int) -> list[ArchiveEntry]:
    """What is in the archive, folders and litter of operating systems left out. Only the directory is read."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, EOFError, NotImplementedError):
        raise DocumentBroken from None
    if len(infos) > MOST_ENTRIES:
        raise ArchiveRefused(_("Tệp nén có hơn %(most)d tệp. Hãy tách thành nhiều tệp nén.") % {"most": MOST_ENTRIES})
    if sum(info.file_size for info in infos) > _MOST_UNPACKED:
        raise ArchiveRefused(_("Tệp nén giải ra quá lớn nên không được nhận. Hãy tách thành nhiều tệp nén."))
    found = []
    for info in infos:
        name = _name_of(info)
        if info.is_dir() or _is_litter(name):
            continue
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise DocumentEncrypted
        _require_tame(info, name, largest_entry)
        found.append(ArchiveEntry(name=clean_name(name), raw=info.filename, size=info.file_size))
    if not found:
        raise ArchiveRefused(_("Tệp nén không có tệp nào."))
    return found


def _require_tame(info: zipfile.ZipInfo, name: str, largest_entry: int) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
        raise ArchiveRefused(_("Tệp nén có đường dẫn ra ngoài thư mục của nó nên không được nhận. Hãy nén lại."))
    is_blown_up = info.file_size > _SMALL_ENTRY and info.file_size > _MOST_RATIO * max(info.compress_size, 1)
    if is_blown_up or info.file_size > largest_entry:
        raise ArchiveRefused(_("Tệp nén có tệp giải ra quá lớn nên không được nhận."))


def _is_litter(name: str) -> bool:
    lowered = name.lower()
    return lowered.startswith(_LITTER[0]) or lowered.rsplit("/", 1)[-1] in _LITTER[1:] or "/._" in f"/{lowered}"


def _name_of(info: zipfile.ZipInfo) -> str:
    """UTF-8 where the archive says so or it reads as such (macOS says nothing), else the Vietnamese page of Windows."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    if (named := _unicode_path(info.extra)) is not None:
        return named
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp1258"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unicode_path(extra: bytes) -> str | None:
    """The name in the field that Info-ZIP adds (0x7075): a version, a checksum of the old name, then UTF-8."""
    while len(extra) >= 4:
        tag, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if tag == _UNICODE_PATH and size > 5:
            try:
                return extra[9 : 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        extra = extra[4 + size :]
    return None


class OpenArchive:
    """A stored archive whose entries are taken out one by one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def entry(self, raw: str, *, largest: int) -> Iterator[IO[bytes]]:
        """One entry as a stream that can be rewound. Raises DocumentBroken, DocumentTooLarge (it is more than it said)."""
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as out:
            try:
                with self._archive.open(raw) as source:
                    size = 0
                    while block := source.read(256 * 1024):
                        size += len(block)
                        if size > largest:
                            raise DocumentTooLarge
                        out.write(block)
            except _UNREADABLE:
                raise DocumentBroken from None
            out.seek(0)
            yield out


@contextmanager
def open_archive(document: StoredDocument) -> Iterator[OpenArchive]:
    """Raises DocumentUnavailable when the store does not give the bytes, DocumentBroken when they are no archive."""
    with open_document(document) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError):
            raise DocumentBroken from None
        with archive:
            yield OpenArchive(archive)
