"""What was undone gives no paper, whoever asks for it and whenever; the agency's own sheet about it is voided."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.enums import SlipKind, SlipOccasion
from dossiers.errors import DossierNotFound, ReasonMissing, UndoTooLate
from dossiers.models import Dossier, IssuedSlip
from dossiers.services import issuing
from portal.core import clock, outbox
from portal.documents import services as document_services
from tests.dossiers.citizen.conftest import finish
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast
from tests.factories.slips import words_of

pytestmark = pytest.mark.reads_papers

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _window(settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120


def refused(cast: Cast) -> tuple[Dossier, str, SlipKind, str]:
    dossier = make.make_filed(cast)
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền")
    return dossier, "binh", SlipKind.INTAKE_REFUSAL, "tu-choi-tiep-nhan/2/"


def asked_for_more(cast: Cast) -> tuple[Dossier, str, SlipKind, str]:
    return make.make_supplement_requested(cast), "hoa", SlipKind.SUPPLEMENT_REQUEST, "yeu-cau-bo-sung/4/"


def undo_meanwhile(monkeypatch: pytest.MonkeyPatch, cast: Cast, who: str, dossier: Dossier) -> None:
    """The next paper takes so long to render that its cause is undone meanwhile."""
    render = document_services.render_pdf

    def slowly(*arguments: Any) -> bytes:
        monkeypatch.setattr(document_services, "render_pdf", render)
        services.undo(actor=cast.actor(who), dossier_id=dossier.pk)
        return render(*arguments)

    monkeypatch.setattr(document_services, "render_pdf", slowly)


@pytest.mark.parametrize("made", [refused, asked_for_more])
def test_no_page_links_to_it_and_its_address_is_unknown(cast: Cast, as_: SignIn, made: Any) -> None:
    dossier, who, kind, word = made(cast)
    pages = {"an": f"/ho-so/{dossier.code}/", "binh": f"/mot-cua/{dossier.code}/"}
    for role, page in pages.items():
        assert f"{page}phieu/{word}" in as_(role).get(page).content.decode()
    services.undo(actor=cast.actor(who), dossier_id=dossier.pk)
    for role, page in pages.items():
        assert "/phieu/" + word not in as_(role).get(page).content.decode()
        answer = as_(role).get(f"{page}phieu/{word}")
        finish(answer)
        assert answer.status_code == 404
    with pytest.raises(DossierNotFound):
        services.slip_of_line(dossier_id=dossier.pk, kind=kind, sequence=int(word.split("/")[1]))
    assert not IssuedSlip.objects.exists()


@pytest.mark.parametrize("made", [refused, asked_for_more])
def test_undone_while_it_is_rendered_it_is_not_issued(cast: Cast, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, who, kind, word = made(cast)
    undo_meanwhile(monkeypatch, cast, who, dossier)
    with pytest.raises(DossierNotFound):
        services.slip_of_line(dossier_id=dossier.pk, kind=kind, sequence=int(word.split("/")[1]))
    assert not IssuedSlip.objects.exists()


def test_the_receipt_after_an_undone_one_is_new_and_names_who_received_at_last(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = make.make_received(cast)
    undo_meanwhile(monkeypatch, cast, "binh", dossier)
    with pytest.raises(DossierNotFound):
        services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED)
    with pytest.raises(DossierNotFound):
        services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED)
    assert not IssuedSlip.objects.exists()

    cast.lan = UserFactory.create(full_name="Trịnh Văn Quân")
    OfficerPostingFactory.create(user=cast.lan, agency=cast.receiving, role="desk_officer")
    with time_machine.travel(clock.now() + timedelta(days=7)):
        services.receive(actor=cast.actor("lan"), dossier_id=dossier.pk)
        text = words_of(services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.RECEIVED))
    dossier.refresh_from_db()
    assert "Người tiếp nhận: Trịnh Văn Quân" in text
    assert "Trần Văn Bình" not in text
    assert f"{clock.local(dossier.due_at):%d/%m/%Y}" in text  # type: ignore[arg-type]


def test_a_paper_in_a_citizens_hand_closes_the_way_back_and_one_about_something_else_does_not(cast: Cast) -> None:
    dossier, who, kind, _word = refused(cast)
    # The worker was late with the confirmation of the filing.
    services.receipt_slip(dossier_id=dossier.pk, occasion=SlipOccasion.SUBMITTED)
    services.undo(actor=cast.actor(who), dossier_id=dossier.pk)
    services.refuse_intake(actor=cast.actor(who), dossier_id=dossier.pk, reason="Sai thẩm quyền")
    services.slip_of_line(dossier_id=dossier.pk, kind=kind, sequence=4)
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor(who), dossier_id=dossier.pk)


def test_the_control_sheet_of_an_undone_act_is_voided_and_stays_for_officers(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_processing(cast)
    sheet = services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    sheet.refresh_from_db()
    assert (sheet.is_void, sheet.void_reason) == (True, "Hoàn tác: bắt đầu xử lý.")
    page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert f"/mot-cua/{dossier.code}/phieu/{sheet.pk}/" in page
    assert ", đã hủy" in page
    answer = as_("binh").get(f"/mot-cua/{dossier.code}/phieu/{sheet.pk}/")
    finish(answer)
    assert answer.status_code == 200
    again = services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert (again.cause, again.is_void) == ("version:4", False)
    assert "Bắt đầu xử lý" in words_of(sheet)
    assert "Bắt đầu xử lý" not in words_of(again)


def test_a_sheet_up_to_an_older_line_stays(cast: Cast) -> None:
    dossier = make.make_received(cast)
    sheet = services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    sheet.refresh_from_db()
    assert not sheet.is_void


@pytest.mark.django_db(transaction=True)
def test_voiding_needs_a_reason_and_the_transaction_of_the_undo(cast: Cast) -> None:
    dossier = make.make_received(cast)
    sheet = services.control_sheet(actor=cast.actor("binh"), dossier_id=dossier.pk)
    line = dossier.journal.get(sequence=dossier.version)
    with pytest.raises(RuntimeError, match="inside the transaction"):
        issuing.void_sheets_of(line, reason="Nhầm")
    with transaction.atomic(), pytest.raises(ReasonMissing):
        issuing.void_sheets_of(line, reason=" ")
    sheet.refresh_from_db()
    assert not sheet.is_void


def test_the_worker_issues_nothing_for_what_was_undone(cast: Cast) -> None:
    dossier, who, _kind, _word = refused(cast)
    services.undo(actor=cast.actor(who), dossier_id=dossier.pk)
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        while outbox.relay_due():
            pass
    assert list(IssuedSlip.objects.values_list("kind", "cause")) == [("receipt", "submitted")]
