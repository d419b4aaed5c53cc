"""Officers open what a scanner found clean, and are told why they cannot open the rest."""

import pytest
from pytest_django import Settings

from dossiers.models import Dossier, DossierFile
from portal.documents.models import StoredDocument
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return make.make_processing(cast)


def look(as_: SignIn, dossier: Dossier) -> str:
    return as_("hoa").get(f"/mot-cua/{dossier.code}/").content.decode()


def file_url(dossier: Dossier) -> str:
    return f"/mot-cua/{dossier.code}/tep/{DossierFile.objects.get(component__dossier=dossier).pk}/"


WAITING = "Chưa quét xong nên chưa mở được."
CASES = [
    ("clean", 200, "Sạch", ""),
    ("pending", 409, "Đang chờ quét", WAITING),
    ("scanning", 409, "Đang quét", WAITING),
    ("not_scanned", 409, "Chưa quét", WAITING),
    ("failed", 409, "Không quét được", "Máy quét không quét được tệp này nên chưa mở được."),
    ("infected", 403, "Có mã độc", "Tệp có mã độc, không ai mở được. Hãy yêu cầu bổ sung tệp khác."),
]


@pytest.mark.parametrize(("state", "status", "word", "sentence"), CASES)
def test_where_there_is_a_scanner(
    as_: SignIn, dossier: Dossier, settings: Settings, state: str, status: int, word: str, sentence: str
) -> None:
    settings.CLAMD_HOST = "clamav"
    StoredDocument.objects.filter(purpose="dossier_component").update(scan_state=state)
    url = file_url(dossier)

    page = look(as_, dossier)
    answer = as_("hoa").get(url)

    assert answer.status_code == status
    b"".join(answer)
    assert f"{word}</span>" in page
    assert sentence in page
    # What may not be opened is neither linked nor loaded into the page.
    assert (url in page) is (status == 200)
    download = as_("hoa").get(f"{url}?tai=1")
    assert download.status_code == status
    b"".join(download)


@pytest.mark.parametrize("state", ["not_scanned", "pending", "failed"])
def test_without_a_scanner_files_open_and_the_page_is_honest(
    as_: SignIn, dossier: Dossier, settings: Settings, state: str
) -> None:
    settings.CLAMD_HOST = ""
    StoredDocument.objects.filter(purpose="dossier_component").update(scan_state=state)

    answer = as_("hoa").get(file_url(dossier))

    assert answer.status_code == 200
    b"".join(answer)
    assert "Sạch" not in look(as_, dossier)


def test_an_infected_file_can_be_answered_with_a_supplement_request(
    cast: Cast, as_: SignIn, dossier: Dossier, settings: Settings
) -> None:
    settings.CLAMD_HOST = "clamav"
    StoredDocument.objects.filter(purpose="dossier_component").update(scan_state="infected")
    slot = dossier.components.get(required_document__kind="upload")

    make.ask_for(cast, dossier, slot=slot.pk, reason="Tệp có mã độc")

    dossier.refresh_from_db()
    assert dossier.state == "supplement_requested"


def test_what_the_portal_made_itself_needs_no_scan(cast: Cast, as_: SignIn, settings: Settings) -> None:
    settings.CLAMD_HOST = "clamav"
    dossier = make.make_received(cast)

    answer = as_("hoa").get(f"/mot-cua/{dossier.code}/giay/xac-nhan-nop/")

    assert answer.status_code == 200
    b"".join(answer)
