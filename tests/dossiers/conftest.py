"""The cast, and a browser signed in as one of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.enums import OfficerRole
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_cast

SignIn = Callable[[str], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def as_(cast: Cast) -> SignIn:
    """`as_("an")` gives a client signed in as An."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


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
