"""What an officer searches for. A code may stand in an address; anything else may be a person's and is kept on the server.

Words are sent by POST, stay in the officer's session under a random token, and only the token stands in the address.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.text import normalise

LONGEST = 120
LOST = _("Lần tìm này không còn được giữ. Hãy gõ lại vào ô tìm. Tên người không được ghi trong địa chỉ trang.")
_SESSION_KEY = "desk.search"
_MOST_KEPT = 10
# A whole code, or the digits at its end. Longer runs of digits may be a telephone or an identity number.
_CODE = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*-\d{6,8}-\d{4,7}|\d{1,7}")


@dataclass(frozen=True, slots=True)
class Search:
    """`words` is what is searched; `address` how it is told in an address; `was_lost` when the words are not kept any more."""

    words: str = ""
    address: tuple[tuple[str, str], ...] = ()
    was_lost: bool = False


def cleaned(text: str) -> str:
    # PostgreSQL takes no NUL in a text; nobody searches for one either.
    return normalise(text.replace("\x00", ""))[:LONGEST]


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def remember(request: HttpRequest, text: str) -> Search:
    """The search for these words, kept in the session when they are no code."""
    words = cleaned(text)
    if not words:
        return Search()
    if is_code(words):
        return Search(words, (("q", words),))
    token = secrets.token_urlsafe(6)
    kept = [*request.session.get(_SESSION_KEY, []), [token, words]]
    request.session[_SESSION_KEY] = kept[-_MOST_KEPT:]
    return Search(words, (("tim", token),))


def search_of(request: HttpRequest) -> Search:
    """The search an address names. Words in an address that are no code are not searched for."""
    return _found(request, request.GET)


def search_behind(request: HttpRequest, carried: Mapping[str, str]) -> Search:
    """The search that a form carried along as it stands in addresses. Without the words of a lost one a list holds
    everybody, so who asks for the words must look at `was_lost` first."""
    return _found(request, carried)


def _found(request: HttpRequest, given: Mapping[str, str]) -> Search:
    words = cleaned(given.get("q", ""))
    if words:
        return Search(words, (("q", words),)) if is_code(words) else Search(was_lost=True)
    token = given.get("tim", "")
    if not token:
        return Search()
    found = dict(request.session.get(_SESSION_KEY, [])).get(token)
    return Search(found, (("tim", token),)) if found else Search(was_lost=True)
