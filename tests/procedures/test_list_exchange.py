"""The list of procedures goes out as a spreadsheet and comes in again: a plan first, then row by row."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted
from procedures.errors import ExchangeRefused
from procedures.exports import XLSX, procedure_list, write_sheet
from procedures.models import PolicyArea, Procedure
from procedures.services.list_import import RowOutcome, apply_list, plan_list
from tests.documents.sample_files import pdf
from tests.factories.procedures import ADMINISTRATOR, AgencyFactory, ProcedureFactory, published_procedure

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/procedures/procedure/nhap-xlsx/"


@pytest.fixture
def admin(client: Client) -> Client:
    person = User.objects.create_superuser("q@example.vn", "x", full_name="Quản Trị")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(*rows: tuple[Any, ...], heads: tuple[Any, ...] = ("Mã", "Tên", "Lĩnh vực", "Loại")) -> io.BytesIO:
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def cells(content: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]


def test_a_procedure_is_a_row_with_what_is_in_force() -> None:
    procedure = published_procedure(
        name="Đăng ký tạm trú", level=4, fee=7_000, agency=AgencyFactory.create(name="Phường Một")
    )
    ProcedureFactory.create(code="2.000001", name="Chưa công bố")

    rows = cells(procedure_list(Procedure.objects.all()))

    assert rows[0][:4] == ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Loại thủ tục"]
    assert rows[1][:5] == [procedure.code, "Đăng ký tạm trú", "Hộ tịch", None, 1]
    assert rows[1][7:9] == [4, "Phường Một"]
    assert rows[1][10] == "7.000\u00a0đ"
    assert "Trực tuyến: 3\u00a0ngày làm\u00a0việc" in rows[1][9]
    assert rows[2][:5] == ["2.000001", "Chưa công bố", "Hộ tịch", None, None]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    for _number in range(count):
        published_procedure()
    # Procedures with area and revision, terms, fees, what is offered; then a last look behind the end.
    with django_assert_num_queries(5):
        assert len(cells(procedure_list(Procedure.objects.all()))) == count + 1


def test_a_name_that_looks_like_a_formula_stays_a_text() -> None:
    content = write_sheet("Thử", ("Tên",), [('=HYPERLINK("http://x")',), ("+1",), ("a\x00b",)])
    found = load_workbook(io.BytesIO(content)).active
    assert [(row[0].value, row[0].data_type) for row in found.iter_rows(min_row=2)] == [  # type: ignore[union-attr]
        ('=HYPERLINK("http://x")', "s"),
        ("+1", "s"),
        ("ab", "s"),
    ]


def test_the_plan_says_what_each_row_would_do_and_does_nothing() -> None:
    published_procedure(code="1.000001", name="Tên cũ")
    published_procedure(code="1.000002", name="Giữ nguyên")
    plan = plan_list(
        sheet(
            ("1.000001", "Tên mới", "Hộ tịch", ""),
            ("1.000002", "Giữ nguyên", "Hộ tịch", None),
            ("1.000003", "Thêm mới", "Lĩnh vực mới", "TTHC"),
            (None, None, None, None),
            (1.000004, "Mã là số", "Hộ tịch", ""),
            ("1.000005", "", "Hộ tịch", ""),
            ("1.000006", "Không lĩnh vực", "", ""),
            ("1.000003", "Lặp", "Hộ tịch", ""),
        )
    )
    assert [(row.number, row.code, row.outcome) for row in plan] == [
        (2, "1.000001", RowOutcome.CHANGE),
        (3, "1.000002", RowOutcome.UNCHANGED),
        (4, "1.000003", RowOutcome.CREATE),
        (6, "1.000004", RowOutcome.CREATE),
        (7, "1.000005", RowOutcome.FAULT),
        (8, "1.000006", RowOutcome.FAULT),
        (9, "1.000003", RowOutcome.FAULT),
    ]
    assert plan[0].sentence == "tên: “Tên cũ” thành “Tên mới”"
    assert Procedure.objects.count() == 2


def test_carrying_out_goes_row_by_row_and_a_bad_row_leaves_the_others() -> None:
    procedure = published_procedure(code="1.000001", name="Tên cũ")
    done = apply_list(
        actor=ADMINISTRATOR,
        stream=sheet(
            ("1.000001", "Tên mới", "Đất đai", "TTHC được luật giao"),
            ("x", "Sai mã", "Hộ tịch", ""),
            ("1.000003", "Thêm mới", "Đất đai", ""),
        ),
    )
    assert [row.outcome for row in done] == [RowOutcome.CHANGE, RowOutcome.FAULT, RowOutcome.CREATE]
    procedure.refresh_from_db()
    assert (procedure.name, procedure.policy_area.name, procedure.kind) == ("Tên mới", "Đất đai", "TTHC được luật giao")
    assert " ten moi " in procedure.search_text
    assert Procedure.objects.get(code="1.000003").current_revision is None
    assert PolicyArea.objects.filter(name="Đất đai").count() == 1
    # The same list again changes nothing.
    again = plan_list(sheet(("1.000001", "Tên mới", "Đất đai", "TTHC được luật giao")))
    assert [row.outcome for row in again] == [RowOutcome.UNCHANGED]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 rubbish", pdf(), sheet(heads=("Mã",)).getvalue(), sheet(heads=(1, 2, 3, 4)).getvalue()],
)
def test_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(ExchangeRefused):
        plan_list(io.BytesIO(content))


def test_only_catalogue_editors_import() -> None:
    with pytest.raises(NotPermitted):
        apply_list(actor=Actor(kind=ActorKind.OFFICER, user_id=1), stream=sheet())


def test_the_page_shows_the_plan_then_carries_it_out(admin: Client) -> None:
    upload = SimpleUploadedFile("ds.xlsx", sheet(("1.000009", "Thêm mới", "Hộ tịch", "")).getvalue(), content_type=XLSX)

    plan = admin.post(PAGE, {"upload": upload})

    assert plan.status_code == 200
    assert "sẽ thêm 1 thủ tục, sửa 0 thủ tục" in plan.content.decode()
    assert Procedure.objects.count() == 0
    done = admin.post(PAGE, {"document": str(plan.context["document"].pk)}, follow=True)
    assert [str(message) for message in done.context["messages"]] == ["Đã thêm 1 thủ tục, sửa 0 thủ tục."]
    assert Procedure.objects.get().code == "1.000009"


@pytest.mark.parametrize(("name", "content"), [("ds.pdf", pdf()), ("ds.xlsx", b"khong phai")])
def test_the_page_refuses_another_file_with_a_reason(admin: Client, name: str, content: bytes) -> None:
    answer = admin.post(PAGE, {"upload": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert answer.context["fault"]


def test_a_plan_is_carried_out_only_by_who_uploaded_it(admin: Client, client: Client) -> None:
    plan = admin.post(PAGE, {"upload": SimpleUploadedFile("ds.xlsx", sheet(("1.000009", "A", "B", "")).getvalue())})
    document = str(plan.context["document"].pk)
    other = User.objects.create_superuser("k@example.vn", "x", full_name="Khác")
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    for wanted in (document, "x", "0" * 32):
        assert client.post(PAGE, {"document": wanted}).status_code == 422
    assert Procedure.objects.count() == 0


def test_the_list_downloads(admin: Client) -> None:
    published_procedure(code="1.000001")
    answer = admin.get("/quan-tri/procedures/procedure/xuat-xlsx/")
    assert answer["Content-Type"] == XLSX
    assert cells(answer.content)[1][0] == "1.000001"
    chosen = {"action": "export_chosen", "_selected_action": [str(Procedure.objects.get().pk)]}
    assert admin.post("/quan-tri/procedures/procedure/", chosen)["Content-Type"] == XLSX


def test_a_revision_goes_out_and_comes_in_through_admin(admin: Client) -> None:
    procedure = published_procedure(code="1.000001")
    out = admin.get(f"/quan-tri/procedures/procedurerevision/{procedure.current_revision_id}/xuat-json/")
    assert out["Content-Disposition"].startswith("attachment;")
    page = "/quan-tri/procedures/procedurerevision/nhap-json/"

    answer = admin.post(page, {"upload": SimpleUploadedFile("a.json", out.content)})

    assert answer.status_code == 302
    assert procedure.revisions.count() == 2
    for content in (b"{", b"\xff", b"[" * 100_000, b'{"format": "x"}', out.content):
        refused = admin.post(page, {"upload": SimpleUploadedFile("a.json", content)})
        assert refused.status_code == 422, content[:20]
        assert refused.context["faults"]
    assert procedure.revisions.count() == 2
