"""Numbers of issued documents: one register an agency, symbol and year, no number left out (decision 0060).

The number stands in the document, which is drawn up (and signed) before any lock. So it is read first, without a lock, and
taken in the transaction of the decision, if it is still the next one; else the document is drawn up anew.
"""

from dataclasses import dataclass

from dossiers.errors import DrawnUpTooEarly
from dossiers.models import DocumentRegister


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    agency_id: int
    symbol: str
    year: int
    ordinal: int

    def __str__(self) -> str:
        """As printed after "Số:": 07/GXN-UBND."""
        return f"{self.ordinal:02d}/{self.symbol}"


def next_number(*, agency_id: int, symbol: str, year: int) -> DocumentNumber:
    """The number that the next document of this register bears. Takes no lock and promises nothing."""
    last = (
        DocumentRegister.objects.filter(agency_id=agency_id, symbol=symbol, year=year)
        .values_list("last_number", flat=True)
        .first()
    )
    return DocumentNumber(agency_id, symbol, year, (last or 0) + 1)


def take_number(number: DocumentNumber) -> DocumentRegister:
    """Take it, in the caller's transaction. Locks: the register (after the dossier). Raises DrawnUpTooEarly when another
    document has taken it meanwhile."""
    known, _created = DocumentRegister.objects.get_or_create(
        agency_id=number.agency_id, symbol=number.symbol, year=number.year
    )
    register = DocumentRegister.objects.select_for_update(of=("self",)).get(pk=known.pk)
    if register.last_number + 1 != number.ordinal:
        raise DrawnUpTooEarly
    register.last_number = number.ordinal
    register.save(update_fields=["last_number"])
    return register
