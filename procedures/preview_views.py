"""A revision as a citizen would see it, before anybody can: its page, every section of its form, in both languages.

Answers typed here are judged by the real engine and stored nowhere: they travel in the page itself, from section to
section. Only for administrators who may read revisions; for everybody else there is nothing here.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import NotFound
from procedures import selectors, services
from procedures.models import ProcedureRevision
from procedures.policies import may_preview
from procedures.services import FormDefinition, Section, SectionForm
from procedures.views import detail_context

LANGUAGES = ("vi", "en")
# Answers of the other sections, as JSON, in a field of the page.
KNOWN = "preview_known"
_LONGEST_KNOWN = 500_000


@require_safe
def page(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The procedure's page."""
    revision = _revision(request, revision_id)
    with override(_language(request)):
        definition = _definition(revision)
        context = detail_context(revision)
        sections = list(definition.sections) if definition is not None else []
        if sections:
            context["preview_start"] = sections[0].key
        return _render(request, "procedures/preview/detail.html", revision, definition, context)


@require_safe
def phone(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The same pages in a frame as wide as a phone."""
    revision = _revision(request, revision_id)
    return _render(request, "procedures/preview/phone.html", revision, _definition(revision), {})


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, revision_id: int, section_key: str) -> HttpResponse:
    """One section of the form. A post is judged and thrown away; right answers lead on to the next section."""
    revision = _revision(request, revision_id)
    with override(_language(request)):
        definition = _definition(revision)
        keys = [item.key for item in definition.sections] if definition is not None else []
        if definition is None or section_key not in keys:
            raise Http404
        known = _known(request)
        data = request.POST if request.method == "POST" else None
        form = services.build_form(definition, section_key, data=data, initial_answers=known)
        position = keys.index(section_key)
        # A button that adds or takes away a row of a group posts the section too; then nothing is judged yet.
        is_judged = getattr(form, "row_change", None) is None
        if form.is_bound and form.is_valid() and is_judged:
            return _answered(request, revision, definition, position, known | form.cleaned_answers())
        return _section(request, revision, definition, position, form, known)


def _answered(
    request: HttpRequest,
    revision: ProcedureRevision,
    definition: FormDefinition,
    position: int,
    known: Mapping[str, Any],
) -> HttpResponse:
    """The next section with what is known so far; after the last, everything as an officer reads it."""
    following: Section | None = next(iter(definition.sections[position + 1 :]), None)
    if following is not None:
        form = services.build_form(definition, following.key, initial_answers=known)
        return _section(request, revision, definition, position + 1, form, known, is_next=True)
    rows = services.display_rows(definition, known)
    return _render(request, "procedures/preview/answers.html", revision, definition, {"rows": rows})


def _section(
    request: HttpRequest,
    revision: ProcedureRevision,
    definition: FormDefinition,
    position: int,
    form: SectionForm,
    known: Mapping[str, Any],
    *,
    is_next: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "section": definition.sections[position],
        "number": position + 1,
        "count": len(definition.sections),
        "known_name": KNOWN,
        "known": json.dumps(dict(known), ensure_ascii=False),
        "is_next": is_next,
    }
    is_judged = form.is_bound and getattr(form, "row_change", None) is None
    status = 422 if is_judged else 200
    return _render(request, "procedures/preview/section.html", revision, definition, context, status=status)


def _render(
    request: HttpRequest,
    template: str,
    revision: ProcedureRevision,
    definition: FormDefinition | None,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    common = {
        "revision": revision,
        "procedure": revision.procedure,
        "preview_sections": definition.sections if definition is not None else (),
        "preview_language": get_language(),
        # In the phone's frame the bar above the page would be said twice.
        "is_framed": request.GET.get("khung") == "1",
    }
    return render(request, template, common | context, status=status)


def _revision(request: HttpRequest, revision_id: int) -> ProcedureRevision:
    if not may_preview(request.user):
        raise NotFound
    return selectors.revision_page(revision_id)


def _definition(revision: ProcedureRevision) -> FormDefinition | None:
    """None when there is no form, or none that can be read; the editor says what is wrong with it."""
    try:
        return services.parse(revision.form_definition) if revision.form_definition else None
    except services.DefinitionError:
        return None


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("ngon-ngu", "")
    return asked if asked in LANGUAGES else (get_language() or "vi")


def _known(request: HttpRequest) -> dict[str, Any]:
    typed = request.POST.get(KNOWN, "")
    if not typed:
        return {}
    try:
        known = json.loads(typed) if len(typed) <= _LONGEST_KNOWN else None
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        raise BadRequest
    return known
