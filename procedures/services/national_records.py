"""Reading one record of the national catalogue: pure, keeps what it reads, names what a person must look at.

The source is real and dirty (DOMAIN, head and 9.1). A record whose shape is wrong raises `MalformedRecordError`; one
whose values are doubtful is read as it stands and carries flags. Nothing here is reviewed, so nothing charges or sets a
deadline.
"""

import hashlib
import json
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core.enums import TermUnit
from portal.core.text import fold, normalise
from procedures.enums import AdministrativeLevel, Channel, ReviewCode, Subject
from procedures.services.national_texts import says_more_of_fee, split_legal_bases, split_steps
from procedures.validators import PROCEDURE_CODE_PATTERN

# Part of the digest: a change of the mapping makes new revisions of everything at the next import.
MAPPING_VERSION = 2
_MOST_ROWS = 2_000
_LONGEST_TEXT = 100_000
_MOST_COPIES = 50
_LARGEST_NUMBER = 2**31 - 1
_LARGEST_FEE = 2_000_000_000
# Longer than any term in the national catalogue that a person would believe.
_LONGEST_TERM = {
    TermUnit.WORKING_DAY: 120,
    TermUnit.CALENDAR_DAY: 180,
    TermUnit.HOUR: 240,
    TermUnit.WORKING_HOUR: 240,
    TermUnit.MONTH: 12,
}
_FREE = "mien phi"
_AMOUNT_IN_WORDS = re.compile(r"\d[\d.,]*\s*(?:đồng|đ\b|vnđ|vnd)", re.IGNORECASE)
_DIGITS = re.compile(r"^\s*(\d[\d.,]{0,30})\s*(?:vnđ|vnd|việt nam đồng|đồng|đ)\s*$", re.IGNORECASE)
_BROKEN = re.compile(r"[\x00\ud800-\udfff]")

_SUBJECTS = {
    "cong dan viet nam": Subject.CITIZEN,
    "nguoi viet nam dinh cu o nuoc ngoai": Subject.OVERSEAS_VIETNAMESE,
    "nguoi nuoc ngoai": Subject.FOREIGNER,
    "nguoi nuoc ngoai cu tru tai viet nam": Subject.FOREIGNER,
    "doanh nghiep": Subject.ENTERPRISE,
    "doanh nghiep viet nam": Subject.ENTERPRISE,
    "doanh nghiep co von dau tu nuoc ngoai": Subject.FOREIGN_INVESTED_ENTERPRISE,
    "hop tac xa": Subject.COOPERATIVE,
    "to chuc (khong bao gom doanh nghiep, htx)": Subject.ORGANISATION,
    "to chuc nuoc ngoai": Subject.FOREIGN_ORGANISATION,
    # The source splits "Cán bộ, công chức, viên chức" at its commas.
    "can bo": Subject.CIVIL_SERVANT,
    "cong chuc": Subject.CIVIL_SERVANT,
    "vien chuc": Subject.CIVIL_SERVANT,
    "dang vien": Subject.PARTY_MEMBER,
    "to chuc dang": Subject.PARTY_ORGANISATION,
}
_LEVELS = {
    "cap bo": AdministrativeLevel.MINISTRY,
    "cap tinh": AdministrativeLevel.PROVINCE,
    "cap xa": AdministrativeLevel.COMMUNE,
    "co quan khac": AdministrativeLevel.OTHER,
}


class MalformedRecordError(Exception):
    """The record cannot be read at all; `reason` names the key and the fault, without the content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("malformed_record")


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to review, at a place such as "channels[1].term"."""

    code: ReviewCode
    place: str
    detail: str = ""


@dataclass(slots=True)
class NationalRecord:
    """A record as rows to be: field values by table; cases are referred to by position."""

    code: str
    name: str
    area: str
    kind: str
    digest: str
    revision: dict[str, Any]
    cases: list[str] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    fees: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    legal_bases: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    def flag(self, code: ReviewCode, place: str, detail: object = "") -> None:
        self.flags.append(Flag(code, place, str(detail)[:300]))


