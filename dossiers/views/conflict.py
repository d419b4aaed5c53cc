"""Somebody was faster: the page that says who, keeps what was typed, and leads back to the dossier."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dossiers.errors import TransitionConflict
from dossiers.models import Dossier


def conflict_page(request: HttpRequest, dossier: Dossier, error: TransitionConflict, *, typed: str) -> HttpResponse:
    """Status 409. `typed` is the text the person wrote; it is shown so that it can be copied."""
    context = {"dossier": dossier, "procedure": dossier.revision.procedure, "error": error, "typed": typed}
    return render(request, "dossiers/conflict.html", context, status=error.status)
