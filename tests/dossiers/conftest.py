"""The cast, and a browser signed in as one of them."""

from collections.abc import Callable

import pytest
from django.test import Client

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
