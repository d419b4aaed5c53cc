"""A dossier: one application of one citizen for one procedure at one agency."""

import uuid
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dossiers.enums import (
    DECIDED_STATES,
    ENDED_WITHOUT_DECISION,
    FILED_STATES,
    OPEN_STATES,
    RECEIVED_STATES,
    WAITING_FOR_CITIZEN,
    AwaitedParty,
    DossierState,
    Outcome,
    ResultDelivery,
)
from dossiers.models.state_machine import DossierQuerySetProtection, DossierStateMachine
from portal.core import clock
from portal.core.actors import Actor
from portal.core.enums import TermUnit, Timeliness
from portal.core.single_rows import only_row
from portal.core.timeliness import saved_share
from procedures.enums import Channel

if TYPE_CHECKING:
    from dossiers.models.holdings import Holding


class DossierQuerySet(DossierQuerySetProtection):
    """Reads that other reads are built from."""

    def with_open_holding(self, *also: str) -> "DossierQuerySet":
        """Joins `open_holding` in: no query for it afterwards. `also` names what hangs on it, for example "officer"."""
        joined = self.annotate(
            open_holding=FilteredRelation("holdings", condition=Q(holdings__ended_at__isnull=True)),
            is_holding_joined=Value(True),
        )
        return joined.select_related("open_holding", *(f"open_holding__{name}" for name in also))

    def visible_to(self, actor: Actor) -> "DossierQuerySet":
        """The actor's own dossiers (drafts included) and the filed ones of the agencies where the actor works."""
        if actor.user_id is None:
            return self.none()
        agencies = actor.agencies_as()
        if not agencies:
            return self.filter(applicant_id=actor.user_id)
        return self.filter(
            Q(applicant_id=actor.user_id)
            | (
                Q(state__in=FILED_STATES)
                & (
                    Q(responsible_agency_id__in=agencies)
                    | Q(receiving_agency_id__in=agencies)
                    | Q(resolving_agency_id__in=agencies)
                )
            )
        )


