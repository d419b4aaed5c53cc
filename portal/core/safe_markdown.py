"""Markdown of editors to HTML that is safe to show. The only importer of markdown-it and nh3.

Two locks, either of which would do: the parser reads no HTML (it comes out as text), and what it made passes an
allow-list. Pictures are left out: the Content-Security-Policy allows none from elsewhere.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "strong",
        "em",
        "s",
    ),
    *("a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
# The page has its h1: a heading of the text starts one below.
_HEADING = re.compile(r"h([1-5])")
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def render_markdown(text: str) -> SafeString:
    """Safe HTML; headings start at h2, tables scroll by themselves on a narrow screen."""
    tokens = _parser.parse(text)
    _lower_headings(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener nofollow")
    # After the cleaning, for a tab index is nothing an editor may set: a region that scrolls must be reached by keyboard.
    clean = clean.replace("<table>", '<div class="scroll-x" tabindex="0"><table>').replace("</table>", "</table></div>")
    return mark_safe(clean)  # noqa: S308 # nosec B308 B703 - cleaned above


def _lower_headings(tokens: list[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and (level := _HEADING.fullmatch(token.tag)):
            token.tag = f"h{int(level[1]) + 1}"
