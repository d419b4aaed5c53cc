"""What the dossier on the screen costs: units counted at the desk, a claim to pay less, and the quote that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.forms.counter import CounterReliefForm
from dossiers.models import Dossier
from dossiers.services import Dues
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.documents import services as document_services
from procedures.selectors import Quote


@dataclass(frozen=True, slots=True)
class KeptFees:
    """What of the posted panel could not be kept: a sentence by rule and what was typed; the claim's form if it was posted."""

    sentences: Mapping[int, str] = field(default_factory=dict)
    typed: Mapping[int, str] = field(default_factory=dict)
    relief_form: CounterReliefForm | None = None

    def __bool__(self) -> bool:
        return bool(self.sentences or (self.relief_form is not None and self.relief_form.errors))


@dataclass(frozen=True, slots=True)
class CountRow:
    """The box of one count. `value` is as typed while `error` says why it was not kept."""

    name: str
    label: str
    unit: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class FeePanel:
    """The panel of the draft: nothing in it costs a query where the procedure has no fee."""

    dues: Dues
    counts: list[CountRow]
    relief_form: CounterReliefForm | None

    @property
    def quote(self) -> Quote:
        return self.dues.quote

    @property
    def quote_if_granted(self) -> Quote | None:
        claim = self.dues.claim
        return self.dues.quote_with(claim.category_key) if claim is not None else None


def control_of(rule_id: int) -> str:
    """The name and id of the box of one count."""
    return f"so-luong-{rule_id}"


def fee_panel(dossier: Dossier, kept: KeptFees) -> FeePanel:
    dues = services.Dues(dossier)
    counts = [
        CountRow(
            control_of(fee.rule.pk),
            fee.label,
            fee.rule.unit,
            kept.typed.get(fee.rule.pk, "" if fee.quantity is None else str(fee.quantity)),
            kept.sentences.get(fee.rule.pk, ""),
        )
        for fee in dues.to_count_at_counter
    ]
    if not dues.reliefs_to_claim:
        return FeePanel(dues, counts, None)
    form = kept.relief_form
    if form is None or not form.errors:
        claim, intake = dues.claim, selectors.intake_of(dossier)
        form = _relief_form(
            dues,
            initial={
                "category": claim.category_key if claim is not None else "",
                "seen_paper": intake.relief_paper if intake is not None else "",
            },
        )
    return FeePanel(dues, counts, form)


def keep_fees(request: HttpRequest, dossier: Dossier, *, actor: Actor, with_file: bool = True) -> KeptFees:
    """Store what was counted and claimed on the posted page; a part that was not sent stays as it is."""
    dues = services.Dues(dossier)
    typed = {
        fee.rule.pk: request.POST[control_of(fee.rule.pk)]
        for fee in dues.to_count_at_counter
        if control_of(fee.rule.pk) in request.POST
    }
    refused: dict[int, str] = {}
    if typed:
        counts = {rule_id: _units(text) for rule_id, text in typed.items()}
        refused = services.count_in_draft(actor=actor, dossier_id=dossier.pk, counts=counts)
    form = None
    if dues.reliefs_to_claim and "mien-giam-seen_paper" in request.POST:
        form = _relief_form(dues, request.POST, request.FILES if with_file else None)
        _claim(form, actor, dossier)
    return KeptFees(refused, {rule_id: typed[rule_id] for rule_id in refused}, form)


def _claim(form: CounterReliefForm, actor: Actor, dossier: Dossier) -> None:
    if not form.is_valid():
        return
    try:
        services.claim_at_counter(
            actor=actor,
            dossier_id=dossier.pk,
            category_key=form.cleaned_data["category"],
            upload=form.cleaned_data["upload"],
            seen_paper=form.cleaned_data["seen_paper"],
        )
    except InvalidInput as error:
        if error.fields:
            form.take(error)
        else:
            # A file that is refused names no field.
            form.add_error("upload", str(error.sentence))


def _relief_form(dues: Dues, *data: object, initial: dict[str, str] | None = None) -> CounterReliefForm:
    categories = [(one.key, f"{one.name}. {one.proof}") for one in dues.reliefs_to_claim]
    return CounterReliefForm(*data, categories=categories, initial=initial)


def _units(text: str) -> int | None:
    """A number of units, also typed as 1.000; None for a blank box, -1, which the service refuses, for what is none."""
    digits = text.strip().replace(".", "").replace(" ", "")
    if not digits:
        return None
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else -1


@officers_only
@sensitive_post_parameters()
@require_POST
def quote(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What was counted and chosen is kept and the quote comes back alone, for htmx. Files wait for the page's own button."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if not dossier.is_draft:
        raise DraftClosed
    kept = keep_fees(request, dossier, actor=actor, with_file=False)
    panel = fee_panel(dossier, kept)
    return render(request, "desk/intake/_fee_quote.html", {"fees": panel, "dossier": dossier, "is_fragment": True})


@officers_only
@require_safe
def proof(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The scan of the proof, opened only when it was found clean."""
    claim = services.Dues(selectors.counter_draft_of(actor=actor_of(request), public_id=public_id)).claim
    if claim is None or claim.proof is None:
        raise DossierNotFound
    document_services.require_openable_by_officer(claim.proof)
    return document_services.document_response(claim.proof, as_attachment=False)
