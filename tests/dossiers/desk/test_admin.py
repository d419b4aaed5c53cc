"""Administrators read dossiers and change none."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from dossiers import services
from dossiers.models import DocumentRegister, Dossier
from dossiers.services.result_numbers import next_number
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotPermitted
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


def test_a_register_is_opened_once_at_the_number_reached_on_paper(cast: Cast, administrator: Client) -> None:
    typed = {"agency": cast.resolving.pk, "symbol": "GXN-STP", "year": "2026", "last_number": "120"}
    assert administrator.post("/quan-tri/dossiers/documentregister/add/", typed).status_code == 302
    assert LogEntry.objects.filter(content_type__model="documentregister").count() == 1
    assert str(next_number(agency_id=cast.resolving.pk, symbol="GXN-STP", year=2026)) == "121/GXN-STP"
    again = administrator.post("/quan-tri/dossiers/documentregister/add/", {**typed, "last_number": "5"})
    assert again.status_code == 200
    actor = Actor(ActorKind.ADMINISTRATOR, 1, "Quản trị")
    with pytest.raises(InvalidInput) as refused:
        services.open_register(actor=actor, agency_id=cast.resolving.pk, symbol=" GXN-STP", year=2026, last_number=5)
    assert str(refused.value.fields["last_number"]) == "Sổ này đã mở, số cuối là 120; không đặt lại được."
    with pytest.raises(NotPermitted):
        services.open_register(
            actor=cast.actor("dung"), agency_id=cast.resolving.pk, symbol="TB-STP", year=2026, last_number=5
        )
    register = DocumentRegister.objects.get()
    assert register.last_number == 120
    change = administrator.post(f"/quan-tri/dossiers/documentregister/{register.pk}/change/", typed)
    assert change.status_code == 403


def test_nothing_is_added_changed_or_deleted(cast: Cast, administrator: Client) -> None:
    dossier = make.make_processing(cast)
    assert administrator.get("/quan-tri/dossiers/dossier/add/").status_code == 403
    change = administrator.post(f"/quan-tri/dossiers/dossier/{dossier.pk}/change/", {"state": "resolved"})
    assert change.status_code == 403
    assert administrator.post(f"/quan-tri/dossiers/dossier/{dossier.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
