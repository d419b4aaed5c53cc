"""Turns a kind of mail and its facts into subject, text and HTML (a leaf: knows templates, no rows)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, TemplateDoesNotExist, engines
from django.utils import translation
from django.utils.safestring import mark_safe

from portal.core.text import normalise
from portal.notifications.errors import MailKindUnknown
from portal.notifications.kinds import MessageKind
from portal.notifications.placeholders import fill_html, fill_line, fill_text

_KIND = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# The frame of every mail (templates/email/base.*) sets its content off with these.
_INNER_HTML = re.compile(r"<!--content-->(.*)<!--/content-->", re.DOTALL)
_SIGNATURE = "\n\n--\n"


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail as it will be read: one-line subject, plain text, HTML ("" when there is none).

    `version_id` is the edited wording it was made from, None for the portal's own.
    """

    subject: str
    text: str
    html: str
    version_id: int | None = None

    @property
    def inner_text(self) -> str:
        """Without the greeting and the sender's lines of the frame."""
        _greeting, has_greeting, rest = self.text.partition("\n\n")
        body, has_signature, _frame = rest.rpartition(_SIGNATURE)
        return body.strip() if has_greeting and has_signature else self.text.strip()

    @property
    def inner_html(self) -> str:
        found = _INNER_HTML.search(self.html)
        return found[1].strip() if found else ""


@dataclass(frozen=True, slots=True)
class EditedWording:
    """What an administrator wrote for a kind; `{{names}}` stand for the kind's variables."""

    subject: str
    body: str
    button_label: str = ""
    version_id: int | None = None


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


def word_edited(kind: MessageKind, edited: EditedWording, language: str, context: Mapping[str, Any]) -> Wording:
    """An administrator's wording with the facts filled in, inside the same frame as every mail."""
    with translation.override(language):
        facts = {**mail_furniture(language), **context}
        values = kind.values(facts)
        subject = one_line(fill_line(edited.subject, values))[:200]
        address = str(facts.get(kind.address_key) or "")
        shown = {
            **facts,
            "subject": subject,
            "content_text": fill_text(edited.body, values),
            "content_html": fill_html(edited.body, values, kind.address_names),
            "address": address,
            "button_label": edited.button_label or str(kind.button_label),
            "reason": str(kind.reason),
        }
        return Wording(
            subject=subject,
            text=_render("email/base_edited.txt", shown, autoescape=False).strip() + "\n",
            html=_render("email/base_edited.html", shown, autoescape=True).strip(),
            version_id=edited.version_id,
        )


def word_bundle(
    parts: Sequence[Wording], *, label: str, language: str, recipient_name: str, headline: str = ""
) -> Wording:
    """Several mails about one thing as one, in their order: each with its subject as its heading.

    `headline` is the subject of the one that must not be overlooked: the bundle goes by it, else by `label`.
    """
    if len(parts) == 1:
        return parts[0]
    sections = [
        {"subject": part.subject, "text": part.inner_text, "html": mark_safe(part.inner_html)}  # noqa: S308 # nosec B308 B703 - worded by our templates
        for part in parts
    ]
    context = {
        "recipient_name": recipient_name,
        "label": label,
        "headline": headline,
        "count": len(parts),
        "more": len(parts) - 1,
        "sections": sections,
    }
    return word_templates(
        "email/base_bundle_subject.txt", "email/base_bundle.txt", "email/base_bundle.html", language, context
    )


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


def starting_text(kind: MessageKind, language: str) -> EditedWording:
    """The portal's own wording as a first draft for an editor: sample values are turned back into their variables.

    What hangs on conditions in the files appears as the sample has it.
    """
    context = kind.sample()
    own = word_kind(kind.key, language, context)
    with translation.override(language):
        values = kind.values({**mail_furniture(language), **context})
        button = str(kind.button_label)
    # Longest first, so that a value inside another one does not tear it apart.
    known = sorted(((text, name) for name, text in values.items() if text), key=lambda pair: -len(pair[0]))
    address = str(context.get(kind.address_key) or "")
    paragraphs = [part for part in own.inner_text.split("\n\n") if not (address and address in part)]
    return EditedWording(
        subject=_with_names(own.subject, known), body=_with_names("\n\n".join(paragraphs), known), button_label=button
    )


def _with_names(text: str, known: Sequence[tuple[str, str]]) -> str:
    for value, name in known:
        text = text.replace(value, f"{{{{{name}}}}}")
    return text


def one_line(value: str) -> str:
    """Fit for a mail header: no line break or control character, NFC, single blanks."""
    return normalise(_CONTROL.sub(" ", value))


def _render(template_name: str, values: Mapping[str, Any], *, autoescape: bool) -> str:
    template: Any = engines["django"].get_template(template_name)
    return str(template.template.render(Context(dict(values), autoescape=autoescape)))
