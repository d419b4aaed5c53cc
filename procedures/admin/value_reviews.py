"""The page on which many imported terms and fees are reviewed at once: what was read beside what a person decides."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.enums import TermUnit
from portal.core.errors import PortalError
from portal.core.journal_admin import ReadOnlyAdmin
from procedures.admin.actors import administrator
from procedures.enums import ReviewCode, ReviewDecision, ReviewedValue
from procedures.models import PolicyArea, ValueReview
from procedures.selectors.value_reviews import values_to_review
from procedures.services.value_reviews import ValueDecision, review_values

# Names in the address and on the page.
_FILTERS = {"text": "q", "area": "linh-vuc", "flag": "van-de", "kind": "loai", "cursor": "sau"}
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+")


@admin.register(ValueReview)
class ValueReviewAdmin(ReadOnlyAdmin):
    """The journal of decisions; its list leads to the page where they are taken."""

    change_list_template = "procedures/admin/value_review_list.html"
    list_display = ["procedure", "kind", "channel", "read", "decision", "decided", "actor_name", "at"]
    list_filter = ["kind", "decision", "channel"]
    list_select_related = ["procedure"]
    search_fields = ["procedure__code"]
    date_hierarchy = "at"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.review_view)
        return [path("ra-soat/", view, name="procedures_value_review"), *super().get_urls()]

    def review_view(self, request: HttpRequest) -> HttpResponse:
        """One page of values; posting takes the decisions, each for itself, and comes back with what is left."""
        if not request.user.has_perm("procedures.change_procedurerevision"):
            raise PermissionDenied
        asked = {name: request.GET.get(key, "") for name, key in _FILTERS.items()}
        faults: dict[str, str] = {}
        if request.method == "POST":
            faults = self._decide(request)
            if not faults:
                return redirect(_address({**asked, "cursor": request.GET.get("sau", "")}))
        page = values_to_review(**asked)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rà soát giá trị đã nhập"),
            "opts": self.model._meta,
            "page": page,
            "rows": [(one, [_control(value, request.POST, faults) for value in one.values]) for one in page.procedures],
            "asked": asked,
            "areas": PolicyArea.objects.order_by("name"),
            "flags": ReviewCode.choices,
            "kinds": ReviewedValue.choices,
            "units": TermUnit.choices,
            "decisions": ReviewDecision.choices,
            "next_url": _address({**asked, "cursor": page.next_cursor}) if page.next_cursor else "",
            "first_url": _address({**asked, "cursor": ""}) if asked["cursor"] else "",
            "fault_count": len(faults),
        }
        return render(request, "procedures/admin/value_review.html", context, status=422 if faults else 200)

    def _decide(self, request: HttpRequest) -> dict[str, str]:
        """Take what was posted, procedure by procedure; the faults by name of the value."""
        faults: dict[str, str] = {}
        taken = 0
        drafts = 0
        for revision_id in _numbers(request.POST.getlist("revision")):
            decisions = _decisions(request, revision_id)
            try:
                result = review_values(
                    actor=administrator(request),
                    revision_id=revision_id,
                    decisions=decisions,
                    note=request.POST.get(f"note-{revision_id}", ""),
                )
            except PortalError as error:
                faults |= {decision.name: str(error.sentence) for decision in decisions}
                continue
            taken += result.taken
            drafts += bool(result.taken)
            faults |= result.faults
        if taken:
            sentence = ngettext(
                "Đã ghi %(count)d quyết định vào %(drafts)d bản nháp. Bản nháp có hiệu lực khi được công bố.",
                "Đã ghi %(count)d quyết định vào %(drafts)d bản nháp. Bản nháp có hiệu lực khi được công bố.",
                taken,
            )
            messages.success(request, sentence % {"count": taken, "drafts": drafts})
        elif not faults:
            messages.info(request, _("Chưa chọn quyết định nào."))
        return faults


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 18]


def _decisions(request: HttpRequest, revision_id: int) -> list[ValueDecision]:
    """What was chosen for the values of one revision. `_accept` takes every value named in it that was left open."""
    accept_all = "_accept_complete" in request.POST
    decisions = []
    for name in request.POST.getlist(f"value-{revision_id}"):
        chosen = request.POST.get(f"decision-{name}", "")
        if not chosen and accept_all and f"complete-{name}" in request.POST:
            chosen = ReviewDecision.ACCEPTED
        if chosen in ReviewDecision.values:
            decisions.append(
                ValueDecision(
                    name=name,
                    decision=ReviewDecision(chosen),
                    value=_decimal(request.POST.get(f"term-value-{name}", "")),
                    unit=request.POST.get(f"term-unit-{name}", ""),
                    amount=_amount(request.POST.get(f"amount-{name}", "")),
                )
            )
    return decisions


def _decimal(text: str) -> Decimal | None:
    text = text.strip().replace(",", ".")
    try:
        value = Decimal(text) if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,2})?", text) else None
    except InvalidOperation:
        return None
    return value


def _amount(text: str) -> int | None:
    """`135.000` and `135000`; None for anything else."""
    text = text.strip().removesuffix("đ").strip()
    return int(re.sub(r"[. ]", "", text)) if len(text) < 25 and _THOUSANDS.fullmatch(text) else None


def _control(value: Any, posted: Any, faults: dict[str, str]) -> dict[str, Any]:
    """One row of the page, with what was typed when it comes back."""
    name = value.name
    return {
        "value": value,
        "name": name,
        "chosen": posted.get(f"decision-{name}", "") if name in faults else "",
        "term_value": posted.get(f"term-value-{name}", ""),
        "term_unit": posted.get(f"term-unit-{name}", value.row.term_unit if value.kind == ReviewedValue.TERM else ""),
        "amount": posted.get(f"amount-{name}", ""),
        "fault": faults.get(name, ""),
    }


def _address(asked: dict[str, str]) -> str:
    query = urlencode({_FILTERS[name]: value for name, value in asked.items() if value})
    here = reverse("admin:procedures_value_review")
    return f"{here}?{query}" if query else here
