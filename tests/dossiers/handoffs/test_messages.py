"""The two agencies of a handoff write to each other, and nobody else reads along."""

import pytest
from django.test import Client

from dossiers.enums import MessageSide
from dossiers.selectors import messages as selectors
from dossiers.services import messages as talks
from portal.accounts.enums import OfficerRole
from tests.conftest import SignIn
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast, make_processing
from tests.factories.handoffs import make_handoff, make_partners

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]


def test_two_agencies_talk_in_their_handoff_and_only_they_read_it(cast: Cast, as_: SignIn) -> None:
    partners = make_partners(cast)
    dossier = make_processing(cast)
    handoff = make_handoff(cast, partners, dossier)
    talks.send_to_agency(actor=cast.actor("an"), dossier_id=dossier.pk, text="Lời của công dân")
    address = f"/mot-cua/phoi-hop/{dossier.code}/{handoff.number}/tin-nhan/"
    thu = Client()
    thu.force_login(partners.thu, backend="django.contrib.auth.backends.ModelBackend")
    assert as_("hoa").post(address, {"text": "Cần gấp"}).status_code == 302
    assert selectors.unread_by(handoff.messages.all(), MessageSide.ASKED) == 1
    page = thu.get(address)
    assert "Cần gấp" in page.text
    assert "Lời của công dân" not in page.text
    assert selectors.unread_by(handoff.messages.all(), MessageSide.ASKED) == 0
    assert thu.get(f"/mot-cua/tin-nhan/{dossier.code}/").status_code == 404
    # The desk has the dossier in sight and is no side of this conversation; the citizen sees none of it.
    assert as_("binh").get(address).status_code == 404
    assert "Cần gấp" not in as_("an").get(f"/ho-so/{dossier.code}/tin-nhan/").text
    assert "Cần gấp" not in as_("binh").get(f"/mot-cua/tin-nhan/{dossier.code}/").text


def test_who_works_where_it_is_asked_from_speaks_for_that_side_whatever_else_they_do(cast: Cast) -> None:
    partners = make_partners(cast)
    handoff = make_handoff(cast, partners, make_processing(cast))
    OfficerPostingFactory.create(user=cast.hoa, agency=handoff.to_agency, role=OfficerRole.DESK_OFFICER)
    message = talks.send_in_handoff(actor=cast.actor("hoa"), handoff_id=handoff.pk, text="Cần gấp")
    assert message.side == MessageSide.AGENCY
    OfficerPostingFactory.create(user=cast.hoa, agency=handoff.to_agency, role=OfficerRole.CASE_OFFICER)
    assert talks.side_in(handoff, cast.actor("hoa")) == MessageSide.ASKED


def test_what_another_agency_wrote_is_listed_until_somebody_read_it(cast: Cast, as_: SignIn) -> None:
    partners = make_partners(cast)
    handoff = make_handoff(cast, partners, make_processing(cast))
    talks.send_in_handoff(actor=partners.actor("thu"), handoff_id=handoff.pk, text="Còn thiếu bản vẽ")
    listed = selectors.conversation_page(cast.actor("hoa"), which=selectors.BETWEEN_AGENCIES).handoffs
    assert list(listed) == [handoff]
    for who in (partners.actor("thu"), cast.actor("binh")):
        assert not selectors.conversation_page(who, which=selectors.BETWEEN_AGENCIES).handoffs
    as_("hoa").get(f"/mot-cua/phoi-hop/{handoff.dossier.code}/{handoff.number}/tin-nhan/")
    assert not selectors.conversation_page(cast.actor("hoa"), which=selectors.BETWEEN_AGENCIES).handoffs
