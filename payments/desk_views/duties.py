"""What of the money desk waits for one officer, kind by kind."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.selectors.duties import money_duties
from portal.core.actors import Actor

_KINDS: dict[str, tuple[Any, Any, str, str]] = {
    "decide": (_("Duyệt hoàn tiền"), _("Đề xuất của người khác hoặc của hệ thống."), "money:refunds", "?loc=cho-duyet"),
    "review": (
        _("Xem xét lần nộp"),
        _("Nộp hai lần, nộp sau khi hủy, hoặc cổng thanh toán nghi ngờ."),
        "money:refunds",
        "?loc=can-xem-xet",
    ),
    "pay_out": (_("Trả tiền đã duyệt"), _("Chuyển khoản hoặc tiền mặt."), "money:refunds", "?loc=cho-hoan"),
    "conclude": (
        _("Ghi kết quả hoàn qua cổng"),
        _("Nhà cung cấp không trả lời, cổng đã thôi hỏi."),
        "money:refunds",
        "?loc=cho-hoan",
    ),
    "propose_again": (
        _("Đề xuất hoàn lại cách khác"),
        _("Lần hoàn trước không thành, tiền vẫn ở cơ quan."),
        "money:refunds",
        "?loc=khong-thanh",
    ),
    "place": (_("Tiền vào chờ xử lý"), _("Dòng sao kê chưa biết trả cho khoản nào."), "money:lines_to_place", ""),
    "answer": (_("Chênh lệch chưa giải trình"), _("Sao kê và sổ khác nhau."), "money:reconciliations", ""),
    "shifts": (_("Ca thu mở từ hôm trước"), _("Thu ngân chưa đếm tiền và chốt ca."), "money:shifts", "?loc=dang-mo"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One line: what waits, how many, and where it is done."""

    label: Any
    hint: Any
    count: int
    url: str


def duties_of(actor: Actor) -> list[Duty]:
    """What waits for the actor, by kind, each with the way to its list; kinds that are never theirs are left out."""
    counts = money_duties(actor)
    return [
        Duty(label, hint, counts[key], reverse(address) + query)
        for key, (label, hint, address, query) in _KINDS.items()
        if counts.get(key)
    ]
