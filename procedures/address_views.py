"""Suggestions while an address is typed. Public facts about provinces and communes: nothing personal comes or goes."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from procedures.services.forms import commune_names

_PROVINCE = re.compile(r"[0-9]{2}")
_FIELD = re.compile(r"[A-Za-z0-9_\-]{1,120}")


@require_safe
@cache_control(public=True, max_age=3600)
def communes(request: HttpRequest) -> HttpResponse:
    """Options of a `datalist`. `ten` is the field's name, whose list of provinces sends its value as `<ten>-province`;
    `xua=1` asks for units of before 1/7/2025 too. Anything unknown gives an empty list."""
    name = request.GET.get("ten", "")
    code = request.GET.get(f"{name}-province", "") if _FIELD.fullmatch(name) else ""
    names = commune_names(code, is_historical=request.GET.get("xua") == "1") if _PROVINCE.fullmatch(code) else []
    return render(request, "forms/widgets/commune_options.html", {"communes": names})
