"""The cast, and a browser signed in as one of them."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories.dossiers import Cast, make_cast


def queries_but_the_sessions(captured: CaptureQueriesContext) -> int:
    """How many queries a page made; the session's own is left out, because it is there only when the cache was emptied."""
    return sum("django_session" not in query["sql"] for query in captured.captured_queries)


SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """A request leaves its language behind in the thread; no test inherits it."""
    with translation.override("vi"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def as_(cast: Cast) -> SignIn:
    """`as_("binh")` gives a client signed in as Bình."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
