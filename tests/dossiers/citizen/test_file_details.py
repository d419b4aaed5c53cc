"""What a person says of a file: what it is, a note, the order; limits of one slot; what is doubtful before filing."""

import re
from typing import Any

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import InternalError
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.errors import DossierIncomplete
from dossiers.models import Dossier, DossierComponent, DossierFile
from portal.documents.models import StoredDocument
from procedures.models import RequiredDocument
from tests.documents import sample_files as sample
from tests.documents import signing
from tests.dossiers.citizen.conftest import SignIn, finish, source, summary, tasks, title, words
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast, pdf_upload


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """With three files."""
    draft = make.make_draft(cast, has_file=False)
    for name in ("mot.pdf", "hai.pdf", "ba.pdf"):
        attach(cast, draft, pdf_upload(name, name[:2]))
    return draft


def slot_of(dossier: Dossier) -> DossierComponent:
    return dossier.components.get(required_document__kind="upload")


def attach(cast: Cast, draft: Dossier, upload: SimpleUploadedFile, **more: Any) -> DossierFile:
    return services.attach_file(
        actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot_of(draft).pk, upload=upload, **more
    )


def page_of(draft: Dossier) -> str:
    return f"/ho-so/nhap/{draft.public_id}/giay-to/"


def in_order(dossier: Dossier) -> list[str]:
    files = DossierFile.objects.filter(component__dossier=dossier).order_by("position", "id")
    return [file.document.original_name for file in files.select_related("document")]


def file_named(name: str) -> DossierFile:
    return DossierFile.objects.select_related("document").get(document__original_name=name)


def ask_for(draft: Dossier, **what: Any) -> None:
    """Change what the (published, therefore guarded) revision asks of the slot, as an administrator could have before."""
    with pgtrigger.ignore("procedures.RequiredDocument:part_of_published_frozen"):
        RequiredDocument.objects.filter(pk=slot_of(draft).required_document_id).update(**what)


def test_kind_and_note_are_kept_whatever_button_is_pressed(an: Client, draft: Dossier) -> None:
    file = file_named("hai.pdf")
    said = {f"kind-{file.pk}": "certified_copy", f"caption-{file.pk}": "  Mặt sau,  trang 2 "}

    answer = an.post(page_of(draft), {**said, "stay": "1"})

    assert (answer.status_code, answer["Location"]) == (302, page_of(draft))
    file.refresh_from_db()
    assert (file.copy_kind, file.caption) == ("certified_copy", "Mặt sau, trang 2")
    page = words(an.get(page_of(draft)))
    assert "Bản sao có chứng thực" in page
    assert "Mặt sau, trang 2" in page


def test_a_note_that_is_too_long_stays_as_typed_and_the_others_are_kept(an: Client, draft: Dossier) -> None:
    long, good = file_named("mot.pdf"), file_named("ba.pdf")

    page = an.post(page_of(draft), {f"caption-{long.pk}": "x" * 201, f"caption-{good.pk}": "Được"})

    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Giấy tờ - ")
    assert summary(page) == "Có tệp chưa nhận được Ghi chú của tệp “mot.pdf” dài quá 200 ký tự."
    assert f'href="#ghi-chu-{long.pk}"' in source(page)
    assert f'value="{"x" * 201}"' in source(page)
    long.refresh_from_db()
    good.refresh_from_db()
    assert (long.caption, good.caption) == ("", "Được")


def test_a_kind_that_is_none_of_ours_is_not_said(an: Client, draft: Dossier) -> None:
    file = file_named("mot.pdf")
    an.post(page_of(draft), {f"kind-{file.pk}": "<script>", f"caption-{file.pk}": "a\x00b"})
    file.refresh_from_db()
    assert (file.copy_kind, file.caption) == ("", "ab")


