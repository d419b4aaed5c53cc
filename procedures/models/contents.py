"""What a revision asks for and gives: cases, documents, form templates, results, legal bases, steps."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import AcceptedFiles, DocumentKind, PresenceReason
from procedures.models.immutability import part_guard
from procedures.models.revisions import ProcedureRevision
from procedures.validators import KEY_PATTERN, validate_key, validate_paper_codes


class ProcedureCase(models.Model):
    """A case (trường hợp): a situation with documents, term or fee of its own. Its key keeps its meaning for good."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="cases", verbose_name=_("phiên bản")
    )
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    name = models.TextField(_("trường hợp"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("trường hợp")
        verbose_name_plural = _("trường hợp")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="case_key_once_per_revision"),
            models.CheckConstraint(name="case_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.name


class FormTemplate(models.Model):
    """A blank form that people download from level 2 on."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="form_templates", verbose_name=_("phiên bản")
    )
    title = models.CharField(_("tên mẫu"), max_length=300)
    document = models.ForeignKey(
        "documents.StoredDocument", on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp mẫu")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("mẫu đơn, tờ khai")
        verbose_name_plural = _("mẫu đơn, tờ khai")
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.title


class RequiredDocument(models.Model):
    """A document a dossier must or may hold (thành phần hồ sơ). Without a case it is asked for in every case."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="required_documents", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="required_documents",
        verbose_name=_("trường hợp"),
    )
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    name = models.TextField(_("tên giấy tờ"))
    kind = models.CharField(_("cách nộp"), max_length=12, choices=DocumentKind, default=DocumentKind.UPLOAD)
    originals = models.PositiveIntegerField(_("bản chính"), default=1)
    copies = models.PositiveIntegerField(_("bản sao"), default=0)
    is_required = models.BooleanField(_("bắt buộc"), default=True)
    note = models.TextField(_("ghi chú"), blank=True)
    # JSON of a condition on the answers of the declaration, see `procedures.form_definitions.conditions`.
    needed_when = models.JSONField(
        _("chỉ cần khi"),
        default=dict,
        blank=True,
        help_text=_("Điều kiện trên câu trả lời của tờ khai, viết như visible_when; để {} nếu lúc nào cũng cần."),
    )
    form_template = models.ForeignKey(
        FormTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="required_documents",
        verbose_name=_("mẫu"),
    )
    # Limits of this slot, narrower than the portal's; null and blank: the portal's own.
    max_files = models.PositiveSmallIntegerField(
        _("số tệp nhiều nhất"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    max_megabytes = models.PositiveSmallIntegerField(
        _("dung lượng một tệp nhiều nhất (MB)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    accepted_files = models.CharField(
        _("loại tệp nhận"), max_length=12, choices=AcceptedFiles, blank=True, default="", db_default=""
    )
    # Codes of kinds of papers of the vault: one of them, in force, stands in for an upload when its owner agrees.
    paper_kinds = models.JSONField(
        _("giấy tờ thay được"),
        default=list,
        db_default=[],
        blank=True,
        validators=[validate_paper_codes],
        help_text=_(
            "Mã các loại giấy tờ trong kho đáp ứng yêu cầu này, cách nhau bằng dấu phẩy. Người có giấy tờ đó còn hiệu lực "
            "được đề nghị dùng lại, không phải nộp."
        ),
    )
    # Name of the form file at the source, when only the name is known.
    form_file_name = models.CharField(_("tên tệp mẫu ở nguồn"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("thành phần hồ sơ")
        verbose_name_plural = _("thành phần hồ sơ")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="required_document_key_once_per_revision"),
            models.CheckConstraint(name="required_document_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
            models.CheckConstraint(name="required_document_kind_is_known", condition=Q(kind__in=DocumentKind.values)),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.name


class ResultKind(models.Model):
    """What a person gets in the end, with the national result code (opaque to us), for example KQ.G15.000031."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="results", verbose_name=_("phiên bản")
    )
    name = models.TextField(_("kết quả"))
    code = models.CharField(_("mã kết quả"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """A law, decree or circular the procedure rests on."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="legal_bases", verbose_name=_("phiên bản")
    )
    number = models.CharField(_("số, ký hiệu"), max_length=80, blank=True)
    title = models.TextField(_("tên văn bản"), blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
        constraints = [
            models.CheckConstraint(
                name="legal_basis_says_something",
                condition=~Q(number="", title=""),
                violation_error_message=_("Hãy ghi số hoặc tên văn bản."),
            )
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.number or self.title


class ProcessingStep(models.Model):
    """One step of the way, told to the applicant. One that forces presence says why, before anybody files (S4)."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="steps", verbose_name=_("phiên bản")
    )
    case = models.ForeignKey(
        ProcedureCase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("trường hợp"),
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    title = models.CharField(_("bước"), max_length=300)
    description = models.TextField(_("mô tả"), blank=True)
    requires_presence = models.BooleanField(
        _("buộc đến trực tiếp"), default=False, help_text=_("Người nộp phải đến cơ quan ít nhất một lần ở bước này.")
    )
    presence_reason = models.CharField(_("vì sao phải đến"), max_length=12, choices=PresenceReason, blank=True)
    presence_note = models.CharField(
        _("nói rõ thêm"), max_length=300, blank=True, help_text=_("Bắt buộc khi chọn lý do khác; người nộp đọc được.")
    )

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("bước thực hiện")
        verbose_name_plural = _("bước thực hiện")
        constraints = [
            models.CheckConstraint(
                name="step_presence_has_its_reason",
                condition=Q(requires_presence=False, presence_reason="", presence_note="")
                | Q(requires_presence=True, presence_reason__in=PresenceReason.values),
                violation_error_message=_("Bước buộc đến trực tiếp phải có lý do; bước khác thì không."),
            ),
            models.CheckConstraint(
                name="step_other_presence_is_explained",
                condition=~Q(presence_reason=PresenceReason.OTHER, presence_note=""),
                violation_error_message=_("Hãy nói rõ lý do khác là gì."),
            ),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.title

    @property
    def presence_text(self) -> str:
        """`chụp ảnh`, or the note where the reason is another one; "" for a step that needs nobody."""
        if not self.requires_presence:
            return ""
        if self.presence_reason == PresenceReason.OTHER:
            return self.presence_note
        reason = str(self.get_presence_reason_display())
        return f"{reason} ({self.presence_note})" if self.presence_note else reason
