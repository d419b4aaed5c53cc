"""What an officer does about a delay: propose, approve or decline the apology with a new date; say "we know"."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import deadlines, notices, services
from dossiers.desk_views.desk_action import DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.enums import DossierState
from dossiers.forms import delays as forms
from dossiers.models import Dossier, Reschedule
from dossiers.policies import Action
from portal.accounts import selectors as account_selectors
from portal.core.templatetags.portal import instant
from portal.core.working_time import WorkingCalendar

_RUNNING = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})


def is_near_or_late(dossier: Dossier, now: datetime) -> bool:
    """Does a running clock come near its date, or is it past?"""
    if dossier.state not in _RUNNING or dossier.due_at is None:
        return False
    if dossier.due_at <= now:
        return True
    return dossier.due_at <= deadlines.working_days_after(now, settings.DUE_SOON_WORKING_DAYS, _hours_of(dossier))


def suggested_date(dossier: Dossier, proposal: Reschedule | None, now: datetime) -> datetime | None:
    """The new date a form begins with: the proposal's while it still holds, else counted anew."""
    if dossier.due_at is None:
        return None
    if proposal is not None and proposal.old_due_at == dossier.due_at and proposal.new_due_at > now:
        return proposal.new_due_at
    days = int(settings.APOLOGY_EXTRA_WORKING_DAYS)
    return deadlines.proposed_promise(dossier.due_at, now, days, _hours_of(dossier))


def _hours_of(dossier: Dossier) -> WorkingCalendar:
    return account_selectors.agency_calendar(dossier.resolving_agency_id)


class _ApologyAction(DeskAction):
    """Offered when the date is near or past, or somebody has asked for it."""

    form_class = forms.RescheduleForm

    def is_open(self, facts: Facts) -> bool:
        if facts.dossier.state not in _RUNNING or facts.dossier.promised_at is not None:
            return False
        return is_near_or_late(facts.dossier, facts.now) or facts.open_reschedule is not None

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        proposal = facts.open_reschedule
        return {
            "new_due_at": suggested_date(facts.dossier, proposal, facts.now),
            "reason": proposal.reason if proposal is not None else "",
        }


class ApproveReschedule(_ApologyAction):
    key, action = "hen-lai", Action.RESCHEDULE
    label, button = gettext_lazy("Xin lỗi và hẹn lại"), gettext_lazy("Duyệt xin lỗi và hẹn lại")
    done = gettext_lazy("Đã xin lỗi và hẹn lại. Công dân được báo qua thư điện tử.")

    def tells(self, facts: Facts) -> Tells:
        new_due_at = suggested_date(facts.dossier, facts.open_reschedule, facts.now)
        return Tells(
            [
                _("Lời xin lỗi, lý do chậm, ngày hẹn cũ và ngày hẹn mới. Mỗi hồ sơ chỉ hẹn lại một lần."),
                _("Hồ sơ vẫn được tính là trễ theo ngày hẹn cũ: %(when)s.") % {"when": instant(facts.dossier.due_at)},
            ],
            self.mail(
                facts,
                notices.RESCHEDULED,
                note=_("[lý do bạn chọn]"),
                due_at=facts.dossier.due_at,
                next_date_at=new_due_at,
            ),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.approve_reschedule(**common(facts, data), reason=data["reason"], new_due_at=data["new_due_at"])


class ProposeReschedule(_ApologyAction):
    key, action = "de-nghi-hen-lai", Action.PROPOSE_RESCHEDULE
    label, button = gettext_lazy("Đề nghị hẹn lại"), gettext_lazy("Gửi đề nghị cho người ký")
    done = gettext_lazy("Đã gửi đề nghị hẹn lại cho người ký.")

    def is_open(self, facts: Facts) -> bool:
        # Whoever may approve does not ask themselves.
        return super().is_open(facts) and not facts.may(Action.RESCHEDULE)

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Chưa báo gì: công dân chỉ được báo khi người ký duyệt.")], is_told_by_mail=False)

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.propose_reschedule(**common(facts, data), reason=data["reason"], new_due_at=data["new_due_at"])


class DeclineReschedule(DeskAction):
    key, action = "khong-hen-lai", Action.RESCHEDULE
    label, button = gettext_lazy("Không hẹn lại"), gettext_lazy("Giữ ngày hẹn trả")
    done = gettext_lazy("Đã giữ ngày hẹn trả, không hẹn lại.")
    form_class = forms.DeclineRescheduleForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.state in _RUNNING and facts.open_reschedule is not None

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Không báo gì: ngày hẹn trả giữ nguyên.")], is_told_by_mail=False)

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        if facts.open_reschedule is None:
            return
        services.decline_reschedule(**common(facts, data), reschedule_id=facts.open_reschedule.pk, note=data["note"])


DELAY_ACTIONS: tuple[DeskAction, ...] = (ApproveReschedule(), ProposeReschedule(), DeclineReschedule())