def test_files_are_moved_one_place_and_stop_at_the_ends(an: Client, draft: Dossier) -> None:
    moves = [
        ("ba.pdf", "len", ["mot.pdf", "ba.pdf", "hai.pdf"]),
        ("ba.pdf", "len", ["ba.pdf", "mot.pdf", "hai.pdf"]),
        ("ba.pdf", "len", ["ba.pdf", "mot.pdf", "hai.pdf"]),
        ("ba.pdf", "xuong", ["mot.pdf", "ba.pdf", "hai.pdf"]),
        ("hai.pdf", "xuong", ["mot.pdf", "ba.pdf", "hai.pdf"]),
    ]
    for name, word, expected in moves:
        file = file_named(name)
        answer = an.post(f"/ho-so/nhap/{draft.public_id}/tep/{file.pk}/{word}/")
        assert answer["Location"] == f"{page_of(draft)}#tep-da-gui-{file.pk}"
        assert in_order(draft) == expected
    page = source(an.get(page_of(draft)))
    assert re.findall(r'<a href="[^"]+/tep/\d+/">([^<]+)</a>', page) == ["mot.pdf", "ba.pdf", "hai.pdf"]
    assert an.post(f"/ho-so/nhap/{draft.public_id}/tep/{file.pk}/ngang/").status_code == 404


