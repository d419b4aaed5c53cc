"""TCP ports of the demo: read strictly from the environment, checked before anything starts."""

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from portal.launcher.errors import LaunchError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """One port a service; every field's variable is its entry in `VARIABLES`."""

    web: int = 8000
    mailbox: int = 8025
    smtp: int = 1025
    sandbox: int = 8091

    def url(self, name: str) -> str:
        """`http://127.0.0.1:8000` for "web" and its like."""
        return f"http://{HOST}:{asdict(self)[name]}"


VARIABLES = {"web": "PORT", "mailbox": "MAILBOX_PORT", "smtp": "SMTP_PORT", "sandbox": "PAYMENT_SANDBOX_PORT"}


def read_ports(environment: Mapping[str, str] = os.environ) -> Ports:
    """The ports asked for; raises LaunchError for a value that is no port and for two services on one port."""
    chosen: dict[str, int] = {}
    for name, default in asdict(Ports()).items():
        variable = VARIABLES[name]
        value = environment.get(variable, "").strip() or str(default)
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
            raise LaunchError(f"{variable} must be a whole number from 1 to 65535; it is {value!r}.")
        port = int(value)
        for other, taken in chosen.items():
            if taken == port:
                raise LaunchError(
                    f"{variable} and {VARIABLES[other]} are both {port}; every service needs its own port."
                )
        chosen[name] = port
    return Ports(**chosen)


def require_free(ports: Ports) -> None:
    """Raise LaunchError naming the variable to set when a port cannot be bound."""
    for name, port in asdict(ports).items():
        variable = VARIABLES[name]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno == errno.EACCES:
                    reason = "may not be used by this user"
                elif error.errno == errno.EADDRINUSE:
                    reason = "is taken by another program"
                else:
                    reason = f"cannot be used ({error.strerror})"
                raise LaunchError(
                    f"Port {port} {reason}; set {variable} to a free one: {variable}={port + 1000} make demo"
                ) from None
