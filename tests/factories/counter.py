"""Dossiers on paper: An's, typed by Bình at the desk of `cast.receiving`.

make_counter_draft(cast)                complete: declared, one original kept, nothing scanned
make_received_at_counter(cast)          filed and received in one go
"""

from typing import Any
from uuid import UUID

from dossiers import services
from dossiers.enums import ResultDelivery
from dossiers.models import Dossier
from dossiers.services import PaperCounts
from portal.accounts.enums import AssuranceLevel
from portal.accounts.models import Citizen
from procedures.enums import Channel, DocumentKind
from procedures.models import ServiceOffering
from tests.factories.dossiers import ANSWERS, Cast, make_offering


def verified(cast: Cast, name: str = "an") -> int:
    """The key of one of the cast whose card was seen."""
    user = getattr(cast, name)
    Citizen.objects.get_or_create(user=user)
    Citizen.objects.filter(user=user).update(assurance_level=AssuranceLevel.LEVEL_1)
    return int(user.pk)


def start(cast: Cast, *, by: str = "binh", token: UUID | None = None, **changed: Any) -> Dossier:
    values: dict[str, Any] = {
        "agency_id": cast.receiving.pk,
        "applicant_id": verified(cast),
        "channel": Channel.IN_PERSON,
        **changed,
    }
    if "offering_id" not in values:
        values["offering_id"] = make_offering(cast).pk
    return services.start_counter_draft(actor=cast.actor(by), token=token, **values)


def make_counter_draft(
    cast: Cast, *, channel: str = Channel.IN_PERSON, offering: ServiceOffering | None = None, **options: Any
) -> Dossier:
    offering = offering or make_offering(cast, **options)
    draft = start(cast, channel=channel, offering_id=offering.pk)
    binh = cast.actor("binh")
    services.save_section(actor=binh, dossier_id=draft.pk, section_key="person", raw=ANSWERS)
    slot = draft.components.get(required_document__kind=DocumentKind.UPLOAD)
    services.note_papers(actor=binh, dossier_id=draft.pk, counts={slot.pk: PaperCounts(originals_kept=1)})
    services.choose_delivery(actor=binh, dossier_id=draft.pk, delivery=ResultDelivery.DESK)
    draft.refresh_from_db()
    return draft


def make_received_at_counter(cast: Cast, **options: Any) -> Dossier:
    draft = make_counter_draft(cast, **options)
    services.file_at_counter(actor=cast.actor("binh"), dossier_id=draft.pk, has_attested=True, receives=True)
    return Dossier.objects.select_related("revision__procedure", "offering", "case").get(pk=draft.pk)
