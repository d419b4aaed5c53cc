"""A code on a paper that the portal does not sign: readable by any phone, over nothing, and no signature."""

from pathlib import Path

import pytest

from portal.documents.errors import DocumentNotSignable
from portal.documents.services import print_code
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.qr_codes import qr_texts
from tests.documents.sample_files import encrypted_pdf, pdf, pdf_without_pages

CODE = "7K4M-ABCD-EFGH-JKM2"


def printed(content: bytes) -> bytes:
    return print_code(content, code=CODE, url=own.URL)


@pytest.mark.parametrize(("count", "pages"), [(20, 1), (43, 2)], ids=["half a page", "a full one"])
def test_code_and_qr_code_stand_below_what_the_paper_says(count: int, pages: int, tmp_path: Path) -> None:
    content = own.page_with(own.lines(count))
    made = printed(content)
    assert made.startswith(content)
    assert len(own.pages_of(made)) == pages
    assert qr_texts(made, tmp_path) == [own.URL]
    text = " ".join(own.run_tool("pdftotext", "{}", "-", content=made, folder=tmp_path).split())
    assert f"Mã xác minh: {CODE}" in text
    assert "Kiểm tra văn bản này tại: dichvucong.example.vn/xac-minh/" in text


@pytest.mark.parametrize("left_open", [b"q 3 0 0 3 90 90 cm ", b"3 0 0 3 90 90 cm "])
def test_what_a_page_leaves_open_does_not_move_the_code(left_open: bytes, tmp_path: Path) -> None:
    made = printed(own.page_with(left_open + b"1 0 0 RG 0 0 m 10 10 l S"))
    assert qr_texts(made, tmp_path) == [own.URL]


def test_it_is_no_signature(tmp_path: Path) -> None:
    assert "does not contain any signatures" in own.pdfsig(printed(pdf()), tmp_path)


def test_on_a_tagged_paper_it_is_set_apart_and_the_tags_stay() -> None:
    before, after = own.pages_of(own.letter()), own.pages_of(printed(own.letter()))
    assert len(after) == len(before)
    drawn = after[-1]["/Contents"][-1].get_object().data
    assert drawn.split()[:3] == [b"Q", b"/Artifact", b"BMC"]
    assert after[-1]["/StructParents"] == before[-1]["/StructParents"]


@pytest.mark.parametrize("content", [encrypted_pdf(), pdf_without_pages(), b"%PDF-1.7", b""])
def test_into_what_cannot_be_read_nothing_is_drawn(content: bytes) -> None:
    with pytest.raises(DocumentNotSignable):
        printed(content)


def test_nothing_is_drawn_over_a_signature() -> None:
    with pytest.raises(DocumentNotSignable):
        printed(signing.signed(pdf()))
