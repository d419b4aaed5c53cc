"""The internal process of a revision: who does what in which order (ISO 9001), never told to applicants."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import OfficerRole
from portal.core.enums import TermUnit
from portal.core.terms import Term
from portal.core.working_time_errors import InvalidTerm
from procedures.enums import StepOutcome, StepPlace
from procedures.models.contents import ProcedureCase
from procedures.models.immutability import part_guard
from procedures.models.revisions import ProcedureRevision
from procedures.validators import KEY_PATTERN, validate_key


class InternalStep(models.Model):
    """One step inside the agencies. Without a case it belongs to every case; its key keeps its meaning for good.

    The term is this step's own share of the procedure's term; without one the step has until the dossier's due date.
    """

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="internal_steps", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="internal_steps",
        verbose_name=_("trường hợp"),
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    title = models.CharField(_("tên bước"), max_length=200)
    place = models.CharField(_("nơi làm"), max_length=12, choices=StepPlace, default=StepPlace.RESOLVING)
    # A code and not a pointer, so that a procedure travels between portals.
    agency_code = models.CharField(
        _("mã cơ quan khác"), max_length=35, blank=True, help_text=_("Chỉ khi làm ở cơ quan khác, ví dụ H36.14.")
    )
    division_code = models.CharField(
        _("mã phòng, ban"),
        max_length=35,
        blank=True,
        help_text=_("Mã phòng, ban của cơ quan đó; để trống nếu không phân theo phòng."),
    )
    division_name = models.CharField(_("tên phòng, ban"), max_length=200, blank=True)
    role = models.CharField(_("vai trò"), max_length=16, choices=OfficerRole, default=OfficerRole.CASE_OFFICER)
    term_value = models.DecimalField(_("thời hạn"), max_digits=7, decimal_places=2, null=True, blank=True)
    term_unit = models.CharField(_("đơn vị"), max_length=12, choices=TermUnit, blank=True)
    # List of `StepOutcome` values.
    outcomes = models.JSONField(_("kết quả cho phép"), default=list)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("bước xử lý nội bộ")
        verbose_name_plural = _("quy trình nội bộ")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="internal_step_key_once_per_revision"),
            models.CheckConstraint(name="internal_step_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
            models.CheckConstraint(
                name="internal_step_names_its_agency",
                condition=(Q(place=StepPlace.NAMED) & ~Q(agency_code=""))
                | Q(place__in=[StepPlace.RECEIVING, StepPlace.RESOLVING], agency_code=""),
                violation_error_message=_("Làm ở cơ quan khác thì ghi mã cơ quan đó; nơi khác thì để trống mã."),
            ),
            models.CheckConstraint(name="internal_step_role_is_known", condition=Q(role__in=OfficerRole.values)),
            models.CheckConstraint(
                name="internal_step_term_is_whole",
                condition=Q(term_value__isnull=True, term_unit="")
                | Q(term_value__isnull=False, term_value__gt=0, term_unit__in=TermUnit.values),
                violation_error_message=_("Thời hạn của bước phải có cả số lớn hơn 0 và đơn vị, hoặc để trống cả hai."),
            ),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Outcomes from the vocabulary, a term that can be counted."""
        known = isinstance(self.outcomes, list) and all(one in StepOutcome.values for one in self.outcomes)
        if not known or len(set(self.outcomes)) != len(self.outcomes):
            raise ValidationError({"outcomes": _("Chọn các kết quả trong danh sách, mỗi kết quả một lần.")})
        if not self.outcomes:
            raise ValidationError({"outcomes": _("Chọn ít nhất một kết quả.")})
        if self.term_value is not None and self.term_unit:
            try:
                Term(self.term_value, TermUnit(self.term_unit))
            except InvalidTerm as error:
                sentence = _("Thời hạn này không đếm được: ngày làm việc tính đến nửa ngày, ngày và tháng tính chẵn.")
                raise ValidationError({"term_value": sentence}) from error

    @property
    def signs(self) -> bool:
        """Does the decision come out of this step?"""
        return StepOutcome.SIGN in self.outcomes
