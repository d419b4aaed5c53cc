"""Printed forms: the text comes out right, the PDF is tagged, nothing is fetched from anywhere."""

import io
import re
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from pyhanko.pdf_utils.reader import PdfFileReader
from weasyprint.urls import FatalURLFetchingError

from portal.core.clock import VIETNAM
from portal.documents.services import qr_svg, render_pdf

LOOKUP = "https://motcua.example.vn/tra-cuu/?ma=H36.14-260422-0001"
HEAD = {
    "parent_agency_name": "Ủy ban nhân dân tỉnh Lâm Đồng",
    "agency_name": "Sở Tư pháp",
    "place": "Đà Lạt",
    "document_date": date(2026, 4, 22),
}


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        **HEAD,
        "running_note": "H36.14-260422-0001",
        "form_version": "Mẫu số 01, TT 01/2018/TT-VPCP",
        "desk_name": "Bộ phận một cửa",
        "dossier_code": "H36.14-260422-0001",
        "pass_code": "7K4M",
        "lookup_url": LOOKUP,
        "qr": qr_svg(LOOKUP),
        "channel_label": "Trực tuyến",
        "applicant": {
            "full_name": "Nguyễn Thị Ánh <Ngọc>",
            "personal_id_number": "",
            "address": "",
            "phone": "",
            "email": "",
        },
        "owner_name": "",
        "procedure_name": "Cấp phiếu lý lịch tư pháp",
        "procedure_code": "2.000488",
        "case_name": "",
        "components": [{"name": "Tờ khai", "originals": 1, "copies": 0, "kind": "Bản điện tử"}],
        "files": [{"name": "Giấy khai sinh.pdf", "size": 184_233, "sha256": "9f3a" * 16}],
        "dossier_sets": 1,
        "term_text": "10 ngày làm việc",
        "received_at": datetime(2026, 4, 22, 9, 30, tzinfo=VIETNAM),
        "due_at": datetime(2026, 5, 8, 9, 30, tzinfo=VIETNAM),
        "due_explanation": "",
        "result_delivery": "Nhận trực tuyến",
        "officer_name": "Trần Văn Bình",
        "is_online": True,
        "hotline": "1022",
        "portal_url": "https://motcua.example.vn",
        **changes,
    }


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """The words as a reader of the page meets them, blanks folded."""
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", out)


def test_the_receipt_slip_says_in_vietnamese_what_was_received(tmp_path: Path) -> None:
    text = text_of(render_pdf("pdf/receipt_slip_01.html", receipt()), tmp_path)

    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ TƯ PHÁP",
        "Đà Lạt, ngày 22 tháng 04 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Số: H36.14-260422-0001",
        "Nguyễn Thị Ánh <Ngọc>",
        "Giấy khai sinh.pdf 184 kB",
        "9f3a" * 16,
        "9 giờ 30, ngày 22/04/2026",
        "9 giờ 30, ngày 08/05/2026",
        "Mã tra cứu: 7K4M",
        "Người tiếp nhận: Trần Văn Bình",
    ):
        assert words in text


def test_a_receipt_slip_before_receipt_promises_no_date(tmp_path: Path) -> None:
    text = text_of(render_pdf("pdf/receipt_slip_01.html", receipt(received_at=None, due_at=None)), tmp_path)

    assert "Chờ tiếp nhận" in text
    assert "Sẽ báo khi hồ sơ được tiếp nhận" in text


def test_the_counter_version_has_places_to_sign(tmp_path: Path) -> None:
    text = text_of(render_pdf("pdf/receipt_slip_01.html", receipt(is_online=False)), tmp_path)

    assert "NGƯỜI NỘP HỒ SƠ" in text
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in text


def test_the_pdf_is_tagged_vietnamese_titled_and_carries_only_our_fonts() -> None:
    reader = PdfFileReader(io.BytesIO(render_pdf("pdf/receipt_slip_01.html", receipt())))

    assert str(reader.root["/Lang"]) == "vi"
    assert bool(reader.root["/MarkInfo"]["/Marked"]) is True
    assert "/StructTreeRoot" in reader.root
    assert str(reader.trailer_view["/Info"]["/Title"]) == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả H36.14-260422-0001"
    fonts = reader.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    assert {str(fonts[name]["/BaseFont"]).partition("+")[2][:5] for name in fonts} == {"Tinos"}


