"""What the screen of a draft shows: saved values, what was refused and typed, and at a filing everything that is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dossiers import selectors, services
from dossiers.counter_views.fees import FeePanel, KeptFees, fee_panel
from dossiers.counter_views.slots import DeskAddresses, RefusedCounts, with_papers
from dossiers.errors import DossierIncomplete
from dossiers.forms.citizen import ONESELF, DeliveryForm, show_refused_files
from dossiers.forms.counter import CounterFiledForForm, IntakeForm, SeenForm
from dossiers.models import Dossier
from dossiers.services import PageState, Readiness, Severity
from dossiers.views.draft_tasks import is_asked_for_whom, is_begun
from dossiers.views.section_page import anchor_of
from dossiers.views.slot_pages import page_limits, shown_slots
from procedures.enums import Channel
from procedures.services import forms

if TYPE_CHECKING:
    from dossiers.counter_views.draft import Kept

_INTAKE_FACTS = (
    "postal_number",
    "arrived_on",
    "sender_address",
    "representative_name",
    "representative_id_number",
    "representative_paper",
)


@dataclass(frozen=True, slots=True)
class Missing:
    """One line of the summary: what it is about, the sentence, the id of the control on this page."""

    label: str
    sentence: str
    anchor: str


def draft_page(
    request: HttpRequest,
    dossier: Dossier,
    *,
    kept: "Kept | None" = None,
    missing: DossierIncomplete | None = None,
    refusal: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    """`kept`: the post that is answered; `missing`: a filing that was refused, then everything missing is listed."""
    found = services.readiness(dossier)
    sections = [
        _section_form(dossier, section, kept, found, shows_all=missing is not None) for section in _all(dossier)
    ]
    page = _page_state(dossier, kept)
    intake = selectors.intake_of(dossier)
    intake_form = kept.intake_form if kept is not None and kept.intake_form is not None else None
    if intake_form is None or (intake_form.is_bound and not intake_form.errors):
        intake_form = IntakeForm(
            initial={name: getattr(intake, name) for name in _INTAKE_FACTS} if intake is not None else None,
            is_post=dossier.channel == Channel.POST,
        )
    choices = services.delivery_choices(dossier.offering, dossier.channel)
    delivery_form = kept.delivery_form if kept is not None and kept.delivery_form is not None else None
    if delivery_form is None or not delivery_form.errors:
        address = dossier.delivery_address or (intake.sender_address if intake is not None else "")
        delivery_form = DeliveryForm(
            choices=choices, prefix="tra", initial={"delivery": dossier.result_delivery, "address": address}
        )
        delivery_form.fields["delivery"].label = _("Người nộp muốn nhận kết quả thế nào?")
    filed_for_form = _filed_for_form(dossier, kept)
    troubles = kept.troubles if kept is not None else None
    components = list(selectors.components_of(dossier))
    slots = shown_slots(
        components,
        DeskAddresses("draft", str(dossier.public_id)),
        errors=troubles.by_slot if troubles else None,
        typed=troubles.typed if troubles else None,
        file_errors=troubles.by_file if troubles else None,
        needs=found.needs,
        offers=services.offers_for(dossier, components),
        refused_offers=troubles.by_reuse if troubles else None,
    )
    findings = services.findings_of(dossier, found)
    fees = fee_panel(dossier, kept.fees if kept is not None else KeptFees())
    renewal = None if getattr(dossier, "has_current_rules", True) else services.renewal_of(dossier)
    return render(
        request,
        "desk/intake/draft.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "sections": sections,
            "page": page,
            "slots": with_papers(slots, kept.counts if kept is not None else RefusedCounts()),
            "limits": page_limits(),
            "intake_form": intake_form,
            "has_representative": bool(intake and intake.has_representative) or bool(intake_form.errors),
            "delivery_form": delivery_form if len(choices) > 1 else None,
            "filed_for_form": filed_for_form,
            "filed_for_problem": found.organisation,
            "seen_form": SeenForm(request.POST if kept is not None else None),
            "missing": _missing(sections, findings, missing, intake_form, found) if missing is not None else [],
            "troubled": _troubled(sections, slots, fees, [intake_form, delivery_form, filed_for_form], kept),
            "conflicts": _conflicts(kept),
            "doubts": [one for one in findings if one.severity is Severity.DOUBT] if found.is_ready else [],
            "found": found,
            "renewal": renewal,
            "fees": fees,
            "refusal": refusal,
            "is_multipart": True,
            "status": status,
        },
        status=status,
    )


def _filed_for_form(dossier: Dossier, kept: "Kept | None") -> CounterFiledForForm | None:
    """None for a person who speaks for no organisation: there is nothing to choose."""
    if not is_asked_for_whom(dossier):
        return None
    if kept is not None and kept.filed_for_form is not None and kept.filed_for_form.errors:
        return kept.filed_for_form
    return CounterFiledForForm(
        representations=services.organisations_of(dossier),
        initial={"organisation": str(dossier.organisation_id or ONESELF)},
    )


def _all(dossier: Dossier) -> list[forms.Section]:
    return list(services.definition_of(dossier).sections)


def _section_form(
    dossier: Dossier, section: forms.Section, kept: "Kept | None", found: Readiness, *, shows_all: bool
) -> forms.SectionForm:
    result = kept.sections.get(section.key) if kept is not None else None
    if result is not None and result.form is not None and result.changed_rows:
        form: forms.SectionForm = result.form
        form.is_valid()
        forms.mark_applying(form, dossier.answers)
    else:
        form = services.section_form(dossier, section.key)
        if shows_all or is_begun(dossier, section):
            form.show_problems(found.problems.get(section.key, ()))
    if kept is not None:
        show_refused_files(form, kept.refused.get(section.key) or {})
    services.annotate(form, dossier)
    _speak_to_officer(form)
    return form


def _speak_to_officer(form: forms.SectionForm) -> None:
    """Notes on where a value came from speak to their owner; here the reader is somebody else."""
    said = {
        _("Lấy từ hồ sơ cá nhân của bạn"): _("Lấy từ hồ sơ cá nhân của người nộp"),
        _("Lấy từ tổ chức bạn đại diện"): _("Lấy từ tổ chức người nộp đại diện"),
    }
    for name in form.fields:
        bound: Any = form[name]
        bound.source_note = said.get(bound.source_note, bound.source_note)


def _page_state(dossier: Dossier, kept: "Kept | None") -> PageState:
    """One state for all sections: keys are one declaration's, so their digests stand side by side."""
    states = [services.new_page(dossier, section) for section in _all(dossier)]
    digests = {key: value for state in states for key, value in state.digests.items()}
    return PageState(digests, states[0].name if states else "quay")


