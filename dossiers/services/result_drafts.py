"""Results drawn up from a template of the procedure: prepared by an officer, looked at, and signed as looked at.

Everything a document says is [what, text] pairs; their digest is what a signer's look is worth. Number, day and signer come
with the signature: they stand as dots in the pairs, and are all in which the signed PDF differs from the one looked at.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import policies, transitions
from dossiers.enums import Deed, DossierState
from dossiers.errors import DossierNotFound, DraftIsStale
from dossiers.models import Dossier, ResultDraft
from dossiers.models.results import TITLE_OF_DRAFT
from dossiers.services.declaration import as_of, definition_of
from dossiers.services.result_numbers import DocumentNumber
from dossiers.services.slip_forms.head import day_of, head_facts
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.text import slug
from portal.documents import services as document_services
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from procedures import services as procedure_services
from procedures.enums import TemplateOutcome
from procedures.services import Composed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from procedures.models import ResultTemplate

DOTS = procedure_services.DOTS
_SIGNERS = (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)

# Of a paper in the vault.
_LONGEST_TITLE = 255

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Signing:
    """What signing adds: who, on which day, under which number ("" of each shows dots)."""

    signer_name: str = ""
    signer_title: str = ""
    day: date | None = None
    number: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the document says otherwise now than in its draft; "" = it did not, or does not, say it."""

    what: str
    before: str
    now: str

    @property
    def label(self) -> str:
        """`what`, which is kept in Vietnamese, in the language of the moment."""
        word = _AFTER_THE_WORD.sub("", self.what)
        return f"{_WORDS.get(word, word)}{self.what.removeprefix(word)}"


UNSIGNED = Signing()
_AFTER_THE_WORD = re.compile(r"(: .*| \d+)$", re.DOTALL)
# The words of `pairs_of`.
_WORDS = {
    "Mẫu": gettext_lazy("Mẫu"),
    "Cơ quan cấp trên": gettext_lazy("Cơ quan cấp trên"),
    "Cơ quan": gettext_lazy("Cơ quan"),
    "Địa danh": gettext_lazy("Địa danh"),
    "Ký hiệu": gettext_lazy("Ký hiệu"),
    TITLE_OF_DRAFT: gettext_lazy("Tên văn bản"),
    "Trích yếu": gettext_lazy("Trích yếu"),
    "Căn cứ": gettext_lazy("Căn cứ"),
    "Đoạn": gettext_lazy("Đoạn"),
    "Nơi nhận": gettext_lazy("Nơi nhận"),
    "Thời hạn (tháng)": gettext_lazy("Thời hạn (tháng)"),
    "Thông tin": gettext_lazy("Thông tin"),
    "Nội dung báo công dân": gettext_lazy("Nội dung báo công dân"),
}


def dossier_to_draw_up(dossier_id: int) -> Dossier:
    """The dossier with all that its documents tell. Raises DossierNotFound."""
    dossier = (
        Dossier.objects.select_related(
            "revision__procedure", "case", "resolving_agency__parent__parent", "receiving_agency"
        )
        .filter(pk=dossier_id, code__isnull=False)
        .first()
    )
    if dossier is None:
        raise DossierNotFound
    return dossier


def templates_for(dossier: Dossier) -> "Sequence[ResultTemplate]":
    """What may be issued in this dossier."""
    return procedure_services.templates_of(dossier.revision_id)


def signing_of(actor: Actor, dossier: Dossier, template: "ResultTemplate", *, day: date, number: str) -> Signing:
    """What this signer's hand adds on that day."""
    return Signing(
        signer_name=actor.display_name,
        signer_title=signer_title_of(actor, dossier),
        day=day,
        number=number,
        valid_until=last_day_of(template, day),
    )


