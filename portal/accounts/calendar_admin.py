"""The working calendar in admin: days off and agencies' hours, changed only after a page that shows what would move."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts import selectors, services
from portal.accounts.agency_calendars import day_state, hours_state, lock_calendar
from portal.accounts.calendar_changing import Proposal
from portal.accounts.calendar_simulator import simulator_view
from portal.accounts.errors import CalendarMoved
from portal.accounts.models import Agency, AgencyHours, CalendarChange, CalendarRecount
from portal.core.actors import Actor, ActorKind
from portal.core.calendar_book import CalendarBook
from portal.core.calendars import entered_days
from portal.core.journal_admin import ReadOnlyAdmin, ReadOnlyInline
from portal.core.models import CalendarDay

# Names of the confirmation's own controls; everything else that was posted is posted again.
CHOICE, SEAL = "_calendar_choice", "_calendar_seal"
MOVE, NEW_ONLY = "move", "new_only"
# Stands for an agency that has no key yet.
_UNSAVED = 0
_NOT_REPEATED = {"csrfmiddlewaretoken", CHOICE, SEAL}


@dataclass
class Standing:
    """The calendar and the state of what is edited, as they were before the form was saved."""

    book: CalendarBook
    before: list[dict[str, Any]]
    is_new: bool = False


class Unconfirmed(Exception):
    """Leaves the transaction, so that nothing of the form is saved, and carries what must be asked first."""

    def __init__(self, proposal: Proposal, problem: str = "") -> None:
        super().__init__("unconfirmed")
        self.proposal, self.problem = proposal, problem


class ConfirmsCalendarChange(admin.ModelAdmin):
    """An edit that changes the calendar is saved in two steps: shown with what it would move, then confirmed."""

    def calendar_state(self, obj: Any) -> list[dict[str, Any]]:
        """What of the calendar this row stands for, as the journal keeps it, read now."""
        raise NotImplementedError

    def proposal_of(self, obj: Any, standing: Standing, after: list[dict[str, Any]]) -> Proposal:
        raise NotImplementedError

    @csrf_protect_m
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Unconfirmed as question:
            return self._ask(request, question)

    @csrf_protect_m
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Unconfirmed as question:
            return self._ask(request, question)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.standing = self._standing(request, obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._settle(request, form.instance, form.standing, self.calendar_state(form.instance))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        standing = self._standing(request, obj)
        super().delete_model(request, obj)
        self._settle(request, obj, standing, [])

    def _standing(self, request: HttpRequest, obj: Any) -> Standing:
        if request.POST.get(CHOICE):
            # From here on nobody else promises by or changes the calendar, so what was shown still holds when saved.
            lock_calendar()
        return Standing(services.standing_book(), self.calendar_state(obj), is_new=obj.pk is None)

    def _settle(self, request: HttpRequest, obj: Any, standing: Standing, after: list[dict[str, Any]]) -> None:
        """Confirm the change that was just saved, or leave the transaction to ask."""
        if after == standing.before:
            return
        proposal = self.proposal_of(obj, standing, after)
        choice = request.POST.get(CHOICE)
        if choice not in (MOVE, NEW_ONLY):
            raise Unconfirmed(proposal)
        try:
            change = services.confirm_change(
                actor=Actor(ActorKind.ADMINISTRATOR, request.user.pk, str(request.user)),
                proposal=proposal,
                moves_open=choice == MOVE,
                seal=request.POST.get(SEAL, ""),
            )
        except CalendarMoved as error:
            raise Unconfirmed(proposal, str(error.sentence)) from error
        messages.info(request, _told(change))

    def _ask(self, request: HttpRequest, question: Unconfirmed, *, is_delete: bool = False) -> TemplateResponse:
        proposal = question.proposal
        previews = services.preview_change(proposal)
        agencies = selectors.agencies_by_id(pk for one in previews for pk in one.moved_by_agency)
        repeated = [
            (name, value) for name, values in request.POST.lists() if name not in _NOT_REPEATED for value in values
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Xác nhận đổi lịch làm việc"),
            "proposal": proposal,
            "before": [worded(row) for row in proposal.before],
            "after": [worded(row) for row in proposal.after],
            "previews": [
                (one, [(agencies[pk].name, count) for pk, count in one.moved_by_agency.most_common()])
                for one in previews
            ],
            "touches_open": any(one.considered or one.paused for one in previews),
            "repeated": [("post", "yes")] if is_delete else repeated,
            "problem": question.problem,
            "choice_name": CHOICE,
            "seal_name": SEAL,
            "seal": services.seal_of(proposal, previews),
        }
        status = 409 if question.problem else 200
        return TemplateResponse(request, "accounts/admin/calendar_confirmation.html", context, status=status)


def _told(change: CalendarChange) -> str:
    if not change.moves_open:
        return _("Đã đổi lịch. Hồ sơ đã tiếp nhận giữ nguyên ngày hẹn.")
    return ngettext(
        "Đã đổi lịch. Dự kiến %(count)d ngày hẹn được tính lại trong ít phút; xem kết quả ở nhật ký đổi lịch.",
        "Đã đổi lịch. Dự kiến %(count)d ngày hẹn được tính lại trong ít phút; xem kết quả ở nhật ký đổi lịch.",
        change.expected_count,
    ) % {"count": change.expected_count}


def worded(row: dict[str, Any]) -> str:
    """One row of a state in words: "Thứ hai 07:00 - 11:30", "02/05/2026: Nghỉ lễ, Quốc khánh"."""
    if "on" not in row:
        hours = AgencyHours(weekday=row["weekday"])
        return f"{hours.get_weekday_display()} {row['opens_at']} - {row['closes_at']}"
    on = f"{row['on'][8:]}/{row['on'][5:7]}/{row['on'][:4]}"
    day = CalendarDay(kind=row["kind"], works_like_weekday=row["works_like_weekday"])
    words = [str(day.get_kind_display()), row["name"]]
    if row["works_like_weekday"] is not None:
        words.append(_("làm theo giờ %(weekday)s") % {"weekday": str(day.get_works_like_weekday_display()).lower()})
    if row["is_provisional"]:
        words.append(_("tạm tính"))
    return f"{on}: {', '.join(word for word in words if word)}"


@admin.register(CalendarDay)
class CalendarDayAdmin(ConfirmsCalendarChange):
    """Days off and make-up days. What an edit would move is shown before it is saved."""

    list_display = ["on", "kind", "name", "works_like_weekday", "is_provisional"]
    list_filter = ["kind", "is_provisional"]
    date_hierarchy = "on"
    ordering = ["-on"]
    search_fields = ["name"]
    change_list_template = "accounts/admin/calendar_list.html"
    # Taken out one by one: each with its own page of what it would move.
    actions = None

    def calendar_state(self, obj: CalendarDay) -> list[dict[str, Any]]:
        on = CalendarDay.objects.filter(pk=obj.pk).values_list("on", flat=True).first()
        return [] if on is None else day_state(on, entered_days()[on])

    def proposal_of(self, obj: CalendarDay, standing: Standing, after: list[dict[str, Any]]) -> Proposal:
        return services.propose_day(book=standing.book, before=standing.before, after=after)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """One page instead of Django's own "are you sure" and then ours."""
        response = super().delete_view(request, object_id, extra_context)
        day = self.get_object(request, object_id)
        if request.method == "GET" and isinstance(response, TemplateResponse) and day is not None:
            standing = Standing(services.standing_book(), self.calendar_state(day))
            return self._ask(request, Unconfirmed(self.proposal_of(day, standing, [])), is_delete=True)
        return response

    def get_urls(self) -> list[URLPattern]:
        simulator = path("tinh-thu/", self.admin_site.admin_view(self.simulator), name="core_calendarday_simulator")
        return [simulator, *super().get_urls()]

    def simulator(self, request: HttpRequest) -> HttpResponse:
        return simulator_view(request, self)


