"""Numbers of issued documents: one register an agency, symbol and year, no number left out (decision 0060).

The number stands in the document, which is drawn up (and signed) before any lock. So it is read first, without a lock, and
taken in the transaction of the decision, if it is still the next one; else the document is drawn up anew.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dossiers.errors import DrawnUpTooEarly
from dossiers.models import DocumentRegister
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotPermitted

_LONGEST_SYMBOL = 30


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


def open_register(*, actor: Actor, agency_id: int, symbol: str, year: int, last_number: int) -> DocumentRegister:
    """An administrator says how many numbers the agency has given on paper: the portal goes on with the next one.

    Once, before the portal has given any. Raises NotPermitted, InvalidInput by field.
    """
    if actor.kind is not ActorKind.ADMINISTRATOR or actor.user_id is None:
        raise NotPermitted
    symbol = " ".join(symbol.split())
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise InvalidInput(fields={"symbol": _("Ghi ký hiệu đúng như trong mẫu văn bản, ví dụ GXN-UBND.")})
    if last_number < 0:
        raise InvalidInput(fields={"last_number": _("Số cuối từ 0 trở lên.")})
    register, is_new = DocumentRegister.objects.get_or_create(
        agency_id=agency_id, symbol=symbol, year=year, defaults={"last_number": last_number}
    )
    if not is_new:
        raise InvalidInput(
            fields={
                "last_number": _("Sổ này đã mở, số cuối là %(number)s; không đặt lại được.")
                % {"number": register.last_number}
            }
        )
    return register


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
