"""Answers to requests that never reached a view: a stale form, too many failed sign-ins."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or cookies are off. `reason` is for developers and is not shown."""
    return render(request, "errors/csrf.html", status=403)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """429 of django-axes: too many failed sign-ins of one address from one place. Says when to come back, not who."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    answer = render(request, "errors/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
