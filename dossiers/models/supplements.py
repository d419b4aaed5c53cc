"""Supplement requests: what must be added or mended, asked once (DOMAIN 5.1)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from dossiers.models.supplement_proposals import SupplementProposal
from portal.core import clock

REASON_LENGTH = 500


class SupplementRequest(models.Model):
    """One request with its items; `answered_at` is null while the citizen has not answered.

    `answers` is the citizen's copy of the declaration: officers read it only once it was sent. Then `answers_before`
    keeps what the dossier held until that moment, and a trigger keeps the whole row as it is. Requests of before there
    was a copy have none (`answers_before` null).
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplements")
    # 1 is the one the law allows; every further one is an exception with an approver.
    ordinal = models.PositiveSmallIntegerField(_("lần"), default=1)
    # For the whole request; each item has its own reason.
    note = models.TextField(_("lời nhắn chung"), blank=True)
    # Who asked for it: of an exception, who proposed it.
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("yêu cầu lúc"))
    answered_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)
    answer_note = models.TextField(_("lời nhắn của người nộp"), blank=True)
    # The promise before the wait and after it; null in requests of before this was kept.
    due_before = models.DateTimeField(_("hẹn trả trước khi yêu cầu"), null=True, blank=True)
    due_after = models.DateTimeField(_("hẹn trả sau khi bổ sung"), null=True, blank=True)
    proposal = models.OneToOneField(
        SupplementProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="request"
    )
    exception_reason = models.TextField(_("vì sao yêu cầu thêm một lần"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người duyệt ngoại lệ"),
    )
    # The copy, kept like a draft: see `Dossier` for what the fields of these names hold.
    answers = models.JSONField(_("tờ khai đang sửa"), default=dict, blank=True)
    raw_invalid = models.JSONField(default=dict, blank=True, editable=False)
    answer_writes = models.JSONField(default=dict, blank=True, editable=False)
    draft_version = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, blank=True)
    answers_before = models.JSONField(_("tờ khai trước khi bổ sung"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "ordinal"]
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "ordinal"], name="supplement_request_ordinal_once"),
            models.UniqueConstraint(
                fields=["dossier"], name="supplement_request_one_open", condition=Q(answered_at__isnull=True)
            ),
            models.CheckConstraint(
                name="supplement_exception_has_approver_and_reason",
                condition=Q(ordinal=1, approved_by__isnull=True, exception_reason="", proposal__isnull=True)
                | (Q(ordinal__gt=1, approved_by__isnull=False, proposal__isnull=False) & ~Q(exception_reason="")),
            ),
            models.CheckConstraint(
                name="supplement_exception_approver_is_not_proposer",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="supplement_request_answered_after_asked",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("requested_at")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="answered_supplement_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.ordinal}"

    @property
    def public_id(self) -> str:
        """What a page of the copy is told apart by, as a draft by its public id."""
        return f"{self.dossier.public_id}/{self.ordinal}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def days_waited(self) -> int | None:
        """Whole days of the calendar between asking and answer: 0 on the same day, None while it waits."""
        if self.answered_at is None:
            return None
        return (clock.local(self.answered_at).date() - clock.local(self.requested_at).date()).days


class SupplementItem(models.Model):
    """One thing to add or mend: a slot of the dossier, or a field of the declaration, or one row of a repeat group.

    Items of before each was named have neither; they are answered with a note. `what` is the name as it was when asked,
    in the citizen's language.
    """

    request = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="items")
    component = models.ForeignKey(
        "dossiers.DossierComponent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    field_key = models.CharField(_("mục của tờ khai"), max_length=100, blank=True)
    # Counts from 1, as people read it.
    row = models.PositiveSmallIntegerField(_("dòng"), null=True, blank=True)
    what = models.TextField(_("cần bổ sung gì"))
    reason = models.TextField(_("lý do"))
    # Why it cannot be given, in the citizen's words.
    answer_note = models.TextField(_("trả lời của người nộp"), blank=True)
    # Sheets brought to the desk; sending adds them to the slot's own counts.
    originals_given = models.PositiveSmallIntegerField(_("bản chính nộp tại quầy"), default=0, db_default=0)
    copies_given = models.PositiveSmallIntegerField(_("bản sao nộp tại quầy"), default=0, db_default=0)

    class Meta:
        ordering = ["request_id", "id"]
        verbose_name = _("mục bổ sung")
        verbose_name_plural = _("mục bổ sung")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "component"],
                name="supplement_item_slot_once",
                condition=Q(component__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["request", "field_key", "row"],
                name="supplement_item_field_once",
                condition=~Q(field_key=""),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="supplement_item_is_slot_or_field", condition=Q(component__isnull=True) | Q(field_key="")
            ),
            models.CheckConstraint(
                name="supplement_item_row_of_a_field",
                condition=Q(row__isnull=True) | (Q(row__gte=1) & ~Q(field_key="")),
            ),
            models.CheckConstraint(name="supplement_item_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="supplement_item_sheets_of_a_slot",
                condition=Q(component__isnull=False) | Q(originals_given=0, copies_given=0),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answered_item_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=pgtrigger.Func(
                    """
                    IF EXISTS (
                        SELECT 1 FROM dossiers_supplementrequest s
                        WHERE s.id = OLD.request_id AND s.answered_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: an item that was answered is kept as it is';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.pk}"

    @property
    def has_paper(self) -> bool:
        """Did sheets of it come to the desk?"""
        return bool(self.originals_given or self.copies_given)

    @property
    def anchor(self) -> str:
        """The id of its part of a page."""
        return f"muc-{self.pk}"
