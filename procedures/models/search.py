"""What search looks at: one document a procedure, the words that occur, and other words for the same thing as data."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import SynonymKind
from procedures.models.catalogue import Procedure


class ProcedureSearchDocument(models.Model):
    """Everything search and its facets need of a published procedure, folded and flat.

    Derived: `services.search_documents` writes it in the transaction that changes what it is made of, and can make it
    anew at any time. A procedure without a revision in force has none. Facet columns hold the keys of the addresses.
    """

    procedure = models.OneToOneField(
        Procedure,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_document",
        # Written while others hold the lock of the procedure: a check of the key would wait for them.
        db_constraint=False,
    )
    code = models.CharField(max_length=8)
    # As it is written, in lower case: exact accents are told from the same letters by it.
    name = models.TextField()
    # Folded name between blanks, without the "thủ tục" that some names begin with.
    title = models.TextField()
    title_words = ArrayField(models.TextField())
    # Words of the name before its first bracket: what follows only explains.
    title_length = models.PositiveSmallIntegerField()
    # Folded name, codes, area, results, agencies and summary, parted by bars.
    text = models.TextField()
    # Words of `text`, and pairs of neighbours in the name.
    words = ArrayField(models.TextField())
    listing_rank = models.PositiveSmallIntegerField()
    areas = ArrayField(models.TextField())
    # One name for each key, in the same order: many agencies of imported texts are no row of ours.
    agencies = ArrayField(models.TextField())
    agency_names = ArrayField(models.TextField())
    government_levels = ArrayField(models.TextField())
    audiences = ArrayField(models.TextField())
    service_levels = ArrayField(models.TextField())
    life_events = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("bản ghi tìm kiếm")
        verbose_name_plural = _("bản ghi tìm kiếm")
        indexes = [
            GinIndex(fields=["words"], name="search_document_words", fastupdate=False),
            GinIndex(fields=["text"], name="search_document_text", opclasses=["gin_trgm_ops"], fastupdate=False),
            models.Index(fields=["listing_rank", "code"], name="search_document_listing"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SearchWord(models.Model):
    """A folded word of the catalogue, or two that stand side by side in a name; spelling is mended by them."""

    word = models.TextField(primary_key=True)
    # The accents it is mostly written with.
    shown = models.TextField()
    document_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("từ trong danh mục")
        verbose_name_plural = _("từ trong danh mục")

    def __str__(self) -> str:
        return self.shown


class SearchSynonym(models.Model):
    """What people call a thing, and what the catalogue calls it; a filler is a word that says nothing and is dropped."""

    term = models.CharField(
        _("người dân gõ"), max_length=120, help_text=_("Có dấu đầy đủ; khi tìm, không dấu cũng khớp.")
    )
    meaning = models.CharField(
        _("danh mục gọi là"),
        max_length=200,
        blank=True,
        help_text=_("Lời trong tên thủ tục, hoặc mã thủ tục. Để trống nếu là lời thừa."),
    )
    kind = models.CharField(_("loại"), max_length=12, choices=SynonymKind, default=SynonymKind.SYNONYM)
    is_active = models.BooleanField(
        _("đang dùng"), default=True, help_text=_("Tắt thay vì xóa: lệnh nạp dữ liệu ban đầu không thêm lại từ đã tắt.")
    )
    # Folded `term`, written by `services.save_synonym`.
    folded_term = models.CharField(max_length=120, editable=False)

    class Meta:
        ordering = ["term", "meaning"]
        verbose_name = _("từ đồng nghĩa, tên cũ")
        verbose_name_plural = _("từ đồng nghĩa, tên cũ")
        constraints = [
            models.UniqueConstraint(
                fields=["folded_term", "meaning"],
                name="synonym_once_per_term_and_meaning",
                violation_error_message=_("Cặp từ này đã có."),
            ),
            models.CheckConstraint(name="synonym_kind_is_known", condition=Q(kind__in=SynonymKind.values)),
            models.CheckConstraint(
                name="synonym_means_something_unless_filler",
                condition=Q(kind=SynonymKind.FILLER, meaning="") | (~Q(kind=SynonymKind.FILLER) & ~Q(meaning="")),
                violation_error_message=_("Hãy ghi danh mục gọi là gì; chỉ lời thừa mới để trống."),
            ),
            models.CheckConstraint(
                name="synonym_is_not_itself",
                condition=~Q(term=F("meaning")),
                violation_error_message=_("Hai vế phải khác nhau."),
            ),
            models.CheckConstraint(name="synonym_term_has_letters", condition=~Q(folded_term="")),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.meaning}" if self.meaning else self.term
