"""A paper is replaced by a corrected one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.text import normalise
from portal.documents import selectors as document_selectors
from portal.vault.enums import PaperSource, PaperState
from portal.vault.errors import PaperDigitisedAlready
from portal.vault.models import Digitisation, IssuedPaper
from portal.vault.services.digitisation_entries import number_key
from portal.vault.services.digitising import require_unknown_file
from portal.vault.services.ending import cleaned_reason, locked_to_end, refuse_ended
from portal.vault.services.registering import (
    Contents,
    FactLabel,
    Holder,
    Validity,
    label_facts,
    register_paper,
)
from portal.vault.services.scanned_files import require_looked_through


@dataclass(frozen=True, slots=True)
class Correction:
    """What the new paper says; holder, kind and owner stay. `facts` replaces the texts of the keys that are named."""

    title: str
    number: str
    validity: Validity
    facts: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def replace_paper(
    *, actor: Actor, public_id: UUID, reason: str, code: str, document_id: UUID, correction: Correction
) -> IssuedPaper:
    """Put the corrected paper in; the old one is replaced in the same act. Returns the new one.

    By whoever may revoke it. `code` is from `draw_code` and stands on the new paper; `reason` is read by anyone with the old
    one's code. Locks: the old paper. Raises InvalidInput, PaperNotFound, NotPermitted, PaperNotInForce, CodeTaken.
    """
    reason = cleaned_reason(reason)
    title, number = normalise(correction.title), normalise(correction.number)
    wrong: dict[str, str] = {}
    if not title or len(title) > 255:
        wrong["title"] = _("Ghi tên giấy tờ, nhiều nhất 255 ký tự.")
    if len(number) > 80:
        wrong["number"] = _("Số, ký hiệu nhiều nhất 80 ký tự.")
    until = correction.validity.until
    if until is not None and until < correction.validity.begins_on:
        wrong["valid_until"] = _("Ngày hết hiệu lực không được trước ngày có hiệu lực.")
    if correction.validity.issued_on > clock.today():
        wrong["issued_on"] = _("Ngày cấp không thể sau hôm nay.")
    if wrong:
        raise InvalidInput(fields=wrong)
    old, in_charge = locked_to_end(actor, public_id)
    if old.state != PaperState.IN_FORCE:
        refuse_ended(old)
    facts = {key: correction.facts.get(key, text) for key, text in old.facts.items()}
    if IssuedPaper.objects.filter(document_id=document_id).exists():
        raise InvalidInput(fields={"upload": _("Tệp này đã là của giấy tờ khác. Hãy chọn lại tệp.")})
    _require_new_bytes(old, in_charge, document_id)
    require_looked_through(document_id, field="upload")
    if old.source == PaperSource.DIGITISED and not number_key(number):
        raise InvalidInput(fields={"number": _("Hãy ghi số, ký hiệu của giấy tờ.")})
    new = register_paper(
        actor=actor,
        code=code,
        document_id=document_id,
        agency=in_charge,
        holder=Holder(old.holder_name, old.holder_id_number, old.owner_id, old.owner_organisation_id),
        validity=correction.validity,
        contents=Contents(
            title=title,
            number=number,
            kind_id=old.kind_id,
            signer_name=actor.display_name,
            signer_title=account_selectors.officer_title(
                actor.user_id, in_charge.pk, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD
            ),
            facts=facts,
            labels=labels_of(old),
        ),
        source=PaperSource(old.source),
        subject=old.subject,
        replaces_id=old.pk,
        replace_reason=reason,
        is_released=old.released_at is not None,
    )
    _move_digitisation(old, new)
    return new


def _require_new_bytes(old: IssuedPaper, agency: Agency, document_id: UUID) -> None:
    """What is issued anew bears a new code, so its file is none the vault has seen; the scan of an old sheet may stay when
    only what was typed of it was wrong. Raises InvalidInput."""
    sha256 = document_selectors.document(document_id).sha256
    try:
        require_unknown_file(agency, sha256, but=[old.pk] if old.source == PaperSource.DIGITISED else [])
    except PaperDigitisedAlready as known:
        raise InvalidInput(fields={"upload": known.sentence}) from None


def _move_digitisation(old: IssuedPaper, new: IssuedPaper) -> None:
    """The number and the file that count for duplicates are those of the paper in force."""
    current = Digitisation.objects.filter(paper=old, is_current=True).first()
    if current is None:
        return
    Digitisation.objects.filter(pk=current.pk).update(is_current=False)
    try:
        with transaction.atomic():
            Digitisation.objects.create(
                paper=new,
                agency_id=current.agency_id,
                kind_id=current.kind_id,
                number_key=number_key(new.number),
                sha256=new.document.sha256,
                run_id=current.run_id,
                # Digitised it was then and by them: a correction moves no paper into another month of the report.
                digitised_by_id=current.digitised_by_id,
                digitised_at=current.digitised_at,
            )
    except IntegrityError:
        raise InvalidInput(
            fields={"number": _("Số, ký hiệu này hoặc chính tệp này đã là của giấy tờ số hóa khác.")}
        ) from None


def labels_of(paper: IssuedPaper) -> list[FactLabel]:
    """How its facts are called, as on the day of issue, whatever the kind makes public by now.

    A paper from before labels were kept has the keys for names; what is public of it the kind says.
    """
    if paper.facts and not paper.fact_labels:
        return label_facts(paper.kind, paper.facts, {})
    return [FactLabel(key, label, is_public) for key, label, is_public in paper.fact_labels]


def facts_shown(paper: IssuedPaper) -> list[tuple[str, str]]:
    """(label, text) of every fact, public ones first: for the owner and the agency."""
    return [(one.label, paper.facts[one.key]) for one in labels_of(paper) if one.key in paper.facts]
