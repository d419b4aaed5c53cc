"""Turns a kind of mail and its context into subject, text and HTML (a leaf: knows templates, no rows)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, TemplateDoesNotExist, engines
from django.utils import translation

from portal.core.text import normalise
from portal.notifications.errors import MailKindUnknown

_KIND = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail as it will be read: one-line subject, plain text, HTML ("" when there is none)."""

    subject: str
    text: str
    html: str


def mail_furniture(language: str) -> dict[str, Any]:
    """What every mail template may show: who writes, where the portal is, whom to call."""
    return {
        "language": language,
        "portal_owner": settings.PORTAL_OWNER,
        "portal_authority": settings.PORTAL_AUTHORITY,
        "portal_contact": settings.PORTAL_CONTACT,
        "portal_hotline": settings.PORTAL_HOTLINE,
        "portal_url": settings.PUBLIC_URL,
        "portal_host": urlsplit(settings.PUBLIC_URL).netloc,
    }


def word_kind(kind: str, language: str, context: Mapping[str, Any]) -> Wording:
    """Render `templates/email/<kind>/{subject.txt,body.txt,body.html}` in the language.

    Raises MailKindUnknown when a template is missing: a mail with half its text is not sent.
    """
    if not _KIND.fullmatch(kind):
        raise MailKindUnknown
    try:
        return word_templates(
            f"email/{kind}/subject.txt", f"email/{kind}/body.txt", f"email/{kind}/body.html", language, context
        )
    except TemplateDoesNotExist:
        raise MailKindUnknown from None


def word_templates(
    subject_template: str, text_template: str, html_template: str | None, language: str, context: Mapping[str, Any]
) -> Wording:
    """Render the named templates in the language. HTML is escaped, plain text is not ("A & B" stays readable)."""
    values = {**mail_furniture(language), **context}
    with translation.override(language):
        return Wording(
            subject=one_line(_render(subject_template, values, autoescape=False))[:200],
            text=_render(text_template, values, autoescape=False).strip() + "\n",
            html=_render(html_template, values, autoescape=True).strip() if html_template else "",
        )


def one_line(value: str) -> str:
    """Fit for a mail header: no line break or control character, NFC, single blanks."""
    return normalise(_CONTROL.sub(" ", value))


def _render(template_name: str, values: Mapping[str, Any], *, autoescape: bool) -> str:
    template: Any = engines["django"].get_template(template_name)
    return str(template.template.render(Context(dict(values), autoescape=autoescape)))
