"""What the kinds of messages about dossiers share: facts by name, a dossier for previews, the usual kind."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dossiers.enums import ResultDelivery
from portal.core.clock import VIETNAM
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Variable, fact, moment

CODE = fact("ma_ho_so", "dossier_code", gettext_lazy("Mã hồ sơ"), is_required=True)
PROCEDURE = fact("ten_thu_tuc", "procedure_name", gettext_lazy("Tên thủ tục"))
RECEIVING = fact("co_quan_tiep_nhan", "receiving_agency", gettext_lazy("Cơ quan tiếp nhận"))
RESPONSIBLE = fact("co_quan_dang_giu", "responsible_agency", gettext_lazy("Cơ quan đang giữ hồ sơ"))
LINK = fact("lien_ket", "dossier_url", gettext_lazy("Địa chỉ trang hồ sơ (phải đăng nhập)"), is_address=True)
NOTE = fact("ly_do", "note", gettext_lazy("Lý do hoặc lời nhắn cán bộ đã ghi"))
REASON = fact("ly_do", "note", gettext_lazy("Lý do cán bộ đã ghi"), is_required=True)
HOTLINE = fact("duong_day_nong", "portal_hotline", gettext_lazy("Số hỏi đáp"))
DOSSIER = (CODE, PROCEDURE, RECEIVING, RESPONSIBLE, LINK, HOTLINE)
UNTIL = moment("han_cua_ban", "next_date_at", gettext_lazy("Hạn người nộp phải làm xong"), is_required=True)
SEE = gettext_lazy("Xem hồ sơ")
RATING_PLACE = f"{settings.PUBLIC_URL}/danh-gia/…/"
"""Stands in what officers preview for the address only the applicant gets: whoever has it rates for them."""


def at(day: int, hour: int, minute: int) -> datetime:
    """An instant of a sample, in May 2026."""
    return datetime(2026, 5, day, hour, minute, tzinfo=VIETNAM)


def dossier_sample(**facts: Any) -> dict[str, Any]:
    """The facts every message about a dossier has, as `notices` gives them, and those of the kind."""
    return {
        "dossier_code": "H36.14-260504-0012",
        "procedure_name": "Cấp Phiếu lý lịch tư pháp",
        "receiving_agency": "Trung tâm Phục vụ hành chính công tỉnh",
        "responsible_agency": "Sở Tư pháp",
        "due_at": at(14, 9, 30),
        "next_date_at": at(12, 10, 15),
        "outcome": "granted",
        "result_delivery": ResultDelivery.DESK.value,
        "note": "",
        "dossier_url": f"{settings.PUBLIC_URL}/ho-so/H36.14-260504-0012/",
        "charge_url": f"{settings.PUBLIC_URL}/thanh-toan/mau/",
        **facts,
    }


def about_dossier(
    name: str,
    label: str | Promise,
    *variables: Variable,
    group: MessageGroup = MessageGroup.LEGAL,
    button: str | Promise = SEE,
    **facts: Any,
) -> MessageKind:
    """A kind whose button leads to the dossier's page; `facts` are those of its sample."""
    return MessageKind(
        key=f"dossier/{name}",
        label=label,
        group=group,
        variables=(*DOSSIER, *variables),
        sample=lambda: dossier_sample(**facts),
        address_key="dossier_url",
        button_label=button,
    )
