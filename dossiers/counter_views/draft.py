"""The dossier on one screen: how it came, the citizen's own form, papers, result, signature. Every button saves it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import selectors, services
from dossiers.counter_views.draft_page import draft_page
from dossiers.counter_views.fees import KeptFees, keep_fees
from dossiers.counter_views.slots import RefusedCounts, keep_counts
from dossiers.counter_views.tokens import require_number
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.errors import DossierIncomplete, DossierNotFound
from dossiers.forms.citizen import DeliveryForm
from dossiers.forms.counter import CounterFiledForForm, IntakeForm
from dossiers.models import Dossier
from dossiers.services import SaveResult
from dossiers.views.draft_tasks import is_asked_for_whom
from dossiers.views.slot_pages import MOVES
from dossiers.views.uploads import Troubles, keep_posted, try_to_use_again
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, MisconfiguredData, PortalError
from portal.core.form_parts import put_beside_fields
from portal.documents import services as document_services
from procedures.enums import Channel


@dataclass(slots=True)
class Kept:
    """What became of a posted page: every part is saved on its own, and each can have something to show again."""

    sections: dict[str, SaveResult] = field(default_factory=dict)
    refused: dict[str, Mapping[str, list[str]]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    intake_form: IntakeForm | None = None
    delivery_form: DeliveryForm | None = None
    filed_for_form: CounterFiledForForm | None = None
    counts: RefusedCounts = field(default_factory=RefusedCounts)
    fees: KeptFees = field(default_factory=KeptFees)
    has_removed: bool = False

    @property
    def wants_page(self) -> bool:
        """Is there something that only the answer to this post can show?"""
        return bool(
            any(result.conflicts or result.changed_rows for result in self.sections.values()) or self.has_refusals
        )

    @property
    def has_refusals(self) -> bool:
        forms = (self.intake_form, self.delivery_form, self.filed_for_form)
        return bool(
            any(self.refused.values())
            or self.troubles
            or self.counts
            or self.fees
            or any(form and form.errors for form in forms)
        )


@officers_only
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """GET shows the dossier as it is saved. POST saves everything; `act` files ("nop"), or files and receives ("nhan")."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if not dossier.is_draft:
        return redirect("desk:intake_done", public_id)
    if request.method != "POST":
        return draft_page(request, dossier)
    kept = keep_page(request, actor, dossier)
    act = request.POST.get("act", "")
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if not kept.wants_page and act in ("nop", "nhan"):
        return _finish(request, actor, dossier, kept, receives=act == "nhan")
    if kept.wants_page:
        return draft_page(request, dossier, kept=kept, status=422 if kept.has_refusals else 200)
    if act == "tinh-phi":
        return redirect(reverse("desk:intake_draft", args=[public_id]) + "#phi")
    messages.success(request, _("Đã lưu. Hồ sơ nằm ở danh sách “Đang nhập dở”."))
    return redirect("desk:intake_draft", public_id)


def _finish(request: HttpRequest, actor: Actor, dossier: Dossier, kept: Kept, *, receives: bool) -> HttpResponseBase:
    has_attested = request.POST.get("ky-attestation") == "on"
    try:
        services.file_at_counter(actor=actor, dossier_id=dossier.pk, has_attested=has_attested, receives=receives)
    except DossierIncomplete as error:
        return draft_page(request, dossier, kept=kept, missing=error, status=422)
    except (MisconfiguredData, PortalError) as error:
        return draft_page(request, dossier, kept=kept, refusal=error.sentence, status=error.status)
    return redirect("desk:intake_done", dossier.public_id)


def keep_page(request: HttpRequest, actor: Actor, dossier: Dossier) -> Kept:
    """Save every part of the page, right or wrong; what one part refuses takes nothing else with it."""
    kept = Kept()
    page = services.read_page(request.POST)
    for section in services.definition_of(dossier).sections:
        taken = services.take_files(
            actor=actor, dossier_id=dossier.pk, section_key=section.key, data=request.POST, files=request.FILES
        )
        kept.has_removed = kept.has_removed or taken.has_removed
        kept.refused[section.key] = taken.refused
        if page is not None:
            # Without what the page knew, a part that the browser did not send would be emptied.
            kept.sections[section.key] = services.save_typed(
                actor=actor, dossier_id=dossier.pk, section_key=section.key, data=taken.data, page=page, is_partial=True
            )
    kept.troubles = keep_posted(request, dossier, is_supplement=False)
    kept.counts = keep_counts(request, dossier, actor=actor)
    # After the declaration: fees may hang on what was declared just now.
    kept.fees = keep_fees(request, dossier, actor=actor)
    kept.intake_form = _keep_intake(request, actor, dossier)
    sender_address = kept.intake_form.cleaned_data.get("sender_address", "")
    kept.delivery_form = _keep_delivery(request, actor, dossier, sender_address)
    # After the declaration: the page offered what belongs to the organisation chosen before.
    kept.filed_for_form = _keep_filed_for(request, actor, dossier)
    return kept


def _keep_intake(request: HttpRequest, actor: Actor, dossier: Dossier) -> IntakeForm:
    form = IntakeForm(request.POST, is_post=dossier.channel == Channel.POST)
    if form.is_valid():
        try:
            intake = services.save_intake(actor=actor, dossier_id=dossier.pk, facts=form.facts())
        except InvalidInput as error:
            form.take(error)
        else:
            _warn_of_twin(request, dossier, intake.postal_number)
    return form


