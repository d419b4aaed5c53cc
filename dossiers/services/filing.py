"""Filing: check everything, number the dossier, hand it to the desk. Once, however often the button is pressed."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import DossierState, Need, Transition
from dossiers.errors import DossierIncomplete, DossierNotFound
from dossiers.models import Dossier, DossierFile
from dossiers.services import declaration, fees, filed_for, precheck, renewal, reuse_records
from dossiers.services.declaration_files import drop_unnamed_files, infected_files
from dossiers.services.drafts import delivery_choices, follow_offering
from dossiers.services.dues import Dues
from dossiers.services.needs import needs_of
from dossiers.services.reuse import still_held
from dossiers.services.slots import blocking_sentence
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.references import next_number
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.services import forms
from procedures.services.forms import Problem

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
    # Why it cannot be filed for the organisation that was chosen.
    organisation: str = ""
    # section key -> every problem, down to the cell of a row
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    # component id -> is the document needed with these answers
    needs: Mapping[int, Need] = field(default_factory=dict)
    eligibility: declaration.Eligibility = field(default_factory=declaration.Eligibility)

    @property
    def is_declared(self) -> bool:
        """Nothing is missing or wrong in the declaration, so nothing that hangs on it is open."""
        return not any(self.sections.values())

    @property
    def is_ready(self) -> bool:
        is_whole = self.is_declared and not self.components and not self.delivery and not self.organisation
        return is_whole and not self.eligibility.stops


def readiness(dossier: Dossier) -> Readiness:
    """Everything missing or wrong in the draft, from the same rules that filing applies."""
    problems = declaration.section_problems(dossier)
    for section_key, problem in infected_files(dossier):
        problems[section_key] = [*problems.get(section_key, []), problem]
    found = Readiness(
        sections={key: {one.field: one.sentence for one in reversed(own)} for key, own in problems.items()},
        problems=problems,
    )
    found.eligibility = declaration.eligibility(dossier, is_final=found.is_declared)
    files = Prefetch("files", DossierFile.objects.select_related("document", "paper__kind"))
    components = list(dossier.components.select_related("required_document").prefetch_related(files))
    found.needs = needs_of(dossier, components, is_final=found.is_declared)
    held = still_held(dossier, components)
    for component in components:
        # Files in a slot that is not needed are not filed, whatever is in them.
        if found.needs[component.pk] is Need.NEEDED and (sentence := blocking_sentence(component, held=held)):
            found.components[component.pk] = sentence
    if dossier.result_delivery not in delivery_choices(dossier.offering, dossier.channel):
        found.delivery = _("Chưa chọn cách nhận kết quả.")
    found.organisation = filed_for.organisation_problem(dossier)
    return found


def submit(
    *, actor: Actor, dossier_id: int, has_attested: bool, confirmed_doubts: Collection[str] | None = None
) -> Dossier:
    """File the draft: number it, copy who applies and for whom, start the 8 hours in which the desk must answer.

    A fee that comes before receipt is charged here; the hours start when it is paid (`services.prepayment`).
    `confirmed_doubts` are the marks of the pre-check's doubts that the person confirmed; one that is missing stops the
    filing. None: nobody was there to be asked. Pressed twice, the second call returns the dossier as filed by the first.
    Raises DossierIncomplete (nothing changes), RulesChanged, DossierNotFound, UnknownOffering when the agency offers the
    procedure no more, and what `procedures.services.require_offering_allows` raises when it takes it online no more.
    """
    with transaction.atomic():
        dossier = transitions.lock(dossier_id)
        if not policies.may(actor, policies.Action.SUBMIT, dossier):
            raise DossierNotFound
        if dossier.state != DossierState.DRAFT:
            return dossier
        renewal.require_current_rules(dossier)
        follow_offering(dossier)
        # Raises when the agency offers the procedure no more.
        procedure_selectors.offering_now(dossier.offering)
        procedure_services.require_channel(dossier.offering, dossier.channel)
        organisation = filed_for.hold_organisation(dossier)
        reuse_records.hold_papers(dossier)
        found = _require_complete(dossier, has_attested=has_attested, confirmed_doubts=confirmed_doubts)
        step = transitions.begin(Transition.SUBMIT, actor=actor, dossier_id=dossier_id)
        dossier = step.dossier
        _copy_applicant(dossier)
        if organisation is not None:
            dossier.organisation_name, dossier.organisation_tax_code = organisation.name, organisation.tax_code
        dossier.attested_at = step.at
        _settle(dossier, found, actor=actor)
        drop_unnamed_files(dossier)
        dossier.answer_writes = {}
        dossier.pass_code = "".join(secrets.choice(_PASS_CODE_LETTERS) for _n in range(PASS_CODE_LENGTH))
        # The desk that must answer within eight working hours answers in its own.
        hours_of_the_desk = account_selectors.calendar_to_promise_by(dossier.receiving_agency_id, step.at)
        dues = Dues(dossier)
        due_now = dues.to_charge(CollectionPoint.BEFORE_RECEIPT, leaves_open=True)
        used_again = reuse_records.filed_again(dossier)
        # Last before the write: the counter's row lock is held until the commit.
        dossier.code = _next_code(dossier)
        step.run(
            answer_due_at=deadlines.answer_due(step.at, hours_of_the_desk),
            prepay_by=step.at + deadlines.PREPAYMENT_WITHIN if due_now else None,
            details={
                **({"on_behalf": True} if dossier.is_on_paper else {}),
                # What was counted at the counter; the journal keeps every count that money hung on.
                **({"counted": dues.counted} if dues.counted else {}),
                **reuse_records.details_of(used_again),
                **(
                    {"amount": sum(fee.amount or 0 for fee in due_now), "pays_online": fees.pays_online(dossier)}
                    if due_now
                    else {}
                ),
            },
        )
        reuse_records.log_reuse(actor=actor, dossier=dossier, files=used_again)
        fees.charge_what_is_due(
            actor=actor, dossier=dossier, collection=CollectionPoint.BEFORE_RECEIPT, leaves_open=True
        )
    return dossier


def _settle(dossier: Dossier, found: Readiness, *, actor: Actor) -> None:
    """Fix what was declared and what is needed with it, as of now: nothing may move it afterwards.

    Answers of questions that are no longer asked go, and so do files in slots that are not needed: the agency gets
    nothing that this declaration does not call for.
    """
    definition = declaration.definition_of(dossier)
    dossier.answers = forms.clean(definition, dossier.answers, ignore_unknown=True).answers
    dossier.raw_invalid = {}
    spare = [pk for pk, need in found.needs.items() if need is Need.NOT_NEEDED]
    if spare:
        files = DossierFile.objects.filter(component__dossier=dossier, component_id__in=spare)
        for file in files.select_related("component__required_document"):
            reuse_records.record_taking_back(actor=actor, dossier=dossier, file=file)
        files.delete()
        dossier.components.filter(pk__in=spare).update(is_needed=False)


def _require_complete(dossier: Dossier, *, has_attested: bool, confirmed_doubts: Collection[str] | None) -> Readiness:
    found = readiness(dossier)
    fields: dict[str, str] = {}
    for section_key, errors in found.sections.items():
        if errors:
            fields[f"section:{section_key}"] = next(iter(errors.values()))
    fields |= {f"component:{pk}": sentence for pk, sentence in found.components.items()}
    if found.delivery:
        fields["delivery"] = found.delivery
    if found.organisation:
        fields["organisation"] = found.organisation
    fields |= {f"eligibility:{rule.key}": rule.sentence.shown() for rule in found.eligibility.stops}
    claim = Dues(dossier).claim
    if claim is not None and claim.has_infected_proof:
        fields["relief"] = _("Giấy tờ chứng minh miễn, giảm có mã độc. Hãy tải lên tệp khác.")
    if not has_attested:
        fields["attestation"] = _("Bạn cần cam đoan những điều đã khai là đúng.")
    elif confirmed_doubts is not None and precheck.unconfirmed(dossier, confirmed_doubts):
        fields["doubts"] = _("Có điểm cần bạn xem lại trước khi nộp.")
    if fields:
        raise DossierIncomplete(fields=fields)
    return found


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