def test_the_order_is_the_officer_s_too(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    services.move_file(
        actor=cast.actor("an"), dossier_id=draft.pk, is_supplement=False, file_id=file_named("ba.pdf").pk, by=-1
    )
    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()

    positions = [page.index(f">{name}<span") for name in ("mot.pdf", "ba.pdf", "hai.pdf")]
    assert positions == sorted(positions)


def test_moving_or_taking_out_keeps_what_was_typed_and_chosen(an: Client, draft: Dossier) -> None:
    first, second = file_named("mot.pdf"), file_named("hai.pdf")
    slot = slot_of(draft)

    an.post(
        f"/ho-so/nhap/{draft.public_id}/tep/{second.pk}/bo/",
        {f"caption-{first.pk}": "Giữ lại", f"upload-{slot.pk}": pdf_upload("bon.pdf", "4")},
    )

    first.refresh_from_db()
    assert first.caption == "Giữ lại"
    assert in_order(draft) == ["mot.pdf", "ba.pdf", "bon.pdf"]


def test_files_of_another_draft_are_neither_described_nor_moved(cast: Cast, an: Client, draft: Dossier) -> None:
    other = make.make_draft(cast)
    foreign = file_named("giay-to.pdf")

    an.post(page_of(draft), {f"caption-{foreign.pk}": "Của người khác", f"kind-{foreign.pk}": "original"})
    assert an.post(f"/ho-so/nhap/{draft.public_id}/tep/{foreign.pk}/len/").status_code == 404

    foreign.refresh_from_db()
    assert foreign.caption == ""
    assert in_order(other) == ["giay-to.pdf"]


def test_what_was_handed_in_can_be_changed_by_nobody(cast: Cast) -> None:
    make.make_filed(cast)
    file = DossierFile.objects.get()
    for act in (
        lambda: DossierFile.objects.filter(pk=file.pk).update(caption="khác"),
        lambda: DossierFile.objects.filter(pk=file.pk).delete(),
    ):
        with pytest.raises(InternalError, match="handed in"), transaction.atomic():
            act()
    assert DossierFile.objects.get().caption == ""


def test_a_new_file_of_a_supplement_can_be_changed_until_it_is_sent(cast: Cast) -> None:
    dossier, actor = make.make_supplement_requested(cast), cast.actor("an")
    file = services.attach_supplement_file(
        actor=actor, dossier_id=dossier.pk, component_id=slot_of(dossier).pk, upload=pdf_upload("moi.pdf", "2")
    )
    details = {file.pk: services.FileDetails(copy_kind="plain_copy", caption="Bản rõ hơn")}
    services.describe_files(actor=actor, dossier_id=dossier.pk, is_supplement=True, details=details)
    file.refresh_from_db()
    assert (file.copy_kind, file.caption) == ("plain_copy", "Bản rõ hơn")
    services.answer_supplement(actor=actor, dossier_id=dossier.pk)
    with pytest.raises(InternalError), transaction.atomic():
        file.delete()


# --- what a slot asks -------------------------------------------------------------------------------------------------
def test_where_only_originals_are_asked_for_nothing_is_asked_of_the_person(an: Client, draft: Dossier) -> None:
    assert {file.copy_kind for file in DossierFile.objects.all()} == {"original"}
    page = source(an.get(page_of(draft)))
    assert "kind-of-" not in page


def test_where_copies_are_asked_for_the_person_says_which_it_is(cast: Cast, an: Client) -> None:
    draft = make.make_draft(cast, has_file=False)
    ask_for(draft, originals=1, copies=2)
    slot = slot_of(draft)
    page = an.get(page_of(draft))
    assert f'name="kind-of-{slot.pk}"' in source(page)
    assert "1 bản chính" in words(page)
    assert "2 bản sao" in words(page)

    an.post(
        f"{page_of(draft)}{slot.pk}/",
        {f"upload-{slot.pk}": pdf_upload("sao.pdf"), f"kind-of-{slot.pk}": "certified_copy"},
    )

    assert DossierFile.objects.get().copy_kind == "certified_copy"


def test_limits_of_one_slot_are_said_before_and_applied_after(cast: Cast, an: Client, settings: Settings) -> None:
    draft = make.make_draft(cast, has_file=False)
    ask_for(draft, max_files=2, max_megabytes=1, accepted_files="scan")
    slot = slot_of(draft)
    page = an.get(page_of(draft))
    own = "Riêng giấy tờ này: chỉ nhận tệp PDF, ảnh (JPG, PNG, HEIC), mỗi tệp nặng nhất 1,0 MB, nhiều nhất 2 tệp."
    assert own in words(page).replace("\u00a0", " ")
    assert f'aria-describedby="gioi-han-{slot.pk}"' in source(page)
    assert 'accept=".pdf,.jpg,.jpeg,.jfif,.jpe,.png,.heic,.heif"' in source(page)

    refused = an.post(
        f"{page_of(draft)}{slot.pk}/",
        {
            f"upload-{slot.pk}": [
                SimpleUploadedFile("bang.xlsx", sample.xlsx()),
                SimpleUploadedFile("to.pdf", sample.pdf() + b" " * 1_000_000),
                pdf_upload("mot.pdf", "1"),
                pdf_upload("hai.pdf", "2"),
                pdf_upload("ba.pdf", "3"),
            ]
        },
    )

    said = summary(refused).replace("\u00a0", " ")
    assert "bang.xlsx: Ở đây chỉ nhận PDF, ảnh (JPG, PNG, HEIC)." in said
    assert "to.pdf: Tệp này lớn hơn 1,0 MB" in said
    assert "ba.pdf: Mỗi loại giấy tờ nhận nhiều nhất 2 tệp." in said
    assert in_order(draft) == ["mot.pdf", "hai.pdf"]


def test_the_portal_s_limits_stand_before_the_upload(an: Client, draft: Dossier) -> None:
    said = words(an.get(page_of(draft))).replace("\u00a0", " ")
    assert (
        "Nhận tệp PDF, ảnh (JPG, PNG, HEIC) và văn bản (DOCX, XLSX, ODT), mỗi tệp nặng nhất 20,0 MB, "
        "mỗi loại giấy tờ nhiều nhất 10 tệp."
    ) in said


def test_a_camera_is_offered_where_pictures_are_taken(cast: Cast, an: Client) -> None:
    draft = make.make_draft(cast, has_file=False)
    camera = 'accept="image/*" capture="environment"'
    assert camera in source(an.get(page_of(draft)))
    ask_for(draft, accepted_files="pdf")
    assert camera not in source(an.get(page_of(draft)))


def test_a_photo_is_shown_small(cast: Cast, an: Client) -> None:
    draft = make.make_draft(cast, has_file=False)
    file = attach(cast, draft, SimpleUploadedFile("anh.jpg", sample.picture()))
    url = f"/ho-so/nhap/{draft.public_id}/tep/{file.pk}/"
    assert f'<img src="{url}?nho=1" alt="" loading="lazy">' in source(an.get(page_of(draft)))
    small = an.get(f"{url}?nho=1")
    assert small["Content-Type"] == "image/jpeg"
    assert len(small.content) < 20_000


def doubts_about(draft: Dossier) -> dict[int, list[str]]:
    """By slot; sound ones are left out."""
    found = {slot.pk: services.doubts_about_slot(slot, slot.files.all()) for slot in draft.components.all()}
    return {pk: sentences for pk, sentences in found.items() if sentences}


# --- what was found ---------------------------------------------------------------------------------------------------
def test_a_broken_signature_is_shown_in_the_slot_before_filing_and_to_the_officer(
    cast: Cast, an: Client, as_: SignIn
) -> None:
    draft = make.make_draft(cast, has_file=False)
    content = signing.with_a_changed_byte(signing.signed())
    attach(cast, draft, SimpleUploadedFile("quyet-dinh.pdf", content))
    sentence = "Tệp bị sửa sau khi ký: chữ ký số của NGUYỄN VĂN A"
    assert sentence in words(an.get(page_of(draft)))
    review = words(an.get(f"/ho-so/nhap/{draft.public_id}/kiem-tra/"))
    assert "Có 1 điểm nên xem lại trước khi nộp" in review
    assert "Chữ ký số trong tệp “quyet-dinh.pdf” không hợp lệ hoặc không kiểm tra được." in review
    assert doubts_about(draft) == {
        slot_of(draft).pk: ["Chữ ký số trong tệp “quyet-dinh.pdf” không hợp lệ hoặc không kiểm tra được."]
    }

    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    assert sentence in words(as_("binh").get(f"/mot-cua/{dossier.code}/"))


def test_a_sound_slot_raises_no_doubt(draft: Dossier) -> None:
    assert doubts_about(draft) == {}


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["", "original"], "Hãy ghi rõ từng tệp của “Giấy tờ tùy thân” là bản chính hay bản sao."),
        (["plain_copy"], "“Giấy tờ tùy thân” cần bản chính, mà chưa tệp nào là bản chính."),
        (["original"], "“Giấy tờ tùy thân” còn cần bản sao, mà mọi tệp đều là bản chính."),
        (["original", "plain_copy"], None),
        (["original", "certified_copy", "original"], None),
    ],
)
def test_kinds_that_are_asked_for_and_not_given_are_doubtful(
    cast: Cast, kinds: list[str], sentence: str | None
) -> None:
    draft = make.make_draft(cast, has_file=False)
    ask_for(draft, originals=1, copies=1)
    for number, kind in enumerate(kinds):
        attach(cast, draft, pdf_upload(f"{number}.pdf", str(number)), copy_kind=kind)

    assert doubts_about(draft) == ({slot_of(draft).pk: [sentence]} if sentence else {})


