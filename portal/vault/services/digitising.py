"""An old result on paper becomes a paper of the vault: checked, never doubled."""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.templatetags.portal import day
from portal.core.text import fold
from portal.documents import services as document_services
from portal.documents.services import FileGroup
from portal.vault import policies, selectors
from portal.vault.codes import draw_code
from portal.vault.enums import DeclaredStanding, PaperAct, PaperSource, PaperState
from portal.vault.errors import CodeTaken, PaperDigitisedAlready
from portal.vault.models import Digitisation, DigitisationRun, IssuedPaper
from portal.vault.services.digitisation_entries import Entry, number_key, read_entry
from portal.vault.services.ending import agency_in_charge, may_end
from portal.vault.services.log import write_log
from portal.vault.services.registering import Contents, Holder, Validity, register_paper
from portal.vault.services.scanned_files import look_through, require_looked_through

PURPOSE = "digitised_paper"
_DRAWS = 3
_SLIP_MENDED_FOR = timedelta(days=1)


def digitising_limits() -> document_services.UploadLimits:
    """A scan is a PDF of one paper."""
    return document_services.upload_limits(groups=(FileGroup.PDF,))


def digitise(
    *, actor: Actor, agency_id: int, raw: Mapping[str, str], upload: UploadedFile | None, replaces: bool = False
) -> IssuedPaper:
    """Put one old paper of the officer's agency into the vault.

    `raw`: texts by the keys of `COLUMNS`. `replaces`: the one of the same number that was digitised before was wrong, this
    one takes its place. Raises NotPermitted, InvalidInput by the field, documents' refusals, PaperDigitisedAlready.
    """
    agency = agency_of(actor, agency_id)
    faults: dict[str, Any] = {}
    entry = None
    try:
        entry = read_entry(raw)
    except InvalidInput as problem:
        faults = dict(problem.fields)
    if upload is None:
        faults["file"] = _("Hãy chọn tệp PDF của giấy tờ.")
    if faults or entry is None or upload is None:
        raise InvalidInput(fields=faults)
    require_of_others(entry, selectors.numbers_of(actor))
    twin = require_new(agency, entry, sha256_of(upload), actor=actor, replaces=replaces)
    document = document_services.store_upload(actor=actor, upload=upload, purpose=PURPOSE, limits=digitising_limits())
    try:
        look_through(document.pk)
        return register_digitised(
            actor=actor, agency=agency, entry=entry, document_id=document.pk, sha256=document.sha256, replaces=twin
        )
    except BaseException:
        # The row of the file stays, so nothing else would ever delete its bytes.
        document_services.discard_unused_scan(document.pk, purpose=PURPOSE)
        raise


def agency_of(actor: Actor, agency_id: int) -> Agency:
    """The agency the officer digitises for. Raises NotPermitted."""
    if not policies.may_digitise(actor, agency_id):
        raise NotPermitted
    return account_selectors.agencies_by_id([agency_id])[agency_id]


def sha256_of(stream: IO[bytes] | File) -> str:
    """Of the whole content, in blocks; the position is at the start afterwards."""
    digest = hashlib.sha256()
    stream.seek(0)
    while block := stream.read(256 * 1024):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def require_of_others(entry: Entry, own_numbers: Collection[str]) -> None:
    """Nobody puts a paper of their own into the vault. Raises InvalidInput."""
    if entry.holder_id_number and entry.holder_id_number in own_numbers:
        raise InvalidInput(
            fields={
                "holder_id_number": _("Đây là giấy tờ của bạn hoặc tổ chức bạn đại diện. Hãy để cán bộ khác số hóa.")
            }
        )


def require_new(
    agency: Agency,
    entry: Entry,
    sha256: str,
    *,
    actor: Actor | None = None,
    replaces: bool = False,
    but: Collection[int] = (),
) -> Digitisation | None:
    """The digitisation to be replaced, if any, by an `actor` who may. Raises PaperDigitisedAlready, whose sentence says what
    is there.

    The same number of the same kind from the same agency is the same paper, whether it was issued here or digitised; and
    the same bytes are the same paper whatever is said of them. `but`: papers whose file does not count.
    """
    twin = (
        Digitisation.objects.select_related("paper", "digitised_by")
        .filter(agency=agency, kind=entry.kind, number_key=entry.number_key, is_current=True)
        .first()
    )
    if twin is not None:
        may_be_replaced = (
            twin.paper.state == PaperState.IN_FORCE and actor is not None and _may_replace(actor, twin, entry)
        )
        if replaces and may_be_replaced:
            require_unknown_file(agency, sha256, but=[twin.paper_id])
            return twin
        raise PaperDigitisedAlready(
            _("Giấy tờ cùng loại, cùng số của cơ quan đã được %(who)s số hóa ngày %(day)s.")
            % {"who": twin.digitised_by.full_name, "day": day(twin.digitised_at)},
            paper_id=twin.paper_id,
            is_same=twin.sha256 == sha256,
            may_be_replaced=may_be_replaced,
        )
    issued = _issued_twin(agency, entry)
    if issued is not None:
        raise PaperDigitisedAlready(
            _("Giấy tờ cùng loại, cùng số đã được cơ quan cấp qua cổng ngày %(day)s, không phải số hóa.")
            % {"day": day(issued[1])},
            paper_id=issued[0],
            is_same=False,
            may_be_replaced=False,
        )
    require_unknown_file(agency, sha256, but=but)
    return None


