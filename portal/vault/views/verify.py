"""Public verification: what a paper is worth today, for whoever holds its code or its file."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import clock
from portal.core.addresses import client_address
from portal.documents import services as document_services
from portal.documents.errors import DocumentRefused
from portal.vault import services
from portal.vault.codes import read_code
from portal.vault.errors import CodeUnknown, CodeUnreadable
from portal.vault.forms.public import CodeForm, FileForm
from portal.vault.looks import look_of
from portal.vault.services import FileAnswer, PublicPaper
from portal.vault.views.requests import for_no_index


@for_no_index
@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponseBase:
    """The two ways to ask: by code, by file. `?ma=` is a code typed here, and leads to its page."""
    if "ma" not in request.GET:
        return _page(request, CodeForm())
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _page(request, form, status=422)
    code = read_code(services.code_in(form.cleaned_data["ma"]))
    if code is None:
        form.add_error("ma", str(CodeUnreadable.default_sentence))
        return _page(request, form, status=422)
    return redirect("vault:verify", code)


@for_no_index
@never_cache
@require_safe
def answer(request: HttpRequest, code: str) -> HttpResponseBase:
    """Where the QR code leads: one word, and the facts behind it."""
    read = read_code(services.code_in(code))
    if read is not None and read != code:
        return redirect("vault:verify", read)
    try:
        paper = services.verify_code(typed=code, client_address=client_address(request))
    except (CodeUnknown, CodeUnreadable) as error:
        form = CodeForm(initial={"ma": code[:40]})
        known = {"form": form, "error": error, "is_unknown": isinstance(error, CodeUnknown)}
        return render(request, "vault/verify_unknown.html", known, status=404)
    return render(request, "vault/verify_answer.html", _facts(paper) | _file_form(paper.code))


@for_no_index
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest) -> HttpResponseBase:
    """Compare a file: with the paper of the code that came along, or with all."""
    if request.method != "POST":
        return redirect("vault:ask")
    form = FileForm(request.POST, request.FILES)
    typed = request.POST.get("ma", "")[:500]
    if not form.is_valid():
        return _refused(request, form, typed)
    try:
        found = services.verify_file(
            upload=form.cleaned_data["tep"], client_address=client_address(request), typed=typed
        )
    except DocumentRefused as error:
        form.add_error("tep", str(error.sentence))
        return _refused(request, form, typed, status=error.status)
    except (CodeUnknown, CodeUnreadable):
        return redirect("vault:verify", services.code_in(typed)[:64] or "-")
    return render(request, "vault/verify_file.html", _file_facts(found) | _file_form(typed))


def _refused(request: HttpRequest, form: FileForm, typed: str, status: int = 422) -> HttpResponse:
    known = {"limits": document_services.upload_limits(), "file_form": form, "is_of_one": bool(typed)}
    return render(request, "vault/verify_file_refused.html", known, status=status)


def _page(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "vault/verify.html", {"form": form} | _file_form(""), status=status)


def _file_form(code: str) -> dict[str, object]:
    return {"file_form": FileForm(initial={"ma": code}), "limits": document_services.upload_limits()}


def _facts(paper: PublicPaper) -> dict[str, object]:
    return {"paper": paper, "look": look_of(paper.standing), "asked_at": clock.now()}


def _file_facts(found: FileAnswer) -> dict[str, object]:
    known: dict[str, object] = {"found": found, "asked_at": clock.now()}
    if found.paper is not None:
        known |= _facts(found.paper)
    return known
