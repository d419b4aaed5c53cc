"""A person who filed on paper and reads no mail brings the supplement to the desk: recorded there, on their behalf."""

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import services
from dossiers.enums import DossierState, Transition
from dossiers.errors import SupplementIncomplete, TransitionConflict
from dossiers.models import Dossier, JournalEntry
from dossiers.services import BroughtToDesk
from portal.core.errors import InvalidInput, NotPermitted
from tests.conftest import SignIn
from tests.factories.counter import make_received_at_counter
from tests.factories.dossiers import Cast, ask_for, make_supplement_requested, pdf_upload
from tests.factories.supplements import fresh, slot_named

pytestmark = pytest.mark.django_db
DOCUMENT = "Giấy tờ tùy thân"


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """On paper, of An, who has no address for mails; Hòa asks for a document and a field."""
    cast.an.email = ""
    cast.an.set_unusable_password()
    cast.an.save()
    return asked_on_paper(cast)


def asked_on_paper(cast: Cast) -> Dossier:
    received = make_received_at_counter(cast)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=received.pk)
    ask_for(cast, received, "reason", slot=slot_named(received, DOCUMENT).pk)
    return fresh(received)


def items_of(dossier: Dossier) -> tuple[int, int]:
    """(the document, the field)"""
    by_field = {item.field_key: item.pk for item in dossier.supplements.get().items.all()}
    return by_field[""], by_field["reason"]


def record(
    cast: Cast, dossier: Dossier, brought: dict[int, BroughtToDesk], *, who: str = "binh", **more: Any
) -> Dossier:
    return services.record_supplement_at_desk(actor=cast.actor(who), dossier_id=dossier.pk, brought=brought, **more)


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def address(dossier: Dossier, word: str = "") -> str:
    return f"/mot-cua/{dossier.code}/{word}"