def _issued_twin(agency: Agency, entry: Entry) -> tuple[int, date] | None:
    """Key and day of issue."""
    # Tones and blanks are compared here; of an agency's numbers few have the same figures in the same order.
    figures = r"[^0-9]+".join(r"\s*".join(one) for one in re.findall(r"[0-9]+", entry.number_key))
    issued = (
        IssuedPaper.objects.filter(
            agency=agency, kind=entry.kind, source=PaperSource.ISSUED, number__regex=rf"^[^0-9]*{figures}[^0-9]*$"
        )
        .exclude(number="")
        .order_by("pk")
        .values_list("pk", "number", "issued_on")
    )
    return next((((pk, on) for pk, number, on in issued if number_key(number) == entry.number_key)), None)


def _may_replace(actor: Actor, twin: Digitisation, entry: Entry) -> bool:
    """Whoever may end the paper; and who digitised it, for a day and for the same holder: a slip is mended, nothing taken."""
    paper = twin.paper
    if may_end(actor, paper, agency_in_charge(paper)):
        return True
    is_fresh = (
        twin.digitised_by_id == actor.user_id
        and clock.now() - twin.digitised_at <= _SLIP_MENDED_FOR
        # Whoever corrected it since decided what it says.
        and paper.log.filter(act=PaperAct.REGISTERED, actor_id=actor.user_id).exists()
    )
    is_same_holder = paper.holder_id_number == entry.holder_id_number and (
        bool(entry.holder_id_number) or fold(paper.holder_name) == fold(entry.holder_name)
    )
    return is_fresh and is_same_holder and not selectors.belongs_to(actor, paper)


def require_unknown_file(agency: Agency, sha256: str, *, but: Collection[int]) -> None:
    """Not even as a paper that ended: its file, entered anew, would be verified as good again. `but`: papers whose file does
    not count. Raises PaperDigitisedAlready."""
    twin = IssuedPaper.objects.filter(document__sha256=sha256).exclude(pk__in=but).order_by("pk").first()
    if twin is None:
        return
    # What another agency has in the vault is not told.
    told = (
        _("Chính tệp này đã có trong kho, là giấy tờ số %(number)s. Hãy xem lại có chọn nhầm tệp không.")
        % {"number": twin.number}
        if twin.agency_id == agency.pk
        else _("Chính tệp này đã được cơ quan khác đưa vào kho. Hãy xem lại có chọn nhầm tệp không.")
    )
    raise PaperDigitisedAlready(told, paper_id=twin.pk, is_same=False, may_be_replaced=False)


@transaction.atomic
def register_digitised(
    *,
    actor: Actor,
    agency: Agency,
    entry: Entry,
    document_id: UUID,
    sha256: str,
    replaces: Digitisation | None = None,
    run: DigitisationRun | None = None,
) -> IssuedPaper:
    """Write paper and digitisation together. Locks the replaced paper. Raises PaperDigitisedAlready when another one of the
    same number or file was faster, PaperNotInForce when the replaced one ended meanwhile, InvalidInput of a `file` that is
    infected or not known to be clean."""
    if actor.user_id is None:
        raise NotPermitted
    require_looked_through(document_id, field="file")
    paper = _register(actor, agency, entry, document_id, replaces.paper_id if replaces is not None else None)
    if replaces is not None:
        Digitisation.objects.filter(pk=replaces.pk).update(is_current=False)
    try:
        with transaction.atomic():
            Digitisation.objects.create(
                paper=paper,
                agency=agency,
                kind=entry.kind,
                number_key=number_key(entry.number),
                sha256=sha256,
                run=run,
                digitised_by_id=actor.user_id,
                digitised_at=paper.registered_at,
            )
    except IntegrityError:
        # Somebody was faster by a moment: their row is committed, or the constraint would have waited for it.
        require_new(agency, entry, sha256, but=[paper.pk])
        raise
    if entry.standing == DeclaredStanding.REVOKED:
        _end(actor, paper, entry)
    return paper


def _register(actor: Actor, agency: Agency, entry: Entry, document_id: UUID, replaces_id: int | None) -> IssuedPaper:
    for _draw in range(_DRAWS - 1):
        try:
            return _register_as(draw_code(), actor, agency, entry, document_id, replaces_id)
        except CodeTaken:
            continue
    return _register_as(draw_code(), actor, agency, entry, document_id, replaces_id)


def _register_as(
    code: str, actor: Actor, agency: Agency, entry: Entry, document_id: UUID, replaces_id: int | None
) -> IssuedPaper:
    return register_paper(
        actor=actor,
        code=code,
        document_id=document_id,
        agency=agency,
        holder=Holder(entry.holder_name, entry.holder_id_number),
        validity=Validity(entry.issued_on, entry.valid_from, entry.valid_until),
        contents=Contents(
            title=entry.title,
            number=entry.number,
            kind_id=entry.kind.pk,
            signer_name=entry.signer_name,
            signer_title=entry.signer_title,
            agency_name=entry.agency_name,
        ),
        source=PaperSource.DIGITISED,
        replaces_id=replaces_id,
    )


def _end(actor: Actor, paper: IssuedPaper, entry: Entry) -> None:
    """It was revoked long ago: it enters the vault as what it is, so that whoever holds the sheet is told."""
    ended_on = entry.ended_on or clock.today()
    paper.state, paper.end_reason = PaperState.REVOKED, entry.end_reason
    paper.ended_at = clock.local(clock.now()).replace(
        year=ended_on.year, month=ended_on.month, day=ended_on.day, hour=0, minute=0, second=0, microsecond=0
    )
    paper.save(update_fields=["state", "ended_at", "end_reason"])
    # No PaperEnded: nobody relied on it here yet, and a mail would tell its holder of something old as if it were new.
    write_log(actor=actor, paper=paper, act=PaperAct.REVOKED)
