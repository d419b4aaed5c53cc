"""The cast with heads above the agencies."""

import pytest

from portal.accounts.enums import OfficerRole
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast


@pytest.fixture
def story(cast: Cast) -> Cast:
    """Nam heads the agency above the receiving one, Tâm the one above the resolving one."""
    for agency, name in ((cast.receiving, "nam"), (cast.resolving, "tam")):
        agency.parent = AgencyFactory.create()
        agency.save()
        head = UserFactory.create(full_name=name)
        OfficerPostingFactory.create(user=head, agency=agency.parent, role=OfficerRole.AGENCY_HEAD)
        setattr(cast, name, head)
    return cast
