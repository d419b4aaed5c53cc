"""The state machine's own rows and rules: state, stamps, transitions. No queries and no I/O in here (ARCHITECTURE 3).

Only `dossiers.transitions` calls the transition methods; a test proves it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from dossiers.enums import DossierState, Outcome

S = DossierState


class DossierQuerySetProtection(models.QuerySet[Any]):
    """`update(state=...)` would pass by the state machine, its journal and its locks."""

    def update(self, **values: Any) -> int:
        if "state" in values:
            raise TypeError("state moves only through dossiers.transitions")
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        names = list(fields)
        if "state" in names:
            raise TypeError("state moves only through dossiers.transitions")
        return super().bulk_update(objs, names, batch_size=batch_size)


def _has_no_outcome(dossier: models.Model) -> bool:
    return isinstance(dossier, DossierStateMachine) and dossier.outcome == ""


class DossierStateMachine(models.Model):
    """State and the stamps each transition sets. Instants are aware; `at` is the instant of the transition."""

    state = FSMField(_("trạng thái"), max_length=24, choices=DossierState, default=S.DRAFT, protected=True)
    outcome = models.CharField(_("kết luận"), max_length=8, choices=Outcome, blank=True)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    processing_started_at = models.DateTimeField(_("bắt đầu xử lý lúc"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("xử lý xong lúc"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("trả kết quả lúc"), null=True, blank=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    # When the clock stopped; null while it runs.
    paused_at = models.DateTimeField(_("đồng hồ dừng từ"), null=True, blank=True)
    # The promise to the citizen; moves only by pauses. The first promise stays in `first_due_at`.
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    first_due_at = models.DateTimeField(_("hẹn trả ban đầu"), null=True, blank=True)
    # The new date of an apology: a promise beside `due_at`, which stays the measure of "quá hạn".
    promised_at = models.DateTimeField(_("hẹn lại"), null=True, blank=True)
    # Until when a fee that comes before receipt is waited for; null once nothing of it is owed, and after receipt.
    prepay_by = models.DateTimeField(_("nộp trước khi tiếp nhận, đến"), null=True, blank=True)
    # When the last of it was paid or let go: from here the desk's hours to answer run.
    prepaid_at = models.DateTimeField(_("hết khoản phải nộp trước lúc"), null=True, blank=True)
    # A decided result is on its way by post since then; null before, and once it came back.
    posted_at = models.DateTimeField(_("giao bưu điện lúc"), null=True, blank=True)
    # No open dossier without a date on which somebody must act: drives the order of worklists.
    next_date_at = models.DateTimeField(_("mốc tiếp theo"), null=True, blank=True)

    class Meta:
        abstract = True

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Reload although `state` is protected.

        django-fsm-2's own mixin flips a flag on the field, which all threads share, and leaves it off when the reload
        raises (STACK trap 2). Here the value leaves the instance instead, and comes back if the reload fails.
        """
        if fields is None:
            # Named one by one: an attribute that is not there counts as deferred and would not be loaded.
            deferred = self.get_deferred_fields()
            fields = [field.attname for field in self._meta.concrete_fields if field.attname not in deferred]
            self._prefetched_objects_cache: dict[str, Any] = {}
        if "state" not in fields or "state" not in self.__dict__:
            super().refresh_from_db(using, fields, from_queryset)
            return
        kept = self.__dict__.pop("state")
        try:
            super().refresh_from_db(using, fields, from_queryset)
        except BaseException:
            self.__dict__["state"] = kept
            raise

    @transition(field=state, source=S.DRAFT, target=S.SUBMITTED)
    def submit(self, *, at: datetime, answer_due_at: datetime, prepay_by: datetime | None = None) -> None:
        """The citizen files; an online dossier is answered within 8 working hours (NĐ 45/2020) from when it can be."""
        self.submitted_at = at
        self.prepay_by = prepay_by
        self.next_date_at = prepay_by or answer_due_at

    @transition(field=state, source=S.SUBMITTED, target=S.RECEIVED)
    def receive(self, *, at: datetime, due_at: datetime, received_at: datetime | None = None) -> None:
        # An item of the post was received on the day it came, not on the day somebody opened it.
        self.received_at = received_at or at
        self.due_at = self.first_due_at = self.next_date_at = due_at

    @transition(field=state, source=S.SUBMITTED, target=S.INTAKE_REFUSED)
    def refuse_intake(self, *, at: datetime) -> None:
        self.closed_at = at
        self.prepay_by = None
        self.next_date_at = None

    @transition(field=state, source=S.RECEIVED, target=S.PROCESSING)
    def start_processing(self, *, at: datetime) -> None:
        self.processing_started_at = at

    @transition(field=state, source=[S.RECEIVED, S.PROCESSING], target=S.SUPPLEMENT_REQUESTED)
    def request_supplement(self, *, at: datetime, answer_by: datetime) -> None:
        self.paused_at = at
        self.next_date_at = answer_by

    @transition(field=state, source=S.SUPPLEMENT_REQUESTED, target=S.PROCESSING)
    def answer_supplement(self, *, at: datetime, due_at: datetime) -> None:
        self._resume(at=at, due_at=due_at)

    @transition(field=state, source=[S.RECEIVED, S.PROCESSING], target=S.PAYMENT_REQUESTED)
    def request_payment(self, *, at: datetime, pay_by: datetime) -> None:
        self.paused_at = at
        self.next_date_at = pay_by

    @transition(field=state, source=S.PROCESSING, target=S.PAYMENT_REQUESTED)
    def request_obligation(self, *, at: datetime, pay_by: datetime) -> None:
        """The system asks for what another agency set, at once."""
        self.paused_at = at
        self.next_date_at = pay_by

    @transition(field=state, source=S.PAYMENT_REQUESTED, target=S.PROCESSING)
    def resume_after_payment(self, *, at: datetime, due_at: datetime) -> None:
        self._resume(at=at, due_at=due_at)

    @transition(
        field=state,
        source=[S.SUBMITTED, S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED],
        target=S.WITHDRAWN,
        conditions=[_has_no_outcome],
    )
    def withdraw(self, *, at: datetime) -> None:
        self._close(at=at)

    @transition(
        field=state,
        source=[S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED],
        target=S.STOPPED,
    )
    def stop(self, *, at: datetime) -> None:
        self._close(at=at)

    @transition(field=state, source=S.PROCESSING, target=S.RESOLVED)
    def resolve(self, *, at: datetime, outcome: Outcome, hand_over_by: datetime) -> None:
        self.resolved_at = at
        self.outcome = outcome
        self.next_date_at = hand_over_by

    @transition(field=state, source=S.RESOLVED, target=S.RESULT_HANDED_OVER)
    def hand_over_result(self, *, at: datetime, handed_over_at: datetime | None = None) -> None:
        """`handed_over_at`: when it was, where the desk hears of it later."""
        self.handed_over_at = handed_over_at or at
        self.next_date_at = None

    @transition(field=state, source=S.RESOLVED, target=S.RESULT_HANDED_OVER)
    def deliver_result_online(self, *, at: datetime) -> None:
        self.handed_over_at = at
        self.next_date_at = None

    @transition(
        field=state,
        source=[S.RECEIVED, S.INTAKE_REFUSED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.RESULT_HANDED_OVER],
        target=RETURN_VALUE(S.SUBMITTED, S.RECEIVED, S.PROCESSING, S.RESOLVED),
    )
    def undo(self, *, at: datetime, back_to: DossierState) -> DossierState:
        """Back to where the last act found it; `services.undo` puts the stamps back in the same step."""
        return back_to

    def _resume(self, *, at: datetime, due_at: datetime) -> None:
        if self.processing_started_at is None:
            self.processing_started_at = at
        self.paused_at = None
        self.due_at = due_at
        self.next_date_at = due_at if self.promised_at is None else max(due_at, self.promised_at)

    def _close(self, *, at: datetime) -> None:
        self.closed_at = at
        self.paused_at = None
        self.prepay_by = None
        self.next_date_at = None
