"""The navigation on the pages of the money desk."""

from typing import Any

from django import template
from django.urls import reverse

from payments.desk_views.sections import sections_of
from portal.core.actors import ANONYMOUS

register = template.Library()


@register.inclusion_tag("payments/desk/_sections.html", takes_context=True)
def money_sections(context: dict[str, Any]) -> dict[str, Any]:
    """Links to the parts that this officer may open; nothing where there is but one. No query."""
    request = context["request"]
    match = request.resolver_match
    here = match.url_name if match is not None else ""
    sections = sections_of(getattr(request, "actor", ANONYMOUS))
    current = next((section for section in sections if here in section.pages), None)
    links = [
        (section.label, reverse(f"money:{section.address}"), _mark(here, section.address) if section is current else "")
        for section in sections
    ]
    return {"links": links if len(links) > 1 else [], "home": reverse("money:home"), "is_home": here == "home"}


def _mark(here: str, first_page: str) -> str:
    """The value of aria-current: this very page, or one below it."""
    return "page" if here == first_page else "true"
