"""Uploads in several tabs and on a line that repeats itself: real threads, real row locks."""

import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from dossiers import services
from dossiers.models import Dossier, DossierFile
from portal.core.actors import Actor
from portal.documents import uploads
from portal.documents.models import StoredDocument, UploadChunk, UploadSession
from tests.documents import sample_files as sample
from tests.dossiers.citizen.pieces import CHUNK, slot_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

LARGE = sample.picture("PNG", side=700)


def on_disk(settings: Settings) -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    gate, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(place: int) -> None:
        gate.wait(10)
        try:
            results[place] = functions[place]()
        except Exception as error:  # noqa: BLE001 - compared by the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def _begun(actor: Actor, draft: Dossier, size: int) -> tuple[uuid.UUID, dict[str, Any]]:
    slot = {"dossier_id": draft.pk, "component_id": slot_of(draft).pk, "is_supplement": False}
    begun = services.begin_file(actor=actor, **slot, file_name="anh.png", size=size)
    return begun.upload_id, slot


@pytest.mark.django_db(transaction=True)
def test_two_finishes_at_once_make_one_file(cast: Cast) -> None:
    draft, actor = make.make_draft(cast, has_file=False), cast.actor("an")
    upload_id, slot = _begun(actor, draft, len(LARGE))
    for offset in range(0, len(LARGE), CHUNK):
        services.append_to_file(
            actor=actor, **slot, upload_id=upload_id, offset=offset, data=LARGE[offset : offset + CHUNK]
        )

    found = at_once(*[lambda: services.finish_file(actor=actor, **slot, upload_id=upload_id).pk] * 3)

    assert found == [DossierFile.objects.get().pk] * 3
    assert StoredDocument.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_pieces_for_one_offset_at_once_one_is_kept(cast: Cast, settings: Settings) -> None:
    draft, actor = make.make_draft(cast, has_file=False), cast.actor("an")
    upload_id, slot = _begun(actor, draft, len(LARGE))

    def append() -> int:
        return services.append_to_file(actor=actor, **slot, upload_id=upload_id, offset=0, data=LARGE[:CHUNK]).received

    results = at_once(append, append)

    assert sorted(str(one) for one in results) == [str(CHUNK), "upload_offset_conflict"]
    assert (UploadChunk.objects.count(), on_disk(settings)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_uploads_that_begin_at_once_are_all_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_OPEN_UPLOADS", 2)
    draft, actor = make.make_draft(cast, has_file=False), cast.actor("an")

    results = at_once(*[lambda: _begun(actor, draft, 10)] * 4)

    assert sum(isinstance(one, tuple) for one in results) == 2
    assert [str(one) for one in results if isinstance(one, Exception)] == ["too_many_uploads"] * 2
    assert UploadSession.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_finish_and_a_cancel_at_once_end_in_a_file_or_in_nothing(cast: Cast) -> None:
    draft, actor = make.make_draft(cast, has_file=False), cast.actor("an")
    content = sample.picture("PNG")
    upload_id, slot = _begun(actor, draft, len(content))
    services.append_to_file(actor=actor, **slot, upload_id=upload_id, offset=0, data=content)

    finished, cancelled = at_once(
        lambda: services.finish_file(actor=actor, **slot, upload_id=upload_id).pk,
        lambda: services.cancel_file(actor=actor, **slot, upload_id=upload_id),
    )

    assert cancelled is None
    if isinstance(finished, Exception):
        assert str(finished) == "upload_not_found"
        assert DossierFile.objects.count() == 0
    else:
        assert DossierFile.objects.get().pk == finished
