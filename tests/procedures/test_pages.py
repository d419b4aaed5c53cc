"""The pages of the catalogue, as a browser sees them."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core.money import NO_BREAK_SPACE
from procedures.enums import Channel
from procedures.models import Procedure
from procedures.services import blank_forms, refresh_listing_rank
from tests.factories.documents import StoredDocumentFactory
from tests.factories.procedures import (
    AgencyFactory,
    ChannelTermFactory,
    FeeRuleFactory,
    FormTemplateFactory,
    ProcedureCaseFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The words of the page, tags taken out, blanks folded."""
    response = client.get(address)
    assert response.status_code == status
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(NO_BREAK_SPACE, " ")


def with_template(level: int | None) -> tuple[Procedure, int]:
    procedure = ProcedureFactory.create(code="1.012812", name="Hòa giải")
    revision = ProcedureRevisionFactory.create(procedure=procedure)
    template = FormTemplateFactory.create(revision=revision, document=StoredDocumentFactory.create())
    in_force(revision)
    if level:
        ServiceOfferingFactory.create(procedure=procedure, level=level)
        refresh_listing_rank(procedure)
    return procedure, template.pk


def test_the_list_shows_level_term_fee_and_agency(client: Client) -> None:
    published_procedure(
        code="1.004194", name="Đăng ký tạm trú", fee=7_000, agency=AgencyFactory.create(name="Công an phường")
    )

    page = text_of(client, "/thu-tuc/?q=dang+ky+tam+tru")

    assert "Tìm thấy 1 thủ tục cho “dang ky tam tru”" in page
    for words in ("Đăng ký tạm trú", "Toàn trình Mức độ 4", "3 ngày làm việc", "7.000 đ", "Công an phường", "1.004194"):
        assert words in page


def test_an_empty_catalogue_still_gives_a_page(client: Client) -> None:
    assert "Danh mục chưa có thủ tục nào." in text_of(client, "/thu-tuc/?q=khai+sinh")


