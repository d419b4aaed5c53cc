"""The messages about dossiers and drafts, as editors of wordings and people who choose channels know them.

Each is a folder under `templates/email/`; the facts are those of `notices`, `draft_notices` and the digests.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import money_kinds
from dossiers.enums import ResultDelivery, Waiting
from dossiers.kind_parts import NOTE, PROCEDURE, REASON, UNTIL, about_dossier, at
from portal.core.templatetags.portal import instant
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, date_of, fact, moment, sentence

_OFFICERS_REASON = gettext_lazy(
    "Bạn nhận thư này vì đang được phân công ở cơ quan giữ những hồ sơ này. Thư gửi tự động, xin đừng trả lời."
)


def _how_to_get_result(facts: Mapping[str, Any]) -> str:
    if facts.get("result_delivery") == ResultDelivery.ONLINE:
        return _("Bạn tải kết quả về ở trang hồ sơ, ngay khi không còn khoản nào phải nộp.")
    if facts.get("result_delivery") == ResultDelivery.POST:
        return _("Kết quả được gửi qua bưu điện đến địa chỉ bạn đã ghi.")
    return _(
        "Mời bạn đến nhận kết quả tại bộ phận một cửa của %(receiving_agency)s, mang theo căn cước và mã hồ sơ."
    ) % {"receiving_agency": facts.get("receiving_agency", "")}


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


def _agency_awaits_reply(facts: Mapping[str, Any]) -> str:
    return _("Cơ quan chờ bạn trả lời.") if facts.get("asks_reply") else ""


_DUE = moment("hen_tra", "due_at", gettext_lazy("Ngày giờ hẹn trả kết quả"), is_required=True)
_DAY_SAVED = moment("luu_luc", "saved_at", gettext_lazy("Lưu bản nháp lần cuối lúc"))
_DRAFT_LINK = fact("lien_ket", "draft_url", gettext_lazy("Địa chỉ bản nháp (phải đăng nhập)"), is_address=True)


def _draft_sample() -> dict[str, Any]:
    return {
        "procedure_name": "Cấp Phiếu lý lịch tư pháp",
        "saved_at": at(4, 9, 30),
        "ends_on": date(2026, 11, 20),
        "draft_url": f"{settings.PUBLIC_URL}/ho-so/nhap/mau/",
    }


def _digest_sample() -> dict[str, Any]:
    return {
        "count": 2,
        "groups": [{"label": _("Quá hạn"), "rows": [("H36.14-260504-0012", at(12, 10, 15))], "more": 1}],
        "list_url": f"{settings.PUBLIC_URL}/mot-cua/nhac-viec/",
    }


def _morning_sample() -> dict[str, Any]:
    return {
        "day": date(2026, 5, 4),
        "sections": [
            {
                "label": _("Quá hạn"),
                "count": 3,
                "rows": [("H36.14-260504-0012", at(12, 10, 15))],
                "more": 2,
                "url": f"{settings.PUBLIC_URL}/mot-cua/?loc=qua-han",
            }
        ],
        "list_url": f"{settings.PUBLIC_URL}/mot-cua/",
    }


notification_services.register_kinds(
    about_dossier(
        "submitted",
        gettext_lazy("Đã nộp hồ sơ"),
        moment("han_tra_loi", "next_date_at", gettext_lazy("Cơ quan trả lời trước lúc"), is_required=True),
    ),
    about_dossier("received", gettext_lazy("Đã tiếp nhận, hẹn trả kết quả"), _DUE),
    about_dossier("intake_refused", gettext_lazy("Từ chối tiếp nhận"), REASON, note="Tờ khai chưa có chữ ký."),
    *money_kinds.BEFORE_RECEIPT,
    about_dossier(
        "supplement_requested",
        gettext_lazy("Yêu cầu bổ sung"),
        UNTIL,
        fact("so_muc", "items", gettext_lazy("Số mục phải bổ sung")),
        button=gettext_lazy("Bổ sung hồ sơ"),
        items=7,
    ),
    about_dossier(
        "supplement_answered",
        gettext_lazy("Đã nhận bổ sung"),
        _DUE,
        group=MessageGroup.CONFIRMATION,
    ),
    *money_kinds.AFTER_RECEIPT,
    about_dossier(
        "message",
        gettext_lazy("Tin nhắn của cơ quan"),
        fact("co_quan_nhan", "agency", gettext_lazy("Cơ quan đã viết")),
        sentence("cho_tra_loi", gettext_lazy("Câu nói cơ quan chờ trả lời, nếu có"), _agency_awaits_reply),
        group=MessageGroup.MESSAGE,
        button=gettext_lazy("Đọc tin nhắn"),
        agency="Phòng Hành chính tư pháp",
        asks_reply=True,
    ),
    about_dossier(
        "rescheduled",
        gettext_lazy("Xin lỗi và hẹn lại ngày trả"),
        moment("hen_tra_cu", "due_at", gettext_lazy("Hẹn trả cũ"), is_required=True),
        moment("hen_tra_moi", "next_date_at", gettext_lazy("Hẹn trả mới"), is_required=True),
        NOTE,
        note="Cơ quan phối hợp trả lời chậm.",
        next_date_at=at(19, 10, 15),
    ),
    about_dossier(
        "due_recounted",
        gettext_lazy("Ngày hẹn trả được tính lại"),
        moment("hen_tra_cu", "appointed_before_at", gettext_lazy("Hẹn trả cũ"), is_required=True),
        moment("hen_tra_moi", "next_date_at", gettext_lazy("Hẹn trả mới"), is_required=True),
        fact("thay_doi_lich", "calendar_change", gettext_lazy("Lịch làm việc đổi thế nào")),
        appointed_before_at=at(11, 8, 45),
        calendar_change="Nghỉ bù thứ Hai 04/05/2026",
    ),
    about_dossier(
        "transferred",
        gettext_lazy("Chuyển sang cơ quan kế thừa"),
        fact("co_quan_moi", "new_agency", gettext_lazy("Cơ quan kế thừa")),
        moment("hen_tra", "due_at", gettext_lazy("Ngày giờ hẹn trả kết quả")),
        sentence("viec_chuyen", gettext_lazy("Câu nói việc gì chuyển sang đâu"), _what_moved, is_required=True),
        NOTE,
        new_agency="Sở Nội vụ",
        moves_resolving=True,
        moves_receiving=False,
    ),
    about_dossier(
        "reminder",
        gettext_lazy("Nhắc người nộp"),
        sentence("dieu_dang_cho", gettext_lazy("Câu nói đang chờ gì, đến bao giờ"), _what_is_awaited, is_required=True),
        group=MessageGroup.REMINDER,
        waiting=Waiting.SUPPLEMENT.value,
        is_past=False,
    ),
    about_dossier(
        "paper_ended",
        gettext_lazy("Giấy tờ dùng lại trong hồ sơ hết giá trị"),
        fact("giay_to_nao", "note", gettext_lazy("Câu nói giấy tờ nào, hết giá trị khi nào")),
        note="“Giấy phép lái xe” đã bị thu hồi lúc 9 giờ 30, ngày 04/05/2026.",
    ),
    about_dossier("withdrawn", gettext_lazy("Đã rút hồ sơ")),
    about_dossier("stopped", gettext_lazy("Dừng xử lý"), REASON, note="Người nộp không bổ sung trong thời hạn."),
    about_dossier(
        "resolved",
        gettext_lazy("Đã có kết quả"),
        NOTE,
        sentence("cach_nhan_ket_qua", gettext_lazy("Câu nói nhận kết quả thế nào"), _how_to_get_result),
        fact(
            "lien_ket_danh_gia",
            "rating_url",
            gettext_lazy("Địa chỉ trang đánh giá (không phải đăng nhập)"),
            is_address=True,
        ),
        button=gettext_lazy("Xem kết quả"),
        note="Mời đem theo bản chính để đối chiếu.",
        rating_url=f"{settings.PUBLIC_URL}/danh-gia/mau/",
    ),
    about_dossier(
        "collection_code",
        gettext_lazy("Mã nhận kết quả tại quầy"),
        fact("ma_nhan", "collection_code", gettext_lazy("Mã nhận kết quả"), is_required=True),
        moment("ma_den_luc", "until", gettext_lazy("Mã dùng được đến lúc"), is_required=True),
        collection_code="482913",
        until=at(12, 10, 30),
    ),
    about_dossier(
        "result_posted",
        gettext_lazy("Kết quả đã gửi qua bưu điện"),
        fact("don_vi_buu_chinh", "carrier", gettext_lazy("Đơn vị bưu chính"), is_required=True),
        fact("so_van_don", "tracking_number", gettext_lazy("Số vận đơn"), is_required=True),
        carrier="VNPost",
        tracking_number="EX123456789VN",
    ),
    about_dossier(
        "result_came_back",
        gettext_lazy("Bưu điện chuyển hoàn kết quả"),
        REASON,
        note="Ba lần không có người nhận.",
    ),
    about_dossier("result_delivered", gettext_lazy("Bưu điện báo đã phát kết quả"), group=MessageGroup.CONFIRMATION),
    MessageKind(
        key="draft/waiting",
        label=gettext_lazy("Nhắc bản nháp chưa nộp"),
        group=MessageGroup.REMINDER,
        variables=(PROCEDURE, _DAY_SAVED, _DRAFT_LINK),
        sample=_draft_sample,
        address_key="draft_url",
        button_label=gettext_lazy("Làm tiếp bản nháp"),
    ),
    MessageKind(
        key="draft/expiring",
        label=gettext_lazy("Bản nháp sắp bị xóa"),
        group=MessageGroup.LEGAL,
        variables=(
            PROCEDURE,
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
            "oldest_at": at(4, 9, 30),
            "ends_on": date(2026, 11, 20),
            "list_url": f"{settings.PUBLIC_URL}/mot-cua/tiep-nhan/",
        },
        address_key="list_url",
        button_label=gettext_lazy("Mở danh sách đang nhập dở"),
        languages=("vi",),
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