def signer_title_of(actor: Actor, dossier: Dossier) -> str:
    """Under which title this actor signs: who stands in for somebody away signs on their authority (TUQ., NĐ 30/2020).

    In Vietnamese, whatever language the signer reads the portal in.
    """
    absent = policies.standing_in_for(actor, policies.Action.RESOLVE, dossier)
    signer_id = actor.user_id if absent is None else absent.user_id
    with translation.override("vi"):
        title = account_selectors.officer_title(signer_id, dossier.resolving_agency_id, *_SIGNERS)
    return title if absent is None else f"TUQ. {title or absent.display_name}"


def months_of(template: "ResultTemplate") -> int | None:
    """How long the document counts: by the template, else by the kind of paper, None for always."""
    if template.months_valid is not None or template.outcome != TemplateOutcome.GRANTED:
        return template.months_valid
    kind = vault_selectors.kind_with_code(_result_code(template))
    return kind.months_valid if kind is not None else None


def last_day_of(template: "ResultTemplate", day: date) -> date | None:
    """The last day on which the document counts when it begins that day; None for always."""
    months = months_of(template)
    return None if months is None else vault_services.last_day_of_months(months, day)


def _result_code(template: "ResultTemplate") -> str:
    """Of the template's result, or of the procedure's one result."""
    if template.result is not None:
        return template.result.code
    codes = {result.code for result in template.revision.results.all() if result.code}
    return codes.pop() if len(codes) == 1 else ""


def compose(dossier: Dossier, template: "ResultTemplate", *, note: str, signing: Signing = UNSIGNED) -> Composed:
    """The document's words. Raises ResultUnfilled naming every place without a value, InvalidInput for a title too long to
    be kept, MisconfiguredData."""
    definition = definition_of(dossier) if dossier.revision.form_definition else procedure_services.FormDefinition()
    today = as_of(dossier)
    with translation.override("vi"):
        declared = procedure_services.declaration_values(definition, dossier.answers, today=today)
        values = {**declared, **_values(dossier, template, note=note, signing=signing)}
    # What is missing is said in the officer's language.
    composed = procedure_services.compose(
        template, values=values, definition=definition, answers=dossier.answers, today=today
    )
    if len(composed.title) > _LONGEST_TITLE:
        sentence = _("Tên văn bản điền xong dài %(length)s ký tự, quá %(most)s ký tự. Hãy rút ngắn tên của mẫu.") % {
            "length": len(composed.title),
            "most": _LONGEST_TITLE,
        }
        raise InvalidInput(sentence, fields={"template": sentence})
    return composed


