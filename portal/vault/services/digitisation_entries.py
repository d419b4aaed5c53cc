"""What an officer says of an old paper, read and checked: one set of rules for the form and for the rows of an index."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.validators import (
    normalise_tax_code,
    validate_organisation_tax_code,
    validate_personal_id_number,
)
from portal.core import clock
from portal.core.errors import InvalidInput
from portal.core.text import fold, normalise
from portal.vault.enums import DeclaredStanding
from portal.vault.models import PaperKind
from portal.vault.services.registering import last_day

if TYPE_CHECKING:
    from django.utils.functional import Promise

FIRST_DAY = date(1945, 9, 2)
LAST_DAY = date(2200, 1, 1)
_LENGTHS = {"number": 80, "holder_name": 200, "signer_name": 120, "signer_title": 120, "agency_name": 200, "title": 255}
_DAY_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
_PERSON = re.compile(r"^[0-9]{12}$")
_OLD_CARD = re.compile(r"^[0-9]{9}$")


@dataclass(frozen=True, slots=True)
class Entry:
    """An old paper, fit to be registered."""

    kind: PaperKind
    number: str
    title: str
    holder_name: str
    holder_id_number: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    standing: DeclaredStanding
    ended_on: date | None
    end_reason: str
    signer_name: str
    signer_title: str
    agency_name: str

    @property
    def number_key(self) -> str:
        return number_key(self.number)


def number_key(number: str) -> str:
    """12/xn - ubnd and 12/XN-UBND are one number."""
    return "".join(fold(number).upper().split())[:80]


class Kinds:
    """The kinds of papers, loaded once for many rows."""

    def __init__(self) -> None:
        self._by_code: dict[str, PaperKind] = {}
        self._by_any_case: dict[str, list[PaperKind]] = {}
        self._by_name: dict[str, list[PaperKind]] = {}
        for kind in PaperKind.objects.all():
            self._by_code[kind.code] = kind
            self._by_any_case.setdefault(kind.code.upper(), []).append(kind)
            self._by_name.setdefault(fold(kind.name), []).append(kind)

    def named(self, text: str) -> PaperKind | None:
        """By its code in any case, or by its name as people write it; None when no kind or more than one is called so."""
        text = normalise(text)
        if not text:
            return None
        exact = self._by_code.get(text)
        called = [exact] if exact else self._by_any_case.get(text.upper()) or self._by_name.get(fold(text), [])
        return called[0] if len(called) == 1 else None


def read_entry(raw: Mapping[str, str], kinds: Kinds | None = None) -> Entry:
    """Texts as typed to values. Raises InvalidInput with every fault by its field; a sentence repeats nothing typed."""
    reader = _Reader(raw, kinds or Kinds())
    entry = reader.read()
    if reader.faults or entry is None:
        raise InvalidInput(fields=reader.faults)
    return entry


class _Reader:
    def __init__(self, raw: Mapping[str, str], kinds: Kinds) -> None:
        self.kinds = kinds
        self.texts = {key: normalise(str(value or "").replace("\x00", "")) for key, value in raw.items()}
        self.faults: dict[str, str | Promise] = {}

    def read(self) -> Entry | None:
        kind = self._kind()
        issued_on = self._day("issued_on", required=_("Hãy ghi ngày cấp."))
        valid_from = self._day("valid_from") or issued_on
        valid_until = self._day("valid_until")
        standing = self._standing()
        number, holder = self._text("number"), self._text("holder_name")
        if not number:
            self.faults["number"] = _("Hãy ghi số, ký hiệu của giấy tờ.")
        elif not number_key(number):
            self.faults["number"] = _("Số, ký hiệu phải có chữ hoặc số.")
        if not holder:
            self.faults["holder_name"] = _("Hãy ghi tên người hoặc tổ chức được cấp.")
        if kind is not None and valid_from is not None and valid_until is None and "valid_until" not in self.faults:
            valid_until = last_day(kind, valid_from)
        ended_on, reason = self._end(standing, issued_on)
        self._check_days(issued_on, valid_from, valid_until, standing)
        others = {name: self._text(name) for name in ("signer_name", "signer_title", "agency_name", "title")}
        id_number = self._id_number()
        if self.faults or kind is None or issued_on is None or valid_from is None or standing is None:
            return None
        return Entry(
            kind=kind,
            number=number,
            title=others["title"] or kind.name,
            holder_name=holder,
            holder_id_number=id_number,
            issued_on=issued_on,
            valid_from=valid_from,
            valid_until=valid_until,
            standing=standing,
            ended_on=ended_on,
            end_reason=reason,
            signer_name=others["signer_name"],
            signer_title=others["signer_title"],
            agency_name=others["agency_name"],
        )

    def _text(self, name: str) -> str:
        text = self.texts.get(name, "")
        if len(text) > _LENGTHS[name]:
            self.faults[name] = _("Dài nhất %(most)d ký tự.") % {"most": _LENGTHS[name]}
        return text

    def _kind(self) -> PaperKind | None:
        text = self.texts.get("kind", "")
        kind = self.kinds.named(text)
        if kind is None:
            self.faults["kind"] = (
                _("Kho không có loại giấy tờ này. Hãy dùng mã trong bảng “Loại giấy tờ” của bảng mẫu.")
                if text
                else _("Hãy chọn loại giấy tờ.")
            )
        return kind

    def _day(self, name: str, *, required: str = "") -> date | None:
        text = self.texts.get(name, "")
        if not text:
            if required:
                self.faults[name] = required
            return None
        for form in _DAY_FORMS:
            try:
                day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, without hour
            except ValueError:
                continue
            if FIRST_DAY <= day <= LAST_DAY:
                return day
            self.faults[name] = _("Năm phải từ %(first)d đến %(last)d.") % {
                "first": FIRST_DAY.year,
                "last": LAST_DAY.year,
            }
            return None
        self.faults[name] = _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 01/09/2026.")
        return None

    def _standing(self) -> DeclaredStanding | None:
        text = fold(self.texts.get("standing", ""))
        if not text:
            return DeclaredStanding.VALID
        words = {
            **{fold(str(label)): DeclaredStanding(value) for value, label in DeclaredStanding.choices},
            **{value: DeclaredStanding(value) for value in DeclaredStanding.values},
            "con": DeclaredStanding.VALID,
            "het": DeclaredStanding.EXPIRED,
            "thu hoi": DeclaredStanding.REVOKED,
            "bi thu hoi": DeclaredStanding.REVOKED,
        }
        if text not in words:
            self.faults["standing"] = _("Ghi một trong ba: Còn hiệu lực, Hết hiệu lực, Đã bị thu hồi.")
            return None
        return words[text]

    def _end(self, standing: DeclaredStanding | None, issued_on: date | None) -> tuple[date | None, str]:
        ended_on, reason = self._day("ended_on"), self.texts.get("end_reason", "")
        if standing != DeclaredStanding.REVOKED:
            return None, ""
        if ended_on is None and "ended_on" not in self.faults:
            self.faults["ended_on"] = _("Hãy ghi ngày thu hồi.")
        elif ended_on is not None and ended_on > clock.today():
            self.faults["ended_on"] = _("Ngày thu hồi không thể sau hôm nay.")
        elif ended_on is not None and issued_on is not None and ended_on < issued_on:
            self.faults["ended_on"] = _("Ngày thu hồi không thể trước ngày cấp.")
        if not reason or len(reason) > 500:
            self.faults["end_reason"] = _("Hãy ghi lý do thu hồi, dài nhất 500 ký tự.")
        return ended_on, reason

    def _check_days(
        self, issued_on: date | None, valid_from: date | None, until: date | None, standing: DeclaredStanding | None
    ) -> None:
        today = clock.today()
        if issued_on is not None and issued_on > today:
            self.faults.setdefault("issued_on", _("Ngày cấp không thể sau hôm nay."))
        if valid_from is not None and until is not None and until < valid_from:
            self.faults.setdefault("valid_until", _("Ngày hết hiệu lực không thể trước ngày có hiệu lực."))
        elif standing == DeclaredStanding.VALID and until is not None and until < today:
            self.faults.setdefault(
                "valid_until", _("Giấy tờ đã hết hạn ngày này. Hãy xem lại ngày, hoặc ghi “Hết hiệu lực”.")
            )
        elif standing == DeclaredStanding.EXPIRED and (until is None or until >= today):
            self.faults.setdefault("valid_until", _("Đã hết hiệu lực thì phải có ngày hết hiệu lực trước hôm nay."))

    def _id_number(self) -> str:
        """Twelve digits of a person, a tax code, or the nine digits of the old identity card, which find no owner."""
        text = re.sub(r"[\s.]", "", self.texts.get("holder_id_number", ""))
        if not text or _OLD_CARD.match(text):
            return text
        try:
            if _PERSON.match(text):
                validate_personal_id_number(text)
                return text
            text = normalise_tax_code(text)
            validate_organisation_tax_code(text)
        except ValidationError as fault:
            self.faults["holder_id_number"] = (
                fault.messages[0]
                if _PERSON.match(text)
                else _("Ghi số định danh 12 chữ số, số chứng minh nhân dân 9 chữ số, hoặc mã số thuế 10 hay 13 chữ số.")
            )
            return ""
        return text
