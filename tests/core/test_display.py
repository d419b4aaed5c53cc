"""Amounts, instants, sizes and hashes as a page shows them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.core.money import format_vnd


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0\u00a0đ"), (999, "999\u00a0đ"), (135_000, "135.000\u00a0đ"), (1_234_567_890, "1.234.567.890\u00a0đ")],
)
def test_an_amount_has_dots_between_thousands(amount: int, shown: str) -> None:
    assert format_vnd(amount) == shown


@pytest.mark.parametrize(
    ("expression", "value", "vietnamese", "english"),
    [
        ("value|vnd", 135_000, "135.000 đ", "135.000 đ"),
        ("value|vnd", None, "", ""),
        (
            "value|instant",
            datetime(2026, 5, 5, 1, 5, tzinfo=UTC),
            "8 giờ 05, ngày 05/05/2026",
            "08:05, 05/05/2026",
        ),
        ("value|instant", None, "", ""),
        ("value|day", date(2026, 5, 5), "05/05/2026", "05/05/2026"),
        # 18:00 in London is the next day in Vietnam
        ("value|day", datetime(2026, 5, 5, 18, tzinfo=UTC), "06/05/2026", "06/05/2026"),
        ("value|day", None, "", ""),
        ("value|file_size", 0, "0 B", "0 B"),
        ("value|file_size", 999, "999 B", "999 B"),
        ("value|file_size", 184_200, "184 kB", "184 kB"),
        ("value|file_size", 999_499, "999 kB", "999 kB"),
        ("value|file_size", 999_500, "1,0 MB", "1.0 MB"),
        ("value|file_size", 1_240_000, "1,2 MB", "1.2 MB"),
        ("value|file_size", None, "", ""),
        ("value|short_hash", "9f3a" + "0" * 56 + "c41e", "9f3a…c41e", "9f3a…c41e"),
        ("value|short_hash", "9f3ac41e", "9f3ac41e", "9f3ac41e"),
    ],
)
def test_filters_need_no_load_and_follow_the_language(
    expression: str, value: object, vietnamese: str, english: str
) -> None:
    template = Template("{{ " + expression + " }}")
    shown = {}
    for language in ("vi", "en"):
        with translation.override(language):
            shown[language] = template.render(Context({"value": value})).replace("\u00a0", " ")

    assert shown == {"vi": vietnamese, "en": english}
