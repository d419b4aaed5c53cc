"""The forms' questions answered from the tables: units of the day, agencies in force; suggestions for a page."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Agency
from procedures.form_definitions import build_form, clean, display_rows, sources
from procedures.selectors.form_sources import StoredAgencies, StoredUnits
from procedures.services.blank_forms import render_blank_form
from tests.core.test_administrative_units import DA_LAT
from tests.factories.accounts import AgencyFactory
from tests.procedures.forms.samples import NEEDED, SAMPLES, one_field

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def da_lat(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(DA_LAT)
    call_command("import_administrative_units", str(path), stdout=StringIO())


def test_the_portal_wires_its_own_tables() -> None:
    assert isinstance(sources.units(), StoredUnits)
    assert isinstance(sources.agencies(), StoredAgencies)


def test_units_come_with_what_they_belong_to(da_lat: None) -> None:
    units = StoredUnits()
    assert [unit.full_name for unit in units.communes("68", BEFORE)] == [
        "Phường 1, Thành phố Đà Lạt, Tỉnh Lâm Đồng",
        "Phường 2, Thành phố Đà Lạt, Tỉnh Lâm Đồng",
        "Phường 6, Thành phố Đà Lạt, Tỉnh Lâm Đồng",
    ]
    assert [(unit.name, unit.valid_to) for unit in units.versions("24781")] == [
        ("Phường Xuân Hương - Đà Lạt", None),
        ("Phường 6", BEFORE),
    ]
    assert [(old.name, [new.name for new in old.successors]) for old in units.predecessors("68")] == [
        ("Phường 1", ["Phường Xuân Hương - Đà Lạt"]),
        ("Phường 2", ["Phường Xuân Hương - Đà Lạt"]),
        ("Phường 6", ["Phường Lâm Viên - Đà Lạt"]),
    ]
    assert [unit.full_name for unit in units.successors("24784", BEFORE)] == [
        "Phường Xuân Hương - Đà Lạt, Tỉnh Lâm Đồng"
    ]
    assert units.successors("24784", AFTER) == []


def test_lists_are_in_the_order_of_a_vietnamese_dictionary(da_lat: None) -> None:
    assert [unit.name for unit in StoredUnits().communes("68", AFTER)] == [
        "Phường Lâm Viên - Đà Lạt",
        "Phường Xuân Hương - Đà Lạt",
    ]
    assert [unit.name for unit in StoredUnits().provinces(BEFORE)] == ["Tỉnh Bình Thuận", "Tỉnh Lâm Đồng"]


def test_a_place_costs_a_handful_of_queries_however_many_there_are(
    da_lat: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    definition = one_field("address")
    answer = {"province": "68", "commune": "xuan huong", "line": "12 Trần Phú"}
    with django_assert_num_queries(2):
        stored = clean(definition, {"answer": answer})
    assert stored.ok
    with django_assert_num_queries(2):
        assert "Xuân Hương" in str(build_form(definition, "one", initial_answers=stored.answers)["answer"])
    with django_assert_num_queries(1):
        display_rows(definition, stored.answers)


def test_agencies_are_those_in_force_today_at_the_level_and_place_asked_for() -> None:
    province = AgencyFactory.create(code="H36", name="Tỉnh", level="province")
    police = AgencyFactory.create(code="H36.14", name="Công an tỉnh", level="department", parent=province)
    AgencyFactory.create(code="H36.14.1", name="Công an phường", level="commune", parent=police)
    AgencyFactory.create(code="H36.9", name="Sở cũ", level="department", parent=province, valid_to=date(2025, 2, 28))
    AgencyFactory.create(code="G01", name="Bộ", level="ministry")
    agencies = StoredAgencies()

    def codes(**asked: object) -> list[str]:
        return [one.code for one in agencies.active(**{"levels": (), "under": "", **asked})]  # type: ignore[arg-type]

    assert codes() == ["G01", "H36.14.1", "H36.14", "H36"]
    assert codes(under="H36") == ["H36.14.1", "H36.14"]
    assert codes(under="H36", levels=("department",)) == ["H36.14"]
    assert codes(under="H99") == []
    assert (agencies.name_of("H36.9"), agencies.name_of("X")) == ("Sở cũ", None)
    Agency.objects.filter(pk=police.pk).update(valid_to=date(2026, 1, 1))
    assert codes(under="H36") == ["H36.14.1"]


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("ten=noi_o&noi_o-province=68", 2),
        ("ten=noi_o&noi_o-province=68&xua=1", 5),
        ("ten=con-0-noi_o&con-0-noi_o-province=68", 2),
        ("ten=noi_o&noi_o-province=99", 0),
        ("ten=noi_o", 0),
        ("ten=%3Cb%3E&%3Cb%3E-province=68", 0),
        ("noi_o-province=68", 0),
        ("ten=x&x-province=6%008", 0),
        ("", 0),
    ],
)
def test_a_page_gets_the_communes_of_a_province_and_nothing_for_nonsense(
    client: Client, da_lat: None, query: str, options: int
) -> None:
    answer = client.get(f"/thu-tuc/xa-phuong/?{query}")
    assert answer.status_code == 200
    assert answer.content.decode().count("<option") == options
    assert set(answer["Cache-Control"].split(", ")) == {"max-age=3600", "public"}


@pytest.mark.parametrize("kind", [kind for kind, samples in SAMPLES.items() if samples])
def test_every_kind_has_a_place_on_the_blank_form(kind: str) -> None:
    definition = one_field(kind, NEEDED.get(kind))
    pdf = render_blank_form(title="Tờ khai", procedure_name="Thử", procedure_code="1.000001", definition=definition)
    assert pdf.startswith(b"%PDF-")
