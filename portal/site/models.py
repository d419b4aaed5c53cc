"""Guides and announcements: what the agency tells people in its own words, written in Markdown by an editor."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core import clock


class ArticleKind(models.TextChoices):
    """A guide stays and explains; an announcement is news of a day."""

    GUIDE = "guide", _("Hướng dẫn")
    ANNOUNCEMENT = "announcement", _("Thông báo")


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self) -> "ArticleQuerySet":
        """What everybody may read now."""
        now = clock.now()
        return self.filter(Q(public_until__isnull=True) | Q(public_until__gt=now), public_from__lte=now)


class Article(models.Model):
    """One page of text. Vietnamese is always there; a blank English text falls back to it."""

    kind = models.CharField(_("loại"), max_length=12, choices=ArticleKind, default=ArticleKind.GUIDE)
    slug = models.SlugField(
        _("tên trong địa chỉ"),
        max_length=120,
        unique=True,
        help_text=_("Đã công bố thì đừng đổi: người khác đã lưu địa chỉ."),
    )
    title = models.CharField(_("tiêu đề"), max_length=200)
    title_en = models.CharField(_("tiêu đề tiếng Anh"), max_length=200, blank=True)
    summary = models.CharField(
        _("tóm tắt"), max_length=300, blank=True, help_text=_("Một, hai câu; hiện trong danh sách và bản tin.")
    )
    summary_en = models.CharField(_("tóm tắt tiếng Anh"), max_length=300, blank=True)
    body = models.TextField(
        _("nội dung"),
        max_length=100_000,
        help_text=_("Viết bằng Markdown: ## tiêu đề, - gạch đầu dòng, **đậm**, [chữ](địa chỉ). HTML không được dùng."),
    )
    body_en = models.TextField(_("nội dung tiếng Anh"), max_length=100_000, blank=True)
    is_important = models.BooleanField(
        _("quan trọng"), default=False, help_text=_("Thông báo quan trọng hiện ngay đầu trang chủ.")
    )
    public_from = models.DateTimeField(
        _("công bố từ"), null=True, blank=True, help_text=_("Để trống: bản nháp, chỉ quản trị viên xem được.")
    )
    public_until = models.DateTimeField(_("đến"), null=True, blank=True, help_text=_("Để trống: không hết hạn."))
    order = models.PositiveSmallIntegerField(
        _("thứ tự"), default=0, help_text=_("Thứ tự của hướng dẫn trong danh sách.")
    )
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "order", "-public_from", "-id"]
        verbose_name = _("bài viết")
        verbose_name_plural = _("hướng dẫn và thông báo")
        indexes = [models.Index(fields=["kind", "-public_from", "-id"], name="article_of_kind_newest")]
        constraints = [
            models.CheckConstraint(name="article_kind_is_known", condition=Q(kind__in=ArticleKind.values)),
            models.CheckConstraint(
                name="article_ends_after_it_begins",
                condition=Q(public_until__isnull=True)
                | (Q(public_from__isnull=False) & Q(public_until__gt=F("public_from"))),
                violation_error_message=_("Lúc kết thúc phải sau lúc công bố."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        now = clock.now()
        return (
            self.public_from is not None
            and self.public_from <= now
            and (self.public_until is None or now < self.public_until)
        )

    def in_language(self, name: str, language: str | None = None) -> str:
        """The text of `title`, `summary` or `body` in a language (that of the moment by default)."""
        english = (language or get_language() or "vi").startswith("en")
        return (english and getattr(self, f"{name}_en")) or getattr(self, name)

    @property
    def shown_title(self) -> str:
        return self.in_language("title")

    @property
    def shown_summary(self) -> str:
        return self.in_language("summary")

    @property
    def shown_language(self) -> str:
        """The language the body is really in, for the `lang` of its element."""
        return "en" if (get_language() or "vi").startswith("en") and self.body_en else "vi"