def test_the_qr_code_has_an_alternate_text() -> None:
    assert figure_texts(render_pdf("pdf/receipt_slip_01.html", receipt())) == ["Mã QR"]


def figure_texts(pdf: bytes) -> list[str]:
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if not isinstance(node, dict):
            return
        if node.get("/S") == "/Figure":
            found.append(str(node.get("/Alt")))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            walk(child)

    walk(PdfFileReader(io.BytesIO(pdf)).root["/StructTreeRoot"])
    return found


def test_an_english_page_still_prints_the_vietnamese_form(tmp_path: Path) -> None:
    with translation.override("en"):
        text = text_of(render_pdf("pdf/receipt_slip_01.html", receipt()), tmp_path)

    assert "9 giờ 30, ngày 22/04/2026" in text


def test_the_decision_letter_names_dossier_outcome_and_signer(tmp_path: Path) -> None:
    letter = {
        **HEAD,
        "number": "128/QĐ-STP",
        "legal_bases": ["Luật Lý lịch tư pháp năm 2009"],
        "applicant_name": "Nguyễn Văn An",
        "dossier_code": "H36.14-260422-0001",
        "procedure_name": "Cấp phiếu lý lịch tư pháp",
        "outcome_label": "Đồng ý giải quyết",
        "paragraphs": ["Kết quả có giá trị như bản giấy."],
        "recipients": ["Người nộp hồ sơ"],
        "signer_title": "Giám đốc",
        "signer_name": "Lê Quang Dũng",
    }

    text = text_of(render_pdf("pdf/decision_letter.html", letter), tmp_path)

    for words in (
        "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "Số: 128/QĐ-STP",
        "Căn cứ Luật Lý lịch tư pháp năm 2009;",
        "Đồng ý giải quyết",
        "GIÁM ĐỐC",
        "Lê Quang Dũng",
    ):
        assert words in text


def test_the_blank_form_has_every_field_and_option(tmp_path: Path) -> None:
    form = {
        **HEAD,
        "form_title": "Tờ khai đăng ký khai sinh",
        "procedure_name": "Đăng ký khai sinh",
        "procedure_code": "1.001193",
        "sections": [
            {
                "label": "Người yêu cầu",
                "fields": [
                    {"label": "Họ, chữ đệm, tên", "shape": "line", "required": True},
                    {"label": "Số định danh", "shape": "digits", "boxes": range(12)},
                    {"label": "Ngày sinh", "shape": "date"},
                    {"label": "Giới tính", "shape": "choice", "options": ["Nam", "Nữ"]},
                    {"label": "Nơi cư trú", "shape": "text", "lines": 2},
                    {"label": "Anh chị em", "shape": "table", "columns": ["Họ và tên"], "rows": range(2)},
                ],
            }
        ],
    }

    text = text_of(render_pdf("pdf/blank_form.html", form), tmp_path)

    for words in (
        "Họ, chữ đệm, tên (*)",
        "Số định danh",
        "Ngày sinh: ngày",
        "Nam",
        "Nữ",
        "Nơi cư trú",
        "Anh chị em",
        "Họ và tên",
    ):
        assert words in text


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "file:///etc/passwd",
        "file:{fonts}../css/tokens.css",
        "file:{fonts}OFL-1.1.txt",
    ],
)
def test_a_template_cannot_fetch_anything_but_our_fonts(address: str, tmp_path: Path, settings: Any) -> None:
    fonts = f"//{settings.BASE_DIR}/static/fonts/"
    (tmp_path / "evil.html").write_text(
        f'<html lang="vi"><title>x</title><img alt="x" src="{address.format(fonts=fonts)}">'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    engines.__dict__.pop("templates", None)

    with pytest.raises(FatalURLFetchingError) as caught:
        render_pdf("evil.html", {})

    assert "passwd" not in str(caught.value)


def test_the_qr_code_is_plain_svg() -> None:
    drawing = qr_svg("https://example.vn/?a=1&b=<script>")

    assert drawing.startswith('<svg role="img" viewBox="')
    assert "<title>Mã QR</title>" in drawing
    assert "script" not in drawing
    assert "style" not in drawing
    assert " width=" not in drawing
