"""How results are worded: a template of a document for a result, its paragraphs, and the facts that enter the vault."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import TemplateOutcome
from procedures.models.contents import ResultKind
from procedures.models.immutability import part_guard
from procedures.models.revisions import ProcedureRevision
from procedures.validators import KEY_PATTERN, validate_key

SYMBOL_PATTERN = r"^[^\s/{}]{1,30}$"


class ResultTemplate(models.Model):
    """A document the agency issues when it decides so, in the layout of official documents (NĐ 30/2020).

    `symbol` is what follows the number: GXN-UBND makes 07/GXN-UBND, numbered in the register of that agency, symbol and
    year. Texts hold placeholders (`procedures.result_texts`). Without a result it may be chosen whatever the result;
    without `months_valid` the kind of paper says how long it counts.
    """

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="result_templates", verbose_name=_("phiên bản")
    )
    result = models.ForeignKey(
        ResultKind,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("kết quả"),
    )
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    outcome = models.CharField(_("dùng khi"), max_length=8, choices=TemplateOutcome, default=TemplateOutcome.GRANTED)
    title = models.CharField(_("tên văn bản"), max_length=255, help_text=_("In giữa trang, ví dụ Giấy xác nhận."))
    symbol = models.CharField(
        _("ký hiệu"),
        max_length=30,
        validators=[RegexValidator(SYMBOL_PATTERN, _("Ký hiệu không có dấu cách hay dấu gạch chéo, ví dụ GXN-UBND."))],
        help_text=_("Đứng sau số: GXN-UBND cho 07/GXN-UBND. Mỗi cơ quan, ký hiệu và năm có một sổ số riêng."),
    )
    abstract = models.CharField(
        _("trích yếu"), max_length=500, blank=True, help_text=_("Một dòng dưới tên văn bản, ví dụ V/v ...")
    )
    legal_bases = models.TextField(
        _("căn cứ"), blank=True, help_text=_("Mỗi dòng một căn cứ; để trống thì lấy căn cứ pháp lý của thủ tục.")
    )
    recipients = models.TextField(
        _("nơi nhận"), blank=True, help_text=_("Mỗi dòng một nơi; để trống thì là người nộp và văn thư.")
    )
    months_valid = models.PositiveSmallIntegerField(
        _("có giá trị (tháng)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Để trống thì theo loại giấy tờ."),
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "order", "id"]
        verbose_name = _("mẫu văn bản kết quả")
        verbose_name_plural = _("mẫu văn bản kết quả")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="result_template_key_once_per_revision"),
            models.CheckConstraint(name="result_template_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
            models.CheckConstraint(
                name="result_template_outcome_known", condition=Q(outcome__in=TemplateOutcome.values)
            ),
            models.CheckConstraint(name="result_template_months_positive", condition=Q(months_valid__gt=0)),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.title


class ResultParagraph(models.Model):
    """One paragraph of a template; with a condition on the declaration it stands there only when that holds."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="result_paragraphs", verbose_name=_("phiên bản")
    )
    template = models.ForeignKey(
        ResultTemplate, on_delete=models.CASCADE, related_name="paragraphs", verbose_name=_("mẫu văn bản")
    )
    text = models.TextField(_("đoạn văn"))
    # JSON of a condition on the answers, as of required documents.
    shown_when = models.JSONField(_("chỉ in khi"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "template_id", "order", "id"]
        verbose_name = _("đoạn của văn bản kết quả")
        verbose_name_plural = _("các đoạn của văn bản kết quả")
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.text[:60]


class ResultFact(models.Model):
    """A fact that the vault keeps of the document, by its key; public ones are read by anyone who verifies it."""

    revision = models.ForeignKey(
        ProcedureRevision, on_delete=models.CASCADE, related_name="result_facts", verbose_name=_("phiên bản")
    )
    template = models.ForeignKey(
        ResultTemplate, on_delete=models.CASCADE, related_name="facts", verbose_name=_("mẫu văn bản")
    )
    key = models.CharField(_("khóa"), max_length=60, validators=[validate_key])
    label = models.CharField(_("tên thông tin"), max_length=120)
    value = models.CharField(_("lấy từ"), max_length=255, help_text=_("Chữ và chỗ điền, ví dụ {to_khai.ho_ten}."))
    is_public = models.BooleanField(
        _("công khai khi xác minh"), default=False, help_text=_("Ai quét mã trên văn bản đều đọc được.")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["revision_id", "template_id", "order", "id"]
        verbose_name = _("thông tin của kết quả")
        verbose_name_plural = _("thông tin của kết quả lưu vào kho")
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="result_fact_key_once_per_template"),
            models.CheckConstraint(name="result_fact_key_has_its_shape", condition=Q(key__regex=KEY_PATTERN)),
        ]
        triggers = [part_guard()]

    def __str__(self) -> str:
        return self.label
