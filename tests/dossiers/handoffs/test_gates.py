"""What waits for an answer, what the plan sends by itself, and the end with the dossier."""

from collections.abc import Callable

import pgtrigger
import pytest

from dossiers import services
from dossiers.enums import DossierState, Transition
from dossiers.errors import BindingHandoffRefused, HandoffAwaited, HandoffConflict
from dossiers.models import Dossier, Handoff, JournalEntry
from portal.accounts.models import Agency
from portal.core.errors import InvalidInput
from procedures.models import PlannedHandoff
from tests.dossiers.handoffs.conftest import relay
from tests.factories.dossiers import Cast, make_offering, make_processing, make_received, make_resolved, pdf_upload
from tests.factories.handoffs import Partners, make_handoff, plan, tax_plan, vertical_plan

pytestmark = pytest.mark.django_db


def resolve(cast: Cast, dossier: Dossier, outcome: str = "granted") -> Dossier:
    return services.resolve(
        actor=cast.actor("dung"),
        dossier_id=dossier.pk,
        outcome=outcome,
        title="Quyết định",
        note="Theo hồ sơ",
        upload=pdf_upload(),
    )


def answer(partners: Partners, name: str, handoff: Handoff, outcome: str = "agreed") -> Handoff:
    return services.answer_handoff(
        actor=partners.actor(name), handoff_id=handoff.pk, outcome=outcome, answer="Theo hồ sơ"
    )


def codes(dossier: Dossier) -> list[tuple[str, str]]:
    return [(one.code.rpartition("/")[2], one.state) for one in dossier.handoffs.order_by("number")]


# --- the plan ---------------------------------------------------------------------------------------------------------
def test_what_is_planned_at_the_start_goes_by_itself_and_once(cast: Cast, partners: Partners) -> None:
    dossier = make_received(cast, offering=vertical_plan(cast, partners))
    relay()
    assert Handoff.objects.count() == 0
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    relay()
    relay()
    assert services.open_planned_handoffs(dossier_id=dossier.pk) == []
    handoff = Handoff.objects.get()
    assert (handoff.to_agency, handoff.kind, handoff.is_binding) == (partners.department, "vertical", True)
    assert (handoff.question, handoff.sent_by, handoff.shared_sections) == ("Thẩm định hồ sơ", None, ["person"])
    line = JournalEntry.objects.get(act="open_handoff")
    assert (line.actor_kind, line.actor_id) == ("system", None)


def test_it_goes_too_when_processing_began_with_a_supplement(cast: Cast, partners: Partners) -> None:
    dossier = make_received(cast, offering=vertical_plan(cast, partners))
    services.request_supplement(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu", field_key="reason")],
    )
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    relay()
    assert codes(dossier) == [("01", "sent")]


def test_the_next_one_follows_an_answer_and_not_a_refusal(cast: Cast, partners: Partners) -> None:
    offering = make_offering(cast, fee=None)
    plan(offering, key="so", agency=partners.department, opens="at_start")
    plan(offering, key="thue", agency=partners.tax, opens="after", anchor_key="so", order=1)
    refused, answered = (make_processing(cast, offering=offering) for _n in range(2))
    relay()
    services.refuse_handoff(actor=partners.actor("thu"), handoff_id=refused.handoffs.get().pk, reason="Không")
    answer(partners, "thu", answered.handoffs.get())
    relay()
    assert codes(refused) == [("01", "refused")]
    assert codes(answered) == [("01", "answered"), ("02", "sent")]
    assert answered.handoffs.get(number=2).to_agency == partners.tax


def test_one_whose_agency_cannot_be_found_is_left_to_the_officer_who_names_one(cast: Cast, partners: Partners) -> None:
    offering = make_offering(cast, fee=None)
    plan(offering, key="tinh", addressee="parent", agency=None, opens="at_start", is_binding=True)
    Agency.objects.filter(pk=cast.receiving.pk).update(parent=None)
    dossier = make_processing(cast, offering=offering)
    relay()
    assert codes(dossier) == []
    with pytest.raises(HandoffAwaited) as wait:
        resolve(cast, dossier)
    assert str(wait.value.sentence) == ("Chưa chuyển bước liên thông bắt buộc: Cơ quan cấp trên của cơ quan tiếp nhận.")
    handoff = services.open_handoff(
        actor=cast.actor("hoa"), dossier_id=dossier.pk, planned_key="tinh", to_agency_id=partners.province.pk
    )
    assert (handoff.to_agency, handoff.is_binding) == (partners.province, True)


def test_a_planned_one_is_not_sent_twice_while_it_is_open_and_may_be_sent_again_after_a_refusal(
    cast: Cast, partners: Partners
) -> None:
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    hoa = cast.actor("hoa")
    first = services.open_handoff(actor=hoa, dossier_id=dossier.pk, planned_key="thue")
    with pytest.raises(HandoffConflict):
        services.open_handoff(actor=hoa, dossier_id=dossier.pk, planned_key="thue")
    services.refuse_handoff(actor=partners.actor("loan"), handoff_id=first.pk, reason="Thiếu số thửa")
    services.open_handoff(actor=hoa, dossier_id=dossier.pk, planned_key="thue", question="Đã có số thửa")
    assert codes(dossier) == [("01", "refused"), ("02", "sent")]


def test_stages_of_another_case_are_not_sent(cast: Cast, partners: Partners) -> None:
    offering = make_offering(cast, fee=None)
    planned = plan(offering, key="so", agency=partners.department, opens="at_start")
    other = planned.revision
    dossier = make_processing(cast, offering=offering)
    with pgtrigger.ignore(
        "procedures.PlannedHandoff:part_of_published_frozen", "procedures.ProcedureCase:part_of_published_frozen"
    ):
        case = other.cases.create(key="khac", name="Trường hợp khác")
        PlannedHandoff.objects.update(case=case)
    assert services.open_planned_handoffs(dossier_id=dossier.pk) == []


