"""How administrators write the parts of a rule."""

from typing import Any

import pytest

from procedures.tariffs import (
    parse_reductions,
    parse_reliefs,
    parse_steps,
    write_reductions,
    write_reliefs,
    write_steps,
)

NAMES = {"ho-ngheo": "Người thuộc hộ nghèo", "tre-em": "Trẻ em"}


def test_steps_are_read_line_by_line() -> None:
    assert parse_steps("từ 3: 1.000\n\nTừ trang 11: 500 đ") == [
        {"from": 3, "amount": 1_000},
        {"from": 11, "amount": 500},
    ]


def test_reductions_name_channel_days_and_basis_in_any_order() -> None:
    text = (
        "giảm 50%; trực tuyến; từ 01/07/2025 đến 31/12/2026; theo Thông tư 63/2023/TT-BTC\n"
        "còn 70.000; theo Nghị quyết 5; tại quầy\n"
        "giảm 5%; đến 01/06/2025"
    )
    assert parse_reductions(text) == [
        {
            "percent": 50,
            "channel": "online",
            "from": "2025-07-01",
            "to": "2026-12-31",
            "basis": "Thông tư 63/2023/TT-BTC",
        },
        {"amount": 70_000, "basis": "Nghị quyết 5", "channel": "in_person"},
        {"percent": 5, "to": "2025-06-01"},
    ]


def test_reliefs_name_a_category_by_name_or_key() -> None:
    assert parse_reliefs("Người thuộc hộ nghèo: miễn; theo Luật 97/2015/QH13\ntre-em: giảm 50%", NAMES) == [
        {"category": "ho-ngheo", "percent": 100, "basis": "Luật 97/2015/QH13"},
        {"category": "tre-em", "percent": 50},
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [{"percent": 50, "channel": "online", "from": "2025-07-01", "to": "2026-12-31", "basis": "Thông tư 63"}],
        [{"amount": 70_000, "channel": "post"}, {"percent": 1, "from": "2025-07-01"}],
    ],
)
def test_what_was_written_is_read_back_exactly(rows: list[dict[str, Any]]) -> None:
    assert parse_reductions(write_reductions(rows)) == rows
    steps = [{"from": 3, "amount": 1_000}, {"from": 9, "amount": 0}]
    assert parse_steps(write_steps(steps)) == steps
    reliefs = [{"category": "ho-ngheo", "percent": 100, "basis": "Luật 97"}, {"category": "tre-em", "percent": 50}]
    assert parse_reliefs(write_reliefs(reliefs, NAMES), NAMES) == reliefs


@pytest.mark.parametrize(
    ("parse", "text", "sentence"),
    [
        (parse_steps, "từ 3: 1.000\nba trang: 5", "Dòng 2: viết như “từ 3: 1.000”"),
        (parse_steps, "từ 3: 1.00", "“1.00” không phải số tiền"),
        (parse_steps, "từ 3: 1,5", "“1,5” không phải số tiền"),
        (parse_reductions, "giảm 50%; trực tuyến; bưu chính", "“bưu chính” nói lại điều dòng này đã nói"),
        (parse_reductions, "giảm 5%; từ 01/01/2026; từ 01/02/2026", "“từ 01/02/2026” nói lại"),
        (lambda text: parse_reliefs(text, NAMES), "Trẻ em: miễn; theo Luật 1; theo Luật 2", "“theo Luật 2” nói lại"),
        (parse_reductions, "50%", "bắt đầu bằng “giảm 50%”"),
        (parse_reductions, "giảm 50%; qua fax", "không hiểu “qua fax”"),
        (parse_reductions, "giảm 50%; từ 31/02/2026", "không có ngày 31/02/2026"),
        (parse_reductions, "giảm 50%; từ 1/2/26", "không hiểu “từ 1/2/26”"),
        (lambda text: parse_reliefs(text, NAMES), "Người lạ: miễn", "không có đối tượng “Người lạ”"),
        (lambda text: parse_reliefs(text, NAMES), "Trẻ em: tặng", "sau đối tượng viết “miễn”"),
        (lambda text: parse_reliefs(text, NAMES), "Trẻ em", "viết như “Trẻ em: miễn”"),
    ],
)
def test_a_line_that_is_not_understood_is_named(parse: Any, text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse(text)
    assert sentence in str(refused.value)
