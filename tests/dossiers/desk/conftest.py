"""How the desk's pages are counted."""

from django.test.utils import CaptureQueriesContext

from tests.conftest import SignIn

__all__ = ["SignIn", "queries_but_the_sessions"]


def queries_but_the_sessions(captured: CaptureQueriesContext) -> int:
    """How many queries a page made; the session's own is left out, because it is there only when the cache was emptied."""
    return sum("django_session" not in query["sql"] for query in captured.captured_queries)
