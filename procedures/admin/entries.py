"""Procedures and policy areas in admin."""

import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.entries_page import procedure_context
from procedures.admin.exchange import ProcedureListExchange
from procedures.admin.succession import AliasInline, ReplacementInline, refresh_after_aliases
from procedures.enums import RevisionState
from procedures.models import PolicyArea, Procedure, ProcedureRevision
from procedures.selectors.query_words import searchable
from procedures.validators import PROCEDURE_CODE_PATTERN


@admin.register(PolicyArea)
class PolicyAreaAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: PolicyArea, form: ModelForm, change: bool) -> None:
        services.save_policy_area(actor=administrator(request), area=obj)


@admin.register(Procedure)
class ProcedureAdmin(ProcedureListExchange):
    change_list_template = "procedures/admin/procedure_list.html"
    list_display = ["code", "name", "policy_area", "current_revision_number", "draft_link"]
    list_display_links = ["code", "name"]
    list_filter = [("current_revision", admin.EmptyFieldListFilter), "current_revision__needs_review"]
    list_select_related = ["policy_area", "current_revision"]
    search_fields = ["search_text"]
    search_help_text = _("Tìm theo mã, tên hoặc lĩnh vực, có dấu hay không dấu đều được.")
    autocomplete_fields = ["policy_area"]
    fields = ["code", "name", "policy_area", "kind"]
    change_form_template = "procedures/admin/procedure_change_form.html"
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        start = path(
            "<int:procedure_id>/ban-nhap/", self.admin_site.admin_view(self.start_draft), name="procedures_start_draft"
        )
        return [start, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A whole code that is typed into the search leads straight to its procedure."""
        typed = request.GET.get("q", "").strip()
        if request.method == "GET" and list(request.GET) == ["q"] and re.fullmatch(PROCEDURE_CODE_PATTERN, typed):
            found = Procedure.objects.filter(code=typed).values_list("pk", flat=True).first()
            if found is not None and self.has_view_or_change_permission(request):
                return redirect(reverse("admin:procedures_procedure_change", args=[found]))
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= procedure_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def start_draft(self, request: HttpRequest, procedure_id: int) -> HttpResponse:
        """One button: a draft from what is published (or a blank one), or on to the draft that is there already."""
        procedure = self.get_object(request, str(min(procedure_id, 2**63 - 1)))
        if procedure is None:
            raise Http404
        if request.method != "POST" or not request.user.has_perm("procedures.add_procedurerevision"):
            raise PermissionDenied
        actor = administrator(request)
        try:
            if procedure.current_revision is not None:
                draft = services.copy_to_draft(actor=actor, revision=procedure.current_revision)
            else:
                draft = services.create_draft_revision(actor=actor, procedure_id=procedure.pk)
        except PortalError as error:
            messages.error(request, str(error.sentence))
            return redirect(reverse("admin:procedures_procedure_change", args=[procedure.pk]))
        messages.success(request, _("Đây là bản nháp mới. Sửa xong hãy công bố."))
        return redirect(reverse("admin:procedures_procedurerevision_change", args=[draft.pk]))

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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        drafts = ProcedureRevision.objects.filter(procedure=OuterRef("pk"), state=RevisionState.DRAFT)
        return super().get_queryset(request).annotate(draft_pk=Subquery(drafts.values("pk")[:1]))

    @admin.display(description=_("bản nháp"))
    def draft_link(self, obj: Procedure) -> SafeString | str:
        key = getattr(obj, "draft_pk", None)
        if key is None:
            return "–"
        address = reverse("admin:procedures_procedurerevision_change", args=[key])
        return format_html(
            '<a href="{}">{}<span class="hidden-visually"> {}</span></a>', address, _("Sửa tiếp"), obj.code
        )

    @admin.display(description=_("đang công bố"))
    def current_revision_number(self, obj: Procedure) -> str:
        return str(obj.current_revision.number) if obj.current_revision else "–"
