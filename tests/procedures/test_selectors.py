"""What sets a deadline, what is charged, what is asked for, and who offers it."""

from datetime import date, timedelta

import pytest

from portal.core import clock
from procedures import selectors
from procedures.enums import Channel
from procedures.errors import TermNotConfigured, UnknownOffering, UnknownProcedure
from procedures.models import ProcedureCase, ProcedureRevision
from tests.factories.procedures import (
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureCaseFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
    published_procedure,
)

DAY = date(2026, 5, 4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> ProcedureRevision:
    return ProcedureRevisionFactory.create()


def test_the_term_of_the_case_goes_before_the_general_one(draft: ProcedureRevision) -> None:
    case = ProcedureCaseFactory.create(revision=draft)
    general = ChannelTermFactory.create(revision=draft, term_value=5)
    special = ChannelTermFactory.create(revision=draft, case=case, term_value=20)

    assert selectors.term_for(draft, Channel.ONLINE) == general
    assert selectors.term_for(draft, Channel.ONLINE, case) == special
    assert selectors.term_for(draft, "online", ProcedureCaseFactory.create(revision=draft)) == general


def test_a_channel_without_a_reviewed_term_has_none(draft: ProcedureRevision) -> None:
    ChannelTermFactory.create(revision=draft, is_reviewed=False)

    for channel in Channel:
        with pytest.raises(TermNotConfigured) as refusal:
            selectors.term_for(draft, channel)
        assert refusal.value.status == 409


def test_every_rule_that_matches_channel_and_case_is_charged(draft: ProcedureRevision) -> None:
    case = ProcedureCaseFactory.create(revision=draft)
    for order, (amount, channel, of_case) in enumerate(
        [(1_000, "", None), (2_000, "online", None), (4_000, "in_person", None), (8_000, "", case), (0, "", None)]
    ):
        FeeRuleFactory.create(revision=draft, amount=amount, channel=channel, case=of_case, order=order)

    def amounts(channel: Channel, case: ProcedureCase | None = None) -> list[int | None]:
        return [fee.amount for fee in selectors.quote_for(draft, channel, case, on=DAY).fees]

    assert amounts(Channel.ONLINE) == [1_000, 2_000, 0]
    assert amounts(Channel.IN_PERSON) == [1_000, 4_000, 0]
    assert amounts(Channel.POST) == [1_000, 0]
    assert amounts(Channel.ONLINE, case) == [1_000, 2_000, 8_000, 0]


def test_no_rule_means_nothing_to_pay(draft: ProcedureRevision) -> None:
    quote = selectors.quote_for(draft, Channel.ONLINE, on=DAY)
    assert (quote.fees, quote.total) == ((), 0)


def test_an_unreviewed_rule_that_matches_has_no_amount_and_leaves_the_total_open(draft: ProcedureRevision) -> None:
    FeeRuleFactory.create(revision=draft)
    FeeRuleFactory.create(revision=draft, channel="post", is_reviewed=False)

    assert selectors.quote_for(draft, Channel.ONLINE, on=DAY).total == 135_000
    by_post = selectors.quote_for(draft, Channel.POST, on=DAY)
    assert [(fee.amount, fee.lack) for fee in by_post.fees] == [(135_000, None), (None, selectors.Lack.REVIEW)]
    assert (by_post.total, by_post.known_total) == (None, 135_000)


def test_documents_are_those_of_every_case_and_of_the_case(draft: ProcedureRevision) -> None:
    lost, damaged = ProcedureCaseFactory.create_batch(2, revision=draft)
    always = RequiredDocumentFactory.create(revision=draft, order=2)
    for_lost = RequiredDocumentFactory.create(revision=draft, case=lost, order=1)

    assert selectors.required_documents_for(draft) == [always]
    assert selectors.required_documents_for(draft, lost) == [for_lost, always]
    assert selectors.required_documents_for(draft, damaged) == [always]


def test_a_procedure_without_a_revision_in_force_is_unknown() -> None:
    ProcedureRevisionFactory.create(procedure=ProcedureFactory.create(code="1.000001"))

    for code in ("1.000001", "9.999999"):
        with pytest.raises(UnknownProcedure):
            selectors.published_revision(code)
        with pytest.raises(UnknownProcedure):
            selectors.procedure_page(code)


def test_offerings_in_force_are_those_switched_on_whose_dates_cover_today() -> None:
    today = clock.today()
    procedure = published_procedure(level=None)
    now = ServiceOfferingFactory.create(procedure=procedure, level=3, valid_from=today, valid_to=today)
    later = ServiceOfferingFactory.create(procedure=procedure, valid_from=today + timedelta(days=1))
    over = ServiceOfferingFactory.create(procedure=procedure, valid_to=today - timedelta(days=1))
    off = ServiceOfferingFactory.create(procedure=procedure, is_active=False)

    assert list(selectors.offerings_of(procedure)) == [now]
    assert selectors.highest_level(selectors.offerings_of(procedure)) == 3
    assert selectors.offering(now.pk) == now
    for other in (later.pk, over.pk, off.pk, 0):
        with pytest.raises(UnknownOffering):
            selectors.offering(other)


def test_an_offering_of_an_unpublished_procedure_is_unknown() -> None:
    offering = ServiceOfferingFactory.create()

    with pytest.raises(UnknownOffering):
        selectors.offering(offering.pk)


def test_a_procedure_nobody_offers_is_information_only() -> None:
    assert selectors.highest_level(selectors.offerings_of(published_procedure(level=None))) == 1


def test_receiving_is_done_by_the_agency_itself_unless_another_is_named() -> None:
    offering = ServiceOfferingFactory.create()
    elsewhere = ServiceOfferingFactory.create(receiving_agency=offering.agency)

    assert offering.receiving_agency_id_or_own == offering.agency_id
    assert elsewhere.receiving_agency_id_or_own == offering.agency_id


def test_a_revision_in_force_comes_with_its_area_in_one_query(django_assert_num_queries: object) -> None:
    revision = in_force(ProcedureRevisionFactory.create())

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = selectors.published_revision(revision.procedure.code)
        assert found.procedure.policy_area.name == "Hộ tịch"
