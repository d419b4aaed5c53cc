"""A catalogue for tests. `published_procedure(...)` gives a procedure in force, with everything its level promises."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.accounts.enums import AgencyLevel
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.enums import TermUnit
from procedures.enums import Channel, DocumentKind, HandoffAddressee, HandoffKind, HandoffOpening, RevisionState
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    LegalBasis,
    PlannedHandoff,
    PolicyArea,
    Procedure,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    ReliefCategory,
    RequiredDocument,
    ResultKind,
    ServiceOffering,
)
from procedures.services import refresh_listing_rank, refresh_search_documents, scope_of, search_text_of

ADMINISTRATOR = Actor(kind=ActorKind.ADMINISTRATOR, display_name="Quản trị viên")

FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "person",
            "label": "Người nộp",
            "fields": [
                {"key": "full_name", "kind": "text", "label": "Họ và tên", "required": True},
                {"key": "born_on", "kind": "date", "label": "Ngày sinh", "required": True},
                {"key": "reason", "kind": "long_text", "label": "Lý do"},
            ],
        }
    ]
}


class AgencyFactory(DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"H99.{n + 10}")
    name = factory.Sequence(lambda n: f"Cơ quan số {n}")
    level = AgencyLevel.DEPARTMENT


class PolicyAreaFactory(DjangoModelFactory[PolicyArea]):
    class Meta:
        model = PolicyArea
        django_get_or_create = ("slug",)

    name = "Hộ tịch"
    slug = "ho-tich"


class ProcedureFactory(DjangoModelFactory[Procedure]):
    """A procedure without a revision."""

    class Meta:
        model = Procedure

    code = factory.Sequence(lambda n: f"1.{900_000 + n:06d}")
    name = factory.Sequence(lambda n: f"Thủ tục thử số {n}")
    policy_area = factory.SubFactory(PolicyAreaFactory)
    search_text = factory.LazyAttribute(search_text_of)


class ProcedureRevisionFactory(DjangoModelFactory[ProcedureRevision]):
    """A draft; publish it with `in_force(revision)` when its parts are there."""

    class Meta:
        model = ProcedureRevision

    procedure = factory.SubFactory(ProcedureFactory)
    number = factory.LazyAttribute(lambda draft: draft.procedure.revisions.count() + 1)
    summary = "Việc thử"
    resolving_agency_name = "Cơ quan thử"


class ProcedureCaseFactory(DjangoModelFactory[ProcedureCase]):
    class Meta:
        model = ProcedureCase

    revision = factory.SubFactory(ProcedureRevisionFactory)
    key = factory.Sequence(lambda n: f"case_{n}")
    name = factory.Sequence(lambda n: f"Trường hợp {n}")


class RequiredDocumentFactory(DjangoModelFactory[RequiredDocument]):
    class Meta:
        model = RequiredDocument

    revision = factory.SubFactory(ProcedureRevisionFactory)
    key = factory.Sequence(lambda n: f"document_{n}")
    name = factory.Sequence(lambda n: f"Giấy tờ {n}")
    kind = DocumentKind.UPLOAD


class ChannelTermFactory(DjangoModelFactory[ChannelTerm]):
    class Meta:
        model = ChannelTerm

    revision = factory.SubFactory(ProcedureRevisionFactory)
    channel = Channel.ONLINE
    term_value = 3
    term_unit = TermUnit.WORKING_DAY
    is_reviewed = True


class FeeRuleFactory(DjangoModelFactory[FeeRule]):
    class Meta:
        model = FeeRule

    revision = factory.SubFactory(ProcedureRevisionFactory)
    amount = 135_000
    label = "Lệ phí thử"
    is_reviewed = True


class ReliefCategoryFactory(DjangoModelFactory[ReliefCategory]):
    """Once a key, with the words given here: a new installation has some already, an emptied database has none."""

    class Meta:
        model = ReliefCategory

    key = "tre-em"
    name = "Trẻ em"
    proof = "Giấy khai sinh"

    @classmethod
    def _create(cls, model_class: type[ReliefCategory], *args: Any, **kwargs: Any) -> ReliefCategory:
        category, _is_new = model_class.objects.update_or_create(key=kwargs.pop("key"), defaults=kwargs)
        return category


class PlannedHandoffFactory(DjangoModelFactory[PlannedHandoff]):
    """To a named agency, in one working day, sent by hand."""

    class Meta:
        model = PlannedHandoff

    revision = factory.SubFactory(ProcedureRevisionFactory)
    key = factory.Sequence(lambda n: f"handoff_{n}")
    kind = HandoffKind.CONSULTATION
    addressee = HandoffAddressee.NAMED
    agency = factory.SubFactory(AgencyFactory)
    question = "Cho ý kiến về hồ sơ này"
    term_value = 1
    term_unit = TermUnit.WORKING_DAY
    opens = HandoffOpening.OFFERED


class FormTemplateFactory(DjangoModelFactory[FormTemplate]):
    """Needs a `document` (see tests/factories/documents.py)."""

    class Meta:
        model = FormTemplate

    revision = factory.SubFactory(ProcedureRevisionFactory)
    title = "Mẫu đơn thử"


class ServiceOfferingFactory(DjangoModelFactory[ServiceOffering]):
    class Meta:
        model = ServiceOffering

    procedure = factory.SubFactory(ProcedureFactory)
    agency = factory.SubFactory(AgencyFactory)
    level = 4
    scope = factory.LazyAttribute(lambda offering: scope_of(offering.level))


def in_force(revision: ProcedureRevision) -> ProcedureRevision:
    """Put a draft in force as it stands, without the checks of `publish_revision`."""
    revision.state = RevisionState.PUBLISHED
    revision.published_at = clock.now()
    revision.save(update_fields=["state", "published_at"])
    revision.procedure.current_revision = revision
    revision.procedure.search_text = search_text_of(revision.procedure)
    revision.procedure.save(update_fields=["current_revision", "search_text"])
    refresh_search_documents([revision.procedure.pk])
    return revision


def published_procedure(
    *,
    level: int | None = 4,
    fee: int | None = 135_000,
    term_days: int = 3,
    agency: Agency | None = None,
    document_count: int = 1,
    form: dict[str, Any] | None = None,
    revision_fields: dict[str, Any] | None = None,
    **procedure_fields: Any,
) -> Procedure:
    """A procedure in force, offered by one agency at `level` (None: offered by nobody), every channel reviewed.

    `fee` is one amount for all channels (None: nothing to pay). The documents are one declaration and uploads.
    """
    procedure = ProcedureFactory.create(**procedure_fields)
    revision = ProcedureRevisionFactory.create(
        procedure=procedure, form_definition=FORM if form is None else form, **(revision_fields or {})
    )
    for channel in Channel:
        ChannelTermFactory.create(revision=revision, channel=channel, term_value=term_days)
    if fee is not None:
        FeeRuleFactory.create(revision=revision, amount=fee)
    for order in range(document_count):
        kind = DocumentKind.UPLOAD if order else DocumentKind.DECLARATION
        RequiredDocumentFactory.create(revision=revision, kind=kind, order=order)
    ResultKind.objects.create(revision=revision, name="Giấy xác nhận thử", code="KQ.G00.000001")
    LegalBasis.objects.create(revision=revision, number="01/2026/NĐ-CP", title="Nghị định thử")
    ProcessingStep.objects.create(revision=revision, title="Nộp hồ sơ", order=1)
    in_force(revision)
    if level is not None:
        ServiceOfferingFactory.create(procedure=procedure, agency=agency or AgencyFactory.create(), level=level)
        refresh_listing_rank(procedure)
    procedure.refresh_from_db()
    return procedure
