"""Answers to requests that never reached a view: a stale form, too many failed sign-ins."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or cookies are off. `reason` is for developers and is not shown.

    A view on which people type a lot may keep what was typed: its attribute `on_csrf_failure` answers instead.
    """
    match = request.resolver_match or _resolved(request.path_info)
    keeper = getattr(match.func, "on_csrf_failure", None) if match is not None else None
    answer = keeper(request) if keeper is not None else None
    if answer is not None:
        return cast(HttpResponse, answer)
    return render(request, "errors/csrf.html", status=403)


def _resolved(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """429 of django-axes: too many failed sign-ins of one address from one place. Says when to come back, not who."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    answer = render(request, "errors/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
