"""A dossier on paper while an officer types it: begun for a person, kept, resumed by any officer of that desk.

The declaration, the files and the delivery go through the same services as the citizen's draft (`saving`, `drafts`,
`declaration_files`); here is only what paper adds. The applicant is the citizen, `entered_by` the officer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dossiers.errors import NotReceivedHere, OwnDossier, PersonNotVerified
from dossiers.models import CounterIntake, Dossier, DossierComponent
from dossiers.services.drafts import chosen_case, lock_draft, make_draft
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES, AssuranceLevel
from portal.accounts.validators import validate_personal_id_number
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.text import normalise
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import Channel, DocumentKind

MOST_SHEETS = 99
PAPER_KINDS = frozenset({DocumentKind.UPLOAD, DocumentKind.PRESENTED})
"""Documents that come as sheets: handed in, or shown and taken home again."""


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """How it came and who brought it, as typed. Blank = not so."""

    postal_number: str = ""
    arrived_on: date | None = None
    sender_address: str = ""
    representative_name: str = ""
    representative_id_number: str = ""
    representative_paper: str = ""


@dataclass(frozen=True, slots=True)
class PaperCounts:
    """Sheets of one document: compared and given back, and kept by the desk. Whoever keeps the original is told by them."""

    originals_seen: int = 0
    copies_seen: int = 0
    originals_kept: int = 0
    copies_kept: int = 0


def start_counter_draft(
    *,
    actor: Actor,
    agency_id: int,
    applicant_id: int,
    offering_id: int,
    case_id: int | None = None,
    channel: Channel | str = Channel.IN_PERSON,
    token: UUID | None = None,
) -> Dossier:
    """Begin a dossier on paper for a person, at the desk of `agency_id`, under the revision in force now.

    The same `token` twice gives the draft that the first call began. Raises NotPermitted for anybody but a desk officer
    there, OwnDossier, PersonNotVerified, NotReceivedHere, what `require_channel` raises, NotFound, InvalidInput (case).
    """
    if actor.user_id is None or not actor.has_role(agency_id, *DESK_ROLES):
        raise NotPermitted
    if applicant_id == actor.user_id:
        raise OwnDossier
    if channel not in (Channel.IN_PERSON, Channel.POST):
        raise InvalidInput
    citizen = account_selectors.citizen_of(applicant_id)
    if citizen is None or citizen.assurance_level == AssuranceLevel.SELF_DECLARED:
        raise PersonNotVerified
    try:
        with transaction.atomic():
            begun = _begun(applicant_id, token)
            return begun or _begin(
                actor.user_id, agency_id, applicant_id, offering_id, case_id, Channel(channel), token
            )
    except IntegrityError:
        # Both presses found nothing; the constraint let one through, and that one is meant.
        begun = _begun(applicant_id, token)
        if begun is None:
            raise
        return begun


def _begun(applicant_id: int, token: UUID | None) -> Dossier | None:
    return None if token is None else Dossier.objects.filter(applicant_id=applicant_id, start_token=token).first()


def _begin(
    officer_id: int,
    agency_id: int,
    applicant_id: int,
    offering_id: int,
    case_id: int | None,
    channel: Channel,
    token: UUID | None,
) -> Dossier:
    offering = procedure_selectors.offering(offering_id)
    desk = next((one for one in procedure_selectors.receivers_of(offering) if one.pk == agency_id), None)
    if desk is None:
        raise NotReceivedHere
    procedure_services.require_channel(offering, channel)
    revision = procedure_selectors.published_revision(offering.procedure.code)
    dossier = make_draft(
        offering,
        revision,
        chosen_case(revision, case_id),
        applicant_id=applicant_id,
        entered_by_id=officer_id,
        start_token=token,
        receiving_agency=desk,
        channel=channel,
        applicant_language="vi",
    )
    CounterIntake.objects.create(dossier=dossier)
    return dossier


@transaction.atomic
def save_intake(*, actor: Actor, dossier_id: int, facts: IntakeFacts) -> CounterIntake:
    """How the papers came and who brought them, whole or not yet: what is missing is asked for at the filing.

    Raises InvalidInput with all that cannot be so by field (nothing is kept then), DossierNotFound, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    problems = intake_problems(facts, channel=dossier.channel, today=clock.today())
    if problems:
        raise InvalidInput(fields=problems)
    intake, _created = CounterIntake.objects.get_or_create(dossier=dossier)
    is_post = dossier.channel == Channel.POST
    intake.postal_number = _postal_number(facts.postal_number) if is_post else ""
    intake.arrived_on = facts.arrived_on if is_post else None
    intake.sender_address = normalise(facts.sender_address)[:255] if is_post else ""
    intake.representative_name = normalise(facts.representative_name)[:120]
    intake.representative_id_number = "".join(facts.representative_id_number.split())
    intake.representative_paper = normalise(facts.representative_paper)[:200]
    intake.save()
    return intake