# --- three levels -----------------------------------------------------------------------------------------------------
def test_three_levels_up_and_down_again(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    phuc = partners.actor("phuc")
    with pytest.raises(HandoffAwaited) as wait:
        answer(partners, "phuc", first)
    assert str(wait.value.sentence) == ("Chưa chuyển bước liên thông bắt buộc: Cơ quan cấp trên của cơ quan tiếp nhận.")
    second = services.open_handoff(actor=phuc, dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk)
    assert (second.from_agency, second.to_agency, second.via) == (partners.department, partners.province, first)
    with pytest.raises(HandoffAwaited) as wait:
        answer(partners, "phuc", first)
    assert "Còn chờ trả lời bắt buộc của Ủy ban nhân dân tỉnh (hẹn trả lời " in str(wait.value.sentence)
    with pytest.raises(HandoffAwaited) as wait:
        resolve(cast, dossier)
    assert "Còn chờ trả lời bắt buộc của Sở Nội vụ (hẹn trả lời " in str(wait.value.sentence)
    answer(partners, "vinh", second)
    answer(partners, "phuc", first)
    assert codes(dossier) == [("01", "answered"), ("02", "answered")]
    assert resolve(cast, dossier).state == DossierState.RESOLVED


def test_a_refusal_at_the_top_comes_down_level_by_level(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    second = services.open_handoff(
        actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="tinh", via_id=first.pk
    )
    services.refuse_handoff(actor=partners.actor("vinh"), handoff_id=second.pk, reason="Không đủ điều kiện.")
    with pytest.raises(BindingHandoffRefused) as refusal:
        answer(partners, "phuc", first)
    assert "Ủy ban nhân dân tỉnh đã từ chối: Không đủ điều kiện." in str(refusal.value.sentence)
    services.refuse_handoff(actor=partners.actor("phuc"), handoff_id=first.pk, reason="Tỉnh không đồng ý")
    with pytest.raises(BindingHandoffRefused) as refusal:
        resolve(cast, dossier)
    assert "Sở Nội vụ đã từ chối: Tỉnh không đồng ý." in str(refusal.value.sentence)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.results.count()) == ("processing", 0)
    assert resolve(cast, dossier, "denied").state == DossierState.RESOLVED


def test_a_plan_is_passed_on_only_from_where_it_belongs(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    with pytest.raises(InvalidInput):
        services.open_handoff(actor=cast.actor("hoa"), dossier_id=dossier.pk, planned_key="tinh")
    with pytest.raises(InvalidInput):
        services.open_handoff(actor=partners.actor("thu"), dossier_id=dossier.pk, planned_key="so", via_id=first.pk)
    assert codes(dossier) == [("01", "sent")]


def test_what_was_passed_on_ends_with_what_it_was_passed_on_from(cast: Cast, partners: Partners) -> None:
    first = make_handoff(cast, partners)
    dossier = first.dossier
    second = services.open_handoff(
        actor=partners.actor("thu"),
        dossier_id=dossier.pk,
        via_id=first.pk,
        to_agency_id=partners.province.pk,
        question="Xin ý kiến",
        term_value=1,
        term_unit="working_day",
    )
    services.recall_handoff(actor=cast.actor("hoa"), handoff_id=first.pk, reason="Thôi")
    second.refresh_from_db()
    assert (second.state, second.reason) == ("closed", "Phần việc mà cơ quan chuyển tiếp được giao đã kết thúc.")


# --- never beyond the dossier -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("end", "reason", "transition"),
    [
        (
            lambda cast, pk: services.withdraw(actor=cast.actor("an"), dossier_id=pk),
            "Người nộp đã rút hồ sơ.",
            Transition.WITHDRAW,
        ),
        (
            lambda cast, pk: services.stop(actor=cast.actor("hoa"), dossier_id=pk, reason="Theo luật"),
            "Cơ quan giải quyết đã dừng xử lý hồ sơ.",
            Transition.STOP,
        ),
        (lambda cast, pk: resolve(cast, Dossier.objects.get(pk=pk)), "Hồ sơ đã có kết quả.", Transition.RESOLVE),
    ],
    ids=["withdrawn", "stopped", "decided"],
)
def test_it_ends_with_its_dossier_and_says_why(
    cast: Cast, partners: Partners, end: Callable[[Cast, int], object], reason: str, transition: Transition
) -> None:
    first = make_handoff(cast, partners)
    second = make_handoff(cast, partners, first.dossier, to_agency_id=partners.tax.pk)
    answer(partners, "thu", first)
    end(cast, first.dossier_id)
    second.refresh_from_db()
    assert (second.state, second.reason, second.outcome) == ("closed", reason, "")
    assert not Handoff.objects.still_open().exists()
    assert Handoff.objects.get(pk=first.pk).state == "answered"
    line = JournalEntry.objects.get(act=transition)
    assert line.details["closed_handoffs"] == [second.code]
    assert second.ended_at == line.at
    with pytest.raises(HandoffConflict):
        services.receive_handoff(actor=partners.actor("loan"), handoff_id=second.pk)


def test_a_dossier_without_handoffs_ends_as_it_did(cast: Cast) -> None:
    dossier = make_resolved(cast, fee=None)
    line = JournalEntry.objects.get(dossier=dossier, act=Transition.RESOLVE)
    assert "closed_handoffs" not in line.details


def test_an_opinion_that_binds_nobody_holds_nothing_up(cast: Cast, partners: Partners) -> None:
    handoff = make_handoff(cast, partners)
    services.refuse_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, reason="Không thuộc thẩm quyền")
    assert resolve(cast, handoff.dossier).outcome == "granted"
