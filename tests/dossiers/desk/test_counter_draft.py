"""The screen of a draft: one form for everything, saved by every button, filed and received by one of them."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dossiers import services
from dossiers.enums import DossierState
from dossiers.models import CounterIntake, Dossier, JournalEntry
from payments import selectors as payment_selectors
from portal.core import clock
from procedures.enums import Channel, DocumentKind
from procedures.models import ServiceOffering
from tests.conftest import SignIn
from tests.factories.counter import make_counter_draft, make_received_at_counter, start
from tests.factories.dossiers import ANSWERS, Cast, make_draft, pdf_upload
from tests.factories.procedures import (
    FORM,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def page_of(draft: Dossier) -> str:
    return f"/mot-cua/tiep-nhan/{draft.public_id}/"


def state_of(client: Client, draft: Dossier) -> dict[str, str]:
    """What the page knew, as the browser sends it back."""
    page = client.get(page_of(draft)).content.decode()
    names = ("draft-base", "draft-page", "draft-turn")
    return {name: html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[0]) for name in names}


def slot_of(draft: Dossier) -> Any:
    return draft.components.get(required_document__kind=DocumentKind.UPLOAD)


def whole(client: Client, draft: Dossier) -> dict[str, Any]:
    """Everything an officer fills in on the page."""
    return {
        **state_of(client, draft),
        **ANSWERS,
        f"paper-{slot_of(draft).pk}-originals_seen": "1",
        f"paper-{slot_of(draft).pk}-copies_kept": "2",
        f"upload-{slot_of(draft).pk}": pdf_upload("can-cuoc.pdf"),
        "tra-delivery": "desk",
        "ky-attestation": "on",
    }


@pytest.fixture
def bench(as_: SignIn) -> Client:
    return as_("binh")


@pytest.mark.parametrize("who", ["an", "chi", "hoa", "dung", "giang", "lan", "binh"])
def test_the_screen_is_for_the_officers_of_that_desk(cast: Cast, as_: SignIn, who: str) -> None:
    draft = make_counter_draft(cast)
    client, allowed = as_(who), who == "binh"
    # Citizens are told that the desk is for officers; officers of elsewhere that there is no such dossier.
    refused = {403} if who in ("an", "chi") else {404}
    for word in ("", "xong/"):
        answer = client.get(page_of(draft) + word)
        assert answer.status_code in ({200, 302} if allowed else refused)
    assert client.post(page_of(draft), {"act": "nhan", "ky-attestation": "on"}).status_code in (
        {302} if allowed else refused
    )
    draft.refresh_from_db()
    assert (draft.state == DossierState.RECEIVED) is allowed
    if not allowed:
        assert client.post(page_of(draft) + "xoa/").status_code in refused
        assert Dossier.objects.count() == 1


def test_a_citizens_own_draft_has_no_screen_on_the_desk(cast: Cast, bench: Client) -> None:
    draft = make_draft(cast)
    assert bench.get(page_of(draft)).status_code == 404
    assert bench.post(page_of(draft), {"act": "nhan"}).status_code == 404


def test_everything_is_saved_filed_and_received_by_one_button(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    answer = bench.post(page_of(draft), {**whole(bench, draft), "act": "nhan"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(draft) + "xong/")
    draft.refresh_from_db()
    assert (draft.state, draft.applicant, draft.entered_by) == (DossierState.RECEIVED, cast.an, cast.binh)
    assert draft.answers["reason"] == "Bổ sung hồ sơ xin việc"
    slot = slot_of(draft)
    assert (slot.originals_seen, slot.originals_kept, slot.copies_kept) == (1, 0, 2)
    assert (slot.files.get().document.original_name, slot.files.get().digitised_by) == ("can-cuoc.pdf", cast.binh)
    # Pressed again, and from another window: it is done.
    again = bench.post(page_of(draft), {"act": "nhan"})
    assert (again.status_code, again.headers["Location"]) == (302, page_of(draft) + "xong/")
    assert JournalEntry.objects.count() == 2


def test_saved_for_later_it_is_resumed_with_everything_typed(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    answer = bench.post(
        page_of(draft), {**state_of(bench, draft), "full_name": "Nguyễn Thị An", "act": "luu"}, follow=True
    )
    assert "Đã lưu." in text(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.answers["full_name"]) == (DossierState.DRAFT, "Nguyễn Thị An")
    assert 'value="Nguyễn Thị An"' in text(bench.get(page_of(draft)))


def test_a_refused_filing_names_every_gap_with_a_link_to_its_place(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    answer = bench.post(page_of(draft), {**state_of(bench, draft), "full_name": "Nguyễn Thị An", "act": "nhan"})
    assert answer.status_code == 422
    page = text(answer)
    anchors = re.findall(r'<li><a href="#([^"]+)"', page)
    assert f"giay-to-{slot_of(draft).pk}" in anchors
    assert "id_ky-attestation" in anchors
    assert "id_born_on" in anchors
    assert [one for one in anchors if f'id="{one}"' not in page] == []
    assert "Người nộp chưa ký" in page
    assert 'value="Nguyễn Thị An"' in page
    draft.refresh_from_db()
    assert draft.state == DossierState.DRAFT


def test_a_refused_scan_takes_nothing_else_with_it(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    posted = whole(bench, draft)
    posted[f"upload-{slot_of(draft).pk}"] = pdf_upload("anh.exe")
    answer = bench.post(page_of(draft), {**posted, "act": "nhan"})
    assert answer.status_code == 422
    assert "anh.exe" in text(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.answers["reason"]) == (DossierState.DRAFT, "Bổ sung hồ sơ xin việc")
    assert (slot_of(draft).copies_kept, slot_of(draft).files.count()) == (2, 0)


@pytest.mark.parametrize("typed", ["-1", "x", "1000", "²"])
def test_a_number_of_sheets_that_is_none_is_refused_beside_its_document(cast: Cast, bench: Client, typed: str) -> None:
    draft = start(cast)
    posted = {**whole(bench, draft), f"paper-{slot_of(draft).pk}-copies_kept": typed}
    answer = bench.post(page_of(draft), {**posted, "act": "nhan"})
    assert answer.status_code == 422
    assert "Số bản từ 0 đến 99." in text(answer)
    draft.refresh_from_db()
    assert draft.state == DossierState.DRAFT


def offering_of_two_documents(cast: Cast) -> ServiceOffering:
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    for order, name in enumerate(("Giấy tờ tùy thân", "Sổ hộ khẩu")):
        RequiredDocumentFactory.create(revision=revision, name=name, kind=DocumentKind.UPLOAD, order=order)
    in_force(revision)
    return ServiceOfferingFactory.create(
        procedure=revision.procedure, agency=cast.resolving, receiving_agency=cast.receiving, level=4
    )


def test_one_count_that_is_none_takes_no_other_with_it(cast: Cast, bench: Client) -> None:
    draft = start(cast, offering_id=offering_of_two_documents(cast).pk)
    right, wrong = draft.components.filter(required_document__kind=DocumentKind.UPLOAD)
    posted = {
        **state_of(bench, draft),
        f"paper-{right.pk}-copies_kept": "2",
        f"paper-{wrong.pk}-copies_kept": "x",
        f"paper-{wrong.pk}-originals_seen": "1",
    }
    answer = bench.post(page_of(draft), posted)
    assert answer.status_code == 422
    page = text(answer)
    assert f'id="paper-{right.pk}-copies_kept" name="paper-{right.pk}-copies_kept" value="2"' in page
    assert f'id="paper-{wrong.pk}-copies_kept" name="paper-{wrong.pk}-copies_kept" value="x"' in page
    assert f'id="paper-{wrong.pk}-originals_seen" name="paper-{wrong.pk}-originals_seen" value="1"' in page
    assert page.count("Số bản từ 0 đến 99.") == 2
    for slot in (right, wrong):
        slot.refresh_from_db()
    assert (right.copies_kept, wrong.copies_kept, wrong.originals_seen) == (2, 0, 0)


def test_an_address_of_a_sender_that_cannot_be_kept_is_refused_beside_it(cast: Cast, bench: Client) -> None:
    draft = start(cast, channel=Channel.POST)
    posted = {**state_of(bench, draft), "tra-delivery": "post", "den-sender_address": "36 Trần Phú\x00"}
    answer = bench.post(page_of(draft), posted)
    assert answer.status_code == 422
    assert 'id="id_den-sender_address_error"' in text(answer)


def test_two_officers_on_one_draft_do_not_overwrite_each_other(cast: Cast, bench: Client) -> None:
    draft = start(cast)
    seen = state_of(bench, draft)
    services.save_section(
        actor=cast.actor("binh"), dossier_id=draft.pk, section_key="person", raw={**ANSWERS, "reason": "Lý do thứ nhất"}
    )
    answer = bench.post(page_of(draft), {**seen, **ANSWERS, "reason": "Lý do thứ hai", "act": "nhan"})
    page = text(answer)
    assert "Vừa được sửa ở nơi khác" in page
    assert "Lý do thứ nhất (bạn gõ: Lý do thứ hai)" in page
    draft.refresh_from_db()
    assert (draft.state, draft.answers["reason"]) == (DossierState.DRAFT, "Lý do thứ nhất")


def test_a_page_without_its_state_empties_no_answer(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast)
    bench.post(page_of(draft), {"act": "luu"})
    draft.refresh_from_db()
    assert json.dumps(draft.answers).count("reason") == 1


def test_a_scan_is_looked_at_moved_and_taken_out(cast: Cast, bench: Client, as_: SignIn) -> None:
    draft = make_counter_draft(cast)
    for name in ("mot.pdf", "hai.pdf"):
        services.attach_file(
            actor=cast.actor("binh"), dossier_id=draft.pk, component_id=slot_of(draft).pk, upload=pdf_upload(name)
        )
    first, second = slot_of(draft).files.order_by("position")
    address = f"{page_of(draft)}tep/{first.pk}/"
    seen = bench.get(address)
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "application/pdf")
    assert seen.getvalue().startswith(b"%PDF")
    assert as_("lan").get(address).status_code == 404
    assert as_("an").get(address).status_code == 403
    assert bench.post(f"{address}xuong/").status_code == 302
    assert list(slot_of(draft).files.order_by("position")) == [second, first]
    assert bench.post(f"{address}khac/").status_code == 404
    assert bench.post(f"{address}bo/").status_code == 302
    assert list(slot_of(draft).files.all()) == [second]


def test_what_was_begun_can_be_thrown_away(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast)
    answer = bench.post(f"{page_of(draft)}xoa/")
    assert answer.headers["Location"] == "/mot-cua/tiep-nhan/"
    assert not Dossier.objects.exists()
    assert not CounterIntake.objects.exists()


def test_a_filed_one_cannot(cast: Cast, bench: Client) -> None:
    dossier = make_received_at_counter(cast)
    assert bench.post(f"{page_of(dossier)}xoa/").status_code == 409
    assert Dossier.objects.get().state == DossierState.RECEIVED


# --- post and representative ------------------------------------------------------------------------------------------
def test_an_item_of_the_post_is_registered_with_its_number_day_and_sender(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast, channel=Channel.POST)
    answer = bench.post(page_of(draft), {"act": "nhan", "ky-attestation": "on"})
    assert answer.status_code == 422
    assert "Ghi số bưu gửi trên phong bì." in text(answer)
    arrived_on = clock.today() - timedelta(days=1)
    posted = {
        "den-postal_number": "eb 123456789 vn",
        "den-arrived_on": f"{arrived_on:%d/%m/%Y}",
        "den-sender_address": "12 Lê Lợi, phường 1",
        "act": "nhan",
        "ky-attestation": "on",
    }
    assert bench.post(page_of(draft), posted).status_code == 302
    dossier = Dossier.objects.get()
    assert dossier.received_at is not None
    assert clock.local(dossier.received_at).date() == arrived_on
    assert "EB123456789VN" in text(bench.get(f"{page_of(dossier)}xong/"))


def test_a_postal_number_typed_twice_is_warned_of_and_not_refused(cast: Cast, bench: Client) -> None:
    posted = {"den-postal_number": "EB1VN", "den-arrived_on": f"{clock.today():%d/%m/%Y}", "act": "luu"}
    for wanted in (False, True):
        draft = make_counter_draft(cast, channel=Channel.POST)
        answer = bench.post(page_of(draft), posted, follow=True)
        assert ("Số bưu gửi EB1VN đã ghi ở hồ sơ khác" in text(answer)) is wanted
    assert CounterIntake.objects.filter(postal_number="EB1VN").count() == 2


def test_a_day_still_to_come_is_refused_beside_its_field_and_the_rest_is_kept(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast, channel=Channel.POST)
    day = clock.today() + timedelta(days=1)
    posted = {"den-postal_number": "EB1VN", "den-arrived_on": f"{day:%d/%m/%Y}", "tra-delivery": "desk", "act": "nhan"}
    answer = bench.post(page_of(draft), posted)
    assert answer.status_code == 422
    assert "Ngày bưu điện giao không thể ở tương lai." in text(answer)
    assert 'value="EB1VN"' in text(answer)


def test_the_representative_stands_on_the_end_page_the_workspace_and_the_slip(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast)
    named = {
        "den-representative_name": "Trần Văn Nam",
        "den-representative_id_number": "068090000111",
        "den-representative_paper": "Giấy ủy quyền ngày 02/05/2026",
    }
    assert bench.post(page_of(draft), {**named, "act": "nhan", "ky-attestation": "on"}).status_code == 302
    code = Dossier.objects.get().code
    for address in (f"{page_of(draft)}xong/", f"/mot-cua/{code}/"):
        assert "Trần Văn Nam" in text(bench.get(address))
    slip = bench.get(f"/mot-cua/{code}/giay/giay-tiep-nhan/")
    assert slip.headers["Content-Type"] == "application/pdf"
    assert slip.getvalue().startswith(b"%PDF")


# --- the end ----------------------------------------------------------------------------------------------------------
def test_the_end_gives_number_date_slip_and_takes_the_fee_once(cast: Cast, bench: Client) -> None:
    dossier = make_received_at_counter(cast)
    done = f"{page_of(dossier)}xong/"
    page = text(bench.get(done))
    for words in (
        str(dossier.code),
        dossier.pass_code,
        f"/mot-cua/{dossier.code}/giay/giay-tiep-nhan/",
        "135.000\u00a0đ",
    ):
        assert words in page
    assert bench.post(done, {"method": "cash", "received_amount": "100.000"}).status_code == 422
    assert bench.post(done, {"received_amount": "135.000"}).status_code == 422
    assert not payment_selectors.charges_for(dossier.subject).exists()
    for _press in range(2):
        answer = bench.post(done, {"method": "cash", "received_amount": "135.000 đ"})
        assert answer.status_code == 302
    assert [charge.is_settled for charge in payment_selectors.charges_for(dossier.subject)] == [True]
    page = text(bench.get(done))
    assert "Ghi nhận đã thu" not in page
    charge = payment_selectors.charges_for(dossier.subject).get()
    receipt = f"/mot-cua/{dossier.code}/khoan-thu/{charge.pk}/bien-lai/"
    assert f'href="{receipt}"' in page
    assert bench.get(receipt).getvalue().startswith(b"%PDF")


def test_the_end_of_what_is_not_filed_leads_back(cast: Cast, bench: Client) -> None:
    draft = make_counter_draft(cast)
    assert bench.get(f"{page_of(draft)}xong/").headers["Location"] == page_of(draft)
