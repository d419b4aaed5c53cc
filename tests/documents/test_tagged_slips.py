"""Every form is PDF/UA-1 by what an independent reader (pyHanko) finds in it: tags, language, title, header cells, alt texts.

No checker such as veraPDF is at hand; what it would check of structure is asserted here one by one.
"""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from dossiers.selectors.handovers import HandOver, Party
from dossiers.selectors.register import RegisterRow
from portal.core.clock import VIETNAM
from portal.documents.services import qr_svg, render_pdf
from tests.factories.slips import elements_of, words_in

# By one worker: laying out the six forms takes two seconds.
pytestmark = pytest.mark.xdist_group("tagged slips")

NOON = datetime(2026, 5, 8, 12, 0, tzinfo=VIETNAM)
LONG_NAME = "Nguyễn Hoàng Phương Thảo Công Tằng Tôn Nữ Thị Như Quỳnh"
BASE: dict[str, Any] = {
    "parent_agency_name": "Ủy ban nhân dân tỉnh Lâm Đồng",
    "agency_name": "Sở Tư pháp",
    "place": "Lâm Đồng",
    "document_date": date(2026, 5, 5),
    "running_note": "H36.14-260422-0001",
    "form_version": "Mẫu số 00, TT 03/2025/TT-VPCP",
    "title": "Tên phiếu",
    "number": "H36.14-260422-0001/00",
    "dossier_code": "H36.14-260422-0001",
    "applicant_name": LONG_NAME,
    "applicant_address": "18/4 Hoàng Diệu, phường Xuân Hương - Đà Lạt",
    "applicant_phone": "0983512604",
    "applicant_email": "an@example.com",
    "procedure_name": "Cấp phiếu lý lịch tư pháp",
    "procedure_code": "2.000488",
    "case_name": "Theo yêu cầu của cá nhân",
    "submitted_at": NOON,
    "received_at": NOON,
    "receiving_agency_name": "Trung tâm Phục vụ hành chính công",
    "resolving_agency_name": "Sở Tư pháp",
    "desk_name": "Bộ phận một cửa",
    "phone": "1022",
    "lookup_url": "https://motcua.example.vn/tra-cuu/?ma=H36.14-260422-0001",
    "portal_url": "https://motcua.example.vn",
    "qr": qr_svg("https://motcua.example.vn"),
    "reason": "Thiếu chữ ký ở trang 2.",
    "officer_name": "Trần Văn Bình",
    "signer_name": "Phạm Thị Dung",
    "signer_title": "Phó Giám đốc",
    "signer_rank": "",
}
ITEMS = [{"what": f"Giấy tờ số {number}", "reason": "Ảnh mờ, chụp lại cả trang."} for number in range(1, 41)]
STEPS = [HandOver(Party("", LONG_NAME), Party("Sở Tư pháp", ""), NOON, NOON + timedelta(days=1), "Tiếp nhận")] * 20


def _row(number: int) -> RegisterRow:
    return RegisterRow(
        number, f"H36.14-260422-{number:04}", "Cấp phiếu", 1, LONG_NAME, "Đà Lạt", "0983512604", "Sở Tư pháp", NOON, NOON,
        None, None, "Nhận bản điện tử trên cổng", "Quá hạn",
    )  # fmt: skip


# form: what it needs besides BASE, header cells of columns (they must repeat on every page), of rows
FORMS: dict[str, tuple[dict[str, Any], int, int]] = {
    "supplement_request": ({"items": ITEMS, "has_reasons": True, "answer_by": NOON}, 3, 7),
    "intake_refusal": ({"is_online": True}, 0, 7),
    "apology": ({"old_due_at": NOON, "new_due_at": NOON + timedelta(days=3)}, 0, 2),
    "stop_notice": ({"stopped_at": NOON}, 0, 0),
    "control_sheet": ({"due_at": NOON, "first_due_at": NOON, "handovers": STEPS}, 6, 6),
    "register": (
        {"first_day": date(2026, 4, 1), "last_day": date(2026, 4, 30), "rows": [_row(n) for n in range(1, 13)]},
        13,
        0,
    ),
}


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    return {name: render_pdf(f"pdf/slips/{name}.html", {**BASE, **facts}) for name, (facts, _c, _r) in FORMS.items()}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_declares_itself_tagged_titled_and_vietnamese(pdfs: dict[str, bytes], name: str) -> None:
    reader = PdfFileReader(io.BytesIO(pdfs[name]))
    root = reader.root
    assert str(root["/Lang"]) == "vi"
    assert bool(root["/MarkInfo"]["/Marked"]) is True
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"]) is True
    assert str(reader.trailer_view["/Info"]["/Title"]).startswith("Tên phiếu ")
    assert b'pdfuaid:part="1"' in bytes(root["/Metadata"].data)
    for page in root["/Pages"]["/Kids"]:
        assert str(page.get_object()["/Tabs"]) == "/S"


@pytest.mark.parametrize("name", FORMS)
def test_headings_tables_and_pictures_are_tagged(pdfs: dict[str, bytes], name: str) -> None:
    elements = elements_of(pdfs[name])
    tags = [element.tag for element in elements]
    _facts, columns, rows = FORMS[name]
    assert tags.count("/H1") == 1
    assert [element.alt for element in elements if element.tag == "/Figure"] == (
        [] if name in {"register", "control_sheet"} else ["Mã QR"]
    )
    header_cells = {element.key for element in elements if element.tag == "/TH"}
    assert "" not in header_cells
    # A table that runs over pages is tagged page by page, each part with its head.
    parts = tags.count("/Table") - bool(rows)
    assert len(header_cells) == columns * parts + rows
    assert parts >= bool(columns)
    # No cell without its heading, none under a heading that is not there.
    assert {len(element.headers) > 0 for element in elements if element.tag == "/TD"} <= {True}
    assert {key for element in elements for key in element.headers} == header_cells


@pytest.mark.parametrize(
    ("name", "words", "pages"),
    [("supplement_request", "Lý do và cách hoàn thiện", 2), ("control_sheet", "Bên giao", 2)],
)
def test_a_long_table_repeats_its_head_on_every_page(pdfs: dict[str, bytes], name: str, words: str, pages: int) -> None:
    assert len(PdfFileReader(io.BytesIO(pdfs[name])).root["/Pages"]["/Kids"]) >= pages
    assert words_in(pdfs[name]).count(words) >= pages


@pytest.mark.parametrize("name", FORMS)
def test_the_words_come_out_in_correct_vietnamese(pdfs: dict[str, bytes], name: str) -> None:
    text = words_in(pdfs[name])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "TÊN PHIẾU" in text
    if name != "register":
        assert LONG_NAME in text or LONG_NAME.rsplit(" ", 3)[0] in text
    else:
        assert text.count("Quá hạn") == 12


def test_no_page_bears_a_signature_alone(pdfs: dict[str, bytes]) -> None:
    last = words_in(pdfs["supplement_request"]).rsplit("Cần hướng dẫn thêm", 1)[1]
    assert "NGƯỜI HƯỚNG DẪN" in last
    assert "\f" not in last