def intake_problems(facts: IntakeFacts, *, channel: str, today: date) -> dict[str, str]:
    """What cannot be so, by field; pure. A half-named representative is one: name, number and paper go together."""
    found: dict[str, str] = {}
    if channel == Channel.POST and facts.arrived_on is not None:
        earliest = today - timedelta(days=settings.POST_ARRIVED_AT_MOST_DAYS_AGO)
        if facts.arrived_on > today:
            found["arrived_on"] = _("Ngày bưu điện giao không thể ở tương lai.")
        elif facts.arrived_on < earliest:
            found["arrived_on"] = _("Ngày bưu điện giao sớm nhất là %(day)s. Hãy xem lại.") % {
                "day": f"{earliest:%d/%m/%Y}"
            }
    named = [facts.representative_name.strip(), facts.representative_id_number.strip()]
    named.append(facts.representative_paper.strip())
    if any(named):
        if not named[0]:
            found["representative_name"] = _("Ghi họ tên người nộp thay.")
        if not named[2]:
            found["representative_paper"] = _("Ghi giấy tờ ủy quyền, ví dụ giấy ủy quyền ngày 02/05/2026.")
        try:
            validate_personal_id_number("".join(named[1].split()))
        except ValidationError as error:
            found["representative_id_number"] = " ".join(error.messages)
    return found


def missing_of_post(dossier: Dossier, intake: CounterIntake | None) -> dict[str, str]:
    """What an item of the post cannot be filed without."""
    if dossier.channel != Channel.POST:
        return {}
    found = {}
    if intake is None or not intake.postal_number:
        found["postal_number"] = _("Ghi số bưu gửi trên phong bì.")
    if intake is None or intake.arrived_on is None:
        found["arrived_on"] = _("Ghi ngày bưu điện giao.")
    return found


def _postal_number(text: str) -> str:
    return "".join(normalise(text).split()).upper()[:40]


@transaction.atomic
def note_papers(*, actor: Actor, dossier_id: int, counts: Mapping[int, PaperCounts]) -> dict[int, str]:
    """How many sheets of each document were seen and kept; returns sentences by slot for those that cannot be so.

    A count below 0 or above MOST_SHEETS keeps only its own slot from being written. Slots of other dossiers are ignored.
    Raises DossierNotFound, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    refused = {}
    for slot in dossier.components.filter(pk__in=list(counts), required_document__kind__in=sorted(PAPER_KINDS)):
        if all(0 <= number <= MOST_SHEETS for number in _numbers(counts[slot.pk]).values()):
            _note_one(slot, counts[slot.pk])
        else:
            refused[slot.pk] = _("Số bản từ 0 đến %(max)d.") % {"max": MOST_SHEETS}
    return refused


def _note_one(slot: DossierComponent, counted: PaperCounts) -> None:
    numbers = _numbers(counted)
    if any(getattr(slot, name) != number for name, number in numbers.items()):
        for name, number in numbers.items():
            setattr(slot, name, number)
        slot.save(update_fields=list(numbers))


def _numbers(counted: PaperCounts) -> dict[str, int]:
    return {name: getattr(counted, name) for name in PaperCounts.__slots__}
