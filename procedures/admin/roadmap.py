"""The level roadmap in admin: every service below level 4 with what is in its way, and one page for each plan."""

import sys
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import PortalError
from portal.core.journal_admin import ReadOnlyInline
from procedures import selectors, services
from procedures.admin.actors import administrator
from procedures.enums import RoadmapState, ServiceLevel
from procedures.models import LowerLevelService, RoadmapEntry, RoadmapItem, RoadmapTask
from procedures.selectors.hindrances import is_blocked
from procedures.selectors.roadmap import describe, with_progress, with_reach
from procedures.services import Work


class LowerLevelFilter(admin.SimpleListFilter):
    title = _("mức độ")
    parameter_name = "muc-do"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(level.value), level.label) for level in (ServiceLevel.L2, ServiceLevel.L3)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(level=int(self.value() or 0)) if self.value() in {"2", "3"} else queryset


class RiseFilter(admin.SimpleListFilter):
    title = _("lên mức độ 4")
    parameter_name = "len"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("duoc", _("Lên được")), ("khong", _("Không lên được"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"duoc", "khong"}:
            return queryset
        return queryset.annotate(is_blocked=is_blocked()).filter(is_blocked=self.value() == "khong")


class PlanFilter(admin.SimpleListFilter):
    title = _("kế hoạch")
    parameter_name = "ke-hoach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("co", _("Đã có")), ("chua", _("Chưa có")), ("qua-han", _("Quá hạn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        plans = RoadmapItem.objects.filter(
            procedure=OuterRef("procedure"), agency=OuterRef("agency"), target_level__gt=OuterRef("level")
        ).exclude(state=RoadmapState.DROPPED)
        match self.value():
            case "co":
                return queryset.filter(Exists(plans))
            case "chua":
                return queryset.filter(~Exists(plans))
            case "qua-han":
                return queryset.filter(Exists(plans.filter(planned_on__lt=clock.today())))
        return queryset


class DescribedChangeList(ChangeList):
    """Rows come with what is in their way and their plan, in the same few queries for one row as for a page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        for row, described in zip(rows, describe(rows), strict=True):
            row.described = described
        self.result_list = rows


@admin.register(LowerLevelService)
class LowerLevelServiceAdmin(admin.ModelAdmin):
    """Services at level 2 and 3 today; a row leads to its plan, or to a new one."""

    list_display = ["procedure", "agency", "level", "plan", "hindrances"]
    list_display_links = None
    list_filter = [LowerLevelFilter, RiseFilter, PlanFilter, "agency"]
    search_fields = ["procedure__search_text", "agency__name"]
    ordering = ["agency__code", "procedure__code"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        offerings: Any = super().get_queryset(request)
        return (
            offerings.in_force()
            .filter(level__in=[ServiceLevel.L2, ServiceLevel.L3])
            .select_related("procedure", "agency", "provider_system")
            .defer("procedure__search_text")
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DescribedChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("còn vướng"))
    def hindrances(self, obj: Any) -> str | SafeString:
        return _listed(obj.described.hindrances)

    @admin.display(description=_("kế hoạch"))
    def plan(self, obj: Any) -> SafeString:
        plan = obj.described.plan
        if plan is None:
            query = urlencode({"procedure": obj.procedure_id, "agency": obj.agency_id})
            return format_html(
                '<a href="{}?{}">{}</a>', reverse("admin:procedures_roadmapitem_add"), query, _("Lập kế hoạch")
            )
        text = f"{plan.get_target_level_display()}, {plan.planned_on:%d/%m/%Y}, {obj.described.progress} %"
        return format_html('<a href="{}">{}</a>', reverse("admin:procedures_roadmapitem_change", args=[plan.pk]), text)


class RoadmapItemForm(forms.ModelForm):
    """The service judges the plan in a rehearsal that is undone."""

    actor: Actor

    class Meta:
        model = RoadmapItem
        fields = [
            *("procedure", "agency", "target_level", "planned_on", "owner_agency", "owner", "state", "percent", "note")
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("owner_agency") is None and values.get("owner") is None:
            self.add_error("owner_agency", _("Hãy ghi đơn vị hoặc người phụ trách."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        is_new = self.instance.pk is None
        try:
            with transaction.atomic():
                services.save_roadmap_item(actor=self.actor, item=self.instance)
                transaction.set_rollback(True)
        except PortalError as error:
            for name, sentence in error.fields.items():
                self.add_error(name if name in self.fields else None, str(sentence))
        finally:
            if is_new:
                self.instance.pk, self.instance._state.adding = None, True


class TaskInline(admin.TabularInline):
    model = RoadmapTask
    fields = ["order", "title", "is_done", "done_on"]
    readonly_fields = ["done_on"]
    extra = 3


class RoadmapEntryInline(ReadOnlyInline):
    model = RoadmapEntry
    fields = ("what", "actor_name", "at")
    readonly_fields = fields

    @admin.display(description=_("thay đổi"))
    def what(self, obj: RoadmapEntry) -> str | SafeString:
        names = {field.name: field.verbose_name for field in RoadmapItem._meta.fields}
        rows = (
            (names.get(change["field"], _("danh sách việc")), *(_readable(change, end) for end in ("before", "after")))
            for change in obj.changes
        )
        return format_html_join("", '<div class="journal-line">{}: {} → {}</div>', rows)


class ReachFilter(admin.SimpleListFilter):
    title = _("kết quả")
    parameter_name = "ket-qua"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("dat", _("Đã đạt")), ("chua", _("Chưa đạt")), ("qua-han", _("Quá hạn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "dat":
                return queryset.filter(is_reached=True)
            case "chua":
                return queryset.filter(is_reached=False)
            case "qua-han":
                return queryset.filter(~Q(state=RoadmapState.DROPPED), is_reached=False, planned_on__lt=clock.today())
        return queryset


@admin.register(RoadmapItem)
class RoadmapItemAdmin(admin.ModelAdmin):
    form = RoadmapItemForm
    list_display = ["procedure", "agency", "target_level", "planned_on", "owner_label", "state", "progress", "reached"]
    list_filter = [ReachFilter, "state", "target_level", "owner_agency", "agency"]
    list_select_related = ["procedure", "agency", "owner_agency", "owner"]
    search_fields = ["procedure__search_text", "agency__name"]
    search_help_text = _("Tìm theo mã hoặc tên thủ tục, tên cơ quan.")
    autocomplete_fields = ["procedure", "agency", "owner_agency"]
    raw_id_fields = ["owner"]
    date_hierarchy = "planned_on"
    show_full_result_count = False
    inlines = [TaskInline, RoadmapEntryInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoadmapItem]:
        return with_reach(with_progress(super().get_queryset(request)), clock.today())

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.actor = administrator(request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (None, {"fields": ["procedure", "agency", *(["now", "hindrances"] if obj else [])]}),
            (_("Kế hoạch"), {"fields": [("target_level", "planned_on"), ("owner_agency", "owner")]}),
            (_("Tiến độ"), {"fields": [("state", "percent"), *(["progress"] if obj else []), "note"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["now", "hindrances", "progress"]
        return ["procedure", "agency", *shown] if obj is not None else shown

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else [TaskInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The journal stays; a plan that is given up is dropped.
        return False

    def save_model(self, request: HttpRequest, obj: RoadmapItem, form: Any, change: bool) -> None:
        try:
            services.save_roadmap_item(actor=administrator(request), item=obj)
        except PortalError as error:
            raise ValidationError(str(error.sentence)) from error

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not RoadmapTask:
            super().save_formset(request, form, formset, change)
            return
        works = []
        for position, row in enumerate(one.cleaned_data for one in formset.forms):
            if row.get("title") and not row.get("DELETE"):
                task = row.get("id")
                # A new row that was given no place comes last.
                place = row.get("order") or (0 if task else sys.maxsize)
                work = Work(title=row["title"], is_done=row["is_done"], pk=task.pk if task else None)
                works.append((place, position, work))
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        tasks = [work for _order, _position, work in sorted(works, key=lambda one: one[:2])]
        services.save_roadmap_tasks(actor=administrator(request), item_id=form.instance.pk, tasks=tasks)

    @admin.display(description=_("đang ở"))
    def now(self, obj: RoadmapItem) -> str:
        offering = selectors.offering_on(obj.procedure, obj.agency_id, clock.today())
        return (
            f"{offering.get_level_display()} ({offering.get_scope_display()})" if offering else str(_("không cung cấp"))
        )

    @admin.display(description=_("còn vướng để lên mức độ 4"))
    def hindrances(self, obj: RoadmapItem) -> str | SafeString:
        offering = selectors.offering_on(obj.procedure, obj.agency_id, clock.today())
        return _listed(selectors.hindrances_of([offering])[offering.pk]) if offering else "–"

    @admin.display(description=_("tiến độ"))
    def progress(self, obj: RoadmapItem) -> str:
        return f"{selectors.progress_of(obj)} %"

    @admin.display(description=_("đã đạt"), boolean=True)
    def reached(self, obj: RoadmapItem) -> bool:
        return bool(obj.is_reached)  # type: ignore[attr-defined]


def _readable(change: dict[str, str], end: str) -> str:
    """A value of the journal as people read it; "–" for nothing."""
    value = change[end]
    if change["field"] == "state" and value in RoadmapState.values:
        return str(RoadmapState(value).label)
    if change["field"] == "planned_on" and value:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return value or "–"


def _listed(hindrances: list[Any]) -> str | SafeString:
    return format_html_join("", "<div>{}</div>", ((str(one),) for one in hindrances)) or str(_("không còn gì"))
