"""Files made for the tests: good ones of every kind, and one for each way to be bad."""

import io
import random
import struct
import zipfile
import zlib

from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

_CONTENT_TYPES = "[Content_Types].xml"


def pdf(pages: int = 1, *, catalogue: str = "", page: str = "") -> bytes:
    """A PDF with a classic cross-reference table; `catalogue` and `page` are put into those dictionaries."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
    ]
    objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {page} >>".encode()] * pages
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


_JAVASCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_LAUNCH = "<< /S /Launch /F (cmd.exe) >>"
PDFS_THAT_RUN = {
    "at opening": pdf(catalogue=f"/OpenAction {_JAVASCRIPT}"),
    "by name": pdf(catalogue=f"/Names << /JavaScript << /Names [(a) {_JAVASCRIPT}] >> >>"),
    "at closing": pdf(catalogue=f"/AA << /WC {_JAVASCRIPT} >>"),
    "on a page": pdf(page=f"/AA << /O {_LAUNCH} >>"),
    "behind a link": pdf(page=f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A {_LAUNCH} >>]"),
    "after another action": pdf(catalogue=f"/OpenAction << /S /GoTo /Next [{_LAUNCH}] >>"),
    "in a form's field": pdf(catalogue=f"/AcroForm << /Fields [<< /FT /Tx /T (a) /AA << /K {_JAVASCRIPT} >> >>] >>"),
}


def encrypted_pdf() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    writer.encrypt("mat-khau-chu", "mat-khau")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_without_pages() -> bytes:
    return pdf(pages=0)


def pdf_without_trailer() -> bytes:
    """Has the marker at its end, and nothing that says where the objects are."""
    return b"%PDF-1.7\n" + b"rubbish " * 200 + b"\n%%EOF\n"


def picture(kind: str = "JPEG", side: int = 96) -> bytes:
    noise = random.Random(7).randbytes(side * side * 3)  # noqa: S311
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, kind)
    return out.getvalue()


def png_announcing(width: int, height: int) -> bytes:
    """A sound PNG header of that size with next to no points behind it: a decompression bomb in 100 bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def heic() -> bytes:
    return _box(b"ftyp", b"heic\0\0\0\0mif1heic") + _box(b"meta", b"\0" * 40) + _box(b"mdat", b"\0" * 400)


def _archive(entries: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return out.getvalue()


def docx(**extra: bytes) -> bytes:
    return _archive(
        {_CONTENT_TYPES: "<Types/>", "word/document.xml": "<document>" + "x" * 500 + "</document>", **extra}
    )


def xlsx() -> bytes:
    return _archive({_CONTENT_TYPES: "<Types/>", "xl/workbook.xml": "<workbook/>"})


def odt(manifest: str = "<manifest/>") -> bytes:
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<office/>",
            "META-INF/manifest.xml": manifest,
        }
    )


def docx_with_macros() -> bytes:
    return docx(**{"word/vbaProject.bin": b"\0" * 100})


def docx_with_wrong_checksum() -> bytes:
    return docx().replace(b"x" * 500, b"y" * 500)


def docx_with_password() -> bytes:
    """Word's container for a document with a password: an OLE file with a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


def plain_zip() -> bytes:
    return _archive({"anh.jpg": picture()})


def with_an_archive_behind(content: bytes) -> bytes:
    """Opened as an archive it is another file."""
    return content + plain_zip()


def docx_with_macros_in_disguise() -> bytes:
    """The macros' part has another name; its type gives it away."""
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return docx(**{_CONTENT_TYPES: f'<Types><Override ContentType="{kind}"/></Types>'.encode()})


def docx_with_remote_template() -> bytes:
    link = (
        '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/attachedTemplate" Target="https://example.com/x.dotm" TargetMode="External"/></Relationships>'
    )
    return docx(**{"word/_rels/settings.xml.rels": link.encode()})


def xlsx_with_old_macros() -> bytes:
    return _archive(
        {_CONTENT_TYPES: "<Types/>", "xl/workbook.xml": "<workbook/>", "xl/macrosheets/sheet1.xml": "<macrosheet/>"}
    )


def odt_with_macros() -> bytes:
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<office/>",
            "Basic/Standard/Module1.xml": "<module/>",
        }
    )


def zip_bomb(named: str = "word/media/anh.bin") -> bytes:
    """400 MB of nothing in 400 kB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_CONTENT_TYPES, "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        with archive.open(named, "w") as part:
            for _block in range(400):
                part.write(b"\0" * 1_000_000)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00" + b"\0" * 400 + b"PE\0\0" + b"\0" * 200
