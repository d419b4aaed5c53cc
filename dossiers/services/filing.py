"""Filing: check everything, number the dossier, hand it to the desk. Once, however often the button is pressed."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import DossierState, Transition
from dossiers.errors import DossierIncomplete, DossierNotFound
from dossiers.models import Dossier
from dossiers.services import declaration, precheck
from dossiers.services.drafts import delivery_choices
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.references import next_number
from procedures import services as procedure_services
from procedures.enums import DocumentKind, LevelAction

# Without look-alikes (0 O, 1 I L, 5 S, 2 Z): people read it from paper.
_PASS_CODE_LETTERS = "ABCDEFGHJKMNPQRTUVWXY346789"  # noqa: S105 - an alphabet, not a password
PASS_CODE_LENGTH = 6


@dataclass(slots=True)
class Readiness:
    """What a draft still lacks, task by task; everything empty means it can be filed."""

    # section key -> {field key: sentence}
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    # component id -> sentence
    components: dict[int, str] = field(default_factory=dict)
    delivery: str = ""

    @property
    def is_ready(self) -> bool:
        return not any(self.sections.values()) and not self.components and not self.delivery


def readiness(dossier: Dossier) -> Readiness:
    """Everything missing or wrong in the draft, from the same rules that filing applies."""
    found = Readiness(sections=declaration.section_errors(dossier))
    for component in dossier.components.select_related("required_document").prefetch_related("files"):
        document = component.required_document
        if document.kind == DocumentKind.UPLOAD and document.is_required and not component.files.all():
            found.components[component.pk] = _("Chưa có tệp cho “%(name)s”.") % {"name": document.name}
    if dossier.result_delivery not in delivery_choices(dossier.offering.level):
        found.delivery = _("Chưa chọn cách nhận kết quả.")
    return found


def submit(
    *, actor: Actor, dossier_id: int, has_attested: bool, confirmed_doubts: Collection[str] | None = None
) -> Dossier:
    """File the draft: number it, copy who applies, start the 8 hours in which the desk must answer.

    `confirmed_doubts` are the marks of the pre-check's doubts that the person confirmed; one that is missing stops the
    filing. None: nobody was there to be asked. Pressed twice, the second call returns the dossier as filed by the first.
    Raises DossierIncomplete (nothing changes), LevelDoesNotAllow, DossierNotFound.
    """
    with transaction.atomic():
        dossier = transitions.lock(dossier_id)
        if not policies.may(actor, policies.Action.SUBMIT, dossier):
            raise DossierNotFound
        if dossier.state != DossierState.DRAFT:
            return dossier
        procedure_services.require_allowed(dossier.offering.level, LevelAction.FILE_ONLINE)
        _require_complete(dossier, has_attested=has_attested, confirmed_doubts=confirmed_doubts)
        step = transitions.begin(Transition.SUBMIT, actor=actor, dossier_id=dossier_id)
        dossier = step.dossier
        _copy_applicant(dossier)
        dossier.attested_at = step.at
        dossier.raw_invalid = {}
        dossier.answer_writes = {}
        dossier.pass_code = "".join(secrets.choice(_PASS_CODE_LETTERS) for _n in range(PASS_CODE_LENGTH))
        # Last before the write: the counter's row lock is held until the commit.
        dossier.code = _next_code(dossier)
        step.run(answer_due_at=deadlines.answer_due(step.at, working_calendar()))
    return dossier


def _require_complete(dossier: Dossier, *, has_attested: bool, confirmed_doubts: Collection[str] | None) -> None:
    found = readiness(dossier)
    fields: dict[str, str] = {}
    for section_key, errors in found.sections.items():
        if errors:
            fields[f"section:{section_key}"] = next(iter(errors.values()))
    fields |= {f"component:{pk}": sentence for pk, sentence in found.components.items()}
    if found.delivery:
        fields["delivery"] = found.delivery
    if not has_attested:
        fields["attestation"] = _("Bạn cần cam đoan những điều đã khai là đúng.")
    elif confirmed_doubts is not None and precheck.unconfirmed(dossier, confirmed_doubts):
        fields["doubts"] = _("Có điểm cần bạn xem lại trước khi nộp.")
    if fields:
        raise DossierIncomplete(fields=fields)


def _copy_applicant(dossier: Dossier) -> None:
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    user = dossier.applicant
    dossier.applicant_name = user.full_name
    dossier.applicant_email = user.email
    if citizen is not None:
        dossier.applicant_phone = citizen.phone
        dossier.applicant_address = citizen.address


def _next_code(dossier: Dossier) -> str:
    day = clock.today()
    agency_code = dossier.receiving_agency.code
    number = next_number(f"dossier:{agency_code}:{day:%Y-%m-%d}")
    return f"{agency_code}-{day:%y%m%d}-{number:04d}"