def test_the_officer_who_asks_is_told_that_no_mail_goes_out(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    page = text(as_("hoa").get(address(dossier)))
    assert "Người nộp không có thư điện tử nên cổng không báo được: hãy" in page
    assert "bộ phận một cửa ghi ở “Người nộp bổ sung tại quầy”" in page


def test_whoever_has_an_address_needs_no_telling(cast: Cast, as_: SignIn) -> None:
    assert "cổng không báo được" not in text(as_("hoa").get(address(make_supplement_requested(cast))))


def test_the_desk_records_what_was_brought_and_the_clock_runs_on(cast: Cast, as_: SignIn, dossier: Dossier) -> None:
    document, field = items_of(dossier)
    bench = as_("binh")
    page = text(bench.get(address(dossier)))
    assert "Người nộp bổ sung tại quầy" in page
    assert f'name="giay-{document}"' in page
    assert f'name="giay-{field}"' not in page
    answer = bench.post(
        address(dossier, "nop-bo-sung/"),
        {
            "seen_version": dossier.version,
            f"chinh-{document}": "1",
            f"sao-{document}": "2",
            f"giay-{document}": pdf_upload("moi.pdf", "moi"),
            f"loi-{field}": "Xin việc ở xã",
        },
    )
    assert answer.status_code == 302
    after, request = fresh(dossier), dossier.supplements.get()
    assert after.state == DossierState.PROCESSING
    assert request.due_after is not None
    assert after.due_at == request.due_after
    line = JournalEntry.objects.get(act=Transition.ANSWER_SUPPLEMENT)
    assert (line.actor_name, line.details["on_behalf"], line.public_note) == ("Trần Văn Bình", True, "Xin việc ở xã")
    slot = slot_named(dossier, DOCUMENT)
    # One original lay at the desk from the filing.
    assert (slot.originals_kept, slot.copies_kept) == (2, 2)
    scan = slot.files.get()
    assert (scan.digitised_by, scan.supplement) == (cast.binh, request)
    assert "Nộp tại quầy: bản chính 1, bản sao 2" in " ".join(
        text(bench.get(address(dossier))).replace('<span class="soft">', "").replace("</span>", "").split()
    )


def test_the_applicants_page_says_that_the_desk_wrote_it_down(cast: Cast, as_: SignIn) -> None:
    dossier = asked_on_paper(cast)
    record(cast, dossier, {}, note="Không có giấy khác")
    assert "Bạn nộp bổ sung tại quầy, cán bộ một cửa ghi lại" in text(as_("an").get(f"/ho-so/{dossier.code}/"))


def test_sheets_alone_answer_a_document_and_a_word_answers_the_rest(cast: Cast, dossier: Dossier) -> None:
    document, field = items_of(dossier)
    with pytest.raises(SupplementIncomplete) as refusal:
        record(cast, dossier, {document: BroughtToDesk(originals=1)})
    assert set(refusal.value.fields) == {f"item:{field}"}
    assert slot_named(dossier, DOCUMENT).originals_kept == 1
    assert fresh(dossier).state == DossierState.SUPPLEMENT_REQUESTED
    record(cast, dossier, {document: BroughtToDesk(originals=1), field: BroughtToDesk(note="Đúng rồi")})
    assert fresh(dossier).state == DossierState.PROCESSING


def test_a_count_that_cannot_be_and_a_file_that_is_none_change_nothing(cast: Cast, dossier: Dossier) -> None:
    document, _field = items_of(dossier)
    empty = SimpleUploadedFile("trong.pdf", b"", content_type="application/pdf")
    for brought, place in [(BroughtToDesk(copies=100), "sheets"), (BroughtToDesk(scans=(empty,)), "scans")]:
        with pytest.raises(InvalidInput) as refusal:
            record(cast, dossier, {document: brought}, note="Còn lại")
        assert set(refusal.value.fields) == {f"{place}:{document}"}
    assert fresh(dossier).version == dossier.version
    assert not slot_named(dossier, DOCUMENT).files.exists()


def test_what_is_missing_is_said_beside_its_item_and_the_file_is_chosen_again(
    cast: Cast, as_: SignIn, dossier: Dossier
) -> None:
    document, field = items_of(dossier)
    answer = as_("binh").post(
        address(dossier, "nop-bo-sung/"),
        {"seen_version": dossier.version, f"giay-{document}": pdf_upload(), f"loi-{document}": "Bản này rõ hơn"},
    )
    assert answer.status_code == 422
    assert "Hãy chọn lại tệp: trình duyệt không giữ tệp đã chọn." in text(answer)
    assert f'id="nop-bo-sung-loi-{field}_error"' in text(answer)
    assert "Bản này rõ hơn" in text(answer)
    assert fresh(dossier).state == DossierState.SUPPLEMENT_REQUESTED


@pytest.mark.parametrize("who", ["chi", "hoa", "dung", "giang", "khanh", "lan"])
def test_nobody_but_the_desk_records_it(cast: Cast, dossier: Dossier, who: str) -> None:
    with pytest.raises(NotPermitted):
        record(cast, dossier, {}, who=who, note="Đã nộp")
    assert fresh(dossier).state == DossierState.SUPPLEMENT_REQUESTED


def test_what_was_filed_online_is_answered_by_its_citizen_alone(cast: Cast, as_: SignIn) -> None:
    online = make_supplement_requested(cast)
    with pytest.raises(NotPermitted):
        record(cast, online, {}, note="Đã nộp")
    assert "Người nộp bổ sung tại quầy" not in text(as_("binh").get(address(online)))


def test_the_head_of_the_desk_records_it_too_and_a_second_press_is_told(cast: Cast, dossier: Dossier) -> None:
    record(cast, dossier, {}, who="mai", note="Không có giấy khác")
    with pytest.raises(TransitionConflict):
        record(cast, dossier, {}, note="Không có giấy khác")
    assert JournalEntry.objects.filter(act=Transition.ANSWER_SUPPLEMENT).count() == 1


def test_what_the_citizen_types_while_the_desk_sends_is_given_back(cast: Cast, as_: SignIn) -> None:
    dossier = asked_on_paper(cast)
    record(cast, dossier, {}, note="Không có giấy khác")
    answer = as_("an").post(f"/ho-so/{dossier.code}/bo-sung/", {"seen_version": dossier.version, "note": "Tôi đang gõ"})
    assert answer.status_code == 409
    assert "Tôi đang gõ" in text(answer)
    assert "Trần Văn Bình đã làm trước: bổ sung hồ sơ, lúc " in text(answer)
