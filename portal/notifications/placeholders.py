"""The language of edited wordings: text with `{{bien}}` and a little Markdown. It runs no code and knows no tags.

A paragraph whose variables are all empty is left out, so that "Lý do: {{ly_do}}" needs no condition.
"""

import re
from collections.abc import Collection, Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.core.safe_markdown import render_markdown

_PLACEHOLDER = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]*)[ \t]*\}\}")
# Whoever forgets a brace has written a variable that nobody fills: a wording has no use for single ones.
_STRAY = re.compile(r"[{}]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
# Private-use characters: Markdown and the cleaner leave them alone, and no editor types them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([a-z0-9_]+){_CLOSE}")
_STRONG, _LINK, _HEADING = (
    re.compile(r"\*\*(.+?)\*\*"),
    re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"),
    re.compile(r"^#{1,6}[ \t]+", re.MULTILINE),
)


def names_in(text: str) -> list[str]:
    """The variables a text mentions, each once, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def problems_of(text: str, known: Collection[str]) -> list[str]:
    """Sentences on what is wrong with a wording; empty when it may be saved."""
    problems = []
    if _OPEN in text or _CLOSE in text:
        problems.append(_("Có ký tự không dùng được."))
    unknown = [name for name in names_in(text) if name not in known]
    if unknown:
        problems.append(
            _("Không có biến %(names)s ở loại thông báo này.")
            % {"names": ", ".join(f"{{{{{name}}}}}" for name in unknown)}
        )
    if _STRAY.search(_PLACEHOLDER.sub("", text)):
        problems.append(_("Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."))
    if not problems and _is_swallowed(text):
        problems.append(_("Biến phải đứng trong câu chữ, không đứng trong địa chỉ của liên kết."))
    return problems


def _is_swallowed(text: str) -> bool:
    marked = _marked(text)
    return sorted(_MARK.findall(marked)) != sorted(_MARK.findall(render_markdown(marked)))


def _marked(text: str) -> str:
    return _PLACEHOLDER.sub(lambda found: f"{_OPEN}{found[1]}{_CLOSE}", text)


def _told(source: str, values: Mapping[str, str]) -> str:
    """Without the paragraphs that have nothing to tell."""
    kept = []
    for paragraph in _PARAGRAPHS.split(source.replace("\r\n", "\n").strip()):
        names = names_in(paragraph)
        if not names or any(values.get(name) for name in names):
            kept.append(paragraph)
    return "\n\n".join(kept)


def fill_line(source: str, values: Mapping[str, str]) -> str:
    """A subject: no Markdown."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), source)


def fill_text(source: str, values: Mapping[str, str]) -> str:
    """The plain-text part: marks of emphasis are dropped, links stand as "words: address"; values stay as they are."""
    text = _HEADING.sub("", _told(source, values))
    text = _LINK.sub(r"\1: \2", _STRONG.sub(r"\1", text))
    return fill_line(text, values)


def fill_html(source: str, values: Mapping[str, str], addresses: Collection[str] = ()) -> SafeString:
    """The HTML part: cleaned Markdown, then each value escaped in its place; those named in `addresses` become links."""

    def shown(found: re.Match[str]) -> str:
        value = escape(values.get(found[1], ""))
        if found[1] in addresses and value:
            return f'<a href="{value}" style="color:#1d4f91">{value}</a>'
        return value.replace("\n", "<br>")

    html = _MARK.sub(shown, render_markdown(_marked(_told(source, values))))
    return mark_safe(html)  # noqa: S308 # nosec B308 B703 - cleaned Markdown and escaped values
