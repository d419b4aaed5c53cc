"""The parts of a rule as administrators write them, one a line; read back exactly.

steps        từ 3: 1.000
reductions   giảm 50%; trực tuyến; từ 01/07/2025 đến 31/12/2026; theo Thông tư 63/2023/TT-BTC
             còn 70.000; trực tuyến
reliefs      Người thuộc hộ nghèo: miễn; theo Luật 97/2015/QH13
             Trẻ em: giảm 50%
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from procedures.enums import Channel

Rows = list[dict[str, Any]]

_STEP = re.compile(r"từ\s+(?:\D+\s)?(\d{1,9})\s*:\s*(.+)", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,13})\s*(?:đ|đồng)?", re.IGNORECASE)
_PERCENT = re.compile(r"giảm\s+(\d{1,3})\s*%", re.IGNORECASE)
_LEFT = re.compile(r"còn\s+(.+)", re.IGNORECASE)
_DAY = r"(\d{1,2}/\d{1,2}/\d{4})"
_DAYS = re.compile(rf"(?:từ\s+{_DAY})?\s*(?:đến\s+{_DAY})?", re.IGNORECASE)
_BASIS = re.compile(r"theo\s+(.+)", re.IGNORECASE)
_CHANNELS = {"trực tuyến": Channel.ONLINE, "tại quầy": Channel.IN_PERSON, "bưu chính": Channel.POST}
_WORDS = {channel.value: word for word, channel in _CHANNELS.items()}


def parse_steps(text: str) -> Rows:
    """Raises ValueError with the sentence, line by line."""
    return _each_line(text, _parse_step)


def parse_reductions(text: str) -> Rows:
    """Raises ValueError with the sentence, line by line."""
    return _each_line(text, _parse_reduction)


def parse_reliefs(text: str, names: Mapping[str, str]) -> Rows:
    """`names`: of the categories, by key; a line names one by either. Raises ValueError with the sentence."""
    keys = {name.casefold(): key for key, name in names.items()} | {key.casefold(): key for key in names}
    return _each_line(text, lambda line: _parse_relief(line, keys))


def write_steps(rows: Rows) -> str:
    return "\n".join(f"từ {row['from']}: {_dots(row['amount'])}" for row in rows)


def write_reductions(rows: Rows) -> str:
    return "\n".join("; ".join(_reduction_parts(row)) for row in rows)


def write_reliefs(rows: Rows, names: Mapping[str, str]) -> str:
    return "\n".join(
        "; ".join(
            [
                f"{names.get(row['category'], row['category'])}: "
                + ("miễn" if row["percent"] == 100 else f"giảm {row['percent']}%"),
                *([f"theo {row['basis']}"] if row.get("basis") else []),
            ]
        )
        for row in rows
    )


def _each_line(text: str, parse_line: Callable[[str], dict[str, Any]]) -> Rows:
    rows, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(parse_line(line.strip()))
        except ValueError as problem:
            problems.append(_("Dòng %(number)d: %(problem)s") % {"number": number, "problem": problem})
    if problems:
        raise ValueError(" ".join(problems))
    return rows


def _parse_step(line: str) -> dict[str, Any]:
    found = _STEP.fullmatch(line)
    if found is None:
        raise ValueError(_("viết như “từ 3: 1.000”, nghĩa là từ đơn vị thứ 3 mỗi đơn vị 1.000 đ."))
    return {"from": int(found[1]), "amount": _amount(found[2])}


def _parse_reduction(line: str) -> dict[str, Any]:
    head, *parts = [part.strip() for part in line.split(";")]
    row: dict[str, Any] = {}
    if percent := _PERCENT.fullmatch(head):
        row["percent"] = int(percent[1])
    elif left := _LEFT.fullmatch(head):
        row["amount"] = _amount(left[1])
    else:
        raise ValueError(_("bắt đầu bằng “giảm 50%” hoặc “còn 70.000”."))
    for part in parts:
        said = _reduction_part(part)
        _require_said_once(row, said, part)
        row |= said
    return row


def _require_said_once(row: dict[str, Any], said: dict[str, Any], part: str) -> None:
    """Two channels in one line are two reductions: the last one would silently win."""
    if row.keys() & said.keys():
        raise ValueError(
            _("“%(part)s” nói lại điều dòng này đã nói. Mỗi cách nộp, mỗi thời gian viết một dòng.") % {"part": part}
        )


def _reduction_part(part: str) -> dict[str, Any]:
    if part.casefold() in _CHANNELS:
        return {"channel": _CHANNELS[part.casefold()].value}
    if basis := _BASIS.fullmatch(part):
        return {"basis": basis[1].strip()}
    days = _DAYS.fullmatch(part) if part else None
    if days is None:
        raise ValueError(
            _(
                "không hiểu “%(part)s”. Viết cách nộp (trực tuyến, tại quầy, bưu chính), "
                "ngày (từ 01/07/2025 đến 31/12/2026) hoặc căn cứ (theo Thông tư …)."
            )
            % {"part": part}
        )
    return {name: _day(days[at]) for name, at in (("from", 1), ("to", 2)) if days[at]}


def _parse_relief(line: str, keys: Mapping[str, str]) -> dict[str, Any]:
    who, colon, rest = line.partition(":")
    category = keys.get(who.strip().casefold())
    if not colon:
        raise ValueError(_("viết như “Trẻ em: miễn” hoặc “Trẻ em: giảm 50%”."))
    if category is None:
        raise ValueError(_("không có đối tượng “%(who)s”.") % {"who": who.strip()})
    share, *parts = [part.strip() for part in rest.split(";")]
    percent = _PERCENT.fullmatch(share)
    if percent is None and share.casefold() != "miễn":
        raise ValueError(_("sau đối tượng viết “miễn” hoặc “giảm 50%”."))
    row: dict[str, Any] = {"category": category, "percent": int(percent[1]) if percent else 100}
    for part in parts:
        basis = _BASIS.fullmatch(part)
        if basis is None:
            raise ValueError(_("căn cứ viết như “theo Luật …”, không hiểu “%(part)s”.") % {"part": part})
        said = {"basis": basis[1].strip()}
        _require_said_once(row, said, part)
        row |= said
    return row


def _reduction_parts(row: dict[str, Any]) -> list[str]:
    days = [
        f"{word} {date.fromisoformat(row[name]):%d/%m/%Y}"
        for name, word in (("from", "từ"), ("to", "đến"))
        if row.get(name)
    ]
    return [
        f"giảm {row['percent']}%" if row.get("percent") is not None else f"còn {_dots(row['amount'])}",
        *([_WORDS[row["channel"]]] if row.get("channel") else []),
        *([" ".join(days)] if days else []),
        *([f"theo {row['basis']}"] if row.get("basis") else []),
    ]


def _amount(text: str) -> int:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(_("“%(text)s” không phải số tiền, viết như 1.000.") % {"text": text.strip()})
    return int(found[1].replace(".", ""))


def _day(text: str) -> str:
    day, month, year = (int(part) for part in text.split("/"))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(_("không có ngày %(day)s.") % {"day": text}) from None


def _dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