def _values(dossier: Dossier, template: "ResultTemplate", *, note: str, signing: Signing) -> dict[str, str]:
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    own_number = citizen.personal_id_number if citizen is not None else ""
    # Whether it expires does not hang on the day; until when does.
    expires = months_of(template) is not None
    return {
        "nguoi_nop.ho_ten": dossier.applicant_name,
        "nguoi_nop.so_dinh_danh": own_number,
        "nguoi_nop.dia_chi": dossier.applicant_address,
        "nguoi_nop.dien_thoai": dossier.applicant_phone,
        "nguoi_nop.thu_dien_tu": dossier.applicant_email,
        # A sentence that names the organisation is for organisations only: without one the draft says what is missing.
        "to_chuc.ten": dossier.organisation_name,
        "to_chuc.ma_so_thue": dossier.organisation_tax_code,
        # Whom the result is for, however it was filed.
        "chu_ho_so.ten": dossier.organisation_name or dossier.applicant_name,
        "chu_ho_so.so": dossier.organisation_tax_code or own_number,
        "ho_so.ma": dossier.code or "",
        "ho_so.truong_hop": dossier.case.name if dossier.case is not None else "",
        "ho_so.ngay_nop": _day(day_of(dossier.submitted_at)) if dossier.submitted_at else "",
        "ho_so.ngay_tiep_nhan": _day(day_of(dossier.received_at)) if dossier.received_at else "",
        "thu_tuc.ten": dossier.revision.procedure.name,
        "thu_tuc.ma": dossier.revision.procedure.code,
        "co_quan.ten": dossier.resolving_agency.name,
        "quyet_dinh.so": signing.number or f"{DOTS}/{template.symbol}",
        "quyet_dinh.ngay": _day(signing.day) if signing.day is not None else DOTS,
        "quyet_dinh.gia_tri_den": (_day(signing.valid_until) if signing.valid_until else DOTS) if expires else "",
        "quyet_dinh.noi_dung": note,
        "nguoi_ky.ho_ten": signing.signer_name or DOTS,
        # An officer without a title signs under the name alone; a sentence that needs it says so.
        "nguoi_ky.chuc_vu": signing.signer_title if signing.signer_name else DOTS,
    }


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def pairs_of(dossier: Dossier, template: "ResultTemplate", *, note: str) -> Pairs:
    """All that the document says, whoever signs it when, and what the citizen is told with it: what a draft keeps, and is
    compared by."""
    composed = compose(dossier, template, note=note)
    head = head_facts(dossier.resolving_agency, day=as_of(dossier), running_note="")
    pairs: Pairs = [
        ("Mẫu", template.key),
        ("Cơ quan cấp trên", str(head["parent_agency_name"])),
        ("Cơ quan", str(head["agency_name"])),
        ("Địa danh", str(head["place"])),
        ("Ký hiệu", template.symbol),
        (TITLE_OF_DRAFT, composed.title),
        ("Trích yếu", composed.abstract),
    ]
    for name, texts in (
        ("Căn cứ", composed.legal_bases),
        ("Đoạn", composed.paragraphs),
        ("Nơi nhận", composed.recipients),
    ):
        pairs += [(f"{name} {place}", text) for place, text in enumerate(texts, start=1)]
    months = months_of(template)
    if months is not None:
        pairs.append(("Thời hạn (tháng)", str(months)))
    # Labels are not unique, keys are.
    pairs += [(f"Thông tin: {fact.label} ({fact.key})", fact.text) for fact in composed.facts]
    pairs.append(("Nội dung báo công dân", note))
    return [(what, text) for what, text in pairs if text]


