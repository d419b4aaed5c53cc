"""The messages about feedback, as editors of wordings and people who choose channels know them.

Each is a folder under `templates/email/feedback/`; the facts are those of `notices`. The words of sender and agency are in
none of them: they stay behind the sign-in, or behind number and code.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.clock import VIETNAM
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Variable, fact, moment

RECEIVED = "feedback/received"
PASSED_ON = "feedback/passed_on"
MORE_ASKED = "feedback/more_asked"
REFUSED = "feedback/refused"
ANSWERED = "feedback/answered"
_FEEDBACK = (
    fact("so_phan_anh", "number", _("Số phản ánh"), is_required=True),
    fact("co_quan", "agency", _("Cơ quan giải quyết")),
    fact("lien_ket", "follow_url", _("Địa chỉ trang theo dõi"), is_address=True),
    fact("duong_day_nong", "portal_hotline", _("Số hỏi đáp")),
)


def _sample() -> dict[str, Any]:
    return {
        "number": "PA-260504-0012",
        "follow_code": "7K4M9P2QXR",
        "agency": "Sở Tư pháp",
        "answer_by": datetime(2026, 5, 18, 17, 0, tzinfo=VIETNAM),
        "supply_by": datetime(2026, 5, 12, 17, 0, tzinfo=VIETNAM),
        "follow_url": f"{settings.PUBLIC_URL}/phan-anh/theo-doi/",
    }


def _about_feedback(key: str, label: str | Promise, *variables: Variable, group: MessageGroup) -> MessageKind:
    return MessageKind(
        key=key,
        label=label,
        group=group,
        variables=(*_FEEDBACK, *variables),
        sample=_sample,
        address_key="follow_url",
        button_label=_("Theo dõi"),
        reason=_(
            "Bạn nhận thư này vì địa chỉ này được ghi khi gửi phản ánh, kiến nghị trên cổng."
            " Thư gửi tự động, xin đừng trả lời."
        ),
    )


notification_services.register_kinds(
    _about_feedback(
        RECEIVED,
        _("Đã nhận phản ánh, kiến nghị"),
        moment("tra_loi_truoc", "answer_by", _("Cơ quan trả lời trước lúc"), is_required=True),
        # The other half of the key: in no other message.
        fact("ma_theo_doi", "follow_code", _("Mã theo dõi"), is_required=True),
        group=MessageGroup.CONFIRMATION,
    ),
    _about_feedback(
        PASSED_ON,
        _("Phản ánh, kiến nghị được chuyển cơ quan khác"),
        moment("tra_loi_truoc", "answer_by", _("Cơ quan trả lời trước lúc"), is_required=True),
        group=MessageGroup.LEGAL,
    ),
    _about_feedback(
        MORE_ASKED,
        _("Cơ quan hỏi thêm về phản ánh, kiến nghị"),
        moment("bo_sung_truoc", "supply_by", _("Người gửi bổ sung trước lúc"), is_required=True),
        group=MessageGroup.LEGAL,
    ),
    _about_feedback(REFUSED, _("Phản ánh, kiến nghị được trả lại"), group=MessageGroup.LEGAL),
    _about_feedback(ANSWERED, _("Phản ánh, kiến nghị đã có trả lời"), group=MessageGroup.LEGAL),
)
