"""How a bank or a provider titles the columns of its statement and what it writes in them, where we did not know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.enums import StatementMeaning, StatementSource


class StatementWord(models.Model):
    """One word more for the reader of a source's statements, beside those it knows itself (`Gateway.statement_words`).

    Written by administrators, read at every import; what was imported stays as it was read.
    """

    source = models.CharField(_("sao kê của"), max_length=16, choices=StatementSource)
    meaning = models.CharField(
        _("nghĩa"),
        max_length=16,
        choices=StatementMeaning,
        help_text=_("Tên của cột nào; hoặc, với “trong ô”, điều mà từ này nói trong ô."),
    )
    word = models.CharField(
        _("từ trong tệp"),
        max_length=80,
        help_text=_("Như tệp ghi. Dấu, chữ hoa và phần trong ngoặc không quan trọng."),
    )
    # `word` in the form in which it is compared, written by `services.save_statement_word`.
    folded = models.CharField(max_length=80, editable=False)

    class Meta:
        ordering = ["source", "meaning", "folded"]
        verbose_name = _("từ trong sao kê")
        verbose_name_plural = _("từ trong sao kê")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "meaning", "folded"],
                name="statement_word_once_per_meaning",
                violation_error_message=_("Từ này đã được khai với nghĩa ấy."),
            ),
            models.CheckConstraint(name="statement_word_source_known", condition=Q(source__in=StatementSource.values)),
            models.CheckConstraint(
                name="statement_word_meaning_known", condition=Q(meaning__in=StatementMeaning.values)
            ),
            models.CheckConstraint(name="statement_word_says_something", condition=~Q(folded="")),
        ]

    def __str__(self) -> str:
        return self.word
