"""A colleague at work is warned of wherever an officer acts, not only on the workspace; and acting there claims as well."""

from typing import Any

import pytest

from dossiers import services
from dossiers.enums import BulkOutcome
from dossiers.models import BulkRunItem, Dossier, Handoff, SupplementRequest, WorkClaim
from tests.conftest import SignIn
from tests.dossiers.worklists.test_bulk import confirmed, done, picks
from tests.factories.dossiers import Cast, make_processing, make_received
from tests.factories.handoffs import make_partners

pytestmark = pytest.mark.django_db
AT_WORK = "Phạm Thị Dung đang làm hồ sơ này, từ "


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """PROCESSING, held by Hòa; Dung is at work on it."""
    found = make_processing(cast, fee=None)
    services.claim(actor=cast.actor("dung"), dossier_id=found.pk)
    return found


def _stopped_once(as_: SignIn, url: str, sent: dict[str, Any]) -> None:
    warned = as_("hoa").post(url, sent)
    page = warned.content.decode()
    assert warned.status_code == 409
    assert AT_WORK in page
    assert "Tôi biết Phạm Thị Dung đang làm hồ sơ này và tôi làm thay." in page
    assert "Nguyên văn đã gõ" in page
    assert as_("hoa").post(url, {**sent, "take_over": "1"}).status_code == 302


def test_a_supplement_is_not_asked_for_past_a_colleague(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    sent = {
        "seen_version": dossier.version,
        "chon-k-full_name": "on",
        "ly-do-k-full_name": "Nguyên văn đã gõ",
        "gui": "1",
    }
    url = f"/mot-cua/{dossier.code}/yeu-cau-bo-sung/"
    without = {name: value for name, value in sent.items() if name != "gui"}
    assert 'name="take_over"' in as_("hoa").post(url, {**without, "xem": "1"}).content.decode()
    _stopped_once(as_, url, sent)
    assert SupplementRequest.objects.count() == 1


def test_no_agency_is_asked_past_a_colleague(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    partners = make_partners(cast)
    url = f"/mot-cua/phoi-hop/moi/{dossier.code}/"
    assert 'name="take_over"' in as_("hoa").get(url).content.decode()
    assert not Handoff.objects.exists()
    sent = {
        "seen_version": dossier.version,
        "kind": "consultation",
        "to_agency": partners.department.pk,
        "question": "Nguyên văn đã gõ",
        "term_value": "1",
        "term_unit": "working_day",
    }
    _stopped_once(as_, url, sent)
    assert Handoff.objects.count() == 1
    # Whoever has acted is at work on it.
    assert WorkClaim.objects.get().officer == cast.hoa


def test_many_at_once_leave_out_what_a_colleague_is_at_work_on(cast: Cast, as_: SignIn) -> None:
    taken, free = make_received(cast, fee=None), make_received(cast, fee=None)
    services.claim(actor=cast.actor("dung"), dossier_id=taken.pk)
    client = as_("hoa")
    posted = {"viec": "bat-dau", "chon": picks(taken, free), "tu": ""}
    page = client.post("/mot-cua/danh-sach/hang-loat/", posted).content.decode()
    assert "Nhận xử lý: 1 hồ sơ" in page
    assert f"{taken.code}</a> {AT_WORK}" in page


def test_a_claim_made_after_the_confirmation_holds_and_the_rest_is_claimed_by_who_does_it(
    cast: Cast, as_: SignIn
) -> None:
    taken, free = make_received(cast, fee=None), make_received(cast, fee=None)
    client = as_("hoa")
    sent = confirmed(client, "bat-dau", picks(taken, free))
    services.claim(actor=cast.actor("dung"), dossier_id=taken.pk)
    page = client.get(done(client, "bat-dau", sent)).content.decode()
    assert AT_WORK in page
    outcomes = dict(BulkRunItem.objects.values_list("dossier_id", "outcome"))
    assert outcomes == {taken.pk: BulkOutcome.REFUSED, free.pk: BulkOutcome.DONE}
    assert Dossier.objects.get(pk=taken.pk).state == "received"
    assert dict(WorkClaim.objects.values_list("dossier_id", "officer")) == {
        taken.pk: cast.dung.pk,
        free.pk: cast.hoa.pk,
    }
