"""A notice as its reader sees it: what happened first, the rest folded, addresses of the portal as links with words."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.notifications.models import InboxNotice

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


def paragraphs_of(notice: InboxNotice) -> list[SafeString]:
    """The body by paragraphs, escaped, in the notice's own language."""
    with translation.override(notice.language):
        parts = [part.strip() for part in notice.body.replace("\r\n", "\n").split("\n\n")]
        return [_shown(part) for part in parts if part]


def _shown(text: str) -> SafeString:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [escape(text[end : found.start()]), _link(found[0])]
        end = found.end()
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces).replace("\n", "<br>"))  # noqa: S308 # nosec B308 B703 - every piece is escaped


def _link(address: str) -> SafeString:
    """Only what leads to this portal; what somebody typed stays text."""
    path = address.removeprefix(settings.PUBLIC_URL)
    if path == address or not path.startswith("/") or path.startswith("//"):
        return escape(address)
    return format_html('<a href="{}">{}</a>', path, _("Mở trang trên cổng"))