def digest_of(pairs: Sequence[Sequence[str]]) -> str:
    return sha256(json.dumps([list(pair) for pair in pairs], ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def prepare_result(
    *, actor: Actor, dossier_id: int, template_id: int, note: str = "", seen_version: int | None = None
) -> ResultDraft:
    """An officer draws the result up for signing; a signer who changes it prepares it anew. The newest counts.

    Raises InvalidInput, ResultUnfilled (naming every place that cannot be filled), NotPermitted, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.PREPARE_RESULT,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.PREPARE_RESULT,
        allowed_in=frozenset({DossierState.PROCESSING}),
        seen_version=seen_version,
    )
    dossier = dossier_to_draw_up(dossier_id)
    template = next((one for one in templates_for(dossier) if one.pk == template_id), None)
    if template is None:
        raise InvalidInput(fields={"template": _("Chọn một mẫu văn bản của thủ tục này.")})
    note = note.strip()
    if template.outcome == TemplateOutcome.DENIED and not note:
        raise InvalidInput(fields={"note": _("Hãy ghi lý do để công dân biết phải làm gì.")})
    pairs = pairs_of(dossier, template, note=note)
    assert actor.user_id is not None
    draft = ResultDraft.objects.create(
        dossier_id=dossier_id,
        template=template,
        code=vault_services.draw_code(),
        note=note,
        content=[list(pair) for pair in pairs],
        digest=digest_of(pairs),
        prepared_by_id=actor.user_id,
        prepared_by_name=actor.display_name[:120],
        prepared_at=step.at,
    )
    step.record(details={"draft": draft.pk})
    return draft


def draft_of(dossier: Dossier, draft_id: int) -> ResultDraft:
    """A draft of this dossier with its template. Raises DossierNotFound."""
    draft = _drafts().filter(dossier_id=dossier.pk, pk=min(draft_id, 2**63 - 1)).first()
    if draft is None:
        raise DossierNotFound
    return draft


def newest_draft(dossier: Dossier) -> ResultDraft | None:
    """The one that counts."""
    return _drafts().filter(dossier_id=dossier.pk).order_by("-pk").first()


def _drafts() -> "QuerySet[ResultDraft]":
    return ResultDraft.objects.select_related("template__result", "template__revision").prefetch_related(
        "template__paragraphs", "template__facts"
    )


def differences(draft: ResultDraft, dossier: Dossier) -> list[Difference]:
    """What the document would say today otherwise than the draft: agency renamed, answers supplemented."""
    now = pairs_of(dossier, draft.template, note=draft.note)
    return [] if digest_of(now) == draft.digest else _between(draft.content, now)


def _between(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> list[Difference]:
    """Of contents whose digests differ: never empty."""
    before, now = _by_what(old), _by_what(new)
    return [
        Difference(what, before.get(what, ""), now.get(what, ""))
        for what in dict.fromkeys([*before, *now])
        if before.get(what, "") != now.get(what, "")
    ] or [Difference(_("Thứ tự các phần"), "\n".join(before), "\n".join(now))]


def _by_what(pairs: Sequence[Sequence[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for what, text in pairs:
        found[what] = f"{found[what]}\n{text}" if what in found else text
    return found


def require_fresh(draft: ResultDraft, dossier: Dossier) -> None:
    """Raises DraftIsStale with the differences: a newer draft says something else, or what was looked at is not what would
    be signed."""
    newest = newest_draft(dossier)
    if newest is not None and newest.digest != draft.digest:
        raise DraftIsStale(_between(draft.content, newest.content), has_newer=True)
    if found := differences(draft, dossier):
        raise DraftIsStale(found)


def render(draft: ResultDraft, dossier: Dossier, signing: Signing) -> bytes:
    """The document as PDF: the same bytes for the same draft and the same signing. Takes about 100 ms; no lock may be
    held."""
    template = draft.template
    composed = compose(dossier, template, note=draft.note, signing=signing)
    url = vault_services.verification_url(draft.code)
    with translation.override("vi"):
        qr = document_services.qr_svg(url)
    return document_services.render_pdf(
        "pdf/result_document.html",
        {
            **head_facts(dossier.resolving_agency, day=signing.day or as_of(dossier), running_note=""),
            "document_date": signing.day,
            "document_title": f"{composed.title} {dossier.code}",
            "number": signing.number or f"{DOTS}/{template.symbol}",
            "heading": composed.title,
            "abstract": composed.abstract,
            "legal_bases": composed.legal_bases,
            "paragraphs": composed.paragraphs,
            "recipients": composed.recipients,
            "signer_title": signing.signer_title,
            "signer_name": signing.signer_name,
            "verify_url": url,
            "printed_code": vault_services.printed_code(draft.code),
            "qr": qr,
            "is_sample": False,
        },
    )


def draft_pdf(*, actor: Actor, dossier_id: int, draft_id: int) -> bytes:
    """A draft as PDF for whoever may look at it: with today and the name of a signer where a signer looks, else with dots.

    Raises NotPermitted, DossierNotFound, ResultUnfilled.
    """
    dossier = dossier_to_draw_up(dossier_id)
    policies.require(actor, policies.Action.READ_AS_OFFICER, dossier)
    if policies.is_applicant(actor, dossier):
        # Officers too read their own result once it is issued.
        raise DossierNotFound
    draft = draft_of(dossier, draft_id)
    signing = UNSIGNED
    if policies.may(actor, policies.Action.RESOLVE, dossier):
        signing = signing_of(actor, dossier, draft.template, day=clock.today(), number="")
    return render(draft, dossier, signing)


def file_name_of(dossier: Dossier, title: str, number: DocumentNumber | None = None) -> str:
    shown = f"-{slug(str(number))}" if number is not None else ""
    return f"{slug(title)[:60] or 'ket-qua'}{shown}-{slug(dossier.code or '')}.pdf"
