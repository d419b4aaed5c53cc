"""The demonstration's procedures are found by what people type; this runs everywhere."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.procedures.relevance.measuring import missed, read_queries

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_query_finds_its_procedure_among_the_first_three() -> None:
    call_command("load_demo_catalogue", stdout=io.StringIO())
    call_command("seed_catalogue", stdout=io.StringIO())

    assert list(missed(read_queries(Path(__file__).with_name("demo_queries.tsv")))) == []
