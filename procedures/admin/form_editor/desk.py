"""What every view of the form editor needs: the draft, who may do what with it, and the answer to a refused save."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.errors import StaleDraft
from procedures.form_definitions import DefinitionError, FormDefinition
from procedures.models import ProcedureRevision
from procedures.services.form_editing import Definition, Place, last_form_change
from procedures.services.form_keys import published_keys

# The version of the draft that a page was read at; comes back with every save.
SEEN = "seen"


@dataclass(slots=True)
class Desk:
    """One request to the editor of one revision. `definition` is None, and `fault` said, when the form cannot be read."""

    model_admin: ModelAdmin
    request: HttpRequest
    revision: ProcedureRevision
    may_change: bool
    definition: FormDefinition | None
    fault: str = ""

    @classmethod
    def open(cls, model_admin: ModelAdmin, request: HttpRequest, revision_id: int) -> "Desk":
        """Raises Http404 for an unknown revision and PermissionDenied for who may not do this."""
        # Beyond this PostgreSQL has no such key, and says so with an error.
        known = ProcedureRevision.objects.select_related("procedure").filter(pk=min(revision_id, 2**63 - 1))
        revision = known.first()
        if revision is None:
            raise Http404
        may_change = model_admin.has_change_permission(request, revision)
        if not (may_change if request.method == "POST" else model_admin.has_view_permission(request, revision)):
            raise PermissionDenied
        definition, fault = None, ""
        try:
            definition = services.parse(revision.form_definition)
        except DefinitionError as error:
            fault = str(error.sentence)
        return cls(model_admin, request, revision, may_change and revision.is_draft, definition, fault)

    # --- addresses ----------------------------------------------------------------------------------------------------
    def address(self, name: str = "form_editor", **parts: Any) -> str:
        return reverse(f"admin:procedures_{name}", kwargs={"revision_id": self.revision.pk, **parts})

    def redirect_to_kinds(self, place: Place) -> HttpResponse:
        """On to the next field of the same section or group."""
        if place.group:
            return redirect(self.address("form_group_field_add", section=place.section, group=place.group))
        return redirect(self.address("form_field_add", section=place.section))

    def back(self, anchor: str = "") -> HttpResponse:
        return redirect(self.address() + (f"#{anchor}" if anchor else ""))

    # --- facts --------------------------------------------------------------------------------------------------------
    @property
    def seen(self) -> int:
        """What the page was read at; a page that brings nothing is as old as can be."""
        typed = self.request.POST.get(SEEN, "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1

    def locked_keys(self) -> frozenset[str]:
        return published_keys(self.revision.procedure_id)

    # --- answers ------------------------------------------------------------------------------------------------------
    def render(self, template: str, context: dict[str, Any], *, title: str, status: int = 200) -> HttpResponse:
        newest = services.last_save(self.revision.pk)
        undoable = last_form_change(self.revision.pk) if self.may_change else None
        common = {
            **self.model_admin.admin_site.each_context(self.request),
            "title": title,
            "opts": self.model_admin.opts,
            "revision": self.revision,
            "procedure": self.revision.procedure,
            "may_change": self.may_change,
            "seen": newest.number if newest is not None else 0,
            "newest": newest,
            "undoable": undoable,
            "fault": self.fault,
        }
        self.request.current_app = self.model_admin.admin_site.name
        return render(self.request, f"procedures/admin/form_editor/{template}", common | context, status=status)

    def save(self, change: Callable[[Definition], Definition], description: str) -> ProcedureRevision:
        return services.save_form(
            actor=administrator(self.request),
            revision_id=self.revision.pk,
            seen=self.seen,
            change=change,
            description=description,
        )

    def do(self, change: Callable[[Definition], Definition], description: str, *, anchor: str = "") -> HttpResponse:
        """One thing done by a button: saved and back to the list, or a page that says why not."""
        try:
            self.save(change, description)
        except StaleDraft as error:
            return self.conflict(error)
        except PortalError as error:
            messages.error(self.request, str(error.sentence))
        else:
            messages.success(self.request, _("Đã %(what)s.") % {"what": description})
        return self.back(anchor)

    def conflict(self, error: StaleDraft) -> HttpResponse:
        return self.render(
            "conflict.html", {"sentence": error.sentence}, title=_("Bản nháp vừa được lưu ở nơi khác"), status=409
        )
