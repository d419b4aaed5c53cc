"""Handoffs: the part of a dossier that another agency works on, a child with a clock of its own (liên thông)."""

from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ANSWERED_OUTCOMES, OPEN_HANDOFF_STATES, HandoffOutcome, HandoffState, ObligationKind
from dossiers.models.dossier import Dossier
from portal.core.actors import Actor
from portal.core.enums import TermUnit
from procedures.enums import HandoffKind

H = HandoffState


class HandoffQuerySet(models.QuerySet["Handoff"]):
    def visible_to(self, actor: Actor) -> "HandoffQuerySet":
        """Those the actor's agencies were asked, asked themselves, or that belong to a dossier of theirs.

        The other way round nothing widens: who may see a handoff may not therefore see its dossier.
        """
        agencies = actor.agencies_as()
        if actor.user_id is None or not agencies:
            return self.none()
        return self.filter(
            Q(to_agency_id__in=agencies)
            | Q(from_agency_id__in=agencies)
            | Q(dossier__responsible_agency_id__in=agencies)
            | Q(dossier__receiving_agency_id__in=agencies)
            | Q(dossier__resolving_agency_id__in=agencies)
        )

    def still_open(self) -> "HandoffQuerySet":
        return self.filter(state__in=sorted(OPEN_HANDOFF_STATES))


