"""What comes next when it is not this officer's to do: who can, by role and name, so that nothing waits in silence."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.desk_views.facts import Facts
from dossiers.desk_views.looks import is_in_the_post
from dossiers.desk_views.process_panel import holder_words
from dossiers.enums import DossierState
from dossiers.models import Holding
from dossiers.policies import Action, has_the_step, is_applicant
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES, OfficerRole
from portal.core.templatetags.portal import instant

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class _NextStep:
    """The step that moves a state on, and whose it is."""

    action: Action
    waiting_for: str | Promise
    roles: tuple[OfficerRole, ...]
    is_at_receiving_agency: bool


_NEXT: dict[DossierState, _NextStep] = {
    DossierState.SUBMITTED: _NextStep(
        Action.RECEIVE,
        gettext_lazy("Chờ cán bộ một cửa tiếp nhận"),
        DESK_ROLES,
        True,
    ),
    DossierState.RECEIVED: _NextStep(
        Action.START_PROCESSING, gettext_lazy("Chờ cán bộ thụ lý nhận xử lý"), (OfficerRole.CASE_OFFICER,), False
    ),
    DossierState.PROCESSING: _NextStep(
        Action.RESOLVE, gettext_lazy("Chờ người ký"), (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD), False
    ),
    DossierState.RESOLVED: _NextStep(
        Action.HAND_OVER_RESULT,
        gettext_lazy("Chờ cán bộ một cửa trả kết quả"),
        DESK_ROLES,
        True,
    ),
}


def next_steps(facts: Facts) -> list[str]:
    """Sentences about what the dossier waits for; [] when the next step is this officer's own or nothing is left."""
    dossier = facts.dossier
    state = DossierState(dossier.state)
    sentences = []
    if is_applicant(facts.actor, dossier):
        sentences.append(_("Đây là hồ sơ của chính bạn: cán bộ khác phải giải quyết."))
    if dossier.prepay_by is not None:
        sentences.append(
            _("Chờ công dân nộp phí để được tiếp nhận, đến %(when)s.") % {"when": instant(dossier.prepay_by)}
        )
        return sentences
    if state == DossierState.SUPPLEMENT_REQUESTED:
        sentences.append(_("Chờ công dân bổ sung, đến %(when)s.") % {"when": instant(dossier.next_date_at)})
    elif state == DossierState.PAYMENT_REQUESTED:
        sentences.append(_("Chờ công dân nộp phí, lệ phí, đến %(when)s.") % {"when": instant(dossier.next_date_at)})
    elif state == DossierState.RESOLVED and facts.receives_online:
        sentences.append(
            _("Công dân chọn nhận bản điện tử: kết quả tự mở ở trang hồ sơ khi nộp đủ phí, lệ phí.")
            if facts.owed
            else _("Công dân chọn nhận bản điện tử: kết quả tự mở ở trang hồ sơ trong ít phút.")
        )
    elif is_in_the_post(dossier):
        sentences.append(_("Kết quả đang ở bưu điện, chờ phát đến %(when)s.") % {"when": instant(dossier.next_date_at)})
    sentences += [
        _("Chờ %(agency)s trả lời, đến %(when)s.") % {"agency": one.to_agency.name, "when": instant(one.due_at)}
        for one in facts.handoffs
        if one.is_open and one.via_id is None
    ]
    step = _NEXT.get(state)
    if state == DossierState.PROCESSING and facts.holding is not None:
        sentences += _with_whom(facts, facts.holding)
    elif step is not None and not is_in_the_post(dossier) and not facts.may(step.action):
        sentences.append(_waiting_for(facts, step))
    return sentences


def _with_whom(facts: Facts, held: Holding) -> list[str]:
    """Who has the step in hand, until when; [] when it is this officer's own."""
    if has_the_step(facts.actor, facts.dossier):
        return []
    words = {
        "step": held.title,
        "place": held.division.name if held.division is not None else held.agency.name,
        "who": holder_words(held),
        "when": instant(held.due_at),
    }
    if held.officer is not None or held.awaits_receipt:
        return [_("Đang ở bước “%(step)s” (%(place)s): %(who)s, hạn %(when)s.") % words]
    names = [one.full_name for one in facts.able_officers]
    words["who"] = ", ".join(names[:_MOST_NAMES]) + ("…" if len(names) > _MOST_NAMES else "")
    if not names:
        return [_("Đang ở bước “%(step)s” (%(place)s): chưa có ai giữ vai trò này, hãy báo quản trị viên.") % words]
    return [_("Đang ở bước “%(step)s” (%(place)s), chờ một trong: %(who)s; hạn %(when)s.") % words]


def _waiting_for(facts: Facts, step: _NextStep) -> str:
    dossier = facts.dossier
    agency = dossier.receiving_agency if step.is_at_receiving_agency else dossier.resolving_agency
    held = facts.holding
    named = [held.officer.full_name] if held is not None and held.officer is not None else []
    # A dossier that was received is taken on by those who can do its first step.
    pool = (
        facts.able_officers
        if held is not None and dossier.state == DossierState.RECEIVED
        else account_selectors.officers_of([agency.pk], *step.roles).exclude(pk=dossier.applicant_id)[: _MOST_NAMES + 1]
    )
    names = named or [officer.full_name for officer in pool]
    who = ", ".join(names[:_MOST_NAMES]) + ("…" if len(names) > _MOST_NAMES else "")
    if not who:
        return _("%(step)s (%(agency)s): chưa có ai giữ vai trò này, hãy báo quản trị viên.") % {
            "step": step.waiting_for,
            "agency": agency.name,
        }
    return _("%(step)s (%(agency)s): %(who)s.") % {"step": step.waiting_for, "agency": agency.name, "who": who}
