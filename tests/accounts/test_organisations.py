"""Organisations a person acts for: declared by themselves, one of them used for prefilling, nobody else's business."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts import selectors, services
from portal.accounts.errors import AccountMissing, OrganisationAlreadyDeclared, OrganisationNotFound
from portal.accounts.models import Organisation, Representation
from portal.accounts.selectors import actor_for
from portal.core.actors import ANONYMOUS
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/tai-khoan/to-chuc/"
GOOD = {"name": "Công ty Hoa Dã Quỳ", "tax_code": "0101 243 150", "address": "1 Lê Lợi", "position": "Giám đốc"}
VALUES = {**GOOD, "tax_code": "0101243150"}
BRANCH = {**VALUES, "name": "Chi nhánh", "tax_code": "0101243150-001"}


def test_the_first_one_is_what_declarations_are_filled_with(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.post(PATH, GOOD)["Location"] == PATH
    found = selectors.default_representation(user.pk)
    assert found is not None
    assert (found.organisation.name, found.organisation.tax_code) == ("Công ty Hoa Dã Quỳ", "0101243150")
    assert "Dùng để điền sẵn" in client.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "", "Nhập tên tổ chức."),
        ("tax_code", "", "Nhập mã số thuế."),
        ("tax_code", "0101243151", "Mã số thuế này không đúng."),
        ("tax_code", "01012431", "Mã số thuế có 10 chữ số"),
        ("tax_code", "٠١٠١٢٤٣١٥٠", "Mã số thuế có 10 chữ số"),
        ("tax_code", "068196004312", "Mã số thuế có 10 chữ số"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_declared(client: Client, name: str, value: str, sentence: str) -> None:
    client.force_login(UserFactory())
    answer = client.post(PATH, {**GOOD, name: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Organisation.objects.count() == 0


def test_the_same_tax_code_twice_is_refused_for_one_person_and_free_for_another() -> None:
    an, chi = (actor_for(UserFactory()) for _n in range(2))
    services.declare_organisation(actor=an, **VALUES)
    with pytest.raises(OrganisationAlreadyDeclared) as caught:
        services.declare_organisation(actor=an, **VALUES)
    assert set(caught.value.fields) == {"tax_code"}
    services.declare_organisation(actor=chi, **{**VALUES, "name": "Tên khác"})
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Công ty Hoa Dã Quỳ", "Tên khác"]


def test_another_one_is_chosen_and_the_default_moves_on_when_it_goes(client: Client) -> None:
    user = UserFactory()
    actor = actor_for(user)
    first = services.declare_organisation(actor=actor, **VALUES)
    second = services.declare_organisation(actor=actor, **BRANCH)
    client.force_login(user)
    assert client.post(f"{PATH}{second.pk}/", {"use": "1"}).status_code == 302
    assert selectors.default_representation(user.pk) == second
    assert client.post(f"{PATH}{second.pk}/", {"drop": "1"}).status_code == 302
    assert selectors.default_representation(user.pk) == first
    assert Organisation.objects.count() == 1


def test_nobody_touches_anothers(client: Client) -> None:
    found = services.declare_organisation(actor=actor_for(UserFactory()), **VALUES)
    client.force_login(UserFactory())
    for button in ("use", "drop"):
        assert client.post(f"{PATH}{found.pk}/", {button: "1"}).status_code == 404
    with pytest.raises(OrganisationNotFound):
        services.drop_organisation(actor=actor_for(UserFactory()), representation_id=found.pk)
    with pytest.raises(AccountMissing):
        services.declare_organisation(actor=ANONYMOUS, **VALUES)
    assert Representation.objects.count() == 1


def test_one_default_a_person_is_a_rule_of_the_database() -> None:
    user = UserFactory()
    services.declare_organisation(actor=actor_for(user), **VALUES)
    second = services.declare_organisation(actor=actor_for(user), **BRANCH)
    with pytest.raises(IntegrityError), transaction.atomic():
        Representation.objects.filter(pk=second.pk).update(is_default=True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_there_are(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = UserFactory()
    for branch in range(count):
        services.declare_organisation(actor=actor_for(user), **{**VALUES, "tax_code": f"0101243150-00{branch + 1}"})
    client.force_login(user)
    with django_assert_num_queries(3):
        assert client.get(PATH).status_code == 200
