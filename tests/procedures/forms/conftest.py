"""The form tests ask sources in memory instead of the database."""

from collections.abc import Iterator

import pytest

from procedures.form_definitions.sources import attached_files, set_agency_source, set_unit_source
from tests.procedures.forms.sources import Agencies, Files, Units


@pytest.fixture(autouse=True)
def _sources_in_memory() -> Iterator[None]:
    units, agencies = set_unit_source(Units()), set_agency_source(Agencies())
    with attached_files(Files()):
        yield
    set_unit_source(units)
    set_agency_source(agencies)
