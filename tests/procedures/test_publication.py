"""Drafts, copies, publication and what speaks against it."""

import threading

import pytest
from django.db import connection

from portal.core.actors import ANONYMOUS, SYSTEM
from portal.core.errors import NotPermitted
from procedures import selectors, services
from procedures.enums import Channel, ReviewCode, RevisionState
from procedures.errors import DraftAlreadyExists, PublicationRefused, RevisionFrozen, UnknownProcedure
from procedures.models import ProcedureRevision, PublicationEntry, RequiredDocument, ReviewFlag
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    AgencyFactory,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureCaseFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def findings_of(draft: ProcedureRevision) -> list[tuple[str, str]]:
    with pytest.raises(PublicationRefused) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    draft.refresh_from_db()
    assert draft.state == RevisionState.DRAFT
    assert not PublicationEntry.objects.exists()
    return [(str(finding.place), str(finding.sentence)) for finding in refusal.value.findings]


def draft_offered_at(level: int, **fields: object) -> ProcedureRevision:
    draft = ProcedureRevisionFactory.create(**fields)
    ServiceOfferingFactory.create(procedure=draft.procedure, level=level)
    return draft


def test_a_first_publication_puts_the_draft_in_force_and_journals_who_did_it() -> None:
    draft = ProcedureRevisionFactory.create()

    published = services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    assert published.state == RevisionState.PUBLISHED
    assert published.published_at is not None
    assert published.effective_from is not None
    assert selectors.published_revision(draft.procedure.code) == published
    assert published.procedure.current_revision_id == published.pk
    entry = PublicationEntry.objects.get()
    assert (entry.revision_id, entry.kind, entry.actor_kind, entry.actor_name) == (
        published.pk,
        "published",
        "administrator",
        "Quản trị viên",
    )


def test_the_next_publication_supersedes_the_one_in_force() -> None:
    procedure = published_procedure(level=None)
    first = procedure.current_revision
    assert first is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=first)

    second = services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    first.refresh_from_db()
    assert (first.state, second.number) == (RevisionState.SUPERSEDED, 2)
    assert first.superseded_at is not None
    assert selectors.published_revision(procedure.code) == second
    assert list(PublicationEntry.objects.order_by("id").values_list("revision_id", "kind")) == [
        (first.pk, "superseded"),
        (second.pk, "published"),
    ]


def test_publishing_twice_is_refused_and_changes_nothing() -> None:
    draft = ProcedureRevisionFactory.create()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    with pytest.raises(RevisionFrozen):
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    assert PublicationEntry.objects.count() == 1


def test_only_administrators_and_the_system_edit_the_catalogue() -> None:
    draft = ProcedureRevisionFactory.create()

    with pytest.raises(NotPermitted):
        services.publish_revision(actor=ANONYMOUS, revision_id=draft.pk)
    with pytest.raises(NotPermitted):
        services.create_draft_revision(actor=ANONYMOUS, procedure_id=ProcedureFactory.create().pk)
    services.publish_revision(actor=SYSTEM, revision_id=draft.pk)


def test_a_copy_has_every_part_with_its_keys_and_points_at_its_own_parts() -> None:
    procedure = published_procedure(level=None, document_count=0)
    source = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]
    case = ProcedureCaseFactory.create(revision=source, key="lost")
    RequiredDocumentFactory.create(revision=source, key="old_licence", case=case)
    ChannelTermFactory.create(revision=source, case=case, term_value=9)
    services.publish_revision(actor=ADMINISTRATOR, revision_id=source.pk)
    source.refresh_from_db()

    copy = services.copy_to_draft(actor=ADMINISTRATOR, revision=source)

    document = RequiredDocument.objects.get(revision=copy)
    assert (document.key, document.case.key, document.case.revision_id) == ("old_licence", "lost", copy.pk)  # type: ignore[union-attr]
    assert copy.terms.count() == source.terms.count() == 4
    assert copy.fee_rules.get().amount == 135_000
    assert (copy.results.count(), copy.legal_bases.count(), copy.steps.count()) == (1, 1, 1)
    assert (copy.form_definition, copy.number, copy.state) == (FORM, 3, RevisionState.DRAFT)


def test_a_second_draft_is_refused() -> None:
    draft = ProcedureRevisionFactory.create()

    with pytest.raises(DraftAlreadyExists):
        services.create_draft_revision(actor=ADMINISTRATOR, procedure_id=draft.procedure_id)
    assert ProcedureRevision.objects.count() == 1


def test_a_draft_of_an_unknown_procedure_is_refused() -> None:
    with pytest.raises(UnknownProcedure):
        services.create_draft_revision(actor=ADMINISTRATOR, procedure_id=0)


def test_information_needs_neither_terms_nor_a_form() -> None:
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft_offered_at(1).pk)


