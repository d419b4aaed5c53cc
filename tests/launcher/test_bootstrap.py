"""What bootstrap.py decides before anything is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.launcher import bootstrap

ALL_PDF = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libfontconfig1"]


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 1), (3, 14), (4, 0)])
def test_a_python_that_is_new_enough_passes(version: tuple[int, ...]) -> None:
    bootstrap.require_python(version, "python3")


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 6), (2, 7)])
def test_an_old_python_is_refused_with_a_way_out(version: tuple[int, ...]) -> None:
    with pytest.raises(bootstrap.SetUpError) as refused:
        bootstrap.require_python(version, "/usr/bin/python3")
    assert str(refused.value) == (
        f"The portal needs Python 3.11 or newer; /usr/bin/python3 is {version[0]}.{version[1]}. "
        "Name another one: PYTHON=python3.12 make ..."
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("demo", ALL_PDF),
        ("manage", ALL_PDF),
        ("test", [*ALL_PDF, "chromium", "poppler-utils", "clamav-daemon", "softhsm2", "gettext"]),
        ("lint", []),
        ("demo-reset", []),
        ("messages", [*ALL_PDF, "gettext"]),
    ],
)
def test_a_bare_machine_is_told_the_packages_of_the_command(command: str, expected: list[str]) -> None:
    assert bootstrap.missing_packages(command, lambda name: False, lambda name: None) == expected


def test_only_what_is_missing_is_named() -> None:
    missing = bootstrap.missing_packages(
        "test", lambda name: name != "libharfbuzz.so.0", lambda name: None if name == "chromium" else f"/usr/bin/{name}"
    )
    assert missing == ["libharfbuzz0b", "chromium"]


def test_a_library_is_looked_for_by_loading_it() -> None:
    assert bootstrap.library_is_there("libc.so.6") is True
    assert bootstrap.library_is_there("libnothing-of-this-name.so.0") is False


def test_who_may_not_install_gets_the_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "may_install_packages", lambda: False)
    monkeypatch.setattr(bootstrap, "install_packages", lambda packages: pytest.fail("installed without leave"))
    with pytest.raises(bootstrap.SetUpError) as refused:
        bootstrap.require_packages(["libpango-1.0-0", "chromium"], "Missing")
    assert str(refused.value) == (
        "Install them first (on Debian and Ubuntu):\n  sudo apt-get install libpango-1.0-0 chromium"
    )


def test_who_may_install_has_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "may_install_packages", lambda: True)
    monkeypatch.setattr(bootstrap, "install_packages", installed.extend)
    bootstrap.require_packages(["chromium"], "Missing")
    assert installed == ["chromium"]


def test_system_libraries_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "missing_packages", lambda command: ["libpango-1.0-0"])
    monkeypatch.setattr(bootstrap, "may_install_packages", lambda: False)
    monkeypatch.setattr(bootstrap, "ensure_environment", lambda directory: pytest.fail("made an environment first"))
    assert bootstrap.main(["demo"]) == 1


def test_an_environment_is_current_only_for_its_lock_and_its_python(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("django==5.2.19\n")
    first = bootstrap.fingerprint(str(lock), "3.11")
    assert first == bootstrap.fingerprint(str(lock), "3.11")
    assert first != bootstrap.fingerprint(str(lock), "3.12")
    lock.write_text("django==5.2.20\n")
    assert first != bootstrap.fingerprint(str(lock), "3.11")


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Set-up commands asked for, not run; the environment seems to be there."""
    asked: list[list[str]] = []
    lock = tmp_path / "requirements-dev.lock"
    lock.write_text("one==1\n")
    monkeypatch.setattr(bootstrap, "LOCK_FILE", str(lock))
    monkeypatch.setattr(bootstrap, "version_of", lambda python: bootstrap.own_version())
    monkeypatch.setattr(bootstrap, "run_quietly", lambda line, failure: asked.append(line))
    return asked


def test_packages_are_installed_once_and_again_when_the_lock_changes(installs: list[list[str]], tmp_path: Path) -> None:
    bootstrap.ensure_environment(str(tmp_path))
    bootstrap.ensure_environment(str(tmp_path))
    assert len(installs) == 1
    assert installs[0][-2:] == ["-r", bootstrap.LOCK_FILE]
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[0]
    Path(bootstrap.LOCK_FILE).write_text("one==2\n")
    bootstrap.ensure_environment(str(tmp_path))
    assert len(installs) == 2


def test_a_failed_installation_is_tried_again(
    installs: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(line: list[str], failure: str) -> None:
        raise bootstrap.SetUpError(failure)

    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "run_quietly", fail)
        with pytest.raises(bootstrap.SetUpError, match="could not be installed"):
            bootstrap.ensure_environment(str(tmp_path))
    bootstrap.ensure_environment(str(tmp_path))
    assert len(installs) == 1


def test_without_pip_inside_the_machines_own_pip_installs_into_it(tmp_path: Path) -> None:
    python = str(tmp_path / "bin" / "python")
    assert bootstrap.pip_command(str(tmp_path)) == [sys.executable, "-m", "pip", "--python", python]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pip").touch()
    assert bootstrap.pip_command(str(tmp_path)) == [python, "-m", "pip"]


def test_a_python_that_can_make_no_environment_names_debians_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "has_module", lambda name: name == "venv")
    monkeypatch.setattr(bootstrap, "may_install_packages", lambda: False)
    with pytest.raises(bootstrap.SetUpError, match=rf"apt-get install python{bootstrap.own_version()}-venv$"):
        bootstrap.make_venv(str(tmp_path / "venv"))


def test_a_folder_that_is_no_environment_is_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(bootstrap.SetUpError, match="is not a virtual environment"):
        bootstrap.make_venv(str(tmp_path))
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_it_runs_as_a_file_without_anything_installed() -> None:
    script = str(Path(bootstrap.__file__))
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, "nonsense"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 2
    assert done.stderr.startswith("usage: bootstrap.py setup|demo|")
    assert done.stdout == ""


def test_make_offers_every_command() -> None:
    makefile = (Path(bootstrap.ROOT) / "Makefile").read_text()
    for command in bootstrap.COMMANDS:
        assert f" {command}" in makefile


def test_ci_runs_make_test_and_nothing_weaker() -> None:
    script = Path(bootstrap.ROOT) / ".ci" / "run"
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "exec make test </dev/null"
    assert os.access(script, os.X_OK)
