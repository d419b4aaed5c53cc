"""The first screen of counter intake: found by scan or number, registered, confirmed; nobody is named in an address."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.accounts.models import Citizen, PersonLookUp, User
from procedures.enums import Channel
from tests.accounts.test_identity_cards import AN as CARD
from tests.conftest import SignIn
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.counter import make_counter_draft, make_received_at_counter, start, verified
from tests.factories.dossiers import Cast, make_offering

pytestmark = pytest.mark.django_db
PAGE = "/mot-cua/tiep-nhan/"
NUMBER = "068196004312"


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def token(response: Any) -> str:
    found = re.search(r'name="person" value="([^"]+)"', text(response))
    assert found is not None
    return found[1]


@pytest.fixture
def bench(cast: Cast, as_: SignIn) -> Client:
    make_offering(cast)
    return as_("binh")


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 403), ("chi", 403), ("hoa", 403), ("dung", 403), ("giang", 403), ("binh", 200), ("lan", 200), ("mai", 200)],
)
def test_the_screen_is_for_desk_officers(cast: Cast, as_: SignIn, who: str, status: int) -> None:
    assert as_(who).get(PAGE).status_code == status
    assert as_(who).post(PAGE, {"act": "tim", "who": NUMBER}).status_code == status
    assert PersonLookUp.objects.count() == (status == 200)


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == 302


def test_a_scan_of_a_known_person_leads_straight_to_the_procedures(cast: Cast, bench: Client) -> None:
    verified(cast)
    answer = bench.post(PAGE, {"act": "tim", "who": CARD})
    assert answer.status_code == 200
    assert "Nguyễn Thị An" in text(answer)
    assert "Nhận tại quầy" in text(answer)
    assert PersonLookUp.objects.get().officer == cast.binh


def test_an_unknown_person_is_registered_from_the_scan(cast: Cast, bench: Client) -> None:
    Citizen.objects.all().delete()
    answer = bench.post(PAGE, {"act": "tim", "who": CARD})
    page = text(answer)
    assert "Chưa có ai với thông tin này." in page
    for value in ("Nguyễn Thị An", NUMBER, "12/09/1996", "18/4 Hoàng Diệu, Phường Xuân Hương, Lâm Đồng"):
        assert f'value="{value}"' in page
    answer = bench.post(
        PAGE,
        {
            "act": "dang-ky",
            "card": CARD,
            "full_name": "Nguyễn Thị An",
            "personal_id_number": NUMBER,
            "date_of_birth": "12/09/1996",
            "sex": "female",
            "address": "18/4 Hoàng Diệu",
        },
    )
    assert answer.status_code == 200
    person = Citizen.objects.get(personal_id_number=NUMBER)
    assert (person.user.email, person.assurance_level, person.user.full_name) == ("", 1, "Nguyễn Thị An")
    assert "Nhận tại quầy" in text(answer)


def test_a_wrong_registration_keeps_what_was_typed_and_says_what_is_wrong(bench: Client) -> None:
    typed = {"act": "dang-ky", "full_name": "Nguyễn Thị An", "personal_id_number": "0681960043", "phone": "12"}
    before = User.objects.count()
    answer = bench.post(PAGE, typed)
    assert answer.status_code == 422
    page = text(answer)
    assert "Mới có 10 chữ số. Số định danh cần đủ 12 chữ số." in page
    assert 'value="Nguyễn Thị An"' in page
    assert page.count("<title>Lỗi") == 1
    assert User.objects.count() == before


def test_a_self_declared_account_is_chosen_only_when_the_officer_confirms_it(cast: Cast, bench: Client) -> None:
    found = bench.post(PAGE, {"act": "tim", "who": CARD})
    page = text(found)
    assert "Có phải người này không?" in page
    assert "Nhận tại quầy" not in page
    # Not confirmed: nothing is begun for it.
    refused = bench.post(
        PAGE,
        {
            "act": "bat-dau",
            "person": token(found),
            "offering": make_offering(cast).pk,
            "channel": "in_person",
        },
    )
    assert refused.status_code == 422
    assert not Dossier.objects.exists()
    answer = bench.post(PAGE, {"act": "xac-nhan", "person": token(found), "card": CARD})
    assert "Nhận tại quầy" in text(answer)
    assert Citizen.objects.get(user=cast.an).assurance_level == 1


def test_a_token_is_of_one_officer(cast: Cast, bench: Client, as_: SignIn) -> None:
    verified(cast)
    stolen = token(bench.post(PAGE, {"act": "tim", "who": CARD}))
    OfficerPostingFactory.create(user=cast.hoa, agency=cast.receiving)
    for name in ("lan", "hoa"):
        assert as_(name).post(PAGE, {"act": "thu-tuc", "person": stolen}).status_code == 404
    assert bench.post(PAGE, {"act": "thu-tuc", "person": stolen + "x"}).status_code == 404
    assert bench.post(PAGE, {"act": "thu-tuc"}).status_code == 404


def test_an_officer_is_told_that_they_cannot_take_in_their_own(cast: Cast, bench: Client) -> None:
    verified(cast, "binh")
    Citizen.objects.filter(user=cast.an).delete()
    Citizen.objects.filter(user=cast.binh).update(personal_id_number=NUMBER)
    page = text(bench.post(PAGE, {"act": "tim", "who": NUMBER}))
    assert "Đây là chính bạn" in page
    assert "Nhận tại quầy" not in page


def test_an_address_is_written_down_for_a_person_without_one(cast: Cast, bench: Client) -> None:
    User.objects.filter(pk=cast.an.pk).update(email="", password="!x")  # noqa: S106 - Django's mark of none
    verified(cast)
    found = bench.post(PAGE, {"act": "tim", "who": CARD})
    answer = bench.post(PAGE, {"act": "thu-dien-tu", "person": token(found), "email": "sai"})
    assert answer.status_code == 422
    answer = bench.post(PAGE, {"act": "thu-dien-tu", "person": token(found), "email": "an@example.com"})
    assert answer.status_code == 200
    cast.an.refresh_from_db()
    assert cast.an.email == "an@example.com"


def test_the_search_is_narrowed_to_what_this_desk_receives(cast: Cast, bench: Client, as_: SignIn) -> None:
    verified(cast)
    offering = make_offering(cast)
    name = offering.procedure.name
    for client, wanted in ((bench, True), (as_("lan"), False)):
        found = client.post(PAGE, {"act": "tim", "who": CARD})
        for search in ("", offering.procedure.code):
            answer = client.post(PAGE, {"act": "thu-tuc", "person": token(found), "q": search})
            assert (name in text(answer)) is wanted
    answer = bench.post(PAGE, {"act": "thu-tuc", "person": token(found), "q": "\x00"})
    assert answer.status_code in (200, 404)


def test_a_start_sent_twice_begins_one_dossier(cast: Cast, bench: Client) -> None:
    verified(cast)
    found = bench.post(PAGE, {"act": "tim", "who": CARD})
    once = re.search(r'name="start-token" value="([^"]+)"', text(found))
    assert once is not None
    posted = {
        "act": "bat-dau",
        "person": token(found),
        "offering": make_offering(cast).pk,
        "channel": Channel.POST,
        "start-token": once[1],
    }
    first, second = bench.post(PAGE, posted), bench.post(PAGE, posted)
    draft = Dossier.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"{PAGE}{draft.public_id}/"
    assert (draft.channel, draft.applicant, draft.entered_by) == (Channel.POST, cast.an, cast.binh)


@pytest.mark.parametrize("channel", ["", "online", "x"])
def test_only_the_channels_of_paper_begin_here(cast: Cast, bench: Client, channel: str) -> None:
    verified(cast)
    found = bench.post(PAGE, {"act": "tim", "who": CARD})
    posted = {"act": "bat-dau", "person": token(found), "offering": make_offering(cast).pk, "channel": channel}
    assert bench.post(PAGE, posted).status_code == 422
    assert not Dossier.objects.exists()


def test_what_was_begun_is_listed_for_this_desk_alone(cast: Cast, bench: Client, as_: SignIn) -> None:
    draft = make_counter_draft(cast)
    assert str(draft.public_id) in text(bench.get(PAGE))
    assert str(draft.public_id) not in text(as_("lan").get(PAGE))


def test_no_answer_of_the_screen_puts_a_person_into_an_address(cast: Cast, bench: Client) -> None:
    verified(cast)
    page = text(bench.post(PAGE, {"act": "tim", "who": CARD}))
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page)
    assert not [one for one in addresses if NUMBER in one or "@" in one or "person" in one]


def test_an_unknown_step_shows_the_empty_screen(bench: Client) -> None:
    assert "Quét thẻ căn cước" in text(bench.post(PAGE, {"act": "khac"}))


def test_the_head_of_the_desk_sees_how_much_of_the_paper_is_scanned(cast: Cast, as_: SignIn) -> None:
    assert "Chưa có giấy tờ bản giấy nào." in text(as_("mai").get(PAGE))
    make_received_at_counter(cast)
    assert "0%: 0 trên 1 giấy tờ giữ bản giấy đã có bản quét." in text(as_("mai").get(PAGE))
    assert "Số hóa trong tháng" not in text(as_("binh").get(PAGE))


def test_the_screen_leads_on_to_what_was_begun_long_ago(cast: Cast, as_: SignIn) -> None:
    for _number in range(31):
        start(cast, token=uuid4())
    bench, oldest = as_("binh"), Dossier.objects.earliest("id")
    first = bench.get("/mot-cua/tiep-nhan/").content.decode()
    assert str(oldest.public_id) not in first
    further = re.findall(r'href="(/mot-cua/tiep-nhan/\?sau=[^"]+)"', first)
    second = bench.get(further[0]).content.decode()
    assert second.count(str(oldest.public_id)) == 1
    assert 'href="/mot-cua/tiep-nhan/"' in second
    assert bench.get("/mot-cua/tiep-nhan/?sau=hong").status_code == 200
