"""The messages about dossiers and drafts, as editors of wordings and people who choose channels know them.

Each is a folder under `templates/email/`; the facts are those of `notices`, `draft_notices` and the digests.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.enums import ResultDelivery, Waiting
from portal.core.clock import VIETNAM
from portal.core.templatetags.portal import instant
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Variable, date_of, fact, moment, sentence, sum_of

_OFFICERS_REASON = gettext_lazy(
    "Bạn nhận thư này vì đang được phân công ở cơ quan giữ những hồ sơ này. Thư gửi tự động, xin đừng trả lời."
)
_CODE = fact("ma_ho_so", "dossier_code", gettext_lazy("Mã hồ sơ"), is_required=True)
_PROCEDURE = fact("ten_thu_tuc", "procedure_name", gettext_lazy("Tên thủ tục"))
_RECEIVING = fact("co_quan_tiep_nhan", "receiving_agency", gettext_lazy("Cơ quan tiếp nhận"))
_RESPONSIBLE = fact("co_quan_dang_giu", "responsible_agency", gettext_lazy("Cơ quan đang giữ hồ sơ"))
_LINK = fact("lien_ket", "dossier_url", gettext_lazy("Địa chỉ trang hồ sơ (phải đăng nhập)"), is_address=True)
_NOTE = fact("ly_do", "note", gettext_lazy("Lý do hoặc lời nhắn cán bộ đã ghi"))
_REASON = fact("ly_do", "note", gettext_lazy("Lý do cán bộ đã ghi"), is_required=True)
_HOTLINE = fact("duong_day_nong", "portal_hotline", gettext_lazy("Số hỏi đáp"))
_DOSSIER = (_CODE, _PROCEDURE, _RECEIVING, _RESPONSIBLE, _LINK, _HOTLINE)


_SEE = gettext_lazy("Xem hồ sơ")


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=VIETNAM)


def _sample(**facts: Any) -> dict[str, Any]:
    return {
        "dossier_code": "H36.14-260504-0012",
        "procedure_name": "Cấp Phiếu lý lịch tư pháp",
        "receiving_agency": "Trung tâm Phục vụ hành chính công tỉnh",
        "responsible_agency": "Sở Tư pháp",
        "due_at": _at(14, 9, 30),
        "next_date_at": _at(12, 10, 15),
        "outcome": "granted",
        "result_delivery": ResultDelivery.DESK.value,
        "note": "",
        "dossier_url": f"{settings.PUBLIC_URL}/ho-so/H36.14-260504-0012/",
        "charge_url": f"{settings.PUBLIC_URL}/thanh-toan/mau/",
        **facts,
    }


def _how_to_pay(facts: Mapping[str, Any]) -> str:
    if facts.get("amount") == 0 or ("amount" in facts and facts["amount"] is None):
        return ""
    if facts.get("pays_online"):
        return _("Bạn nộp trực tuyến từ trang hồ sơ, hoặc nộp tại bộ phận một cửa.")
    return _("Bạn nộp tại bộ phận một cửa, mang theo mã hồ sơ.")


def _how_to_get_result(facts: Mapping[str, Any]) -> str:
    if facts.get("result_delivery") == ResultDelivery.ONLINE:
        return _("Bạn tải kết quả về ở trang hồ sơ, ngay khi không còn khoản nào phải nộp.")
    if facts.get("result_delivery") == ResultDelivery.POST:
        return _("Kết quả được gửi qua bưu điện đến địa chỉ bạn đã ghi.")
    return _(
        "Mời bạn đến nhận kết quả tại bộ phận một cửa của %(receiving_agency)s, mang theo căn cước và mã hồ sơ."
    ) % {"agency": facts.get("receiving_agency", "")}


def _what_is_awaited(facts: Mapping[str, Any]) -> str:
    """The first sentence of a reminder: for what, until when."""
    names = {
        "procedure_name": facts.get("procedure_name", ""),
        "receiving_agency": facts.get("receiving_agency", ""),
        "when": instant(facts.get("next_date_at")),
    }
    if facts.get("waiting") == Waiting.COLLECTION:
        return _("Hồ sơ “%(procedure_name)s” đã có kết quả ở %(receiving_agency)s mà chưa có người nhận.") % names
    if facts.get("waiting") == Waiting.SUPPLEMENT:
        if facts.get("is_past"):
            return _("Hồ sơ “%(procedure_name)s” chờ bạn bổ sung đến %(when)s mà chưa nhận được.") % names
        return _("Hồ sơ “%(procedure_name)s” chờ bạn bổ sung trước %(when)s.") % names
    if facts.get("is_past"):
        return _("Hồ sơ “%(procedure_name)s” chờ bạn nộp phí, lệ phí đến %(when)s mà chưa nhận được.") % names
    return _("Hồ sơ “%(procedure_name)s” chờ bạn nộp phí, lệ phí trước %(when)s.") % names


def _what_moved(facts: Mapping[str, Any]) -> str:
    """Where the dossier is from now on, after an agency ended or changed."""
    names = {"procedure_name": facts.get("procedure_name", ""), "new_agency": facts.get("new_agency", "")}
    if facts.get("moves_resolving") and facts.get("moves_receiving"):
        return _("Hồ sơ “%(procedure_name)s” của bạn từ nay do %(new_agency)s tiếp nhận và giải quyết.") % names
    if facts.get("moves_resolving"):
        return _("Hồ sơ “%(procedure_name)s” của bạn từ nay do %(new_agency)s giải quyết.") % names
    return (
        _(
            "Bộ phận một cửa nhận hồ sơ “%(procedure_name)s” của bạn và trả kết quả từ nay thuộc %(new_agency)s."
            " Cơ quan giải quyết không đổi."
        )
        % names
    )


def _about_dossier(
    name: str,
    label: str | Promise,
    *variables: Variable,
    group: MessageGroup = MessageGroup.LEGAL,
    button: str | Promise = _SEE,
    address_key: str = "dossier_url",
    **facts: Any,
) -> MessageKind:
    return MessageKind(
        key=f"dossier/{name}",
        label=label,
        group=group,
        variables=(*_DOSSIER, *variables),
        sample=lambda: _sample(**facts),
        address_key=address_key,
        button_label=button,
    )


_DUE = moment("hen_tra", "due_at", gettext_lazy("Ngày giờ hẹn trả kết quả"), is_required=True)
_UNTIL = moment("han_cua_ban", "next_date_at", gettext_lazy("Hạn người nộp phải làm xong"), is_required=True)
_SUM = sum_of("so_tien", "amount", gettext_lazy("Số tiền"), is_required=True)
_HOW_TO_PAY = sentence("cach_nop", gettext_lazy("Câu nói nộp bằng cách nào"), _how_to_pay)
_CHARGE_LINK = fact("lien_ket", "charge_url", gettext_lazy("Địa chỉ trang khoản thu (phải đăng nhập)"), is_address=True)
_MONEY = (_CODE, _PROCEDURE, _RECEIVING, _RESPONSIBLE, _CHARGE_LINK, _HOTLINE, _SUM)


def _about_money(name: str, label: str | Promise, group: MessageGroup, button: str | Promise) -> MessageKind:
    return MessageKind(
        key=f"dossier/{name}",
        label=label,
        group=group,
        variables=_MONEY,
        sample=lambda: _sample(amount=235_000),
        address_key="charge_url",
        button_label=button,
    )


_NEEDED: dict[str, Any] = {"amount": 235_000, "pays_online": True}
_NEEDED_AT_DESK: dict[str, Any] = {"amount": 235_000, "pays_online": False}
_PAY = gettext_lazy("Nộp phí, lệ phí")
_DAY_SAVED = moment("luu_luc", "saved_at", gettext_lazy("Lưu bản nháp lần cuối lúc"))
_DRAFT_LINK = fact("lien_ket", "draft_url", gettext_lazy("Địa chỉ bản nháp (phải đăng nhập)"), is_address=True)


def _draft_sample() -> dict[str, Any]:
    return {
        "procedure_name": "Cấp Phiếu lý lịch tư pháp",
        "saved_at": _at(4, 9, 30),
        "ends_on": date(2026, 11, 20),
        "draft_url": f"{settings.PUBLIC_URL}/ho-so/nhap/mau/",
    }


def _digest_sample() -> dict[str, Any]:
    return {
        "count": 2,
        "groups": [{"label": _("Quá hạn"), "rows": [("H36.14-260504-0012", _at(12, 10, 15))], "more": 1}],
        "list_url": f"{settings.PUBLIC_URL}/mot-cua/nhac-viec/",
    }


def _morning_sample() -> dict[str, Any]:
    return {
        "day": date(2026, 5, 4),
        "sections": [
            {
                "label": _("Quá hạn"),
                "count": 3,
                "rows": [("H36.14-260504-0012", _at(12, 10, 15))],
                "more": 2,
                "url": f"{settings.PUBLIC_URL}/mot-cua/?loc=qua-han",
            }
        ],
        "list_url": f"{settings.PUBLIC_URL}/mot-cua/",
    }


notification_services.register_kinds(
    _about_dossier(
        "submitted",
        gettext_lazy("Đã nộp hồ sơ"),
        moment("han_tra_loi", "next_date_at", gettext_lazy("Cơ quan trả lời trước lúc"), is_required=True),
    ),
    _about_dossier("received", gettext_lazy("Đã tiếp nhận, hẹn trả kết quả"), _DUE),
    _about_dossier("intake_refused", gettext_lazy("Từ chối tiếp nhận"), _REASON, note="Tờ khai chưa có chữ ký."),
    _about_dossier(
        "prepayment_requested",
        gettext_lazy("Nộp phí để được tiếp nhận"),
        _UNTIL,
        _SUM,
        _HOW_TO_PAY,
        button=_PAY,
        **_NEEDED,
    ),
    _about_dossier(
        "relief_accepted",
        gettext_lazy("Chấp nhận miễn, giảm phí"),
        _NOTE,
        moment("han_cua_ban", "next_date_at", gettext_lazy("Hạn người nộp phải làm xong")),
        sum_of("so_tien", "amount", gettext_lazy("Số tiền còn phải nộp")),
        note="Hộ nghèo theo giấy chứng nhận năm 2026.",
        **_NEEDED_AT_DESK,
    ),
    _about_dossier(
        "relief_refused",
        gettext_lazy("Không chấp nhận miễn, giảm phí"),
        _REASON,
        moment("han_cua_ban", "next_date_at", gettext_lazy("Hạn người nộp phải làm xong")),
        sum_of("so_tien", "amount", gettext_lazy("Số tiền phải nộp")),
        _HOW_TO_PAY,
        note="Giấy chứng nhận đã hết hạn.",
        **_NEEDED_AT_DESK,
    ),
    _about_dossier(
        "supplement_requested",
        gettext_lazy("Yêu cầu bổ sung"),
        _UNTIL,
        fact("so_muc", "items", gettext_lazy("Số mục phải bổ sung")),
        button=gettext_lazy("Bổ sung hồ sơ"),
        items=7,
    ),
    _about_dossier(
        "supplement_answered",
        gettext_lazy("Đã nhận bổ sung"),
        _DUE,
        group=MessageGroup.CONFIRMATION,
    ),
    _about_dossier(
        "payment_requested", gettext_lazy("Yêu cầu nộp phí"), _UNTIL, _SUM, _HOW_TO_PAY, button=_PAY, **_NEEDED
    ),
    _about_dossier(
        "payment_settled", gettext_lazy("Đã nhận phí"), _SUM, group=MessageGroup.CONFIRMATION, amount=235_000
    ),
    _about_money(
        "payment_taken_back",
        gettext_lazy("Khoản nộp bị ngân hàng đảo"),
        MessageGroup.LEGAL,
        gettext_lazy("Nộp lại"),
    ),
    _about_money(
        "refund_account",
        gettext_lazy("Hỏi tài khoản nhận tiền hoàn"),
        MessageGroup.LEGAL,
        gettext_lazy("Cho biết tài khoản"),
    ),
    _about_money("refund_done", gettext_lazy("Đã hoàn phí"), MessageGroup.CONFIRMATION, gettext_lazy("Xem khoản thu")),
    _about_dossier(
        "rescheduled",
        gettext_lazy("Xin lỗi và hẹn lại ngày trả"),
        moment("hen_tra_cu", "due_at", gettext_lazy("Hẹn trả cũ"), is_required=True),
        moment("hen_tra_moi", "next_date_at", gettext_lazy("Hẹn trả mới"), is_required=True),
        _NOTE,
        note="Cơ quan phối hợp trả lời chậm.",
        next_date_at=_at(19, 10, 15),
    ),
    _about_dossier(
        "due_recounted",
        gettext_lazy("Ngày hẹn trả được tính lại"),
        moment("hen_tra_cu", "appointed_before_at", gettext_lazy("Hẹn trả cũ"), is_required=True),
        moment("hen_tra_moi", "next_date_at", gettext_lazy("Hẹn trả mới"), is_required=True),
        fact("thay_doi_lich", "calendar_change", gettext_lazy("Lịch làm việc đổi thế nào")),
        appointed_before_at=_at(11, 8, 45),
        calendar_change="Nghỉ bù thứ Hai 04/05/2026",
    ),
    _about_dossier(
        "transferred",
        gettext_lazy("Chuyển sang cơ quan kế thừa"),
        fact("co_quan_moi", "new_agency", gettext_lazy("Cơ quan kế thừa")),
        moment("hen_tra", "due_at", gettext_lazy("Ngày giờ hẹn trả kết quả")),
        sentence("viec_chuyen", gettext_lazy("Câu nói việc gì chuyển sang đâu"), _what_moved, is_required=True),
        _NOTE,
        new_agency="Sở Nội vụ",
        moves_resolving=True,
        moves_receiving=False,
    ),
    _about_dossier(
        "reminder",
        gettext_lazy("Nhắc người nộp"),
        sentence("dieu_dang_cho", gettext_lazy("Câu nói đang chờ gì, đến bao giờ"), _what_is_awaited, is_required=True),
        group=MessageGroup.REMINDER,
        waiting=Waiting.SUPPLEMENT.value,
        is_past=False,
    ),
    _about_dossier("withdrawn", gettext_lazy("Đã rút hồ sơ")),
    _about_dossier("stopped", gettext_lazy("Dừng xử lý"), _REASON, note="Người nộp không bổ sung trong thời hạn."),
    _about_dossier(
        "resolved",
        gettext_lazy("Đã có kết quả"),
        _NOTE,
        sentence("cach_nhan_ket_qua", gettext_lazy("Câu nói nhận kết quả thế nào"), _how_to_get_result),
        button=gettext_lazy("Xem kết quả"),
        note="Mời đem theo bản chính để đối chiếu.",
    ),
    MessageKind(
        key="draft/waiting",
        label=gettext_lazy("Nhắc bản nháp chưa nộp"),
        group=MessageGroup.REMINDER,
        variables=(_PROCEDURE, _DAY_SAVED, _DRAFT_LINK),
        sample=_draft_sample,
        address_key="draft_url",
        button_label=gettext_lazy("Làm tiếp bản nháp"),
    ),
    MessageKind(
        key="draft/expiring",
        label=gettext_lazy("Bản nháp sắp bị xóa"),
        group=MessageGroup.LEGAL,
        variables=(
            _PROCEDURE,
            _DAY_SAVED,
            date_of("xoa_sau_ngay", "ends_on", gettext_lazy("Bị xóa sau ngày"), is_required=True),
            _DRAFT_LINK,
        ),
        sample=_draft_sample,
        address_key="draft_url",
        button_label=gettext_lazy("Làm tiếp bản nháp"),
    ),
    MessageKind(
        key="draft/desk_expiring",
        label=gettext_lazy("Hồ sơ nhập dở ở quầy sắp bị xóa"),
        group=MessageGroup.DUTY,
        variables=(
            fact("co_quan", "agency_name", gettext_lazy("Cơ quan")),
            fact("so_ho_so", "count", gettext_lazy("Số hồ sơ nhập dở"), is_required=True),
            moment("luu_luc", "oldest_at", gettext_lazy("Cũ nhất lưu lúc")),
            date_of("xoa_sau_ngay", "ends_on", gettext_lazy("Bị xóa sau ngày"), is_required=True),
            fact("lien_ket", "list_url", gettext_lazy("Địa chỉ danh sách"), is_address=True),
        ),
        sample=lambda: {
            "agency_name": "Trung tâm Phục vụ hành chính công tỉnh",
            "count": 7,
            "oldest_at": _at(4, 9, 30),
            "ends_on": date(2026, 11, 20),
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/tiep-nhan/",
        },
        address_key="list_url",
        button_label=gettext_lazy("Mở danh sách đang nhập dở"),
        reason=_OFFICERS_REASON,
    ),
    # Lists: worded by their files alone.
    MessageKind(
        key="officer/escalation",
        label=gettext_lazy("Nhắc việc sắp đến hạn, quá hạn"),
        group=MessageGroup.DUTY,
        variables=(),
        sample=_digest_sample,
        address_key="list_url",
        reason=_OFFICERS_REASON,
        is_editable=False,
    ),
    MessageKind(
        key="officer/morning",
        label=gettext_lazy("Tóm tắt đầu ngày"),
        group=MessageGroup.DIGEST,
        variables=(),
        sample=_morning_sample,
        address_key="list_url",
        reason=_OFFICERS_REASON,
        is_editable=False,
    ),
)
