"""Guides and announcements as pages, and the announcements as a feed."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.safe_markdown import render_markdown
from portal.site import selectors
from portal.site.models import Article, ArticleKind


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide."""
    return _page(request, ArticleKind.GUIDE, slug)


@require_safe
def announcement(request: HttpRequest, slug: str) -> HttpResponse:
    """One announcement."""
    return _page(request, ArticleKind.ANNOUNCEMENT, slug)


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    cursor = request.GET.get("sau", "")
    context = {"page": selectors.announcements(cursor), "is_first_page": not cursor}
    return render(request, "site/announcements.html", context)


def _page(request: HttpRequest, kind: ArticleKind, slug: str) -> HttpResponse:
    may_edit = request.user.has_perm("site.change_article")
    found = selectors.article(kind, slug, with_drafts=may_edit)
    response = render(
        request,
        "site/article.html",
        {"article": found, "body": render_markdown(found.in_language("body")), "is_preview": not found.is_public},
    )
    if not found.is_public:
        response["Cache-Control"] = "no-store"
    return response


class AnnouncementFeed(Feed):
    """The newest announcements as Atom, so that newspapers and other portals need not look in by hand."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Thông báo của cổng dịch vụ công")

    def link(self) -> str:
        return reverse("site:announcements")

    def items(self) -> list[Article]:
        return selectors.announcements().rows

    def item_title(self, item: Any) -> str:
        return item.shown_title

    def item_description(self, item: Any) -> str:
        return item.shown_summary

    def item_link(self, item: Any) -> str:
        return reverse("site:announcement", args=[item.slug])

    def item_pubdate(self, item: Any) -> Any:
        return item.public_from
