"""How django-axes learns which account a failed sign-in was for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def attempted_address(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The e-mail address that was tried, in lower case.

    allauth hands `email` to the backends, Django's own forms hand `username`; without credentials the posted form
    (`login` or `username`) tells. One spelling for all, so that the count cannot be dodged by changing letters' case.
    """
    sources: list[Mapping[str, Any]] = [credentials] if credentials else []
    if request is not None:
        sources.append(request.POST)
    for source in sources:
        for name in ("email", "username", "login"):
            if value := source.get(name):
                return str(value).strip().lower()
    return None