def read_record(data: object) -> NationalRecord:
    """Read one decoded JSON value. Raises `MalformedRecordError`."""
    if not isinstance(data, dict):
        raise MalformedRecordError(_("không phải một đối tượng JSON"))
    code = _text(data, "code", required=True)
    if not re.match(PROCEDURE_CODE_PATTERN, code):
        raise MalformedRecordError(_("code: không đúng dạng mã thủ tục"))
    record = NationalRecord(
        code=code,
        name=_line(data, "name", 1_000, required=True),
        area=_line(data, "policy_area", 200, required=True),
        kind="",
        digest=_digest(data),
        revision={},
    )
    _read_head(data, record)
    _read_channels(_rows(data, "channels"), record)
    _read_components(_rows(data, "components"), record)
    for row in _rows(data, "results"):
        name = _text(row, "name")
        if name:
            record.results.append({"name": name, "code": _shortened(row, "code", 40, record)})
    record.legal_bases = [{"number": n, "title": t} for n, t in split_legal_bases(_text(data, "legal_bases"))]
    record.steps = [{"title": t, "description": d} for t, d in split_steps(_text(data, "steps"))]
    for rows, flag, place in (
        (record.documents, ReviewCode.DOCUMENTS_MISSING, "components"),
        (record.results, ReviewCode.RESULT_MISSING, "results"),
        (record.legal_bases, ReviewCode.LEGAL_BASIS_MISSING, "legal_bases"),
        (record.steps, ReviewCode.STEPS_MISSING, "steps"),
    ):
        if not rows:
            record.flag(flag, place)
    return record


