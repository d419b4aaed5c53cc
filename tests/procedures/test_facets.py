"""Facets: counts that tell the truth, choices that combine, every state in the address."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from procedures import selectors
from procedures.enums import AdministrativeLevel, SearchFacet, Subject
from procedures.models import LifeEvent, LifeEventProcedure, Procedure
from procedures.selectors import Chosen
from procedures.services import refresh_search_documents
from tests.factories.procedures import AgencyFactory, PolicyAreaFactory, published_procedure

pytestmark = pytest.mark.django_db


def counted(facet: SearchFacet, text: str = "", **asked: list[str]) -> dict[str, int]:
    page = selectors.search(text, chosen=Chosen.of({name.replace("_", "-"): values for name, values in asked.items()}))
    return {value.key: value.count for value in page.counts.facets[facet]}


@pytest.fixture
def three() -> list[Procedure]:
    """Two of civil status at levels 4 and 3, one of residence that nobody offers."""
    residence = PolicyAreaFactory.create(name="Cư trú", slug="cu-tru")
    commune = AgencyFactory.create(name="Ủy ban nhân dân xã Một")
    citizens = {"audience": [Subject.CITIZEN], "administrative_levels": [AdministrativeLevel.COMMUNE]}
    everyone = {
        "audience": [Subject.CITIZEN, Subject.FOREIGNER],
        "administrative_levels": [AdministrativeLevel.COMMUNE, AdministrativeLevel.PROVINCE],
    }
    return [
        published_procedure(name="Đăng ký khai sinh", level=4, agency=commune, revision_fields=citizens),
        published_procedure(name="Đăng ký kết hôn", level=3, agency=commune, revision_fields=everyone),
        published_procedure(
            name="Đăng ký tạm trú",
            level=None,
            policy_area=residence,
            revision_fields=everyone | {"resolving_agency_name": "Công an cấp xã, Công an cấp tỉnh"},
        ),
    ]


@pytest.mark.usefixtures("three")
def test_every_facet_counts_the_hits() -> None:
    assert counted(SearchFacet.AREA) == {"ho-tich": 2, "cu-tru": 1}
    assert counted(SearchFacet.LEVEL) == {"4": 1, "3": 1, "1": 1}
    assert counted(SearchFacet.AUDIENCE) == {"cong-dan": 3, "nguoi-nuoc-ngoai": 2}
    assert counted(SearchFacet.GOVERNMENT_LEVEL) == {"tinh": 2, "xa": 3}
    assert counted(SearchFacet.AGENCY) == {"uy-ban-nhan-dan-xa-mot": 2, "cong-an-cap-tinh": 1, "cong-an-cap-xa": 1}
    assert counted(SearchFacet.LIFE_EVENT) == {}
    assert counted(SearchFacet.AREA, "kết hôn") == {"ho-tich": 1}


@pytest.mark.usefixtures("three")
def test_values_of_one_facet_are_alternatives_and_facets_combine() -> None:
    both = selectors.search(chosen=Chosen.of({"linh-vuc": ["ho-tich", "cu-tru"]}))
    combined = selectors.search(chosen=Chosen.of({"linh-vuc": ["ho-tich"], "doi-tuong": ["nguoi-nuoc-ngoai"]}))

    assert (both.total, both.counts.unfiltered) == (3, 3)
    assert [procedure.name for procedure in combined.procedures] == ["Đăng ký kết hôn"]
    assert combined.counts.unfiltered == 3


@pytest.mark.usefixtures("three")
def test_a_count_heeds_the_other_facets_and_not_its_own() -> None:
    chosen = {"linh_vuc": ["cu-tru"]}

    assert counted(SearchFacet.AREA, **chosen) == {"cu-tru": 1, "ho-tich": 2}
    assert counted(SearchFacet.LEVEL, **chosen) == {"1": 1}
    assert counted(SearchFacet.AREA, linh_vuc=["cu-tru"], muc_do=["4"]) == {"cu-tru": 0, "ho-tich": 1}


def test_a_life_event_narrows_by_its_procedures(three: list[Procedure]) -> None:
    event = LifeEvent.objects.create(slug="sinh-con", title_vi="Sinh con", title_en="Having a child")
    LifeEventProcedure.objects.create(life_event=event, procedure=three[0])
    refresh_search_documents([three[0].pk])

    page = selectors.search(chosen=Chosen.of({"su-kien": ["sinh-con"]}))

    assert [procedure.pk for procedure in page.procedures] == [three[0].pk]
    assert [value.label for value in page.counts.facets[SearchFacet.LIFE_EVENT]] == ["Sinh con"]


@pytest.mark.parametrize("count", [1, 3])
def test_all_facets_are_counted_by_one_statement(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(count):
        published_procedure(policy_area=PolicyAreaFactory.create(name=f"Lĩnh vực {number}", slug=f"linh-vuc-{number}"))

    # Counts, keys, procedures, terms, fees, what is offered.
    with django_assert_num_queries(6):
        page = selectors.search(chosen=Chosen.of({"muc-do": ["4"]}))
    assert page.total == count


def test_what_is_odd_in_an_address_is_left_out() -> None:
    chosen = Chosen.of(
        {"muc-do": ["9", "", "4", "4"], "linh-vuc": ["\x00", " ", "a" * 500], "sau": ["x"], "cap": ["x"] * 99}
    )

    assert chosen.pairs() == [
        (SearchFacet.LEVEL, "4"),
        (SearchFacet.GOVERNMENT_LEVEL, "x"),
        (SearchFacet.AREA, "a" * 200),
    ]


@pytest.mark.usefixtures("three")
def test_what_is_chosen_is_taken_off_one_by_one(client: Client) -> None:
    body = client.get("/thu-tuc/?q=dang+ky&linh-vuc=ho-tich&doi-tuong=cong-dan").content.decode()
    chips = dict(re.findall(r'<li><a href="([^"]+)"><span class="hidden-visually">([^<]+)</span>', body))

    assert chips == {
        "/thu-tuc/?q=dang+ky&amp;linh-vuc=ho-tich": "Bỏ lọc Ai làm:",
        "/thu-tuc/?q=dang+ky&amp;doi-tuong=cong-dan": "Bỏ lọc Lĩnh vực:",
    }
    assert 'href="/thu-tuc/?q=dang+ky">Bỏ mọi bộ lọc' in body


@pytest.mark.usefixtures("three")
def test_the_search_box_keeps_what_is_chosen_and_the_boxes_keep_the_words(client: Client) -> None:
    body = client.get("/thu-tuc/?q=dang+ky&linh-vuc=ho-tich").content.decode()

    assert '<input type="hidden" form="tim-kiem" name="linh-vuc" value="ho-tich">' in body
    assert '<input type="hidden" name="q" value="dang ky">' in body
    assert re.search(r'<input type="checkbox" id="linh-vuc-ho-tich"[^>]* checked>', body)


@pytest.mark.usefixtures("three")
def test_htmx_gets_the_part_that_the_page_includes(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "tim-thay"}
    fragment = client.get("/thu-tuc/?q=khai+sinh", headers=headers)
    whole = client.get("/thu-tuc/?q=khai+sinh")

    assert fragment.templates[0].name == "procedures/_found.html"
    assert "<html" not in fragment.content.decode()
    assert '<p id="so-luong" hx-swap-oob="innerHTML">' in fragment.content.decode()
    assert "procedures/_found.html" in [template.name for template in whole.templates]
    assert fragment.headers["Vary"] == whole.headers["Vary"]
    assert "HX-Request" in whole.headers["Vary"]


def test_a_code_alone_leads_to_its_page(client: Client) -> None:
    published_procedure(code="1.004194")

    assert client.get("/thu-tuc/?q=+1.004194+")["Location"] == "/thu-tuc/1.004194/"
    assert client.get("/thu-tuc/?q=1.004195").status_code == 200


@pytest.mark.usefixtures("three")
def test_areas_and_agencies_are_listed_with_counts(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        areas = client.get("/thu-tuc/linh-vuc/").content.decode()
    with django_assert_num_queries(1):
        agencies = client.get("/thu-tuc/co-quan/").content.decode()

    assert re.findall(r'\?linh-vuc=([\w-]+)" lang="vi">([^<]+)</a> <span class="soft">([^<]+)<', areas) == [
        ("cu-tru", "Cư trú", "1 thủ tục"),
        ("ho-tich", "Hộ tịch", "2 thủ tục"),
    ]
    assert re.findall(r'\?co-quan=([\w-]+)" lang="vi">([^<]+)</a> <span class="soft">([^<]+)<', agencies) == [
        ("cong-an-cap-tinh", "Công an cấp tỉnh", "1 thủ tục"),
        ("cong-an-cap-xa", "Công an cấp xã", "1 thủ tục"),
        ("uy-ban-nhan-dan-xa-mot", "Ủy ban nhân dân xã Một", "2 thủ tục"),
    ]