def test_level_2_needs_a_form_to_download() -> None:
    assert findings_of(draft_offered_at(2)) == [
        ("Mẫu đơn, tờ khai", "Dịch vụ mức độ 2 hứa có mẫu để tải, nhưng phiên bản chưa có tệp mẫu nào.")
    ]


def test_level_3_needs_a_form_and_an_online_term() -> None:
    assert findings_of(draft_offered_at(3)) == [
        ("Tờ khai điện tử", "Dịch vụ mức độ 3, 4 phải khai được trên mạng, nhưng chưa có tờ khai điện tử."),
        ("Thời hạn theo cách nộp", "Chưa có thời hạn cho cách nộp trực tuyến."),
    ]


def test_a_case_without_its_online_term_is_named() -> None:
    draft = draft_offered_at(3, form_definition=FORM)
    covered = ProcedureCaseFactory.create(revision=draft, name="Đổi")
    ProcedureCaseFactory.create(revision=draft, name="Cấp lại")
    ChannelTermFactory.create(revision=draft, case=covered)

    assert findings_of(draft) == [
        ("Thời hạn theo cách nộp", "Chưa có thời hạn cho cách nộp trực tuyến, trường hợp “Cấp lại”.")
    ]


def test_what_nobody_reviewed_may_not_charge_or_set_a_deadline() -> None:
    draft = draft_offered_at(4, form_definition=FORM)
    ChannelTermFactory.create(revision=draft)
    ChannelTermFactory.create(revision=draft, channel=Channel.POST, is_reviewed=False)
    FeeRuleFactory.create(revision=draft, is_reviewed=False, label="Lệ phí")

    assert findings_of(draft) == [
        (
            "Thời hạn theo cách nộp: Qua bưu chính",
            "Thời hạn này chưa được rà soát nên không dùng để hẹn ngày trả được.",
        ),
        ("Phí, lệ phí: Lệ phí", "Mức thu này chưa được rà soát nên không dùng để thu tiền được."),
    ]


def test_a_form_that_cannot_be_read_names_the_field() -> None:
    broken = {"sections": [{"key": "a", "label": "A", "fields": [{"key": "x", "kind": "telepathy", "label": "X"}]}]}
    draft = draft_offered_at(1, form_definition=broken)

    ((place, sentence),) = findings_of(draft)

    assert place == "Tờ khai điện tử"
    assert "“x”" in sentence


def test_a_part_that_points_into_another_revision_is_named() -> None:
    draft = ProcedureRevisionFactory.create()
    RequiredDocumentFactory.create(revision=draft, name="Đơn", case=ProcedureCaseFactory.create())

    assert findings_of(draft) == [("Thành phần hồ sơ: Đơn", "Trường hợp được chọn thuộc một phiên bản khác.")]


def test_publishing_with_open_flags_marks_the_revision() -> None:
    draft = ProcedureRevisionFactory.create()
    ReviewFlag.objects.create(revision=draft, code=ReviewCode.TERM_MISSING, place="channels[0].term")

    assert services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk).needs_review is True


def test_superseding_without_a_successor_hides_the_procedure() -> None:
    procedure = published_procedure()

    services.supersede_revision(actor=ADMINISTRATOR, revision_id=procedure.current_revision_id or 0)

    with pytest.raises(UnknownProcedure):
        selectors.published_revision(procedure.code)
    assert selectors.search(procedure.code).total == 0


def test_an_offering_above_what_the_revision_can_keep_is_refused() -> None:
    procedure = published_procedure(level=None, form={})
    agency = AgencyFactory.create()

    with pytest.raises(PublicationRefused):
        services.set_offering(actor=ADMINISTRATOR, procedure_id=procedure.pk, agency_id=agency.pk, level=3)
    assert procedure.offerings.count() == 0
    services.set_offering(actor=ADMINISTRATOR, procedure_id=procedure.pk, agency_id=agency.pk, level=1)


def test_setting_an_offering_again_changes_it_and_the_order_of_listing() -> None:
    procedure = published_procedure(level=None)
    agency = AgencyFactory.create()
    for level, rank in ((3, 1), (4, 0), (1, 3)):
        services.set_offering(actor=ADMINISTRATOR, procedure_id=procedure.pk, agency_id=agency.pk, level=level)
        procedure.refresh_from_db()
        assert (procedure.offerings.in_force().get().level, procedure.listing_rank) == (level, rank)


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_once_give_one_revision_in_force() -> None:
    draft = ProcedureRevisionFactory.create()
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def publish() -> None:
        try:
            barrier.wait()
            services.publish_revision(actor=SYSTEM, revision_id=draft.pk)
            outcomes.append("published")
        except RevisionFrozen:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["published", "refused"]
    assert PublicationEntry.objects.count() == 1
