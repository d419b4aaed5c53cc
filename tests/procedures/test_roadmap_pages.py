"""The public page of the roadmap and its workbook."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core import clock
from procedures.models import RoadmapItem, RoadmapTask
from tests.factories.accounts import UserFactory
from tests.factories.procedures import AgencyFactory, ServiceOfferingFactory, published_procedure
from tests.procedures.test_pages import text_of
from tests.procedures.test_roadmap import a_plan, complete

pytestmark = pytest.mark.django_db
PAGE = "/thu-tuc/lo-trinh/"


def test_the_page_tells_levels_plans_and_what_is_in_the_way(client: Client) -> None:
    agency = AgencyFactory.create(name="Sở Tư pháp", level="department")
    planned = complete(agency=agency, delivery_ways=["desk"])
    item = a_plan(planned, planned_on=clock.today() - timedelta(days=1))
    RoadmapTask.objects.create(item=item, title="Trả bản điện tử")
    complete(agency=agency, level=4)

    page = text_of(client, PAGE)

    for words in (
        "ở mức độ 4: 1 trên 2 dịch vụ từ mức độ 2",
        "kế hoạch đã đạt: 0 trên 1",
        "ở mức độ 4 khi làm xong kế hoạch: 2 trên 2",
        "50,0&nbsp;% (1/2)",
        "Lên được mức độ 4, còn phải làm: Kết quả chỉ trả giấy tại quầy",
        f"Kế hoạch: mức độ 4, xong trước hết ngày {item.planned_on:%d/%m/%Y}, Sở Tư pháp phụ trách. Quá hạn Tiến độ 0 %.",
    ):
        assert words in page
    assert planned.procedure.name in page


def test_an_officer_in_charge_is_not_named_in_public(client: Client) -> None:
    officer = UserFactory.create(full_name="Nguyễn Thị Bí Mật")
    a_plan(complete(agency=AgencyFactory.create(name="Sở Y tế")), owner_agency=None, owner=officer)
    page = text_of(client, PAGE)
    assert "Sở Y tế phụ trách" in page
    assert "Bí Mật" not in page
    assert "Bí Mật" not in str(list(workbook(client).worksheets[2].values))


def test_the_page_of_another_day_counts_as_of_that_day(client: Client) -> None:
    complete(valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 31))
    assert "ở mức độ 4: 0 trên 1" in text_of(client, f"{PAGE}?ngay=31/05/2026")
    assert "ở mức độ 4: 0 trên 0" in text_of(client, f"{PAGE}?ngay=01/06/2026")


@pytest.mark.parametrize("typed", ["31/02/2026", "hôm nay", "2026-05-31", "01/01/0001", "9" * 5000, "\x00"])
def test_a_day_that_cannot_be_read_is_named_beside_its_field_and_kept(client: Client, typed: str) -> None:
    response = client.get(PAGE, {"ngay": typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Lỗi:" in page
    assert 'aria-invalid="true"' in page
    assert "Ngày viết dạng ngày/tháng/năm, ví dụ 31/12/2026." in page
    assert f'value="{typed[:10]}' in page or "\x00" in typed


@pytest.mark.parametrize("query", ["co-quan=%00", "muc-do=9", "sau=%00", "sau=H99~x", "co-quan=" + "x" * 5000])
def test_odd_filters_end_in_the_whole_list(client: Client, query: str) -> None:
    complete()
    assert "Không còn vướng gì" in text_of(client, f"{PAGE}?{query}")


def test_an_empty_catalogue_has_a_page(client: Client) -> None:
    page = text_of(client, PAGE)
    assert "Ngày này chưa có dịch vụ nào." in page
    assert "Không có dịch vụ mức độ 2 hoặc 3 nào." in page


def test_filters_stay_on_the_next_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = AgencyFactory.create(code="H99.7")
    for _number in range(51):
        complete(agency=agency)
    response = client.get(f"{PAGE}?co-quan=H99.7&muc-do=3&ngay={clock.today():%d/%m/%Y}")
    following = response.context["next_url"]
    assert "co-quan=H99.7" in following
    assert "muc-do=3" in following
    assert "ngay=" in following
    last = client.get(following)
    assert len(last.context["page"].services) == 1
    assert last.context["next_url"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_service_and_for_three(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        a_plan(complete())
    with django_assert_num_queries(13):
        client.get(PAGE)


def test_the_page_is_found_from_the_footer_and_from_the_catalogue(client: Client) -> None:
    published_procedure()
    assert client.get("/").content.decode().count(f'href="{PAGE}"') == 1
    assert client.get("/thu-tuc/").content.decode().count(f'href="{PAGE}"') == 2


def workbook(client: Client, query: str = "") -> openpyxl.Workbook:
    response = client.get(f"{PAGE}bang.xlsx{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_the_workbook_holds_numerators_and_denominators(client: Client) -> None:
    agency = AgencyFactory.create(name="=HYPERLINK(1)")
    a_plan(complete(agency=agency, delivery_ways=["desk"]))
    complete(agency=agency, level=4)
    complete(agency=agency, level=2)

    book = workbook(client)
    units = book.worksheets[0]
    head, row, total = ([cell.value for cell in line] for line in list(units.rows)[2:5])

    named = dict(zip(head, row, strict=True))
    # A name that looks like a formula stays a name.
    assert units["A4"].data_type == "s"
    assert named["Đơn vị"] == "=HYPERLINK(1)"
    assert (named["Mức độ 4"], named["Từ mức độ 2"], round(named["Tỷ lệ mức độ 4"], 3)) == (1, 3, 0.333)
    assert (named["Mức độ 4 theo kế hoạch"], named["Trên tổng số"]) == (2, 3)
    assert (named["Kế hoạch"], named["Đã đạt"], named["Tỷ lệ đã đạt"]) == (1, 0, 0)
    assert total[1:] == row[1:]
    assert [sheet.title for sheet in book.worksheets] == ["Theo đơn vị", "Theo mức độ", "Dịch vụ mức độ 2, 3"]
    services = list(book.worksheets[2].values)
    assert len(services) == 3
    assert {line[5] for line in services[1:]} == {"Kết quả chỉ trả giấy tại quầy", None}


def test_the_workbook_lists_services_beyond_one_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.roadmap_views._EXPORT_PAGE", 2)
    for _number in range(5):
        ServiceOfferingFactory.create(level=2)
    assert len(list(workbook(client).worksheets[2].values)) == 6
    assert len(list(workbook(client, "?ngay=nonsense").worksheets[2].values)) == 6
    assert RoadmapItem.objects.count() == 0
