"""The shares of dossiers and people that did not have to hand in a paper again."""

from datetime import timedelta

from pytest_django import DjangoAssertNumQueries

from dossiers import selectors, services
from dossiers.models import Dossier
from dossiers.selectors import Rate
from portal.core import clock
from tests.factories.dossiers import Cast, make_received
from tests.factories.organisations import make_filed_for, make_organisation
from tests.factories.reuse import make_asking_draft, make_asking_offering, paper_of_an, slot_of


def _receive(cast: Cast, draft: Dossier, key: str = "") -> None:
    an = cast.actor("an")
    if key:
        services.use_again(
            actor=an, dossier_id=draft.pk, component_id=slot_of(draft).pk, offer_key=key, has_consented=True
        )
    services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    services.receive(actor=cast.actor("binh"), dossier_id=draft.pk)


def test_rates_count_dossiers_and_applicants_with_both_of_their_numbers(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paper, offering, today = paper_of_an(cast), make_asking_offering(cast), clock.today()
    _receive(cast, make_asking_draft(cast, offering=offering), f"kho-{paper.pk}")
    _receive(cast, make_asking_draft(cast, offering=offering, has_file=True))
    make_received(cast)
    with django_assert_num_queries(1):
        rates = selectors.reuse_rates([cast.resolving.pk, cast.elsewhere.pk], today, today)
    assert set(rates) == {cast.resolving.pk}
    found = rates[cast.resolving.pk]
    assert (found.of_dossiers, found.of_dossiers.percent) == (Rate(1, 3), 33.33)
    assert (found.from_vault, found.from_others, found.where_asked) == (Rate(1, 3), Rate(1, 3), Rate(1, 2))
    # An alone: one person, who did not have to hand in a paper again.
    assert (found.of_applicants, found.of_people) == (Rate(1, 1), Rate(1, 1))
    assert (found.of_enterprises, found.of_enterprises.percent) == (Rate(0, 0), None)


def test_an_organisation_is_one_enterprise_however_many_declared_it_and_file_for_it(cast: Cast) -> None:
    first, twin = make_organisation(cast.an), make_organisation(cast.an)
    make_received(cast)
    for organisation in (first, first, twin):
        services.receive(actor=cast.actor("binh"), dossier_id=make_filed_for(cast, organisation).pk)
    today = clock.today()
    found = selectors.reuse_rates([cast.resolving.pk], today, today)[cast.resolving.pk]
    # One enterprise, though two people declared it; and An, who filed one dossier for herself.
    assert (found.of_enterprises, found.of_people, found.of_applicants) == (Rate(0, 1), Rate(0, 1), Rate(0, 2))


def test_who_speaks_for_an_organisation_and_files_for_themselves_counts_as_a_person(cast: Cast) -> None:
    make_organisation(cast.an)
    make_received(cast)
    today = clock.today()
    found = selectors.reuse_rates([cast.resolving.pk], today, today)[cast.resolving.pk]
    assert (found.of_enterprises, found.of_people) == (Rate(0, 0), Rate(0, 1))


def test_the_period_has_its_first_and_its_last_day(cast: Cast) -> None:
    make_received(cast)
    today, agency = clock.today(), cast.resolving.pk
    assert set(selectors.reuse_rates([agency], today - timedelta(days=3), today)) == {agency}
    assert selectors.reuse_rates([agency], today - timedelta(days=3), today - timedelta(days=1)) == {}
    assert selectors.reuse_rates([agency], today + timedelta(days=1), today + timedelta(days=2)) == {}
