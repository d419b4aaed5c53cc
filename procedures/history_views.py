"""What became of a procedure: its published revisions, any two of them compared, and the pages of old codes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from procedures import selectors
from procedures.errors import UnknownProcedure
from procedures.models import ProcedureRevision
from procedures.selectors.comparison import RevisionComparison, announced_revisions, compare


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Revisions made public, newest first; `?truoc=1&sau=2` sets two of them against each other, by their numbers."""
    revisions = list(announced_revisions(code))
    if not revisions:
        return page_of_other_code(request, code, name="procedures:history")
    chosen = {name: _number(request.GET.get(name, "")) for name in ("truoc", "sau")}
    context = {
        "procedure": revisions[0].procedure,
        "revisions": [(one, revisions[place + 1 : place + 2]) for place, one in enumerate(revisions)],
        "comparison": _comparison(revisions, chosen["truoc"], chosen["sau"]),
        "before": chosen["truoc"] or revisions[-1].number,
        "after": chosen["sau"] or revisions[0].number,
        "is_asked": None not in chosen.values(),
    }
    return render(request, "procedures/history.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _comparison(revisions: list[ProcedureRevision], before: int | None, after: int | None) -> RevisionComparison | None:
    """None unless both numbers are those of revisions that were made public."""
    ids = {revision.number: revision.pk for revision in revisions}
    if before not in ids or after not in ids or before == after:
        return None
    whole = ProcedureRevision.objects.select_related("procedure").in_bulk([ids[before], ids[after]])
    return compare(whole[ids[before]], whole[ids[after]], for_public=True)


@require_safe
def other_code(request: HttpRequest, code: str) -> HttpResponse:
    """An old or local code leads to the procedure it means today."""
    return page_of_other_code(request, code)


def page_of_other_code(request: HttpRequest, code: str, *, name: str = "procedures:detail") -> HttpResponse:
    """For a code without a page of its own: 301 to the procedure it is an alias of, or what replaces it, in words.

    Raises `UnknownProcedure` (404).
    """
    found = selectors.resolve_code(code)
    if found is None:
        raise UnknownProcedure
    if found.procedure.code != code:
        return redirect(name, found.procedure.code, permanent=True)
    if not found.successors:
        raise UnknownProcedure
    context = {"procedure": found.procedure, "replacements": selectors.replacements_of(found.procedure)}
    return render(request, "procedures/replaced.html", {**context, "successors": found.successors})
