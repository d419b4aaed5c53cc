"""The real catalogue answers what people type. Only facts of it are here: codes."""

import io

import pytest
from django.core.management import call_command

from procedures import selectors
from tests.procedures.relevance.measuring import EVERYDAY_QUERIES, missed, national_catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def national() -> None:
    call_command("import_procedures", str(national_catalogue()), stdout=io.StringIO(), stderr=io.StringIO())
    call_command("seed_catalogue", stdout=io.StringIO())


@pytest.mark.usefixtures("national")
def test_nine_of_ten_everyday_queries_find_their_procedure_among_the_first_three() -> None:
    assert selectors.search().total == 1939
    assert len(EVERYDAY_QUERIES) == 60
    assert len({query.field for query in EVERYDAY_QUERIES}) >= 12

    wrong = list(missed(EVERYDAY_QUERIES))

    assert len(wrong) <= 6, wrong