class Dossier(DossierStateMachine):
    """See `state_machine` for state and stamps. A dossier keeps the revision it was written under."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # <agency code>-YYMMDD-NNNN, given at filing, never reused (DOMAIN 4.2).
    code = models.CharField(_("mã hồ sơ"), max_length=60, unique=True, null=True, blank=True)
    # Second factor of the public look-up; printed on the receipt slip.
    pass_code = models.CharField(_("mã tra cứu"), max_length=8, blank=True)
    revision = models.ForeignKey("procedures.ProcedureRevision", on_delete=models.PROTECT, related_name="dossiers")
    offering = models.ForeignKey("procedures.ServiceOffering", on_delete=models.PROTECT, related_name="dossiers")
    case = models.ForeignKey("procedures.ProcedureCase", on_delete=models.PROTECT, null=True, blank=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("người nộp")
    )
    # As they were at filing: a later change of the profile does not change what was filed.
    applicant_name = models.CharField(_("họ và tên người nộp"), max_length=120, blank=True)
    applicant_phone = models.CharField(_("điện thoại"), max_length=16, blank=True)
    applicant_email = models.EmailField(_("thư điện tử"), max_length=254, blank=True)
    applicant_address = models.CharField(_("địa chỉ"), max_length=255, blank=True)
    applicant_language = models.CharField(max_length=5, default="vi")
    receiving_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan tiếp nhận")
    )
    resolving_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan giải quyết")
    )
    # Who has it now: the receiving agency until receipt and after the decision, the resolving agency in between.
    responsible_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan đang giữ")
    )
    # By whose hours the promised date is counted where that is not the resolving agency: after a reorganisation the one
    # that promised it.
    hours_agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("cơ quan đã hẹn ngày"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_dossiers",
        verbose_name=_("cán bộ đang giữ"),
    )
    channel = models.CharField(_("cách nộp"), max_length=12, choices=Channel, default=Channel.ONLINE)
    # The officer who typed it from paper; null for what its applicant filed online.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cán bộ nhập"),
    )
    result_delivery = models.CharField(_("cách nhận kết quả"), max_length=8, choices=ResultDelivery, blank=True)
    delivery_address = models.CharField(_("địa chỉ nhận kết quả"), max_length=255, blank=True)
    answers = models.JSONField(_("tờ khai"), default=dict, blank=True)
    # What was typed and does not fit yet, kept so that a draft loses nothing; emptied at filing.
    raw_invalid = models.JSONField(default=dict, blank=True, editable=False)
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, blank=True)
    # {field key: {"from": source, "digest": of the value offered, "on": day, "code": earlier dossier}}: where a value
    # came from that the person did not type; see services.provenance.
    answer_sources = models.JSONField(default=dict, blank=True, editable=False)
    # {field key: [draft version, page, turn]}: the save that wrote it last; emptied at filing (decision 0020).
    answer_writes = models.JSONField(default=dict, blank=True, editable=False)
    # Rises with every save of the declaration while it is a draft.
    draft_version = models.PositiveIntegerField(default=0, editable=False)
    # A paper of the vault that was used again was revoked or replaced after it was filed; the journal says which and when.
    has_ended_paper = models.BooleanField(
        _("có giấy tờ dùng lại đã hết giá trị"), default=False, db_default=False, editable=False
    )
    # One start form gives one draft, however often its button is pressed.
    start_token = models.UUIDField(null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    expiry_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The declarant answers for what is declared (S0 item 15).
    attested_at = models.DateTimeField(_("cam đoan lúc"), null=True, blank=True)
    # The term as promised at receipt, so that a later change of the law or of the data moves nothing.
    term_value = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    term_unit = models.CharField(max_length=16, choices=TermUnit, blank=True)
    due_trace = models.JSONField(default=list, blank=True, editable=False)
    # Measured once, at the decision: how it stands to the promise, and time allotted and used, net of pauses, in days
    # or hours (`time_unit`, the term's own; months in days).
    timeliness = models.CharField(_("so với hẹn"), max_length=8, choices=Timeliness, blank=True)
    allotted_time = models.DecimalField(
        _("thời gian được giao"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    used_time = models.DecimalField(_("thời gian đã dùng"), max_digits=10, decimal_places=4, null=True, blank=True)
    time_unit = models.CharField(_("đơn vị"), max_length=16, choices=TermUnit, blank=True)
    # Rises with every journal line; a page sends back the one it showed.
    version = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(_("thay đổi gần nhất"), default=clock.now)
    # Whose answer to a message is awaited, and since when (decision 0052); the state knows nothing of it.
    awaited_party = models.CharField(
        _("chờ ai trả lời"), max_length=8, choices=AwaitedParty, blank=True, default="", db_default=""
    )
    awaited_since = models.DateTimeField(_("chờ trả lời từ"), null=True, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        ordering = ["-id"]
        indexes = [
            # Worklist: one agency, one queue of states, most urgent first, paged by (next_date_at, id).
            models.Index(
                fields=["responsible_agency", "state", "next_date_at", "id"],
                name="dossier_worklist",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                fields=["responsible_agency", "next_date_at", "id"],
                name="dossier_worklist_urgency",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                fields=["assignee", "next_date_at", "id"],
                name="dossier_held",
                condition=Q(state__in=sorted(OPEN_STATES), assignee__isnull=False),
            ),
            # The same list by the day it came in, and by code.
            models.Index(
                "responsible_agency",
                Coalesce("received_at", "submitted_at"),
                "id",
                name="dossier_worklist_received",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                fields=["responsible_agency", "code"],
                name="dossier_worklist_code",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            # The cashier's: where money is awaited for what came in here, wherever it lies now.
            models.Index(
                fields=["receiving_agency", "next_date_at", "id"],
                name="dossier_worklist_to_pay",
                condition=Q(state=DossierState.PAYMENT_REQUESTED)
                | Q(state=DossierState.SUBMITTED, prepay_by__isnull=False),
            ),
            models.Index(fields=["applicant", "-moved_at", "-id"], name="dossier_of_applicant"),
            # The register of an agency and a period (form 07), read in batches by (received_at, id).
            models.Index(
                fields=["receiving_agency", "received_at", "id"],
                name="dossier_register_receiving",
                condition=Q(received_at__isnull=False),
            ),
            models.Index(
                fields=["resolving_agency", "received_at", "id"],
                name="dossier_register_resolving",
                condition=Q(received_at__isnull=False),
            ),
            # The sweeps of what is late look at one state at a time, whoever has it; and the list of what is late.
            models.Index(
                fields=["state", "next_date_at", "id"],
                name="dossier_sweep",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="dossier_running_due",
                condition=Q(state__in=sorted({DossierState.RECEIVED, DossierState.PROCESSING})),
            ),
            # Messages without an answer, in whatever state their dossier is, the longest waiting first.
            models.Index(
                fields=["responsible_agency", "awaited_party", "awaited_since", "id"],
                name="dossier_awaits_an_answer",
                condition=Q(awaited_since__isnull=False),
            ),
            # The daily look for drafts left alone.
            models.Index(fields=["id"], name="dossier_drafts", condition=Q(state=DossierState.DRAFT)),
            # What a desk began to type and has not filed.
            models.Index(
                fields=["receiving_agency", "-id"],
                name="dossier_counter_drafts",
                condition=Q(state=DossierState.DRAFT, entered_by__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["applicant", "start_token"], name="dossier_started_once"),
            models.CheckConstraint(name="dossier_state_known", condition=Q(state__in=sorted(DossierState.values))),
            models.CheckConstraint(
                name="dossier_filed_has_code_and_instant",
                condition=Q(state=DossierState.DRAFT)
                | Q(
                    code__isnull=False,
                    submitted_at__isnull=False,
                    attested_at__isnull=False,
                    result_delivery__in=sorted(ResultDelivery.values),
                ),
            ),
            models.CheckConstraint(
                name="dossier_online_is_entered_by_nobody_else",
                condition=~Q(channel=Channel.ONLINE) | Q(entered_by__isnull=True),
            ),
            models.CheckConstraint(
                name="dossier_not_entered_by_its_applicant",
                condition=Q(entered_by__isnull=True) | ~Q(entered_by=F("applicant")),
            ),
            models.CheckConstraint(
                name="dossier_draft_has_no_code", condition=~Q(state=DossierState.DRAFT) | Q(code__isnull=True)
            ),
            models.CheckConstraint(
                name="dossier_received_has_instant_and_due_date",
                condition=~Q(state__in=sorted(RECEIVED_STATES))
                | Q(received_at__isnull=False, due_at__isnull=False, first_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_decided_has_outcome",
                condition=~Q(state__in=sorted(DECIDED_STATES))
                | Q(resolved_at__isnull=False, outcome__in=sorted(Outcome.values)),
            ),
            models.CheckConstraint(
                name="dossier_outcome_only_when_decided",
                condition=Q(state__in=sorted(DECIDED_STATES)) | Q(outcome=""),
            ),
            models.CheckConstraint(
                name="dossier_handed_over_has_instant",
                condition=~Q(state=DossierState.RESULT_HANDED_OVER) | Q(handed_over_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_ended_has_instant",
                condition=~Q(state__in=sorted(ENDED_WITHOUT_DECISION)) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_open_has_next_date",
                condition=~Q(state__in=sorted(OPEN_STATES)) | Q(next_date_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_in_the_post_is_decided",
                condition=Q(posted_at__isnull=True) | Q(state__in=sorted(DECIDED_STATES)),
            ),
            models.CheckConstraint(
                name="dossier_prepays_only_before_receipt",
                condition=Q(prepay_by__isnull=True) | Q(state=DossierState.SUBMITTED),
            ),
            models.CheckConstraint(
                name="dossier_promise_needs_due_date", condition=Q(promised_at__isnull=True) | Q(due_at__isnull=False)
            ),
            models.CheckConstraint(
                name="dossier_awaited_party_and_since_together",
                condition=Q(awaited_party="", awaited_since__isnull=True)
                | Q(awaited_party__in=sorted(AwaitedParty.values), awaited_since__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_paused_only_while_waiting",
                condition=Q(state__in=sorted(WAITING_FOR_CITIZEN), paused_at__isnull=False)
                | (~Q(state__in=sorted(WAITING_FOR_CITIZEN)) & Q(paused_at__isnull=True)),
            ),
            # Dossiers decided before it was measured have none.
            models.CheckConstraint(
                name="dossier_timeliness_whole_or_absent",
                condition=Q(timeliness="", allotted_time__isnull=True, used_time__isnull=True, time_unit="")
                | Q(
                    timeliness__in=sorted(Timeliness.values),
                    allotted_time__gt=0,
                    used_time__gte=0,
                    time_unit__in=sorted(set(TermUnit.values) - {TermUnit.MONTH}),
                ),
            ),
            models.CheckConstraint(
                name="dossier_late_means_decided_after_the_date",
                condition=Q(timeliness="")
                | Q(timeliness=Timeliness.LATE, resolved_at__gt=F("due_at"))
                | Q(timeliness__in=[Timeliness.EARLY, Timeliness.ON_TIME], resolved_at__lte=F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.public_id)

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """What was read beside the row goes with it."""
        for name in ("open_holding", "last_holding", "is_holding_joined"):
            self.__dict__.pop(name, None)
        super().refresh_from_db(using, fields, from_queryset)

    @cached_property
    def open_holding(self) -> "Holding | None":
        """Who has it now, for which step; None while the clock stands and when all is done. Lists join it in."""
        if "is_holding_joined" in self.__dict__:
            # A join that found nobody sets nothing.
            return None
        held = self.holdings.filter(ended_at__isnull=True)
        return only_row(held.select_related("agency", "division", "officer", "passed_by"))

    @cached_property
    def last_holding(self) -> "Holding | None":
        """Who has it, or had it last; None for a draft. `selectors.holdings.read_last_holdings` reads many at once."""
        return self.holdings.order_by("-id").first() if self.pk else None

    @property
    def subject(self) -> str:
        """How other apps refer to this dossier without knowing what it is (charges, outbox)."""
        return f"dossier:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_on_paper(self) -> bool:
        """Was it handed in at a desk or by post, and typed by an officer?"""
        return self.channel != Channel.ONLINE

    @property
    def is_draft(self) -> bool:
        return self.state == DossierState.DRAFT

    @property
    def is_waiting_for_citizen(self) -> bool:
        return self.state in WAITING_FOR_CITIZEN

    @property
    def promised_by_id(self) -> int:
        """The agency by whose hours the due date is counted, for good."""
        return self.hours_agency_id or self.resolving_agency_id

    @property
    def appointed_at(self) -> datetime | None:
        """The date the citizen counts on: the apology's new date when one was given, else the due date."""
        if self.due_at is None or self.promised_at is None:
            return self.due_at
        return max(self.due_at, self.promised_at)

    @property
    def saved_share(self) -> Decimal | None:
        """Of the allotted time, the part not needed for the decision (below zero: more was used); None until decided."""
        if self.allotted_time is None or self.used_time is None:
            return None
        return saved_share(self.allotted_time, self.used_time)

    def is_overdue(self, at: datetime) -> bool:
        """Is or was the decision later than promised? Measured at the decision, else at `at`; a paused clock waits."""
        if self.due_at is None or self.state in ENDED_WITHOUT_DECISION:
            return False
        if self.paused_at is not None:
            return self.paused_at > self.due_at
        return (self.resolved_at or at) > self.due_at
