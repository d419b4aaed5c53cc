"""Display filters every template has: amounts, instants, sizes, hashes. Display only, no rules."""

from datetime import date, datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.core import clock
from portal.core.money import NO_BREAK_SPACE, format_vnd

register = template.Library()


@register.filter
def vnd(amount: int | None) -> str:
    """135000 -> 135.000 đ"""
    return "" if amount is None else format_vnd(amount)


@register.filter
def instant(value: datetime | None) -> str:
    """8 giờ 30, ngày 05/05/2026 (English pages: 08:30, 05/05/2026)"""
    if value is None:
        return ""
    moment = clock.local(value)
    if get_language() == "en":
        return f"{moment:%H:%M}, {moment:%d/%m/%Y}"
    return f"{moment.hour}{NO_BREAK_SPACE}giờ{NO_BREAK_SPACE}{moment:%M}, ngày{NO_BREAK_SPACE}{moment:%d/%m/%Y}"


@register.filter
def day(value: date | datetime | None) -> str:
    """05/05/2026"""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value:%d/%m/%Y}"


@register.filter
def file_size(size: int | None) -> str:
    """184 kB, 1,2 MB (decimal units, as phones show them)"""
    if size is None:
        return ""
    if size < 1_000:
        return f"{size}{NO_BREAK_SPACE}B"
    # 999,500 bytes round to 1,000 kB, which is 1.0 MB.
    if size < 999_500:
        return f"{round(size / 1_000)}{NO_BREAK_SPACE}kB"
    megabytes = f"{size / 1_000_000:.1f}"
    return (megabytes if get_language() == "en" else megabytes.replace(".", ",")) + f"{NO_BREAK_SPACE}MB"


@register.filter
def short_hash(digest: str) -> str:
    """9f3a…c41e"""
    return f"{digest[:4]}…{digest[-4:]}" if len(digest) > 8 else digest


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite, as `components/icon.html` draws it, for lists that draw a hundred.

    Always decoration: the word beside it does the talking.
    """
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        static("img/icons.svg"),
        name,
    )
