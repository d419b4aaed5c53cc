"""Results drawn up from templates, and what the desk needs to give them out."""

from collections.abc import Callable

from dossiers import services
from dossiers.models import Dossier, ResultDraft
from dossiers.services import Receipt
from procedures.models import ProcedureRevision, ResultTemplate
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

TEXT = "Xác nhận {to_khai.full_name}, sinh ngày {to_khai.born_on}. {quyet_dinh.noi_dung}"


def add_templates(revision: ProcedureRevision) -> None:
    """A certificate for the procedure's one result (half a year, one paragraph conditional), and a notice of refusal."""
    certificate = ResultTemplate.objects.create(
        revision=revision,
        key="certificate",
        result=revision.results.get(),
        title="Giấy xác nhận",
        symbol="GXN-STP",
        months_valid=6,
        order=1,
    )
    certificate.paragraphs.create(revision=revision, text=TEXT, order=1)
    certificate.paragraphs.create(
        revision=revision,
        text="Lý do: {to_khai.reason}.",
        shown_when={"field": "reason", "op": "is_answered"},
        order=2,
    )
    for order, (key, value, is_public) in enumerate(
        [("name", "{to_khai.full_name}", False), ("number", "{quyet_dinh.so}", True)], start=1
    ):
        certificate.facts.create(
            revision=revision, key=key, label=f"Nhãn {key}", value=value, is_public=is_public, order=order
        )
    refusal = ResultTemplate.objects.create(
        revision=revision, key="refusal", outcome="denied", title="Thông báo", symbol="TB-STP", order=2
    )
    refusal.paragraphs.create(revision=revision, text="Vì: {quyet_dinh.noi_dung}", order=1)


def make_to_draw_up(cast: Cast, *, mend: Callable[[ProcedureRevision], object] | None = None) -> Dossier:
    """PROCESSING, of a procedure with templates and without a fee. `mend` changes the templates before publication."""

    def parts(revision: ProcedureRevision) -> None:
        add_templates(revision)
        if mend is not None:
            mend(revision)

    offering = make.make_offering(cast, fee=None, parts=add_templates if mend is None else parts)
    return make.make_processing(cast, offering=offering)


def of_template(revision: ProcedureRevision, key: str) -> ResultTemplate:
    return ResultTemplate.objects.get(revision=revision, key=key)


def make_drafted(cast: Cast, *, key: str = "certificate", note: str = "Đúng sổ gốc.", by: str = "hoa") -> ResultDraft:
    """A draft prepared by Hòa."""
    return draft_for(cast, make_to_draw_up(cast), key=key, note=note, by=by)


def draft_for(
    cast: Cast, dossier: Dossier, *, key: str = "certificate", note: str = "Đúng sổ gốc.", by: str = "hoa"
) -> ResultDraft:
    template = next(one for one in services.templates_for(dossier) if one.key == key)
    return services.prepare_result(actor=cast.actor(by), dossier_id=dossier.pk, template_id=template.pk, note=note)


def receipt_of_applicant(cast: Cast, **changed: str) -> Receipt:
    """An takes it, shows the card and signs."""
    values = {
        "receiver": "applicant",
        "identity_paper": "id_card",
        "identity_number": cast.an.citizen.personal_id_number,
        "proof": "signature",
    }
    return Receipt(**{**values, **changed})


def make_posted(cast: Cast) -> Dossier:
    """RESOLVED, given to the post by Bình."""
    dossier = make.make_resolved(cast, delivery="post")
    services.post_result(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        carrier="VNPost",
        tracking_number="RA1",
        recipient_name="Nguyễn Thị An",
        address="36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
    )
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=dossier.pk)


def drafted(cast: Cast, count: int) -> list[Dossier]:
    """Dossiers of one procedure whose results wait to be signed."""
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    dossiers = [make.make_processing(cast, offering=offering) for _n in range(count)]
    for dossier in dossiers:
        draft_for(cast, dossier)
        dossier.refresh_from_db()
    return dossiers
