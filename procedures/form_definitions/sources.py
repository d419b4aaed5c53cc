"""What some kinds must ask the world: administrative units, agencies, the files of the draft at hand.

The engine imports no model. Whoever starts the portal hands in the sources of units and agencies (`ProceduresConfig`);
whoever owns a draft hands its files in with the definition (`FormDefinition.with_files`). Without a source there are no units and
no agencies, and every file is unknown: closed rather than open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Unit:
    """One version of a province, district or commune; `above` is what it belongs to, the nearest first."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    above: tuple["Unit", ...] = ()
    successors: tuple["Unit", ...] = field(default=(), compare=False)

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    @property
    def province(self) -> "Unit":
        return self.above[-1] if self.above else self

    @property
    def district(self) -> "Unit | None":
        return self.above[0] if len(self.above) > 1 else None

    @property
    def full_name(self) -> str:
        """`Phường 1, Thành phố Đà Lạt, Tỉnh Lâm Đồng`."""
        return ", ".join(unit.name for unit in (self, *self.above))


class UnitSource(Protocol):
    """Administrative units. `day` None means every version there ever was."""

    def provinces(self, day: date | None) -> Sequence[Unit]:
        """In the order of a Vietnamese dictionary, without the word Tỉnh or Thành phố."""

    def communes(self, province_code: str, day: date | None) -> Sequence[Unit]:
        """Communes of the province, in the same order."""

    def versions(self, code: str) -> Sequence[Unit]:
        """All units that ever carried the code, the latest first."""

    def predecessors(self, province_code: str) -> Sequence[Unit]:
        """Abolished communes whose place is in the province today, each with its successors."""

    def successors(self, code: str, day: date) -> Sequence[Unit]:
        """What the unit with that code on that day has become since; nothing while it still is."""


@dataclass(frozen=True, slots=True)
class AgencyName:
    code: str
    name: str


class AgencySource(Protocol):
    """Agencies of the portal."""

    def active(self, *, levels: Sequence[str], under: str) -> Sequence[AgencyName]:
        """In force today, of one of the levels (all when none is named), below the agency `under` ("" for anywhere)."""

    def name_of(self, code: str) -> str | None:
        """Of any agency there is or was; None for a code nobody has."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file uploaded for one field of a draft. `document` is its public id, `size` in bytes, `sha256` lower-case hex."""

    document: str
    name: str
    size: int
    sha256: str
    media_type: str
    url: str = ""


class FileSource(Protocol):
    """The files of one draft."""

    def file(self, field_key: str, document: str) -> AttachedFile | None:
        """A file uploaded to this draft for this field; None for any other, whoever owns it."""


class _NoUnits:
    def provinces(self, day: date | None) -> Sequence[Unit]:
        return ()

    def communes(self, province_code: str, day: date | None) -> Sequence[Unit]:
        return ()

    def versions(self, code: str) -> Sequence[Unit]:
        return ()

    def predecessors(self, province_code: str) -> Sequence[Unit]:
        return ()

    def successors(self, code: str, day: date) -> Sequence[Unit]:
        return ()


class _NoAgencies:
    def active(self, *, levels: Sequence[str], under: str) -> Sequence[AgencyName]:
        return ()

    def name_of(self, code: str) -> str | None:
        return None


class _NoFiles:
    def file(self, field_key: str, document: str) -> AttachedFile | None:
        return None


NO_FILES: FileSource = _NoFiles()
_units: UnitSource = _NoUnits()
_agencies: AgencySource = _NoAgencies()


def units() -> UnitSource:
    return _units


def agencies() -> AgencySource:
    return _agencies


def set_unit_source(source: UnitSource) -> UnitSource:
    """Returns the source that was there, so that a test can put it back."""
    global _units  # noqa: PLW0603 - the one registered source of the process
    before, _units = _units, source
    return before


def set_agency_source(source: AgencySource) -> AgencySource:
    """As `set_unit_source`."""
    global _agencies  # noqa: PLW0603
    before, _agencies = _agencies, source
    return before
