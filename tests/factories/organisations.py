"""Organisations, who speaks for them, and dossiers of An's that are filed for one."""

from typing import Any

from dossiers import services
from dossiers.enums import Outcome
from dossiers.models import Dossier
from portal.accounts.enums import AssuranceLevel
from portal.accounts.models import Organisation, Representation, User
from portal.vault.models import IssuedPaper
from procedures.enums import Subject
from procedures.models import ProcedureRevision
from tests.factories.dossiers import Cast, make_draft, pdf_upload

TAX_CODE = "0101243150"
OTHER_TAX_CODE = "0360123455"


def make_organisation(
    *speakers: User, name: str = "Công ty Hoa Dã Quỳ", tax_code: str = TAX_CODE, is_verified: bool = False
) -> Organisation:
    """One row of its own, self-declared unless said otherwise, with everybody who speaks for it."""
    level = AssuranceLevel.LEVEL_1 if is_verified else AssuranceLevel.SELF_DECLARED
    organisation = Organisation.objects.create(
        name=name, tax_code=tax_code, address="1 Lê Lợi, phường Xuân Hương - Đà Lạt", assurance_level=level
    )
    for user in speakers:
        is_first = not Representation.objects.filter(user=user, is_default=True).exists()
        Representation.objects.create(user=user, organisation=organisation, position="Giám đốc", is_default=is_first)
    return organisation


def for_enterprises(revision: ProcedureRevision) -> None:
    """`parts` of an offering that only organisations use."""
    ProcedureRevision.objects.filter(pk=revision.pk).update(audience=[Subject.ENTERPRISE, Subject.COOPERATIVE])


def make_draft_for(cast: Cast, organisation: Organisation, **draft: Any) -> Dossier:
    """A complete draft of An's, chosen to be filed for it."""
    found = make_draft(cast, **draft)
    return services.choose_organisation(actor=cast.actor("an"), dossier_id=found.pk, organisation_id=organisation.pk)


def make_filed_for(cast: Cast, organisation: Organisation, **draft: Any) -> Dossier:
    """SUBMITTED by An for it."""
    found = make_draft_for(cast, organisation, **draft)
    return services.submit(actor=cast.actor("an"), dossier_id=found.pk, has_attested=True)


def make_granted_for(cast: Cast, organisation: Organisation, **draft: Any) -> Dossier:
    """RESULT_HANDED_OVER, too long ago to be undone."""
    dossier = make_filed_for(cast, organisation, **draft)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.resolve(
        actor=cast.actor("dung"),
        dossier_id=dossier.pk,
        outcome=Outcome.GRANTED,
        title="Giấy phép thử",
        upload=pdf_upload("ket-qua.pdf", "Ket qua"),
    )
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.release_handed_over(dossier_id=dossier.pk)
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=dossier.pk)


def paper_of(dossier: Dossier) -> IssuedPaper:
    paper = dossier.results.get().paper
    assert paper is not None
    return paper
