"""`manage.py load_demo_dossiers`: a desk with work on it. Every dossier goes through the services, as in real life."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand
from django.db.models import Q

from dossiers import services
from dossiers.enums import FILED_STATES, Outcome, ResultDelivery
from dossiers.models import Dossier
from portal.accounts import selectors as account_selectors
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import slug
from portal.documents import services as document_services
from procedures import selectors as procedure_selectors
from procedures.enums import DocumentKind

AN, CHI, VINH = "an@example.com", "chi@example.com", "vinh@example.com"
LICENCE = {
    "licence_number": "680123456789",
    "licence_class": "B",
    "issued_on": "14/03/2017",
    "reason": "expiring",
    "never_revoked": "yes",
}
STAY = {
    "stay_address": "12 Bùi Thị Xuân, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
    "home_kind": "own",
    "stay_from": "01/12/2026",
}
EXTRACT = {
    "extract_kind": "birth",
    "registered_name": "Nguyễn Thị An",
    "registered_at": "Ủy ban nhân dân phường Xuân Hương - Đà Lạt",
}
MARITAL = {"marital_status": "single", "purpose": "property"}
BIRTH = {
    "child_name": "Nguyễn Minh Khôi",
    "child_born_on": "02/11/2026",
    "child_sex": "male",
    "child_birth_place": "Bệnh viện Đa khoa tỉnh Lâm Đồng",
    "child_ethnicity": "Kinh",
    "child_home_town": "Lâm Đồng",
    "mother_name": "Nguyễn Thị An",
    "has_father": "no",
}


LAND = {
    "certificate_number": "CS 01234567",
    "parcel": "Thửa 128, tờ bản đồ số 14, phường Xuân Hương - Đà Lạt",
    "price": "1.500.000.000",
}
BULLETIN = {
    "title": "Dã Quỳ xanh",
    "purpose": "Hướng dẫn trồng và chăm sóc hoa cho hộ liên kết với công ty.",
    "period": "quarter",
    "pages": "24",
    "print_run": "500",
    "editor": "Nguyễn Quang Vinh",
}
FUNERAL = {
    "deceased_name": "Nguyễn Văn Tâm",
    "died_on": "02/11/2026",
    "merit": "Thương binh hạng 2/4",
    "relation": "Con",
}


@dataclass(frozen=True, slots=True)
class Story:
    """One demonstration dossier: whose, which procedure at which agency, the answers, and how far it went."""

    email: str
    procedure: str
    agency: str
    answers: dict[str, str]
    steps: tuple[str, ...] = ()
    delivery: ResultDelivery = ResultDelivery.ONLINE
    reason: str = ""
    # Fields of the declaration that a supplement asks for, each with its reason.
    fields_to_mend: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.GRANTED


DONE = ("receive", "start_processing", "resolve")
SIGNED = ("receive", "start_processing", "draft_result", "sign_result")
POLICE, WARD, LAND_OFFICE, CULTURE = "H36.14", "H36.21.05", "H36.10.05", "H36.16"
STORIES = (
    Story(AN, "1.001193", WARD, BIRTH, DONE),
    Story(CHI, "2.000635", WARD, EXTRACT, ("receive", "start_processing", "draft_result")),
    Story(AN, "3.000347", POLICE, LICENCE, ("receive", "start_processing", "request_payment")),
    Story(CHI, "3.000347", POLICE, LICENCE),
    Story(AN, "1.004873", WARD, MARITAL, SIGNED, ResultDelivery.DESK),
    Story(
        CHI,
        "1.004194",
        POLICE,
        STAY,
        ("receive", "start_processing", "request_supplement"),
        reason="Giấy tờ chỗ ở bị mờ ở trang 2. Hãy chụp lại cả trang, đủ sáng.",
        fields_to_mend={"home_kind": "Giấy tờ nộp kèm là hợp đồng thuê. Hãy khai đúng loại chỗ ở."},
    ),
    Story(CHI, "1.001193", WARD, BIRTH, ("refuse_intake",), reason="Giấy chứng sinh ghi tên mẹ khác với tờ khai."),
    Story(AN, "2.000635", WARD, EXTRACT, ("receive",)),
    Story(CHI, "1.004873", WARD, MARITAL, (), ResultDelivery.DESK),
    Story(
        CHI,
        "1.001193",
        WARD,
        BIRTH,
        DONE,
        outcome=Outcome.DENIED,
        reason="Trẻ đã được đăng ký khai sinh tại nơi khác.",
    ),
    Story(AN, "1.004194", POLICE, STAY),
    Story(AN, "1.013831", LAND_OFFICE, LAND, ("receive", "start_processing", "ask_partners"), ResultDelivery.DESK),
    Story(CHI, "1.011485", WARD, FUNERAL, ("receive", "start_processing", "ask_partners")),
    # In Chi's vault from then on: offered when the next procedure asks for a licence.
    Story(CHI, "3.000348", POLICE, {**LICENCE, "reason": "lost"}, DONE),
    # In the company's vault: both who speak for it find it there.
    Story(VINH, "1.009374", CULTURE, BULLETIN, DONE),
)


class Command(BaseCommand):
    help = "Files demonstration dossiers in several states; does nothing where dossiers were filed already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Dossier.objects.filter(state__in=FILED_STATES).exists():
            self.stdout.write("Demonstration dossiers: there are dossiers already, nothing added.")
            return
        for story in STORIES:
            self._tell(story)
        self.stdout.write(f"Demonstration dossiers: {len(STORIES)} filed.")

    def _tell(self, story: Story) -> None:
        citizen = account_selectors.actor_for(User.objects.get(email=story.email))
        dossier = _file(citizen, story)
        for step in story.steps:
            STEPS[step](dossier, story)


def _file(citizen: Actor, story: Story) -> Dossier:
    revision = procedure_selectors.published_revision(story.procedure)
    offering = next(
        one for one in procedure_selectors.offerings_of(revision.procedure) if one.agency.code == story.agency
    )
    case = revision.cases.first()
    draft = services.start_draft(actor=citizen, offering_id=offering.pk, case_id=case.pk if case else None)
    answers = {**_applicant_answers(citizen), **_organisation_answers(draft), **story.answers}
    for section in services.definition_of(draft).sections:
        form = services.save_section(actor=citizen, dossier_id=draft.pk, section_key=section.key, raw=answers)
        if not form.is_valid():
            raise RuntimeError(f"demo answers of {story.procedure} do not fit: {sorted(form.errors)}")
    for component in draft.components.filter(
        required_document__kind=DocumentKind.UPLOAD, required_document__is_required=True
    ).select_related("required_document"):
        name = component.required_document.name
        upload = _paper(name, citizen.display_name)
        services.attach_file(actor=citizen, dossier_id=draft.pk, component_id=component.pk, upload=upload)
    if len(services.delivery_choices(offering)) > 1:
        services.choose_delivery(actor=citizen, dossier_id=draft.pk, delivery=story.delivery)
    return services.submit(actor=citizen, dossier_id=draft.pk, has_attested=True)


def _applicant_answers(citizen: Actor) -> dict[str, str]:
    profile = account_selectors.citizen_of(citizen.user_id or 0)
    if profile is None or profile.date_of_birth is None:
        raise RuntimeError("the demonstration citizens have no profile: run load_demo")
    return {
        "full_name": profile.user.full_name,
        "born_on": f"{profile.date_of_birth:%d/%m/%Y}",
        "sex": profile.sex,
        "id_number": profile.personal_id_number,
        "phone": profile.phone,
        "email": profile.user.email,
        "address": profile.address,
    }


def _organisation_answers(draft: Dossier) -> dict[str, str]:
    """Of the organisation that a draft begins with where only organisations use the procedure."""
    organisation = draft.organisation
    if organisation is None:
        return {}
    return {
        "organisation_name": organisation.name,
        "tax_code": organisation.tax_code,
        "head_office": organisation.address,
        "representative_name": draft.applicant.full_name,
    }


def _paper(title: str, holder: str) -> SimpleUploadedFile:
    content = document_services.render_pdf(
        "pdf/demo_paper.html",
        {"title": title, "holder": holder, "agency_name": "Cơ quan minh họa", "document_date": clock.today()},
    )
    return SimpleUploadedFile(f"{slug(title)[:60]}.pdf", content, content_type="application/pdf")


def _officer(dossier: Dossier, role: str, *, at_receiving: bool = False) -> Actor:
    agency_id = dossier.receiving_agency_id if at_receiving else dossier.resolving_agency_id
    officers = account_selectors.officers_of([agency_id]).filter(Q(postings__role=role)).distinct()
    return account_selectors.actor_for(officers[0])


def _receive(dossier: Dossier, story: Story) -> None:
    services.receive(actor=_officer(dossier, "desk_officer", at_receiving=True), dossier_id=dossier.pk)


def _refuse(dossier: Dossier, story: Story) -> None:
    desk = _officer(dossier, "desk_officer", at_receiving=True)
    services.refuse_intake(actor=desk, dossier_id=dossier.pk, reason=story.reason)


def _start(dossier: Dossier, story: Story) -> None:
    services.start_processing(actor=_officer(dossier, "case_officer"), dossier_id=dossier.pk)


def _ask_for_more(dossier: Dossier, story: Story) -> None:
    uploads = dossier.components.filter(required_document__kind=DocumentKind.UPLOAD, is_needed=True)
    items = [
        services.SupplementItemAsked(reason=story.reason, component_id=pk)
        for pk in uploads.values_list("pk", flat=True)
    ]
    items += [
        services.SupplementItemAsked(reason=reason, field_key=key) for key, reason in story.fields_to_mend.items()
    ]
    services.request_supplement(actor=_officer(dossier, "case_officer"), dossier_id=dossier.pk, items=items)


def _ask_for_fee(dossier: Dossier, story: Story) -> None:
    services.request_payment(actor=_officer(dossier, "case_officer"), dossier_id=dossier.pk)


def _ask_partners(dossier: Dossier, story: Story) -> None:
    services.open_planned_handoffs(dossier_id=dossier.pk)


def _draft_result(dossier: Dossier, story: Story) -> None:
    """What the procedure has a template for, the case officer draws up."""
    template = next(one for one in services.templates_for(dossier) if one.outcome == story.outcome)
    services.prepare_result(
        actor=_officer(dossier, "case_officer"),
        dossier_id=dossier.pk,
        template_id=template.pk,
        note=story.reason or "Nội dung đúng với sổ gốc.",
    )


def _sign_result(dossier: Dossier, story: Story) -> None:
    draft = services.newest_draft(dossier)
    assert draft is not None
    services.sign_draft(actor=_officer(dossier, "signer"), dossier_id=dossier.pk, draft_id=draft.pk)


def _resolve(dossier: Dossier, story: Story) -> None:
    result = dossier.revision.results.first()
    services.resolve(
        actor=_officer(dossier, "signer"),
        dossier_id=dossier.pk,
        outcome=story.outcome,
        title=result.name if result and story.outcome == Outcome.GRANTED else "Văn bản trả lời",
        note=story.reason,
        drafts_letter=True,
    )


STEPS: dict[str, Callable[[Dossier, Story], None]] = {
    "receive": _receive,
    "refuse_intake": _refuse,
    "start_processing": _start,
    "request_supplement": _ask_for_more,
    "request_payment": _ask_for_fee,
    "ask_partners": _ask_partners,
    "resolve": _resolve,
    "draft_result": _draft_result,
    "sign_result": _sign_result,
}
