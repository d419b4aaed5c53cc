"""Form 01, the receipt slip: issued at filing, when nothing is promised, and at receipt, with the due date (decision 0009).

It tells what was handed in and promised on its day, however late it is issued: neither a supplement nor a new due date
that came after it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dossiers.enums import Need, ResultDelivery, SlipOccasion
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.selectors import answers_as_filed, components_of, declaration_files_of, intake_of
from dossiers.services.needs import needs_with
from dossiers.services.slip_forms.head import day_of, head_facts, line_of, organisation_words, promised
from portal.accounts import selectors as account_selectors
from portal.core.enums import TermUnit
from portal.documents import services as document_services
from procedures.enums import Channel, DocumentKind


def slip_facts(dossier: Dossier, occasion: SlipOccasion, sequence: int) -> dict[str, object]:
    """What form 01 shows, as the contract at the top of the template asks; its name (`form_version`) is the form's own.

    `sequence` is the journal line of the filing or of the receipt. Raises DossierNotFound for a number that is no line.
    """
    is_receipt = occasion == SlipOccasion.RECEIVED
    entry = line_of(dossier, sequence)
    issued_on = (dossier.received_at if is_receipt else dossier.submitted_at) or entry.at
    lookup_url = f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}"
    desk = account_selectors.desk_of(dossier.receiving_agency_id)
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    components, answers = list(components_of(dossier)), answers_as_filed(dossier)
    return {
        **head_facts(dossier.receiving_agency, day=day_of(issued_on), running_note=dossier.code or ""),
        "title": SlipOccasion(occasion).label,
        "desk_name": desk.name if desk else "",
        "dossier_code": dossier.code,
        "pass_code": dossier.pass_code,
        "lookup_url": lookup_url,
        "qr": document_services.qr_svg(lookup_url),
        "channel_label": dossier.get_channel_display(),
        "applicant": {
            "full_name": dossier.applicant_name,
            "personal_id_number": citizen.personal_id_number if citizen else "",
            "address": dossier.applicant_address,
            "phone": dossier.applicant_phone,
            "email": dossier.applicant_email,
        },
        "organisation": organisation_words(dossier),
        "owner_name": "",
        "representative": representative_of(dossier),
        "procedure_name": dossier.revision.procedure.name,
        "procedure_code": dossier.revision.procedure.code,
        "case_name": dossier.case.name if dossier.case else "",
        "components": [
            {
                "name": component.required_document.name,
                "originals": _sheets(dossier, component, "originals"),
                "copies": _sheets(dossier, component, "copies"),
                "kind": component.required_document.get_kind_display(),
            }
            for component in _needed(dossier, components, answers)
        ],
        "files": [
            {"name": file.document.original_name, "size": file.document.size, "sha256": file.document.sha256}
            for component in components
            for file in component.shown_files  # type: ignore[attr-defined]
            if _was_there(file, entry.at)
        ]
        + [
            {"name": file.document.original_name, "size": file.document.size, "sha256": file.document.sha256}
            for file in declaration_files_of(dossier, answers)
        ],
        "dossier_sets": 1,
        "term_text": _term_text(dossier),
        "received_at": dossier.received_at if is_receipt else None,
        "due_at": (promised(entry, "due_at") or dossier.first_due_at) if is_receipt else None,
        "due_explanation": "",
        "result_delivery": _delivery_text(dossier),
        "officer_name": entry.actor_name if is_receipt else "",
        "is_online": dossier.channel == Channel.ONLINE,
        "hotline": (desk.phone if desk else "") or settings.PORTAL_HOTLINE,
        "portal_url": settings.PUBLIC_URL,
    }


def _needed(dossier: Dossier, components: list[DossierComponent], answers: Mapping[str, Any]) -> list[DossierComponent]:
    """The slots that were needed with what was filed; a supplement settles them anew."""
    if answers == dossier.answers:
        return [one for one in components if one.is_needed]
    needs = needs_with(dossier, components, answers, unusable=(), is_final=True)
    return [one for one in components if needs[one.pk] is Need.NEEDED]


def _was_there(file: DossierFile, at: datetime) -> bool:
    """Handed in with the dossier, not with a supplement, nor made later by the desk from a paper."""
    return file.supplement_id is None and (file.digitised_at is None or file.digitised_at <= at)


def _sheets(dossier: Dossier, component: DossierComponent, what: str) -> int:
    """Of paper the sheets that were really handed in; online, and of the declaration itself, what is asked for."""
    is_counted = dossier.entered_by_id is not None and component.required_document.kind != DocumentKind.DECLARATION
    return int(getattr(component, f"{what}_kept") if is_counted else getattr(component.required_document, what) or 0)


def representative_of(dossier: Dossier) -> str:
    """Who brought the dossier in the applicant's place, with number and paper of authority; "" for nobody."""
    intake = intake_of(dossier)
    if intake is None or not intake.has_representative:
        return ""
    return f"{intake.representative_name}, {intake.representative_id_number}, {intake.representative_paper}"


def _delivery_text(dossier: Dossier) -> str:
    if not dossier.result_delivery:
        return ""
    label = str(ResultDelivery(dossier.result_delivery).label)
    return f"{label}: {dossier.delivery_address}" if dossier.delivery_address else label


def _term_text(dossier: Dossier) -> str:
    if dossier.term_value is None or not dossier.term_unit:
        return _("theo quy định của thủ tục, tính từ khi được tiếp nhận")
    value = format(dossier.term_value.normalize(), "f").replace(".", ",")
    return f"{value} {TermUnit(dossier.term_unit).label.lower()}"
