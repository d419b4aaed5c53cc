"""Status look-up without an account: code and pass-code, throttled, telling nothing personal (PITFALLS 32)."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dossiers.enums import FILED_STATES, PUBLIC_DEEDS, DossierState, Transition
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from portal.core.throttle import require_not_exhausted, spend

TRIES_PER_ADDRESS = 20
WRONG_TRIES_PER_CODE = 10
WINDOW_SECONDS = 600


class LookupRefused(DossierNotFound):
    """Unknown code and wrong pass-code look the same."""

    code = "lookup_refused"
    default_sentence = _("Mã hồ sơ hoặc mã tra cứu chưa đúng. Hai mã này in trên giấy tiếp nhận.")


@dataclass(frozen=True, slots=True)
class StatusStep:
    """One public event: what and when, never who or why."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """What the look-up tells. No name, no answers, no notes, no files."""

    code: str
    state: DossierState
    procedure_name: str
    responsible_agency: str
    submitted_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    is_paused: bool
    steps: tuple[StatusStep, ...]


def look_up_status(*, code: str, pass_code: str, client_address: str) -> PublicStatus:
    """Status of a filed dossier. Raises TooManyRequests, LookupRefused.

    Wrong tries are counted per address and per dossier code, so that neither one machine nor many can go through the
    pass-codes of a dossier.
    """
    code, pass_code = code.strip().upper(), pass_code.strip().upper()
    spend(f"lookup:address:{client_address}", limit=TRIES_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    per_code = f"lookup:code:{code[:80]}"
    require_not_exhausted(per_code, limit=WRONG_TRIES_PER_CODE)
    dossier = (
        Dossier.objects.select_related("revision__procedure", "responsible_agency")
        .filter(code=code[:60], state__in=FILED_STATES)
        .first()
    )
    known = dossier.pass_code if dossier is not None else "-" * 6
    if not hmac.compare_digest(known.encode(), pass_code[:40].encode()) or dossier is None:
        spend(per_code, limit=WRONG_TRIES_PER_CODE, window_seconds=WINDOW_SECONDS)
        raise LookupRefused
    if dossier.submitted_at is None:
        raise LookupRefused
    return PublicStatus(
        code=dossier.code or "",
        state=DossierState(dossier.state),
        procedure_name=dossier.revision.procedure.name,
        responsible_agency=dossier.responsible_agency.name,
        submitted_at=dossier.submitted_at,
        due_at=dossier.due_at,
        promised_at=dossier.promised_at,
        is_paused=dossier.paused_at is not None,
        steps=tuple(
            StatusStep(label=str(entry.get_act_display()), at=entry.at)
            for entry in dossier.journal.filter(act__in=[*Transition, *PUBLIC_DEEDS]).order_by("-sequence")
        ),
    )
