"""What happens in somebody's life or business, with the procedures it calls for; and what many people search."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from procedures.enums import LifeEventIcon, LifeEventKind
from procedures.models.catalogue import Procedure


class LifeEvent(models.Model):
    """A life event (citizens) or business event, shown as a tile on the home page and as a page of its own."""

    slug = models.SlugField(_("tên trong địa chỉ"), max_length=80, unique=True)
    kind = models.CharField(_("của ai"), max_length=8, choices=LifeEventKind, default=LifeEventKind.PERSON)
    title_vi = models.CharField(_("tên việc"), max_length=80)
    title_en = models.CharField(_("tên việc, tiếng Anh"), max_length=80)
    description_vi = models.CharField(
        _("ví dụ"), max_length=200, help_text=_("Một dòng dưới tên: vài thủ tục tiêu biểu.")
    )
    description_en = models.CharField(_("ví dụ, tiếng Anh"), max_length=200)
    icon = models.CharField(_("biểu tượng"), max_length=12, choices=LifeEventIcon, default=LifeEventIcon.LIST)
    search = models.CharField(
        _("tìm thêm bằng"),
        max_length=120,
        blank=True,
        help_text=_("Cuối trang của việc này có đường dẫn tìm những lời này."),
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    is_active = models.BooleanField(_("đang hiện"), default=True)
    # Loading the initial data leaves alone what a person has edited.
    is_curated = models.BooleanField(editable=False, default=False)
    procedures = models.ManyToManyField(
        Procedure, through="LifeEventProcedure", related_name="life_events", verbose_name=_("thủ tục")
    )

    class Meta:
        ordering = ["kind", "order", "id"]
        verbose_name = _("việc trong đời, trong kinh doanh")
        verbose_name_plural = _("việc trong đời, trong kinh doanh")
        constraints = [
            models.CheckConstraint(name="life_event_kind_is_known", condition=Q(kind__in=LifeEventKind.values)),
            models.CheckConstraint(name="life_event_icon_is_known", condition=Q(icon__in=LifeEventIcon.values)),
            models.CheckConstraint(
                name="life_event_has_both_titles",
                condition=~Q(title_vi="") & ~Q(title_en=""),
                violation_error_message=_("Hãy ghi tên việc bằng cả hai thứ tiếng."),
            ),
        ]

    def __str__(self) -> str:
        return self.title_vi

    @property
    def title(self) -> str:
        """In the language of the page."""
        return self.title_en if get_language() == "en" else self.title_vi

    @property
    def description(self) -> str:
        return self.description_en if get_language() == "en" else self.description_vi


class LifeEventProcedure(models.Model):
    """A procedure on the page of an event, in the order in which people need it."""

    life_event = models.ForeignKey(LifeEvent, on_delete=models.CASCADE, related_name="entries")
    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="life_event_entries", verbose_name=_("thủ tục")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["life_event_id", "order", "id"]
        verbose_name = _("thủ tục của việc này")
        verbose_name_plural = _("thủ tục của việc này")
        constraints = [
            models.UniqueConstraint(
                fields=["life_event", "procedure"],
                name="procedure_once_per_life_event",
                violation_error_message=_("Thủ tục này đã có trong việc này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.life_event_id}: {self.procedure_id}"


class PopularSearch(models.Model):
    """Words offered under the search box, as people type them."""

    text = models.CharField(_("lời tìm"), max_length=80, unique=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    is_active = models.BooleanField(_("đang hiện"), default=True)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("lời tìm phổ biến")
        verbose_name_plural = _("lời tìm phổ biến")
        constraints = [models.CheckConstraint(name="popular_search_has_words", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text
