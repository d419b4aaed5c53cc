"""Statements: bring one, see what became of its lines, and place by hand what the machine could not."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments import policies, services
from payments.desk_views.access import actor_of, bookkeepers_only, key_in, words_in
from payments.desk_views.looks import Badge, verdict_badge
from payments.errors import StatementAlreadyImported, StatementNotFound
from payments.forms.statements import StatementForm
from payments.selectors import statements as statement_selectors
from payments.selectors.receiving_accounts import accounts_to_bring
from payments.selectors.statements import ShownLine
from portal.core.cursors import read_cursor, write_cursor
from portal.core.errors import Conflict, InvalidInput, PortalError

PAGE_SIZE = 30
UNUSABLE = 422


@bookkeepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: HttpRequest) -> HttpResponseBase:
    """GET: the statements, newest first (`sau`: continue after). POST: bring one; 422 with what is wrong with it."""
    if request.method != "POST":
        return _list(request, StatementForm(accounts=accounts_to_bring(actor_of(request))))
    form = StatementForm(request.POST, request.FILES, accounts=accounts_to_bring(actor_of(request)))
    if not form.is_valid():
        return _list(request, form, status=UNUSABLE)
    file: UploadedFile = form.cleaned_data["file"]
    try:
        statement = services.import_statement(
            actor=actor_of(request),
            source=form.cleaned_data["source"],
            file_name=file.name or "",
            content=file.read(),
            account_id=form.cleaned_data.get("account"),
            first_day=form.cleaned_data["first_day"],
            last_day=form.cleaned_data["last_day"],
        )
    except (InvalidInput, StatementAlreadyImported) as problem:
        return _refused(request, form, problem)
    messages.success(request, _("Đã nhập sao kê."))
    return redirect("money:statement", statement_id=statement.pk)


@bookkeepers_only
@require_safe
def statement(request: HttpRequest, statement_id: int) -> HttpResponseBase:
    """One statement: sums by verdict and its lines (`loc`: one verdict only, `sau`: continue after)."""
    shown, counts = statement_selectors.statement_with_counts(
        actor=actor_of(request), statement_id=_within(statement_id)
    )
    verdict = request.GET.get("loc", "")
    lines, after = statement_selectors.lines_page(
        actor=actor_of(request),
        statement_id=shown.pk,
        verdict=verdict,
        after=key_in(request.GET.get("sau", "")),
        size=PAGE_SIZE,
    )
    return render(
        request,
        "payments/desk/statement.html",
        {
            "statement": shown,
            "counts": [(one, verdict_badge(one), count, amount) for one, count, amount in counts],
            "verdict": verdict,
            "rows": _rows(lines),
            "next_url": _next(request.path, after, loc=verdict),
        },
    )


@bookkeepers_only
@require_safe
def lines_to_place(request: HttpRequest) -> HttpResponseBase:
    """Money that came in and that a person must place."""
    lines, after = statement_selectors.lines_to_place_page(
        actor=actor_of(request), after=key_in(request.GET.get("sau", "")), size=PAGE_SIZE
    )
    return render(
        request,
        "payments/desk/lines_to_place.html",
        {"rows": _rows(lines), "next_url": _next(request.path, after)},
    )


@bookkeepers_only
@require_safe
def line(request: HttpRequest, line_id: int) -> HttpResponseBase:
    """One line of money in. `ma`: the code of a dossier whose charges it may pay."""
    return _line_page(request, _within(line_id), label=request.GET.get("ma", ""))


@bookkeepers_only
@require_POST
def assign(request: HttpRequest, line_id: int) -> HttpResponseBase:
    """The line pays the chosen charge."""
    label = words_in(request, "ma")
    try:
        placed = services.assign_line(
            actor=actor_of(request),
            line_id=_within(line_id),
            charge_id=_uuid(request.POST.get("charge", "")),
            note=words_in(request, "note"),
        )
    except (InvalidInput, Conflict) as problem:
        return _line_page(request, line_id, label=label, problem=problem)
    messages.success(request, _("Đã xử lý dòng sao kê: %(verdict)s.") % {"verdict": placed.get_verdict_display()})
    return redirect("money:lines_to_place")


@bookkeepers_only
@require_POST
def set_aside(request: HttpRequest, line_id: int) -> HttpResponseBase:
    """The line pays none of our charges."""
    note = words_in(request, "note")
    try:
        services.set_line_aside(actor=actor_of(request), line_id=_within(line_id), note=note)
    except (InvalidInput, Conflict) as problem:
        return _line_page(request, line_id, label="", problem=problem)
    messages.success(request, _("Đã ghi chú dòng sao kê."))
    return redirect("money:lines_to_place")


def _list(request: HttpRequest, form: StatementForm, *, status: int = 200) -> HttpResponseBase:
    actor = actor_of(request)
    found = statement_selectors.statements_page(
        actor=actor, before=read_cursor(request.GET.get("sau", "")), size=PAGE_SIZE
    )
    page = found[:PAGE_SIZE]
    last = page[-1] if len(found) > PAGE_SIZE else None
    return render(
        request,
        "payments/desk/statements.html",
        {
            "form": form,
            "may_import": policies.may_import_statements(actor),
            "statements": page,
            "next_url": _next(request.path, write_cursor(last.imported_at, last.pk) if last else None),
        },
        status=status,
    )


def _refused(request: HttpRequest, form: StatementForm, problem: PortalError) -> HttpResponseBase:
    for name, sentence in problem.fields.items():
        for one in str(sentence).split("\n"):
            form.add_error(name if name in form.fields else None, one)
    if not problem.fields:
        form.add_error("file", str(problem.sentence))
    return _list(request, form, status=UNUSABLE if isinstance(problem, InvalidInput) else problem.status)


def _line_page(
    request: HttpRequest, line_id: int, *, label: str, problem: PortalError | None = None
) -> HttpResponseBase:
    actor = actor_of(request)
    shown = statement_selectors.line_to_place(actor=actor, line_id=line_id)
    charges = statement_selectors.charges_to_assign(actor=actor, label=label) if shown.may_be_placed else []
    status = 200 if problem is None else UNUSABLE if isinstance(problem, InvalidInput) else problem.status
    return render(
        request,
        "payments/desk/statement_line.html",
        {
            "shown": shown,
            "line": shown.line,
            "badge": verdict_badge(shown.line.verdict),
            "label": label.strip()[:80],
            "charges": charges,
            "problem": problem,
            "note": words_in(request, "note"),
        },
        status=status,
    )


def _rows(lines: list[ShownLine]) -> list[tuple[ShownLine, Badge]]:
    return [(shown, verdict_badge(shown.line.verdict)) for shown in lines]


def _next(path: str, after: int | str | None, **kept: str) -> str:
    if after is None:
        return ""
    return f"{path}?{urlencode({name: value for name, value in kept.items() if value} | {'sau': after})}"


def _within(key: int) -> int:
    """A key that the database can hold; any other is nobody's."""
    if key >= 2**63:
        raise StatementNotFound
    return key


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidInput(fields={"charge": _("Hãy chọn khoản thu.")}) from None
