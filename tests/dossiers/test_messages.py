"""Citizen and agency write to each other about a dossier; who waits for whom; nobody else reads along."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction
from django.test import Client

from dossiers import services as dossier_services
from dossiers.enums import Deed, MessageSide
from dossiers.errors import MessageNotFound, NotAwaiting, QuestionsOver
from dossiers.models import AgencyTransfer, Dossier, JournalEntry, Message, MessageReading
from dossiers.selectors import Criteria, rows_of
from dossiers.selectors import messages as selectors
from dossiers.services import messages as talks
from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotPermitted, TemporarilyUnavailable, TooManyRequests
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from portal.notifications.enums import EMAIL, MessageGroup
from portal.notifications.models import ChannelChoice, MailDelivery
from tests.conftest import SignIn
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dossiers import Cast, make_filed, make_handed_over, make_processing, pdf_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
NOT_A_PDF = "Nội dung tệp không đúng với đuôi tên tệp. Hãy lưu lại tệp đúng loại rồi chọn lại."


def awaited(dossier: Dossier) -> tuple[str, bool]:
    row = Dossier.objects.get(pk=dossier.pk)
    return row.awaited_party, row.awaited_since is not None


def status_of(client: Client, address: str) -> int:
    """Of a file, which is read to its end and so closed."""
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


def ask(cast: Cast, dossier: Dossier, text: str = "Bao giờ có kết quả?") -> Message:
    return talks.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text=text)


def reply(cast: Cast, dossier: Dossier, who: str = "hoa", *, asks_reply: bool = False) -> Message:
    return talks.send_to_citizen(
        actor=cast.actor(who), dossier_id=dossier.pk, text="Ngày mai chị nhé", asks_reply=asks_reply
    )


def test_a_question_waits_for_the_agency_and_the_answer_ends_the_wait(cast: Cast) -> None:
    dossier = make_processing(cast)
    with time_machine.travel(clock.now(), tick=False):
        first = ask(cast, dossier)
    assert awaited(dossier) == ("agency", True)
    ask(cast, dossier, "Tôi quên hỏi thêm")
    assert Dossier.objects.get(pk=dossier.pk).awaited_since == first.at
    reply(cast, dossier)
    assert awaited(dossier) == ("", False)
    assert list(dossier.messages.values_list("side", "agency__name")) == [
        ("citizen", "Sở Tư pháp"),
        ("citizen", "Sở Tư pháp"),
        ("agency", "Sở Tư pháp"),
    ]


def test_a_question_of_the_agency_waits_for_the_citizen_through_later_words(cast: Cast) -> None:
    dossier = make_processing(cast)
    reply(cast, dossier, asks_reply=True)
    reply(cast, dossier)
    assert awaited(dossier) == ("citizen", True)
    ask(cast, dossier, "Vâng")
    assert awaited(dossier) == ("agency", True)


def test_waiting_for_an_answer_moves_neither_state_nor_promised_date(cast: Cast) -> None:
    dossier = make_processing(cast)
    reply(cast, dossier, asks_reply=True)
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.due_at, after.next_date_at, after.paused_at) == (
        dossier.state,
        dossier.due_at,
        dossier.next_date_at,
        None,
    )


def test_the_citizens_page_says_that_an_answer_is_to_be_given(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    assert "Chưa cần làm gì" in as_("an").get(f"/ho-so/{dossier.code}/").text
    reply(cast, dossier, asks_reply=True)
    page = as_("an").get(f"/ho-so/{dossier.code}/").text
    assert "Trả lời tin nhắn của cơ quan" in page
    assert "Chưa cần làm gì" not in page


def test_what_needs_no_answer_is_settled_once(cast: Cast) -> None:
    dossier = make_processing(cast)
    ask(cast, dossier, "Cảm ơn")
    talks.settle_messages(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert awaited(dossier) == ("", False)
    with pytest.raises(NotAwaiting):
        talks.settle_messages(actor=cast.actor("hoa"), dossier_id=dossier.pk)


@pytest.mark.parametrize(
    ("who", "may"),
    [("hoa", True), ("dung", True), ("khanh", True), ("binh", False), ("giang", False), ("lan", False), ("an", False)],
)
def test_the_agency_that_has_the_dossier_answers(cast: Cast, who: str, may: bool) -> None:
    dossier = make_processing(cast)
    if may:
        reply(cast, dossier, who)
    else:
        with pytest.raises(NotPermitted):
            reply(cast, dossier, who)
    assert dossier.messages.count() == int(may)


def test_before_receipt_the_desk_answers(cast: Cast) -> None:
    dossier = make_filed(cast)
    ask(cast, dossier)
    assert reply(cast, dossier, "binh").agency == cast.receiving


def test_only_the_applicant_writes_as_the_citizen(cast: Cast) -> None:
    dossier = make_processing(cast)
    for who in ("chi", "hoa"):
        with pytest.raises(NotPermitted):
            talks.send_to_agency(actor=cast.actor(who), dossier_id=dossier.pk, text="Chào")
    assert not Message.objects.exists()


def test_other_words_under_a_sent_token_are_not_thrown_away(cast: Cast, as_: SignIn) -> None:
    dossier, token = make_processing(cast), uuid4()
    address = f"/ho-so/{dossier.code}/tin-nhan/"
    as_("an").post(address, {"text": "Chào", "token": str(token)})
    answer = as_("an").post(address, {"text": "Chào, còn điều này", "token": str(token)})
    assert answer.status_code == 409
    assert "Nội dung dưới đây chưa gửi" in answer.text
    assert "Chào, còn điều này</textarea>" in answer.text
    assert str(token) not in answer.text
    assert list(Message.objects.values_list("text", flat=True)) == ["Chào"]


def test_words_typed_while_nothing_can_be_counted_stay(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise TemporarilyUnavailable

    monkeypatch.setattr(talks, "spend", fail)
    answer = as_("an").post(f"/ho-so/{make_processing(cast).code}/tin-nhan/", {"text": "Chào cơ quan"})
    assert answer.status_code == 503
    assert "Chào cơ quan</textarea>" in answer.text


def test_a_form_sent_twice_is_one_message_and_one_line(cast: Cast) -> None:
    dossier, token = make_processing(cast), uuid4()
    sent = [
        talks.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text="Chào", token=token) for _time in "12"
    ]
    assert sent[0] == sent[1]
    assert JournalEntry.objects.filter(dossier=dossier, act=Deed.SEND_MESSAGE).count() == 1


def test_messages_files_and_readings_are_never_changed_or_deleted(cast: Cast) -> None:
    dossier = make_processing(cast)
    message = talks.send_to_agency(
        actor=cast.actor("an"), dossier_id=dossier.pk, text="Chào", uploads=[pdf_upload("ban-ve.pdf")]
    )
    talks.mark_read(actor=cast.actor("hoa"), side=MessageSide.AGENCY, messages=[message])
    for row in (message, message.files.get(), message.readings.get()):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(InternalError), transaction.atomic():
            rows._raw_delete("default")
    with pytest.raises(InternalError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(text="Khác")


def test_a_refused_file_refuses_the_message_and_is_named(cast: Cast) -> None:
    dossier, bad = make_processing(cast), pdf_upload("anh.pdf")
    bad.file.seek(0)
    bad.file.write(b"Not a PDF at all, whatever its name")
    bad.seek(0)
    with pytest.raises(InvalidInput) as refusal:
        talks.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text="Chào", uploads=[bad])
    assert list(refusal.value.fields) == ["uploads"]
    assert str(refusal.value.fields["uploads"]).startswith("anh.pdf: ")
    assert (Message.objects.count(), awaited(dossier)) == (0, ("", False))


def test_too_many_files_and_no_words_are_said_by_the_field(cast: Cast) -> None:
    dossier = make_processing(cast)
    with pytest.raises(InvalidInput) as refusal:
        talks.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text=" \x00 ", uploads=[pdf_upload()] * 6)
    assert {name: str(words) for name, words in refusal.value.fields.items()} == {
        "text": "Hãy ghi nội dung.",
        "uploads": "Gửi nhiều nhất 5 tệp.",
    }


def test_a_citizen_is_throttled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "MESSAGES_PER_HOUR", 1)
    dossier = make_processing(cast)
    ask(cast, dossier)
    with pytest.raises(TooManyRequests):
        ask(cast, dossier)


def test_the_citizen_gets_one_mail_a_message_without_its_words_and_officers_none(cast: Cast) -> None:
    dossier = make_processing(cast)
    outbox.relay_due(1000)
    MailDelivery.objects.all().delete()
    ask(cast, dossier)
    sent = reply(cast, dossier, asks_reply=True)
    outbox.relay_due(1000)
    outbox.relay_due(1000)
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email) == ("dossier/message", dossier.applicant_email)
    assert mail.subject == f"Hồ sơ {dossier.code}: cơ quan nhắn tin cho bạn"
    assert sent.text not in mail.text_body + mail.html_body
    assert "Cơ quan chờ bạn trả lời." in mail.text_body
    assert f"/ho-so/{dossier.code}/" in mail.text_body


def test_an_ended_dossier_may_be_asked_about_for_thirty_days_and_an_answer_comes_even_later(cast: Cast) -> None:
    dossier = make_handed_over(cast)
    assert dossier.handed_over_at is not None
    last = dossier.handed_over_at + timedelta(days=30)
    with time_machine.travel(last + timedelta(seconds=1), tick=False), pytest.raises(QuestionsOver):
        ask(cast, dossier)
    with time_machine.travel(last, tick=False):
        ask(cast, dossier)
    with time_machine.travel(last + timedelta(days=3), tick=False):
        reply(cast, dossier, "binh")
        with pytest.raises(QuestionsOver):
            reply(cast, dossier, "binh")


def test_notes_are_lines_of_the_journal_that_the_citizen_never_sees(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    answer = as_("binh").post(
        f"/mot-cua/tin-nhan/{dossier.code}/", {"lam": "ghi-chu", "note": "Người này hay gọi điện"}
    )
    assert answer.status_code == 302
    assert JournalEntry.objects.get(act=Deed.WRITE_NOTE).internal_note == "Người này hay gọi điện"
    assert "hay gọi điện" in as_("hoa").get(f"/mot-cua/tin-nhan/{dossier.code}/").text
    for address in (f"/ho-so/{dossier.code}/", f"/ho-so/{dossier.code}/tin-nhan/"):
        assert "hay gọi điện" not in as_("an").get(address).text


# --- who reads what ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "status"), [("hoa", 200), ("binh", 200), ("lan", 404), ("an", 403), ("chi", 403)])
def test_officers_of_the_dossiers_agencies_read_it_and_nobody_else(
    cast: Cast, as_: SignIn, who: str, status: int
) -> None:
    dossier = make_processing(cast)
    ask(cast, dossier)
    assert as_(who).get(f"/mot-cua/tin-nhan/{dossier.code}/").status_code == status


def test_an_agency_that_lost_the_dossier_reads_what_was_said_in_its_time_and_cannot_write(
    cast: Cast, as_: SignIn
) -> None:
    dossier = make_processing(cast)
    message = talks.send_to_agency(
        actor=cast.actor("an"), dossier_id=dossier.pk, text="Lời với sở cũ", uploads=[pdf_upload("cu.pdf")]
    )
    administrator = UserFactory.create(is_staff=True, is_superuser=True)
    transfer = AgencyTransfer.objects.create(
        from_agency=cast.resolving,
        to_agency=AgencyFactory.create(name="Sở mới"),
        decision_number="1",
        effective_on=clock.today(),
    )
    dossier_services.move_dossier(
        actor=Actor(ActorKind.ADMINISTRATOR, administrator.pk), dossier_id=dossier.pk, transfer=transfer
    )
    later = talks.send_to_agency(
        actor=cast.actor("an"), dossier_id=dossier.pk, text="Lời với sở mới", uploads=[pdf_upload("moi.pdf")]
    )
    page = as_("hoa").get(f"/mot-cua/tin-nhan/{dossier.code}/")
    assert page.status_code == 200
    assert "Lời với sở cũ" in page.text
    assert "Lời với sở mới" not in page.text
    base = f"/mot-cua/tin-nhan/{dossier.code}/tep"
    assert status_of(as_("hoa"), f"{base}/{message.files.get().pk}/") == 200
    assert status_of(as_("hoa"), f"{base}/{later.files.get().pk}/") == 404
    assert as_("hoa").post(f"/mot-cua/tin-nhan/{dossier.code}/", {"text": "Chào"}).status_code == 403
    assert as_("hoa").get(f"/mot-cua/{dossier.code}/").status_code == 404


def test_nobody_is_promised_a_mail_that_was_switched_off(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    desk, own = f"/mot-cua/tin-nhan/{dossier.code}/", f"/ho-so/{dossier.code}/tin-nhan/"
    promised = "Công dân nhận một thư báo có tin nhắn"
    assert promised in as_("hoa").get(desk).text
    assert "Bạn được báo qua thư" in as_("an").post(own, {"text": "Bao giờ xong?"}, follow=True).text
    ChannelChoice.objects.create(user=cast.an, group=MessageGroup.MESSAGE, channel=EMAIL, is_on=False)
    page = as_("hoa").get(desk).text
    assert promised not in page
    assert "đã tắt thư báo tin nhắn" in page
    assert "vì bạn không nhận thư báo tin nhắn" in as_("an").post(own, {"text": "Còn một điều"}, follow=True).text


def test_reading_is_marked_once_and_shown_to_who_wrote(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    ask(cast, dossier)
    assert "Chưa xem" in as_("an").get(f"/ho-so/{dossier.code}/tin-nhan/").text
    for _time in "12":
        as_("hoa").get(f"/mot-cua/tin-nhan/{dossier.code}/")
    assert MessageReading.objects.count() == 1
    assert "Đã xem lúc" in as_("an").get(f"/ho-so/{dossier.code}/tin-nhan/").text


def test_an_infected_file_is_opened_by_nobody_and_an_unscanned_one_by_no_officer(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = make_processing(cast)
    message = talks.send_to_agency(
        actor=cast.actor("an"), dossier_id=dossier.pk, text="Chào", uploads=[pdf_upload("a.pdf")]
    )
    monkeypatch.setattr("portal.documents.scanning.is_scanner_configured", lambda: True)
    file = message.files.get()
    own, desk = (f"{base}/{file.pk}/" for base in (
        f"/ho-so/{dossier.code}/tin-nhan/tep", f"/mot-cua/tin-nhan/{dossier.code}/tep"
    ))  # fmt: skip
    StoredDocument.objects.filter(pk=file.document_id).update(scan_state=ScanState.PENDING)
    assert (status_of(as_("an"), own), status_of(as_("hoa"), desk)) == (200, 409)
    StoredDocument.objects.filter(pk=file.document_id).update(scan_state=ScanState.INFECTED)
    assert (status_of(as_("an"), own), status_of(as_("hoa"), desk)) == (403, 403)


# --- lists and pages --------------------------------------------------------------------------------------------------
def test_who_waits_is_listed_the_longest_first_ended_ones_too(cast: Cast) -> None:
    open_one, ended = make_processing(cast), make_handed_over(cast)
    other = make_processing(cast)
    ask(cast, open_one)
    reply(cast, other, asks_reply=True)
    ask(cast, ended)

    def listed(who: str, which: str) -> list[int]:
        return [one.pk for one in selectors.conversation_page(cast.actor(who), which=which).dossiers]

    assert listed("hoa", selectors.TO_ANSWER) == [open_one.pk]
    assert listed("binh", selectors.TO_ANSWER) == [ended.pk]
    assert listed("hoa", selectors.FROM_CITIZENS) == [other.pk]
    assert listed("lan", selectors.TO_ANSWER) == []
    open_one.refresh_from_db()
    assert selectors.rows_to_answer(cast.actor("hoa"), most=5) == [(open_one.code, open_one.awaited_since)]


def test_the_worklist_is_narrowed_by_who_waits(cast: Cast) -> None:
    asking, asked, quiet = (make_processing(cast) for _number in range(3))
    ask(cast, asking)
    reply(cast, asked, asks_reply=True)
    found = {
        word: set(rows_of(cast.actor("hoa"), Criteria.read({"loc": "tat-ca", "tin-nhan": word})))
        for word in ("co-quan", "cong-dan", "spoilt")
    }
    assert found == {"co-quan": {asking}, "cong-dan": {asked}, "spoilt": {asking, asked, quiet}}
    assert Criteria.read({"tin-nhan": "co-quan"}).written() == {"tin-nhan": "co-quan"}


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_with_one_message_and_three(
    cast: Cast, as_: SignIn, django_assert_num_queries: object, count: int
) -> None:
    dossier = make_processing(cast)
    for number in range(count):
        talks.send_to_citizen(
            actor=cast.actor("hoa"), dossier_id=dossier.pk, text=f"Tin {number}", uploads=[pdf_upload()]
        )
    an = as_("an")
    an.get(f"/ho-so/{dossier.code}/tin-nhan/")
    with django_assert_num_queries(11):  # type: ignore[operator]
        an.get(f"/ho-so/{dossier.code}/tin-nhan/")


def test_a_message_with_a_mistake_keeps_what_was_typed_and_says_what_is_taken(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    page = as_("an").post(
        f"/ho-so/{dossier.code}/tin-nhan/", {"text": "Gửi bản vẽ", "uploads": [pdf_upload() for _one in range(6)]}
    )
    assert page.status_code == 422
    assert "Gửi nhiều nhất 5 tệp." in page.text
    assert "Gửi bản vẽ" in page.text
    assert "mỗi tệp nặng nhất 20" in page.text


def test_the_database_refuses_a_wait_without_its_beginning(cast: Cast) -> None:
    dossier = make_processing(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(awaited_party="agency")


def test_why_a_dossier_ended_stays_on_its_page_when_somebody_asks_about_it(cast: Cast, as_: SignIn) -> None:
    dossier = make_filed(cast)
    dossier_services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai mẫu tờ khai")
    ask(cast, dossier, "Mẫu nào mới đúng?")
    answers = as_("an").get(f"/ho-so/{dossier.code}/").text.partition('class="answers"')[2].partition("</dl>")[0]
    assert "Sai mẫu tờ khai" in answers


def test_a_stranger_finds_no_conversation(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    assert as_("chi").get(f"/ho-so/{dossier.code}/tin-nhan/").status_code == 404
    with pytest.raises(MessageNotFound):
        selectors.conversation_for_officer(actor=cast.actor("lan"), code="%00\x00")
