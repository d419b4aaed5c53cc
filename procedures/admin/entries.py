"""Procedures and policy areas in admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.exchange import ProcedureListExchange
from procedures.admin.succession import AliasInline, ReplacementInline, refresh_after_aliases
from procedures.models import PolicyArea, Procedure, ProcedureRevision
from procedures.selectors.query_words import searchable


@admin.register(PolicyArea)
class PolicyAreaAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: PolicyArea, form: ModelForm, change: bool) -> None:
        services.save_policy_area(actor=administrator(request), area=obj)


class RevisionInline(admin.TabularInline):
    """The history of a procedure, newest first; each row leads to its revision."""

    model = ProcedureRevision
    fields = ("revision_link", "state", "source", "published_at", "needs_review")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = _("Các phiên bản")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("phiên bản"))
    def revision_link(self, obj: ProcedureRevision) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:procedures_procedurerevision_change", args=[obj.pk]), obj.number
        )


@admin.register(Procedure)
class ProcedureAdmin(ProcedureListExchange):
    change_list_template = "procedures/admin/procedure_list.html"
    list_display = ["code", "name", "policy_area", "current_revision_number"]
    list_filter = [("current_revision", admin.EmptyFieldListFilter), "current_revision__needs_review"]
    list_select_related = ["policy_area", "current_revision"]
    search_fields = ["search_text"]
    search_help_text = _("Tìm theo mã, tên hoặc lĩnh vực, có dấu hay không dấu đều được.")
    autocomplete_fields = ["policy_area"]
    fields = ["code", "name", "policy_area", "kind"]
    inlines = [RevisionInline]
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Dossiers and other portals know the procedure by its code.
        return ["code"] if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is None else [AliasInline, ReplacementInline, *self.inlines]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Procedure], search_term: str
    ) -> tuple[QuerySet[Procedure], bool]:
        return super().get_search_results(request, queryset, searchable(search_term).strip())

    def save_model(self, request: HttpRequest, obj: Procedure, form: ModelForm, change: bool) -> None:
        services.save_procedure(actor=administrator(request), procedure=obj)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_after_aliases(request, form.instance)

    @admin.display(description=_("đang công bố"))
    def current_revision_number(self, obj: Procedure) -> str:
        return str(obj.current_revision.number) if obj.current_revision else "–"
