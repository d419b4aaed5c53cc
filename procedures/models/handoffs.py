"""Parts of the work that other agencies do: whom a dossier is handed to, what they are asked, how long they may take."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AgencyLevel
from portal.core.enums import TermUnit
from procedures.enums import HandoffAddressee, HandoffKind, HandoffOpening
from procedures.models.contents import ProcedureCase
from procedures.models.immutability import part_guard
from procedures.models.revisions import ProcedureRevision
from procedures.validators import KEY_PATTERN, validate_key

NEEDS_ANCHOR = (HandoffOpening.AFTER, HandoffOpening.ONWARD)
"""Openings that hang on another planned handoff of the same revision, named by its key."""


class PlannedHandoff(models.Model):
    """A stage at another agency (liên thông, DOMAIN 5.1), with a term of its own inside the whole one.

    Without a case it is planned for all. Its key keeps its meaning for good. What the other agency sees of a dossier
    starts as the sections and documents named here; who sends it may tick others.
    """

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="planned_handoffs", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="planned_handoffs",
        verbose_name=_("trường hợp"),
    )
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    kind = models.CharField(_("loại liên thông"), max_length=12, choices=HandoffKind)
    addressee = models.CharField(_("chuyển đến"), max_length=10, choices=HandoffAddressee)
    agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan"),
        help_text=_("Chỉ khi chuyển đến một cơ quan cụ thể."),
    )
    agency_level = models.CharField(
        _("cấp của cơ quan"),
        max_length=12,
        choices=AgencyLevel,
        blank=True,
        help_text=_("Chỉ khi chuyển đến một cấp: cơ quan cấp trên gần nhất thuộc cấp này."),
    )
    question = models.TextField(_("đề nghị làm gì"), help_text=_("Cơ quan được hỏi đọc nguyên văn."))
    term_value = models.DecimalField(_("thời hạn"), max_digits=7, decimal_places=2)
    term_unit = models.CharField(_("đơn vị"), max_length=12, choices=TermUnit)
    opens = models.CharField(_("chuyển khi nào"), max_length=10, choices=HandoffOpening, default=HandoffOpening.OFFERED)
    anchor_key = models.CharField(
        _("khóa của bước liên thông liền trước"),
        max_length=60,
        blank=True,
        help_text=_("Khi chuyển sau một bước, hoặc khi cơ quan được hỏi ở bước đó chuyển tiếp."),
    )
    sets_obligation = models.BooleanField(
        _("xác định nghĩa vụ tài chính"), default=False, help_text=_("Trả lời kèm số tiền công dân phải nộp.")
    )
    is_binding = models.BooleanField(
        _("bắt buộc có trả lời"),
        default=False,
        help_text=_("Chưa trả lời thì chưa ký kết quả được; từ chối thì chỉ có thể trả lời công dân là không đồng ý."),
    )
    # Keys of sections of the declaration, and of required documents.
    shared_sections = models.JSONField(_("phần tờ khai cho xem"), default=list, blank=True)
    shared_documents = models.JSONField(_("giấy tờ cho xem"), default=list, blank=True)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("bước liên thông")
        verbose_name_plural = _("các bước liên thông")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="planned_handoff_key_once_per_revision"),
            models.CheckConstraint(name="planned_handoff_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
            models.CheckConstraint(name="planned_handoff_kind_is_known", condition=Q(kind__in=HandoffKind.values)),
            models.CheckConstraint(
                name="planned_handoff_term_positive",
                condition=Q(term_value__gt=0, term_unit__in=TermUnit.values),
                violation_error_message=_("Thời hạn phải lớn hơn 0 và có đơn vị."),
            ),
            models.CheckConstraint(
                name="planned_handoff_names_its_addressee",
                condition=(
                    Q(addressee=HandoffAddressee.NAMED, agency__isnull=False, agency_level="")
                    | Q(addressee=HandoffAddressee.LEVEL, agency__isnull=True, agency_level__in=AgencyLevel.values)
                    | Q(
                        addressee__in=[HandoffAddressee.PARENT, HandoffAddressee.RESOLVING],
                        agency__isnull=True,
                        agency_level="",
                    )
                ),
                violation_error_message=_(
                    "Chọn cơ quan khi chuyển đến cơ quan cụ thể, chọn cấp khi chuyển đến một cấp."
                ),
            ),
            models.CheckConstraint(
                name="planned_handoff_anchor_only_where_needed",
                condition=(Q(opens__in=NEEDS_ANCHOR) & ~Q(anchor_key=""))
                | Q(opens__in=[HandoffOpening.AT_START, HandoffOpening.OFFERED], anchor_key=""),
                violation_error_message=_(
                    "Ghi khóa của bước liền trước khi chuyển sau một bước, nếu không thì để trống."
                ),
            ),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.addressee_text}"

    @property
    def addressee_text(self) -> str:
        """Whom it goes to in words, before an agency is found for a dossier."""
        if self.addressee == HandoffAddressee.NAMED and self.agency is not None:
            return self.agency.name
        if self.addressee == HandoffAddressee.LEVEL:
            return f"{self.get_addressee_display()}: {self.get_agency_level_display()}"
        return str(self.get_addressee_display())

    @property
    def term_text(self) -> str:
        return f"{Decimal(self.term_value).normalize():f} {self.get_term_unit_display()}".replace(".", ",")
