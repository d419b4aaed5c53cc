"""A handoff from sending to its end: what is stored, what the journal tells, what is refused and changes nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from dossiers import services
from dossiers.enums import Deed, HandoffOutcome, HandoffState
from dossiers.errors import HandoffConflict, HandoffNotFound, ReasonMissing, TransitionConflict
from dossiers.models import Dossier, Handoff, HandoffFile, JournalEntry
from portal.accounts.models import Agency
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.models import OutboxEvent
from tests.factories.dossiers import Cast, make_processing, make_received, make_resolved, pdf_upload
from tests.factories.handoffs import Partners, make_handoff

pytestmark = pytest.mark.django_db


def lines(dossier: Dossier) -> list[tuple[str, str, str]]:
    """Deeds of the journal: act, what the citizen reads, what only officers read."""
    found = JournalEntry.objects.filter(dossier=dossier, act__in=Deed.values).order_by("sequence")
    return [(one.act, one.public_note.partition(", hẹn")[0], one.internal_note) for one in found]


def test_it_is_numbered_within_its_dossier_and_waits_for_the_other_agency(cast: Cast, partners: Partners) -> None:
    first = make_handoff(cast, partners)
    dossier = first.dossier
    second = make_handoff(cast, partners, dossier, to_agency_id=partners.tax.pk, kind="horizontal")
    assert [one.code for one in (first, second)] == [f"{dossier.code}/01", f"{dossier.code}/02"]
    first.refresh_from_db()
    assert (first.state, first.kind, first.is_binding, first.sets_obligation) == ("sent", "consultation", False, False)
    assert (first.from_agency, first.to_agency) == (cast.resolving, partners.department)
    assert (first.term_value, first.term_unit) == (Decimal(1), "working_day")
    assert first.sent_by == cast.hoa
    assert lines(dossier) == [
        ("open_handoff", "Sở Nội vụ", "Ông bà có thuộc diện này không?"),
        ("open_handoff", "Thuế cơ sở 1", "Ông bà có thuộc diện này không?"),
    ]


def test_the_dossier_keeps_its_state_and_its_owner(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    before = (dossier.state, dossier.due_at, dossier.next_date_at, dossier.assignee_id, dossier.responsible_agency_id)
    make_handoff(cast, partners, dossier)
    dossier.refresh_from_db()
    after = (dossier.state, dossier.due_at, dossier.next_date_at, dossier.assignee_id, dossier.responsible_agency_id)
    assert after == before
    assert not OutboxEvent.objects.filter(name__contains="handoff").exists()


def test_received_answered_with_files_and_told_on_the_dossier(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.receive_handoff(
        actor=partners.actor("tam"), handoff_id=handoff.pk, assignee_id=partners.thu.pk, seen_version=1
    )
    handoff.refresh_from_db()
    assert (handoff.state, handoff.assignee, handoff.version) == ("received", partners.thu, 2)
    services.answer_handoff(
        actor=partners.actor("thu"),
        handoff_id=handoff.pk,
        outcome="opinion",
        answer="  Thuộc diện này.  ",
        uploads=[pdf_upload("tra-loi.pdf"), pdf_upload("kem-theo.pdf")],
        seen_version=2,
    )
    handoff.refresh_from_db()
    assert (handoff.state, handoff.outcome, handoff.answer) == ("answered", "opinion", "Thuộc diện này.")
    assert (handoff.closed_by, handoff.version) == (partners.thu, 3)
    assert [file.document.original_name for file in handoff.files.all()] == ["tra-loi.pdf", "kem-theo.pdf"]
    assert lines(handoff.dossier)[1:] == [
        ("receive_handoff", "", ""),
        ("answer_handoff", "Sở Nội vụ đã trả lời.", "Thuộc diện này."),
    ]
    entry = JournalEntry.objects.get(act=Deed.ANSWER_HANDOFF)
    assert (entry.details["handoff"], entry.details["answer"]) == (handoff.code, "opinion")
    assert entry.actor == partners.thu


def test_an_answer_without_a_receipt_receives_it(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="")
    handoff.refresh_from_db()
    assert handoff.received_at == handoff.answered_at
    assert handoff.assignee == partners.thu


def test_a_refusal_comes_back_with_its_reason(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.refuse_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, reason="Không thuộc thẩm quyền")
    handoff.refresh_from_db()
    assert (handoff.state, handoff.outcome, handoff.reason) == ("refused", "refused", "Không thuộc thẩm quyền")
    assert lines(handoff.dossier)[-1] == (
        "refuse_handoff",
        "Sở Nội vụ từ chối phần việc của mình. Cơ quan giải quyết sẽ báo bạn bước tiếp theo.",
        "Không thuộc thẩm quyền",
    )
    # It may be asked again.
    again = make_handoff(cast, partners, handoff.dossier)
    assert again.number == 2


def test_a_recall_tells_the_other_agency_why(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.recall_handoff(actor=cast.actor("hoa"), handoff_id=handoff.pk, reason="Hỏi nhầm cơ quan")
    handoff.refresh_from_db()
    assert (handoff.state, handoff.reason, handoff.closed_by) == ("recalled", "Hỏi nhầm cơ quan", cast.hoa)
    assert handoff.outcome == ""
    with pytest.raises(HandoffConflict) as conflict:
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="")
    assert "Lê Thị Hòa đã làm trước" in str(conflict.value.sentence)
    assert "Đã thu hồi" in str(conflict.value.sentence)


@pytest.mark.parametrize("reason", ["", "   "])
def test_refusal_and_recall_need_a_reason(cast: Cast, partners: Partners, reason: str) -> None:
    handoff = make_handoff(cast, partners)
    with pytest.raises(ReasonMissing):
        services.refuse_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, reason=reason)
    with pytest.raises(ReasonMissing):
        services.recall_handoff(actor=cast.actor("hoa"), handoff_id=handoff.pk, reason=reason)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.version) == ("sent", 1)


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"to_agency_id": None}, "to_agency"),
        ({"to_agency_id": 10**9}, "to_agency"),
        ({"kind": "sideways"}, "kind"),
        ({"question": "  "}, "question"),
        ({"term_value": 0}, "term_value"),
        ({"term_value": Decimal("1.3")}, "term_value"),
        ({"term_value": None}, "term_value"),
        ({"term_unit": "year"}, "term_unit"),
        ({"planned_key": "khong-co"}, "planned"),
    ],
)
def test_what_is_missing_or_odd_is_named_and_nothing_is_sent(
    cast: Cast, partners: Partners, choices: dict[str, Any], field: str
) -> None:
    dossier = make_processing(cast, fee=None)
    with pytest.raises(InvalidInput) as refusal:
        make_handoff(cast, partners, dossier, **choices)
    assert list(refusal.value.fields) == ["term_value" if field == "term_unit" else field]
    assert Handoff.objects.count() == 0
    assert lines(dossier) == []


def test_nobody_asks_themselves_or_an_agency_that_ended(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, fee=None)
    for agency in (cast.resolving, partners.department):
        Agency.objects.filter(pk=partners.department.pk).update(valid_to="2025-06-30")
        with pytest.raises(InvalidInput) as refusal:
            make_handoff(cast, partners, dossier, to_agency_id=agency.pk)
        assert list(refusal.value.fields) == ["to_agency"]
    assert Handoff.objects.count() == 0


def test_only_what_is_being_worked_on_can_be_handed_on(cast: Cast, partners: Partners) -> None:
    for make in (make_received, make_resolved):
        dossier = make(cast, fee=None)
        with pytest.raises(TransitionConflict):
            make_handoff(cast, partners, dossier)
    assert Handoff.objects.count() == 0


def test_a_stale_page_changes_nothing(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.receive_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk)
    with pytest.raises(HandoffConflict) as conflict:
        services.answer_handoff(
            actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="", seen_version=1
        )
    assert conflict.value.status == 409
    with pytest.raises(HandoffConflict):
        services.receive_handoff(actor=partners.actor("tam"), handoff_id=handoff.pk)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.assignee) == ("received", partners.thu)


@pytest.mark.parametrize("outcome", ["", "refused", "obligation_set", "granted"])
def test_an_answer_is_one_of_its_outcomes(cast: Cast, partners: Partners, outcome: str) -> None:
    handoff = make_handoff(cast, partners)
    with pytest.raises(InvalidInput):
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome=outcome, answer="Có")
    handoff.refresh_from_db()
    assert handoff.is_open


def test_an_opinion_has_words(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    with pytest.raises(InvalidInput):
        services.answer_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="opinion", answer=" ")


def test_too_many_files_are_refused_and_none_is_kept(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    with pytest.raises(InvalidInput):
        services.answer_handoff(
            actor=partners.actor("thu"),
            handoff_id=handoff.pk,
            outcome="agreed",
            answer="",
            uploads=[pdf_upload(f"{number}.pdf") for number in range(11)],
        )
    assert HandoffFile.objects.count() == 0


def test_it_is_given_only_to_somebody_who_works_there(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    for user in (partners.tam, partners.loan, cast.hoa):
        with pytest.raises(InvalidInput):
            services.receive_handoff(actor=partners.actor("tam"), handoff_id=handoff.pk, assignee_id=user.pk)
    services.receive_handoff(actor=partners.actor("tam"), handoff_id=handoff.pk)
    handoff.refresh_from_db()
    # A desk officer receives for the agency; nobody holds it yet.
    assert (handoff.state, handoff.assignee) == ("received", None)


def test_an_unknown_one_is_not_found(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    other = make_processing(cast, fee=None)
    with pytest.raises(HandoffNotFound):
        services.receive_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk + 1)
    with pytest.raises(HandoffNotFound):
        services.open_handoff(actor=partners.actor("thu"), dossier_id=other.pk, via_id=handoff.pk)


def test_strangers_may_do_nothing(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    for actor in (cast.actor("lan"), partners.actor("loan"), cast.actor("an")):
        with pytest.raises(NotPermitted):
            services.receive_handoff(actor=actor, handoff_id=handoff.pk)


def refused_by_the_database(change: Any) -> None:
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change()


def test_the_database_holds_what_the_services_promise(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    one = Handoff.objects.filter(pk=handoff.pk)
    for values in (
        {"state": HandoffState.ANSWERED},
        {"state": HandoffState.ANSWERED, "answered_at": handoff.sent_at, "received_at": handoff.sent_at},
        {
            "state": HandoffState.REFUSED,
            "outcome": HandoffOutcome.REFUSED,
            "answered_at": handoff.sent_at,
            "received_at": handoff.sent_at,
        },
        {"state": HandoffState.RECALLED, "ended_at": handoff.sent_at},
        {"state": HandoffState.RECALLED, "reason": "Thôi"},
        {"state": HandoffState.RECEIVED},
        {"state": "lost"},
        {"outcome": HandoffOutcome.AGREED},
        {"to_agency": handoff.from_agency},
        {"within_at": handoff.sent_at},
        {"question": "Câu khác"},
        {"is_binding": True},
        {"shared_sections": ["person"]},
    ):
        refused_by_the_database(lambda values=values: one.update(**values))
    refused_by_the_database(lambda: one.delete())
    handoff.refresh_from_db()
    assert (handoff.state, handoff.question) == ("sent", "Ông bà có thuộc diện này không?")


def test_what_ended_and_its_files_never_change(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.answer_handoff(
        actor=partners.actor("thu"), handoff_id=handoff.pk, outcome="agreed", answer="Được", uploads=[pdf_upload()]
    )
    refused_by_the_database(lambda: Handoff.objects.filter(pk=handoff.pk).update(answer="Không"))
    refused_by_the_database(lambda: HandoffFile.objects.all().delete())
    refused_by_the_database(lambda: HandoffFile.objects.update(added_by=cast.an))
