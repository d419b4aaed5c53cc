"""Two revisions of a procedure side by side, for administrators: any two, drafts included."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from procedures.models import ProcedureRevision
from procedures.selectors.comparison import comparable_revisions, compare

PAGE = "procedures_procedurerevision_comparison"


class RevisionComparisonPage(admin.ModelAdmin):
    """Adds the page to the admin of revisions."""

    def get_urls(self) -> list[URLPattern]:
        page = path("<int:object_id>/so-sanh/", self.admin_site.admin_view(self.comparison_view), name=PAGE)
        return [page, *super().get_urls()]

    def comparison_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """`?voi=<id>`: the revision it is compared with, else the one in force, else the one before it.

        The lower number is the older one, whichever was asked from.
        """
        revision = ProcedureRevision.objects.filter(pk=object_id).first() if object_id < 2**63 else None
        if revision is None:
            raise Http404
        if not self.has_view_permission(request, revision):
            raise PermissionDenied
        revisions = list(comparable_revisions(revision))
        other = _other(revisions, revision, request.GET.get("voi", ""))
        comparison = None
        if other is not None:
            before, after = sorted((revision, other), key=lambda one: one.number)
            comparison = compare(before, after)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": revision,
            "title": _("So sánh hai phiên bản"),
            "revisions": [one for one in revisions if one.pk != revision.pk],
            "other": other,
            "comparison": comparison,
        }
        return TemplateResponse(request, "procedures/admin/comparison.html", context)


def _other(revisions: list[ProcedureRevision], revision: ProcedureRevision, asked: str) -> ProcedureRevision | None:
    others = [one for one in revisions if one.pk != revision.pk]
    wanted = next((one for one in others if str(one.pk) == asked), None)
    in_force = next((one for one in others if one.state == "published"), None)
    before = next((one for one in others if one.number < revision.number), None)
    return wanted or in_force or before or (others[0] if others else None)
