"""Kinds of papers are kept in admin; papers and their logs are only read there."""

import pytest
from django.test import Client

from portal.core.actors import ANONYMOUS
from portal.vault import services
from portal.vault.enums import PaperAct
from portal.vault.models import PaperKind
from tests.factories.accounts import UserFactory
from tests.factories.vault import PaperKindFactory, make_paper

pytestmark = pytest.mark.django_db
ADMIN = "/quan-tri/vault/"


@pytest.fixture
def administrator(client: Client) -> Client:
    member = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _posted(**changes: str) -> dict[str, str]:
    return {
        "code": "KQ.G15.000001",
        "name": "Giấy",
        "public_keys": "loai\r\n hang \r\nloai",
        "months_valid": "12",
        **changes,
    }


def test_a_kind_is_added_with_its_public_keys_one_a_line(administrator: Client) -> None:
    assert administrator.post(f"{ADMIN}paperkind/add/", _posted()).status_code == 302
    kind = PaperKind.objects.get()
    assert (kind.code, kind.public_keys, kind.months_valid, kind.is_reusable) == (
        "KQ.G15.000001",
        ["loai", "hang"],
        12,
        False,
    )


@pytest.mark.parametrize("changes", [{"public_keys": "Họ tên"}, {"months_valid": "0"}])
def test_a_kind_with_nonsense_is_refused(administrator: Client, changes: dict[str, str]) -> None:
    assert administrator.post(f"{ADMIN}paperkind/add/", _posted(**changes)).status_code == 200
    assert PaperKind.objects.count() == 0


def test_a_kind_that_papers_carry_keeps_its_code_and_stays(administrator: Client) -> None:
    kind = PaperKindFactory()
    make_paper(contents=services.Contents("Giấy", kind_id=kind.pk))
    administrator.post(f"{ADMIN}paperkind/{kind.pk}/change/", _posted(code="KQ.KHAC", name="Tên mới"))
    changed = PaperKind.objects.get()
    assert (changed.code, changed.name) == (kind.code, "Tên mới")
    assert administrator.post(f"{ADMIN}paperkind/{kind.pk}/delete/", {"post": "yes"}).status_code == 403


def test_papers_logs_and_sharings_are_only_read(administrator: Client) -> None:
    owner = UserFactory()
    paper = make_paper(owner=owner, id_number="068196004312")
    services.write_log(actor=ANONYMOUS, paper=paper, act=PaperAct.OPENED)
    page = administrator.get(f"{ADMIN}issuedpaper/{paper.pk}/change/")
    assert page.status_code == 200
    assert ("068196004312" in page.content.decode(), 'name="_save"' in page.content.decode()) == (False, False)
    for model in ("issuedpaper", "paperlogentry", "papershare", "papercopy"):
        assert administrator.get(f"{ADMIN}{model}/").status_code == 200
        assert administrator.get(f"{ADMIN}{model}/add/").status_code == 403
