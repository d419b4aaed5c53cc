"""Anybody sends feedback, with or without an account."""

from collections.abc import Sequence
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import FormAlreadySent, InvalidInput
from portal.core.references import next_number
from portal.core.text import normalise
from portal.core.throttle import spend
from portal.feedback.enums import FeedbackAct, FeedbackKind, FeedbackState, Publication
from portal.feedback.models import Feedback
from portal.feedback.services.moving import Step, checked, next_date, start_clock, write_line

SENT_PER_ADDRESS, WINDOW_SECONDS = 10, 3600
# Without I, O, 0, 1: read over the telephone and typed from paper.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
_NOT_IN_A_NAME = ("://", "www.", "@")


def send_feedback(
    *,
    actor: Actor,
    client_address: str,
    token: UUID,
    kind: str,
    title: str,
    text: str,
    agency_id: int | None,
    sender_name: str,
    sender_email: str = "",
    sender_phone: str = "",
    dossier_code: str = "",
    procedure_code: str = "",
    wants_public: bool = False,
    uploads: Sequence[UploadedFile] = (),
    language: str = "vi",
) -> Feedback:
    """Keep what was sent; the clock of the agency starts now. The same form again (`token`) is what was sent already.

    Throttled by address. Raises TooManyRequests, TemporarilyUnavailable, InvalidInput by field, FormAlreadySent when the
    form said something else before; of a missing calendar what the calendar raises.
    """
    text = checked("text", text, uploads)
    title = checked("title", normalise(title), most=150)
    sender_name = checked("sender_name", normalise(sender_name), most=120)
    if any(mark in sender_name.lower() for mark in _NOT_IN_A_NAME):
        raise InvalidInput(fields={"sender_name": _("Hãy ghi họ và tên, không ghi địa chỉ trang hay thư điện tử.")})
    known = _sent_before(token, title=title, text=text, kind=kind, agency_id=agency_id)
    if known is not None:
        return known
    if kind not in FeedbackKind.values:
        raise InvalidInput(fields={"kind": _("Chọn loại phản ánh, kiến nghị.")})
    agency = account_selectors.agencies_in_force().filter(pk=agency_id or 0).first()
    if agency is None:
        raise InvalidInput(fields={"agency": _("Chọn cơ quan giải quyết.")})
    spend(f"feedback:{client_address}", limit=SENT_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    with transaction.atomic():
        at = clock.now()
        feedback = Feedback(
            number=f"PA-{clock.local(at):%y%m%d}-{next_number(f'feedback:{clock.local(at):%Y-%m-%d}'):04d}",
            follow_code=get_random_string(CODE_LENGTH, _LETTERS),
            form_token=token,
            kind=kind,
            sent_kind=kind,
            title=title,
            text=text,
            dossier_code=normalise(dossier_code)[:60],
            procedure_code=normalise(procedure_code)[:60],
            agency=agency,
            sender_id=actor.user_id,
            sender_name=sender_name,
            sender_email=sender_email,
            sender_phone=sender_phone,
            language=language,
            state=FeedbackState.SUBMITTED,
            publication=Publication.WANTED if wants_public else Publication.NOT_WANTED,
            submitted_at=at,
            version=1,
        )
        # Under the counter's lock: the second of two equal posts finds the first one here.
        known = _sent_before(token, title=title, text=text, kind=kind, agency_id=agency_id)
        if known is not None:
            return known
        start_clock(feedback, at)
        feedback.next_due_at = next_date(feedback)
        feedback.save(force_insert=True)
        write_line(Step(act=FeedbackAct.SEND, actor=actor, feedback=feedback, at=at), uploads=uploads)
    return feedback


def _sent_before(token: UUID, *, title: str, text: str, kind: str, agency_id: int | None) -> Feedback | None:
    """What this form sent already. Raises FormAlreadySent when that said something else."""
    known = Feedback.objects.filter(form_token=token).first()
    if known is None:
        return None
    sent_to = known.journal.order_by("sequence").values_list("agency_id", flat=True).first()
    if (known.title, known.text, known.sent_kind, sent_to) != (title, text, kind, agency_id):
        raise FormAlreadySent
    return known
