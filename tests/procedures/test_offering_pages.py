"""What a procedure's page says of its offerings: both vocabularies, channels, another system, online only."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core import clock
from procedures.models import ProviderSystem
from tests.factories.procedures import AgencyFactory, ServiceOfferingFactory, published_procedure
from tests.procedures.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def nsw() -> ProviderSystem:
    return ProviderSystem.objects.create(name="Một cửa quốc gia", code="nsw", address="https://vnsw.gov.vn/")


def test_the_claim_is_shown_beside_the_level_and_not_read_off_it(client: Client) -> None:
    procedure = published_procedure(level=None)
    ServiceOfferingFactory.create(procedure=procedure, level=4, scope="partial", delivery_ways=["desk"])

    page = text_of(client, f"/thu-tuc/{procedure.code}/")

    assert "Một phần Mức độ 4" in page
    assert "Toàn trình" not in page
    assert "Trả kết quả: tại quầy" in page
    assert "Nhận hồ sơ: trực tuyến, tại quầy, qua bưu chính" in page
    assert "Một phần Mức độ 4" in text_of(client, "/thu-tuc/")


def test_online_reception_below_level_three_opens_the_button(client: Client) -> None:
    procedure = published_procedure(level=None)
    ServiceOfferingFactory.create(procedure=procedure, level=2, scope="partial", has_online_reception=True)

    page = text_of(client, f"/thu-tuc/{procedure.code}/")

    assert "Một phần Mức độ 2" in page
    assert "Nộp hồ sơ trực tuyến" in page
    assert "Nhận hồ sơ trực tuyến" in page


def test_electronic_only_is_announced_and_then_closes_the_other_channels(client: Client) -> None:
    today = clock.today()
    soon = published_procedure(level=None)
    ServiceOfferingFactory.create(procedure=soon, electronic_only_from=today + timedelta(days=1))
    page = text_of(client, f"/thu-tuc/{soon.code}/")
    day = f"{today + timedelta(days=1):%d/%m/%Y}"
    assert f"Từ ngày {day} sẽ chỉ nhận hồ sơ trực tuyến. Trước ngày đó vẫn nộp được tại quầy" in page
    assert "Muốn nộp tại quầy?" in page

    now = published_procedure(level=None)
    ServiceOfferingFactory.create(procedure=now, electronic_only_from=today)
    page = text_of(client, f"/thu-tuc/{now.code}/")
    assert f"Từ ngày {today:%d/%m/%Y} chỉ nhận hồ sơ trực tuyến, không nhận tại quầy và qua bưu chính." in page
    assert "Muốn nộp tại quầy?" not in page
    table = page.partition("Thời hạn và mức thu theo cách nộp")[2].partition("Nộp hồ sơ trực tuyến")[0]
    assert "Trực tuyến" in table
    assert "Tại quầy" not in table
    assert "Qua bưu chính" not in table


def test_one_of_two_agencies_is_named_when_it_closes_its_desk(client: Client) -> None:
    procedure = published_procedure(level=4)
    agency = AgencyFactory.create(name="Cục Biến đổi khí hậu")
    ServiceOfferingFactory.create(procedure=procedure, agency=agency, electronic_only_from=clock.today())

    page = text_of(client, f"/thu-tuc/{procedure.code}/")

    assert "Cục Biến đổi khí hậu chỉ nhận hồ sơ trực tuyến" in page
    assert "Muốn nộp tại quầy?" in page


def test_an_external_service_shows_its_link_and_says_that_one_leaves(client: Client, nsw: ProviderSystem) -> None:
    procedure = published_procedure(level=None)
    ServiceOfferingFactory.create(
        procedure=procedure, provider_system=nsw, provider_address="https://vnsw.gov.vn/hcfc/"
    )

    response = client.get(f"/thu-tuc/{procedure.code}/")
    page = text_of(client, f"/thu-tuc/{procedure.code}/")

    assert 'href="https://vnsw.gov.vn/hcfc/" rel="noopener nofollow external"' in response.content.decode()
    assert "Nộp trên Một cửa quốc gia" in page
    assert "Bạn rời cổng này" in page
    assert "Nộp hồ sơ trực tuyến" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_agency_and_for_three(
    client: Client, nsw: ProviderSystem, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedure = published_procedure(level=None)
    for _number in range(count):
        ServiceOfferingFactory.create(procedure=procedure, provider_system=nsw)
    with django_assert_num_queries(10):
        client.get(f"/thu-tuc/{procedure.code}/")
