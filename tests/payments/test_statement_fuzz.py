"""Whatever a file holds, it is read or refused: nothing else happens, and a good line is never read as another amount."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from payments.gateways import StatementRow, StatementUnreadable, gateway_named
from tests.payments.bank import HEADS, csv_file, movement, xlsx_file
from tests.payments.test_vnpay_statement import PAID, TITLES

FILES = 150
VNPAY_CELLS = tuple("" if cell is None else cell for cell in PAID)
_ODD: list[Any] = [
    *(
        "",
        " ",
        "\x00",
        "\ud7ff",
        "\u202e",
        "đ",
        "=1+1",
        '="01"',
        "'",
        '"',
        "-",
        "--1",
        "1e400",
        "NaN",
        "inf",
        "9" * 400,
    ),
    *(
        "1.000.000.000.000.000",
        "0",
        "-0",
        "(5)",
        "(5",
        "05/05/2025",
        "31/02/2025",
        "00:00",
        "24:00",
        "0001-01-01",
        "Nợ",
        "Có",
    ),
    *("Ngày", "Tổng cộng", "A" * 40_000, "1;2", "1\t2", "1\n2", "\u00a01\u00a0000", "１２", "TRUE"),
    *(None, True, False, 0, -1, 1, 0.5, -0.0, 45782, 45782.5, 2958466, 10**14, 10**15, 10**40, 1e14, 1e15, 1e300),
    *(datetime(1900, 1, 1), datetime(9999, 12, 31, 23, 59, 59), date(2025, 5, 5), time(23, 59, 59, 999_999)),
    *(timedelta(days=3), timedelta(hours=8)),
]


def _no_control(value: Any) -> Any:
    """A workbook takes no control characters."""
    return value.replace("\x00", "?") if isinstance(value, str) else value


def _file(chance: random.Random, heads: tuple[str, ...], line: tuple[Any, ...]) -> bytes:
    rows = []
    for _ in range(chance.randint(1, 6)):
        cells = list(line)
        for _change in range(chance.randint(0, 3)):
            cells[chance.randrange(len(cells))] = chance.choice(_ODD)
        rows.append(cells[: chance.randint(0, len(cells))] if chance.random() < 0.1 else cells)
    titles = list(heads)
    if chance.random() < 0.2:
        titles[chance.randrange(len(titles))] = str(chance.choice(_ODD))
    if chance.random() < 0.5:
        content = csv_file([[str(cell) for cell in row] for row in rows], heads=titles)
    else:
        content = xlsx_file(
            [[_no_control(cell) for cell in row] for row in rows], heads=[_no_control(t) for t in titles]
        )
    return _damaged(chance, content) if chance.random() < 0.3 else content


def _damaged(chance: random.Random, content: bytes) -> bytes:
    broken = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.randrange(len(broken))]) if chance.random() < 0.2 else bytes(broken)


@pytest.mark.parametrize(
    ("provider", "heads", "line"),
    [
        ("vietqr", HEADS, movement("Nop le phi", "135.000", number="FT1")),
        ("vietqr", ("Ngày", "Giờ", "Số tiền", "Nợ/Có", "Diễn giải"), ("05/05/2025", "08:30", "135000", "Có", "a")),
        ("vnpay", tuple(TITLES), VNPAY_CELLS),
    ],
)
def test_any_file_is_read_or_refused(provider: str, heads: tuple[str, ...], line: tuple[Any, ...]) -> None:
    read: Callable[[bytes], list[StatementRow]] = gateway_named(provider).read_statement
    chance = random.Random(f"{provider}{len(heads)}")
    taken = refused = 0
    for number in range(FILES):
        content = _file(chance, heads, line)
        try:
            rows = read(content)
        except StatementUnreadable:
            refused += 1
            continue
        except Exception as error:
            raise AssertionError((number, content[:2000])) from error
        taken += 1
        for row in rows:
            assert 0 < row.amount < 10**15, number
            assert 2000 <= row.happened_at.year <= 2100, number
            assert 0 < len(row.movement_id) <= 64, number
            assert len(row.text) <= 500, number
            assert "\x00" not in row.text + row.movement_id + row.reference, number
        assert len({row.movement_id for row in rows}) == len(rows), number
    # Both ways were really gone.
    assert taken > 5
    assert refused > 30
