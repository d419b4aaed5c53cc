"""Dossiers of the tests, made by the services: codes, journals, slips' facts and outbox rows are as in real life.

    cast = make_cast()                      agencies and people; .actor("binh") gives an Actor, .binh the account
    make_draft(cast)                        a complete draft of An's, ready to file (has_file=False leaves the slot empty)
    make_filed(cast)                        SUBMITTED, at the receiving agency, waiting for Bình
    make_received(cast)                     RECEIVED by Bình, due date promised, at the resolving agency
    make_processing(cast)                   PROCESSING, held by Hòa
    make_supplement_requested(cast)         SUPPLEMENT_REQUESTED by Hòa, clock stopped
    ask_for(cast, dossier, "born_on")       Hòa asks for fields (and slot=id) of a dossier being worked on
    make_payment_requested(cast)            PAYMENT_REQUESTED by Hòa: 135.000 đ owed, clock stopped
    make_resolved(cast)                     RESOLVED by Dung, result uploaded, back at the receiving agency
    make_handed_over(cast)                  RESULT_HANDED_OVER by Bình

All take `cast`, the keywords of `make_draft` (level, fee, collection, delivery, has_file) and `offering`, which reuses one
catalogue entry for many dossiers. A dossier comes back freshly read. Nothing runs the outbox: call
`portal.core.outbox.relay_due()` when a test wants mails and slips.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import services
from dossiers.enums import Outcome, ResultDelivery
from dossiers.models import Dossier, SupplementRequest
from dossiers.services import SupplementItemAsked
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.accounts.selectors import actor_for
from portal.core.actors import Actor
from procedures.enums import Channel, DocumentKind, FeeCollection
from procedures.models import ProcedureRevision, ServiceOffering
from tests.factories.accounts import AgencyFactory, CitizenFactory, DeskFactory, OfficerPostingFactory, UserFactory
from tests.factories.procedures import (
    FORM,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

ANSWERS = {"full_name": "Nguyễn Thị An", "born_on": "12/09/1996", "reason": "Bổ sung hồ sơ xin việc"}
FEE = 135_000


def pdf_bytes(text: str = "Ban thu", pages: int = 1) -> bytes:
    """A small, valid PDF of that many pages with the ASCII text on each."""
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * page} 0 R >>".encode("ascii")
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def pdf_upload(name: str = "giay-to.pdf", text: str = "Ban thu", pages: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(text, pages), content_type="application/pdf")


@dataclass
class Cast:
    """Two agencies (the desk's and the one that decides) and everybody with a part in a dossier.

    An applies, Bình works at the desk, Chi is a stranger (a citizen), Hòa works the case, Dung signs, Giang takes money,
    Khánh heads the resolving agency, Lan is a desk officer of another agency, Mai heads the desk.
    """

    receiving: Agency
    resolving: Agency
    elsewhere: Agency
    an: User
    chi: User
    binh: User
    hoa: User
    dung: User
    giang: User
    khanh: User
    lan: User
    mai: User
    _offerings: dict[Any, ServiceOffering] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor of one of the cast, by the name of the attribute."""
        return actor_for(getattr(self, name))


def make_cast(*, one_agency: bool = False) -> Cast:
    """`one_agency`: the same agency receives and decides, as in a commune."""
    resolving = AgencyFactory.create(name="Sở Tư pháp")
    receiving = resolving if one_agency else AgencyFactory.create(name="Trung tâm Phục vụ hành chính công")
    DeskFactory.create(agency=receiving)
    elsewhere = AgencyFactory.create(name="Cơ quan khác")

    def officer(name: str, agency: Agency, role: OfficerRole) -> User:
        user = UserFactory.create(full_name=name)
        OfficerPostingFactory.create(user=user, agency=agency, role=role)
        return user

    return Cast(
        receiving=receiving,
        resolving=resolving,
        elsewhere=elsewhere,
        an=CitizenFactory.create().user,
        chi=UserFactory.create(full_name="Lê Thị Chi"),
        binh=officer("Trần Văn Bình", receiving, OfficerRole.DESK_OFFICER),
        hoa=officer("Lê Thị Hòa", resolving, OfficerRole.CASE_OFFICER),
        dung=officer("Phạm Thị Dung", resolving, OfficerRole.SIGNER),
        giang=officer("Võ Trường Giang", receiving, OfficerRole.CASHIER),
        khanh=officer("Ngô Quốc Khánh", resolving, OfficerRole.AGENCY_HEAD),
        lan=officer("Đỗ Thị Lan", elsewhere, OfficerRole.DESK_OFFICER),
        mai=officer("Bùi Thị Mai", receiving, OfficerRole.DESK_HEAD),
    )


def make_offering(
    cast: Cast,
    *,
    level: int = 4,
    fee: int | None = FEE,
    collection: str = FeeCollection.ON_REQUEST,
    rules: Sequence[dict[str, Any]] = (),
    form: dict[str, Any] | None = None,
    parts: Callable[[ProcedureRevision], object] | None = None,
) -> ServiceOffering:
    """A procedure in force with one declaration and one upload, decided at `cast.resolving`; made once per combination.

    `rules`: columns of fee rules, in the place of `fee`. `form`: a declaration in the place of FORM, with its questions.
    `parts` adds to the revision before it is published.
    """
    key = (level, fee, collection, repr(rules), repr(form), parts)
    if key not in cast._offerings:
        procedure = ProcedureFactory.create()
        revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=form or FORM)
        for channel in Channel:
            ChannelTermFactory.create(revision=revision, channel=channel, term_value=3)
        for order, rule in enumerate(rules):
            FeeRuleFactory.create(revision=revision, order=order, **rule)
        if fee is not None and not rules:
            FeeRuleFactory.create(revision=revision, amount=fee, collection=collection)
        RequiredDocumentFactory.create(revision=revision, name="Tờ khai", kind=DocumentKind.DECLARATION, order=0)
        RequiredDocumentFactory.create(revision=revision, name="Giấy tờ tùy thân", kind=DocumentKind.UPLOAD, order=1)
        revision.results.create(name="Giấy xác nhận thử", code="KQ.G00.000001")
        revision.legal_bases.create(number="01/2026/NĐ-CP", title="Nghị định thử")
        if parts is not None:
            parts(revision)
        in_force(revision)
        cast._offerings[key] = ServiceOfferingFactory.create(
            procedure=procedure,
            agency=cast.resolving,
            receiving_agency=None if cast.receiving == cast.resolving else cast.receiving,
            level=level,
        )
    return cast._offerings[key]


