"""Issuing slips: rendered once, stored, and from then on printed from the store (DOMAIN 4.1).

`issue_slip` is the one way in; the others know the cause and the arguments of one kind. All are safe to run twice and at
the same instant: whoever comes later gets the slip of whoever came first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from dossiers import policies, transitions
from dossiers.enums import SLIPS_FOR_THE_CITIZEN, SlipKind, SlipOccasion, Transition
from dossiers.errors import DossierNotFound, ReasonMissing
from dossiers.models import Dossier, IssuedSlip, JournalEntry
from dossiers.selectors import last_standing, standing_lines
from dossiers.services.slip_forms.head import day_of, line_of
from dossiers.services.slip_forms.registry import SlipForm, form_on
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.text import slug
from portal.documents import services as document_services

ACT_OF_SLIP: dict[SlipKind, Transition] = {
    SlipKind.SUPPLEMENT_REQUEST: Transition.REQUEST_SUPPLEMENT,
    SlipKind.INTAKE_REFUSAL: Transition.REFUSE_INTAKE,
    SlipKind.STOP_NOTICE: Transition.STOP,
    SlipKind.HAND_OVER: Transition.HAND_OVER_RESULT,
}
"""Slips that follow from a journal line by themselves."""
ACT_OF_OCCASION: dict[SlipOccasion, Transition] = {
    SlipOccasion.SUBMITTED: Transition.SUBMIT,
    SlipOccasion.RECEIVED: Transition.RECEIVE,
}


def issue_slip(
    *,
    actor: Actor,
    dossier_id: int,
    kind: SlipKind,
    cause: str,
    day: date,
    arguments: Mapping[str, Any] | None = None,
    line: int | None = None,
) -> IssuedSlip:
    """The slip of that kind and cause, made on the first call; later calls, also at the same instant, return the same one.

    `day` is the paper's date and chooses the version of the form; `arguments` go to the form's facts; `line` is the
    journal line it tells of. Always in Vietnamese: these are official forms. Who may have it issued is the caller's
    check. Rendering takes some tenths of a second, so call it outside of transactions. Raises DossierNotFound, also when
    the line was undone while the paper was rendered; SlipFormUnknown.
    """
    form = form_on(kind, day)
    while True:
        known = _issued(dossier_id, kind, cause)
        if known is not None:
            return known
        dossier = _read(dossier_id)
        earlier = _count(dossier_id, kind)
        number = form.number_for(dossier, earlier)
        content = _render(form, dossier, number, arguments or {})
        with transaction.atomic():
            # The dossier's lock makes a second maker wait and then find the first one's slip; and an undo either came
            # before, or finds the slip.
            transitions.lock(dossier_id)
            if line is not None and not standing_lines(dossier_id).filter(sequence=line).exists():
                raise DossierNotFound
            if _issued(dossier_id, kind, cause) is None and _count(dossier_id, kind) == earlier:
                return _store(actor, dossier, form, cause, number, content)
        # Another slip of the kind was issued meanwhile: it is this one, or it took the number.


def _issued(dossier_id: int, kind: SlipKind, cause: str) -> IssuedSlip | None:
    slips = IssuedSlip.objects.select_related("document").filter(dossier_id=dossier_id, kind=kind, cause=cause)
    return slips.filter(voided_at__isnull=True).first()


def _count(dossier_id: int, kind: SlipKind) -> int:
    return IssuedSlip.objects.filter(dossier_id=dossier_id, kind=kind).count()


def _read(dossier_id: int) -> Dossier:
    """Raises DossierNotFound also for a draft: papers are about what was filed."""
    dossier = (
        Dossier.objects.select_related(
            "revision__procedure", "case", "receiving_agency__parent__parent", "resolving_agency__parent__parent"
        )
        .filter(pk=dossier_id, code__isnull=False)
        .first()
    )
    if dossier is None:
        raise DossierNotFound
    return dossier


def _render(form: SlipForm, dossier: Dossier, number: str, arguments: Mapping[str, Any]) -> bytes:
    with translation.override("vi"):
        facts = {"title": form.title, "number": number, "form_version": form.name, **form.facts(dossier, **arguments)}
        return document_services.render_pdf(form.template, facts)


def _store(actor: Actor, dossier: Dossier, form: SlipForm, cause: str, number: str, content: bytes) -> IssuedSlip:
    document = document_services.store_generated(
        actor=actor,
        content=content,
        file_name=f"{'xac-nhan-da-nop' if cause == SlipOccasion.SUBMITTED else form.file_name}-{slug(dossier.code or '')}.pdf",
        media_type="application/pdf",
        purpose="issued_slip",
    )
    return IssuedSlip.objects.create(
        dossier=dossier,
        kind=form.kind,
        cause=cause,
        form_code=form.code,
        form_version=form.version,
        number=number,
        document=document,
        issued_at=clock.now(),
        issued_by_id=actor.user_id,
    )


def receipt_slip(*, dossier_id: int, occasion: SlipOccasion) -> IssuedSlip:
    """The receipt slip of that occasion. Raises DossierNotFound while the occasion has not come, or when it was undone."""
    occasion = SlipOccasion(occasion)
    dossier = _read(dossier_id)
    moment = dossier.received_at if occasion == SlipOccasion.RECEIVED else dossier.submitted_at
    entry = last_standing(dossier, ACT_OF_OCCASION[occasion])
    if moment is None or entry is None:
        raise DossierNotFound
    return issue_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        kind=SlipKind.RECEIPT,
        cause=occasion.value,
        day=day_of(moment),
        arguments={"occasion": occasion, "sequence": entry.sequence},
        line=entry.sequence,
    )


def slip_of_line(*, dossier_id: int, kind: SlipKind, sequence: int) -> IssuedSlip:
    """The slip that follows from a journal line: supplement request, refusal of intake, stop notice.

    Raises DossierNotFound when that line is not one the kind follows from or was undone, SlipFormUnknown when the form
    did not exist on its day.
    """
    entry = line_of(_read(dossier_id), sequence)
    if not follows_from(entry, kind) or entry.is_undone:
        raise DossierNotFound
    return issue_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        kind=kind,
        cause=cause_of(entry),
        day=day_of(entry.at),
        arguments={"sequence": sequence},
        line=sequence,
    )


def apology_slip(
    *,
    actor: Actor,
    dossier_id: int,
    cause: str,
    old_due_at: datetime,
    new_due_at: datetime,
    reason: str,
    signer_name: str,
    signer_title: str = "",
    signer_rank: str = "",
    day: date | None = None,
) -> IssuedSlip:
    """Form 04. `cause` names what it is about in at most 60 signs, for example "reschedule:12"; `day` is today if left out;
    who signs is told as `signature_of` tells it.

    Who may apologise and whether the dates hold is the caller's business. Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    day = day or clock.today()
    return issue_slip(
        actor=actor,
        dossier_id=dossier_id,
        kind=SlipKind.APOLOGY,
        cause=cause,
        day=day,
        arguments={
            "day": day,
            "old_due_at": old_due_at,
            "new_due_at": new_due_at,
            "reason": reason.strip(),
            "signer_name": signer_name,
            "signer_title": signer_title,
            "signer_rank": signer_rank,
        },
    )


