"""Public answers: where the sender chose, without names, read by a second person."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal.core.errors import NotPermitted
from portal.feedback import services
from portal.feedback.enums import Publication
from portal.feedback.errors import FeedbackConflict, NamesLeft
from portal.feedback.models import Feedback
from portal.feedback.validators import personal_parts
from tests.factories.dossiers import Cast
from tests.feedback.conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(cast: Cast, send: Send) -> Feedback:
    feedback = send(wants_public=True, dossier_code="H36.14-260423-0007")
    services.accept(actor=cast.actor("hoa"), feedback_id=feedback.pk, kind="rule")
    return services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Chào chị Hạnh, đã sửa.")


def draft(cast: Cast, feedback: Feedback, who: str = "hoa", **words: str) -> Feedback:
    return services.draft_publication(
        actor=cast.actor(who),
        feedback_id=feedback.pk,
        **{"title": "Mẫu đơn dài", "question": "Tờ khai hỏi lại.", "answer": "Đã sửa.", **words},
    )


def test_an_answer_that_may_be_public_is_owed_within_two_working_days(answered: Feedback) -> None:
    assert answered.next_due_at == answered.publish_by is not None


def test_published_only_after_another_person_read_it(cast: Cast, answered: Feedback) -> None:
    draft(cast, answered, "dung")
    for who in ("dung", "hoa", "lan"):
        with pytest.raises(NotPermitted):
            services.publish(actor=cast.actor(who), feedback_id=answered.pk)
    assert Client().get(f"/phan-anh/tra-loi/{answered.number}/").status_code == 404
    published = services.publish(actor=cast.actor("khanh"), feedback_id=answered.pk)
    assert (published.publication, published.next_due_at) == (Publication.PUBLISHED, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=answered.pk).update(drafted_by=cast.khanh)


def test_what_everybody_reads_is_the_reviewed_text_alone(cast: Cast, answered: Feedback) -> None:
    draft(cast, answered)
    services.publish(actor=cast.actor("dung"), feedback_id=answered.pk)
    for address in ("/phan-anh/", f"/phan-anh/tra-loi/{answered.number}/"):
        page = Client().get(address)
        assert page.status_code == 200
        assert "Mẫu đơn dài" in page.text
        for hidden in ("Hạnh", "H36.14-260423-0007", answered.follow_code, answered.text):
            assert hidden not in page.text
    services.take_down(actor=cast.actor("khanh"), feedback_id=answered.pk, reason="Có người nhận ra")
    assert Client().get(f"/phan-anh/tra-loi/{answered.number}/").status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chị TRẦN THỊ HẠNH hỏi", ["name"]),
        ("tran thi hanh hỏi", ["name"]),
        ("Chị Hạnh hỏi", []),
        ("Gọi 0983 512 604", ["number"]),
        ("Thẻ 068.196.007781", ["number"]),
        ("Nghị định 61/2018/NĐ-CP, khoản 2", []),
        ("Viết cho hanh@example.com", ["email"]),
        ("Hồ sơ h36.14-260423-0007 chậm", ["dossier_code", "number"]),
        ("Nộp 135.000 đ ngày 23/04/2026", []),
        ("Gọi (0983) 512604", ["number"]),
        ("Gọi 0983/512/604", ["number"]),
        ("Gọi 0983, 512, 604", ["number"]),
        ("Gọi 0983 512.604", ["number"]),
        ("Thẻ 068.196.007.781", ["number"]),
        ("Dự án 135.000.000 đồng, 1.235.000.000 đồng", []),
        ("Từ 23/04/2026 - 25/04/2026", []),
    ],
)
def test_what_tells_of_a_person_is_found(text: str, found: list[str]) -> None:
    assert personal_parts(text, sender_name="Trần Thị Hạnh", dossier_code="H36.14-260423-0007") == found


def test_names_left_are_said_by_the_field_and_nothing_is_kept(cast: Cast, answered: Feedback) -> None:
    with pytest.raises(NamesLeft) as refusal:
        draft(cast, answered, question="Trần Thị Hạnh, 0983512604")
    assert {name: str(words) for name, words in refusal.value.fields.items()} == {
        "public_question": "Hãy bỏ: tên người gửi, dãy số như số giấy tờ hoặc điện thoại."
    }
    assert Feedback.objects.get(pk=answered.pk).publication == Publication.WANTED


def test_without_the_senders_word_nothing_is_published(cast: Cast, send: Send) -> None:
    feedback = send()
    services.accept(actor=cast.actor("hoa"), feedback_id=feedback.pk, kind="rule")
    done = services.answer(actor=cast.actor("hoa"), feedback_id=feedback.pk, text="Đã sửa.")
    assert done.next_due_at is None
    with pytest.raises(FeedbackConflict):
        draft(cast, done)


def test_not_publishing_is_said_with_a_reason(cast: Cast, answered: Feedback) -> None:
    done = services.decline_publication(actor=cast.actor("dung"), feedback_id=answered.pk, reason="Việc riêng")
    assert (done.publication, done.next_due_at) == (Publication.DECLINED, None)
