"""For which answers a required document is needed, with the same condition builder as the fields.

The page exists only where a required document has such a condition.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.form_editor.conditions import ConditionBuilder
from procedures.admin.form_editor.desk import Desk
from procedures.errors import StaleDraft
from procedures.form_definitions import FormDefinition
from procedures.models import RequiredDocument

NEED = "needed_when"


def is_known() -> bool:
    """Do required documents have a condition?"""
    try:
        RequiredDocument._meta.get_field(NEED)
    except FieldDoesNotExist:
        return False
    return True


class NeedForm(forms.Form):
    """One condition over every answer of the declaration."""

    def __init__(
        self,
        *,
        raw: Any,
        definition: FormDefinition,
        data: Mapping[str, Any] | None,
        legend: str = "",
        always: str = "",
    ) -> None:
        super().__init__(data)
        self.builder = ConditionBuilder(
            prefix=NEED,
            legend=legend or _("Cần giấy tờ này khi nào"),
            always=always or _("Luôn cần"),
            specs=list(definition.fields()),
            raw=raw,
            data=self.data if self.is_bound else None,
        )
        self.fields.update(self.builder.fields())
        self.condition: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        try:
            self.condition = self.builder.read(self.cleaned_data) or {}
        except ValidationError as error:
            self.add_error(None, error)
        return self.cleaned_data

    def condition_parts(self) -> list[dict[str, Any]]:
        return [self.builder.part(self)]


def edit(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, row_id: int) -> HttpResponse:
    """The condition of one document of the draft."""
    desk = Desk.open(model_admin, request, revision_id)
    document = desk.revision.required_documents.filter(pk=min(row_id, 2**63 - 1)).first() if is_known() else None
    if document is None:
        raise Http404
    if desk.definition is None:
        return desk.back()
    data = request.POST if request.method == "POST" else None
    form = NeedForm(raw=getattr(document, NEED), definition=desk.definition, data=data)
    status, stale = 200, None
    is_refresh = "refresh" in request.POST
    if form.is_bound and not is_refresh:
        status = 422
        if form.is_valid():
            try:
                services.save_document_need(
                    actor=administrator(request), document_id=document.pk, seen=desk.seen, condition=form.condition
                )
            except StaleDraft as error:
                status, stale = 409, error.sentence
            except PortalError as error:
                form.add_error(None, str(error.sentence))
            else:
                messages.success(request, _("Đã lưu điều kiện của giấy tờ “%(name)s”.") % {"name": document.name[:200]})
                page = reverse("admin:procedures_procedurerevision_change", args=[revision_id])
                return redirect(f"{page}#required_documents-group")
    context = {"form": form, "stale": stale, "is_refresh": is_refresh, "document": document}
    return desk.render("document.html", context, title=_("Khi nào cần giấy tờ"), status=status)
