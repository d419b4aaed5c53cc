"""Reads of guides and announcements. What is not public is found only by who may edit it; for others it is not there."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.core.cursors import read_cursor, write_cursor
from portal.core.errors import NotFound
from portal.site.models import Article, ArticleKind

PAGE_SIZE = 20
NEWEST = 3
_LISTED = ("id", "kind", "slug", "title", "title_en", "summary", "summary_en", "is_important", "public_from")


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of announcements; `next_cursor` is empty on the last."""

    rows: list[Article]
    next_cursor: str


def guides() -> QuerySet[Article]:
    """Public guides in the editors' order, without their bodies."""
    return Article.objects.public().filter(kind=ArticleKind.GUIDE).order_by("order", "pk").only(*_LISTED)


def announcements(cursor: str = "") -> ArticlePage:
    """Public announcements, newest first, continued by key."""
    found = _announcements()
    key = read_cursor(cursor)
    if key is not None:
        instant, pk = key
        found = found.filter(Q(public_from__lt=instant) | Q(public_from=instant, pk__lt=pk))
    rows = list(found[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    return ArticlePage(shown, write_cursor(last.public_from, last.pk) if last and last.public_from else "")


def newest_announcements() -> list[Article]:
    """For the home page: important ones first, then by day, `NEWEST` in all."""
    return list(_announcements().order_by("-is_important", "-public_from", "-pk")[:NEWEST])


def article(kind: ArticleKind, slug: str, *, with_drafts: bool = False) -> Article:
    """One article. Raises NotFound for an unknown one and for one that is not public, unless `with_drafts`."""
    articles = Article.objects.all() if with_drafts else Article.objects.public()
    found = articles.filter(kind=kind, slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _announcements() -> QuerySet[Article]:
    return Article.objects.public().filter(kind=ArticleKind.ANNOUNCEMENT).order_by("-public_from", "-pk").only(*_LISTED)
