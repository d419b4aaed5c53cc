"""From what a person typed or a program sent to a stored address: codes and names as they were on a day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions import sources
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import read_string, wrong_type
from procedures.form_definitions.kinds.text import read_line
from procedures.form_definitions.matching import closest, folded, matches
from procedures.form_definitions.sources import Unit

LONGEST_LINE = 255
LONGEST_AS_WRITTEN = 500
# What a page posts and JSON may hold; `as_of` comes back from stored answers only.
PARTS = ("province", "commune", "district", "line", "as_written")
_CODE = re.compile(r"[0-9]{2}|[0-9]{3}|[0-9]{5}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Rules:
    """`line`: required, optional or none; `is_historical`: units of any time are taken, not only those of today."""

    line: str = "required"
    is_historical: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as it was named: by code, by name, or by both."""

    code: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.name)


@dataclass(frozen=True, slots=True)
class Parts:
    """An address as it came, part by part, in normal form."""

    province: Named = Named()
    commune: Named = Named()
    district: Named = Named()
    line: str = ""
    as_written: str = ""
    as_of: date | None = None


def read_address(raw: object, rules: Rules) -> dict[str, Any]:
    """The stored address; raises AnswerError with what to do. Free text is taken apart where that is certain."""
    if isinstance(raw, str):
        return _read_text(raw, rules)
    parts = read_parts(raw)
    if parts.as_written:
        return _written_by_hand(parts, rules)
    return _stored(_resolve(parts, rules), parts, rules)


def read_parts(raw: object) -> Parts:
    """The parts of a posted or sent address; raises AnswerError where a program sent another shape."""
    if not isinstance(raw, Mapping) or not raw or not all(name in (*PARTS, "as_of") for name in raw):
        raise wrong_type()
    as_of = raw.get("as_of")
    if as_of is not None:
        if not isinstance(as_of, str) or not _DAY.fullmatch(as_of):
            raise wrong_type()
        try:
            as_of = date.fromisoformat(as_of)
        except ValueError:
            raise wrong_type() from None
    return Parts(
        province=_named(raw.get("province")),
        commune=_named(raw.get("commune")),
        district=_named(raw.get("district")),
        line=_text(raw.get("line"), LONGEST_LINE),
        as_written=_text(raw.get("as_written"), LONGEST_AS_WRITTEN),
        as_of=as_of,
    )


def provinces_for(rules: Rules) -> Sequence[Unit]:
    """The provinces an address may lie in."""
    return sources.units().provinces(None if rules.is_historical else clock.today())


def find_province(named: Named, candidates: Sequence[Unit]) -> Unit | None:
    """The province meant, if it is certain."""
    found = _pick(named, candidates)
    return found[0] if len({unit.code for unit in found}) == 1 else None


def stored_unit(value: Mapping[str, Any]) -> Unit | None:
    """The version of the commune that a stored address names; None for one written by hand or no longer known."""
    commune, as_of = value.get("commune"), value.get("as_of")
    if not isinstance(commune, Mapping) or not isinstance(as_of, str):
        return None
    day = date.fromisoformat(as_of)
    return next((unit for unit in sources.units().versions(commune["code"]) if unit.is_valid_on(day)), None)


def become(unit: Unit | None) -> str:
    """What an abolished unit is today, `Phường B, Tỉnh C`; several apart by "hoặc"; "" while it still is."""
    if unit is None or unit.valid_to is None or unit.is_valid_on(clock.today()):
        return ""
    names = [one.full_name for one in sources.units().successors(unit.code, unit.valid_to)]
    return _(" hoặc ").join(names)


# --- parts ------------------------------------------------------------------------------------------------------------
def _named(raw: object) -> Named:
    if raw is None:
        return Named()
    if isinstance(raw, Mapping):
        if set(raw) != {"code", "name"}:
            raise wrong_type()
        code, name = (read_line(raw[part], longest=120) for part in ("code", "name"))
        if not _CODE.fullmatch(code):
            raise wrong_type()
        return Named(code, name)
    typed = read_line(raw, longest=200)
    return Named(code=typed) if _CODE.fullmatch(typed) else Named(name=typed)


def _text(raw: object, longest: int) -> str:
    return "" if raw is None else read_line(raw, longest=longest)


def _pick(named: Named, candidates: Sequence[Unit]) -> list[Unit]:
    """By code, a name beside it deciding between units that carried the code; else by name, alone or with its district."""
    if named.code:
        found = [unit for unit in candidates if unit.code == named.code]
        return [unit for unit in found if folded(unit.name) == folded(named.name)] or found
    return matches(named.name, candidates, lambda unit: _names_of(unit))


def _names_of(unit: Unit) -> tuple[str, ...]:
    return (unit.name, f"{unit.name}, {unit.district.name}") if unit.district else (unit.name,)


