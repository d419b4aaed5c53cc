"""`python -m portal.launcher COMMAND`, inside the environment that bootstrap.py made."""

import sys
from collections.abc import Callable

from portal.launcher import checks, demo, manage
from portal.launcher.errors import LaunchError, StopRequested

COMMANDS: dict[str, Callable[[], int]] = {
    "setup": lambda: 0,
    "demo": demo.run_demo,
    "demo-reset": demo.reset_demo,
    "manage": manage.run_manage,
    "test": checks.run_test,
    "test-fast": checks.run_test_fast,
    "lint": checks.run_lint,
    "bench": checks.run_bench,
    "bench-search": checks.run_bench_search,
    "bench-mail": checks.run_bench_mail,
    "bench-sign": checks.run_bench_sign,
    "lock": checks.run_lock,
    "messages": checks.run_messages,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python -m portal.launcher {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]]()
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except StopRequested as stop:
        return 128 + stop.signal_number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
