"""Where a request came from."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address: the last hop of X-Forwarded-For when our own proxy stands in front, else the peer.

    Earlier hops are whatever the client wrote there, so they are never believed.
    """
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        last = forwarded.rpartition(",")[2].strip()
        if last:
            return last[:64]
    return str(request.META.get("REMOTE_ADDR", "") or "127.0.0.1")[:64]
