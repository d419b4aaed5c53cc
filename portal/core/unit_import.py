"""Loading administrative units from rows of a file: all of it or nothing, the same rows twice change nothing.

A row is one version of a unit. What the file does not name stays as it is: a unit that was ever used never vanishes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal.core.enums import UnitKind, UnitLevel
from portal.core.errors import InvalidInput
from portal.core.models import AdministrativeUnit
from portal.core.text import normalise

COLUMNS = ("code", "name", "kind", "parent", "valid_from", "valid_to", "successors")
_CODE_LENGTH = {UnitLevel.PROVINCE: 2, UnitLevel.DISTRICT: 3, UnitLevel.COMMUNE: 5}
_LEVELS_ABOVE = {
    UnitLevel.PROVINCE: (),
    UnitLevel.DISTRICT: (UnitLevel.PROVINCE,),
    UnitLevel.COMMUNE: (UnitLevel.PROVINCE, UnitLevel.DISTRICT),
}
_BATCH = 2_000
Version = tuple[str, date | None]
Record = Mapping[str, object]


class UnitImportRefused(InvalidInput):
    """Nothing was written. `faults`: (line of the file, what is wrong with it), in the order of the lines."""

    code = "unit_import_refused"

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = sorted(faults)
        super().__init__(_("Có %(count)s chỗ sai, chưa ghi gì.") % {"count": len(faults)})


@dataclass(frozen=True, slots=True)
class UnitImport:
    """What an import did, in numbers of units and of links from an old unit to a new one."""

    created: int
    changed: int
    unchanged: int
    links_added: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    code: str
    name: str
    kind: UnitKind
    parent: str
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]

    @property
    def version(self) -> Version:
        return self.code, self.valid_from


@dataclass(slots=True)
class _Plan:
    """Units as they will be, by version and by code, and what is wrong with the file."""

    rows: dict[Version, _Row] = field(default_factory=dict)
    units: dict[Version, AdministrativeUnit] = field(default_factory=dict)
    by_code: dict[str, list[AdministrativeUnit]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def on(self, code: str, day: date | None) -> AdministrativeUnit | None:
        """The unit with that code on the day; None as the day means the last one there was."""
        candidates = self.by_code.get(code, [])
        if day is None:
            return next((unit for unit in candidates if unit.valid_to is None), None)
        return next((unit for unit in candidates if _is_valid(unit, day)), None)


def import_units(records: Iterable[tuple[int, Record]]) -> UnitImport:
    """Write the units of `(line, record)`; a record has the `COLUMNS`, blank where nothing is known.

    `parent` and `successors` (codes apart by blanks, or a list of them) name units of the file or units that are there
    already, in force at that time. Raises UnitImportRefused with every fault; then nothing was written.
    """
    plan = _Plan()
    for line, record in records:
        try:
            row = _read(record, line)
        except InvalidInput as fault:
            plan.faults.append((line, str(fault.sentence)))
            continue
        earlier = plan.rows.setdefault(row.version, row)
        if earlier is not row:
            plan.faults.append(
                (line, _("mã %(code)s đã có ở dòng %(line)s") % {"code": row.code, "line": earlier.line})
            )
    with transaction.atomic():
        # Two imports at once would both create what is missing: one waits for the other.
        known = {(unit.code, unit.valid_from): unit for unit in AdministrativeUnit.objects.select_for_update()}
        before = {version: _content(unit) for version, unit in known.items()}
        plan.units = dict(known)
        for row in plan.rows.values():
            plan.units[row.version] = _as_unit(row, known.get(row.version))
        for unit in plan.units.values():
            plan.by_code.setdefault(unit.code, []).append(unit)
        links: set[tuple[Version, Version]] = set()
        for row in plan.rows.values():
            _check_overlap(plan, row)
            _set_parent(plan, row)
            links |= _links(plan, row)
        if plan.faults:
            raise UnitImportRefused(plan.faults)
        return _write(plan, before, links)


def _read(record: Record, line: int) -> _Row:
    """One row; InvalidInput says what is wrong with it."""
    unknown = sorted(str(name) for name in record if name not in COLUMNS)
    if unknown:
        raise InvalidInput(_("không có cột “%(name)s”") % {"name": unknown[0][:40]})
    texts = {name: _text(name, record.get(name)) for name in COLUMNS}
    try:
        kind = UnitKind(texts["kind"])
    except ValueError:
        raise InvalidInput(
            _("không có loại “%(kind)s”; các loại: %(kinds)s")
            % {"kind": texts["kind"][:40], "kinds": ", ".join(UnitKind.values)}
        ) from None
    length = _CODE_LENGTH[kind.level]
    if not re.fullmatch(rf"[0-9]{{{length}}}", texts["code"]):
        raise InvalidInput(
            _("mã “%(code)s” phải có %(length)s chữ số") % {"code": texts["code"][:40], "length": length}
        )
    if not 1 <= len(texts["name"]) <= 120:
        raise InvalidInput(_("tên dài từ 1 đến 120 ký tự"))
    try:
        first, last = (date.fromisoformat(texts[name]) if texts[name] else None for name in ("valid_from", "valid_to"))
    except ValueError:
        raise InvalidInput(_("ngày ghi theo dạng 2025-07-01")) from None
    if first is not None and last is not None and last < first:
        raise InvalidInput(_("ngày kết thúc phải sau ngày bắt đầu"))
    successors = tuple(texts["successors"].split())
    return _Row(line, texts["code"], texts["name"], kind, texts["parent"], first, last, successors)


def _text(name: str, value: object) -> str:
    if name == "successors" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise InvalidInput(_("“%(name)s” phải là chữ") % {"name": name})
    return normalise(value)


def _as_unit(row: _Row, unit: AdministrativeUnit | None) -> AdministrativeUnit:
    unit = unit or AdministrativeUnit(code=row.code, valid_from=row.valid_from)
    unit.name, unit.kind, unit.valid_to = row.name, row.kind, row.valid_to
    return unit


def _content(unit: AdministrativeUnit) -> tuple[object, ...]:
    return unit.name, unit.kind, unit.valid_to, unit.parent_id


def _is_valid(unit: AdministrativeUnit, day: date) -> bool:
    return (unit.valid_from or date.min) <= day <= (unit.valid_to or date.max)


def _check_overlap(plan: _Plan, row: _Row) -> None:
    first, last = row.valid_from or date.min, row.valid_to or date.max
    for other in plan.by_code[row.code]:
        start, end = other.valid_from or date.min, other.valid_to or date.max
        # Two rows of the file that overlap are told once, at the later one.
        is_told_there = start > first and (other.code, other.valid_from) in plan.rows
        if other.valid_from != row.valid_from and start <= last and first <= end and not is_told_there:
            sentence = _("mã %(code)s trùng ngày với %(name)s") % {"code": row.code, "name": other.name}
            plan.faults.append((row.line, sentence))
            return


def _set_parent(plan: _Plan, row: _Row) -> None:
    unit = plan.units[row.version]
    levels = _LEVELS_ABOVE[row.kind.level]
    if not levels and not row.parent:
        unit.parent = None
        return
    # A unit may outlive what it belongs to only by getting a version of its own, so any of its days will do.
    parent = plan.on(row.parent, row.valid_from if row.valid_to is None else row.valid_to)
    if parent is None and row.valid_from is None and row.valid_to is None:
        parent = next(iter(plan.by_code.get(row.parent, [])), None)
    if parent is None or UnitKind(parent.kind).level not in levels:
        plan.faults.append((row.line, _("không có đơn vị cấp trên mã “%(code)s” trong thời gian đó") % {
            "code": row.parent[:40]}))  # fmt: skip
        return
    unit.parent = parent


def _links(plan: _Plan, row: _Row) -> set[tuple[Version, Version]]:
    links: set[tuple[Version, Version]] = set()
    if row.successors and row.valid_to is None:
        plan.faults.append((row.line, _("đơn vị còn hiệu lực thì chưa có đơn vị kế tiếp")))
        return links
    for code in row.successors:
        successor = plan.on(code, row.valid_to + timedelta(days=1) if row.valid_to else None)
        if successor is None:
            plan.faults.append((row.line, _("không có đơn vị kế tiếp mã “%(code)s” vào hôm sau") % {
                "code": code[:40]}))  # fmt: skip
        else:
            links.add((row.version, (successor.code, successor.valid_from)))
    return links


def _write(
    plan: _Plan, before: Mapping[Version, tuple[object, ...]], links: set[tuple[Version, Version]]
) -> UnitImport:
    """Level by level, so that a parent has its key before a child needs it."""
    created = changed = 0
    for level in UnitLevel:
        units = [plan.units[version] for version, row in plan.rows.items() if row.kind.level == level]
        for unit in units:
            # The parent may have got its key since it was assigned.
            unit.parent = unit.parent
        new = [unit for unit in units if unit.pk is None]
        old = [unit for unit in units if unit.pk and _content(unit) != before[unit.code, unit.valid_from]]
        AdministrativeUnit.objects.bulk_create(new, batch_size=_BATCH)
        AdministrativeUnit.objects.bulk_update(old, ["name", "kind", "valid_to", "parent"], batch_size=_BATCH)
        created, changed = created + len(new), changed + len(old)
    through = AdministrativeUnit.successors.through
    there = set(through.objects.values_list("from_administrativeunit_id", "to_administrativeunit_id"))
    wanted = {(plan.units[old].pk, plan.units[new].pk) for old, new in links}
    missing = [
        through(from_administrativeunit_id=old, to_administrativeunit_id=new) for old, new in sorted(wanted - there)
    ]
    through.objects.bulk_create(missing, batch_size=_BATCH)
    with connection.cursor() as cursor:
        # The planner must know at once how many there are now; autovacuum would tell it minutes later.
        for model in (AdministrativeUnit, through):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return UnitImport(created, changed, len(plan.rows) - created - changed, len(missing))
