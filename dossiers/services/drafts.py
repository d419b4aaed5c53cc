"""A draft: start, save, attach, choose. Saved at every step; nothing typed is lost."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dossiers import policies
from dossiers.enums import DossierState, ResultDelivery
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services.draft_keeping import discard
from dossiers.services.reuse_records import record_taking_back
from dossiers.services.slots import add_file, upload_slot
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.single_rows import only_row
from portal.core.text import normalise
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import Channel, LevelAction
from procedures.errors import UnknownOffering

if TYPE_CHECKING:
    from portal.accounts.models import Agency
    from procedures.models import ProcedureCase, ProcedureRevision, ServiceOffering


def delivery_choices(offering: "ServiceOffering", channel: Channel | str = Channel.ONLINE) -> list[ResultDelivery]:
    """Ways to get the result that the agency offers at its level, the most convenient first.

    What came on paper can always be fetched where it was handed in, and what came by post goes back by post: that is
    older than levels, which speak of what goes online.
    """
    ways = {ResultDelivery(way.value) for way in procedure_services.delivery_ways(offering)}
    if channel != Channel.ONLINE:
        ways.add(ResultDelivery.DESK)
    if channel == Channel.POST:
        ways.add(ResultDelivery.POST)
    return [way for way in ResultDelivery if way in ways]


def start_draft(*, actor: Actor, offering_id: int, case_id: int | None = None, token: UUID | None = None) -> Dossier:
    """Begin a draft for an online filing, under the revision in force now.

    The same `token` twice (a button pressed twice, a slow line) gives the draft that the first call began.
    Raises LevelDoesNotAllow or OfferingDoesNotAllow when the agency does not take it online, ServiceElsewhere (with the
    link) when another system does, NotFound for an unknown offering, InvalidInput for a case of another procedure.
    """
    if actor.user_id is None:
        raise NotPermitted
    try:
        with transaction.atomic():
            return _started(actor.user_id, token) or _start(actor.user_id, offering_id, case_id, token)
    except IntegrityError:
        # Both presses found nothing; the constraint let one through, and that one is meant.
        begun = _started(actor.user_id, token)
        if begun is None:
            raise
        return begun


def _started(user_id: int, token: UUID | None) -> Dossier | None:
    return None if token is None else Dossier.objects.filter(applicant_id=user_id, start_token=token).first()


def _start(user_id: int, offering_id: int, case_id: int | None, token: UUID | None) -> Dossier:
    offering = procedure_selectors.offering(offering_id)
    procedure_services.require_offering_allows(offering, LevelAction.FILE_ONLINE)
    revision = procedure_selectors.published_revision(offering.procedure.code)
    case = chosen_case(revision, case_id)
    return make_draft(
        offering,
        revision,
        case,
        applicant_id=user_id,
        start_token=token,
        receiving_agency=offering.receiving_agency or offering.agency,
        channel=Channel.ONLINE,
        applicant_language=(get_language() or "vi")[:5],
    )


def chosen_case(revision: "ProcedureRevision", case_id: int | None) -> "ProcedureCase | None":
    """The case of this revision, None where it has none. Raises InvalidInput for one of another procedure."""
    cases = list(revision.cases.all())
    if not cases:
        return None
    case = next((one for one in cases if one.pk == case_id), None)
    if case is None:
        raise InvalidInput(fields={"case": _("Chọn trường hợp của bạn.")})
    return case


def make_draft(
    offering: "ServiceOffering",
    revision: "ProcedureRevision",
    case: "ProcedureCase | None",
    *,
    receiving_agency: Any,
    channel: Channel,
    **fields: Any,
) -> Dossier:
    """The row of a draft with its slots; the caller checked that it may be begun."""
    choices = delivery_choices(offering, channel)
    dossier = Dossier.objects.create(
        revision=revision,
        offering=offering,
        case=case,
        receiving_agency=receiving_agency,
        resolving_agency=offering.agency,
        responsible_agency=receiving_agency,
        channel=channel,
        # Where there is only one way, it is chosen.
        result_delivery=choices[0] if len(choices) == 1 else "",
        **fields,
    )
    DossierComponent.objects.bulk_create(
        DossierComponent(dossier=dossier, required_document=document, position=position)
        for position, document in enumerate(procedure_selectors.required_documents_for(revision, case))
    )
    return dossier


def lock_draft(*, actor: Actor, dossier_id: int) -> Dossier:
    """The actor's own draft under its row lock. Raises DossierNotFound, DraftClosed. Must run in a transaction."""
    # Locked without joins first, for the reason that `transitions.lock` gives.
    only_row(Dossier.objects.select_for_update().filter(pk=dossier_id).values_list("pk"))
    joined = Dossier.objects.select_related("revision", "offering", "case", "receiving_agency", "resolving_agency")
    dossier = only_row(joined.filter(pk=dossier_id))
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
    if dossier.is_on_paper and not procedure_selectors.receives_for(offering, dossier.receiving_agency_id):
        # The sheets lie at this desk; that it may not take them any more is said when it files.
        dossier.offering = offering
        return
    take_offering(dossier, offering)


