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
from dossiers.enums import SlipKind, SlipOccasion, Transition
from dossiers.errors import DossierNotFound, ReasonMissing
from dossiers.models import Dossier, IssuedSlip
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
}
"""Slips that follow from a journal line by themselves."""


def issue_slip(
    *,
    actor: Actor,
    dossier_id: int,
    kind: SlipKind,
    cause: str,
    day: date,
    arguments: Mapping[str, Any] | None = None,
) -> IssuedSlip:
    """The slip of that kind and cause, made on the first call; later calls, also at the same instant, return the same one.

    `day` is the paper's date and chooses the version of the form; `arguments` go to the form's facts. Always in
    Vietnamese: these are official forms. Who may have it issued is the caller's check. Rendering takes some tenths of a
    second, so call it outside of transactions. Raises DossierNotFound, SlipFormUnknown.
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
            # The dossier's lock makes a second maker wait and then find the first one's slip.
            transitions.lock(dossier_id)
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
    """The receipt slip of that occasion. Raises DossierNotFound while the occasion has not come."""
    occasion = SlipOccasion(occasion)
    dossier = Dossier.objects.only("submitted_at", "received_at").filter(pk=dossier_id).first()
    moment = None
    if dossier is not None:
        moment = dossier.received_at if occasion == SlipOccasion.RECEIVED else dossier.submitted_at
    if moment is None:
        raise DossierNotFound
    return issue_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        kind=SlipKind.RECEIPT,
        cause=occasion.value,
        day=day_of(moment),
        arguments={"occasion": occasion},
    )


def slip_of_line(*, dossier_id: int, kind: SlipKind, sequence: int) -> IssuedSlip:
    """The slip that follows from a journal line: supplement request, refusal of intake, stop notice.

    Raises DossierNotFound when that line is not one the kind follows from, SlipFormUnknown when the form did not exist
    on its day.
    """
    entry = line_of(_read(dossier_id), sequence)
    if ACT_OF_SLIP.get(kind) != entry.act:
        raise DossierNotFound
    return issue_slip(
        actor=SYSTEM,
        dossier_id=dossier_id,
        kind=kind,
        cause=f"journal:{sequence}",
        day=day_of(entry.at),
        arguments={"sequence": sequence},
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
    day: date | None = None,
) -> IssuedSlip:
    """Form 04. `cause` names what it is about in at most 60 signs, for example "reschedule:12"; `day` is today if left out.

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
        cause=f"version:{sequence}",
        day=day,
        arguments={"day": day, "sequence": sequence},
    )


def void_slip(*, slip_id: int, reason: str) -> IssuedSlip:
    """Void a slip whose cause was undone; it stays with its PDF and makes way for a new one of the same cause.

    Part of another act, which has checked who may. Must run in that act's transaction, under the dossier's lock. Voiding
    what is void changes nothing. Raises ReasonMissing, DossierNotFound.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a slip is voided inside the transaction of what undid its cause")
    if not reason.strip():
        raise ReasonMissing
    slip = IssuedSlip.objects.select_for_update().filter(pk=slip_id).first()
    if slip is None:
        raise DossierNotFound
    if not slip.is_void:
        slip.voided_at, slip.void_reason = clock.now(), reason.strip()[:255]
        slip.save(update_fields=["voided_at", "void_reason"])
    return slip
