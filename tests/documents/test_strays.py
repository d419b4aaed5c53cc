"""What a rolled back upload leaves behind is collected, and nothing else is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from pytest_django import Settings

from portal.core import clock
from portal.core.actors import ANONYMOUS
from portal.documents import errors, services
from portal.documents.storage import day_folder, document_storage
from tests.documents import sample_files as sample
from tests.factories.documents import StoredDocumentFactory

pytestmark = pytest.mark.django_db


def stray(days_ago: int, name: str = "stray") -> Path:
    path = Path(document_storage().path(f"{day_folder(clock.today() - timedelta(days=days_ago))}/{name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_the_file_of_a_rolled_back_upload_is_collected_two_days_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        services.store_upload(actor=ANONYMOUS, upload=SimpleUploadedFile("don.pdf", sample.pdf()), purpose="component")
        transaction.set_rollback(True)
    kept = StoredDocumentFactory()
    later = clock.today() + timedelta(days=2)

    assert services.collect_stray_files() == 0
    monkeypatch.setattr(clock, "today", lambda: later)
    assert services.collect_stray_files() == 1
    assert services.collect_stray_files() == 0

    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path.name for path in left] == [kept.storage_name.rpartition("/")[2]]


@pytest.mark.parametrize(("days_ago", "is_kept"), [(0, True), (1, True), (2, False), (10, False), (11, True)])
def test_only_files_of_two_to_ten_days_ago_are_collected(days_ago: int, is_kept: bool) -> None:
    path = stray(days_ago)

    services.collect_stray_files()

    assert path.exists() is is_kept


def test_a_store_full_of_unknown_files_means_the_wrong_database_and_nothing_is_deleted() -> None:
    paths = [stray(3, f"file{number}") for number in range(21)]

    with pytest.raises(errors.TooManyStrayFiles):
        services.collect_stray_files()

    assert all(path.exists() for path in paths)
