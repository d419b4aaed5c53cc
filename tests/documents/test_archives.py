"""ZIP archives of staff: looked through before anything is unpacked."""

import io
import lzma
import struct
import zipfile
import zlib
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.actors import SYSTEM
from portal.documents import errors, services
from portal.documents.archives import ArchiveRefused, OpenArchive, entries_of
from portal.documents.models import StoredDocument

LARGEST = 20_000_000


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out


def names(stream: io.BytesIO) -> list[str]:
    return [entry.name for entry in entries_of(stream, largest_entry=LARGEST)]


def renamed(stream: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """The bytes of a name as another program wrote them; both have the same length."""
    assert len(old) == len(new)
    return io.BytesIO(stream.getvalue().replace(old, new))


def test_folders_and_litter_are_left_out() -> None:
    stream = zipped(
        ("Hộ tịch/125.pdf", b"a"),
        ("Hộ tịch/", b""),
        ("__MACOSX/._125.pdf", b"a"),
        ("Thumbs.db", b"a"),
        ("._x.pdf", b"a"),
    )
    assert names(stream) == ["125.pdf"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
def test_names_without_the_mark_of_utf8_are_read_as_vietnamese(encoding: str) -> None:
    name = "Giấy.pdf" if encoding == "utf-8" else "Đơn.pdf"
    raw = name.encode(encoding)
    plain = "x" * len(raw)
    assert names(renamed(zipped((plain, b"a")), plain.encode(), raw)) == [name]


def test_the_name_in_the_field_of_infozip_counts() -> None:
    info = zipfile.ZipInfo("don.pdf")
    field = b"\x01" + zlib.crc32(b"don.pdf").to_bytes(4, "little") + "đơn.pdf".encode()
    info.extra = (0x7075).to_bytes(2, "little") + len(field).to_bytes(2, "little") + field
    assert names(zipped((info, b"a"))) == ["đơn.pdf"]


@pytest.mark.parametrize("name", ["../a.pdf", "/etc/a.pdf", "a/../../b.pdf", "C:/a.pdf", "..\\a.pdf"])
def test_paths_out_of_the_archive_are_refused(name: str) -> None:
    with pytest.raises(ArchiveRefused):
        names(zipped((name, b"a")))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ArchiveRefused):
        names(zipped(("a.pdf", b"\0" * 5_000_000)))


def test_an_entry_larger_than_a_file_may_be_is_refused() -> None:
    with pytest.raises(ArchiveRefused):
        entries_of(zipped(("a.pdf", b"abc" * 100)), largest_entry=200)


def test_an_archive_with_a_password_an_empty_one_and_a_broken_one_are_refused() -> None:
    locked = bytearray(zipped(("a.pdf", b"a")).getvalue())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(errors.DocumentEncrypted):
        names(io.BytesIO(bytes(locked)))
    with pytest.raises(ArchiveRefused):
        names(zipped())
    with pytest.raises(errors.DocumentBroken):
        names(io.BytesIO(b"PK\x03\x04 khong phai"))


@pytest.mark.django_db
def test_entries_of_a_stored_archive_are_taken_out_one_by_one_and_its_bytes_are_discarded() -> None:
    content = zipped(("a.pdf", b"noi dung"), ("b.pdf", b"khac")).getvalue()
    document, entries = services.store_archive(
        actor=SYSTEM,
        upload=SimpleUploadedFile("giay.zip", content),
        max_bytes=1_000_000,
        largest_entry=LARGEST,
        purpose="test_archive",
    )
    with services.open_archive(document) as archive, archive.entry(entries[1].raw, largest=100) as stream:
        assert stream.read() == b"khac"
    with (
        services.open_archive(document) as archive,
        pytest.raises(errors.DocumentTooLarge),
        archive.entry("a.pdf", largest=3),
    ):
        pass
    services.discard_generated(document.pk)
    with pytest.raises(errors.DocumentUnavailable), services.open_archive(document):
        pass
    assert StoredDocument.objects.filter(pk=document.pk).exists()


@pytest.mark.django_db
def test_an_archive_that_is_too_large_or_empty_is_not_stored() -> None:
    for content, error in ((b"", errors.DocumentEmpty), (b"x" * 200, errors.DocumentTooLarge)):
        with pytest.raises(error):
            services.store_archive(
                actor=SYSTEM,
                upload=SimpleUploadedFile("a.zip", content),
                max_bytes=100,
                largest_entry=LARGEST,
                purpose="test_archive",
            )
    assert StoredDocument.objects.count() == 0


@pytest.mark.parametrize("fault", [lzma.LZMAError, struct.error, zlib.error])
def test_an_entry_that_does_not_unpack_is_broken_however_it_was_packed(fault: type[Exception]) -> None:
    with zipfile.ZipFile(zipped(("a.pdf", b"a"))) as packed:
        packed.open = mock.Mock(side_effect=fault)  # type: ignore[method-assign]
        with pytest.raises(errors.DocumentBroken), OpenArchive(packed).entry("a.pdf", largest=LARGEST):
            pass