# --- Hours of an agency, inside its page ------------------------------------------------------------------------------


class HoursForm(forms.ModelForm):
    """One stretch of hours; times typed as 7:00 or 7:30."""

    class Meta:
        model = AgencyHours
        fields = ("weekday", "opens_at", "closes_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"size": 8, "placeholder": "7:30"})
            self.fields[name].error_messages["invalid"] = _("Ghi giờ và phút như 7:30.")

    def validate_constraints(self) -> None:
        """Rows are judged together by the formset: one of them may take the place of another that moves away."""


class HoursFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """No two stretches of one weekday may overlap; the later row is the one that is told."""
        super().clean()
        rows = [
            form
            for form in self.forms
            if not (self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]
            and {"weekday", "opens_at", "closes_at"} <= set(form.cleaned_data)
            and not form.errors
        ]
        for number, form in enumerate(rows):
            mine = form.cleaned_data
            for other in rows[:number]:
                theirs = other.cleaned_data
                if (
                    mine["weekday"] == theirs["weekday"]
                    and mine["opens_at"] < theirs["closes_at"]
                    and theirs["opens_at"] < mine["closes_at"]
                ):
                    form.add_error(
                        "opens_at",
                        ValidationError(
                            _("Chồng lên khoảng %(opens)s - %(closes)s của cùng thứ này."),
                            code="overlap",
                            params={"opens": f"{theirs['opens_at']:%H:%M}", "closes": f"{theirs['closes_at']:%H:%M}"},
                        ),
                    )


class HoursInline(admin.TabularInline):
    model = AgencyHours
    form = HoursForm
    formset = HoursFormSet
    extra = 0
    ordering = ("weekday", "opens_at")
    verbose_name_plural = gettext_lazy(
        "giờ làm việc trong tuần (để trống: theo cơ quan cấp trên, hoặc thứ hai đến thứ sáu 7:00 - 11:30, 13:30 - 17:00)"
    )


class ConfirmsHours(ConfirmsCalendarChange):
    """For the agency's page: its hours are confirmed before anything of the page is saved."""

    def calendar_state(self, obj: Agency) -> list[dict[str, Any]]:
        """As the rows say; an agency that is not there yet would work by the hours above it."""
        book = services.standing_book()
        if obj.pk is None:
            return hours_state(replace(book, parents={**book.parents, _UNSAVED: obj.parent_id}), _UNSAVED)
        return hours_state(book, obj.pk)

    def proposal_of(self, obj: Agency, standing: Standing, after: list[dict[str, Any]]) -> Proposal:
        return services.propose_hours(
            book=standing.book, agency_id=obj.pk, name=obj.name, before=standing.before, is_new=standing.is_new
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """An agency that can be deleted has neither hours of its own nor anybody below it: nobody's hours change."""
        admin.ModelAdmin.delete_model(self, request, obj)


# --- The journal ------------------------------------------------------------------------------------------------------


class RecountInline(ReadOnlyInline):
    model = CalendarRecount
    fields = ("subject", "moved_count", "kept_count", "uncountable_count", "finished_at")


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnlyAdmin):
    """Who changed the calendar, from what to what, and how many promises moved."""

    list_display = ("made_at", "what", "made_by_name", "moves_open", "moved")
    list_filter = ("kind", "moves_open")
    search_fields = ("what", "made_by_name")
    fields = (
        *("what", "kind", "agency", "before_in_words", "after_in_words", "first_day", "last_day"),
        *("moves_open", "expected_count", "made_at", "made_by_name"),
    )
    readonly_fields = ("before_in_words", "after_in_words")
    inlines = (RecountInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("recounts").select_related("agency")

    @admin.display(description=gettext_lazy("đã đổi ngày hẹn"))
    def moved(self, change: CalendarChange) -> int:
        return sum(recount.moved_count for recount in change.recounts.all())

    @admin.display(description=gettext_lazy("trước"))
    def before_in_words(self, change: CalendarChange) -> str:
        return "\n".join(worded(row) for row in change.before) or _("không có gì riêng")

    @admin.display(description=gettext_lazy("sau"))
    def after_in_words(self, change: CalendarChange) -> str:
        return "\n".join(worded(row) for row in change.after) or _("không có gì riêng")