def make_draft(
    cast: Cast,
    *,
    level: int = 4,
    fee: int | None = FEE,
    collection: str = FeeCollection.ON_REQUEST,
    delivery: str = ResultDelivery.DESK,
    has_file: bool = True,
    offering: ServiceOffering | None = None,
) -> Dossier:
    """A complete draft of An's (DRAFT)."""
    an = cast.actor("an")
    offering = offering or make_offering(cast, level=level, fee=fee, collection=collection)
    draft = services.start_draft(actor=an, offering_id=offering.pk)
    form = services.save_section(actor=an, dossier_id=draft.pk, section_key="person", raw=ANSWERS)
    assert form.is_valid(), form.errors
    if has_file:
        slot = draft.components.get(required_document__kind=DocumentKind.UPLOAD)
        services.attach_file(actor=an, dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload())
    services.choose_delivery(
        actor=an, dossier_id=draft.pk, delivery=delivery, address="36 Trần Phú, phường Xuân Hương - Đà Lạt"
    )
    return _fresh(draft)


def make_filed(cast: Cast, **draft: Any) -> Dossier:
    """SUBMITTED."""
    return _fresh(services.submit(actor=cast.actor("an"), dossier_id=make_draft(cast, **draft).pk, has_attested=True))


def make_received(cast: Cast, **draft: Any) -> Dossier:
    """RECEIVED by Bình."""
    return _fresh(services.receive(actor=cast.actor("binh"), dossier_id=make_filed(cast, **draft).pk))


def make_processing(cast: Cast, **draft: Any) -> Dossier:
    """PROCESSING, held by Hòa."""
    return _fresh(services.start_processing(actor=cast.actor("hoa"), dossier_id=make_received(cast, **draft).pk))


def make_supplement_requested(cast: Cast, *, reason: str = "Giấy tờ mờ, chụp lại cho rõ", **draft: Any) -> Dossier:
    """SUPPLEMENT_REQUESTED by Hòa for the uploaded document."""
    dossier = make_processing(cast, **draft)
    slot = dossier.components.get(required_document__kind=DocumentKind.UPLOAD)
    ask_for(cast, dossier, slot=slot.pk, reason=reason)
    return _fresh(dossier)


def ask_for(
    cast: Cast, dossier: Dossier, *fields: str, slot: int | None = None, reason: str = "Chưa rõ", note: str = ""
) -> SupplementRequest:
    """Hòa asks for fields of the declaration, by key, and for a slot."""
    items = [SupplementItemAsked(reason=reason, field_key=key) for key in fields]
    if slot is not None:
        items.append(SupplementItemAsked(reason=reason, component_id=slot))
    return services.request_supplement(actor=cast.actor("hoa"), dossier_id=dossier.pk, items=items, note=note)


def make_payment_requested(cast: Cast, **draft: Any) -> Dossier:
    """PAYMENT_REQUESTED by Hòa; one charge of FEE is owed."""
    return _fresh(services.request_payment(actor=cast.actor("hoa"), dossier_id=make_processing(cast, **draft).pk))


def make_resolved(cast: Cast, *, outcome: str = Outcome.GRANTED, note: str = "", **draft: Any) -> Dossier:
    """RESOLVED by Dung with an uploaded result."""
    return _fresh(
        services.resolve(
            actor=cast.actor("dung"),
            dossier_id=make_processing(cast, **draft).pk,
            outcome=outcome,
            title="Giấy xác nhận thử",
            note=note or ("Không đủ điều kiện" if outcome == Outcome.DENIED else ""),
            upload=pdf_upload("ket-qua.pdf", "Ket qua"),
        )
    )


def make_handed_over(cast: Cast, **draft: Any) -> Dossier:
    """RESULT_HANDED_OVER by Bình, too long ago to be undone: the result is in An's vault."""
    dossier = services.hand_over_result(actor=cast.actor("binh"), dossier_id=make_resolved(cast, **draft).pk)
    services.release_handed_over(dossier_id=dossier.pk)
    return _fresh(dossier)


def _fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=dossier.pk)
