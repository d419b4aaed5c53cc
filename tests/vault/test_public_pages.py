"""The public page and the API: one word, the facts, nothing personal."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from portal.core import clock
from portal.vault import services
from portal.vault.models import IssuedPaper
from portal.vault.services import verification
from tests.documents.sample_files import pdf
from tests.factories.accounts import CitizenFactory, actor_for
from tests.factories.documents import StoredDocumentFactory
from tests.factories.vault import PaperKindFactory, make_paper
from tests.vault.test_verification import revoked

pytestmark = pytest.mark.django_db
QUERIES_OF_AN_ANSWER = 2
PERSONAL = {
    "ho_ten": "Nguyễn Thị An",
    "so_dinh_danh": "068196004312",
    "dia_chi": "18/4 Hoàng Diệu",
    "ngay_sinh": "12/09/1996",
    "dien_thoai": "0983512604",
}


@pytest.fixture
def paper() -> IssuedPaper:
    """A paper that says everything of An, of a kind that makes one fact public."""
    an = CitizenFactory(user__email="an@example.com")
    kind = PaperKindFactory(public_keys=["loai"])
    facts = {**PERSONAL, "loai": "Cấp mới"}
    document = StoredDocumentFactory(
        purpose="issued_paper", content=pdf(), original_name="nguyen-thi-an-068196004312.pdf"
    )
    return make_paper(
        owner=an.user,
        document_id=document.pk,
        subject="dossier:4711",
        contents=services.Contents(
            "Giấy xác nhận tình trạng hôn nhân",
            "12/XN",
            kind_id=kind.pk,
            signer_name="Lê Thị Dung",
            signer_title="Phó Chủ tịch",
            facts=facts,
            labels=services.label_facts(kind, facts, {"loai": "Loại"}),
        ),
    )


def secrets_of(paper: IssuedPaper) -> list[str]:
    return [
        *PERSONAL.values(),
        *("an@example.com", "Lê Thị Dung", "Phó Chủ tịch", "4711", "nguyen-thi-an", str(paper.public_id)),
        paper.document.sha256,
        str(paper.document_id),
    ]


def text_of(response: HttpResponse) -> str:
    content_type = response["Content-Type"]
    return (
        json.dumps(json.loads(response.content), ensure_ascii=False)
        if "json" in content_type
        else response.content.decode()
    )


def test_neither_page_nor_api_tells_anything_of_the_holder(client: Client, paper: IssuedPaper) -> None:
    copy = services.make_copy(actor=actor_for(paper.owner), public_id=paper.public_id)
    revoked(paper)
    for code in (paper.code, copy.code):
        answers = [
            client.get(f"/xac-minh/{code}/"),
            client.get(f"/api/xac-minh/{code}/"),
            client.post("/xac-minh/tep/", {"tep": SimpleUploadedFile("a.pdf", pdf(2)), "ma": code}),
            client.post("/api/xac-minh/tep/", {"sha256": "0" * 64, "code": code}, content_type="application/json"),
        ]
        for answer in answers:
            assert answer.status_code == 200
            told = text_of(answer)
            assert "Cấp mới" in told or "khớp" in told.lower()
            assert [secret for secret in secrets_of(paper) if secret in told] == []


def test_the_page_says_one_word_and_the_facts(client: Client, paper: IssuedPaper) -> None:
    page = client.get(f"/xac-minh/{paper.code}/")
    body = page.content.decode()
    assert "<h1>Còn hiệu lực</h1>" in body
    for told in (paper.title, "12/XN", paper.agency_name, "01/06/2026", "Cấp mới", paper.printed_code):
        assert told in body
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert 'name="robots" content="noindex, nofollow"' in body


def test_the_page_of_a_revoked_paper_says_when_and_why(client: Client, paper: IssuedPaper) -> None:
    revoked(paper)
    body = client.get(f"/xac-minh/{paper.code}/").content.decode()
    assert "<h1>Đã bị thu hồi</h1>" in body
    assert "Cấp sai thẩm quyền" in body
    today = f"{clock.today():%d/%m/%Y}"
    assert "<dt>Thời hạn khi cấp</dt><dd>từ 01/06/2026, không thời hạn" in body
    assert f"mất hiệu lực từ {today}</dd>" in body
    assert "<dt>Có hiệu lực</dt>" not in body


def test_the_page_of_a_replaced_paper_leads_to_no_other(client: Client, paper: IssuedPaper) -> None:
    new = make_paper(replaces_id=paper.pk, agency=paper.agency)
    body = client.get(f"/xac-minh/{paper.code}/").content.decode()
    assert "<h1>Đã được thay thế</h1>" in body
    assert "đưa giấy tờ mới" in body
    assert (new.code in body, new.printed_code in body) == (False, False)


def test_the_page_speaks_english(client: Client, paper: IssuedPaper) -> None:
    client.cookies["ngon_ngu"] = "en"
    body = client.get(f"/xac-minh/{paper.code}/").content.decode()
    assert "<h1>Valid</h1>" in body


def test_an_answer_costs_few_queries(client: Client, paper: IssuedPaper, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(QUERIES_OF_AN_ANSWER):
        client.get(f"/xac-minh/{paper.code}/")
    with django_assert_num_queries(QUERIES_OF_AN_ANSWER):
        client.get(f"/api/xac-minh/{paper.code}/")


@pytest.mark.parametrize("form", ["{lower}", "{printed}", "http://testserver/xac-minh/{code}/"])
def test_a_typed_code_leads_to_its_page(client: Client, paper: IssuedPaper, form: str) -> None:
    typed = form.format(lower=paper.code.lower(), printed=paper.printed_code, code=paper.code)
    assert client.get("/xac-minh/", {"ma": typed})["Location"] == f"/xac-minh/{paper.code}/"


def test_a_slip_of_the_finger_is_said_beside_the_field_and_kept(client: Client) -> None:
    page = client.get("/xac-minh/", {"ma": "7K3M-ABC"})
    assert page.status_code == 422
    assert 'value="7K3M-ABC"' in page.content.decode()


def test_an_unknown_code_is_answered_clearly(client: Client) -> None:
    page = client.get(f"/xac-minh/{services.draw_code()}/")
    assert page.status_code == 404
    assert "Không có giấy tờ này" in page.content.decode()
    assert "Mã chưa đúng" in client.get("/xac-minh/ABC/").content.decode()


def test_a_file_is_compared_without_javascript(client: Client, paper: IssuedPaper) -> None:
    asked = client.get(f"/xac-minh/{paper.code}/").content.decode()
    assert f'name="ma" value="{paper.code}"' in asked
    page = client.post("/xac-minh/tep/", {"tep": SimpleUploadedFile("a.pdf", pdf()), "ma": paper.code})
    assert "đúng từng byte" in page.content.decode()
    other = client.post("/xac-minh/tep/", {"tep": SimpleUploadedFile("a.pdf", pdf(2)), "ma": paper.code})
    assert "Không khớp" in other.content.decode()
    assert "không có chữ ký số nào" in other.content.decode()


def test_no_file_is_an_error_beside_the_field(client: Client) -> None:
    page = client.post("/xac-minh/tep/", {"ma": ""})
    assert page.status_code == 422
    assert "Hãy chọn tệp cần so sánh." in page.content.decode()
    empty = client.post("/xac-minh/tep/", {"tep": SimpleUploadedFile("a.pdf", b"")})
    assert empty.status_code == 400


def test_the_api_answers_with_every_field(client: Client, paper: IssuedPaper) -> None:
    answer = client.get(f"/api/xac-minh/{paper.printed_code.lower()}/")
    assert answer.json() == {
        "code": paper.code,
        "standing": "valid",
        "standing_label": "Còn hiệu lực",
        "title": paper.title,
        "number": "12/XN",
        "kind": {"code": paper.kind.code, "name": paper.kind.name},
        "issuing_agency": {"code": paper.agency.code, "name": paper.agency_name},
        "agency_now": None,
        "issued_on": "2026-06-01",
        "valid_from": "2026-06-01",
        "valid_until": None,
        "ended_at": None,
        "end_reason": None,
        "facts": [{"label": "Loại", "text": "Cấp mới"}],
        "copy": None,
    }
    assert answer["Cache-Control"] == "private, max-age=30"
    assert "Set-Cookie" not in answer.headers


def test_an_unchanged_answer_is_304_until_the_paper_is_revoked(client: Client, paper: IssuedPaper) -> None:
    address = f"/api/xac-minh/{paper.code}/"
    etag = client.get(address)["ETag"]
    unchanged = client.get(address, headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    revoked(paper)
    changed = client.get(address, headers={"if-none-match": etag})
    assert (changed.status_code, changed.json()["standing"]) == (200, "revoked")


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "code"),
    [
        ("get", "/api/xac-minh/ABC/", None, 404, "code_unreadable"),
        ("get", "/api/xac-minh/0000000000000000/", None, 404, "code_unknown"),
        ("post", "/api/xac-minh/0000000000000000/", {}, 405, "method_not_allowed"),
        ("get", "/api/xac-minh/tep/", None, 405, "method_not_allowed"),
        ("post", "/api/xac-minh/tep/", {"sha256": "0"}, 400, "invalid_input"),
        ("post", "/api/xac-minh/tep/", {"sha256": 1}, 400, "invalid_input"),
        ("post", "/api/xac-minh/tep/", [], 400, "bad_json"),
    ],
)
def test_errors_are_problem_details(
    client: Client, method: str, address: str, body: Any, status: int, code: str
) -> None:
    options = {"data": body, "content_type": "application/json"} if method == "post" else {}
    answer = getattr(client, method)(address, **options)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="b"\r\n\r\n1\r\n' * 1_500),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="b"; filename="c"\r\n\r\n1\r\n' * 500,
        ),
    ],
    ids=["no boundary", "fields", "files"],
)
def test_a_form_that_cannot_be_read_is_a_problem_too(client: Client, content_type: str, body: bytes) -> None:
    answer = client.post("/api/xac-minh/tep/", body, content_type=content_type)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "bad_form"


def test_the_api_compares_a_file_and_a_hash(client: Client, paper: IssuedPaper) -> None:
    by_file = client.post("/api/xac-minh/tep/", {"file": SimpleUploadedFile("a.pdf", pdf()), "code": paper.code}).json()
    by_hash = client.post(
        "/api/xac-minh/tep/", {"sha256": paper.document.sha256}, content_type="application/json"
    ).json()
    # Of a bare hash nobody sees what the file holds.
    for found, signatures in ((by_file, []), (by_hash, None)):
        assert (found["matches"], found["paper"]["code"], found["signatures"]) == (True, paper.code, signatures)
    other = client.post("/api/xac-minh/tep/", {"file": SimpleUploadedFile("a.pdf", pdf(3))}).json()
    assert (other["matches"], other["paper"], other["signatures"]) == (False, None, [])


def test_too_many_questions_are_told_when_to_come_back(
    client: Client, paper: IssuedPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "QUESTIONS_PER_ADDRESS", 1)
    client.get(f"/api/xac-minh/{paper.code}/")
    answer = client.get(f"/api/xac-minh/{paper.code}/")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "600", "too_many_requests")
    assert client.get(f"/xac-minh/{paper.code}/").status_code == 429


def test_a_paper_not_handed_over_yet_can_be_verified(client: Client) -> None:
    paper = make_paper(is_released=False)
    assert client.get(f"/xac-minh/{paper.code}/").status_code == 200


def test_the_last_day_counts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = make_paper(valid_until=date(2026, 12, 1))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 2))
    assert "<h1>Hết hiệu lực</h1>" in client.get(f"/xac-minh/{paper.code}/").content.decode()
