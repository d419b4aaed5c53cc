"""The register of an agency and a period as a file (form 07): made for the request, never stored, under no lock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from dossiers import selectors
from dossiers.enums import SlipKind
from dossiers.errors import RegisterTooLarge
from dossiers.models import RegisterDownload
from dossiers.selectors import RegisterRow
from dossiers.services.slip_forms.registry import SlipForm, form_on
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.sheets import write_sheet
from portal.core.text import slug
from portal.documents import services as document_services

if TYPE_CHECKING:
    from portal.accounts.models import Agency

MOST_DAYS = 92
"""A quarter: what is longer is an export in the background, not a page that somebody waits for."""
MOST_ROWS_PDF = 300
"""About five seconds of rendering."""
MOST_ROWS_XLSX = 10_000
"""A few seconds; rows are read in batches, only the finished file is held in memory."""

# Form 07 is an official form: its columns are Vietnamese on English pages too.
_HEADS = (
    *("TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Số lượng hồ sơ (bộ)", "Họ và tên", "Địa chỉ", "Điện thoại"),
    *("Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả", "Ngày có kết quả", "Ngày trả kết quả"),
    *("Phương thức nhận kết quả", "Ký nhận", "Ghi chú"),
)
_WIDTHS = (6, 22, 50, 10, 28, 40, 14, 30, 17, 17, 17, 17, 26, 12, 16)
_INSTANT = "%d/%m/%Y %H:%M"


@dataclass(frozen=True, slots=True)
class Register:
    """What was asked for: the dossiers of the agency received from `first_day` to `last_day`, both in it."""

    agency: "Agency"
    first_day: date
    last_day: date

    def file_name(self, ending: str) -> str:
        return f"so-theo-doi-{slug(self.agency.code)}-{self.first_day:%Y%m%d}-{self.last_day:%Y%m%d}.{ending}"


def register_agencies(actor: Actor) -> "list[Agency]":
    """Whose registers the actor may have: first the agencies where they hold a post, then those that have ended and whose
    work these took over, because nobody else can print what was received there. Each in the order of codes."""
    own = account_selectors.agencies_by_id(actor.agencies_as())
    ended = account_selectors.ended_predecessors_of(own)
    return [*sorted(own.values(), key=lambda agency: agency.code), *(one for one in ended if one.pk not in own)]


def register_for(*, actor: Actor, agency_id: int, first_day: date, last_day: date) -> Register:
    """Raises NotPermitted for an agency that is not among `register_agencies`, InvalidInput for a period that cannot be."""
    agency = next((one for one in register_agencies(actor) if one.pk == agency_id), None)
    if agency is None:
        raise NotPermitted
    if last_day < first_day:
        raise InvalidInput(fields={"last_day": _("Ngày cuối phải từ ngày đầu trở đi.")})
    if (last_day - first_day).days >= MOST_DAYS:
        raise InvalidInput(
            fields={"last_day": _("Mỗi tệp dài nhất %(days)s ngày. Hãy chọn kỳ ngắn hơn.") % {"days": MOST_DAYS}}
        )
    return Register(agency, first_day, last_day)


def register_form() -> SlipForm:
    """The form in use today."""
    return form_on(SlipKind.REGISTER, clock.today())


def register_pdf(register: Register) -> bytes:
    """Form 07 as PDF/UA. Raises RegisterTooLarge above MOST_ROWS_PDF dossiers."""
    form = register_form()
    _require_size(register, MOST_ROWS_PDF)
    with translation.override("vi"):
        facts = form.facts(
            agency=register.agency,
            day=clock.today(),
            first_day=register.first_day,
            last_day=register.last_day,
            rows=_rows(register),
        )
        return document_services.render_pdf(
            form.template, {"title": form.title, "number": "", "form_version": form.name, **facts}
        )


def register_xlsx(register: Register) -> bytes:
    """Form 07 as a sheet. No text in it becomes a formula. Raises RegisterTooLarge above MOST_ROWS_XLSX dossiers."""
    form = register_form()
    _require_size(register, MOST_ROWS_XLSX)
    with translation.override("vi"):
        return write_sheet(form.title, _HEADS, (_cells(row) for row in _rows(register)), widths=_WIDTHS)


def take_register(*, actor: Actor, register: Register, kind: str) -> bytes:
    """The file of that kind ("pdf" or "xlsx") for the actor to take away; that it was taken leaves a line.

    A file that cannot be made leaves none. Raises RegisterTooLarge, NotPermitted without an account.
    """
    if actor.user_id is None:
        raise NotPermitted
    content = _MAKERS[kind](register)
    RegisterDownload.objects.create(
        agency=register.agency,
        first_day=register.first_day,
        last_day=register.last_day,
        kind=kind,
        user_id=actor.user_id,
        at=clock.now(),
    )
    return content


_MAKERS = {"pdf": register_pdf, "xlsx": register_xlsx}


def _require_size(register: Register, most: int) -> None:
    size = selectors.register_size(
        register.agency.pk, first_day=register.first_day, last_day=register.last_day, most=most
    )
    if size > most:
        raise RegisterTooLarge(most)


def _rows(register: Register) -> Iterator[RegisterRow]:
    return selectors.register_rows(
        register.agency.pk, first_day=register.first_day, last_day=register.last_day, now=clock.now()
    )


def _cells(row: RegisterRow) -> list[str | int]:
    moments = [
        f"{clock.local(moment):{_INSTANT}}" if moment else ""
        for moment in (row.received_at, row.due_at, row.resolved_at, row.handed_over_at)
    ]
    return [
        *(row.number, row.code, row.procedure, row.sets, row.applicant_name, row.applicant_address),
        *(row.applicant_phone, row.resolving_agency, *moments, row.delivery, "", row.note),
    ]
