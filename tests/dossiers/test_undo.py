"""An officer takes back their own last act until the citizen is told of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import TransitionConflict, UndoTooLate
from dossiers.models import DeclarationFile, Dossier, IssuedSlip, SupplementRequest
from dossiers.transitions import columns_of
from portal.core import clock, outbox
from portal.core.errors import NotPermitted
from portal.core.models import OutboxDelivery
from portal.documents import services as document_services
from portal.notifications.models import MailDelivery
from portal.vault import selectors as vault_selectors
from portal.vault.models import IssuedPaper
from tests.dossiers.test_concurrency import at_once
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import (
    Cast,
    make_filed,
    make_processing,
    make_received,
    make_resolved,
    pdf_upload,
)

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _window(settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120


def supplement(cast: Cast, dossier: Dossier) -> None:
    slot = dossier.components.get(required_document__kind="upload")
    items = [services.SupplementItemAsked(reason="Giấy tờ mờ", component_id=slot.pk)]
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=items,
    )


ACTS: dict[str, tuple[Callable[[Cast], Dossier], str, Callable[[Cast, Dossier], Any]]] = {
    "receive": (make_filed, "binh", lambda cast, one: services.receive(actor=cast.actor("binh"), dossier_id=one.pk)),
    "refuse_intake": (
        make_filed,
        "binh",
        lambda cast, one: services.refuse_intake(actor=cast.actor("binh"), dossier_id=one.pk, reason="Sai nơi"),
    ),
    "start_processing": (
        make_received,
        "hoa",
        lambda cast, one: services.start_processing(actor=cast.actor("hoa"), dossier_id=one.pk),
    ),
    "request_supplement": (make_processing, "hoa", supplement),
    "hand_over_result": (
        lambda cast: make_resolved(cast, fee=None),
        "binh",
        lambda cast, one: services.hand_over_result(actor=cast.actor("binh"), dossier_id=one.pk),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_undoing_puts_everything_back_and_no_mail_ever_leaves(act: str, cast: Cast) -> None:
    make, who, do = ACTS[act]
    dossier = make(cast)
    while outbox.relay_due():
        pass
    OutboxDelivery.objects.filter(state="pending").delete()
    before, state, version = columns_of(dossier), dossier.state, dossier.version
    mails = MailDelivery.objects.count()
    do(cast, dossier)

    services.undo(actor=cast.actor(who), dossier_id=dossier.pk, seen_version=version + 1)

    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.state, dossier.version) == (state, version + 2)
    assert columns_of(dossier) == before
    line = dossier.journal.get(sequence=version + 2)
    assert (line.act, line.to_state, line.details["undone"]) == ("undo", state, version + 1)
    assert SupplementRequest.objects.count() == 0
    assert not dossier.pauses.exists()
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        while outbox.relay_due():
            pass
        assert MailDelivery.objects.count() == mails
        # And it can be done again, for good.
        do(cast, dossier)
    assert Dossier.objects.get(pk=dossier.pk).version == version + 3


def papers_in_vault_of(cast: Cast) -> list[IssuedPaper]:
    return list(vault_selectors.papers_of(cast.actor("an")))


def test_a_hand_over_that_is_undone_leaves_nothing_in_the_vault(cast: Cast) -> None:
    dossier = make_resolved(cast, fee=None)
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert papers_in_vault_of(cast) == []
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        while outbox.relay_due():
            pass
    assert papers_in_vault_of(cast) == []
    assert IssuedPaper.objects.get(subject=dossier.subject).released_at is None


def test_a_hand_over_that_stays_releases_the_result_after_the_window(cast: Cast) -> None:
    dossier = make_resolved(cast, fee=None)
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        while outbox.relay_due():
            pass
        assert [paper.subject for paper in papers_in_vault_of(cast)] == [dossier.subject]


def test_an_instant_comes_back_to_the_microsecond(cast: Cast) -> None:
    dossier = make_filed(cast)
    filed_at = clock.now().replace(microsecond=123_456)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=filed_at)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    seen = Dossier.objects.get(pk=dossier.pk).version
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk, seen_version=seen)
    assert Dossier.objects.get(pk=dossier.pk).submitted_at == filed_at


def test_mail_and_slip_wait_for_the_end_of_the_window(cast: Cast) -> None:
    dossier = make_filed(cast)
    while outbox.relay_due():
        pass
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    outbox.relay_due()
    assert not MailDelivery.objects.filter(kind="dossier/received").exists()
    assert not IssuedSlip.objects.filter(cause="received").exists()
    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        outbox.relay_due()
        assert MailDelivery.objects.filter(kind="dossier/received").count() == 1
        assert IssuedSlip.objects.filter(cause="received").count() == 1
        with pytest.raises(UndoTooLate):
            services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert Dossier.objects.get(pk=dossier.pk).state == DossierState.RECEIVED


def test_a_citizens_filing_is_not_held(cast: Cast) -> None:
    make_filed(cast)
    outbox.relay_due()
    assert MailDelivery.objects.filter(kind="dossier/submitted").count() == 1


def test_only_the_one_who_acted_can_undo_it(cast: Cast) -> None:
    colleague = UserFactory.create(full_name="Người thứ hai")
    OfficerPostingFactory.create(user=colleague, agency=cast.receiving, role="desk_officer")
    dossier = make_received(cast)
    cast.lan = colleague
    for name, refusal in (("lan", UndoTooLate), ("hoa", UndoTooLate), ("an", NotPermitted), ("chi", NotPermitted)):
        with pytest.raises(refusal):
            services.undo(actor=cast.actor(name), dossier_id=dossier.pk)
    assert Dossier.objects.get(pk=dossier.pk).version == 2


def test_what_somebody_built_on_is_not_undone(cast: Cast) -> None:
    dossier = make_received(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    with pytest.raises(TransitionConflict):
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk, seen_version=2)
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)


def test_a_decision_cannot_be_undone(cast: Cast) -> None:
    dossier = make_resolved(cast, fee=None)
    with pytest.raises(TransitionConflict):
        services.undo(actor=cast.actor("dung"), dossier_id=dossier.pk)


def test_an_undo_cannot_be_undone(cast: Cast) -> None:
    dossier = make_received(cast)
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    with pytest.raises(TransitionConflict):
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)


def test_a_printed_receipt_closes_the_window(cast: Cast) -> None:
    dossier = make_received(cast)
    services.receipt_slip(dossier_id=dossier.pk, occasion="received")
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert Dossier.objects.get(pk=dossier.pk).state == DossierState.RECEIVED


def test_a_supplement_the_citizen_has_begun_to_answer_stays(cast: Cast) -> None:
    dossier = make_processing(cast)
    supplement(cast, dossier)
    slot = dossier.components.get(required_document__kind="upload")
    services.attach_supplement_file(
        actor=cast.actor("an"), dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload()
    )
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert SupplementRequest.objects.count() == 1


def keep_a_note(cast: Cast, dossier: Dossier) -> None:
    item = dossier.supplements.get().items.get()
    services.keep_supplement_notes(actor=cast.actor("an"), dossier_id=dossier.pk, notes={item.pk: "Đã cháy mất"})


def keep_a_message(cast: Cast, dossier: Dossier) -> None:
    services.keep_supplement_notes(actor=cast.actor("an"), dossier_id=dossier.pk, notes={}, message="Gửi sau")


def upload_to_the_declaration(cast: Cast, dossier: Dossier) -> None:
    an, upload = cast.actor("an"), pdf_upload("anh.pdf")
    document = document_services.store_upload(actor=an, upload=upload, purpose="declaration_file")
    DeclarationFile.objects.create(
        dossier=dossier, field_key="photo", document=document, supplement=dossier.supplements.get(), added_by=cast.an
    )


@pytest.mark.parametrize("begin", [keep_a_note, keep_a_message, upload_to_the_declaration])
def test_what_the_citizen_put_into_the_answer_is_not_lost_to_an_undo(
    cast: Cast, begin: Callable[[Cast, Dossier], None]
) -> None:
    dossier = make_processing(cast)
    supplement(cast, dossier)
    begin(cast, dossier)
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert SupplementRequest.objects.get().items.count() == 1
    assert Dossier.objects.get(pk=dossier.pk).state == DossierState.SUPPLEMENT_REQUESTED


def test_without_a_window_there_is_nothing_to_undo_and_mails_leave_at_once(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 0
    dossier = make_received(cast)
    outbox.relay_due()
    assert MailDelivery.objects.filter(kind="dossier/received").count() == 1
    with pytest.raises(UndoTooLate):
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)


def test_the_workspace_offers_the_way_back_and_takes_it(cast: Cast, as_: SignIn) -> None:
    dossier = make_received(cast)
    page = as_("binh").get(f"/mot-cua/{dossier.code}/")
    assert "Bạn vừa làm: Tiếp nhận hồ sơ." in page.content.decode()
    assert "data-undo" not in as_("hoa").get(f"/mot-cua/{dossier.code}/").content.decode()

    answer = as_("binh").post(f"/mot-cua/{dossier.code}/hoan-tac/", {"seen_version": dossier.version}, follow=True)

    assert "Đã hoàn tác." in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).state == DossierState.SUBMITTED
    again = as_("binh").post(f"/mot-cua/{dossier.code}/hoan-tac/", {"seen_version": dossier.version}, follow=True)
    assert "Trần Văn Bình" in again.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).version == 3


def test_only_an_act_that_is_mailed_says_when_the_citizen_is_told(cast: Cast, as_: SignIn) -> None:
    handed_over = make_resolved(cast, fee=None)
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=handed_over.pk)
    received = make_received(cast)
    pages = [as_("binh").get(f"/mot-cua/{one.code}/").content.decode() for one in (handed_over, received)]
    assert [("Bạn hoàn tác được đến " in page, "Công dân được báo lúc " in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


def test_a_stranger_cannot_reach_the_undo_address(cast: Cast, as_: SignIn) -> None:
    dossier = make_received(cast)
    assert as_("lan").post(f"/mot-cua/{dossier.code}/hoan-tac/").status_code == 404
    assert as_("an").post(f"/mot-cua/{dossier.code}/hoan-tac/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_worker_and_officer_at_once_leave_either_the_mail_or_the_undo(cast: Cast) -> None:
    binh = cast.actor("binh")
    for _round in range(4):
        dossier = make_received(cast)
        # The window ends now: both may come first.
        OutboxDelivery.objects.filter(state="pending").update(next_attempt_at=clock.now())
        found = at_once(outbox.relay_due, partial(services.undo, actor=binh, dossier_id=dossier.pk))
        mails = MailDelivery.objects.filter(kind="dossier/received", cause=f"dossier:{dossier.pk}:2").count()
        is_undone = not isinstance(found[1], Exception)
        assert (mails, is_undone) in {(1, False), (0, True)}
        assert (Dossier.objects.get(pk=dossier.pk).state == DossierState.SUBMITTED) is is_undone


@pytest.mark.parametrize("seen", ["", "x", "-1", "٣", "9" * 400])
def test_a_page_without_a_usable_version_undoes_nothing(cast: Cast, as_: SignIn, seen: str) -> None:
    dossier = make_received(cast)
    answer = as_("binh").post(f"/mot-cua/{dossier.code}/hoan-tac/", {"seen_version": seen}, follow=True)
    assert answer.status_code == 200
    assert "Hãy tải lại trang rồi làm lại." in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version


def test_the_next_act_lets_go_of_what_the_one_before_held_so_that_mails_keep_their_order(cast: Cast) -> None:
    dossier = make_filed(cast)
    while outbox.relay_due():
        pass
    sent_before = MailDelivery.objects.count()
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    while outbox.relay_due():
        pass
    assert MailDelivery.objects.count() == sent_before
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    while outbox.relay_due():
        pass
    mails = list(MailDelivery.objects.order_by("id").values_list("kind", flat=True))
    assert mails[sent_before:] == ["dossier/received", "dossier/withdrawn"]


def test_undoing_lets_nothing_go(cast: Cast) -> None:
    dossier = make_filed(cast)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    while outbox.relay_due():
        pass
    assert not MailDelivery.objects.filter(kind="dossier/received").exists()
