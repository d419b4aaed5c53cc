"""Indexes and archives of the tests, as offices send them."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core.actors import Actor
from portal.vault import services
from portal.vault.models import DigitisationRun
from tests.factories.accounts import officer_actor
from tests.factories.dossiers import pdf_bytes

HEADS = ("Loại giấy tờ", "Số, ký hiệu", "Cấp cho", "Số định danh, mã số thuế", "Ngày cấp", "Tên tệp")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENTRY = {
    "kind": "KQ.G00.000001",
    "number": "125/XN-UBND",
    "holder_name": "Nguyễn Thị An",
    "holder_id_number": "068196004312",
    "issued_on": "01/09/2020",
}


def xlsx(rows: Iterable[Sequence[Any]], heads: Sequence[Any] = HEADS, *, above: Iterable[Sequence[Any]] = ()) -> bytes:
    """A workbook of one sheet: `above` stands over the row of titles."""
    book = Workbook()
    sheet: Any = book.active
    for row in (*above, heads, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(number: str = "125/XN-UBND", file: str = "125.pdf", **changed: Any) -> list[Any]:
    values = {**ENTRY, "number": number, **changed}
    return [*(values[key] for key in ("kind", "number", "holder_name", "holder_id_number", "issued_on")), file]


def index(*rows: Sequence[Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("bang-ke.xlsx", xlsx(rows), content_type=XLSX)


def archive(files: Mapping[str, bytes], name: str = "giay-to.zip") -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for inner, content in files.items():
            made.writestr(inner, content)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/zip")


def scan(text: str = "125") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{text}.pdf", pdf_bytes(text), content_type="application/pdf")


def digitiser(agency: Agency) -> Actor:
    return officer_actor(agency, OfficerRole.CASE_OFFICER)


def make_run(actor: Actor, agency: Agency, *rows: Sequence[Any], files: Mapping[str, bytes]) -> DigitisationRun:
    """A run with index and archive, not started."""
    run = services.begin_run(actor=actor, agency_id=agency.pk)
    assert services.bring_files(actor=actor, run_id=run.pk, uploads=[archive(files)]) == {}
    services.bring_index(actor=actor, run_id=run.pk, upload=index(*rows))
    return run


def work_through(run: DigitisationRun) -> DigitisationRun:
    """What workers do, slice by slice, until it waits no longer."""
    for _slice in range(50):
        services.work_on_run(run.pk)
        run.refresh_from_db()
        if not run.is_at_work:
            break
    return run
