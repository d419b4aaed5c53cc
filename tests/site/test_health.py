"""The health check tells yes or no and nothing else."""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from portal.site import health

pytestmark = pytest.mark.django_db


def test_all_is_well(client: Client) -> None:
    response = client.get("/suc-khoe/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "cache": "ok"}}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "error"), [("database", OperationalError("secret host")), ("cache", RedisConnectionError("secret host"))]
)
def test_what_is_down_is_named_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setitem(health.CHECKS, name, fail)
    response = client.get("/suc-khoe/")
    assert response.status_code == 503
    assert response.json()["status"] == "failed"
    assert response.json()["checks"][name] == "failed"
    assert "secret" not in response.content.decode()


def test_a_cache_that_forgets_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", lambda *args, **kwargs: None)
    assert health.run_checks() == {"database": True, "cache": False}
