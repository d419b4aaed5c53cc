"""PostgreSQL and Redis for a command: the configured ones, or embedded ones for as long as the `with` lasts."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from portal.launcher.postgres import Postgres
from portal.launcher.processes import Child
from portal.launcher.redis_server import Redis
from portal.launcher.state import State


@dataclass
class Services:
    """What runs and how it is reached."""

    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)
    database_is_empty: bool = False


def addresses(state: State, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables by which the portal finds its services; the same whether they run yet or not."""
    redis = Redis(state)
    found = {
        "DATABASE_URL": environment.get("DATABASE_URL") or Postgres(state, durable=True).url(),
        "REDIS_URL": environment.get("REDIS_URL") or redis.cache_url,
    }
    if environment.get("CELERY_BROKER_URL"):
        found["CELERY_BROKER_URL"] = environment["CELERY_BROKER_URL"]
    elif not environment.get("REDIS_URL"):
        found["CELERY_BROKER_URL"] = redis.broker_url
    return found


@contextmanager
def running_services(state: State, *, durable: bool, environment: Mapping[str, str] = os.environ) -> Iterator[Services]:
    """Start what is not configured; all of it is stopped at the end, however the end comes."""
    with ExitStack() as stack:
        services = Services(addresses(state, environment))
        if not environment.get("DATABASE_URL"):
            postgres = Postgres(state, durable=durable)
            services.children.append(postgres.start())
            stack.callback(services.children[-1].stop)
            services.database_is_empty = postgres.is_empty
        if not environment.get("REDIS_URL"):
            services.children.append(Redis(state).start())
            stack.callback(services.children[-1].stop)
        yield services
