"""Units and agencies for the declaration forms, read from the tables behind them."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from portal.accounts import selectors as account_selectors
from portal.core import administrative_units
from portal.core.models import AdministrativeUnit
from portal.core.text import name_sort_key
from procedures.form_definitions.sources import AgencyName, Unit


class StoredUnits:
    """`UnitSource` over the versioned table."""

    def provinces(self, day: date | None) -> Sequence[Unit]:
        return _sorted(_unit(row, ()) for row in administrative_units.provinces(day))

    def communes(self, province_code: str, day: date | None) -> Sequence[Unit]:
        return _sorted(_with_above(administrative_units.communes_of(province_code, day)))

    def versions(self, code: str) -> Sequence[Unit]:
        return list(_with_above(administrative_units.versions_of(code)))

    def predecessors(self, province_code: str) -> Sequence[Unit]:
        return _sorted(
            _unit(row, _above(row), tuple(_with_above(row.successors.all())))
            for row in administrative_units.predecessors_in(province_code)
        )

    def successors(self, code: str, day: date) -> Sequence[Unit]:
        return list(_with_above(administrative_units.successors_of(code, day)))


class StoredAgencies:
    """`AgencySource` over the dated tree of agencies."""

    def active(self, *, levels: Sequence[str], under: str) -> Sequence[AgencyName]:
        rows = account_selectors.agencies_in_force_below(under) if under else account_selectors.agencies_in_force()
        if levels:
            rows = rows.filter(level__in=levels)
        return [AgencyName(code, name) for code, name in rows.order_by("name", "code").values_list("code", "name")]

    def name_of(self, code: str) -> str | None:
        return account_selectors.agency_name(code)


def _with_above(rows: QuerySet[AdministrativeUnit]) -> Iterable[Unit]:
    return (_unit(row, _above(row)) for row in rows)


def _above(row: AdministrativeUnit) -> tuple[Unit, ...]:
    above: list[Unit] = []
    parent = row.parent
    while parent is not None:
        above.append(_unit(parent, ()))
        parent = parent.parent
    return tuple(above)


def _unit(row: AdministrativeUnit, above: tuple[Unit, ...], successors: tuple[Unit, ...] = ()) -> Unit:
    return Unit(
        code=row.code,
        name=row.name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        above=above,
        successors=successors,
    )


def _sorted(units: Iterable[Unit]) -> list[Unit]:
    """As a Vietnamese dictionary would, by the name without the word for what it is."""
    return sorted(units, key=lambda unit: (_dictionary_key(unit.name), unit.name, unit.code))


@lru_cache(maxsize=20_000)
def _dictionary_key(name: str) -> str:
    # The key of a person's name begins with the last word; here every word counts from the first on.
    return " ".join(name_sort_key(word) for word in _without_kind(name).split() if word.strip("-–"))


def _without_kind(name: str) -> str:
    for words in ("Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Thị trấn ", "Đặc khu ", "Quận ", "Huyện ", "Thị xã "):
        if name.startswith(words) and not name.removeprefix(words).isdigit():
            return name.removeprefix(words)
    return name
