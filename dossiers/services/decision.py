"""The decision and its way to the citizen."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import DossierState, Outcome, ResultDelivery, Transition
from dossiers.errors import DossierNotFound, DrawnUpTooEarly, ReasonMissing, ResultRevoked
from dossiers.models import Dossier, ResultDraft
from dossiers.services import clock as dossier_clock
from dossiers.services import fees, handoff_gates, handoffs, result_drafts
from dossiers.services.decision_letter import draft_letter, letter_name
from dossiers.services.drawing_anew import drawn_anew
from dossiers.services.result_numbers import DocumentNumber, next_number
from dossiers.services.result_papers import file_result, release_result, require_not_revoked
from dossiers.services.result_signing import UNSIGNED, ResultSigner, SignatureNote, require_signed, result_signer
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import InvalidInput
from portal.documents import services as document_services
from portal.vault import services as vault_services
from procedures import services as procedure_services
from procedures.enums import LevelAction
from procedures.services import Composed


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """A document as it will be stored: its bytes are whole before any lock is taken.

    `day` is the day it bears. `number`, `composed`, `draft` and `valid_until` are those of one drawn up from a template.
    """

    content: bytes
    file_name: str
    code: str
    day: date
    number: DocumentNumber | None = None
    composed: Composed | None = None
    draft: ResultDraft | None = None
    signature: SignatureNote = UNSIGNED
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class SentIn:
    """A file the signer brought along."""

    upload: UploadedFile
    code: str
    signature: SignatureNote


def resolve(
    *,
    actor: Actor,
    dossier_id: int,
    outcome: str,
    title: str,
    upload: UploadedFile | None = None,
    note: str = "",
    drafts_letter: bool = False,
    result_id: int | None = None,
    seen_version: int | None = None,
) -> Dossier:
    """The signer decides: outcome and result document together, then the desk has the dossier.

    The document is the upload, or with `drafts_letter` a PDF drafted from outcome and note; either is signed with the
    agency's certificate (`result_signing`). `result_id` says which of the procedure's results it is, where there are
    several. A denial needs a note with its reason. Open handoffs that bind nobody end with it.

    Raises InvalidInput, ReasonMissing, NotPermitted, documents' refusals, what signing raises, TransitionConflict,
    HandoffAwaited, BindingHandoffRefused.
    """
    if outcome not in Outcome.values:
        raise InvalidInput(fields={"outcome": _("Chọn đồng ý hay không đồng ý.")})
    if not title.strip():
        raise InvalidInput(fields={"title": _("Hãy ghi tên giấy tờ kết quả.")})
    if upload is None and not drafts_letter:
        raise InvalidInput(fields={"upload": _("Hãy chọn tệp kết quả.")})
    if outcome == Outcome.DENIED and not note.strip():
        raise ReasonMissing
    with result_signer() as signer:

        def decide() -> Dossier:
            document: DrawnUp | SentIn = (
                _letter(signer, actor=actor, dossier_id=dossier_id, outcome=outcome, title=title, note=note)
                if drafts_letter or upload is None
                else _sent_in(signer, actor=actor, dossier_id=dossier_id, upload=upload)
            )
            return _decide(
                actor=actor,
                dossier_id=dossier_id,
                outcome=Outcome(outcome),
                title=title.strip(),
                note=note.strip(),
                document=document,
                result_id=result_id,
                seen_version=seen_version,
            )

        return drawn_anew(decide)


def sign_draft(*, actor: Actor, dossier_id: int, draft_id: int, seen_version: int | None = None) -> Dossier:
    """The signer decides with a result drawn up from a template, exactly as it was looked at.

    It gets the next number of its register and the signer's name and day. Raises DraftIsStale with the differences when
    the document would say anything else than the draft, DrawnUpTooEarly when others took its number again and again, and
    what `resolve` raises.
    """
    with result_signer() as signer:

        def decide() -> Dossier:
            drawn = draw_up(signer, actor=actor, dossier_id=dossier_id, draft_id=draft_id)
            return decide_with(drawn, actor=actor, dossier_id=dossier_id, seen_version=seen_version)

        return drawn_anew(decide)


def decide_with(drawn: DrawnUp, *, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Dossier:
    """The decision with a document of `draw_up`, in one transaction. Raises DrawnUpTooEarly when it must be drawn up anew."""
    assert drawn.draft is not None
    assert drawn.composed is not None
    return _decide(
        actor=actor,
        dossier_id=dossier_id,
        outcome=Outcome(drawn.draft.template.outcome),
        title=drawn.composed.title,
        note=drawn.draft.note,
        document=drawn,
        seen_version=seen_version,
    )


@transaction.atomic
def _decide(
    *,
    actor: Actor,
    dossier_id: int,
    outcome: Outcome,
    title: str,
    note: str,
    document: DrawnUp | SentIn,
    seen_version: int | None,
    result_id: int | None = None,
) -> Dossier:
    step = transitions.begin(Transition.RESOLVE, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    dossier, drawn = step.dossier, document if isinstance(document, DrawnUp) else None
    # How it goes to the citizen may have changed since it was signed, or not signed.
    require_signed(dossier, is_signed=document.signature.is_signed)
    if drawn is not None and drawn.day != clock.local(step.at).date():
        raise DrawnUpTooEarly
    if drawn is not None and drawn.draft is not None:
        # Under the lock nothing it tells of the dossier can change any more.
        result_drafts.require_fresh(drawn.draft, result_drafts.dossier_to_draw_up(dossier_id))
    handoff_gates.require_nothing_awaited(dossier, outcome=outcome)
    stored = (
        document_services.store_generated(
            actor=actor,
            content=document.content,
            file_name=document.file_name,
            media_type="application/pdf",
            purpose="dossier_result",
        )
        if isinstance(document, DrawnUp)
        else document_services.store_upload(
            actor=actor,
            upload=document.upload,
            purpose="dossier_result",
            # It was within the limits before signature or code were drawn on it.
            limits=document_services.limits_with_signature(),
        )
    )
    file_result(
        actor=actor,
        dossier=dossier,
        outcome=outcome,
        document_id=stored.pk,
        title=title,
        code=document.code,
        at=step.at,
        number=drawn.number if drawn is not None else None,
        composed=drawn.composed if drawn is not None else None,
        draft=drawn.draft if drawn is not None else None,
        valid_until=drawn.valid_until if drawn is not None else None,
        result_id=result_id,
    )
    fees.charge_what_is_due(actor=actor, dossier=dossier, collection=CollectionPoint.AT_RETURN)
    closed = handoffs.close_handoffs(dossier, reason="Hồ sơ đã có kết quả.", actor=actor, at=step.at)
    dossier.responsible_agency = dossier.receiving_agency
    dossier_clock.measure_time_used(dossier, at=step.at)
    hours_of_the_desk = account_selectors.agency_calendar(dossier.receiving_agency_id)
    hand_over_by = deadlines.hand_over_due(step.at, dossier.appointed_at, hours_of_the_desk)
    step.run(
        outcome=outcome,
        hand_over_by=hand_over_by,
        public_note=note,
        details={
            "outcome": outcome,
            **({"closed_handoffs": closed} if closed else {}),
            **document.signature.details(),
            **_told_of(drawn),
        },
    )
    return dossier


def _told_of(drawn: DrawnUp | None) -> dict[str, object]:
    """What the journal says of a document drawn up from a template: number, and whose draft was signed."""
    if drawn is None or drawn.draft is None:
        return {}
    return {"number": str(drawn.number), "draft": drawn.draft.pk, "prepared_by": drawn.draft.prepared_by_id}


def _letter(signer: ResultSigner, *, actor: Actor, dossier_id: int, outcome: str, title: str, note: str) -> DrawnUp:
    """Drafted before the lock is taken, from facts that no longer change after filing."""
    dossier = _to_sign(actor, dossier_id)
    code, day = vault_services.draw_code(), clock.today()
    content = draft_letter(
        actor=actor,
        dossier=dossier,
        outcome=Outcome(outcome),
        title=title.strip(),
        note=note.strip(),
        code=code,
        day=day,
    )
    content, signature = signer.sign(content, actor=actor, dossier=dossier)
    return DrawnUp(content, letter_name(dossier, title), code, day, signature=signature)


def _sent_in(signer: ResultSigner, *, actor: Actor, dossier_id: int, upload: UploadedFile) -> SentIn:
    dossier, code = _to_sign(actor, dossier_id), vault_services.draw_code()
    upload, signature = signer.sign_upload(upload, actor=actor, dossier=dossier, code=code)
    return SentIn(upload, code, signature)


def draw_up(signer: ResultSigner, *, actor: Actor, dossier_id: int, draft_id: int | None = None) -> DrawnUp:
    """The draft (None: the newest) with number, day, signer and signature, before any lock is taken.

    Raises DraftIsStale, DossierNotFound, NotPermitted, and what signing raises.
    """
    dossier = _to_sign(actor, dossier_id)
    draft = result_drafts.draft_of(dossier, draft_id) if draft_id is not None else result_drafts.newest_draft(dossier)
    if draft is None:
        raise DossierNotFound
    result_drafts.require_fresh(draft, dossier)
    day, template = clock.today(), draft.template
    number = next_number(agency_id=dossier.resolving_agency_id, symbol=template.symbol, year=day.year)
    signing = result_drafts.signing_of(actor, dossier, template, day=day, number=str(number))
    composed = result_drafts.compose(dossier, template, note=draft.note, signing=signing)
    content = result_drafts.render(draft, dossier, signing)
    content, signature = signer.sign(content, actor=actor, dossier=dossier)
    name = result_drafts.file_name_of(dossier, composed.title, number)
    return DrawnUp(content, name, draft.code, day, number, composed, draft, signature, signing.valid_until)


def _to_sign(actor: Actor, dossier_id: int) -> Dossier:
    """Raises DossierNotFound, NotPermitted."""
    dossier = result_drafts.dossier_to_draw_up(dossier_id)
    policies.require(actor, policies.Action.RESOLVE, dossier)
    return dossier


@transaction.atomic
def deliver_result_online(*, dossier_id: int) -> Dossier | None:
    """Automatic after the decision of a level-4 dossier whose citizen wants the result online and owes nothing.

    Quietly nothing when the world moved on, the result was revoked, or the fee is still owed (then the payment triggers it
    again).
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.RESOLVED or dossier.result_delivery != ResultDelivery.ONLINE:
        return None
    if not procedure_services.offering_allows(dossier.offering, LevelAction.RECEIVE_ONLINE):
        return None
    if fees.has_fee_still_owed(dossier):
        return None
    try:
        require_not_revoked(dossier)
    except ResultRevoked:
        return None
    step = transitions.begin(Transition.DELIVER_RESULT_ONLINE, actor=SYSTEM, dossier_id=dossier_id)
    step.run()
    release_result(step.dossier)
    return step.dossier
