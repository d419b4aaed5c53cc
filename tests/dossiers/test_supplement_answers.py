"""Answering a supplement: a copy that officers do not see, judged as at filing, put in place when it is sent."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.datastructures import MultiValueDict

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import DossierNotFound, DraftClosed, SupplementIncomplete, TransitionConflict
from dossiers.models import DeclarationFile, Dossier, DossierFile
from dossiers.selectors import component_file, declaration_file
from dossiers.services import ItemState, SupplementProgress, new_page
from dossiers.services.saving import SaveResult
from portal.core.clock import VIETNAM
from portal.documents.models import StoredDocument
from tests.factories.dossiers import Cast, ask_for, make_processing, pdf_upload
from tests.factories.supplements import fresh, make_family_processing, slot_named, typed


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return make_family_processing(cast)


def save(cast: Cast, dossier: Dossier, section: str = "person", **controls: str) -> SaveResult:
    return services.save_supplement_section(
        actor=cast.actor("an"), dossier_id=dossier.pk, section_key=section, data=typed(**controls), page=None
    )


def progress_of(dossier: Dossier) -> SupplementProgress:
    dossier = fresh(dossier)
    request = dossier.supplements.latest("ordinal")
    request.dossier = dossier
    return SupplementProgress(dossier, request)


def states(dossier: Dossier) -> list[str]:
    return [str(one.state) for one in progress_of(dossier).progress]


def send(cast: Cast, dossier: Dossier, **more: Any) -> Dossier:
    return services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, **more)


def attach(cast: Cast, dossier: Dossier, slot: str, name: str = "moi.pdf") -> DossierFile:
    return services.attach_supplement_file(
        actor=cast.actor("an"),
        dossier_id=dossier.pk,
        component_id=slot_named(dossier, slot).pk,
        upload=pdf_upload(name, name),
    )


def test_a_mended_field_goes_to_the_copy_and_the_dossier_stays_until_it_is_sent(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "full_name")
    before = dict(dossier.answers)
    save(cast, dossier, full_name="Nguyễn Thị Ân")
    after = fresh(dossier)
    assert after.answers == before
    request = after.supplements.get()
    assert request.answers == {**before, "full_name": "Nguyễn Thị Ân"}
    assert request.saved_at is not None
    assert states(dossier) == ["done"]
    send(cast, dossier)
    after, request = fresh(dossier), after.supplements.get()
    assert after.answers == {**before, "full_name": "Nguyễn Thị Ân"}
    assert (request.answers_before, request.answers) == (before, after.answers)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(request).objects.filter(pk=request.pk).update(answers_before={})


def test_only_what_was_asked_for_can_be_mended(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "full_name")
    save(cast, dossier, full_name="Nguyễn Thị Ân", is_married="yes", **{"children-0-name": "Khác", "children": "1"})
    request = dossier.supplements.get()
    assert request.answers == {**dossier.answers, "full_name": "Nguyễn Thị Ân"}
    with pytest.raises(DossierNotFound):
        save(cast, dossier, section="more", contact="Gọi")
    with pytest.raises(DossierNotFound):
        save(cast, dossier, section="person~", is_married="yes")
    with pytest.raises(DossierNotFound):
        services.save_supplement_section(
            actor=cast.actor("chi"), dossier_id=dossier.pk, section_key="person", data=typed(full_name="X"), page=None
        )


def test_nothing_can_be_mended_where_only_a_document_was_asked_for(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, slot=slot_named(dossier, "Ảnh chân dung").pk)
    with pytest.raises(DossierNotFound):
        save(cast, dossier, full_name="Khác")


def test_a_changed_answer_opens_the_questions_and_the_documents_that_hang_on_it(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "is_married")
    paper = slot_named(dossier, "Giấy chứng nhận kết hôn")
    assert not paper.is_needed
    save(cast, dossier, is_married="yes")
    progress = progress_of(dossier)
    assert [(one.section_key, one.field_key) for one in progress.other_faults] == [("person", "spouse")]
    with pytest.raises(SupplementIncomplete) as refusal:
        send(cast, dossier)
    assert set(refusal.value.fields) == {"field:spouse", f"component:{paper.pk}"}
    save(cast, dossier, is_married="yes", spouse="Trần Văn Chồng")
    with pytest.raises(SupplementIncomplete) as refusal:
        send(cast, dossier)
    assert set(refusal.value.fields) == {f"component:{paper.pk}"}
    assert fresh(dossier).state == DossierState.SUPPLEMENT_REQUESTED
    attach(cast, dossier, "Giấy chứng nhận kết hôn")
    send(cast, dossier)
    after = fresh(dossier)
    assert after.answers["spouse"] == "Trần Văn Chồng"
    paper.refresh_from_db()
    assert (paper.is_needed, paper.files.count()) == (True, 1)


def test_a_document_needed_no_more_is_not_asked_for_and_its_new_files_go(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "is_married")
    save(cast, dossier, is_married="yes", spouse="Trần Văn Chồng")
    attach(cast, dossier, "Giấy chứng nhận kết hôn")
    save(cast, dossier, is_married="no")
    assert states(dossier) == ["to_do"]
    assert progress_of(dossier).request.answers == dossier.answers
    send(cast, dossier, note="Khai đúng rồi")
    paper = slot_named(dossier, "Giấy chứng nhận kết hôn")
    assert (paper.is_needed, fresh(dossier).answers) == (False, dossier.answers)
    assert not paper.files.exists()


def test_a_wrong_answer_is_kept_as_typed_and_keeps_it_from_being_sent(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "children")
    save(cast, dossier, children="1", **{"children-0-name": "Nguyễn Bé", "children-0-born": "hôm qua"})
    one = progress_of(dossier).progress[0]
    assert (one.state, bool(one.problem)) == (ItemState.TO_DO, True)
    with pytest.raises(SupplementIncomplete):
        send(cast, dossier, note="Ghi chú không thay được ngày sai")
    assert fresh(dossier).supplements.get().raw_invalid["children"][0]["born"] == "hôm qua"
    save(cast, dossier, children="1", **{"children-0-name": "Nguyễn Bé", "children-0-born": "02/02/2020"})
    send(cast, dossier)
    assert fresh(dossier).answers["children"] == [{"name": "Nguyễn Bé", "born": "2020-02-02"}]


def test_every_item_is_given_or_explained(cast: Cast, dossier: Dossier) -> None:
    request = ask_for(cast, dossier, "full_name", "contact", slot=slot_named(dossier, "Ảnh chân dung").pk)
    name, contact, photo = request.items.all()
    with pytest.raises(SupplementIncomplete) as refusal:
        send(cast, dossier)
    assert set(refusal.value.fields) == {f"item:{one.pk}" for one in (name, contact, photo)}
    services.keep_supplement_notes(
        actor=cast.actor("an"), dossier_id=dossier.pk, notes={name.pk: "Tên tôi đúng như vậy"}, message="Chào cán bộ"
    )
    save(cast, dossier, section="more", contact="Gọi buổi sáng")
    attach(cast, dossier, "Ảnh chân dung")
    assert states(dossier) == ["noted", "done", "done"]
    send(cast, dossier)
    after = fresh(dossier)
    assert after.supplements.get().answer_note == "Chào cán bộ"
    assert after.journal.latest("sequence").public_note == "Chào cán bộ\nTên tôi đúng như vậy"


def test_notes_are_kept_until_it_is_sent_and_not_after(cast: Cast, dossier: Dossier) -> None:
    item = ask_for(cast, dossier, "full_name").items.get()
    keep = {"actor": cast.actor("an"), "dossier_id": dossier.pk}
    assert services.keep_supplement_notes(**keep, notes={item.pk: " Đúng \r\nrồi ", 999_999: "lạ"}) == {}
    item.refresh_from_db()
    assert item.answer_note == "Đúng \nrồi"
    long = "x" * 2001
    assert services.keep_supplement_notes(**keep, notes={item.pk: long}, message=long) == {item.pk: long, 0: long}
    item.refresh_from_db()
    assert item.answer_note == "Đúng \nrồi"
    send(cast, dossier)
    with pytest.raises(DraftClosed):
        services.keep_supplement_notes(**keep, notes={item.pk: "Muộn"})
    with pytest.raises(DraftClosed):
        save(cast, dossier, full_name="Muộn")


def test_a_file_with_malware_is_no_answer(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, slot=slot_named(dossier, "Ảnh chân dung").pk)
    file = attach(cast, dossier, "Ảnh chân dung")
    StoredDocument.objects.filter(pk=file.document_id).update(scan_state="infected")
    with pytest.raises(SupplementIncomplete):
        send(cast, dossier, note="Gửi rồi")
    assert states(dossier) == ["to_do"]


def test_a_file_inside_the_declaration_is_given_again_and_the_old_one_stays(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "portrait")

    def take(name: str) -> str:
        taken = services.take_files(
            actor=cast.actor("an"),
            dossier_id=dossier.pk,
            section_key="person",
            data=typed(),
            files=MultiValueDict({"portrait-upload": [pdf_upload(name, name)]}),
            is_supplement=True,
        )
        document = taken.data["portrait"]
        save(cast, dossier, portrait=document)
        return str(document)

    take("bo-di.pdf")
    kept = take("anh.pdf")
    assert fresh(dossier).answers.get("portrait") is None
    link = DeclarationFile.objects.get(document_id=kept)
    # Only its owner sees it before it is sent.
    with pytest.raises(DossierNotFound):
        declaration_file(dossier, link.document_id)
    assert declaration_file(dossier, link.document_id, with_unsent_supplement=True) == link
    send(cast, dossier)
    assert fresh(dossier).answers["portrait"][0]["document"] == kept
    assert [file.document.original_name for file in DeclarationFile.objects.all()] == ["anh.pdf"]
    assert declaration_file(dossier, link.document_id) == link
    with pytest.raises(DatabaseError), transaction.atomic():
        link.delete()


def test_an_answer_of_nothing_but_documents_leaves_the_declaration_alone(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, slot=slot_named(dossier, "Bản gốc đối chiếu").pk)
    with pytest.raises(SupplementIncomplete):
        send(cast, dossier)
    send(cast, dossier, note="Tôi sẽ mang đến")
    request = dossier.supplements.get()
    assert (request.answers, request.answers_before) == (dossier.answers, dossier.answers)
    assert request.items.get().answer_note == "Tôi sẽ mang đến"


def test_unsent_files_are_the_citizens_alone(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, slot=slot_named(dossier, "Ảnh chân dung").pk)
    file = attach(cast, dossier, "Ảnh chân dung")
    with pytest.raises(DossierNotFound):
        component_file(dossier, file.pk, with_unsent_supplement=False)
    send(cast, dossier)
    assert component_file(dossier, file.pk, with_unsent_supplement=False) == file
    with pytest.raises(DatabaseError), transaction.atomic():
        file.delete()


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=VIETNAM)


def test_both_due_dates_are_kept(cast: Cast, seeded_calendar: None) -> None:
    with time_machine.travel(at(20, 9), tick=False):
        dossier = make_processing(cast)
    with time_machine.travel(at(21, 9), tick=False):
        ask_for(cast, dossier, "reason")
    with time_machine.travel(at(22, 9), tick=False):
        send(cast, dossier, note="Đã đúng")
    after, request = fresh(dossier), dossier.supplements.get()
    assert (request.due_before, request.due_after) == (at(23, 9), at(24, 9))
    assert (after.first_due_at, after.due_at) == (at(23, 9), at(24, 9))


def test_two_pages_of_the_copy_lose_nothing(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "full_name", "is_married")
    progress = progress_of(dossier)
    section = progress.editable_section("person")
    pages = [new_page(progress.request, section) for _tab in range(2)]

    def save_on(page: Any, **controls: str) -> SaveResult:
        return services.save_supplement_section(
            actor=cast.actor("an"), dossier_id=dossier.pk, section_key="person", data=typed(**controls), page=page
        )

    save_on(pages[0], full_name="Tên ở thẻ một", is_married="no")
    other = save_on(pages[1], full_name="Nguyễn Thị An", is_married="yes")
    assert [spec.key for spec in other.merged] == ["full_name"]
    assert dossier.supplements.get().answers["full_name"] == "Tên ở thẻ một"
    assert dossier.supplements.get().answers["is_married"] is True
    clash = save_on(pages[1], full_name="Tên ở thẻ hai", is_married="yes")
    assert [one.spec.key for one in clash.conflicts] == ["full_name"]
    assert dossier.supplements.get().answers["full_name"] == "Tên ở thẻ một"
    progress = progress_of(dossier)
    services.settle_supplement_section(
        actor=cast.actor("an"),
        dossier_id=dossier.pk,
        section_key="person",
        data=typed(full_name="Tên ở thẻ hai", is_married="yes"),
        chosen={"full_name"},
        page=new_page(progress.request, progress.editable_section("person")),
    )
    assert dossier.supplements.get().answers["full_name"] == "Tên ở thẻ hai"


def test_a_dossier_stopped_meanwhile_takes_nothing_more(cast: Cast, dossier: Dossier) -> None:
    ask_for(cast, dossier, "full_name")
    services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Quá hạn")
    with pytest.raises(TransitionConflict):
        send(cast, dossier, note="Muộn")
    with pytest.raises(DraftClosed):
        save(cast, dossier, full_name="Muộn")
