"""docker-compose.yml and the image, as far as they can be judged without an engine."""

import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.launcher.bootstrap import PDF_LIBRARIES
from portal.launcher.state import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DEPLOY = ROOT / "portal" / "deploy"
ONE_SHOT = {"release"}
OURS = {"release", "web", "worker", "beat", "sandbox"}


def test_every_part_of_the_portal_is_a_service() -> None:
    assert set(SERVICES) == {
        *("db", "redis", "clamav", "release", "web", "worker", "beat", "nginx", "mail", "sandbox"),
    }
    assert {name for name, service in SERVICES.items() if service.get("profiles")} == {"mail", "sandbox"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_may_become_it(name: str) -> None:
    service = SERVICES[name]
    user = str(service["user"]).partition(":")[0]
    assert user not in {"", "0", "root"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_data_live_in_named_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"database", "redis", "files", "static", "signatures"}
    assert "database:/var/lib/postgresql/data" in SERVICES["db"]["volumes"]
    assert "redis:/data" in SERVICES["redis"]["volumes"]
    for name in ("web", "worker"):
        assert "files:/srv/portal/files" in SERVICES[name]["volumes"]
    assert "files:/srv/portal/files:ro" in SERVICES["nginx"]["volumes"]


def test_the_scanner_is_reached_by_name_and_takes_the_largest_upload() -> None:
    assert SERVICES["web"]["environment"]["CLAMD_HOST"] == "clamav"
    said = dict(
        line.split(maxsplit=1)
        for line in (DEPLOY / "clamd.conf").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert said["TCPSocket"] == "3310"
    # UPLOAD_MAX_MB may be 500 at most.
    for name in ("StreamMaxLength", "MaxFileSize"):
        assert int(said[name].removesuffix("M")) >= 500
    assert said["AlertExceedsMax"] == "yes"
    assert "./portal/deploy/trust:/srv/portal/trust:ro" in SERVICES["worker"]["volumes"]
    assert SERVICES["web"]["environment"]["SIGNATURE_TRUST_DIR"] == "/srv/portal/trust"


def test_only_nginx_is_open_and_by_default_to_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if service.get("ports")}
    assert published == {
        "nginx": ["${HTTP_ADDRESS:-127.0.0.1}:${HTTP_PORT:-8080}:8080"],
        "mail": ["127.0.0.1:${MAILBOX_PORT:-8025}:8025"],
        "sandbox": ["127.0.0.1:${PAYMENT_SANDBOX_PORT:-8091}:8091"],
    }


def test_the_data_services_are_on_a_network_without_a_way_out() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["data"]


def test_everything_waits_for_what_it_needs() -> None:
    assert SERVICES["release"]["depends_on"]["db"] == {"condition": "service_healthy"}
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}
    assert SERVICES["nginx"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_no_secret_stands_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert "${POSTGRES_PASSWORD:?" in text
    assert "SECRET_KEY" not in text
    for name in OURS:
        assert SERVICES[name]["env_file"] == [".env"]


def test_protected_files_are_found_where_the_portal_puts_them() -> None:
    environment = SERVICES["web"]["environment"]
    nginx = (DEPLOY / "nginx.conf").read_text()
    location = re.search(r"location (/\S+) \{\s+internal;\s+alias (\S+);", nginx)
    assert location is not None
    assert location.group(1) == environment["PROTECTED_FILES_LOCATION"]
    assert location.group(2) == f"{environment['FILES_DIR']}/"
    assert f"alias {environment['STATIC_ROOT']}/;" in nginx


def test_the_image_runs_gunicorn_as_the_user_that_compose_names() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert f"USER {SERVICES['web']['user']}" in dockerfile
    assert 'CMD ["gunicorn", "portal.wsgi:application"' in dockerfile
    assert dockerfile.index("USER ") < dockerfile.index("CMD ")
    assert "--require-hashes --no-deps -r requirements.lock" in dockerfile
    for package, _ in PDF_LIBRARIES:
        assert f" {package} " in dockerfile


def test_the_image_copies_only_what_is_let_into_the_build_and_exists() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    allowed = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = set(re.findall(r"^COPY (\w[\w.]*) ", dockerfile, re.MULTILINE))
    assert copied == allowed
    for name in copied:
        assert (ROOT / name).exists(), name


def test_the_example_names_every_variable_that_must_be_set() -> None:
    example = (DEPLOY / "example.env").read_text()
    named = set(re.findall(r"^([A-Z_0-9]+)=", example, re.MULTILINE))
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert required | {"SECRET_KEY", "PUBLIC_URL"} <= named
    assert "\nSECRET_KEY=\n" in example
    sources = "".join(Path(ROOT / "portal/settings" / name).read_text() for name in ("base.py", "logs.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', sources))
    assert named - read <= {"POSTGRES_PASSWORD", "HTTP_ADDRESS", "HTTP_PORT"}


def test_production_settings_warn_of_nothing_but_what_was_chosen() -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "DATABASE_URL": "postgres://portal@db/portal",
        "REDIS_URL": "redis://redis:6379/1",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": "https://dichvucong.example.vn",
        "ALLOWED_HOSTS": "dichvucong.example.vn",
        "SSL_REDIRECT": "true",
        "VNPAY_TMN_CODE": "MOTCUA01",
        "VNPAY_HASH_SECRET": secrets.token_hex(16),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy"]
    checked = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert checked.returncode == 0, checked.stderr
    # Subdomains and the browsers' preload list are for the owner of the domain to decide; own pages frame own PDFs.
    assert set(re.findall(r"\((\w+\.[WE]\d+)\)", checked.stderr)) == {"security.W005", "security.W019", "security.W021"}