def _missing(
    sections: list[forms.SectionForm],
    findings: list[services.Finding],
    missing: DossierIncomplete,
    intake_form: IntakeForm,
    found: Readiness,
) -> list[Missing]:
    by_key = {form.section.key: form for form in sections}
    rows = []
    for name, sentence in missing.fields.items():
        kind, _colon, key = name.partition(":")
        if kind == "intake" and key in intake_form.fields:
            rows.append(Missing(str(intake_form[key].label), str(sentence), intake_form[key].id_for_label))
    for one in findings:
        if one.severity is not Severity.ERROR:
            continue
        anchor = "nop-cho" if one.code == services.ORGANISATION_DROPPED else "ket-qua"
        if one.component_id is not None:
            # The rule of paper says it better than that of uploads, and names the document.
            rows.append(
                Missing("", found.components.get(one.component_id, one.sentence), f"giay-to-{one.component_id}")
            )
            continue
        if one.section_key in by_key:
            form = by_key[one.section_key]
            anchor = anchor_of(form, one.field_key) if one.field_key in form.fields else f"muc-{one.section_key}"
        rows.append(Missing(one.label, one.sentence, anchor))
    if "relief" in missing.fields:
        rows.append(Missing("", str(missing.fields["relief"]), "id_mien-giam-upload"))
    if "attestation" in missing.fields:
        rows.append(
            Missing(_("Chữ ký"), _("Người nộp chưa ký, hoặc bạn chưa xác nhận đã xem chữ ký."), "id_ky-attestation")
        )
    return rows


def _troubled(
    sections: list[forms.SectionForm],
    slots: list[Any],
    fees: FeePanel,
    others: Sequence[Form | None],
    kept: "Kept | None",
) -> list[Missing]:
    """What of the posted page was not kept, each with its place."""
    if kept is None:
        return []
    rows = [
        Missing(str(form[name].label), sentence, anchor_of(form, name) if name in form.fields else "")
        for form in sections
        for name, sentences in (kept.refused.get(form.section.key) or {}).items()
        for sentence in sentences
    ]
    for slot in slots:
        if slot.reuse_error:
            tick = f"dong-y-{slot.component.pk}-{slot.refused_offer}"
            rows.append(Missing(slot.required.name, slot.reuse_error, tick))
        rows += [Missing(slot.required.name, error, f"tep-{slot.component.pk}") for error in slot.errors]
        rows += [
            Missing(slot.required.name, edit.error, f"ghi-chu-{edit.file.pk}") for edit in slot.files if edit.error
        ]
        sentence = kept.counts.sentences.get(slot.component.pk)
        if sentence:
            rows.append(Missing(slot.required.name, sentence, f"giay-to-{slot.component.pk}"))
    rows += [Missing(row.label, row.error, row.name) for row in fees.counts if row.error]
    for form in (*others, fees.relief_form):
        rows += [
            Missing(
                str(bound.label),
                " ".join(str(one) for one in bound.errors),
                f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id,
            )
            for bound in form or ()
            if bound.errors
        ]
    return rows


def _conflicts(kept: "Kept | None") -> list[tuple[str, Any, Any]]:
    """(label, typed here, saved elsewhere): the saved value stays, and what was typed is not lost from sight."""
    if kept is None:
        return []
    return [
        (one.spec.label.shown(), forms.shown_typed(one.spec, one.mine), forms.shown_typed(one.spec, one.theirs))
        for result in kept.sections.values()
        for one in result.conflicts
    ]
