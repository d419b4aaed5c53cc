#!/usr/bin/env python3
"""Makes what every command of the Makefile needs, then hands over to `python -m portal.launcher` inside it.

Run as a file by the machine's own Python, before anything is installed: only the standard library, nothing of ours, and
a grammar that old Pythons can still read, so that they are refused with a sentence and not with a traceback.

The order is a promise: the Python, then the system libraries the command needs, and only then the virtual environment.
Everything said here goes to stderr; stdout belongs to the command itself (`make manage ARGS=due_date < file`).
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OLDEST_PYTHON = (3, 11)
LOCK_FILE = os.path.join(ROOT, "requirements-dev.lock")
STAMP = "installed-lock.sha256"

# What WeasyPrint opens at import: Debian package -> the library's own name.
PDF_LIBRARIES = (
    ("libpango-1.0-0", "libpango-1.0.so.0"),
    ("libpangoft2-1.0-0", "libpangoft2-1.0.so.0"),
    ("libharfbuzz0b", "libharfbuzz.so.0"),
    ("libfontconfig1", "libfontconfig.so.1"),
)
# What the tests run beside the portal: Debian package -> a program of it.
TRANSLATION_PROGRAMS = (("gettext", "xgettext"),)
TEST_PROGRAMS = (
    ("chromium", "chromium"),
    ("poppler-utils", "pdftotext"),
    ("clamav-daemon", "clamd"),
    ("softhsm2", "softhsm2-util"),
    *TRANSLATION_PROGRAMS,
)

NEEDS_PDF = (
    *("demo", "manage", "test", "test-fast", "setup", "messages"),
    *("bench", "bench-search", "bench-mail", "bench-sign"),
)
NEEDS_BROWSER = ("test", "test-fast")
COMMANDS = (
    *("setup", "demo", "demo-reset", "manage", "test", "test-fast", "lint"),
    *("bench", "bench-search", "bench-mail", "bench-sign", "lock", "messages"),
)


class SetUpError(Exception):
    """The machine lacks something; the text is one sentence and, where there is one, the command that helps."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def last_lines(output: bytes, count: int) -> str:
    return "\n  ".join(output.decode("utf-8", "replace").strip().splitlines()[-count:])


def require_python(version: "tuple[int, ...]", name: str) -> None:
    """Refuse a Python that the portal does not run on, naming how to choose another."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise SetUpError(
            f"The portal needs Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer; {name} is "
            f"{version[0]}.{version[1]}. Name another one: PYTHON=python3.12 make ..."
        )


def library_is_there(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def program_is_where(name: str) -> "str | None":
    """Daemons live in /usr/sbin, which is not on everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def missing_packages(
    command: str,
    has_library: "Callable[[str], bool]" = library_is_there,
    find_program: "Callable[[str], str | None]" = program_is_where,
) -> "list[str]":
    """Debian packages that the command needs and this machine lacks, in the order of the lists above."""
    missing = []
    if command in NEEDS_PDF:
        missing += [package for package, library in PDF_LIBRARIES if not has_library(library)]
    if command in NEEDS_BROWSER:
        missing += [package for package, program in TEST_PROGRAMS if find_program(program) is None]
    if command == "messages":
        missing += [package for package, program in TRANSLATION_PROGRAMS if find_program(program) is None]
    return missing


