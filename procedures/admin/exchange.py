"""Out of the portal and into it: a procedure as JSON, the list of procedures as XLSX."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.errors import PortalError
from portal.documents.selectors import own_upload
from portal.documents.services import download_response, open_document, store_upload
from procedures import exports
from procedures.admin.actors import administrator
from procedures.errors import ExchangeRefused
from procedures.models import Procedure, ProcedureRevision
from procedures.services import exchange, list_import
from procedures.services.list_import import PlannedRow, RowOutcome

LIST_PURPOSE = "procedure_list"
# A plan of thousands of rows is not read; what changes and what is wrong is shown first.
_SHOWN_ROWS = 300


class UploadForm(forms.Form):
    upload = forms.FileField(label=gettext_lazy("Tệp"))


class RevisionExchange(admin.ModelAdmin):
    """Adds to the revision's admin: one revision as JSON, and a page that reads such a file into a draft."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("nhap-json/", view(self.import_view), name="procedures_revision_import"),
            path("<int:revision_id>/xuat-json/", view(self.export_view), name="procedures_revision_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        revision = ProcedureRevision.objects.select_related("procedure__policy_area").filter(pk=revision_id).first()
        if revision is None:
            raise Http404
        text = json.dumps(exchange.export_revision(revision), ensure_ascii=False, indent=2)
        name = f"{revision.procedure.code}-{revision.number}.json"
        response = download_response(text.encode(), file_name=name, media_type="application/json")
        response["Cache-Control"] = "private, no-store"
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Read a file; faults are shown with their paths, and nothing is stored unless all of it is right."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        faults: list[tuple[str, str]] = []
        if request.method == "POST" and form.is_valid():
            try:
                data = _json_of(form.cleaned_data["upload"])
                draft = exchange.import_revision(actor=administrator(request), data=data)
            except ExchangeRefused as error:
                faults = list(error.faults)
            except PortalError as error:
                faults = [("", str(error.sentence))]
            else:
                messages.success(request, _("Đã nhập thành bản nháp. Hãy xem lại rồi công bố."))
                return redirect("admin:procedures_procedurerevision_change", draft.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Nhập thủ tục từ tệp JSON"),
            "opts": self.model._meta,
            "form": form,
            "faults": faults,
        }
        status = 422 if faults or form.errors else 200
        return render(request, "procedures/admin/import_json.html", context, status=status)


def _json_of(upload: Any) -> Any:
    if upload.size > exchange.LARGEST_DOCUMENT:
        raise ExchangeRefused([("", _("Tệp này quá lớn."))])
    try:
        return json.loads(upload.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ExchangeRefused([("", _("Tệp này không phải JSON viết bằng UTF-8."))]) from None
    except json.JSONDecodeError as error:
        place = _("dòng %(line)s, cột %(column)s") % {"line": error.lineno, "column": error.colno}
        raise ExchangeRefused([(place, _("JSON sai cú pháp."))]) from None
    except (RecursionError, ValueError):
        raise ExchangeRefused([("", _("JSON này lồng quá sâu hoặc có số quá dài."))]) from None


class ProcedureListExchange(admin.ModelAdmin):
    """Adds to the procedures' admin: the list as XLSX, and a page that reads one back: first a plan, then the deed."""

    actions = ["export_chosen"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("xuat-xlsx/", view(self.export_list_view), name="procedures_list_export"),
            path("nhap-xlsx/", view(self.import_list_view), name="procedures_list_import"),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Xuất XLSX"), permissions=["view"])
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Procedure]) -> HttpResponse:
        return _sheet(queryset.order_by("code"))

    def export_list_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return _sheet(Procedure.objects.all())

    def import_list_view(self, request: HttpRequest) -> HttpResponse:
        """Without a file: the form. With a file: the plan. With the plan's file: carry it out, a result a row."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {}
        fault = ""
        if request.method == "POST":
            try:
                context = self._plan_or_apply(request, form)
            except ExchangeRefused as error:
                fault = " ".join(sentence for _place, sentence in error.faults)
            except PortalError as error:
                fault = str(error.sentence)
        if context.get("is_done"):
            return redirect(reverse("admin:procedures_procedure_changelist"))
        return render(
            request,
            "procedures/admin/import_list.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Nhập danh sách thủ tục từ XLSX"),
                "opts": self.model._meta,
                "form": form,
                "fault": fault,
                **context,
            },
            status=422 if fault else 200,
        )

    def _plan_or_apply(self, request: HttpRequest, form: UploadForm) -> dict[str, Any]:
        if "document" in request.POST:
            document = own_upload(request.POST["document"], purpose=LIST_PURPOSE, uploaded_by_id=request.user.pk)
            with open_document(document) as stream:
                rows = list_import.apply_list(actor=administrator(request), stream=stream)
            self._tell(request, rows)
            faults = [row for row in rows if row.outcome == RowOutcome.FAULT]
            return {"rows": faults[:_SHOWN_ROWS], "is_applied": True, "is_done": not faults}
        if not form.is_valid():
            return {}
        document = store_upload(actor=administrator(request), upload=form.cleaned_data["upload"], purpose=LIST_PURPOSE)
        if document.media_type != exports.XLSX:
            raise ExchangeRefused([("", _("Tệp này không phải bảng tính XLSX."))])
        with open_document(document) as stream:
            rows = list_import.plan_list(stream)
        order = {RowOutcome.FAULT: 0, RowOutcome.CHANGE: 1, RowOutcome.CREATE: 2, RowOutcome.UNCHANGED: 3}
        rows.sort(key=lambda row: (order[row.outcome], row.number))
        counts = {outcome.value: sum(row.outcome == outcome for row in rows) for outcome in RowOutcome}
        shown = [row for row in rows if row.outcome != RowOutcome.UNCHANGED][:_SHOWN_ROWS]
        return {"rows": shown, "counts": counts, "document": document, "row_count": len(rows)}

    def _tell(self, request: HttpRequest, rows: list[PlannedRow]) -> None:
        created = sum(row.outcome == RowOutcome.CREATE for row in rows)
        changed = sum(row.outcome == RowOutcome.CHANGE for row in rows)
        failed = sum(row.outcome == RowOutcome.FAULT for row in rows)
        messages.success(
            request,
            _("Đã thêm %(created)d thủ tục, sửa %(changed)d thủ tục.") % {"created": created, "changed": changed},
        )
        if failed:
            sentence = ngettext("%(count)d dòng không nhập được.", "%(count)d dòng không nhập được.", failed)
            messages.warning(request, sentence % {"count": failed})


def _sheet(procedures: QuerySet[Procedure]) -> HttpResponse:
    response = download_response(
        exports.procedure_list(procedures), file_name="danh-sach-thu-tuc.xlsx", media_type=exports.XLSX
    )
    response["Cache-Control"] = "private, no-store"
    return response
