"""The owner's vault: list, paper, file, log, copies."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.enums import AssuranceLevel, OfficerRole
from portal.accounts.models import Organisation, Representation, User
from portal.core import clock
from portal.vault import services
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper
from portal.vault.selectors import papers
from tests.factories.accounts import AgencyFactory, CitizenFactory, officer_actor
from tests.factories.vault import PaperKindFactory, make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
FILE = b"%PDF-1.7 noi dung"
# Account, duties, whom they speak for, profile, kinds, agencies, and the papers themselves.
QUERIES_OF_THE_LIST = 7


@pytest.fixture
def an(client: Client) -> User:
    user: User = CitizenFactory(assurance_level=AssuranceLevel.SELF_DECLARED).user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def named(owner: User, title: str, **fields: Any) -> IssuedPaper:
    return make_paper(owner=owner, contents=services.Contents(title, "12/XN"), **fields)


def titles(body: str) -> list[str]:
    return [part.split(">")[1].split("<")[0] for part in body.split('<h3><a href="/kho-giay-to/')[1:]]


def test_the_list_shows_own_papers_newest_first_and_nobody_elses(client: Client, an: User) -> None:
    named(an, "Một")
    named(an, "Hai")
    named(CitizenFactory(personal_id_number="").user, "Của người khác")
    named(an, "Chưa trả", is_released=False)
    assert titles(client.get("/kho-giay-to/").content.decode()) == ["Hai", "Một"]


def test_a_representative_sees_the_organisations_papers(client: Client, an: User) -> None:
    organisation = Organisation.objects.create(name="Công ty Sen", tax_code="0301234567")
    Representation.objects.create(user=an, organisation=organisation)
    make_paper(holder=services.Holder("Công ty Sen", "0301234567", organisation_id=organisation.pk))
    assert "Công ty Sen" in client.get("/kho-giay-to/").content.decode()


def test_every_paper_is_on_exactly_one_page(client: Client, an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PAGE_SIZE", 2)
    for number in range(5):
        named(an, f"Giấy {number}")
    seen, cursor = [], ""
    for _page in range(3):
        page = client.get("/kho-giay-to/", {"sau": cursor})
        seen += titles(page.content.decode())
        cursor = page.context["next_cursor"]
    assert (seen, cursor) == ([f"Giấy {number}" for number in (4, 3, 2, 1, 0)], "")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    client: Client, an: User, count: int, django_assert_num_queries: Any
) -> None:
    agency, kind = AgencyFactory(), PaperKindFactory()
    for _paper in range(count):
        make_paper(owner=an, agency=agency, contents=services.Contents("Giấy", kind_id=kind.pk))
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get("/kho-giay-to/")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("valid", {"Không hạn", "Sắp hết"}),
        ("soon", {"Sắp hết"}),
        ("expired", {"Hết"}),
        ("not_yet", {"Chưa"}),
        ("revoked", {"Thu hồi"}),
        ("replaced", set()),
        ("khac", {"Không hạn", "Sắp hết", "Hết", "Chưa", "Thu hồi"}),
    ],
)
def test_the_list_is_filtered_by_standing(
    client: Client, an: User, wanted: str, found: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named(an, "Không hạn")
    named(an, "Sắp hết", valid_until=TODAY + timedelta(days=30))
    named(an, "Hết", valid_until=TODAY - timedelta(days=1))
    named(an, "Chưa", valid_from=TODAY + timedelta(days=1))
    gone = named(an, "Thu hồi")
    signer = officer_actor(gone.agency, OfficerRole.SIGNER)
    services.revoke_paper(actor=signer, public_id=gone.public_id, reason="x")
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    body = client.get("/kho-giay-to/", {"hieu_luc": wanted}).content.decode()
    assert set(titles(body)) == found
    assert ("còn 30 ngày" in body) == ("Sắp hết" in found)


def test_a_paper_with_31_days_left_is_not_warned_of(client: Client, an: User, monkeypatch: pytest.MonkeyPatch) -> None:
    named(an, "Còn lâu", valid_until=TODAY + timedelta(days=31))
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    assert "ngày</strong>" not in client.get("/kho-giay-to/").content.decode()


def test_kind_and_agency_filter_the_list(client: Client, an: User) -> None:
    first, second = (
        make_paper(owner=an, contents=services.Contents(f"Giấy {number}", kind_id=PaperKindFactory().pk))
        for number in (1, 2)
    )
    assert titles(client.get("/kho-giay-to/", {"loai": first.kind_id}).content.decode()) == ["Giấy 1"]
    assert titles(client.get("/kho-giay-to/", {"co_quan": second.agency_id}).content.decode()) == ["Giấy 2"]


def test_words_are_found_without_tones_and_never_stand_in_an_address(
    client: Client, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "PAGE_SIZE", 1)
    named(an, "Giấy khai sinh")
    named(an, "Giấy khai sinh (bản hai)")
    wanted = named(an, "Giấy phép lái xe")
    first = client.post("/kho-giay-to/", {"tim": "KHAI sinh"})
    body = first.content.decode()
    assert titles(body) == ["Giấy khai sinh (bản hai)"]
    assert "tim=" not in body
    second = client.post("/kho-giay-to/", {"tim": "khai sinh", "sau": first.context["next_cursor"]})
    assert titles(second.content.decode()) == ["Giấy khai sinh"]
    assert titles(client.post("/kho-giay-to/", {"tim": wanted.code.lower()}).content.decode()) == ["Giấy phép lái xe"]
    assert titles(client.get("/kho-giay-to/", {"tim": "khai sinh"}).content.decode()) == ["Giấy phép lái xe"]


def test_a_paper_is_found_by_its_agency_as_printed_on_it(client: Client, an: User) -> None:
    contents = services.Contents("Giấy phép", agency_name="Ủy ban nhân dân xã Tà Nung")
    make_paper(owner=an, contents=contents)
    named(an, "Giấy khác")
    body = client.post("/kho-giay-to/", {"tim": "ta nung"}).content.decode()
    assert titles(body) == ["Giấy phép"]


def test_a_foreign_paper_does_not_exist(client: Client, an: User) -> None:
    paper = named(CitizenFactory(personal_id_number="").user, "Của người khác")
    for part in ("", "tep/", "nhat-ky/", "chia-se/"):
        assert client.get(f"/kho-giay-to/{paper.public_id}/{part}").status_code == 404
    assert client.post(f"/kho-giay-to/{paper.public_id}/ban-sao/").status_code == 404
    assert paper.copies.count() == 0


def test_the_file_is_taken_and_the_log_says_so(client: Client, an: User) -> None:
    paper = named(an, "Giấy")
    address = f"/kho-giay-to/{paper.public_id}/"
    attached = client.get(f"{address}tep/")
    shown = client.get(f"{address}tep/?xem=1")
    assert (b"".join(attached.streaming_content), b"".join(shown.streaming_content)) == (FILE, FILE)  # type: ignore[attr-defined]
    assert ("attachment" in attached["Content-Disposition"], "inline" in shown["Content-Disposition"]) == (True, True)
    acts = list(paper.log.order_by("id").values_list("act", flat=True))
    assert acts == [PaperAct.REGISTERED, PaperAct.DOWNLOADED, PaperAct.OPENED]
    body = client.get(address).content.decode()
    assert "<strong>Tải về</strong>, Bạn" in body


def test_the_log_names_the_officer_who_looked(client: Client, an: User) -> None:
    paper = named(an, "Giấy")
    officer = officer_actor(paper.agency)
    services.write_log(actor=officer, paper=paper, act=PaperAct.OPENED)
    body = client.get(f"/kho-giay-to/{paper.public_id}/nhat-ky/").content.decode()
    assert "<strong>Mở xem</strong>, Cán bộ Trần Văn Bình" in body


def test_the_log_names_the_dossier_in_which_it_was_used(client: Client, an: User) -> None:
    paper = named(an, "Giấy")
    for dossier in ("G01.99.000001-261126-0001", str(paper.public_id)):
        services.write_log(
            actor=officer_actor(AgencyFactory()), paper=paper, act=PaperAct.REUSED, details={"dossier": dossier}
        )
    lines = client.get(f"/kho-giay-to/{paper.public_id}/nhat-ky/").content.decode().split("<ol")[-1]
    assert "Hồ sơ G01.99.000001-261126-0001" in lines
    assert ("Hồ sơ lúc đó chưa nộp" in lines, str(paper.public_id) in lines) == (True, False)


def test_the_owner_is_led_from_the_old_paper_to_the_new_one(client: Client, an: User) -> None:
    old = named(an, "Cũ")
    new = named(an, "Mới", replaces_id=old.pk, agency=old.agency)
    body = client.get(f"/kho-giay-to/{old.public_id}/").content.decode()
    assert f'href="/kho-giay-to/{new.public_id}/"' in body
    assert "Đã được thay thế" in body


def test_without_sign_in_there_is_no_vault(client: Client) -> None:
    assert client.get("/kho-giay-to/").status_code == 302


def test_an_empty_vault_says_what_comes_into_it_and_offers_no_search(client: Client, an: User) -> None:
    body = client.get("/kho-giay-to/").content.decode()
    assert ("Kho của bạn chưa có giấy tờ nào" in body, 'name="tim"' in body) == (True, False)


@pytest.mark.parametrize(("count", "has_search"), [(5, False), (6, True)])
def test_a_handful_of_papers_is_seen_without_filters(client: Client, an: User, count: int, has_search: bool) -> None:
    for number in range(count):
        named(an, f"Giấy {number}")
    assert ('name="tim"' in client.get("/kho-giay-to/").content.decode()) == has_search
