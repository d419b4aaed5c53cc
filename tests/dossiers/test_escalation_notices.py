"""Digests to officers and reminders to citizens: one mail a sweep, nothing personal in it, nothing that is no longer true."""

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier, EscalationNotice
from dossiers.services import escalation_notices
from dossiers.tasks import tell_of_delays
from portal.core.clock import VIETNAM
from portal.notifications.models import MailDelivery
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 9, minute: int = 0, month: int = 5) -> datetime:
    """Monday 4 May 2026 is when every story begins."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def sweep(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        services.raise_escalations()
        return services.send_escalation_notices()


def filed(cast: Cast, count: int) -> list[Dossier]:
    offering = make.make_offering(cast)
    with time_machine.travel(at(4), tick=False):
        return [make.make_filed(cast, offering=offering) for _number in range(count)]


def test_thirty_late_dossiers_give_one_mail_to_the_desk_head(cast: Cast) -> None:
    dossiers = filed(cast, 30)
    assert sweep(at(5)) == 1
    assert sweep(at(5, 9, 5)) == 0
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email, mail.language) == ("officer/escalation", cast.mai.email, "vi")
    assert mail.subject == "30 hồ sơ cần bạn xem"
    assert "Chưa trả lời sau 8 giờ làm việc:" in mail.text_body
    assert f"- {dossiers[0].code} (9\u00a0giờ\u00a000, ngày\u00a005/05/2026)" in mail.text_body
    assert mail.text_body.count("\n- ") == 20
    assert "và 10 hồ sơ nữa" in mail.text_body
    assert "/mot-cua/nhac-viec/" in mail.text_body
    assert mail.html_body.count("<li>") == 21


def test_a_digest_names_no_citizen(cast: Cast) -> None:
    dossier = filed(cast, 1)[0]
    sweep(at(5))
    mail = MailDelivery.objects.get()
    for text in (mail.subject, mail.text_body, mail.html_body):
        for personal in (cast.an.full_name, cast.an.email, dossier.applicant_phone, "Hoàng Diệu", "068196004312"):
            assert personal not in text


def test_several_causes_are_told_in_one_mail_under_their_names(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        late = make.make_processing(cast)
    with time_machine.travel(at(6), tick=False):
        soon = make.make_processing(cast)
    assert sweep(at(7, 10)) == 1
    mail = MailDelivery.objects.get()
    assert mail.recipient_email == cast.hoa.email
    assert mail.text_body.index("Sắp đến hạn:") < mail.text_body.index(str(soon.code))
    assert mail.text_body.index("Quá hạn:") < mail.text_body.index(str(late.code))


def test_each_level_gets_its_own_mail_later(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        make.make_processing(cast)
    assert [sweep(moment) for moment in (at(5), at(7, 10), at(8, 10), at(11, 10))] == [1, 1, 1, 0]
    told = list(MailDelivery.objects.order_by("id").values_list("recipient_email", flat=True))
    # No agency above: the head of the agency is the last one, and nobody is told of the level that does not exist.
    assert told == [cast.hoa.email, cast.hoa.email, cast.khanh.email]


def test_what_is_no_longer_true_when_the_mail_would_leave_is_not_told(cast: Cast) -> None:
    first, second = filed(cast, 2)
    with time_machine.travel(at(5), tick=False):
        assert services.raise_escalations() == 2
        services.receive(actor=cast.actor("binh"), dossier_id=first.pk)
        assert services.send_escalation_notices() == 1
    mail = MailDelivery.objects.get()
    assert str(second.code) in mail.text_body
    assert str(first.code) not in mail.text_body
    assert not EscalationNotice.objects.filter(settled_at__isnull=True).exists()


def test_who_left_is_told_nothing(cast: Cast) -> None:
    filed(cast, 1)
    with time_machine.travel(at(5), tick=False):
        services.raise_escalations()
        cast.mai.is_active = False
        cast.mai.save()
        assert services.send_escalation_notices() == 0
    assert not MailDelivery.objects.exists()


def test_a_citizen_is_reminded_once_before_and_once_after(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_supplement_requested(cast)
    assert sweep(at(31)) == 1
    assert sweep(at(1, month=6)) == 0
    # After the date: the citizen and Hòa.
    assert sweep(at(3, month=6)) == 2
    assert sweep(at(4, month=6)) == 0
    before, after = MailDelivery.objects.filter(recipient_email=cast.an.email).order_by("id")
    assert before.kind == after.kind == "dossier/reminder"
    assert before.subject == f"Hồ sơ {dossier.code} đang chờ bạn"
    assert "chờ bạn bổ sung trước 9\u00a0giờ\u00a000, ngày\u00a003/06/2026." in before.text_body
    assert after.subject == f"Hồ sơ {dossier.code} đã quá hạn trả lời của bạn"
    assert "Bạn vẫn làm được ngay bây giờ." in after.text_body
    assert f"/ho-so/{dossier.code}/" in after.text_body


def test_a_citizen_is_reminded_of_the_fee_and_of_the_result(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        unpaid = make.make_payment_requested(cast)
        ready = make.make_resolved(cast, fee=None)
        by_post = make.make_resolved(cast, fee=None, delivery="post")
    sweep(at(8))
    mail = MailDelivery.objects.get(kind="dossier/reminder")
    assert mail.subject == f"Hồ sơ {ready.code} có kết quả, mời đến nhận"
    sweep(at(16))
    assert MailDelivery.objects.filter(subject=f"Hồ sơ {unpaid.code} đang chờ bạn").count() == 1
    # The post is to act, not the citizen.
    assert not MailDelivery.objects.filter(subject__contains=str(by_post.code)).exists()


def test_a_citizen_who_answered_is_not_reminded_any_more(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_supplement_requested(cast)
    with time_machine.travel(at(31), tick=False):
        assert services.raise_escalations() == 1
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
        assert services.send_escalation_notices() == 0
    assert not MailDelivery.objects.filter(kind="dossier/reminder").exists()


def test_without_an_address_nobody_is_written_to(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_supplement_requested(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_email="")
    assert sweep(at(31)) == 0
    assert not EscalationNotice.objects.filter(settled_at__isnull=True).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_digest_costs_the_same_with_one_dossier_and_with_three(cast: Cast, count: int) -> None:
    filed(cast, count)
    with time_machine.travel(at(5), tick=False):
        services.raise_escalations()
        with CaptureQueriesContext(connection) as captured:
            assert escalation_notices._send_digest(cast.mai.pk)
    assert sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries) == 11


def test_the_sweep_of_beat_does_it_all(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_processing(cast)
    with time_machine.travel(at(7, 10), tick=False):
        tell_of_delays()
        tell_of_delays()
    assert MailDelivery.objects.get().recipient_email == cast.hoa.email
    assert dossier.reschedules.count() == 1
