"""Translates typed errors into pages: one handler for the browser's edge."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import PortalError


class PortalErrorMiddleware:
    """Renders `templates/errors/portal_error.html` with the error's sentence and status; unknown errors stay 500s."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PortalError):
            return None
        template = "errors/404.html" if error.status == 404 else "errors/portal_error.html"
        return render(request, template, {"error": error}, status=error.status)


class AdminAddressMiddleware:
    """400 for a NUL in a query of Django admin: its filters pass what was sent to PostgreSQL, which takes none in a text.

    The portal's own pages clean what they read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        match = request.resolver_match
        if match is None or "admin" not in match.app_names:
            return
        if any("\x00" in text for name, values in request.GET.lists() for text in (name, *values)):
            raise BadRequest