# --- the place --------------------------------------------------------------------------------------------------------
def _resolve(parts: Parts, rules: Rules) -> Unit:
    source = sources.units()
    today = clock.today()
    provinces = provinces_for(rules)
    if not provinces:
        raise AnswerError("no_units", _("Danh mục tỉnh, xã chưa có ở đây. Hãy ghi cả địa chỉ vào ô ghi tay."))
    if not parts.province:
        raise AnswerError("province_missing", _("Chọn tỉnh hoặc thành phố."))
    province = find_province(parts.province, provinces)
    if province is None:
        raise AnswerError("unknown_province", _unknown_province(parts.province))
    if not parts.commune:
        raise AnswerError(
            "commune_missing", _("Ghi tên xã, phường hoặc đặc khu. Không tìm thấy thì dùng ô ghi tay ở dưới.")
        )
    candidates = source.communes(province.code, None if rules.is_historical else today)
    found = _pick(parts.commune, candidates)
    if parts.as_of is not None:
        found = [unit for unit in found if unit.is_valid_on(parts.as_of)] or found
    if parts.district and len(found) > 1:
        found = [unit for unit in found if unit.district and _pick(parts.district, [unit.district])] or found
    if len(found) > 1 and any(unit.is_valid_on(today) for unit in found):
        found = [unit for unit in found if unit.is_valid_on(today)]
    if len(found) == 1:
        return found[0]
    if found:
        names = "; ".join(", ".join(name.name for name in (unit, *unit.above[:-1])) for unit in found[:4])
        raise AnswerError("several_communes", _("Có nhiều nơi tên như vậy: %(names)s. Hãy ghi rõ.") % {"names": names})
    raise AnswerError("unknown_commune", _unknown_commune(parts.commune, province, candidates))


def _unknown_province(named: Named) -> str:
    today = clock.today()
    for old in _pick(named, sources.units().provinces(None)):
        if now := become(old):
            return _("%(old)s nay là %(now)s. Hãy chọn tên mới.") % {"old": old.name, "now": now}
    names = closest(named.name, [unit.name for unit in sources.units().provinces(today)]) if named.name else []
    if names:
        return _("Không có tỉnh, thành phố này. Có phải: %(names)s?") % {"names": ", ".join(names)}
    return _("Không có tỉnh, thành phố này. Hãy chọn trong danh sách.")


def _unknown_commune(named: Named, province: Unit, candidates: Sequence[Unit]) -> str:
    """Helps on: the new name of a unit that was abolished, or names that look alike."""
    old = [unit for unit in _pick(named, sources.units().predecessors(province.code)) if unit.successors]
    if 1 <= len(old) <= 3:
        return " ".join(
            _("%(old)s nay thuộc %(now)s. Hãy ghi tên mới.")
            % {"old": ", ".join(_names_of(unit)[-1:]), "now": _(" hoặc ").join(one.name for one in unit.successors)}
            for unit in old
        )
    names = closest(named.name, [unit.name for unit in candidates]) if named.name else []
    if names:
        return _("Không thấy nơi này trong %(province)s. Có phải: %(names)s?") % {
            "province": province.name,
            "names": ", ".join(names),
        }
    return _("Không thấy nơi này trong %(province)s. Hãy xem lại, hoặc dùng ô ghi tay ở dưới.") % {
        "province": province.name
    }


# --- stored form ------------------------------------------------------------------------------------------------------
def _stored(commune: Unit, parts: Parts, rules: Rules) -> dict[str, Any]:
    today = clock.today()
    day = parts.as_of
    if day is None or day > today or not commune.is_valid_on(day):
        # Of an abolished unit its last day: the names are those of that day.
        day = today if commune.is_valid_on(today) else commune.valid_to or today
    stored: dict[str, Any] = {"province": _reference(commune.province)}
    if commune.district is not None:
        stored["district"] = _reference(commune.district)
    stored["commune"] = _reference(commune)
    if rules.line == "required" and not parts.line:
        raise AnswerError("line_missing", _("Ghi số nhà, đường, thôn hoặc tổ dân phố."))
    if parts.line and rules.line != "none":
        stored["line"] = parts.line
    return {**stored, "as_of": day.isoformat()}


def _reference(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name}


def _written_by_hand(parts: Parts, rules: Rules) -> dict[str, Any]:
    """The way on where the list does not know the place (DOMAIN 11): as written, marked as such."""
    if parts.commune:
        raise AnswerError("both", _("Đã ghi xã, phường thì xóa ô ghi tay; dùng ô ghi tay thì xóa tên xã, phường."))
    stored: dict[str, Any] = {}
    if parts.province:
        province = find_province(parts.province, provinces_for(rules))
        if province is None:
            raise AnswerError("unknown_province", _unknown_province(parts.province))
        stored["province"] = _reference(province)
    if parts.line and rules.line != "none":
        stored["line"] = parts.line
    day = parts.as_of if parts.as_of is not None and parts.as_of <= clock.today() else clock.today()
    return {**stored, "as_written": parts.as_written, "as_of": day.isoformat()}


def _read_text(raw: str, rules: Rules) -> dict[str, Any]:
    """`18/4 Hoàng Diệu, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng`, as profiles and old dossiers hold it."""
    text = read_line(read_string(raw), longest=LONGEST_AS_WRITTEN)
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    for size in (3, 2):
        # The district of an old address stands between commune and province.
        if len(pieces) < size:
            continue
        parts = Parts(
            province=Named(name=pieces[-1]),
            commune=Named(name=pieces[-size]),
            district=Named(name=pieces[-2]) if size == 3 else Named(),
            line=", ".join(pieces[:-size]),
        )
        if size == 3 and (not rules.is_historical or len(parts.line) > LONGEST_LINE):
            continue
        try:
            return _stored(_resolve(parts, rules), parts, rules)
        except AnswerError:
            continue
    return _written_by_hand(replace(Parts(), as_written=text), rules)
