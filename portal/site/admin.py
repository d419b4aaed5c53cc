"""Guides and announcements in admin: written in Markdown, seen as readers will see them before they are public."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.core.safe_markdown import render_markdown
from portal.site.models import Article, ArticleKind


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "is_now_public", "public_from", "public_until", "is_important", "order"]
    list_filter = ["kind", "is_important"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["preview", "preview_en"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["kind", "title", "slug", "summary", "body", "preview"]}),
        (
            _("Công bố"),
            {"fields": [("public_from", "public_until"), ("is_important", "order")]},
        ),
        (_("Tiếng Anh"), {"classes": ["collapse"], "fields": ["title_en", "summary_en", "body_en", "preview_en"]}),
    ]

    @admin.display(description=_("đang công bố"), boolean=True)
    def is_now_public(self, article: Article) -> bool:
        return article.is_public

    @admin.display(description=_("Bản lưu gần nhất trông như sau"))
    def preview(self, article: Article) -> str | SafeString:
        return _shown(article.body)

    @admin.display(description=_("Bản tiếng Anh trông như sau"))
    def preview_en(self, article: Article) -> str | SafeString:
        return _shown(article.body_en)

    def view_on_site(self, article: Article) -> str:
        """Drafts too: the page opens for who may edit, and says that it is not public."""
        return article_address(article)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        return {"kind": ArticleKind.GUIDE, **super().get_changeform_initial_data(request)}


def article_address(article: Article) -> str:
    name = "guide" if article.kind == ArticleKind.GUIDE else "announcement"
    return reverse(f"site:{name}", args=[article.slug])


def _shown(text: str) -> str | SafeString:
    return format_html('<div class="markdown-preview">{}</div>', render_markdown(text)) if text else "–"
