"""What the benchmark generates is what the portal would have written, and looks right on its pages."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse

from dossiers import selectors
from dossiers.enums import DossierState
from dossiers.models import Dossier, JournalEntry
from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core import clock
from tests.benchmarks.generated import Generator, make_catalogue, make_dossiers, make_people
from tests.benchmarks.generated.people import People

pytestmark = pytest.mark.django_db
COUNT = 200


@dataclass
class Province:
    people: People


@pytest.fixture
def province() -> Province:
    people = make_people(seed=1)
    procedures = make_catalogue(people, 1, online=3, fillers=30)
    anchor = clock.now().replace(minute=0, second=0, microsecond=0)
    # In two goes, as the benchmark does: the second one carries the numbers of the first on.
    generator = Generator(people, procedures, 1, anchor)
    make_dossiers(generator, 0, 80)
    make_dossiers(generator, 80, COUNT, batch=50)
    return Province(people)


def test_two_hundred_dossiers_satisfy_every_constraint(province: Province) -> None:
    # COPY has already been through those of the database; these are the model's (the state machine lets nobody set `state`).
    dossiers = list(Dossier.objects.all())
    assert len(dossiers) == COUNT
    for dossier in dossiers:
        dossier.full_clean(exclude=["state"], validate_unique=False)


def test_the_journal_leads_to_the_state_the_dossier_is_in(province: Province) -> None:
    for dossier in Dossier.objects.exclude(state=DossierState.DRAFT).prefetch_related("journal"):
        entries = sorted(dossier.journal.all(), key=lambda entry: entry.sequence)
        assert [entry.sequence for entry in entries] == list(range(1, dossier.version + 1))
        assert entries[0].from_state == DossierState.DRAFT
        assert all(later.from_state == earlier.to_state for earlier, later in pairwise(entries))
        assert all(later.at >= earlier.at for earlier, later in pairwise(entries))
        assert entries[-1].to_state == dossier.state
        assert entries[-1].at == dossier.moved_at <= clock.now()
    assert not JournalEntry.objects.filter(dossier__state=DossierState.DRAFT).exists()


def test_the_same_seed_gives_the_same_states(province: Province) -> None:
    states = Counter(Dossier.objects.values_list("state", flat=True))
    assert states[DossierState.RESULT_HANDED_OVER] > COUNT / 2
    assert {DossierState.SUBMITTED, DossierState.PROCESSING, DossierState.DRAFT} <= set(states)


def test_the_worklist_of_a_signing_in_officer_shows_the_centres_dossiers(province: Province, client: Client) -> None:
    officer = User.objects.get(pk=province.people.officers[0][0])
    page = selectors.worklist_page(actor_for(officer), criteria=selectors.Criteria(queue="cho-tiep-nhan"))
    waiting = Dossier.objects.filter(state=DossierState.SUBMITTED, receiving_agency=province.people.centre)
    assert [row.pk for row in page.rows] == list(
        waiting.order_by("next_date_at", "id").values_list("pk", flat=True)[:50]
    )
    assert page.rows
    client.force_login(officer)
    answer = client.get(reverse("desk:worklist"), {"loc": "cho-tiep-nhan"})
    assert answer.status_code == 200
    assert all(row.code in answer.content.decode() for row in page.rows)


def test_every_dossier_of_a_signing_in_citizen_has_a_page(province: Province, client: Client) -> None:
    citizen = User.objects.get(pk=province.people.citizens[0][0])
    client.force_login(citizen)
    codes = Dossier.objects.filter(applicant=citizen, code__isnull=False).values_list("code", flat=True)
    assert codes
    for code in codes:
        assert client.get(reverse("dossiers:detail", args=[code])).status_code == 200