def control_sheet(*, actor: Actor, dossier_id: int, sequence: int | None = None) -> IssuedSlip:
    """Form 06 up to a journal line, the last one if left out; asked for twice in between, it is the same sheet.

    For the system and the officers of the dossier's agencies. Raises NotPermitted, and DossierNotFound for a dossier
    that was never received.
    """
    dossier = _read(dossier_id)
    if actor != SYSTEM:
        policies.require(actor, policies.Action.READ_AS_OFFICER, dossier)
    if dossier.received_at is None:
        raise DossierNotFound
    sequence = dossier.version if sequence is None else sequence
    day = day_of(line_of(dossier, sequence).at) if dossier.closed_at or dossier.handed_over_at else clock.today()
    return issue_slip(
        actor=actor,
        dossier_id=dossier_id,
        kind=SlipKind.CONTROL_SHEET,
        cause=_sheet_up_to(sequence),
        day=day,
        arguments={"day": day, "sequence": sequence},
        line=sequence,
    )


def follows_from(entry: JournalEntry, kind: SlipKind) -> bool:
    """Does a slip of the kind follow from this line? A result that came by post or among many has no receiver to name."""
    return ACT_OF_SLIP.get(kind) == entry.act and (kind != SlipKind.HAND_OVER or "receiver" in entry.details)


def cause_of(entry: JournalEntry) -> str:
    """The word under which the slip of a journal line is kept, as `IssuedSlip.cause` says."""
    occasion = next((one for one, act in ACT_OF_OCCASION.items() if act == entry.act), None)
    return occasion.value if occasion is not None else f"journal:{entry.sequence}"


def is_out(entry: JournalEntry) -> bool:
    """Has somebody the paper of this line in hand? Then the line can no longer be undone. Ask under the dossier's lock."""
    slips = IssuedSlip.objects.filter(dossier_id=entry.dossier_id, kind__in=sorted(SLIPS_FOR_THE_CITIZEN))
    return slips.filter(cause=cause_of(entry), voided_at__isnull=True).exists()


def void_sheets_of(entry: JournalEntry, *, reason: str) -> None:
    """Void the control sheets up to a line that is being undone; they stay with their PDF, for officers to see.

    Part of undoing, which has checked who may. Must run in its transaction, under the dossier's lock. Raises ReasonMissing.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a sheet is voided inside the transaction of what undoes its last line")
    if not reason.strip():
        raise ReasonMissing
    IssuedSlip.objects.filter(
        dossier_id=entry.dossier_id,
        kind=SlipKind.CONTROL_SHEET,
        cause=_sheet_up_to(entry.sequence),
        voided_at__isnull=True,
    ).update(voided_at=clock.now(), void_reason=reason.strip()[:255])


def _sheet_up_to(sequence: int) -> str:
    return f"version:{sequence}"
