"""Administrators see what is stuck and have it scanned again; they change nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from portal.core.actors import ANONYMOUS
from portal.documents import services
from portal.documents.models import StoredDocument, VirusScan
from tests.documents import sample_files as sample
from tests.documents.clamd_server import FakeClamd, fake_clamd
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/documents/storeddocument/"


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        settings.CLAMD_HOST, settings.CLAMD_PORT, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def administrator() -> Client:
    client = Client()
    user = UserFactory.create(full_name="Quản trị", is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def store(name: str, state: str, *, minutes_ago: int = 0) -> StoredDocument:
    document = services.store_upload(
        actor=ANONYMOUS, upload=SimpleUploadedFile(name, sample.pdf()), purpose="component"
    )
    StoredDocument.objects.filter(pk=document.pk).update(scan_state=state)
    VirusScan.objects.filter(document=document).update(asked_at=F("asked_at") - timedelta(minutes=minutes_ago))
    return document


def names_on(page: str) -> set[str]:
    return {name for name in ("cho.pdf", "ket.pdf", "hong.pdf", "sach.pdf", "doc.pdf") if name in page}


def test_stuck_scans_are_one_click_away(clamd: FakeClamd, administrator: Client) -> None:
    store("cho.pdf", "pending", minutes_ago=14)
    store("ket.pdf", "scanning", minutes_ago=16)
    store("hong.pdf", "failed")
    store("sach.pdf", "clean", minutes_ago=600)

    page = administrator.get(f"{LIST}?ket=1").content.decode()

    assert names_on(page) == {"ket.pdf", "hong.pdf"}
    assert len(names_on(administrator.get(LIST).content.decode())) == 4


def press(administrator: Client, *documents: StoredDocument) -> str:
    answer = administrator.post(
        LIST, {"action": "scan_again", "_selected_action": [str(one.pk) for one in documents]}, follow=True
    )
    return answer.content.decode()


def test_asking_again_acts_and_says_what_it_did(clamd: FakeClamd, administrator: Client) -> None:
    failed, infected = store("hong.pdf", "failed"), store("doc.pdf", "infected")

    page = press(administrator, failed, infected)

    assert "Đã xếp 1 tệp vào hàng chờ quét." in page
    assert "1 tệp giữ nguyên: đã có mã độc" in page
    assert services.scan_document(failed.pk) == "clean"
    assert StoredDocument.objects.get(pk=infected.pk).scan_state == "infected"


def test_without_a_scanner_it_says_why_nothing_happens(administrator: Client, settings: Settings) -> None:
    settings.CLAMD_HOST = ""
    document = services.store_upload(
        actor=ANONYMOUS, upload=SimpleUploadedFile("a.pdf", sample.pdf()), purpose="component"
    )

    assert "Chưa cài máy quét mã độc (CLAMD_HOST)" in press(administrator, document)
    assert VirusScan.objects.count() == 0


def test_one_document_shows_its_scan_and_its_signatures(clamd: FakeClamd, administrator: Client) -> None:
    document = store("hong.pdf", "failed")
    page = administrator.get(f"{LIST}{document.pk}/change/")
    assert page.status_code == 200
    assert "Lượt quét mã độc" in page.content.decode()
    assert administrator.post(f"{LIST}{document.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("files", [1, 30])
def test_the_list_costs_the_same_with_one_and_with_thirty(  # type: ignore[no-untyped-def]
    clamd: FakeClamd, administrator: Client, files: int, django_assert_num_queries
) -> None:
    for number in range(files):
        store(f"{number}.pdf", "failed")
    administrator.get(LIST)
    with django_assert_num_queries(7):
        administrator.get(LIST)
