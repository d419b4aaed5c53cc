"""The citizen's dossier page answers in every state: where is it, who has it, until when, what must I do."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.models import Dossier, DossierFile, ResultDocument
from payments import selectors as payment_selectors
from payments.models import Charge
from portal.core import outbox
from portal.core.clock import VIETNAM
from tests.dossiers.citizen.conftest import SignIn, answers, finish, source, title, words
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.results import make_posted

NOON = datetime(2026, 4, 20, 10, 0, tzinfo=VIETNAM)
"""A Monday; three working days later is Thursday 23/04/2026."""


def path_of(dossier: Dossier, tail: str = "") -> str:
    return f"/ho-so/{dossier.code}/{tail}"


def refused(cast: Cast) -> Dossier:
    dossier = make.make_filed(cast)
    return services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Không thuộc thẩm quyền.")


def stopped(cast: Cast) -> Dossier:
    dossier = make.make_processing(cast)
    return services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Người nộp không bổ sung.")


def withdrawn(cast: Cast) -> Dossier:
    return services.withdraw(actor=cast.actor("an"), dossier_id=make.make_filed(cast).pk, reason="Nộp nhầm")


def delivered(cast: Cast) -> Dossier:
    dossier = make.make_resolved(cast, delivery="online", fee=None)
    services.deliver_result_online(dossier_id=dossier.pk)
    return Dossier.objects.get(pk=dossier.pk)


DESK, SO = "Trung tâm Phục vụ hành chính công", "Sở Tư pháp"
STATES: dict[str, tuple[Callable[[Cast], Dossier], list[str]]] = {
    "submitted": (
        make.make_filed,
        [
            "Chờ tiếp nhận",
            DESK,
            "21/04/2026 Cơ quan trả lời muộn nhất lúc 10 giờ 00, ngày 21/04/2026.",
            "Chưa cần làm gì Có gì mới, chúng tôi báo qua thư điện tử.",
        ],
    ),
    "received": (
        make.make_received,
        ["Đã tiếp nhận", SO, "23/04/2026 Hẹn trả lúc 10 giờ 00, ngày 23/04/2026.", "Chưa cần làm gì"],
    ),
    "processing": (
        make.make_processing,
        ["Đang xử lý", f"{SO} Cán bộ: Lê Thị Hòa", "23/04/2026 Hẹn trả lúc", "Chưa cần làm gì"],
    ),
    "supplement_requested": (
        make.make_supplement_requested,
        [
            "Chờ bổ sung",
            f"Đang chờ bạn {SO} Cán bộ: Lê Thị Hòa",
            "Đồng hồ đang dừng từ 10 giờ 00, ngày 20/04/2026. Hẹn trả trước đó là 23/04/2026, sẽ lùi theo thời gian chờ.",
            "Bổ sung hồ sơ trước ngày 20/05/2026 Bổ sung hồ sơ",
        ],
    ),
    "payment_requested": (
        make.make_payment_requested,
        [
            "Chờ nộp phí, lệ phí",
            f"Đang chờ bạn {SO} Cán bộ: Lê Thị Hòa",
            "Đồng hồ đang dừng từ",
            "Nộp 135.000 đ trước ngày 05/05/2026 Lệ phí thử Nộp phí, lệ phí",
        ],
    ),
    "resolved": (
        make.make_resolved,
        [
            "Đã xử lý xong Đồng ý giải quyết",
            f"Bộ phận một cửa {DESK}",
            "23/04/2026 Kết quả có ở quầy muộn nhất lúc 10 giờ 00, ngày 23/04/2026.",
            f"Đến nhận kết quả {DESK}",
        ],
    ),
    "resolved by post": (
        lambda cast: make.make_resolved(cast, delivery="post"),
        [
            "Đã xử lý xong",
            f"Bộ phận một cửa {DESK}",
            "23/04/2026 Gửi bưu điện muộn nhất lúc 10 giờ 00, ngày 23/04/2026.",
            "Chờ bưu điện giao 36 Trần Phú, phường Xuân Hương - Đà Lạt",
        ],
    ),
    "in the post": (
        make_posted,
        [
            "Đang ở bưu điện Đồng ý giải quyết",
            "Bưu điện VNPost, số vận đơn RA1",
            "27/04/2026 Bưu điện phát trước 10 giờ 00, ngày 27/04/2026.",
            "Chờ bưu điện giao 36 Trần Phú, phường Xuân Hương - Đà Lạt",
        ],
    ),
    "result_handed_over": (
        make.make_handed_over,
        ["Đã trả kết quả Đồng ý giải quyết", DESK, "20/04/2026 Đã trả kết quả.", "Không còn việc gì"],
    ),
    "delivered online": (
        delivered,
        ["Đã trả kết quả", DESK, "20/04/2026 Đã trả kết quả.", "Tải kết quả về Bản điện tử luôn có ở trang này."],
    ),
    "intake_refused": (
        refused,
        [
            "Không được tiếp nhận",
            DESK,
            "20/04/2026 Hồ sơ đã kết thúc.",
            "Xem lý do Không thuộc thẩm quyền. Đọc đầy đủ",
        ],
    ),
    "stopped": (
        stopped,
        ["Dừng xử lý", SO, "20/04/2026 Hồ sơ đã kết thúc.", "Xem lý do Người nộp không bổ sung. Đọc đầy đủ"],
    ),
    "withdrawn": (withdrawn, ["Đã rút", DESK, "20/04/2026 Hồ sơ đã kết thúc.", "Không còn việc gì"]),
}


@pytest.mark.usefixtures("seeded_calendar")
@pytest.mark.parametrize("state", STATES)
def test_the_four_answers_are_right_in_every_state(cast: Cast, as_: SignIn, state: str) -> None:
    made, expected = STATES[state]
    with time_machine.travel(NOON, tick=False):
        dossier = made(cast)
        page = as_("an").get(path_of(dossier))
    assert page.status_code == 200
    assert title(page) == f"Hồ sơ {dossier.code} - Một Cửa"
    shown = [text.replace("\u00a0", " ") for text in answers(page)]
    assert len(shown) == 4
    for text, beginning in zip(shown, expected, strict=True):
        assert text.startswith(beginning)


@pytest.mark.usefixtures("seeded_calendar")
@pytest.mark.parametrize(
    ("made", "where"),
    [
        (make.make_filed, "nhưng chưa trả lời."),
        (make.make_processing, "Đã quá hẹn trả lúc 10 giờ 00, ngày 23/04/2026."),
    ],
)
def test_a_late_agency_is_named_as_late(cast: Cast, as_: SignIn, made: Callable[[Cast], Dossier], where: str) -> None:
    with time_machine.travel(NOON, tick=False):
        dossier = made(cast)
    with time_machine.travel(NOON.replace(day=27), tick=False):
        shown = [text.replace("\u00a0", " ") for text in answers(as_("an").get(path_of(dossier)))]
    assert where in shown[2]
    assert shown[3].startswith("Gọi hỏi cơ quan")


@pytest.mark.usefixtures("seeded_calendar")
def test_the_clock_shows_what_is_counted_and_what_is_still_to_come(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        dossier = make.make_processing(cast)
    with time_machine.travel(NOON.replace(day=21), tick=False):
        page = as_("an").get(path_of(dossier))
    cells = re.findall(r'<td class="([^"]*)"><time datetime="([^"]+)">', source(page))
    # 23/04 is the due date; 24/04 to 26/04 (a weekend and Giỗ Tổ) are not shown after it.
    assert cells == [
        ("clock__start", "2026-04-20"),
        ("clock__counted clock__today", "2026-04-21"),
        ("", "2026-04-22"),
        ("clock__due", "2026-04-23"),
    ]


def test_several_charges_are_one_sum_and_a_list(cast: Cast, an: Client) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    values = {
        field.attname: getattr(charge, field.attname) for field in Charge._meta.concrete_fields if not field.primary_key
    }
    Charge.objects.create(**{**values, "amount": 20_000, "description": "Phí bản sao", "rule": {"fee_rule_id": 0}})
    shown = answers(an.get(path_of(dossier)))[3].replace("\u00a0", " ")
    assert shown.startswith("Nộp 155.000 đ")
    assert "2 khoản, xem từng khoản" in shown


def test_a_level_three_fee_is_paid_at_the_desk(cast: Cast, an: Client) -> None:
    dossier = make.make_payment_requested(cast, level=3)
    shown = answers(an.get(path_of(dossier)))[3]
    assert f"Nộp tại bộ phận một cửa của {DESK}." in shown
    assert "/thanh-toan/" not in re.findall(r'<dl class="answers">.*?</dl>', source(an.get(path_of(dossier))), re.S)[0]


def test_the_page_tells_the_history_and_no_internal_note(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    # As the runner writes them: one note for the citizen, one for colleagues.
    last = dossier.journal.get()
    type(last).objects.create(
        dossier=dossier,
        sequence=2,
        act="receive",
        from_state="submitted",
        to_state="received",
        at=last.at,
        actor_kind="officer",
        actor=cast.binh,
        actor_name="Trần Văn Bình",
        public_note="Đủ giấy tờ",
        internal_note="Nghi giấy giả, kiểm tra thêm",
    )
    text = words(an.get(path_of(dossier)))
    assert "Hồ sơ được tiếp nhận , Trần Văn Bình Đủ giấy tờ" in text
    assert "Bạn nộp hồ sơ" in text
    assert "Nghi giấy giả" not in text


def test_a_note_with_markup_is_text(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    services.refuse_intake(
        actor=cast.actor("binh"), dossier_id=dossier.pk, reason="<script>alert(1)</script>\n" + "rất dài " * 200
    )
    page = an.get(path_of(dossier))
    assert "<script>alert" not in source(page)
    assert page.status_code == 200


def test_answers_files_and_pass_code_are_there_to_read_again(cast: Cast, an: Client) -> None:
    dossier = make.make_received(cast, delivery="post")
    text = words(an.get(path_of(dossier)))
    for part in (
        "Giấy tờ tùy thân giay-to.pdf",
        "Tờ khai bạn đã khai Người nộp Họ và tên Nguyễn Thị An",
        dossier.pass_code,
        "Nhận qua bưu điện: 36 Trần Phú, phường Xuân Hương - Đà Lạt",
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (PDF)",
    ):
        assert part in text


def test_a_file_is_opened_by_its_owner(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    file = DossierFile.objects.get()
    answer = an.get(path_of(dossier, f"tep/{file.pk}/"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    finish(answer)
    other = make.make_filed(cast)
    assert an.get(path_of(other, f"tep/{file.pk}/")).status_code == 404


@pytest.mark.parametrize(
    ("made", "slip", "status"),
    [
        (make.make_filed, "xac-nhan", 200),
        (make.make_filed, "hen-tra", 404),
        (make.make_received, "hen-tra", 200),
        (make.make_received, "khac", 404),
    ],
)
def test_slips_come_as_pdf_once_their_occasion_came(
    cast: Cast, an: Client, made: Callable[[Cast], Dossier], slip: str, status: int
) -> None:
    answer = an.get(path_of(made(cast), f"giay-tiep-nhan/{slip}/"))
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"] == "application/pdf"
    finish(answer)


@pytest.mark.parametrize(
    ("kept", "status"),
    [
        ({"delivery": "desk"}, 404),
        ({"delivery": "post"}, 404),
        ({"delivery": "online"}, 404),
        ({"delivery": "online", "fee": None}, 200),
    ],
)
def test_a_result_is_downloaded_only_when_delivered_online(
    cast: Cast, an: Client, kept: dict[str, Any], status: int
) -> None:
    fee: dict[str, Any] = {} if "fee" in kept else {"fee": 135_000, "collection": "at_return"}
    dossier = make.make_resolved(cast, **kept, **fee)
    while outbox.relay_due():
        pass
    result = ResultDocument.objects.get(dossier=dossier)
    answer = an.get(path_of(dossier, f"ket-qua/{result.pk}/"))
    assert answer.status_code == status
    page = source(an.get(path_of(dossier)))
    assert ("Tải kết quả</a>" in page) == (status == 200)
    assert (f"/ket-qua/{result.pk}/" in page) == (status == 200)
    finish(answer)


def test_a_result_of_another_dossier_is_404(cast: Cast, an: Client) -> None:
    one, other = delivered(cast), delivered(cast)
    result = ResultDocument.objects.get(dossier=other)
    assert an.get(path_of(one, f"ket-qua/{result.pk}/")).status_code == 404


@pytest.mark.parametrize("code", ["H36.10-260422-9999", "x", "%00", "a%20b", "..", "A" * 300])
def test_an_unknown_code_is_404(an: Client, code: str) -> None:
    for tail in ("", "rut/", "bo-sung/", "giay-tiep-nhan/xac-nhan/", "ket-qua/1/", "tep/1/"):
        assert an.get(f"/ho-so/{code}/{tail}").status_code == 404


def test_a_draft_has_no_page_by_its_state(cast: Cast, an: Client) -> None:
    make.make_draft(cast)
    assert an.get("/ho-so/None/").status_code == 404


def test_what_was_paid_stays_on_the_page(cast: Cast, an: Client) -> None:
    dossier = make.make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    text = words(an.get(path_of(dossier))).replace("\u00a0", " ")
    assert "Lệ phí thử Đã thanh toán 135.000 đ" in text


@pytest.mark.parametrize("files", [1, 3])
def test_the_page_costs_the_same_with_one_file_and_with_three(
    cast: Cast, an: Client, files: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = make.make_draft(cast)
    slot = draft.components.get(required_document__kind="upload")
    actor = cast.actor("an")
    for number in range(files - 1):
        services.attach_file(
            actor=actor, dossier_id=draft.pk, component_id=slot.pk, upload=make.pdf_upload(f"{number}.pdf", str(number))
        )
    dossier = services.submit(actor=actor, dossier_id=draft.pk, has_attested=True)
    # User, postings; dossier; charges, journal, slots, files, their signature checks, results.
    with django_assert_num_queries(13):
        an.get(path_of(dossier))