def _warn_of_twin(request: HttpRequest, dossier: Dossier, postal_number: str) -> None:
    twin = selectors.other_dossier_of_item(dossier, postal_number)
    if twin is not None:
        told = {"code": twin.code or _("đang nhập dở"), "number": postal_number}
        messages.warning(
            request, _("Số bưu gửi %(number)s đã ghi ở hồ sơ khác (%(code)s). Hãy xem có nhập trùng không.") % told
        )


def _keep_delivery(request: HttpRequest, actor: Actor, dossier: Dossier, sender_address: str) -> DeliveryForm | None:
    """Chosen: kept or refused beside the field. Not chosen yet: nothing to say before the filing."""
    choices = services.delivery_choices(dossier.offering, dossier.channel)
    if len(choices) <= 1 or not request.POST.get("tra-delivery"):
        return None
    form = DeliveryForm(request.POST, choices=choices, prefix="tra")
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        try:
            services.choose_delivery(
                actor=actor,
                dossier_id=dossier.pk,
                delivery=values["delivery"],
                # By post it goes back to where it came from, unless another address is given.
                address=values.get("address", "") or sender_address,
            )
        except InvalidInput as error:
            put_beside_fields(form, error)
    return form


def _keep_filed_for(request: HttpRequest, actor: Actor, dossier: Dossier) -> CounterFiledForForm | None:
    """Where the page asked for whom it is filed."""
    if not is_asked_for_whom(dossier) or "cho-organisation" not in request.POST:
        return None
    form = CounterFiledForForm(request.POST, representations=services.organisations_of(dossier))
    if form.is_valid() and form.organisation_id != dossier.organisation_id:
        try:
            services.choose_organisation(actor=actor, dossier_id=dossier.pk, organisation_id=form.organisation_id)
        except InvalidInput as error:
            put_beside_fields(form, error)
    return form


@officers_only
@require_POST
def file_act(request: HttpRequest, public_id: UUID, file_id: int, word: str) -> HttpResponseBase:
    """Take a file out ("bo") or move it; whatever else is on the page is saved with it."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if not dossier.is_draft:
        return redirect("desk:intake_done", public_id)
    if word == "bo":
        services.remove_file(actor=actor, dossier_id=dossier.pk, file_id=file_id)
    elif word in MOVES:
        services.move_file(actor=actor, dossier_id=dossier.pk, is_supplement=False, file_id=file_id, by=MOVES[word])
    else:
        raise DossierNotFound
    kept = keep_page(request, actor, dossier)
    if kept.wants_page:
        dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
        return draft_page(request, dossier, kept=kept, status=422 if kept.has_refusals else 200)
    return redirect("desk:intake_draft", public_id)


@officers_only
@sensitive_post_parameters()
@require_POST
def use_again(request: HttpRequest, public_id: UUID, component_id: int) -> HttpResponseBase:
    """The applicant agrees at the desk that a paper of theirs is used again; everything else on the page is saved too."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if not dossier.is_draft:
        return redirect("desk:intake_done", public_id)
    refusal = try_to_use_again(request, dossier, component_id)
    kept = keep_page(request, actor, dossier)
    if refusal:
        kept.troubles.by_reuse[component_id] = (request.POST.get("dung-lai", ""), refusal)
    if kept.wants_page:
        dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
        return draft_page(request, dossier, kept=kept, status=422 if kept.has_refusals else 200)
    return redirect(f"{reverse('desk:intake_draft', args=[public_id])}#giay-to-{component_id}")


@officers_only
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponseBase:
    """A scan of the draft, to be looked at; only what was found clean, as everywhere on the desk."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    found = selectors.component_file(dossier, file_id, with_unsent_supplement=False)
    document_services.require_openable_by_officer(found.document)
    is_small = request.GET.get("nho") == "1"
    response = (
        document_services.thumbnail_response(found.document)
        if is_small
        else document_services.document_response(found.document, as_attachment=False)
    )
    if request.method == "GET":
        services.note_look_at_file(actor=actor, dossier=dossier, file=found, is_download=False)
    return response


@officers_only
@require_safe
def declaration_file(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponseBase:
    """A file inside the declaration of the draft."""
    dossier = selectors.counter_draft_of(actor=actor_of(request), public_id=public_id)
    found = selectors.declaration_file(dossier, document_id)
    document_services.require_openable_by_officer(found.document)
    return document_services.document_response(found.document, as_attachment=False)


@officers_only
@require_POST
def discard(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The officer throws away what was begun; a filed one stays."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    services.discard_draft(actor=actor, dossier_id=dossier.pk)
    messages.success(request, _("Đã bỏ hồ sơ đang nhập."))
    return redirect("desk:intake")


@officers_only
@require_POST
def renew(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The rules changed since it was begun: move it to those in force, losing nothing."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    case = request.POST.get("case", "")
    try:
        services.move_draft(actor=actor, dossier_id=dossier.pk, case_id=require_number(case) if case else None)
    except InvalidInput as error:
        return draft_page(request, dossier, refusal=next(iter(error.fields.values()), error.sentence), status=422)
    return redirect("desk:intake_draft", public_id)