def may_install_packages() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(packages: "list[str]") -> None:
    """Install Debian packages as root; raises SetUpError with apt's last lines when it refuses."""
    names = " ".join(packages)
    say(f"Installing the system packages {names} ...")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    # The package lists of a fresh machine are empty or old, so they are fetched first.
    for line in (["apt-get", "update"], install):
        done = subprocess.run(
            line,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0 and line is install:
            raise SetUpError(f"apt-get could not install {names}:\n  {last_lines(done.stdout, 5)}")


def require_packages(packages: "list[str]", reason: str) -> None:
    """Install what is missing where that is allowed, else stop with the command to run."""
    if not packages:
        return
    say(f"{reason}: {', '.join(packages)}.")
    if not may_install_packages():
        raise SetUpError(
            f"Install {'it' if len(packages) == 1 else 'them'} first (on Debian and Ubuntu):\n"
            f"  sudo apt-get install {' '.join(packages)}"
        )
    install_packages(packages)


def require_system(command: str) -> None:
    """Name (and, as root on Debian, install) the system packages the command lacks, before anything else is tried."""
    require_packages(missing_packages(command), "This machine lacks system packages that the portal needs")
    still = missing_packages(command)
    if still:
        raise SetUpError(f"After installing them, {', '.join(still)} still cannot be used.")


def venv_directory() -> str:
    return os.path.join(ROOT, os.environ.get("VENV") or ".venv")


def venv_python(directory: str) -> str:
    return os.path.join(directory, "bin", "python")


def version_of(python: str) -> str:
    """`3.11` for an interpreter that starts, blank for one that does not."""
    if not os.path.exists(python):
        return ""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [python, "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return ""
    return answer.stdout.decode().strip() if answer.returncode == 0 else ""


def has_module(name: str) -> bool:
    probe = [sys.executable, "-c", "import " + name]
    return subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def own_version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def make_venv(directory: str) -> None:
    """An empty virtual environment at `directory`, replacing one that no longer works.

    Debian keeps `ensurepip` in a package of its own. Without it the environment is made without pip, and the machine's
    own pip installs into it (see `pip_command`); only a machine with neither is asked for the package.
    """
    if os.path.lexists(directory):
        if os.listdir(directory) and not os.path.exists(os.path.join(directory, "pyvenv.cfg")):
            raise SetUpError(f"{directory} is not a virtual environment; choose another folder: VENV=...")
        shutil.rmtree(directory)
    if not (has_module("venv") and (has_module("ensurepip") or has_module("pip"))):
        package = f"python{own_version()}-venv"
        require_packages([package], "This Python cannot make virtual environments, it lacks the package")
    say(f"Making the environment in {directory} ...")
    line = [sys.executable, "-m", "venv", directory]
    if not has_module("ensurepip"):
        line.insert(3, "--without-pip")
    run_quietly(line, "The virtual environment could not be made")


def pip_command(directory: str) -> "list[str]":
    """pip of the environment, or the machine's own pip told to install into it."""
    inside = os.path.join(directory, "bin", "pip")
    python = venv_python(directory)
    if os.path.exists(inside):
        return [python, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", python]


def run_quietly(line: "list[str]", failure: str) -> None:
    """Run a set-up step; its output is shown only when it fails."""
    done = subprocess.run(
        line, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        raise SetUpError(f"{failure}:\n  {last_lines(done.stdout, 15)}")


def fingerprint(lock_file: str, version: str) -> str:
    """What an environment must have been made from to be current: the lock's bytes and the Python's version."""
    with open(lock_file, "rb") as lock:
        return hashlib.sha256(lock.read() + version.encode()).hexdigest()


def read_stamp(directory: str) -> str:
    try:
        with open(os.path.join(directory, STAMP)) as stamp:
            return stamp.read().strip()
    except OSError:
        return ""


def ensure_environment(directory: str) -> None:
    """The virtual environment holds exactly what the lock names; nothing is fetched when it already does."""
    if version_of(venv_python(directory)) != own_version():
        make_venv(directory)
    wanted = fingerprint(LOCK_FILE, own_version())
    if read_stamp(directory) == wanted:
        return
    say(f"Installing the packages of {os.path.basename(LOCK_FILE)} (once, about half a minute) ...")
    # The lock names every package with its exact version, so pip has nothing to resolve. Left to resolve, it looks at
    # `coverage[toml]` apart from the pinned `coverage`, prefers a newer release and refuses it for having no hash.
    options = ["install", "--require-hashes", "--no-deps", "--quiet", "--no-input", "--disable-pip-version-check"]
    run_quietly(pip_command(directory) + options + ["-r", LOCK_FILE], "The packages could not be installed")
    with open(os.path.join(directory, STAMP), "w") as stamp:
        stamp.write(wanted + "\n")


def compile_translations(directory: str) -> None:
    script = os.path.join(ROOT, "portal", "launcher", "translations.py")
    run_quietly([venv_python(directory), script], "The translations could not be compiled")


def hand_over(directory: str, command: str) -> None:
    """Become the launcher: same process, so that a signal sent to this one reaches it."""
    # A make inside the tests must not believe it is a child of this one.
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKE_TERMOUT", "MAKE_TERMERR"):
        os.environ.pop(name, None)
    os.chdir(ROOT)
    python = venv_python(directory)
    os.execv(python, [python, "-m", "portal.launcher", command])  # noqa: S606


def main(arguments: "list[str]") -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        say(f"usage: bootstrap.py {'|'.join(COMMANDS)}")
        return 2
    command = arguments[0]
    try:
        require_python(sys.version_info[:2], sys.executable)
        require_system(command)
        # Two commands started at once must not write into one environment.
        guard = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(guard, fcntl.LOCK_EX)
            directory = venv_directory()
            ensure_environment(directory)
            compile_translations(directory)
        finally:
            os.close(guard)
    except SetUpError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130
    hand_over(directory, command)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
