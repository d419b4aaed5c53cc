"""Trying out a deadline in admin: agency, term, receipt, cut-off, pauses give the due date and its days. Writes nothing."""

from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.agency_calendars import agency_calendar
from portal.accounts.models import Agency
from portal.core.calendars import working_calendar
from portal.core.clock import VIETNAM
from portal.core.days import is_in_reach
from portal.core.due_strip import Strip, amount_of, strip_of_days
from portal.core.enums import TermUnit
from portal.core.errors import PortalError
from portal.core.working_time import DueComputation, Pause, Term, compute_due

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

_INSTANT = "%d/%m/%Y %H:%M"
_WIDEST = 400
"""Days that are drawn; a longer term shows its date alone."""


class SimulatorForm(forms.Form):
    """Every instant is a Vietnamese wall time."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("code"),
        label=gettext_lazy("Cơ quan giải quyết"),
        required=False,
        empty_label=gettext_lazy("Giờ làm việc chung"),
    )
    value = forms.DecimalField(label=gettext_lazy("Thời hạn"), min_value=Decimal("0.0001"), localize=True)
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị"), choices=TermUnit.choices)
    received_at = forms.CharField(
        label=gettext_lazy("Tiếp nhận lúc"), max_length=20, help_text=gettext_lazy("Ví dụ 24/04/2026 09:00")
    )
    cut_off = forms.TimeField(
        label=gettext_lazy("Giờ chốt nhận hồ sơ của thủ tục"),
        required=False,
        help_text=gettext_lazy("Ví dụ 15:00. Để trống nếu thủ tục không có."),
    )
    pauses = forms.CharField(
        label=gettext_lazy("Các lần tạm dừng"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Mỗi dòng một lần: 25/04/2026 10:00 - 28/04/2026 10:00. Chưa chạy tiếp thì bỏ trống phần sau dấu gạch."
        ),
    )

    def clean_received_at(self) -> datetime:
        return _instant(self.cleaned_data["received_at"])

    def clean_pauses(self) -> list[Pause]:
        found = []
        for line in self.cleaned_data["pauses"].splitlines():
            if not line.strip():
                continue
            start, _dash, end = line.partition("-")
            found.append(Pause(_instant(start), _instant(end) if end.strip() else None, _("Tạm dừng")))
        return found


def _instant(text: str) -> datetime:
    try:
        found = datetime.strptime(text.strip(), _INSTANT).replace(tzinfo=VIETNAM)
    except ValueError:
        found = None
    if found is None or not is_in_reach(found.date()):
        raise ValidationError(_("Ghi ngày và giờ như 24/04/2026 09:00."), code="instant")
    return found


def simulator_view(request: HttpRequest, model_admin: "ModelAdmin[Any]") -> TemplateResponse:
    """The page; by GET, so that a count can be sent to somebody as an address."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    form = SimulatorForm(request.GET) if request.GET else SimulatorForm()
    computation, problem = None, ""
    if form.is_bound and form.is_valid():
        try:
            computation = _computed(form.cleaned_data)
        except PortalError as error:
            problem = str(error.sentence)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Tính thử ngày hẹn trả"),
        "form": form,
        "problem": problem,
        "computation": computation,
        "strip": _strip(computation, form.cleaned_data["unit"]) if computation is not None else None,
        "remaining": _remaining(computation),
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return TemplateResponse(request, "accounts/admin/calendar_simulator.html", context, status=status)


def _computed(asked: dict[str, Any]) -> DueComputation:
    agency: Agency | None = asked["agency"]
    cut_off: time | None = asked["cut_off"]
    calendar = working_calendar() if agency is None else agency_calendar(agency.pk)
    return compute_due(
        asked["received_at"], Term(asked["value"], TermUnit(asked["unit"])), calendar, asked["pauses"], cut_off
    )


def _strip(computation: DueComputation, unit: str) -> Strip | None:
    return strip_of_days(computation.trace, unit=TermUnit(unit)) if len(computation.trace) <= _WIDEST else None


def _remaining(computation: DueComputation | None) -> str:
    if computation is None or computation.remaining is None or computation.remaining_unit is None:
        return ""
    return amount_of(computation.remaining, computation.remaining_unit)