def _digest(data: dict[str, Any]) -> str:
    canonical = json.dumps([MAPPING_VERSION, data], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _text(data: dict[str, Any], key: str, *, required: bool = False) -> str:
    if key not in data:
        if required:
            raise MalformedRecordError(_("thiếu khóa %(key)s") % {"key": key})
        return ""
    value = data[key]
    if not isinstance(value, str):
        raise MalformedRecordError(_("%(key)s: phải là chuỗi ký tự") % {"key": key})
    if _BROKEN.search(value):
        raise MalformedRecordError(_("%(key)s: có ký tự hỏng (NUL hoặc nửa ký tự)") % {"key": key})
    if len(value) > _LONGEST_TEXT:
        raise MalformedRecordError(_("%(key)s: dài quá %(most)s ký tự") % {"key": key, "most": _LONGEST_TEXT})
    text = value.strip()
    if required and not text:
        raise MalformedRecordError(_("%(key)s: để trống") % {"key": key})
    return text


def _line(data: dict[str, Any], key: str, longest: int, *, required: bool = False) -> str:
    text = normalise(_text(data, key, required=required))
    if len(text) > longest:
        raise MalformedRecordError(_("%(key)s: dài quá %(most)s ký tự") % {"key": key, "most": longest})
    return text


def _shortened(data: dict[str, Any], key: str, longest: int, record: NationalRecord) -> str:
    text = normalise(_text(data, key))
    if len(text) > longest:
        record.flag(ReviewCode.TEXT_SHORTENED, key, len(text))
    return text[:longest]


def _list(data: dict[str, Any], key: str, *, required: bool = False) -> list[Any]:
    if key not in data and not required:
        return []
    value = data.get(key)
    if not isinstance(value, list):
        raise MalformedRecordError(
            _("%(key)s: phải là danh sách") % {"key": key} if key in data else _("thiếu khóa %(key)s") % {"key": key}
        )
    if len(value) > _MOST_ROWS:
        raise MalformedRecordError(_("%(key)s: có hơn %(most)s dòng") % {"key": key, "most": _MOST_ROWS})
    return value


def _rows(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = _list(data, key, required=True)
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise MalformedRecordError(_("%(key)s: phải là đối tượng") % {"key": f"{key}[{index}]"})
    return rows


def _words(data: dict[str, Any], key: str) -> list[str]:
    words = _list(data, key)
    if not all(isinstance(word, str) and not _BROKEN.search(word) for word in words):
        raise MalformedRecordError(_("%(key)s: phải là danh sách chuỗi ký tự") % {"key": key})
    return [normalise(word) for word in words if word.strip()]


def _vocabulary(
    words: list[str], known: dict[str, Any], code: ReviewCode, place: str, record: NationalRecord
) -> list[str]:
    values: list[str] = []
    for word in words:
        value = known.get(fold(word))
        if value is None:
            record.flag(code, place, word)
        # An unknown word is kept as it is read; the page shows it.
        entry = str(value) if value is not None else word[:120]
        if entry not in values:
            values.append(entry)
    return values


def _read_head(data: dict[str, Any], record: NationalRecord) -> None:
    record.kind = _shortened(data, "kind", 120, record)
    agency = _text(data, "resolving_agency")
    authority = _shortened(data, "competent_authority", 500, record)
    if not agency and not authority:
        record.flag(ReviewCode.AGENCY_MISSING, "resolving_agency")
    url = _shortened(data, "source_url", 300, record)
    record.revision = {
        "decision_number": _shortened(data, "decision_number", 80, record),
        "audience": _vocabulary(_words(data, "subjects"), _SUBJECTS, ReviewCode.SUBJECT_UNKNOWN, "subjects", record),
        "administrative_levels": _vocabulary(
            _words(data, "levels"), _LEVELS, ReviewCode.LEVEL_UNKNOWN, "levels", record
        ),
        "competent_authority": authority,
        "resolving_agency_name": agency,
        "authorised_agency": _shortened(data, "authorised_agency", 500, record),
        "coordinating_agency": _shortened(data, "coordinating_agency", 500, record),
        "receiving_address": _text(data, "receiving_address"),
        "requirements": _text(data, "requirements"),
        # A page links to it: nothing but the web may stand there.
        "source_url": url if re.match(r"^https?://", url) else "",
    }


def _read_components(rows: list[dict[str, Any]], record: NationalRecord) -> None:
    for index, row in enumerate(rows):
        place = f"components[{index}]"
        case = normalise(_text(row, "case"))
        if case and case not in record.cases:
            record.cases.append(case)
        name = _text(row, "name")
        if not name:
            continue
        originals, copies = _count(row, "originals", place), _count(row, "copies", place)
        for key, count in (("originals", originals), ("copies", copies)):
            if count > _MOST_COPIES:
                record.flag(ReviewCode.COPIES_IMPLAUSIBLE, f"{place}.{key}", count)
        record.documents.append(
            {
                "case": record.cases.index(case) if case else None,
                "name": name,
                "originals": originals,
                "copies": copies,
                "form_file_name": _shortened(row, "form_file_name", 200, record),
            }
        )


def _count(row: dict[str, Any], key: str, place: str) -> int:
    value = row.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_NUMBER:
        raise MalformedRecordError(_("%(key)s: phải là số nguyên không âm") % {"key": f"{place}.{key}"})
    return value


def _read_channels(rows: list[dict[str, Any]], record: NationalRecord) -> None:
    if not rows:
        record.flag(ReviewCode.CHANNEL_MISSING, "channels")
    seen: list[dict[str, Any]] = []
    # Of one channel several rows may each be a fee, or one fee told twice: none of them is certain, the first neither.
    several = {channel for channel, count in Counter(channel for channel, _row in _distinct(rows)).items() if count > 1}
    for index, row in enumerate(rows):
        place = f"channels[{index}]"
        channel = _text(row, "channel", required=True)
        if channel not in Channel.values:
            record.flag(ReviewCode.CHANNEL_UNKNOWN, place, channel)
            continue
        if row in seen:
            record.flag(ReviewCode.CHANNEL_DUPLICATE, place, channel)
        elif channel in several:
            record.flag(ReviewCode.CHANNEL_SEVERAL_TERMS, place, channel)
        seen.append(row)
        note = _text(row, "note")
        record.terms.append({"channel": channel, "term_text": note, **_term(row, place, record)})
        record.fees.append({"channel": channel, **_fee(row, note, place, record)})


def _distinct(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for row in rows:
        if (named := (str(row.get("channel")), row)) not in found:
            found.append(named)
    return found


def _term(row: dict[str, Any], place: str, record: NationalRecord) -> dict[str, Any]:
    term = row.get("term", {})
    if not isinstance(term, dict):
        raise MalformedRecordError(_("%(key)s: phải là đối tượng") % {"key": f"{place}.term"})
    value, unit = term.get("value"), term.get("unit") or ""
    if isinstance(value, bool) or not isinstance(value, int | float | None) or not isinstance(unit, str):
        raise MalformedRecordError(_("%(key)s: phải có số và đơn vị") % {"key": f"{place}.term"})
    unit = unit if unit in TermUnit.values else ""
    if value is None:
        record.flag(ReviewCode.TERM_MISSING, f"{place}.term")
        return {"term_value": None, "term_unit": unit}
    if not math.isfinite(value) or not 0 < round(value, 2) < 100_000:
        record.flag(ReviewCode.TERM_IMPLAUSIBLE, f"{place}.term", value)
        return {"term_value": None, "term_unit": unit}
    if not unit:
        record.flag(ReviewCode.TERM_WITHOUT_UNIT, f"{place}.term", value)
    elif value > _LONGEST_TERM[TermUnit(unit)]:
        record.flag(ReviewCode.TERM_IMPLAUSIBLE, f"{place}.term", f"{value:g} {unit}")
    return {"term_value": round(Decimal(str(value)), 2), "term_unit": unit}


def _fee(row: dict[str, Any], note: str, place: str, record: NationalRecord) -> dict[str, Any]:
    """Always gives a rule: an unreviewed rule without amount says "not known", which is not the same as free."""
    text, amount = _text(row, "fee_text"), row.get("fee_amount_vnd")
    if isinstance(amount, bool) or not isinstance(amount, int | None):
        raise MalformedRecordError(_("%(key)s: phải là số nguyên hoặc trống") % {"key": f"{place}.fee_amount_vnd"})
    where = f"{place}.fee"
    is_free = fold(text) == _FREE
    if amount is not None and not 0 <= amount <= _LARGEST_FEE:
        record.flag(ReviewCode.FEE_IMPLAUSIBLE, where, amount)
        amount = amount if 0 <= amount < 2**63 else None
    elif amount is None and not text:
        record.flag(ReviewCode.FEE_MISSING, where)
    elif is_free:
        if amount or _AMOUNT_IN_WORDS.search(note):
            record.flag(ReviewCode.FEE_FREE_WITH_AMOUNT, where, amount or "note")
    elif amount is None or _amount_in(text) != amount:
        record.flag(ReviewCode.FEE_UNREADABLE, where, text)
        # The text stays as it is read; ",000 VNĐ" must not be shown as free because somebody made a 0 of it.
        amount = None
    elif 0 < amount < 1_000:
        # No fee is below a thousand đồng: the source lost three zeros ("135 VNĐ").
        record.flag(ReviewCode.FEE_THOUSANDFOLD, where, text)
    elif amount and says_more_of_fee(note, amount):
        # "2.000 đồng/trang; từ trang thứ 3 …": one click more, and 2.000 đ would be the whole fee.
        record.flag(ReviewCode.FEE_SAYS_MORE, where, note)
    return {"amount": amount, "fee_text": text}


def _amount_in(text: str) -> int | None:
    found = _DIGITS.match(text)
    return int(re.sub(r"[.,]", "", found[1])) if found else None
