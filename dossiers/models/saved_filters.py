"""A list an officer looks at every day, under a name of their own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """`criteria` is what `selectors.Criteria.written` gives: codes and ids, no words that may be a person's name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("tên bộ lọc"), max_length=60)
    criteria = models.JSONField(_("điều kiện"), default=dict)
    position = models.PositiveIntegerField(_("thứ tự"), default=0)
    # The list that opens first for this officer.
    is_default = models.BooleanField(_("mở đầu tiên"), default=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("bộ lọc đã lưu")
        verbose_name_plural = _("bộ lọc đã lưu")
        ordering = ["owner_id", "position", "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_filter_name_once_an_owner"),
            models.UniqueConstraint(
                fields=["owner"], name="saved_filter_one_default_an_owner", condition=Q(is_default=True)
            ),
            models.CheckConstraint(name="saved_filter_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
