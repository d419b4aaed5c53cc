"""The receiver's page: a look at the link opens nothing, the button does, and the end is told."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor
from portal.documents.models import StoredDocument
from portal.vault import services
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper
from tests.factories.accounts import officer_actor
from tests.factories.vault import make_paper
from tests.vault.test_sharing import acts, owned, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> tuple[IssuedPaper, Actor]:
    return owned()


def address(token: str) -> str:
    return f"/giay-to-chia-se/{token}/"


def test_looking_at_the_link_tells_nothing_and_counts_nothing(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, an = mine
    row, token = share(paper, an, openings=1)
    page = client.get(address(token))
    body = page.content.decode()
    assert page.status_code == 200
    assert [told for told in (paper.title, paper.holder_name, paper.printed_code) if told in body] == []
    assert client.get(f"{address(token)}tep/")["Location"] == address(token)
    row.refresh_from_db()
    assert (row.openings, acts(paper)) == (0, [PaperAct.SHARED])
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_the_button_opens_paper_and_file_in_this_browser_alone(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, an = mine
    _row, token = share(paper, an, openings=1)
    assert client.post(address(token))["Location"] == address(token)
    body = client.get(address(token)).content.decode()
    assert paper.title in body
    assert "Còn hiệu lực" in body
    file = client.get(f"{address(token)}tep/")
    assert b"".join(file.streaming_content) == b"%PDF-1.7 noi dung"  # type: ignore[attr-defined]
    assert acts(paper) == [PaperAct.SHARED, PaperAct.OPENED, PaperAct.DOWNLOADED]
    elsewhere = Client().get(address(token))
    assert elsewhere.status_code == 410
    assert paper.title not in elsewhere.content.decode()


def test_the_pass_phrase_is_asked_for(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, an = mine
    _row, token = share(paper, an, pass_phrase="hoa sen")
    assert client.post(address(token), {"pass_phrase": "hoa xen"}).status_code == 422
    assert paper.title not in client.get(address(token)).content.decode()
    client.post(address(token), {"pass_phrase": "hoa sen"})
    assert paper.title in client.get(address(token)).content.decode()


def test_what_was_opened_closes_after_half_an_hour(
    client: Client, mine: tuple[IssuedPaper, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, an = mine
    _row, token = share(paper, an)
    client.post(address(token))
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert paper.title not in client.get(address(token)).content.decode()


def test_an_open_page_closes_when_the_owner_ends_it(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, an = mine
    row, token = share(paper, an)
    client.post(address(token))
    services.end_share(actor=an, share_id=row.public_id)
    page = client.get(address(token))
    assert page.status_code == 410
    assert client.get(f"{address(token)}tep/")["Location"] == address(token)
    assert paper.title not in page.content.decode()


def test_a_revocation_is_told_before_and_after_the_sharing_was_ended(
    client: Client, mine: tuple[IssuedPaper, Actor]
) -> None:
    paper, an = mine
    _row, token = share(paper, an)
    client.post(address(token))
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)
    services.revoke_paper(actor=signer, public_id=paper.public_id, reason="Cấp sai")
    for _ended in range(2):
        page = client.get(address(token))
        body = page.content.decode()
        assert (page.status_code, "Đã bị thu hồi" in body, paper.title in body) == (410, True, False)
        assert client.get(f"{address(token)}tep/")["Location"] == address(token)
        services.end_shares_of(paper_id=paper.pk)


def test_a_made_up_link_is_not_found(client: Client) -> None:
    assert client.get(address("x" * 43)).status_code == 404


def test_the_owner_is_told_the_link_once(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, _an = mine
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/kho-giay-to/{paper.public_id}/chia-se/"
    answer = client.post(page, {"hours": "24", "openings": "3", "label": "Ngân hàng"})
    assert answer["Location"] == page
    body = client.get(page).content.decode()
    token = re.search(r"/giay-to-chia-se/([\w-]{43})/", body)
    assert token is not None
    assert client.get(address(token[1])).status_code == 200
    again = client.get(page).content.decode()
    assert (token[1] in again, "Ngân hàng" in again) == (False, True)
    row = paper.shares.get()
    client.post(f"{page}{row.public_id}/thoi/")
    assert client.get(address(token[1])).status_code == 410


def test_the_page_of_another_paper_takes_no_link_away(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, _an = mine
    other = make_paper(owner=paper.owner)
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    pages = [f"/kho-giay-to/{one.public_id}/chia-se/" for one in (paper, other)]
    client.post(pages[0], {"hours": "24", "openings": "3"})
    assert re.search(r"/giay-to-chia-se/[\w-]{43}/", client.get(pages[1]).content.decode()) is None
    client.post(pages[1], {"hours": "24", "openings": "3"})
    links = [re.findall(r"/giay-to-chia-se/([\w-]{43})/", client.get(page).content.decode()) for page in pages]
    assert [services.share_with_token(found[0]).paper for found in links] == [paper, other]
    again = [re.search(r"/giay-to-chia-se/[\w-]{43}/", client.get(page).content.decode()) for page in pages]
    assert again == [None, None]


def test_what_was_typed_wrong_stays_typed(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, _an = mine
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/kho-giay-to/{paper.public_id}/chia-se/", {"hours": "24", "openings": "500", "label": "Bạn"})
    assert answer.status_code == 422
    assert 'value="500"' in answer.content.decode()
    assert paper.shares.count() == 0


def test_a_file_that_is_refused_was_not_opened(client: Client, mine: tuple[IssuedPaper, Actor]) -> None:
    paper, an = mine
    _row, token = share(paper, an)
    client.post(address(token))
    StoredDocument.objects.filter(pk=paper.document_id).update(scan_state="infected")
    assert client.get(f"{address(token)}tep/").status_code == 403
    assert acts(paper) == [PaperAct.SHARED, PaperAct.OPENED]
