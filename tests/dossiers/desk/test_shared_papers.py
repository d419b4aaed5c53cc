"""A result comes into its owner's vault when it is handed over; officers see papers that were shared for the dossier."""

from typing import Any

import pytest
from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from portal.accounts.models import User
from portal.core.errors import InvalidInput
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper, PaperShare
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.vault import make_paper


def _signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _bytes(client: Client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]


def _shared(cast: Cast, dossier: Dossier) -> tuple[IssuedPaper, PaperShare]:
    paper = make_paper(owner=cast.an)
    share, token = vault_services.share_paper(
        actor=cast.actor("an"), public_id=paper.public_id, hours=24, subject=dossier.subject
    )
    assert token == ""
    return paper, share


def test_the_vault_has_the_result_once_it_is_handed_over(cast: Cast, client: Client) -> None:
    dossier = make.make_resolved(cast)
    an = cast.actor("an")
    assert list(vault_selectors.papers_of(an)) == []
    assert "/kho-giay-to/" not in _page_of_results(_signed_in(client, cast.an), dossier)
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.release_handed_over(dossier_id=dossier.pk)
    paper = dossier.results.get().paper
    assert list(vault_selectors.papers_of(an)) == [paper]
    assert f'href="/kho-giay-to/{paper.public_id}/"' in _page_of_results(client, dossier)


def _page_of_results(client: Client, dossier: Dossier) -> str:
    return client.get(f"/ho-so/{dossier.code}/").content.decode().split('id="ket-qua"')[1].split("</section>")[0]


def test_an_officer_of_the_dossier_reads_a_shared_paper_and_the_owner_reads_who(cast: Cast, client: Client) -> None:
    dossier = make.make_processing(cast)
    make_paper(owner=cast.an)
    paper, share = _shared(cast, dossier)
    page = _signed_in(client, cast.hoa).get(f"/mot-cua/{dossier.code}/").content.decode()
    address = f"/mot-cua/{dossier.code}/giay-to-chia-se/{share.public_id}/"
    assert page.count("/giay-to-chia-se/") == 1
    assert address in page
    assert _bytes(client, address) == b"%PDF-1.7 noi dung"
    line = paper.log.get(act=PaperAct.OPENED)
    assert (line.actor, line.details) == (cast.hoa, {"share": share.pk})


def test_nobody_else_reads_it(cast: Cast, client: Client) -> None:
    dossier = make.make_processing(cast)
    paper, share = _shared(cast, dossier)
    address = f"/mot-cua/{dossier.code}/giay-to-chia-se/{share.public_id}/"
    assert _signed_in(client, cast.lan).get(address).status_code == 404
    assert _signed_in(client, cast.chi).get(address).status_code == 403
    other = make.make_processing(cast)
    assert _signed_in(client, cast.hoa).get(address.replace(str(dossier.code), str(other.code))).status_code == 404
    assert not paper.log.filter(act=PaperAct.OPENED).exists()


def test_it_is_over_when_the_owner_ends_it_or_the_dossier_is_decided(cast: Cast, client: Client) -> None:
    dossier = make.make_processing(cast)
    _paper, share = _shared(cast, dossier)
    address = f"/mot-cua/{dossier.code}/giay-to-chia-se/{share.public_id}/"
    _signed_in(client, cast.hoa)
    assert _bytes(client, address) == b"%PDF-1.7 noi dung"
    vault_services.end_share(actor=cast.actor("an"), share_id=share.public_id)
    assert client.get(address).status_code == 404


def test_a_paper_is_shared_for_own_undecided_dossiers_only(cast: Cast) -> None:
    decided = make.make_resolved(cast)
    with pytest.raises(InvalidInput) as refusal:
        _shared(cast, decided)
    assert list(refusal.value.fields) == ["subject"]
    filed = make.make_processing(cast)
    assert vault_services.handling_places(cast.actor("an")) == [
        (filed.subject, f"{filed.code}, {filed.revision.procedure.name}, {filed.responsible_agency.name}")
    ]
    assert vault_services.handling_places(cast.actor("chi")) == []


def test_a_result_taken_from_the_dossier_is_in_the_papers_log(cast: Cast, client: Client) -> None:
    dossier = make.make_resolved(cast)
    result: Any = dossier.results.get()
    assert _bytes(_signed_in(client, cast.hoa), f"/mot-cua/{dossier.code}/ket-qua/{result.pk}/")[:5] == b"%PDF-"
    assert result.paper.log.order_by("-id").values_list("act", "actor_id").first() == (PaperAct.OPENED, cast.hoa.pk)