def _found(state: str) -> None:
    StoredDocument.objects.update(scan_state=state)


def test_malware_is_said_in_the_slot_and_keeps_the_dossier_from_being_filed(cast: Cast, an: Client) -> None:
    draft = make.make_draft(cast)
    _found("infected")
    file = DossierFile.objects.get()
    page = an.get(page_of(draft))
    assert "Tệp này có mã độc nên không mở được và không nộp được." in words(page)
    assert f'href="/ho-so/nhap/{draft.public_id}/tep/{file.pk}/"' not in source(page)
    assert tasks(page)[1] == "2. Giấy tờ Còn thiếu 1"
    assert an.get(f"/ho-so/nhap/{draft.public_id}/tep/{file.pk}/").status_code == 403

    with pytest.raises(DossierIncomplete) as caught:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    assert list(caught.value.fields.values()) == [
        "Tệp “giay-to.pdf” trong “Giấy tờ tùy thân” có mã độc. Hãy bỏ tệp này và tải lên tệp khác."
    ]
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("state", ["not_scanned", "pending", "scanning", "clean", "failed"])
def test_a_scan_that_goes_on_keeps_nobody_from_filing_or_looking(cast: Cast, an: Client, state: str) -> None:
    draft = make.make_draft(cast)
    _found(state)
    shown = an.get(f"/ho-so/nhap/{draft.public_id}/tep/{DossierFile.objects.get().pk}/")
    assert shown.status_code == 200
    finish(shown)

    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    assert dossier.state == "submitted"
