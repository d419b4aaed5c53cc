"""Administrators read dossiers and change none."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.factories import dossiers as make
from tests.factories.accounts import UserFactory
from tests.factories.dossiers import Cast


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    user = UserFactory.create(full_name="Quản trị", is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_lists_and_journal_are_read(cast: Cast, administrator: Client) -> None:
    dossier = make.make_processing(cast)
    page = administrator.get(f"/quan-tri/dossiers/dossier/?q={dossier.code}").content.decode()
    assert str(dossier.code) in page
    detail = administrator.get(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Lê Thị Hòa" in detail
    assert administrator.get("/quan-tri/dossiers/journalentry/").status_code == 200


def test_what_was_declared_and_the_pass_code_are_not_shown(cast: Cast, administrator: Client) -> None:
    dossier = make.make_processing(cast)
    detail = administrator.get(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "xin việc" not in detail
    assert dossier.pass_code not in detail


def test_nothing_is_added_changed_or_deleted(cast: Cast, administrator: Client) -> None:
    dossier = make.make_processing(cast)
    assert administrator.get("/quan-tri/dossiers/dossier/add/").status_code == 403
    change = administrator.post(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/", {"state": "resolved"})
    assert change.status_code == 403
    assert administrator.post(f"/quan-tri/dossiers/dossier/{dossier.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
