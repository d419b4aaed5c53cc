"""`python -m payments.sandbox`: serve until SIGTERM or ctrl-C."""

import signal
import sys
import threading
from types import FrameType

from payments.sandbox.config import from_environment
from payments.sandbox.server import SandboxServer, log


def main() -> None:
    """Start, say where, serve."""
    config = from_environment()
    try:
        server = SandboxServer(config)
    except (OSError, OverflowError) as error:
        sys.exit(f"The payment sandbox cannot listen on {config.host}:{config.port}: {error}.")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the serving loop, which runs in this very thread: it must be called from another one.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log(f"payment sandbox listening on http://{config.host}:{server.server_address[1]}")
    with server:
        server.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main()