def take_offering(dossier: Dossier, offering: "ServiceOffering") -> None:
    """The draft goes on under this offering: who decides it, at a desk that receives for it, with a way it offers.

    What was chosen stays where it can; what is on paper stays where its sheets lie. The caller holds the lock.
    """
    dossier.offering, dossier.resolving_agency = offering, offering.agency
    receives = procedure_selectors.receives_for(offering, dossier.receiving_agency_id)
    if not receives and not dossier.is_on_paper:
        dossier.receiving_agency = offering.receiving_agency or offering.agency
    dossier.responsible_agency = dossier.receiving_agency
    if dossier.result_delivery and dossier.result_delivery not in delivery_choices(offering, dossier.channel):
        dossier.result_delivery, dossier.delivery_address = "", ""
    dossier.save(
        update_fields=[
            *("offering", "resolving_agency", "receiving_agency", "responsible_agency"),
            *("result_delivery", "delivery_address"),
        ]
    )


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
    file = (
        DossierFile.objects.select_related("component__required_document")
        .filter(component__dossier=dossier, pk=file_id)
        .first()
    )
    if file is None:
        raise DossierNotFound
    record_taking_back(actor=actor, dossier=dossier, file=file)
    file.delete()
    dossier.saved_at = clock.now()
    dossier.save(update_fields=["saved_at"])


@transaction.atomic
def choose_delivery(
    *, actor: Actor, dossier_id: int, delivery: str, address: str = "", desk_id: int | None = None
) -> Dossier:
    """How the result comes. `desk_id`: the agency whose desk receives and hands over, where several do.

    Raises InvalidInput for a way the level does not allow, post without an address, or a desk that does not receive.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    if desk_id is not None and desk_id != dossier.receiving_agency_id:
        _choose_desk(dossier, desk_id)
    if delivery not in delivery_choices(dossier.offering, dossier.channel):
        raise InvalidInput(fields={"delivery": _("Chọn cách nhận kết quả.")})
    address = normalise(address)
    if delivery == ResultDelivery.POST and len(address) < 10:
        raise InvalidInput(fields={"address": _("Ghi số nhà, đường, xã hoặc phường, tỉnh để bưu điện giao được.")})
    dossier.result_delivery = delivery
    dossier.delivery_address = address[:255] if delivery == ResultDelivery.POST else ""
    dossier.saved_at = clock.now()
    dossier.save(
        update_fields=["receiving_agency", "responsible_agency", "result_delivery", "delivery_address", "saved_at"]
    )
    return dossier


def desks_for(dossier: Dossier) -> "list[Agency]":
    """Agencies among whose desks the applicant may choose where it is received and fetched; [] where nothing is to be
    chosen (no query then)."""
    if dossier.offering.receivers_below_id is None and not dossier.offering.other_receivers:
        return []
    return procedure_selectors.receivers_of(dossier.offering)


def _choose_desk(dossier: Dossier, desk_id: int) -> None:
    """Whoever files online picks the desk; what came on paper stays where it was handed in."""
    desks = {agency.pk: agency for agency in procedure_selectors.receivers_of(dossier.offering)}
    if dossier.is_on_paper or desk_id not in desks:
        raise InvalidInput(fields={"desk": _("Chọn bộ phận một cửa trong danh sách.")})
    dossier.receiving_agency = dossier.responsible_agency = desks[desk_id]


@transaction.atomic
def discard_draft(*, actor: Actor, dossier_id: int) -> None:
    """The citizen throws the draft away; only drafts can go."""
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    discard(dossier)
