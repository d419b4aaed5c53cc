"""Files in pieces: offsets are kept, every call can be repeated, one finish makes one file, nobody else gets in."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.models import Dossier, DossierFile
from portal.core import clock
from portal.documents import services as document_services
from portal.documents.models import StoredDocument, UploadChunk, UploadSession
from tests.documents import sample_files as sample
from tests.dossiers.citizen.conftest import SignIn
from tests.dossiers.citizen.pieces import CHUNK, begin, begin_url, send, send_all, slot_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

LARGE = sample.picture("PNG", side=700)
"""About 1.5 MB: three pieces."""


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make.make_draft(cast, has_file=False)


def files_in(dossier: Dossier) -> list[str]:
    files = DossierFile.objects.filter(component__dossier=dossier).select_related("document").order_by("id")
    return [file.document.original_name for file in files]


def on_disk(settings: Settings) -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_a_photo_in_three_pieces_becomes_one_file(an: Client, draft: Dossier, settings: Settings) -> None:
    assert 2 * CHUNK < len(LARGE) < 3 * CHUNK
    url = send_all(an, draft, "Ảnh chụp.png", LARGE)
    assert UploadChunk.objects.count() == 3
    assert files_in(draft) == []

    answer = an.post(f"{url}xong/", {"copy_kind": "certified_copy"})

    assert answer.status_code == 200
    file = DossierFile.objects.get()
    said = answer.json()
    assert (said["file_id"], said["name"]) == (file.pk, "Ảnh chụp.png")
    assert f'id="tep-da-gui-{file.pk}"' in said["files"]
    assert "Đã có 1 trên 1" in said["tasks"]
    assert (file.copy_kind, file.position, file.component) == ("certified_copy", 1, slot_of(draft))
    with document_services.open_document(file.document) as stream:
        assert stream.read() == LARGE
    # The pieces are gone, their file alone is left.
    assert UploadChunk.objects.count() == 0
    assert StoredDocument.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_pieces_are_deleted_once_the_file_is_committed(cast: Cast, as_: SignIn, settings: Settings) -> None:
    draft, an = make.make_draft(cast, has_file=False), as_("an")
    url = send_all(an, draft, "anh.png", LARGE)
    assert on_disk(settings) == 3

    an.post(f"{url}xong/")

    assert on_disk(settings) == 1


def test_a_finish_repeated_answers_with_the_same_file(an: Client, draft: Dossier) -> None:
    url = send_all(an, draft, "don.pdf", sample.pdf())
    first = an.post(f"{url}xong/").json()["file_id"]

    for _again in range(2):
        answer = an.post(f"{url}xong/", {"copy_kind": "original"})
        assert (answer.status_code, answer.json()["file_id"]) == (200, first)

    assert files_in(draft) == ["don.pdf"]
    assert StoredDocument.objects.count() == 1


def test_after_a_broken_line_the_offset_is_asked_for_and_the_rest_sent(an: Client, draft: Dossier) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]
    assert send(an, url, 0, LARGE[:CHUNK]).status_code == 204

    where = an.head(url)
    assert (where.status_code, where["Upload-Offset"], where["Upload-Length"]) == (204, str(CHUNK), str(len(LARGE)))
    assert an.get(url).json() == {"name": "anh.png", "size": len(LARGE), "offset": CHUNK}
    # Finished too early, it says so and nothing is lost.
    early = an.post(f"{url}xong/")
    assert (early.status_code, early.json()["code"]) == (409, "upload_incomplete")
    for offset in (CHUNK, 2 * CHUNK):
        send(an, url, offset, LARGE[offset : offset + CHUNK])
    assert an.post(f"{url}xong/").status_code == 200
    assert files_in(draft) == ["anh.png"]


def test_a_piece_that_does_not_follow_is_a_conflict_with_the_right_offset(an: Client, draft: Dossier) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]
    send(an, url, 0, LARGE[:CHUNK])

    for offset in (0, CHUNK - 1, CHUNK + 1, 2 * CHUNK, 10**14):
        answer = send(an, url, offset, b"x")
        assert (answer.status_code, answer["Upload-Offset"]) == (409, str(CHUNK))
        assert answer.json()["code"] == "upload_offset_conflict"

    assert UploadChunk.objects.count() == 1


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "x", "９", "1" * 40])
def test_an_offset_that_is_none_is_refused(an: Client, draft: Dossier, offset: str) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]
    answer = send(an, url, offset, LARGE[:CHUNK])

    assert (answer.status_code, answer.json()["code"]) == (400, "upload_chunk_refused")
    assert UploadSession.objects.get().received == 0


PIECES = {"empty": b"", "too long": b"x" * (CHUNK + 1), "beyond the end": b"x" * 11}


@pytest.mark.parametrize("data", PIECES.values(), ids=PIECES)
def test_a_piece_that_cannot_be_is_refused(an: Client, draft: Dossier, data: bytes, settings: Settings) -> None:
    size = 10 if len(data) == 11 else 3 * CHUNK
    url = begin(an, draft, "anh.png", size).json()["url"]

    answer = send(an, url, 0, data)

    assert (answer.status_code, answer.json()["code"]) == (400, "upload_chunk_refused")
    assert UploadSession.objects.get().received == 0
    assert on_disk(settings) == 0


def test_a_piece_cut_off_on_the_way_is_refused(an: Client, draft: Dossier, settings: Settings) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]

    answer = an.generic(
        "PATCH",
        url,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": "0"},
        **{"CONTENT_LENGTH": "2000", "wsgi.input": io.BytesIO(LARGE[:1000])},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "upload_chunk_refused")
    assert UploadSession.objects.get().received == 0
    assert on_disk(settings) == 0


ANNOUNCEMENTS: dict[str, Any] = {
    "no JSON": b"{",
    "a list": b"[]",
    "no size": b'{"name": "a.pdf"}',
    "a size of words": b'{"name": "a.pdf", "size": "10"}',
    "a size of truth": b'{"name": "a.pdf", "size": true}',
    "a broken size": b'{"name": "a.pdf", "size": 1.5}',
    "a name that is a number": b'{"name": 5, "size": 10}',
    "not UTF-8": b'{"name": "\xff", "size": 10}',
    "deep": b"[" * 9000,
    "long": b'{"name": "' + b"a" * 20_000 + b'", "size": 10}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", ANNOUNCEMENTS.values(), ids=ANNOUNCEMENTS)
def test_an_announcement_that_is_none_is_a_400(an: Client, draft: Dossier, body: bytes) -> None:
    answer = an.post(begin_url(draft), body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["sentence"]
    assert UploadSession.objects.count() == 0


REFUSED_AT_ONCE: dict[str, tuple[str, Callable[[Settings], int], int, str]] = {
    "empty": ("a.pdf", lambda settings: 0, 400, "document_empty"),
    "negative": ("a.pdf", lambda settings: -5, 400, "document_empty"),
    "too large": ("a.pdf", lambda settings: settings.UPLOAD_MAX_BYTES + 1, 413, "document_too_large"),
    "beyond every number": ("a.pdf", lambda settings: 10**30, 413, "document_too_large"),
    "of no type taken": ("a.exe", lambda settings: 10, 400, "document_type_not_allowed"),
}


@pytest.mark.parametrize("case", REFUSED_AT_ONCE)
def test_what_will_be_refused_is_refused_before_a_byte_is_sent(
    an: Client, draft: Dossier, settings: Settings, case: str
) -> None:
    name, size, status, code = REFUSED_AT_ONCE[case]

    answer = begin(an, draft, name, size(settings))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Hãy" in answer.json()["sentence"]
    assert UploadSession.objects.count() == 0


def test_a_bad_file_is_refused_for_good_with_its_reason(an: Client, draft: Dossier, settings: Settings) -> None:
    url = send_all(an, draft, "don.pdf", sample.encrypted_pdf())

    for _again in range(2):
        answer = an.post(f"{url}xong/")
        assert (answer.status_code, answer.json()["code"]) == (400, "document_encrypted")
        assert answer.json()["sentence"].startswith("Tệp này được khoá bằng mật khẩu.")

    assert files_in(draft) == []
    assert StoredDocument.objects.count() == 0
    assert UploadChunk.objects.count() == 0
    assert on_disk(settings) == 0


def test_a_full_slot_keeps_the_pieces_until_there_is_room(cast: Cast, an: Client, draft: Dossier) -> None:
    url = send_all(an, draft, "muoi-mot.pdf", sample.pdf())
    for number in range(10):
        services.attach_file(
            actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot_of(draft).pk,
            upload=make.pdf_upload(f"{number}.pdf", str(number)),
        )  # fmt: skip
    full = an.post(f"{url}xong/")
    assert (full.status_code, full.json()["sentence"]) == (400, "Mỗi loại giấy tờ nhận nhiều nhất 10 tệp.")
    assert begin(an, draft, "x.pdf", 10).status_code == 400

    services.remove_file(actor=cast.actor("an"), dossier_id=draft.pk, file_id=DossierFile.objects.earliest("id").pk)

    assert an.post(f"{url}xong/").status_code == 200
    assert len(files_in(draft)) == 10


def test_a_file_taken_out_again_does_not_come_back_by_a_late_finish(cast: Cast, an: Client, draft: Dossier) -> None:
    url = send_all(an, draft, "don.pdf", sample.pdf())
    an.post(f"{url}xong/")
    services.remove_file(actor=cast.actor("an"), dossier_id=draft.pk, file_id=DossierFile.objects.get().pk)

    assert an.post(f"{url}xong/").status_code == 404
    assert files_in(draft) == []


def test_a_cancelled_upload_leaves_nothing(an: Client, draft: Dossier, settings: Settings) -> None:
    url = send_all(an, draft, "don.pdf", sample.pdf())

    assert [an.delete(url).status_code for _twice in range(2)] == [204, 204]

    assert UploadSession.objects.count() == 0
    assert on_disk(settings) == 0
    assert an.head(url).status_code == 404
    assert an.post(f"{url}xong/").status_code == 404


def test_nobody_else_and_no_other_place_can_use_an_upload(cast: Cast, as_: SignIn, an: Client, draft: Dossier) -> None:
    url = send_all(an, draft, "don.pdf", sample.pdf())
    upload_id = UploadSession.objects.get().pk
    other = make.make_draft(cast, has_file=False)
    elsewhere = f"{begin_url(other)}{upload_id}/"

    for client, address in (
        (as_("chi"), url), (as_("binh"), url), (an, elsewhere), (an, url.replace(str(upload_id), str(uuid.uuid4()))),
    ):  # fmt: skip
        assert client.head(address).status_code == 404
        assert send(client, address, 0, b"x").status_code == 404
        assert client.post(f"{address}xong/").status_code == 404
        client.delete(address)
    assert as_("chi").post(begin_url(draft), {}, content_type="application/json").status_code == 404

    # It still stands.
    assert an.post(f"{url}xong/").status_code == 200
    assert files_in(other) == []


def test_signed_out_it_is_a_401_with_a_sentence(draft: Dossier) -> None:
    stranger = Client()
    answers = [begin(stranger, draft, "a.pdf", 10), stranger.get(f"{begin_url(draft)}{uuid.uuid4()}/")]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert "phần đã tải lên vẫn còn" in answer.json()["sentence"]


def test_without_the_page_s_token_nothing_is_taken(cast: Cast, draft: Dossier) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")

    assert begin(client, draft, "a.pdf", 10).status_code == 403
    assert UploadSession.objects.count() == 0


def test_a_draft_filed_meanwhile_takes_no_more(cast: Cast, an: Client) -> None:
    draft = make.make_draft(cast)
    url = send_all(an, draft, "muon.pdf", sample.pdf())
    address = begin_url(draft)
    services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    for answer in (
        an.post(f"{url}xong/"),
        an.post(address, b'{"name": "a.pdf", "size": 9}', content_type="application/json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_closed")
    assert files_in(draft) == ["giay-to.pdf"]


def test_a_supplement_takes_files_in_pieces_too(cast: Cast, an: Client) -> None:
    dossier = make.make_supplement_requested(cast)
    url = send_all(an, dossier, "ban-moi.png", LARGE)

    answer = an.post(f"{url}xong/")

    assert answer.status_code == 200
    assert set(answer.json()) == {"file_id", "name", "files"}
    assert "giay-to.pdf" not in answer.json()["files"]
    file = DossierFile.objects.get(supplement__isnull=False)
    assert (file.document.original_name, file.supplement, file.position) == (
        "ban-moi.png",
        dossier.supplements.get(),
        1,
    )


def test_what_was_begun_for_one_request_does_not_end_in_the_next(cast: Cast, an: Client) -> None:
    dossier = make.make_supplement_requested(cast)
    url = send_all(an, dossier, "ban-moi.png", LARGE)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có bản khác")
    services.propose_supplement_exception(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        why="Vẫn mờ",
        items=[services.SupplementItemAsked(reason="Vẫn mờ", component_id=slot_of(dossier).pk)],
    )
    services.approve_supplement_exception(actor=cast.actor("dung"), dossier_id=dossier.pk)

    assert an.post(f"{url}xong/").status_code == 404
    assert an.get(url).status_code == 404
    assert not DossierFile.objects.filter(supplement__isnull=False).exists()


def test_one_person_keeps_only_so_many_files_half_sent(
    an: Client, draft: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        assert begin(an, draft, f"{number}.pdf", 10).status_code == 201
    refused = begin(an, draft, "21.pdf", 10)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert UploadSession.objects.count() == 20

    # What nobody has touched for a while makes room.
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert begin(an, draft, "21.pdf", 10).status_code == 201
    assert UploadSession.objects.count() == 20
    assert not UploadSession.objects.filter(file_name="0.pdf").exists()


def test_the_bytes_a_person_may_have_half_sent_are_bounded(an: Client, draft: Dossier, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    answers = [begin(an, draft, f"{number}.pdf", 1000).status_code for number in range(11)]

    assert answers == [201] * 10 + [429]


def test_an_upload_nobody_went_on_with_is_swept_after_two_days(
    an: Client, draft: Dossier, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]
    send(an, url, 0, LARGE[:CHUNK])
    begun = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=47))
    assert document_services.sweep_uploads() == 0
    # A piece renews it.
    assert send(an, url, CHUNK, LARGE[CHUNK : 2 * CHUNK]).status_code == 204
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=94))
    assert document_services.sweep_uploads() == 0
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=96))

    assert an.head(url).status_code == 404
    assert document_services.sweep_uploads() == 1
    assert document_services.sweep_uploads() == 0
    assert (UploadSession.objects.count(), UploadChunk.objects.count(), on_disk(settings)) == (0, 0, 0)


def test_pieces_of_an_upload_are_no_strays(
    an: Client, draft: Dossier, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = begin(an, draft, "anh.png", len(LARGE)).json()["url"]
    send(an, url, 0, LARGE[:CHUNK])
    later = clock.today() + timedelta(days=2)
    monkeypatch.setattr(clock, "today", lambda: later)

    assert document_services.collect_stray_files() == 0
    assert on_disk(settings) == 1
    UploadSession.objects.all().delete()
    assert document_services.collect_stray_files() == 1
