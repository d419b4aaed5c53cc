"""Public numbers under concurrency (PITFALLS 26, 31)."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from portal.core.models import ReferenceCounter
from portal.core.references import next_number

SERIES = "dossier:H36.14:2026-04-22"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_instant_get_twenty_consecutive_numbers() -> None:
    barrier = Barrier(20)

    def file_one(_number: int) -> int:
        try:
            barrier.wait(timeout=20)
            with transaction.atomic():
                return next_number(SERIES)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        numbers = list(pool.map(file_one, range(20)))

    assert sorted(numbers) == list(range(1, 21))
    assert ReferenceCounter.objects.get().last_number == 20


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        next_number(SERIES)

    assert ReferenceCounter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_filing_gives_its_number_back() -> None:
    class FilingError(Exception):
        """Something after the number went wrong."""

    with transaction.atomic():
        assert next_number(SERIES) == 1
    with contextlib.suppress(FilingError), transaction.atomic():
        assert next_number(SERIES) == 2
        raise FilingError
    with transaction.atomic():
        assert next_number(SERIES) == 2


@pytest.mark.django_db
def test_series_do_not_share_numbers() -> None:
    assert [next_number(SERIES), next_number(SERIES), next_number("dossier:H36.15:2026-04-22")] == [1, 2, 1]
