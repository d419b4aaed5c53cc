"""Saving a draft that was moved on in the meantime: nothing is overwritten, and what was typed is handed back."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from procedures.enums import RevisionState
from procedures.errors import UnknownProcedure
from procedures.models import ProcedureRevision
from procedures.services.drafts import lock_revision
from procedures.services.review import last_step

# What the change page of a draft says it showed.
SEEN_STATE = "seen_state"
_LONGEST_KEY = 18


class GuardedEditing(admin.ModelAdmin):
    """Takes the locks before a revision is read and saved, in the order in which the services take them.

    A publication under way is waited for; a draft that is none any more is a 409 that says who did what, with every value
    that was sent.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST" or object_id is None or not _is_key(object_id):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            try:
                revision, _procedure = lock_revision(int(object_id))
            except UnknownProcedure:
                return super().changeform_view(request, object_id, form_url, extra_context)
            if request.POST.get(SEEN_STATE) == RevisionState.DRAFT and not revision.is_draft:
                return self._conflict(request, revision)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _conflict(self, request: HttpRequest, revision: ProcedureRevision) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": revision,
            "title": _("Chưa lưu được"),
            "last_step": last_step(revision),
            "typed": [
                (self._label(name), value)
                for name, values in request.POST.lists()
                for value in values
                if value.strip() and not _is_furniture(name)
            ],
        }
        return TemplateResponse(request, "procedures/admin/edit_conflict.html", context, status=409)

    def _label(self, name: str) -> str:
        fields = {field.name: str(field.verbose_name) for field in self.model._meta.concrete_fields}
        return fields.get(name, name)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY


def _is_furniture(name: str) -> bool:
    """What the page itself put into the form."""
    if name.startswith("_") or name in (SEEN_STATE, "csrfmiddlewaretoken"):
        return True
    return name.endswith(("_FORMS", "-id", "-revision"))