class Handoff(models.Model):
    """What one agency asks of another about a dossier.

    SENT -> RECEIVED -> ANSWERED or REFUSED by the agency asked; RECALLED by who asked; CLOSED with the dossier. A
    handoff never outlives its dossier. `via` is the handoff in whose course the asked agency passed a part on: the
    chain of levels of a vertical case. The clock runs from `sent_at`, whoever waits, and is not stopped by the
    dossier's own pauses; `due_at` lies within what ran at the sending: `within_at`, the earlier of the dossier's due
    date and that of `via` (null when the dossier's clock stood still or was late already and there is no `via`).
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="handoffs")
    number = models.PositiveSmallIntegerField(_("số thứ tự"))
    # <dossier code>/01
    code = models.CharField(_("mã"), max_length=70, unique=True)
    planned = models.ForeignKey(
        "procedures.PlannedHandoff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    via = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="onward")
    kind = models.CharField(_("loại liên thông"), max_length=12, choices=HandoffKind)
    from_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan hỏi")
    )
    to_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan được hỏi")
    )
    question = models.TextField(_("đề nghị làm gì"))
    is_binding = models.BooleanField(_("bắt buộc có trả lời"), default=False)
    sets_obligation = models.BooleanField(_("xác định nghĩa vụ tài chính"), default=False)
    term_value = models.DecimalField(_("thời hạn"), max_digits=7, decimal_places=2)
    term_unit = models.CharField(_("đơn vị"), max_length=16, choices=TermUnit)
    state = models.CharField(_("trạng thái"), max_length=12, choices=HandoffState, default=H.SENT)
    # Null: sent by the system, as planned.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("chuyển lúc"))
    received_at = models.DateTimeField(_("cơ quan được hỏi tiếp nhận lúc"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_handoffs",
        verbose_name=_("cán bộ giải quyết"),
    )
    within_at = models.DateTimeField(_("nằm trong hạn"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả lời"))
    due_trace = models.JSONField(default=list, blank=True, editable=False)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=16, choices=HandoffOutcome, blank=True)
    answer = models.TextField(_("nội dung trả lời"), blank=True)
    # When it ended without an answer: recalled, or with its dossier.
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    # Of a refusal, a recall, or an end with the dossier.
    reason = models.TextField(_("lý do"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    escalated_at = models.DateTimeField(_("báo cấp trên lúc"), null=True, blank=True)
    # What the other agency sees besides the question: section keys, slots, answers of other handoffs.
    shared_sections = models.JSONField(_("phần tờ khai cho xem"), default=list, blank=True)
    shared_components = models.ManyToManyField(
        "dossiers.DossierComponent", related_name="+", verbose_name=_("giấy tờ cho xem")
    )
    shared_answers = models.ManyToManyField(
        "self", symmetrical=False, related_name="+", verbose_name=_("trả lời của cơ quan khác cho xem")
    )
    # Rises with every change; a page sends back the one it showed.
    version = models.PositiveIntegerField(default=1)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["dossier_id", "number"]
        verbose_name = _("phần việc liên thông")
        verbose_name_plural = _("các phần việc liên thông")
        indexes = [
            models.Index(
                fields=["to_agency", "due_at", "id"],
                name="handoff_asked",
                condition=Q(state__in=sorted(OPEN_HANDOFF_STATES)),
            ),
            models.Index(
                fields=["from_agency", "due_at", "id"],
                name="handoff_awaited",
                condition=Q(state__in=sorted(OPEN_HANDOFF_STATES)),
            ),
            models.Index(
                fields=["due_at", "id"], name="handoff_due", condition=Q(state__in=sorted(OPEN_HANDOFF_STATES))
            ),
            models.Index(fields=["to_agency", "-due_at", "-id"], name="handoff_of_agency"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="handoff_number_once_per_dossier"),
            models.UniqueConstraint(
                fields=["dossier", "planned"],
                name="handoff_planned_open_once",
                condition=Q(state__in=sorted(OPEN_HANDOFF_STATES)),
            ),
            models.CheckConstraint(name="handoff_state_known", condition=Q(state__in=HandoffState.values)),
            models.CheckConstraint(name="handoff_between_two_agencies", condition=~Q(from_agency=F("to_agency"))),
            models.CheckConstraint(name="handoff_asks_something", condition=~Q(question="")),
            models.CheckConstraint(
                name="handoff_due_within_what_ran",
                condition=Q(due_at__gte=F("sent_at")) & (Q(within_at__isnull=True) | Q(due_at__lte=F("within_at"))),
            ),
            models.CheckConstraint(
                name="handoff_received_has_instant",
                condition=Q(state=H.SENT, received_at__isnull=True)
                | Q(state__in=[H.RECEIVED, H.ANSWERED, H.REFUSED], received_at__isnull=False)
                | Q(state__in=[H.RECALLED, H.CLOSED]),
            ),
            models.CheckConstraint(
                name="handoff_answered_has_outcome_refused_has_reason",
                condition=Q(state=H.ANSWERED, answered_at__isnull=False, outcome__in=ANSWERED_OUTCOMES)
                | (Q(state=H.REFUSED, answered_at__isnull=False, outcome=HandoffOutcome.REFUSED) & ~Q(reason=""))
                | (~Q(state__in=[H.ANSWERED, H.REFUSED]) & Q(answered_at__isnull=True, outcome="")),
            ),
            models.CheckConstraint(
                name="handoff_ended_has_instant_and_reason",
                condition=(Q(state__in=[H.RECALLED, H.CLOSED], ended_at__isnull=False) & ~Q(reason=""))
                | (~Q(state__in=[H.RECALLED, H.CLOSED]) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="handoff_obligation_only_where_asked",
                condition=Q(sets_obligation=True) | ~Q(outcome=HandoffOutcome.OBLIGATION_SET),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="handoff_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="handoff_ended_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[H.ANSWERED, H.REFUSED, H.RECALLED, H.CLOSED]),
            ),
            pgtrigger.ReadOnly(
                name="handoff_question_is_frozen",
                fields=[
                    *("dossier", "number", "code", "planned", "via", "kind", "question", "is_binding"),
                    *("sets_obligation", "term_value", "term_unit", "sent_by", "sent_at", "shared_sections"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_HANDOFF_STATES

    @property
    def is_answered(self) -> bool:
        return self.state == H.ANSWERED

    @property
    def is_refused(self) -> bool:
        return self.state == H.REFUSED

    def is_overdue(self, at: datetime) -> bool:
        """Is or was the answer later than due? What was recalled or ended with its dossier never was."""
        if self.ended_at is not None:
            return False
        return (self.answered_at or at) > self.due_at


class HandoffFile(models.Model):
    """A file of an answer or refusal; comes with it and never changes."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["handoff_id", "id"]
        verbose_name = _("tệp trả lời liên thông")
        verbose_name_plural = _("tệp trả lời liên thông")
        triggers = [pgtrigger.Protect(name="handoff_file_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.document_id)


class HandoffObligation(models.Model):
    """One amount that the asked agency set, in whole đồng; owed through its charge."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(_("loại"), max_length=20, choices=ObligationKind)
    description = models.CharField(_("nội dung"), max_length=200, blank=True)
    amount = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    charge = models.OneToOneField("payments.Charge", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["handoff_id", "id"]
        verbose_name = _("nghĩa vụ tài chính")
        verbose_name_plural = _("nghĩa vụ tài chính")
        constraints = [
            models.CheckConstraint(name="handoff_obligation_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="handoff_obligation_kind_known", condition=Q(kind__in=ObligationKind.values)),
        ]
        triggers = [pgtrigger.Protect(name="handoff_obligation_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What it is called on the charge and on pages."""
        kind: Any = self.get_kind_display()
        return self.description or str(kind)
