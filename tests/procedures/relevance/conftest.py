"""Without the real catalogue its relevance cannot be measured; that is said, and not passed over as a skipped test."""

import pytest

from tests.procedures.relevance.measuring import FILE_NAME, national_catalogue

collect_ignore = [] if national_catalogue() else ["test_national_catalogue.py"]


def pytest_report_header(config: pytest.Config) -> str:
    found = national_catalogue()
    return (
        f"national catalogue: {found}" if found else f"national catalogue: no {FILE_NAME}, relevance not measured on it"
    )
