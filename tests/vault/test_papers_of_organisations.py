"""Whose the papers of organisations are: all who speak for the very one, those of the verified one, and nobody else."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts import services as account_services
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Organisation, Representation, User
from portal.accounts.selectors import actor_for
from portal.vault import selectors, services
from portal.vault.errors import PaperNotFound
from portal.vault.models import IssuedPaper, PaperCopy, PaperShare
from tests.documents.sample_files import pdf
from tests.factories.accounts import UserFactory, officer_actor
from tests.factories.documents import StoredDocumentFactory
from tests.factories.organisations import OTHER_TAX_CODE, TAX_CODE, make_organisation
from tests.factories.vault import PaperKindFactory, make_paper

pytestmark = pytest.mark.django_db


def issued_to(organisation: Organisation, **fields: Any) -> IssuedPaper:
    holder = services.Holder(organisation.name, organisation.tax_code, organisation_id=organisation.pk)
    return make_paper(holder=holder, **fields)


def seen_by(*people: User) -> list[int]:
    return [selectors.papers_of(actor_for(one)).count() for one in people]


def told(paper: IssuedPaper) -> list[User]:
    return selectors.people_of(paper)


def test_all_who_speak_for_it_see_its_paper_and_are_told() -> None:
    first, second, stranger = UserFactory.create(), UserFactory.create(), UserFactory.create()
    paper = issued_to(make_organisation(first, second))
    assert seen_by(first, second, stranger) == [1, 1, 0]
    assert told(paper) == [first, second]


@pytest.mark.parametrize("is_verified", [False, True])
def test_whoever_only_declares_the_same_tax_code_gets_nothing(is_verified: bool) -> None:
    owner, adversary = UserFactory.create(), UserFactory.create()
    paper = issued_to(make_organisation(owner, is_verified=is_verified))
    account_services.declare_organisation(
        actor=actor_for(adversary), name="Công ty Hoa Dã Quỳ", tax_code=TAX_CODE, address="", position="Giám đốc"
    )
    assert seen_by(owner, adversary) == [1, 0]
    with pytest.raises(PaperNotFound):
        selectors.own_paper(actor_for(adversary), paper.public_id)
    assert selectors.seen_among(actor_for(adversary), [paper.pk]) == set()
    assert told(paper) == [owner]


def test_two_who_declared_the_same_one_do_not_see_each_others_papers() -> None:
    people = [UserFactory.create(), UserFactory.create()]
    papers = [issued_to(make_organisation(one)) for one in people]
    for own, anothers, person in zip(papers, reversed(papers), people, strict=True):
        found = selectors.papers_of(actor_for(person))
        assert (found.get(), told(own)) == (own, [person])
        assert anothers not in found


def test_the_verified_organisation_has_what_was_issued_to_its_tax_code_while_it_was_only_declared() -> None:
    declarer, verified, of_another = UserFactory.create(), UserFactory.create(), UserFactory.create()
    make_organisation(verified, is_verified=True)
    make_organisation(of_another, is_verified=True, tax_code=OTHER_TAX_CODE)
    paper = issued_to(make_organisation(declarer))
    assert seen_by(declarer, verified, of_another) == [1, 1, 0]
    assert told(paper) == [declarer, verified]
    assert selectors.own_paper(actor_for(verified), paper.public_id) == paper


def test_the_number_on_the_paper_counts_and_not_what_the_row_was_changed_to() -> None:
    declarer, verified = UserFactory.create(), UserFactory.create()
    make_organisation(verified, is_verified=True, tax_code=OTHER_TAX_CODE)
    declared = make_organisation(declarer)
    paper = issued_to(declared)
    Organisation.objects.filter(pk=declared.pk).update(tax_code=OTHER_TAX_CODE)
    assert seen_by(verified) == [0]
    assert told(IssuedPaper.objects.get(pk=paper.pk)) == [declarer]


def test_a_paper_of_the_verified_one_is_not_the_declarers_of_another_verified_row() -> None:
    first = UserFactory.create()
    owner = make_organisation(first, is_verified=True)
    paper = issued_to(owner)
    # Renumbered since: the paper stays that row's, whoever is verified under the old number now.
    Organisation.objects.filter(pk=owner.pk).update(tax_code=OTHER_TAX_CODE)
    newcomer = UserFactory.create()
    make_organisation(newcomer, is_verified=True)
    assert seen_by(first, newcomer) == [1, 0]
    assert told(IssuedPaper.objects.get(pk=paper.pk)) == [first]


def test_whoever_speaks_for_it_no_more_sees_it_no_more() -> None:
    first, second = UserFactory.create(), UserFactory.create()
    paper = issued_to(make_organisation(first, second))
    one = Representation.objects.get(user=first)
    account_services.drop_organisation(actor=actor_for(first), representation_id=one.pk)
    assert seen_by(first, second) == [0, 1]
    assert told(paper) == [second]


def test_an_officer_who_declared_the_tax_code_does_not_deal_with_its_paper() -> None:
    officer = UserFactory.create()
    paper = issued_to(make_organisation(UserFactory.create()))
    assert not selectors.belongs_to(actor_for(officer), paper)
    make_organisation(officer)
    assert selectors.belongs_to(actor_for(officer), paper)


def test_a_paper_not_handed_over_is_nobodys_yet() -> None:
    speaker, verified = UserFactory.create(), UserFactory.create()
    make_organisation(verified, is_verified=True)
    issued_to(make_organisation(speaker), is_released=False)
    assert seen_by(speaker, verified) == [0, 0]


def test_a_representative_copies_and_shares_it_and_whoever_declared_the_same_does_neither() -> None:
    speaker, adversary = UserFactory.create(), UserFactory.create()
    document = StoredDocumentFactory.create(purpose="issued_paper", content=pdf(1))
    paper = issued_to(make_organisation(speaker), document_id=document.pk)
    make_organisation(adversary)
    services.share_paper(actor=actor_for(speaker), public_id=paper.public_id, hours=1)
    services.make_copy(actor=actor_for(speaker), public_id=paper.public_id)
    with pytest.raises(PaperNotFound):
        services.share_paper(actor=actor_for(adversary), public_id=paper.public_id, hours=1)
    with pytest.raises(PaperNotFound):
        services.make_copy(actor=actor_for(adversary), public_id=paper.public_id)
    assert (PaperShare.objects.get().made_by, PaperCopy.objects.get().requested_by) == (speaker, speaker)


def test_a_corrected_paper_stays_the_organisations() -> None:
    organisation = make_organisation(UserFactory.create())
    old = issued_to(organisation)
    day = date(2026, 6, 1)
    new = services.replace_paper(
        actor=officer_actor(old.agency, OfficerRole.SIGNER),
        public_id=old.public_id,
        reason="Ghi sai",
        code=services.draw_code(),
        document_id=StoredDocumentFactory.create(purpose="issued_paper", content=pdf(2)).pk,
        correction=services.Correction("Giấy phép", "13/GP", services.Validity(day, day)),
    )
    assert (new.owner_id, new.owner_organisation, new.holder_id_number) == (None, organisation, TAX_CODE)


@pytest.mark.parametrize("is_verified", [False, True])
def test_a_declared_organisation_costs_no_query_and_a_verified_one_a_single_one(
    is_verified: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    speaker = UserFactory.create()
    issued_to(
        make_organisation(speaker, is_verified=is_verified),
        contents=services.Contents("G", kind_id=PaperKindFactory.create().pk),
    )
    actor = actor_for(speaker)
    # Whom they speak for, their profile, the papers.
    with django_assert_num_queries(4 if is_verified else 3):
        assert len(selectors.papers_of(actor)) == 1
