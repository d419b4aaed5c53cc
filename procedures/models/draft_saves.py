"""The saves of a draft, numbered: whoever saves on an older reading is told so, and a change of the form can be undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.revisions import ProcedureRevision


class DraftSave(models.Model):
    """One save: who, when, what. Its number is the version of the draft that a page was read at.

    Only the newest rows are kept (`services.draft_saves.KEPT`); numbers go on rising.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("Lưu trang bản nháp")
        FORM = "form", _("Sửa tờ khai")
        UNDO = "undo", _("Hoàn tác một thay đổi của tờ khai")

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="saves", verbose_name=_("phiên bản")
    )
    number = models.PositiveIntegerField(_("lần lưu"))
    kind = models.CharField(_("việc"), max_length=4, choices=Kind)
    # In words, for example: thêm trường “Họ và tên”.
    description = models.CharField(_("nội dung"), max_length=300, blank=True)
    # The declaration form before this save, while it can still be brought back; null when it was not touched.
    definition_before = models.JSONField(null=True, blank=True, editable=False)
    # As in `portal.core.actors.ActorKind`.
    actor_kind = models.CharField(_("bên thực hiện"), max_length=16)
    actor_name = models.CharField(_("người thực hiện"), max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tài khoản"),
    )
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["revision_id", "-number"]
        verbose_name = _("lần lưu bản nháp")
        verbose_name_plural = _("các lần lưu bản nháp")
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="draft_save_number_once_per_revision"),
            models.CheckConstraint(
                name="draft_save_kind_is_known", condition=models.Q(kind__in=["page", "form", "undo"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.number}"
