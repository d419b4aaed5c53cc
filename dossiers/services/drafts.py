"""A draft: start, save, attach, choose. Saved at every step; nothing typed is lost."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dossiers import policies
from dossiers.enums import DossierState, ResultDelivery
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services import declaration
from dossiers.services.slots import add_file, upload_slot
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.text import normalise
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import Channel, LevelAction
from procedures.errors import UnknownOffering
from procedures.services import forms

if TYPE_CHECKING:
    from procedures.models import ServiceOffering


def delivery_choices(offering: "ServiceOffering") -> list[ResultDelivery]:
    """Ways to get the result that the agency offers at its level, the most convenient first."""
    return [ResultDelivery(way.value) for way in procedure_services.delivery_ways(offering)]


@transaction.atomic
def start_draft(*, actor: Actor, offering_id: int, case_id: int | None = None) -> Dossier:
    """Begin a draft for an online filing, under the revision in force now.

    Raises LevelDoesNotAllow or OfferingDoesNotAllow when the agency does not take it online, ServiceElsewhere (with the
    link) when another system does, NotFound for an unknown offering, InvalidInput for a case of another procedure.
    """
    if actor.user_id is None:
        raise NotPermitted
    offering = procedure_selectors.offering(offering_id)
    procedure_services.require_offering_allows(offering, LevelAction.FILE_ONLINE)
    revision = procedure_selectors.published_revision(offering.procedure.code)
    case = None
    cases = list(revision.cases.all())
    if cases:
        case = next((one for one in cases if one.pk == case_id), None)
        if case is None:
            raise InvalidInput(fields={"case": _("Chọn trường hợp của bạn.")})
    choices = delivery_choices(offering)
    dossier = Dossier.objects.create(
        revision=revision,
        offering=offering,
        case=case,
        applicant_id=actor.user_id,
        receiving_agency=offering.receiving_agency or offering.agency,
        resolving_agency=offering.agency,
        responsible_agency=offering.receiving_agency or offering.agency,
        channel=Channel.ONLINE,
        # Where there is only one way, it is chosen.
        result_delivery=choices[0] if len(choices) == 1 else "",
        applicant_language=(get_language() or "vi")[:5],
    )
    DossierComponent.objects.bulk_create(
        DossierComponent(dossier=dossier, required_document=document, position=position)
        for position, document in enumerate(procedure_selectors.required_documents_for(revision, case))
    )
    return dossier


def lock_draft(*, actor: Actor, dossier_id: int) -> Dossier:
    """The actor's own draft under its row lock. Raises DossierNotFound, DraftClosed. Must run in a transaction."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("revision", "offering", "case", "receiving_agency", "resolving_agency")
        .filter(pk=dossier_id)
        .first()
    )
    if dossier is None or not policies.may(actor, policies.Action.EDIT_DRAFT, dossier):
        raise DossierNotFound
    if dossier.state != DossierState.DRAFT:
        raise DraftClosed
    follow_offering(dossier)
    return dossier


def follow_offering(dossier: Dossier) -> None:
    """A draft goes with what the agency offers now; only a filed dossier keeps the promise of its day.

    The caller holds the lock. Nothing changes (and nothing is queried) while the period of the draft runs, nor when the
    agency offers the procedure no more: then filing says so.
    """
    if dossier.offering.covers(clock.today()):
        return
    try:
        offering = procedure_selectors.offering_now(dossier.offering)
    except UnknownOffering:
        return
    dossier.offering = offering
    dossier.receiving_agency = dossier.responsible_agency = offering.receiving_agency or offering.agency
    if dossier.result_delivery and dossier.result_delivery not in delivery_choices(offering):
        dossier.result_delivery, dossier.delivery_address = "", ""
    dossier.save(
        update_fields=["offering", "receiving_agency", "responsible_agency", "result_delivery", "delivery_address"]
    )


@transaction.atomic
def save_section(*, actor: Actor, dossier_id: int, section_key: str, raw: Mapping[str, Any]) -> forms.SectionForm:
    """Save one section of the declaration as typed; returns the judged form (`is_valid()` tells).

    What fits is stored as answers, what does not fit is kept beside them, so that the person finds it again.
    Raises DossierNotFound for a section the declaration does not have.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    definition = declaration.definition_of(dossier)
    try:
        form = forms.build_form(
            definition,
            section_key,
            data=raw,
            initial_answers=dossier.answers,
            raw_invalid=dossier.raw_invalid,
        )
    except KeyError:
        raise DossierNotFound from None
    form.is_valid()
    dossier.answers = forms.merge_section(definition, section_key, dossier.answers, form.cleaned_answers())
    dossier.raw_invalid = forms.merge_section(definition, section_key, dossier.raw_invalid, form.raw_invalid())
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["answers", "raw_invalid", "saved_at"])
    return form


def attach_file(
    *, actor: Actor, dossier_id: int, component_id: int, upload: UploadedFile, copy_kind: str = ""
) -> DossierFile:
    """Put a file into a slot of the draft. Raises documents' refusals, InvalidInput when the slot is full."""
    with transaction.atomic():
        dossier = lock_draft(actor=actor, dossier_id=dossier_id)
        return add_file(actor=actor, component=upload_slot(dossier, component_id), upload=upload, copy_kind=copy_kind)


@transaction.atomic
def remove_file(*, actor: Actor, dossier_id: int, file_id: int) -> None:
    """Take a file out of the draft. The link goes; the stored bytes are collected later (write-once storage)."""
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    deleted, _rows = DossierFile.objects.filter(component__dossier=dossier, pk=file_id).delete()
    if not deleted:
        raise DossierNotFound
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["saved_at"])


@transaction.atomic
def choose_delivery(*, actor: Actor, dossier_id: int, delivery: str, address: str = "") -> Dossier:
    """How the result comes. Raises InvalidInput for a way the level does not allow, or post without an address."""
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    if delivery not in delivery_choices(dossier.offering):
        raise InvalidInput(fields={"delivery": _("Chọn cách nhận kết quả.")})
    address = normalise(address)
    if delivery == ResultDelivery.POST and len(address) < 10:
        raise InvalidInput(fields={"address": _("Ghi số nhà, đường, xã hoặc phường, tỉnh để bưu điện giao được.")})
    dossier.result_delivery = delivery
    dossier.delivery_address = address[:255] if delivery == ResultDelivery.POST else ""
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["result_delivery", "delivery_address", "saved_at"])
    return dossier


@transaction.atomic
def discard_draft(*, actor: Actor, dossier_id: int) -> None:
    """The citizen throws the draft away; only drafts can go."""
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    DossierFile.objects.filter(component__dossier=dossier).delete()
    dossier.components.all().delete()
    dossier.delete()