def test_what_was_typed_is_escaped(client: Client) -> None:
    body = client.get("/thu-tuc/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


@pytest.mark.parametrize(
    "query",
    ["muc-do=9", "muc-do=x", "linh-vuc=%00", "sau=%FF", "q=%00", "q=%ED%A0%80", "muc-do=%C2%B2", "sau=1-1.000001"],
)
def test_no_address_breaks_the_list(client: Client, query: str) -> None:
    published_procedure()

    assert client.get(f"/thu-tuc/?{query}").status_code == 200


def test_the_next_page_keeps_the_question(client: Client) -> None:
    for _number in range(21):
        published_procedure(name="Khai sinh")

    body = client.get("/thu-tuc/?q=khai+sinh&muc-do=4").content.decode()
    following = re.search(r'href="([^"]*sau=[^"]*)"', body)

    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).content.decode()
    assert second.count("<h3>") == 1
    assert "q=khai+sinh&amp;muc-do=4" in following[1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_six_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        published_procedure()

    with django_assert_num_queries(6):
        assert client.get("/thu-tuc/").content.decode().count("<h3>") == min(count, 20)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_procedure_costs_ten_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedure = published_procedure(document_count=count)
    for _number in range(count - 1):
        ServiceOfferingFactory.create(procedure=procedure)

    with django_assert_num_queries(10):
        client.get(f"/thu-tuc/{procedure.code}/")


def test_level_4_says_all_and_offers_to_file(client: Client) -> None:
    published_procedure(code="3.000347", name="Đổi giấy phép lái xe", term_days=5)

    body = client.get("/thu-tuc/3.000347/").content.decode()

    assert 'href="/ho-so/nop/3.000347/"' in body
    page = text_of(client, "/thu-tuc/3.000347/")
    for words in ("Đổi giấy phép lái xe", "Toàn trình", "5 ngày làm việc", "135.000 đ", "Giấy xác nhận thử"):
        assert words in page
    assert "minh họa" not in page
    assert "chưa được cơ quan rà soát" not in page


def test_level_3_says_that_money_and_result_are_at_the_desk(client: Client) -> None:
    procedure = published_procedure(level=3)

    assert "Nộp trên mạng; phí và kết quả ở quầy." in text_of(client, f"/thu-tuc/{procedure.code}/")


def test_level_2_offers_the_form_and_no_filing(client: Client) -> None:
    procedure, template_id = with_template(level=2)

    body = client.get(f"/thu-tuc/{procedure.code}/").content.decode()

    assert f'href="/thu-tuc/1.012812/bieu-mau/{template_id}/"' in body
    assert "/ho-so/nop/" not in body


@pytest.mark.parametrize("level", [1, None])
def test_level_1_offers_neither(client: Client, level: int | None) -> None:
    procedure, _template_id = with_template(level=level)

    body = client.get(f"/thu-tuc/{procedure.code}/").content.decode()

    assert "bieu-mau" not in body
    assert "/ho-so/nop/" not in body
    assert "Trang này cung cấp thông tin." in body


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_form_is_a_download_from_level_2_on(client: Client, level: int) -> None:
    _procedure, template_id = with_template(level=level)

    response = client.get(f"/thu-tuc/1.012812/bieu-mau/{template_id}/")

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"%PDF-1.7 noi dung"  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("level", [1, None])
def test_the_form_is_refused_below_level_2(client: Client, level: int | None) -> None:
    _procedure, template_id = with_template(level=level)

    response = client.get(f"/thu-tuc/1.012812/bieu-mau/{template_id}/")

    assert response.status_code == 403
    assert "chưa cho phép tải mẫu đơn" in response.content.decode()


def test_a_form_of_another_procedure_or_of_none_is_not_found(client: Client) -> None:
    _procedure, template_id = with_template(level=2)
    other = published_procedure(level=4)

    for address in (f"/thu-tuc/{other.code}/bieu-mau/{template_id}/", f"/thu-tuc/1.012812/bieu-mau/{template_id + 1}/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_declaration_prints_as_a_blank_form_drawn_once(
    client: Client, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedure = published_procedure(level=level)
    address = f"/thu-tuc/{procedure.code}/to-khai.pdf"
    assert address in client.get(f"/thu-tuc/{procedure.code}/").content.decode()

    first = client.get(address)
    monkeypatch.setattr(blank_forms, "render_pdf", lambda *_given: pytest.fail("drawn twice"))
    second = client.get(address)

    assert first.content.startswith(b"%PDF-1.7")
    assert second.content == first.content
    assert first["Content-Disposition"].startswith(f'attachment; filename="to-khai-{procedure.code.replace(".", "-")}')


@pytest.mark.parametrize("level", [1, None])
def test_the_blank_declaration_is_refused_below_level_2(client: Client, level: int | None) -> None:
    procedure = published_procedure(level=level)
    assert client.get(f"/thu-tuc/{procedure.code}/to-khai.pdf").status_code == 403
    assert "to-khai.pdf" not in client.get(f"/thu-tuc/{procedure.code}/").content.decode()


@pytest.mark.parametrize("form", [{}, {"sections": []}, {"sections": [{"key": "a", "label": "A"}]}, {"x": 1}])
def test_without_a_declaration_there_is_nothing_to_print(client: Client, form: dict[str, Any]) -> None:
    procedure = published_procedure(level=2, form=form)
    assert client.get(f"/thu-tuc/{procedure.code}/to-khai.pdf").status_code == 404
    assert "to-khai.pdf" not in client.get(f"/thu-tuc/{procedure.code}/").content.decode()


@pytest.mark.parametrize("code", ["9.999999", "1.00419", "abc", "1.004194x", "0.004194"])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/thu-tuc/{code}/").status_code == 404


def test_a_draft_is_not_found(client: Client) -> None:
    draft = ProcedureRevisionFactory.create()

    assert client.get(f"/thu-tuc/{draft.procedure.code}/").status_code == 404


def test_cases_have_their_documents_terms_and_fees(client: Client) -> None:
    revision = ProcedureRevisionFactory.create()
    lost = ProcedureCaseFactory.create(revision=revision, name="Bị mất")
    RequiredDocumentFactory.create(revision=revision, name="Đơn đề nghị")
    RequiredDocumentFactory.create(revision=revision, name="Đơn báo mất", case=lost, copies=2)
    ChannelTermFactory.create(revision=revision, term_value=5)
    ChannelTermFactory.create(revision=revision, term_value=20, case=lost)
    FeeRuleFactory.create(revision=revision, amount=7_000, channel=Channel.ONLINE, label="Lệ phí")
    in_force(revision)

    page = text_of(client, f"/thu-tuc/{revision.procedure.code}/")

    for words in (
        "Đơn đề nghị",
        "Trường hợp: Bị mất",
        "Đơn báo mất",
        "2 bản sao",
        "20 ngày làm việc Bị mất",
        "7.000 đ",
    ):
        assert words in page


def test_unreviewed_and_illustrative_values_are_called_so(client: Client) -> None:
    revision = ProcedureRevisionFactory.create(is_illustrative=True)
    ChannelTermFactory.create(revision=revision, term_value=None, term_unit="", is_reviewed=False)
    FeeRuleFactory.create(revision=revision, amount=None, fee_text="10 USD", is_reviewed=False)
    in_force(revision)

    page = text_of(client, f"/thu-tuc/{revision.procedure.code}/")

    assert "Thời hạn và mức thu theo Cổng Dịch vụ công quốc gia, chưa được cơ quan rà soát." in page
    assert "số liệu minh họa" in page
    assert "Chưa có thông tin" in page
    assert "10 USD" in page


def test_several_agencies_are_shown_with_their_levels(client: Client) -> None:
    procedure = published_procedure(agency=AgencyFactory.create(name="Phường Một"))
    ServiceOfferingFactory.create(
        procedure=procedure,
        agency=AgencyFactory.create(name="Phường Hai"),
        receiving_agency=AgencyFactory.create(name="Trung tâm hành chính công"),
        level=3,
    )

    page = text_of(client, f"/thu-tuc/{procedure.code}/")

    assert "Phường Một Toàn trình Mức độ 4" in page
    assert "Phường Hai Tiếp nhận tại: Trung tâm hành chính công Một phần Mức độ 3" in page


@pytest.mark.parametrize("address", ["/thu-tuc/", "/thu-tuc/1.000001/"])
def test_pages_only_read(client: Client, address: str) -> None:
    published_procedure(code="1.000001")

    assert client.post(address).status_code == 405
