"""Life events and business events in admin: the event, and its procedures in order, on one page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procedures import services
from procedures.admin.actors import administrator
from procedures.models import LifeEvent, LifeEventProcedure


class LifeEventProcedureInline(admin.TabularInline):
    model = LifeEventProcedure
    autocomplete_fields = ["procedure"]
    fields = ["order", "procedure"]
    extra = 1


@admin.register(LifeEvent)
class LifeEventAdmin(admin.ModelAdmin):
    list_display = ["title_vi", "kind", "order", "procedure_count", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["title_vi", "title_en"]
    prepopulated_fields = {"slug": ["title_vi"]}
    inlines = [LifeEventProcedureInline]
    fieldsets = [
        (None, {"fields": ["kind", "title_vi", "title_en", "description_vi", "description_en"]}),
        (_("Cách hiện"), {"fields": ["icon", "order", "is_active", "slug", "search"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(found=Count("entries"))

    @admin.display(description=_("số thủ tục"))
    def procedure_count(self, obj: Any) -> int:
        return obj.found

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        event: LifeEvent = form.instance
        formerly = set(LifeEventProcedure.objects.filter(life_event=event).values_list("procedure_id", flat=True))
        super().save_related(request, form, formsets, change)
        services.finish_life_event(actor=administrator(request), event=event, formerly=formerly)

    def delete_model(self, request: HttpRequest, obj: LifeEvent) -> None:
        services.delete_life_event(actor=administrator(request), event=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for event in queryset:
            services.delete_life_event(actor=administrator(request), event=event)
