"""The decision and its way to the citizen."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import DossierState, Outcome, ResultDelivery, Transition
from dossiers.errors import DossierNotFound, FeeStillOwed, ReasonMissing
from dossiers.models import Dossier
from dossiers.services import clock as dossier_clock
from dossiers.services import fees, handoff_gates, handoffs
from dossiers.services.decision_letter import draft_letter, letter_name
from dossiers.services.result_papers import file_result, release_result
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import InvalidInput
from portal.documents import services as document_services
from portal.vault import services as vault_services
from procedures import services as procedure_services
from procedures.enums import LevelAction


def resolve(
    *,
    actor: Actor,
    dossier_id: int,
    outcome: str,
    title: str,
    upload: UploadedFile | None = None,
    note: str = "",
    drafts_letter: bool = False,
    seen_version: int | None = None,
) -> Dossier:
    """The signer decides: outcome and result document together, then the desk has the dossier.

    The document is the upload, or with `drafts_letter` a PDF drafted from outcome and note. A denial needs a note with
    its reason. Open handoffs that bind nobody end with it. Raises InvalidInput, ReasonMissing, NotPermitted, documents'
    refusals, TransitionConflict, HandoffAwaited, BindingHandoffRefused.
    """
    if outcome not in Outcome.values:
        raise InvalidInput(fields={"outcome": _("Chọn đồng ý hay không đồng ý.")})
    if not title.strip():
        raise InvalidInput(fields={"title": _("Hãy ghi tên giấy tờ kết quả.")})
    if upload is None and not drafts_letter:
        raise InvalidInput(fields={"upload": _("Hãy chọn tệp kết quả.")})
    if outcome == Outcome.DENIED and not note.strip():
        raise ReasonMissing
    code = vault_services.draw_code()
    letter = None
    if drafts_letter:
        letter = _letter(actor=actor, dossier_id=dossier_id, outcome=outcome, title=title, note=note, code=code)
    with transaction.atomic():
        step = transitions.begin(Transition.RESOLVE, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
        dossier = step.dossier
        handoff_gates.require_nothing_awaited(dossier, outcome=outcome)
        if letter is not None:
            document = document_services.store_generated(
                actor=actor,
                content=letter,
                file_name=letter_name(dossier, title),
                media_type="application/pdf",
                purpose="dossier_result",
            )
        elif upload is not None:
            document = document_services.store_upload(actor=actor, upload=upload, purpose="dossier_result")
        file_result(
            actor=actor,
            dossier=dossier,
            outcome=Outcome(outcome),
            document_id=document.pk,
            title=title.strip(),
            code=code,
            at=step.at,
        )
        fees.charge_what_is_due(actor=actor, dossier=dossier, collection=CollectionPoint.AT_RETURN)
        closed = handoffs.close_handoffs(dossier, reason="Hồ sơ đã có kết quả.", actor=actor, at=step.at)
        dossier.responsible_agency = dossier.receiving_agency
        dossier_clock.measure_time_used(dossier, at=step.at)
        hours_of_the_desk = account_selectors.agency_calendar(dossier.receiving_agency_id)
        hand_over_by = deadlines.hand_over_due(step.at, dossier.appointed_at, hours_of_the_desk)
        step.run(
            outcome=Outcome(outcome),
            hand_over_by=hand_over_by,
            public_note=note.strip(),
            details={"outcome": outcome, **({"closed_handoffs": closed} if closed else {})},
        )
    return dossier


def _letter(*, actor: Actor, dossier_id: int, outcome: str, title: str, note: str, code: str) -> bytes:
    """Drafted before the lock is taken, from facts that no longer change after filing."""
    dossier = (
        Dossier.objects.select_related("resolving_agency__parent", "revision__procedure").filter(pk=dossier_id).first()
    )
    if dossier is None:
        raise DossierNotFound
    policies.require(actor, policies.Action.RESOLVE, dossier)
    return draft_letter(
        actor=actor, dossier=dossier, outcome=Outcome(outcome), title=title.strip(), note=note.strip(), code=code
    )


@transaction.atomic
def hand_over_result(*, actor: Actor, dossier_id: int, note: str = "", seen_version: int | None = None) -> Dossier:
    """The desk hands the result over (at the desk or to the post). Raises FeeStillOwed."""
    step = transitions.begin(Transition.HAND_OVER_RESULT, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    if fees.has_fee_still_owed(step.dossier):
        raise FeeStillOwed
    step.run(public_note=note.strip())
    release_result(step.dossier)
    return step.dossier


@transaction.atomic
def deliver_result_online(*, dossier_id: int) -> Dossier | None:
    """Automatic after the decision of a level-4 dossier whose citizen wants the result online and owes nothing.

    Quietly nothing when the world moved on or the fee is still owed (then the payment triggers it again).
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.RESOLVED or dossier.result_delivery != ResultDelivery.ONLINE:
        return None
    if not procedure_services.offering_allows(dossier.offering, LevelAction.RECEIVE_ONLINE):
        return None
    if fees.has_fee_still_owed(dossier):
        return None
    step = transitions.begin(Transition.DELIVER_RESULT_ONLINE, actor=SYSTEM, dossier_id=dossier_id)
    step.run()
    release_result(step.dossier)
    return step.dossier
