"""The result as a letter drafted from outcome and note, for procedures whose result needs no form of its own."""

from datetime import date

from dossiers.enums import Outcome
from dossiers.models import Dossier
from dossiers.services.result_drafts import signer_title_of
from dossiers.services.slip_forms.head import organisation_words
from portal.core.actors import Actor
from portal.core.text import slug
from portal.documents import services as document_services
from portal.vault import services as vault_services
from procedures import services as procedure_services


def draft_letter(
    *, actor: Actor, dossier: Dossier, outcome: Outcome, title: str, note: str, code: str, day: date
) -> bytes:
    """The letter as PDF, always Vietnamese: it is an official document. Takes about 100 ms, so no lock may be held."""
    return document_services.render_pdf(
        "pdf/decision_letter.html",
        letter_facts(actor=actor, dossier=dossier, outcome=outcome, title=title, note=note, code=code, day=day),
    )


def letter_facts(
    *, actor: Actor, dossier: Dossier, outcome: Outcome, title: str, note: str, code: str, day: date
) -> dict[str, object]:
    """What the letter shows, as the template's contract asks. The number is left to be filled in by the registry."""
    agency = dossier.resolving_agency
    procedure = dossier.revision.procedure
    lookup_url = vault_services.verification_url(code)
    labels = {Outcome.GRANTED: "Đồng ý giải quyết", Outcome.DENIED: "Không đồng ý giải quyết"}
    return {
        "document_title": f"{title} {dossier.code}",
        "parent_agency_name": agency.parent.name if agency.parent else "",
        "agency_name": agency.name,
        "place": "",
        "document_date": day,
        "running_note": "",
        "number": "",
        "heading": title,
        "abstract": f"V/v {procedure.name}",
        "legal_bases": procedure_services.legal_bases_of(dossier.revision),
        "applicant_name": dossier.applicant_name,
        "organisation": organisation_words(dossier),
        "applicant_address": dossier.applicant_address,
        "dossier_code": dossier.code,
        "procedure_name": procedure.name,
        "procedure_code": procedure.code,
        "outcome_label": labels[outcome],
        "paragraphs": [line.strip() for line in note.splitlines() if line.strip()],
        "recipients": [dossier.organisation_name or dossier.applicant_name, "Lưu: VT"],
        "signer_title": signer_title_of(actor, dossier),
        "signer_name": actor.display_name,
        "lookup_url": lookup_url,
        "qr": document_services.qr_svg(lookup_url),
    }


def letter_name(dossier: Dossier, title: str) -> str:
    return f"{slug(title)[:60] or 'ket-qua'}-{slug(dossier.code or '')}.pdf"
