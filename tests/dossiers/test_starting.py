"""Who begins with a dossier that was received: whoever can do its first step, or was named for it."""

import pytest
from pytest_django import Settings

from dossiers import services
from dossiers.errors import TransitionConflict
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Division
from portal.accounts.selectors import actor_for
from portal.core.errors import NotPermitted
from tests.dossiers.process_steps import make_stepped_offering, rows
from tests.dossiers.test_work import away, colleague, refused
from tests.factories.dossiers import Cast, make_received

pytestmark = pytest.mark.django_db


def test_a_step_is_started_only_by_who_can_do_it(cast: Cast) -> None:
    inside, other = (Division.objects.create(agency=cast.resolving, code=code, name=code) for code in ("P1", "P2"))
    dossier = make_received(cast, offering=make_stepped_offering(cast))
    outside = colleague(cast, "Phòng khác", division=other)
    refused(dossier, NotPermitted, lambda: services.start_processing(actor=actor_for(outside), dossier_id=dossier.pk))
    assert rows(dossier)[-1] == ("tham_dinh", "", "")
    within = colleague(cast, "Cùng phòng", division=inside)
    services.start_processing(actor=actor_for(within), dossier_id=dossier.pk)
    assert rows(dossier)[-1] == ("tham_dinh", "Cùng phòng", "")


def test_a_first_step_of_the_head_is_started_and_taken_back_by_the_head(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    offering = make_stepped_offering(cast, first={"role": OfficerRole.AGENCY_HEAD})
    dossier = make_received(cast, offering=offering)
    refused(dossier, NotPermitted, lambda: services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk))
    services.start_processing(actor=cast.actor("khanh"), dossier_id=dossier.pk)
    services.undo(actor=cast.actor("khanh"), dossier_id=dossier.pk)
    assert rows(dossier)[-1] == ("tham_dinh", "", "")


def test_what_somebody_was_named_for_is_started_by_them_or_their_stand_in(cast: Cast) -> None:
    dossier = make_received(cast)
    mai = colleague(cast)
    seen = dossier.version
    services.assign(actor=cast.actor("khanh"), dossier_id=dossier.pk, officer_id=cast.hoa.pk)
    refused(dossier, NotPermitted, lambda: services.start_processing(actor=actor_for(mai), dossier_id=dossier.pk))
    # On the page she looked at it was still free.
    refused(
        dossier,
        TransitionConflict,
        lambda: services.start_processing(actor=actor_for(mai), dossier_id=dossier.pk, seen_version=seen),
    )
    away(cast, cast.hoa, mai)
    services.start_processing(actor=actor_for(mai), dossier_id=dossier.pk)
    assert rows(dossier)[-1] == ("work", "Vũ Thị Mai", "")
    assert dossier.journal.get(act="start_processing").on_behalf_of == cast.hoa
