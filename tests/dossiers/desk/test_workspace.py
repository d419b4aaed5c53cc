"""The workspace: what it shows, what it offers to whom, and what it says the citizen will be told."""

import re
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.models import Dossier
from portal.core import outbox
from portal.notifications.models import MailDelivery
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.results import make_posted


def page_of(as_: SignIn, role: str, dossier: Dossier) -> str:
    answer = as_(role).get(f"/mot-cua/{dossier.code}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def offered(page: str) -> list[str]:
    """Address words of the actions that have a form, or a page of their own, in order."""
    return re.findall(r'(?:action|class="btn" href)="/mot-cua/[^/]+/([a-z-]+)/"', page)


@pytest.mark.parametrize(
    ("made", "role", "expected"),
    [
        (make.make_filed, "binh", ["tiep-nhan", "phan-cong", "tu-choi", "rut-ho-so"]),
        (make.make_filed, "hoa", []),
        (make.make_received, "binh", ["yeu-cau-bo-sung", "rut-ho-so"]),
        (make.make_received, "hoa", ["bat-dau", "yeu-cau-nop-phi", "yeu-cau-bo-sung", "dung"]),
        (make.make_received, "khanh", ["phan-cong", "dung"]),
        (make.make_processing, "hoa", ["xong-buoc", "yeu-cau-nop-phi", "yeu-cau-bo-sung", "dung"]),
        (make.make_processing, "dung", ["ky-ket-qua", "dung"]),
        (make.make_processing, "giang", []),
        (make.make_payment_requested, "giang", ["thu-tien"]),
        (make.make_payment_requested, "binh", ["thu-tien", "rut-ho-so"]),
        (make.make_supplement_requested, "hoa", ["dung"]),
        (make.make_resolved, "binh", ["tra-ket-qua", "gui-ma", "gui-buu-dien"]),
        (make.make_resolved, "dung", []),
        (make.make_handed_over, "binh", []),
    ],
)
def test_each_role_is_offered_what_it_can_do_now(cast: Cast, as_: SignIn, made, role: str, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert offered(page_of(as_, role, made(cast))) == expected


def test_payment_is_not_offered_where_nothing_is_to_pay(cast: Cast, as_: SignIn) -> None:
    assert "yeu-cau-nop-phi" not in offered(page_of(as_, "hoa", make.make_processing(cast, fee=None)))


@pytest.mark.parametrize(
    ("made", "role", "sentence"),
    [
        (
            make.make_filed,
            "hoa",
            "Chờ cán bộ một cửa tiếp nhận (Trung tâm Phục vụ hành chính công): Trần Văn Bình, Bùi Thị Mai.",
        ),
        (make.make_received, "binh", "Chờ cán bộ thụ lý nhận xử lý (Sở Tư pháp): Lê Thị Hòa."),
        (
            make.make_processing,
            "dung",
            "Đang ở bước “Thẩm định, dự thảo kết quả” (Sở Tư pháp): Lê Thị Hòa, hạn ",
        ),
        (make.make_supplement_requested, "hoa", "Chờ công dân bổ sung, đến "),
        (make.make_payment_requested, "giang", "Chờ công dân nộp phí, lệ phí, đến "),
        (
            make.make_resolved,
            "dung",
            "Chờ cán bộ một cửa trả kết quả (Trung tâm Phục vụ hành chính công): Trần Văn Bình, Bùi Thị Mai.",
        ),
    ],
)
def test_the_next_step_of_somebody_else_is_named_with_who_can(
    cast: Cast, as_: SignIn, made, role: str, sentence: str
) -> None:  # type: ignore[no-untyped-def]
    assert sentence in page_of(as_, role, made(cast))


def test_a_step_that_nobody_can_take_is_said_aloud(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    cast.hoa.postings.all().delete()
    assert "chưa có ai giữ vai trò này, hãy báo quản trị viên." in page_of(as_, "binh", dossier)


def test_nobody_holds_what_has_ended_and_the_post_holds_what_it_carries(cast: Cast, as_: SignIn) -> None:
    def casebar(role: str, dossier: Dossier) -> str:
        return page_of(as_, role, dossier).split('class="casebar"', 1)[1].split("</dl>", 1)[0]

    assert "<strong>Không ai, hồ sơ đã xong</strong>" in casebar("hoa", make.make_handed_over(cast))
    posted = casebar("hoa", make_posted(cast))
    assert "<strong>Bưu điện</strong><small>VNPost, số vận đơn" in posted
    assert ("Đang ở bưu điện" in posted, "Chờ bưu điện phát" in posted, "Chờ trả kết quả" in posted) == (
        True,
        True,
        False,
    )


def test_a_finished_dossier_has_nothing_left_to_do(cast: Cast, as_: SignIn) -> None:
    assert "Hồ sơ này không còn việc gì phải làm." in page_of(as_, "binh", make.make_handed_over(cast))


def test_the_page_shows_answers_documents_history_and_fee(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_payment_requested(cast)
    page = page_of(as_, "hoa", dossier)
    for text in (
        f"<h1>{dossier.revision.procedure.name}</h1>",
        "<dt>Họ và tên</dt><dd>Nguyễn Thị An</dd>",
        "12/09/1996",
        "giay-to.pdf",
        "1 trang",
        "Chờ nộp 135.000 đ",
        "Đồng hồ dừng",
        "<strong>Bạn</strong>",
    ):
        assert text in page
    history = page[page.index('id="lich-su"') :]
    assert re.findall(r"<p><strong>([^<]+)</strong> ·", history) == [
        "Yêu cầu nộp phí, lệ phí",
        "Bắt đầu xử lý",
        "Tiếp nhận hồ sơ",
        "Nộp hồ sơ",
    ]


def test_public_and_internal_notes_are_told_apart(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk, note="Mời đem bản chính khi nhận")
    page = page_of(as_, "binh", dossier)
    assert '<span class="soft">Công dân đọc:</span> Mời đem bản chính khi nhận' in page


def test_the_promised_date_is_shown_before_the_button_is_pressed(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False):
        dossier = make.make_filed(cast)
        page = page_of(as_, "binh", dossier)
        assert "Hồ sơ đã được tiếp nhận, hẹn trả kết quả 9 giờ 00, ngày 07/05/2026." in page
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    assert dossier.due_at.isoformat() == "2026-05-07T02:00:00+00:00"


@pytest.mark.django_db(transaction=True)
def test_the_mail_that_was_shown_is_the_mail_that_is_sent(
    as_: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_nudge", lambda: None)
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False):
        dossier = make.make_filed(cast)
        page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()
        shown = re.search(r'<div class="tells__mail">(.*?)</div>', page, re.DOTALL)
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
        while outbox.relay_due():
            pass
    sent = MailDelivery.objects.get(kind="dossier/received")
    assert shown is not None
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", shown[1])).split())
    assert words == " ".join(sent.text_body.split())


def test_without_an_address_the_officer_learns_that_no_mail_goes_out(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_email="")
    page = page_of(as_, "binh", dossier)
    assert "(chỉ trên trang hồ sơ: người nộp không có thư điện tử)" in page
    assert "Đọc nguyên văn thư" not in page


def test_a_term_nobody_reviewed_keeps_receipt_away_and_says_why(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    # The database itself keeps a published term; here only the dossier's channel has none.
    Dossier.objects.filter(pk=dossier.pk).update(channel="online")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM procedures_channelterm WHERE revision_id = %s", [dossier.revision_id])
        cursor.execute("SET LOCAL session_replication_role = origin")
    page = page_of(as_, "binh", dossier)
    assert offered(page) == ["phan-cong", "tu-choi", "rut-ho-so"]
    answer = as_("binh").post(f"/mot-cua/{dossier.code}/tiep-nhan/", {"seen_version": dossier.version})
    assert answer.status_code == 409
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


@pytest.mark.parametrize("files", [1, 3])
def test_the_page_costs_the_same_with_one_file_and_with_three(cast: Cast, as_: SignIn, files: int) -> None:
    draft = make.make_draft(cast, has_file=False)
    an = cast.actor("an")
    slot = draft.components.get(required_document__name="Giấy tờ tùy thân")
    for number in range(files):
        services.attach_file(
            actor=an, dossier_id=draft.pk, component_id=slot.pk, upload=make.pdf_upload(f"tep-{number}.pdf")
        )
    dossier = services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    client = as_("binh")
    client.get(f"/mot-cua/{dossier.code}/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/mot-cua/{dossier.code}/").content.decode()
    assert page.count('class="viewer__file"') == files
    assert page.count('name="xem" open') == 1
    assert queries_but_the_sessions(captured) == 28


def test_the_page_is_never_kept_by_a_cache(cast: Cast, as_: SignIn) -> None:
    answer = as_("binh").get(f"/mot-cua/{make.make_filed(cast).code}/")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_content_security_policy_holds_without_inline_parts(cast: Cast, as_: SignIn) -> None:
    answer = as_("binh").get(f"/mot-cua/{make.make_filed(cast).code}/")
    page = answer.content.decode()
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)', page)
