"""Pages of feedback, for who sends and for who answers."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core import clock, outbox
from portal.core.errors import TemporarilyUnavailable
from portal.core.templatetags.portal import instant
from portal.documents.models import StoredDocument
from portal.feedback import services
from portal.feedback.models import Feedback, FeedbackFile
from portal.feedback.services import sending
from portal.notifications.models import MailDelivery
from tests.conftest import SignIn
from tests.factories.accounts import UserFactory
from tests.factories.dossiers import Cast, pdf_upload
from tests.feedback.conftest import Send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]


def status_of(client: Client, address: str) -> int:
    """Of a file, which is read to its end and so closed."""
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


def typed(cast: Cast, **fields: object) -> dict[str, object]:
    return {
        "kind": "rule",
        "agency": str(cast.resolving.pk),
        "title": "Mẫu đơn quá dài",
        "text": "Tờ khai hỏi lại.",
        "sender_name": "Trần Thị Hạnh",
        "token": str(uuid4()),
        **fields,
    }


def test_anybody_sends_and_follows_it_up_without_an_account(cast: Cast) -> None:
    client = Client()
    assert client.get("/phan-anh/gui/").status_code == 200
    answer = client.post(
        "/phan-anh/gui/",
        typed(cast, sender_email="hanh@example.com", sender_phone="0983 512 604", uploads=pdf_upload()),
    )
    feedback = Feedback.objects.get()
    assert answer["Location"] == f"/phan-anh/theo-doi/{feedback.public_id}/"
    page = client.get(answer["Location"])
    assert feedback.number in page.text
    assert feedback.follow_code in page.text
    assert feedback.sender_phone == "0983512604"
    file = FeedbackFile.objects.get()
    assert status_of(client, f"{answer['Location']}tep/{file.pk}/") == 200
    # Another browser has nothing but the address, until it says number and code.
    other = Client()
    assert other.get(answer["Location"]).status_code == 404
    assert other.get(f"{answer['Location']}tep/{file.pk}/").status_code == 404
    assert other.post("/phan-anh/theo-doi/", {"number": feedback.number, "code": "SAI"}).status_code == 404
    let_in = other.post("/phan-anh/theo-doi/", {"number": feedback.number, "code": feedback.follow_code})
    assert let_in["Location"] == answer["Location"]
    assert other.get(answer["Location"]).status_code == 200
    outbox.relay_due(1000)
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email) == ("feedback/received", "hanh@example.com")
    assert feedback.follow_code in mail.text_body
    assert "Tờ khai" not in mail.text_body


def test_a_mistake_keeps_what_was_typed(cast: Cast) -> None:
    page = Client().post("/phan-anh/gui/", typed(cast, sender_email="sai", sender_phone="12", agency="999999"))
    assert page.status_code == 422
    assert "Tờ khai hỏi lại." in page.text
    assert sorted(re.findall(r'<li><a href="#id_(\w+)">', page.text)) == ["agency", "sender_email", "sender_phone"]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("name", ["title", "text", "sender_name", "dossier_code"])
def test_a_nul_is_a_mistake_by_the_field(cast: Cast, name: str) -> None:
    page = Client().post("/phan-anh/gui/", typed(cast, **{name: "a\x00b"}))
    assert page.status_code == 422
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("change", [{"text": "Lời khác hẳn"}, {"title": "Tiêu đề khác"}, {"kind": "proposal"}])
def test_other_words_under_a_sent_token_are_not_thrown_away(cast: Cast, change: dict[str, str]) -> None:
    sent = typed(cast)
    Client().post("/phan-anh/gui/", sent)
    answer = Client().post("/phan-anh/gui/", {**sent, **change})
    assert answer.status_code == 409
    assert "Nội dung dưới đây chưa gửi" in answer.text
    assert change.get("text", "Tờ khai hỏi lại.") in answer.text
    assert str(sent["token"]) not in answer.text
    assert Feedback.objects.count() == 1


def test_what_was_typed_stays_while_nothing_can_be_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise TemporarilyUnavailable

    monkeypatch.setattr(sending, "spend", fail)
    answer = Client().post("/phan-anh/gui/", typed(cast, text="Lời đã gõ"))
    assert answer.status_code == 503
    assert "Lời đã gõ</textarea>" in answer.text


def test_a_refused_file_sends_nothing(cast: Cast) -> None:
    upload = SimpleUploadedFile("don.pdf", b"Khong phai PDF", content_type="application/pdf")
    page = Client().post("/phan-anh/gui/", typed(cast, uploads=upload))
    assert page.status_code == 422
    assert "don.pdf: " in page.text
    assert (Feedback.objects.count(), StoredDocument.objects.count()) == (0, 0)


def test_somebody_signed_in_finds_theirs(cast: Cast, as_: SignIn) -> None:
    an = as_("an")
    an.post("/phan-anh/gui/", typed(cast))
    feedback = Feedback.objects.get()
    assert f"/phan-anh/theo-doi/{feedback.public_id}/" in as_("an").get("/phan-anh/cua-toi/").text
    assert as_("an").get(f"/phan-anh/theo-doi/{feedback.public_id}/").status_code == 200
    assert as_("chi").get(f"/phan-anh/theo-doi/{feedback.public_id}/").status_code == 404


def test_from_the_list_to_the_answer_at_the_desk(cast: Cast, as_: SignIn, send: Send) -> None:
    feedback, hoa = send(), as_("hoa")
    address = f"/mot-cua/phan-anh/{feedback.number}/"
    assert address in hoa.get("/mot-cua/phan-anh/").text
    assert hoa.post(f"{address}tiep-nhan/", {"kind": "rule", "seen_version": "1"}).status_code == 302
    wrong = hoa.post(f"{address}tra-loi/", {"text": "", "seen_version": "2"})
    assert wrong.status_code == 422
    late = hoa.post(f"{address}tra-loi/", {"text": "Viết mãi mới xong", "seen_version": "1"})
    assert late.status_code == 409
    assert "Viết mãi mới xong" in late.text
    done = hoa.post(f"{address}tra-loi/", {"text": "Đã sửa", "seen_version": "2", "uploads": [pdf_upload("cv.pdf")]})
    assert done.status_code == 302
    assert "Đã sửa" in hoa.get(address).text
    assert status_of(hoa, f"{address}tep/{FeedbackFile.objects.get().pk}/") == 200


def test_taken_on_as_being_about_people_it_leaves_the_officer_without_a_dead_end(
    cast: Cast, as_: SignIn, send: Send
) -> None:
    feedback, hoa = send(), as_("hoa")
    address = f"/mot-cua/phan-anh/{feedback.number}/tiep-nhan/"
    done = hoa.post(address, {"kind": "conduct", "seen_version": "1"}, follow=True)
    assert done.redirect_chain == [("/mot-cua/phan-anh/", 302)]
    assert done.status_code == 200
    assert "Đã tiếp nhận" in done.text


def test_what_was_typed_about_feedback_that_is_gone_is_given_back(cast: Cast, as_: SignIn, send: Send) -> None:
    feedback, hoa = send(), as_("hoa")
    services.accept(actor=cast.actor("khanh"), feedback_id=feedback.pk, kind="conduct")
    answer = hoa.post(
        f"/mot-cua/phan-anh/{feedback.number}/tra-loi/", {"text": "Viết mãi mới xong", "seen_version": "1"}
    )
    assert answer.status_code == 404
    assert "Viết mãi mới xong" in answer.text
    for hidden in (feedback.title, feedback.text, feedback.sender_name):
        assert hidden not in answer.text


@pytest.mark.parametrize(
    ("page", "field", "code"),
    [("thu-tuc", "procedure_code", "1.000894"), ("ho-so", "dossier_code", "H36.14-260504-0012")],
)
def test_the_form_knows_the_page_that_led_to_it(page: str, field: str, code: str) -> None:
    form = Client().get("/phan-anh/gui/", {page: code}).context["form"]
    assert form[field].value() == code


@pytest.mark.parametrize(
    ("who", "status"), [("hoa", 200), ("khanh", 200), ("binh", 404), ("lan", 404), ("giang", 403), ("an", 403)]
)
def test_who_opens_it_at_the_desk(cast: Cast, as_: SignIn, send: Send, who: str, status: int) -> None:
    assert as_(who).get(f"/mot-cua/phan-anh/{send().number}/").status_code == status


def test_the_desk_reads_whether_the_sender_was_reached(cast: Cast, as_: SignIn, send: Send) -> None:
    feedback = send(sender_email="hanh@example.vn")
    services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
    outbox.relay_due()
    MailDelivery.objects.filter(kind="feedback/more_asked").update(
        state="bounced", sent_at=clock.now(), bounced_at=clock.now(), last_error="dsn_5.1.1"
    )
    page = as_("hoa").get(f"/mot-cua/phan-anh/{feedback.number}/").text
    assert "Thư gửi người phản ánh" in page
    assert page.count("Địa chỉ không tồn tại hoặc viết sai.") == 1


@pytest.mark.parametrize(
    ("email", "words"),
    [("hanh@example.com", "được báo qua thư."), ("", "không để lại thư điện tử, theo dõi bằng mã ở trang theo dõi.")],
)
def test_each_act_says_how_the_sender_hears_of_it(cast: Cast, as_: SignIn, send: Send, email: str, words: str) -> None:
    page = as_("hoa").get(f"/mot-cua/phan-anh/{send(sender_email=email).number}/").text
    told = re.findall(r'<div class="tells"><p>(.*?)</p></div>\s*<button class="btn">(.*?)</button>', page)
    assert told == [
        ("Không gửi thư. Người gửi thấy ở trang theo dõi.", "Tiếp nhận"),
        *[(f"Người gửi {words}", act) for act in ("Đề nghị người gửi bổ sung", "Chuyển cơ quan khác")],
        (f"Người gửi {words}", "Trả lại người gửi"),
    ]


def test_an_act_of_others_is_forbidden_and_an_unknown_one_not_there(cast: Cast, as_: SignIn, send: Send) -> None:
    feedback = send(wants_public=True)
    address = f"/mot-cua/phan-anh/{feedback.number}/"
    assert as_("hoa").post(f"{address}cong-khai/", {"seen_version": "1"}).status_code == 403
    assert as_("hoa").post(f"{address}bia-ra/", {}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_with_one_row_and_three(
    cast: Cast, as_: SignIn, send: Send, django_assert_num_queries: object, count: int
) -> None:
    for number in range(count):
        send(client_address=f"203.0.113.{number}")
    hoa = as_("hoa")
    hoa.get("/mot-cua/phan-anh/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        hoa.get("/mot-cua/phan-anh/")


def test_after_sending_the_page_says_what_happens_next_and_by_when(cast: Cast) -> None:
    client = Client()
    page = client.post("/phan-anh/gui/", typed(cast), follow=True).text
    feedback = Feedback.objects.get()
    refuse, answer = instant(feedback.refuse_by), instant(feedback.answer_by)
    assert f"Sở Tư pháp nhận phản ánh, hoặc trả lại và nêu lý do, trước {refuse}; trả lời trước {answer}." in page


def test_the_answer_is_read_before_it_is_asked_about_and_the_latest_line_comes_first(cast: Cast, send: Send) -> None:
    client = Client()
    client.post("/phan-anh/gui/", typed(cast, wants_public="on"))
    feedback = Feedback.objects.get()
    address = f"/phan-anh/theo-doi/{feedback.public_id}/"
    services.accept(actor=cast.actor("hoa"), feedback_id=feedback.pk, kind="rule")
    assert "Bạn đồng ý công khai" in client.get(address).text
    services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Đã bỏ câu hỏi ấy", uploads=[pdf_upload()])
    services.draft_publication(
        actor=cast.actor("hoa"), feedback_id=feedback.pk, title="Mẫu đơn", question="Mẫu dài", answer="Đã bỏ"
    )
    services.publish(actor=cast.actor("dung"), feedback_id=feedback.pk)
    page = client.get(address).text
    assert page.index("Đã bỏ câu hỏi ấy") < page.index("Câu trả lời có làm bạn hài lòng?") < page.index("Đã qua")
    assert page.count("Đã bỏ câu hỏi ấy") == page.count("giay-to.pdf") == 1
    journal = page[page.index("Đã qua") :]
    assert journal.index("Trả lời") < journal.index("Tiếp nhận") < journal.index("<strong>Gửi</strong>")
    assert "Soạn bản công khai" not in page
    assert "Duyệt công khai" not in page


def test_admin_reads_and_changes_nothing_and_sees_no_words(cast: Cast, send: Send) -> None:
    feedback, client = send(), Client()
    client.force_login(
        UserFactory.create(is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/quan-tri/feedback/feedback/").status_code == 200
    page = client.get(f"/quan-tri/feedback/feedback/{feedback.pk}/change/")
    assert page.status_code == 200
    for hidden in (feedback.text, feedback.sender_name, feedback.follow_code):
        assert hidden not in page.text
    assert client.get("/quan-tri/feedback/feedback/add/").status_code == 403


def test_the_sender_says_more_and_then_whether_the_answer_was_good(cast: Cast, send: Send) -> None:
    client = Client()
    client.post("/phan-anh/gui/", typed(cast))
    feedback = Feedback.objects.get()
    address = f"/phan-anh/theo-doi/{feedback.public_id}/"
    assert client.post(f"{address}bo-sung/", {"text": "Sớm quá"}).status_code == 409
    services.ask_more(actor=cast.actor("hoa"), feedback_id=feedback.pk, question="Tờ khai nào?")
    assert "Tờ khai nào?" in client.get(address).text
    assert client.post(f"{address}bo-sung/", {"text": ""}).status_code == 422
    assert client.post(f"{address}bo-sung/", {"text": "Tờ khai lý lịch"}).status_code == 302
    services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Đã sửa")
    assert client.post(f"{address}hai-long/", {}).status_code == 422
    assert client.post(f"{address}hai-long/", {"verdict": "co"}).status_code == 302
    feedback.refresh_from_db()
    assert feedback.is_satisfied is True
