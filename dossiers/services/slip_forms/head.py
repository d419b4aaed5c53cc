"""What every form shows: the agency's head, the place and day, the dossier and its applicant."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, JournalEntry
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.documents import services as document_services

if TYPE_CHECKING:
    from portal.accounts.models import Agency

_UNIT = re.compile(r"\b(?:tỉnh|thành phố|phường|xã|đặc khu) (\w.*)$")
_HIGHEST = 4
_LONGEST_UNIT = 24


def _unit_in(name: str) -> re.Match[str] | None:
    """ "Ủy ban nhân dân tỉnh Lâm Đồng" sits in Lâm Đồng; "Phòng Quản lý xã hội" names no place: a capital must follow."""
    found = _UNIT.search(name)
    return found if found is not None and found.group(1)[0].isupper() else None


def place_of(agency: "Agency | None") -> str:
    """The place name before the date (NĐ 30/2020): the unit the agency or the nearest one above it is named after.

    "" when none of them is: then the line begins with the day.
    """
    for _level in range(_HIGHEST):
        if agency is None:
            break
        found = _unit_in(agency.name)
        if found is not None:
            return found.group(1)
        agency = agency.parent
    return ""


def _broken_well(name: str) -> str:
    """The name with its unit kept on one line, as heads of documents break it: Ủy ban nhân dân / tỉnh Lâm Đồng."""
    found = _unit_in(name)
    if found is None or len(found.group(0)) > _LONGEST_UNIT:
        return name
    return name[: found.start()] + found.group(0).replace(" ", "\u00a0")


def head_facts(agency: "Agency", *, day: date, running_note: str) -> dict[str, object]:
    """Context of pdf/base.html."""
    return {
        "parent_agency_name": _broken_well(agency.parent.name) if agency.parent else "",
        "agency_name": _broken_well(agency.name),
        "place": place_of(agency),
        "document_date": day,
        "running_note": running_note,
    }


def dossier_facts(dossier: Dossier) -> dict[str, object]:
    """Whose dossier, which procedure, where to look it up."""
    lookup_url = f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}"
    desk = account_selectors.desk_of(dossier.receiving_agency_id)
    return {
        "dossier_code": dossier.code,
        "applicant_name": dossier.applicant_name,
        "organisation": organisation_words(dossier),
        "applicant_address": dossier.applicant_address,
        "applicant_phone": dossier.applicant_phone,
        "applicant_email": dossier.applicant_email,
        "procedure_name": dossier.revision.procedure.name,
        "procedure_code": dossier.revision.procedure.code,
        "case_name": dossier.case.name if dossier.case else "",
        "submitted_at": dossier.submitted_at,
        "received_at": dossier.received_at,
        "receiving_agency_name": dossier.receiving_agency.name,
        "desk_name": desk.name if desk else "",
        "desk_address": desk.address if desk else "",
        "phone": (desk.phone if desk else "") or settings.PORTAL_HOTLINE,
        "lookup_url": lookup_url,
        "portal_url": settings.PUBLIC_URL,
        "qr": document_services.qr_svg(lookup_url),
    }


def organisation_words(dossier: Dossier) -> str:
    """The organisation it was filed for, with its tax code, as on the day of filing; "" for none. On paper in Vietnamese."""
    if not dossier.organisation_name:
        return ""
    return f"{dossier.organisation_name}, mã số thuế {dossier.organisation_tax_code}"


def line_of(dossier: Dossier, sequence: int) -> JournalEntry:
    """A line of this dossier's journal. Raises DossierNotFound for a number it does not have."""
    entry = dossier.journal.filter(sequence=sequence).first()
    if entry is None:
        raise DossierNotFound
    return entry


def title_at(agency_id: int, entry: JournalEntry) -> str:
    """The title under which the line's officer signs at that agency, "" for somebody without a post there."""
    return account_selectors.officer_title(entry.actor_id, agency_id, *OfficerRole)


def signature_of(agency_id: int, entry: JournalEntry, *roles: OfficerRole) -> dict[str, str]:
    """Who signs at that agency for what the line tells: `signer_title`, `signer_rank`, `signer_name`.

    The title is that of one of the roles, "" where the officer holds none: a paper makes nobody a head. Who stands in for
    somebody away signs on their authority (TUQ., NĐ 30/2020): the title is the absent officer's, `signer_rank` their own.
    """
    if entry.on_behalf_of_id is None:
        title = account_selectors.officer_title(entry.actor_id, agency_id, *roles)
        return {"signer_title": title, "signer_rank": "", "signer_name": entry.actor_name}
    absent = account_selectors.officer_title(entry.on_behalf_of_id, agency_id, *roles) or entry.on_behalf_of_name
    return {
        "signer_title": f"TUQ. {absent}",
        "signer_rank": title_at(agency_id, entry),
        "signer_name": entry.actor_name,
    }


def acting_agency(dossier: Dossier, entry: JournalEntry) -> "Agency":
    """For whom the line's officer acted: the resolving agency, or the desk's when they work only there."""
    acts_at_desk = not title_at(dossier.resolving_agency_id, entry) and title_at(dossier.receiving_agency_id, entry)
    return dossier.receiving_agency if acts_at_desk else dossier.resolving_agency


def day_of(moment: datetime) -> date:
    """The day in Vietnam."""
    return clock.local(moment).date()


def promised(entry: JournalEntry, name: str) -> datetime | None:
    """A date ("due_at", "next_date_at") as it stood when the line was written."""
    value = entry.details.get(name)
    return datetime.fromisoformat(value) if value else None
