"""A procedure that takes a paper of the vault in place of an upload, and people who have one."""

from typing import Any

from dossiers.models import Dossier, DossierComponent
from portal.vault.models import IssuedPaper, PaperKind
from procedures.enums import Channel, DocumentKind
from procedures.models import ServiceOffering
from tests.factories.dossiers import Cast, make_draft, make_handed_over
from tests.factories.procedures import (
    FORM,
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)
from tests.factories.vault import PaperKindFactory, make_paper

CODE = "KQ.G00.000001"
"""What the offerings of `make_offering` result in."""


def make_kind(**fields: Any) -> PaperKind:
    found = PaperKind.objects.filter(code=CODE).first()
    return found or PaperKindFactory(code=CODE, name="Giấy xác nhận thử", **fields)


def make_asking_offering(cast: Cast, *, codes: tuple[str, ...] = (CODE,)) -> ServiceOffering:
    """Decided at `cast.resolving`, without fees; its one upload may be a paper of these kinds."""
    procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=FORM)
    for channel in Channel:
        ChannelTermFactory.create(revision=revision, channel=channel, term_value=3)
    RequiredDocumentFactory.create(
        revision=revision, key="xac_nhan", name="Giấy xác nhận", kind=DocumentKind.UPLOAD, paper_kinds=list(codes)
    )
    in_force(revision)
    return ServiceOfferingFactory.create(
        procedure=procedure,
        agency=cast.resolving,
        receiving_agency=None if cast.receiving == cast.resolving else cast.receiving,
        level=4,
    )


def make_asking_draft(cast: Cast, *, offering: ServiceOffering | None = None, has_file: bool = False) -> Dossier:
    """An's draft, complete but for its paper."""
    return make_draft(cast, offering=offering or make_asking_offering(cast), has_file=has_file)


def slot_of(dossier: Dossier) -> DossierComponent:
    return dossier.components.select_related("required_document").get(required_document__kind=DocumentKind.UPLOAD)


def paper_of_an(cast: Cast, **fields: Any) -> IssuedPaper:
    """A paper of the asked kind, issued by another agency, owned by An."""
    kind = make_kind()
    return make_paper(owner=cast.an, agency=fields.pop("agency", cast.elsewhere), **{"kind_id": kind.pk, **fields})


def paper_from_a_dossier(cast: Cast) -> IssuedPaper:
    """The result of a first dossier of An's, handed over: from then on it is in An's vault."""
    make_kind()
    paper = make_handed_over(cast, fee=None).results.get().paper
    assert paper is not None
    return paper
