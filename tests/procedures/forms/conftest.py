"""The form tests ask sources in memory instead of the database."""

from collections.abc import Iterator

import pytest

from procedures.form_definitions.sources import set_agency_source, set_unit_source
from tests.procedures.forms.sources import Agencies, Units


@pytest.fixture(autouse=True)
def _sources_in_memory() -> Iterator[None]:
    units, agencies = set_unit_source(Units()), set_agency_source(Agencies())
    yield
    set_unit_source(units)
    set_agency_source(agencies)
