"""The first page of those who have to do with money: how much of what waits for them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from payments.desk_views.access import actor_of, any_money_officer
from payments.selectors.duties import money_duties

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


@any_money_officer
@require_safe
def duties(request: HttpRequest) -> HttpResponseBase:
    """Counts by kind, each a way to its list."""
    counts = money_duties(actor_of(request))
    lines = [
        Duty(label, hint, counts[key], reverse(address) + query)
        for key, (label, hint, address, query) in _KINDS.items()
        if key in counts
    ]
    return render(request, "payments/desk/duties.html", {"duties": lines, "total": sum(counts.values())})
