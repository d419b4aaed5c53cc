"""Every kind of mail about a dossier, both parts: complete, nothing left over, links that lead to the dossier."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from dossiers import notices
from portal.core.clock import VIETNAM
from portal.notifications.wording import word_kind
from tests.dossiers.citizen.conftest import read

FOLDER = Path(django_settings.BASE_DIR) / "templates" / "email" / "dossier"
KINDS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
URL = "https://motcua.example.vn/ho-so/H36.14-260422-0318/"
CONTEXT: dict[str, Any] = {
    "recipient_name": "Nguyễn Thị An",
    "dossier_code": "H36.14-260422-0318",
    "procedure_name": "Đổi giấy phép lái xe & cấp lại",
    "receiving_agency": "Trung tâm Phục vụ hành chính công",
    "responsible_agency": "Sở Tư pháp",
    "due_at": datetime(2026, 5, 8, 17, 0, tzinfo=VIETNAM),
    "next_date_at": datetime(2026, 4, 23, 10, 0, tzinfo=VIETNAM),
    "outcome": "granted",
    "result_delivery": "desk",
    "note": "Thiếu <b>ảnh</b>\nvà chữ ký",
    "dossier_url": URL,
    "charge_url": URL,
    "amount": 135_000,
    "expected_amount": 100_000,
    "pays_online": True,
    "items": 3,
    "appointed_before_at": datetime(2026, 5, 6, 17, 0, tzinfo=VIETNAM),
    "calendar_change": "Nghỉ lễ 07/05/2026",
    "new_agency": "Sở mới",
    "moves_resolving": True,
    "moves_receiving": False,
    "carrier": "VNPost",
    "tracking_number": "RA123456789VN",
    "collection_code": "482913",
    "until": datetime(2026, 5, 8, 17, 15, tzinfo=VIETNAM),
}
NOTED = {"intake_refused", "stopped", "resolved", "transferred", "rescheduled", "relief_accepted", "relief_refused"}
NOTED |= {"paper_ended", "result_came_back"}
DATED = {
    "submitted": "10 giờ 00, ngày 23/04/2026",
    "received": "17 giờ 00, ngày 08/05/2026",
    "supplement_requested": "10 giờ 00, ngày 23/04/2026",
    "supplement_answered": "17 giờ 00, ngày 08/05/2026",
    "payment_requested": "10 giờ 00, ngày 23/04/2026",
    "prepayment_requested": "10 giờ 00, ngày 23/04/2026",
    "rescheduled": "10 giờ 00, ngày 23/04/2026",
    "due_recounted": "17 giờ 00, ngày 06/05/2026",
    "transferred": "17 giờ 00, ngày 08/05/2026",
    "collection_code": "17 giờ 15, ngày 08/05/2026",
}


def test_every_notice_has_its_templates_and_no_template_is_forgotten() -> None:
    named = {value for name, value in vars(notices).items() if name.isupper() and isinstance(value, str)}
    assert named == {f"dossier/{kind}" for kind in KINDS}


@pytest.mark.parametrize("note", [CONTEXT["note"], ""])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_whole_in_both_parts(kind: str, language: str, note: str) -> None:
    mail = word_kind(f"dossier/{kind}", language, {**CONTEXT, "note": note})
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", mail.html, re.DOTALL)
    assert heading
    assert read(heading[1]) == mail.subject
    assert "H36.14-260422-0318" in mail.subject
    for part in (mail.subject, mail.text, mail.html):
        for leftover in ("None", "{{", "{%", "}}", "%}", "()", " ,", "  ."):
            assert leftover not in part
    assert "\n\n\n" not in mail.text
    assert mail.text.count(URL) == 1
    assert mail.html.count(f'href="{URL}"') == 1
    assert mail.html.startswith("<!doctype html>")
    assert f'lang="{language}"' in mail.html
    if "procedure_name" in (FOLDER / kind / "body.txt").read_text():
        assert "Đổi giấy phép lái xe & cấp lại" in mail.text
        assert "Đổi giấy phép lái xe &amp; cấp lại" in mail.html


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_tells_its_date_and_its_note(kind: str) -> None:
    mail = word_kind(f"dossier/{kind}", "vi", CONTEXT)
    text = mail.text.replace("\u00a0", " ")
    assert ("Thiếu <b>ảnh</b>\nvà chữ ký" in mail.text) == (kind in NOTED)
    assert ("Thiếu &lt;b&gt;ảnh&lt;/b&gt;<br>và chữ ký" in mail.html) == (kind in NOTED)
    if kind in DATED:
        assert DATED[kind] in text
    if kind.startswith("payment"):
        assert "135.000 đ" in text


@pytest.mark.parametrize(
    ("pays_online", "words", "button"),
    [(True, "Bạn nộp trực tuyến từ trang hồ sơ", "Nộp phí, lệ phí"), (False, "mang theo mã hồ sơ", "Xem hồ sơ")],
)
def test_a_fee_is_paid_where_the_level_allows(pays_online: bool, words: str, button: str) -> None:
    mail = word_kind("dossier/payment_requested", "vi", {**CONTEXT, "pays_online": pays_online})
    assert words in mail.text
    assert f"{button}: {URL}" in mail.text
    assert f">{button}</a>" in mail.html


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ("online", "Bạn tải kết quả về ở trang hồ sơ"),
        ("post", "Kết quả được gửi qua bưu điện"),
        ("desk", "Mời bạn đến nhận kết quả tại bộ phận một cửa của Trung tâm Phục vụ hành chính công"),
    ],
)
def test_a_result_comes_as_it_was_asked_for(delivery: str, words: str) -> None:
    mail = word_kind("dossier/resolved", "vi", {**CONTEXT, "result_delivery": delivery})
    assert words in mail.text
    assert words in mail.html


@pytest.mark.parametrize(
    ("resolving", "receiving", "words"),
    [
        (True, False, "của bạn từ nay do Sở mới giải quyết."),
        (True, True, "của bạn từ nay do Sở mới tiếp nhận và giải quyết."),
        (False, True, "của bạn và trả kết quả từ nay thuộc Sở mới. Cơ quan giải quyết không đổi."),
    ],
)
def test_a_move_tells_what_moved(resolving: bool, receiving: bool, words: str) -> None:
    facts = {"moves_resolving": resolving, "moves_receiving": receiving, "new_agency": "Sở mới"}
    mail = word_kind("dossier/transferred", "vi", {**CONTEXT, **facts})
    assert words in mail.text
    assert words in mail.html
