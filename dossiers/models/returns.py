"""How a result reached its citizen: over the desk, with proof of who took it, or by post, move by move."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import IdentityPaper, PostalState, ReceiptProof, Receiver
from dossiers.models.dossier import Dossier


class ResultHandOver(models.Model):
    """Who took a result at the desk. `sequence` is the journal line; a line that was undone keeps its row as history.

    With a signature as proof the signed slip is scanned back in; with a code nothing more is needed.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="hand_overs")
    sequence = models.PositiveIntegerField(_("dòng nhật ký"))
    receiver = models.CharField(_("người nhận"), max_length=16, choices=Receiver)
    receiver_name = models.CharField(_("họ tên người nhận"), max_length=120)
    identity_paper = models.CharField(_("giấy tờ đã xem"), max_length=16, choices=IdentityPaper)
    # Of the paper that was seen; the desk's and the auditor's to read whole.
    identity_number = models.CharField(_("số giấy tờ"), max_length=20)
    authority = models.CharField(_("giấy ủy quyền"), max_length=255, blank=True)
    proof = models.CharField(_("xác nhận bằng"), max_length=12, choices=ReceiptProof)
    handed_over_at = models.DateTimeField(_("trả lúc"))
    signed_slip = models.OneToOneField(
        "documents.StoredDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("phiếu đã ký"),
    )
    scanned_at = models.DateTimeField(_("quét lúc"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "sequence"]
        verbose_name = _("lần trả kết quả")
        verbose_name_plural = _("các lần trả kết quả")
        indexes = [
            # Slips that were never scanned back in, the oldest first.
            models.Index(
                fields=["id"],
                name="hand_over_awaits_scan",
                condition=Q(proof=ReceiptProof.SIGNATURE, signed_slip__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "sequence"], name="hand_over_once_per_line"),
            models.CheckConstraint(name="hand_over_receiver_known", condition=Q(receiver__in=Receiver.values)),
            models.CheckConstraint(name="hand_over_proof_known", condition=Q(proof__in=ReceiptProof.values)),
            models.CheckConstraint(
                name="hand_over_representative_has_authority",
                condition=Q(receiver=Receiver.APPLICANT, authority="")
                | (Q(receiver=Receiver.REPRESENTATIVE) & ~Q(authority="")),
            ),
            models.CheckConstraint(
                name="hand_over_scanned_whole",
                condition=Q(signed_slip__isnull=True, scanned_at__isnull=True)
                | Q(signed_slip__isnull=False, scanned_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="hand_over_stays_as_written",
                fields=[
                    *("dossier", "sequence", "receiver", "receiver_name", "identity_paper", "identity_number"),
                    *("authority", "proof", "handed_over_at"),
                ],
            ),
            pgtrigger.Protect(name="hand_overs_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.sequence}"

    @property
    def masked_number(self) -> str:
        """What others read of the number: enough to compare it with a card that is shown."""
        return f"…{self.identity_number[-3:]}"

    @property
    def awaits_scan(self) -> bool:
        return self.proof == ReceiptProof.SIGNATURE and self.signed_slip_id is None


class CollectionCode(models.Model):
    """The one code with which a citizen shows at the desk that the result may be given out. The newest counts alone.

    Kept as a keyed hash. `tries` counts wrong ones; at the limit, after its minutes and once used it is worth nothing.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="collection_code")
    digest = models.CharField(max_length=64)
    # How many were made for this dossier so far: part of the cause of the mail.
    ordinal = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(_("cấp lúc"))
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    tries = models.PositiveSmallIntegerField(_("lần thử sai"), default=0)
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("mã nhận kết quả")
        verbose_name_plural = _("mã nhận kết quả")

    def __str__(self) -> str:
        return str(self.dossier_id)


class PostalItem(models.Model):
    """A result on its way by post. Its state is what its last move says; one under way at a time."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="postal_items")
    ordinal = models.PositiveSmallIntegerField(_("lần gửi"))
    carrier = models.CharField(_("đơn vị vận chuyển"), max_length=80)
    tracking_number = models.CharField(_("số vận đơn"), max_length=40)
    recipient_name = models.CharField(_("người nhận"), max_length=120)
    phone = models.CharField(_("điện thoại"), max_length=16, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=255)
    state = models.CharField(_("trạng thái"), max_length=10, choices=PostalState, default=PostalState.SENT)

    class Meta:
        ordering = ["dossier_id", "-ordinal"]
        verbose_name = _("bưu gửi kết quả")
        verbose_name_plural = _("bưu gửi kết quả")
        constraints = [
            models.UniqueConstraint(fields=["carrier", "tracking_number"], name="postal_item_tracked_once"),
            models.UniqueConstraint(fields=["dossier", "ordinal"], name="postal_item_ordinal_once"),
            models.UniqueConstraint(
                fields=["dossier"], name="postal_item_one_under_way", condition=Q(state=PostalState.SENT)
            ),
            models.CheckConstraint(name="postal_item_state_known", condition=Q(state__in=PostalState.values)),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="postal_item_stays_as_sent",
                fields=[
                    *("dossier", "ordinal", "carrier", "tracking_number", "recipient_name", "phone", "address"),
                ],
            ),
            pgtrigger.Protect(name="postal_items_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.ordinal}"

    @property
    def is_under_way(self) -> bool:
        return self.state == PostalState.SENT


class PostalMove(models.Model):
    """One move of a postal item, written once: handed to the post, delivered, came back; `on` is the day it happened."""

    item = models.ForeignKey(PostalItem, on_delete=models.PROTECT, related_name="moves")
    state = models.CharField(_("trạng thái"), max_length=10, choices=PostalState)
    on = models.DateField(_("ngày"))
    note = models.CharField(_("ghi chú"), max_length=255, blank=True)
    noted_at = models.DateTimeField(_("ghi lúc"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("người ghi"),
    )
    noted_by_name = models.CharField(_("tên người ghi"), max_length=120)

    class Meta:
        ordering = ["item_id", "id"]
        verbose_name = _("chặng của bưu gửi")
        verbose_name_plural = _("các chặng của bưu gửi")
        constraints = [
            models.CheckConstraint(name="postal_move_state_known", condition=Q(state__in=PostalState.values)),
        ]
        triggers = [
            pgtrigger.Protect(name="postal_moves_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"
