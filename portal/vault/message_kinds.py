"""The messages about papers, as editors of wordings and people who choose channels know them.

Each is a folder under `templates/email/paper/`; the facts are those of `notices`. What a paper says is in none of them.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.clock import VIETNAM
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Variable, date_of, fact, moment

REVOKED, REPLACED, ENDS_SOON = "paper/revoked", "paper/replaced", "paper/ends_soon"
_PAPER = (
    fact("ten_giay_to", "title", _("Tên giấy tờ"), is_required=True),
    fact("so_giay_to", "number", _("Số, ký hiệu của giấy tờ")),
    fact("co_quan_cap", "agency_name", _("Cơ quan cấp")),
    fact("lien_ket", "paper_url", _("Địa chỉ giấy tờ trong kho"), is_address=True),
    fact("duong_day_nong", "portal_hotline", _("Số hỏi đáp")),
)
_END = (
    moment("luc_het_gia_tri", "ended_at", _("Mất giá trị lúc")),
    fact("ly_do", "reason", _("Lý do"), is_required=True),
)


def _sample() -> dict[str, Any]:
    return {
        "title": "Giấy phép môi trường",
        "number": "45/GPMT",
        "agency_name": "Sở Nông nghiệp và Môi trường",
        "ended_at": datetime(2026, 5, 4, 9, 30, tzinfo=VIETNAM),
        "reason": "Cấp sai thẩm quyền.",
        "valid_until": date(2026, 6, 30),
        "paper_url": f"{settings.PUBLIC_URL}/kho-giay-to/3f0f5b8e-6f6e-4a52-9c5e-0d9b6a1f7c11/",
    }


def _about_paper(key: str, label: str | Promise, *variables: Variable, group: MessageGroup) -> MessageKind:
    return MessageKind(
        key=key,
        label=label,
        group=group,
        variables=(*_PAPER, *variables),
        sample=_sample,
        address_key="paper_url",
        button_label=_("Xem trong kho giấy tờ"),
        languages=("vi",),
    )


notification_services.register_kinds(
    _about_paper(REVOKED, _("Giấy tờ đã cấp bị thu hồi"), *_END, group=MessageGroup.LEGAL),
    _about_paper(REPLACED, _("Giấy tờ đã cấp được thay bằng giấy tờ mới"), *_END, group=MessageGroup.LEGAL),
    _about_paper(
        ENDS_SOON,
        _("Giấy tờ sắp hết hiệu lực"),
        date_of("het_hieu_luc", "valid_until", _("Ngày cuối còn hiệu lực"), is_required=True),
        group=MessageGroup.REMINDER,
    ),
)
