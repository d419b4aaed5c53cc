"""A photo inside the declaration: kept whatever else goes wrong, replaced, taken out, seen by whoever may, by nobody else."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.enums import SlipOccasion
from dossiers.models import DeclarationFile, Dossier
from dossiers.services.slips import slip_facts
from portal.documents.models import StoredDocument
from procedures.models import ServiceOffering
from tests.conftest import SignIn
from tests.documents.sample_files import pdf, picture
from tests.dossiers.citizen.conftest import finish, source, summary, words
from tests.factories import dossiers as factory
from tests.factories.dossiers import ANSWERS, Cast, make_offering
from tests.factories.procedures import FORM

PHOTO_FIELD = {
    "key": "photo",
    "kind": "file",
    "label": "Ảnh 4x6",
    "required": True,
    "params": {"accept": ["picture"], "max_megabytes": 1},
}
PAPERS_FIELD = {"key": "papers", "kind": "file", "label": "Bản vẽ", "params": {"accept": ["pdf"], "at_most": 2}}
WITH_FILES: dict[str, Any] = {
    "sections": [{**FORM["sections"][0], "fields": [*FORM["sections"][0]["fields"], PHOTO_FIELD, PAPERS_FIELD]}]
}


def jpeg(name: str = "anh the.jpg", side: int = 96) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(side=side), content_type="image/jpeg")


@pytest.fixture
def offering(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> ServiceOffering:
    monkeypatch.setattr(factory, "FORM", WITH_FILES)
    return make_offering(cast)


@pytest.fixture
def draft(cast: Cast, offering: ServiceOffering) -> Dossier:
    return services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)


def page_of(draft: Dossier) -> str:
    return f"/ho-so/nhap/{draft.public_id}/to-khai/person/"


def photo_of(draft: Dossier) -> dict[str, Any]:
    draft.refresh_from_db()
    return dict(draft.answers["photo"][0])


def test_limits_are_said_before_anything_is_chosen(an: Client, draft: Dossier) -> None:
    html = source(an.get(page_of(draft)))
    assert 'enctype="multipart/form-data"' in html
    assert "Nhận ảnh (JPG, PNG, HEIC). Nhiều nhất 1 tệp, mỗi tệp nặng nhất 1,0\u00a0MB." in html
    assert 'type="file" id="id_photo_0" name="photo-upload" accept=".jpg,.jpeg,.png,.heic,.heif"' in html


def test_a_photo_is_stored_with_size_and_hash_and_named_by_the_answer(an: Client, draft: Dossier) -> None:
    answer = an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    assert answer.status_code == 302
    link = DeclarationFile.objects.get()
    assert (link.dossier, link.field_key, link.document.purpose) == (draft, "photo", "declaration_file")
    assert photo_of(draft) == {
        "document": str(link.document_id),
        "name": "anh the.jpg",
        "size": len(picture()),
        "sha256": hashlib.sha256(picture()).hexdigest(),
    }


def test_a_photo_stays_when_something_else_is_wrong_and_is_there_on_resume(an: Client, draft: Dossier) -> None:
    answer = an.post(page_of(draft), {**ANSWERS, "born_on": "31/02/1990", "photo-upload": jpeg()})
    assert answer.status_code == 422
    document = photo_of(draft)["document"]
    for page in (answer, an.get(page_of(draft))):
        html = source(page)
        assert f'<input type="hidden" name="photo" value="{document}">' in html
        assert "anh the.jpg" in html
        assert "Ảnh 4x6:" not in summary(page)
    assert an.post(page_of(draft), {**ANSWERS, "photo": document}).status_code == 302
    assert StoredDocument.objects.count() == 1


def test_a_refused_file_is_named_with_its_reason_and_takes_nothing_else_with_it(an: Client, draft: Dossier) -> None:
    answer = an.post(
        page_of(draft),
        {
            **ANSWERS,
            "photo-upload": jpeg(),
            "papers-upload": [
                SimpleUploadedFile("ban ve.pdf", pdf()),
                SimpleUploadedFile("hong.pdf", b"%PDF-1.7 cut"),
                jpeg("anh.jpg"),
            ],
        },
    )
    assert answer.status_code == 422
    assert "hong.pdf: " in summary(answer)
    assert "anh.jpg: Mục này chỉ nhận PDF." in summary(answer)
    draft.refresh_from_db()
    assert [file["name"] for file in draft.answers["papers"]] == ["ban ve.pdf"]
    assert len(draft.answers["photo"]) == 1
    assert draft.answers["full_name"] == "Nguyễn Thị An"
    assert DeclarationFile.objects.count() == 2


def test_a_file_above_the_limit_of_the_question_is_refused_unread(an: Client, draft: Dossier) -> None:
    answer = an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg(side=1500)})
    assert summary(answer) == (
        "Còn 1 chỗ cần sửa Ảnh 4x6: anh the.jpg: Tệp nặng 1,4 MB, mục này nhận nhiều nhất 1,0 MB."
    )
    assert StoredDocument.objects.count() == 0


def test_a_new_photo_takes_the_place_of_the_old_one(an: Client, draft: Dossier) -> None:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg("cu.jpg")})
    an.post(page_of(draft), {**ANSWERS, "photo": photo_of(draft)["document"], "photo-upload": jpeg("moi.jpg")})
    draft.refresh_from_db()
    assert [file["name"] for file in draft.answers["photo"]] == ["moi.jpg"]


def test_one_file_too_many_is_kept_in_sight_until_the_person_decides(an: Client, draft: Dossier) -> None:
    uploads = [SimpleUploadedFile(f"{number}.pdf", pdf(number)) for number in (1, 2, 3)]
    answer = an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg(), "papers-upload": uploads})
    assert "Bản vẽ: Mục này nhận nhiều nhất 2 tệp. Hãy bỏ bớt tệp." in summary(answer)
    assert all(f"{number}.pdf" in source(an.get(page_of(draft))) for number in (1, 2, 3))
    draft.refresh_from_db()
    assert len(draft.raw_invalid["papers"]) == 3


def test_a_button_takes_a_file_out_and_saves_the_page(an: Client, draft: Dossier) -> None:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    document = photo_of(draft)["document"]
    answer = an.post(
        page_of(draft), {**ANSWERS, "reason": "Gõ dở", "photo": document, "photo-remove": document}, follow=True
    )
    assert answer.redirect_chain == [(page_of(draft), 302)]
    draft.refresh_from_db()
    assert "photo" not in draft.answers
    assert draft.answers["reason"] == "Gõ dở"
    assert not DeclarationFile.objects.exists()
    assert StoredDocument.objects.count() == 1
    assert an.get(f"/ho-so/nhap/{draft.public_id}/to-khai/tep/{document}/").status_code == 404


def test_a_file_of_another_dossier_and_one_that_is_nowhere_are_refused_alike(
    cast: Cast, an: Client, as_: SignIn, draft: Dossier, offering: ServiceOffering
) -> None:
    chi = as_("chi")
    hers = services.start_draft(actor=cast.actor("chi"), offering_id=offering.pk)
    own_second = services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    chi.post(page_of(hers), {**ANSWERS, "photo-upload": jpeg("cua chi.jpg")})
    an.post(page_of(own_second), {**ANSWERS, "photo-upload": jpeg("ho so khac.jpg")})
    an.post(page_of(draft), {**ANSWERS, "papers-upload": SimpleUploadedFile("ban ve.pdf", pdf())})
    draft.refresh_from_db()
    other_question = draft.answers["papers"][0]["document"]
    sentences = set()
    for document in (photo_of(hers)["document"], photo_of(own_second)["document"], other_question, str(uuid4()), "x"):
        answer = an.post(page_of(draft), {**ANSWERS, "photo": document})
        assert answer.status_code == 422
        assert "cua chi.jpg" not in source(answer)
        draft.refresh_from_db()
        assert "photo" not in draft.answers
        sentences.add(summary(answer))
    assert len(sentences) == 1
    assert "Không thấy tệp này trong hồ sơ. Hãy tải lên lại." in sentences.pop()


def test_a_program_uploads_first_and_names_the_file_in_its_answers(an: Client, cast: Cast, draft: Dossier) -> None:
    upload = f"/ho-so/nhap/{draft.public_id}/tep-to-khai/photo/"
    answer = an.post(upload, {"upload": jpeg()})
    assert answer.status_code == 201
    told = json.loads(answer.content)
    assert (told["name"], told["size"]) == ("anh the.jpg", len(picture()))
    draft.refresh_from_db()
    assert draft.answers == {}
    form = services.save_section(
        actor=cast.actor("an"), dossier_id=draft.pk, section_key="person", raw={**ANSWERS, "photo": [told["document"]]}
    )
    assert form.is_valid()
    assert photo_of(draft) == told


@pytest.mark.parametrize(
    ("field", "content", "status", "says"),
    [
        ("photo", None, 400, "Hãy chọn tệp"),
        ("photo", b"%PDF-1.7 x", 400, ""),
        ("full_name", b"x", 404, ""),
        ("nothing", b"x", 404, ""),
    ],
)
def test_a_refused_upload_of_a_program_is_a_problem_document(
    an: Client, draft: Dossier, field: str, content: bytes | None, status: int, says: str
) -> None:
    data = {} if content is None else {"upload": SimpleUploadedFile("x.pdf", content)}
    answer = an.post(f"/ho-so/nhap/{draft.public_id}/tep-to-khai/{field}/", data)
    assert answer.status_code == status
    if status == 400:
        assert answer["Content-Type"] == "application/problem+json"
        told = json.loads(answer.content)
        assert told["path"] == field
        assert says in told["detail"]
    assert not StoredDocument.objects.exists()


@pytest.fixture
def filed(cast: Cast, an: Client, draft: Dossier) -> Dossier:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg("bo di.jpg")})
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    slot = draft.components.get(required_document__kind="upload")
    services.attach_file(actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot.pk, upload=factory.pdf_upload())
    services.choose_delivery(actor=cast.actor("an"), dossier_id=draft.pk, delivery="desk")
    return services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)


def test_the_filed_dossier_holds_the_named_files_and_tells_them_everywhere(
    cast: Cast, an: Client, as_: SignIn, filed: Dossier
) -> None:
    photo = photo_of(filed)
    assert [str(link.document_id) for link in filed.declaration_files.all()] == [photo["document"]]
    facts = slip_facts(filed, SlipOccasion.SUBMITTED, filed.version)
    assert {"name": "anh the.jpg", "size": photo["size"], "sha256": photo["sha256"]} in facts["files"]  # type: ignore[operator]
    own = an.get(f"/ho-so/{filed.code}/")
    assert "Ảnh 4x6 anh the.jpg" in words(own)
    assert f"/ho-so/{filed.code}/to-khai/{photo['document']}/" in source(own)
    desk = as_("binh").get(f"/mot-cua/{filed.code}/")
    assert "Tệp trong tờ khai Ảnh 4x6 anh the.jpg" in words(desk)
    assert photo["sha256"] in source(desk)


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        ("clean", 200, ""),
        ("pending", 409, "Chưa quét xong nên chưa mở được."),
        ("failed", 409, "Máy quét không quét được tệp này"),
        ("infected", 403, "Tệp có mã độc, không ai mở được."),
    ],
)
def test_an_officer_opens_only_what_was_scanned(
    as_: SignIn, filed: Dossier, settings: Settings, state: str, status: int, sentence: str
) -> None:
    settings.CLAMD_HOST = "clamav"
    document = photo_of(filed)["document"]
    StoredDocument.objects.filter(pk=document).update(scan_state=state)
    address = f"/mot-cua/{filed.code}/to-khai/{document}/"

    page = as_("binh").get(f"/mot-cua/{filed.code}/").content.decode()
    answer = as_("binh").get(address)

    assert answer.status_code == status
    b"".join(answer)
    assert sentence in page
    # What may not be opened is neither linked nor loaded into the page.
    assert (address in page) is (status == 200)


def test_only_the_citizen_and_the_officers_of_the_agencies_open_a_file(as_: SignIn, filed: Dossier) -> None:
    document = photo_of(filed)["document"]
    citizen, desk = f"/ho-so/{filed.code}/to-khai/{document}/", f"/mot-cua/{filed.code}/to-khai/{document}/"
    allowed = {("an", citizen), ("binh", desk), ("hoa", desk)}
    for name in ("an", "chi", "binh", "hoa", "lan"):
        for address in (citizen, desk):
            answer = as_(name).get(address)
            if (name, address) in allowed:
                assert finish(answer) == picture()
                assert "sandbox" in answer["Content-Security-Policy"]
            else:
                assert answer.status_code in (403, 404), (name, address)
    assert Client().get(citizen).status_code == 302
    assert as_("an").get(f"/ho-so/{filed.code}/to-khai/{uuid4()}/").status_code == 404


def test_a_draft_without_its_photo_cannot_be_filed(an: Client, draft: Dossier) -> None:
    an.post(page_of(draft), ANSWERS)
    answer = an.post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"})
    assert answer.status_code == 422
    assert "Ảnh 4x6: Chọn tệp và tải lên." in summary(answer)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_infected_photo_stops_the_filing(cast: Cast, an: Client, draft: Dossier) -> None:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    draft.refresh_from_db()
    StoredDocument.objects.filter(pk=photo_of(draft)["document"]).update(scan_state="infected")

    answer = an.post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"})

    assert answer.status_code == 422
    assert "Ảnh 4x6: Tệp “anh the.jpg” có mã độc. Hãy bỏ tệp này và tải lên tệp khác." in summary(answer)


def test_the_review_lists_the_photo_with_its_hash(an: Client, draft: Dossier) -> None:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    page = an.get(f"/ho-so/nhap/{draft.public_id}/kiem-tra/")
    assert "Tệp trong tờ khai Ảnh 4x6 anh the.jpg" in words(page)
    assert photo_of(draft)["sha256"] in source(page)


def test_a_discarded_draft_takes_its_links_along(an: Client, cast: Cast, draft: Dossier) -> None:
    an.post(page_of(draft), {**ANSWERS, "photo-upload": jpeg()})
    services.discard_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    assert not DeclarationFile.objects.exists()
