"""The keys of agencies and what opens them: in no log, error, admin page, repr, row or report of a crash."""

import io
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from portal.accounts.models import Agency
from portal.documents.errors import (
    SigningNotConfigured,
)
from portal.documents.key_stores import KeyReference, key_store_named
from portal.documents.models import SigningCertificate, SigningCertificateEntry
from tests.documents import agency_keys as own
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def _private_parts() -> list[str]:
    number = own.agency_identity().key.private_numbers().private_value
    return [own.PASSPHRASE, own.PASSPHRASE[7:], f"{number}", f"{number:x}", f"{number:X}"]


def expect_clean(text: str, where: str) -> None:
    found = [part for part in _private_parts() if part in text]
    assert not found, where


def _crash(call: Callable[[], Any]) -> str:
    """What an administrator's mail about a crash would say."""
    try:
        call()
    except Exception:
        details = sys.exc_info()
        reporter = ExceptionReporter(RequestFactory().get("/"), *details)
        reporter.filter.is_active = lambda request: True  # type: ignore[method-assign, assignment]
        text = "".join(traceback.format_exception(*details))
        return text + reporter.get_traceback_html() + reporter.get_traceback_text()
    raise AssertionError("nothing broke")


def test_neither_key_nor_passphrase_is_in_a_log_or_an_error(
    agency: Agency, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    own.sign(agency)
    for fault, _error in own.FAULTS.values():
        own.lay_down(keys, own.agency_identity())
        keys.chmod(0o700)
        fault(keys)
        with pytest.raises(SigningNotConfigured) as raised:
            own.sign(agency)
        expect_clean(repr(raised.value) + str(raised.value.sentence) + repr(vars(raised.value)), "error")
        if fault is own._link_key:
            (keys / "that.p12").unlink()
    assert "was signed with certificate" in caplog.text
    expect_clean(caplog.text, "log")


def test_neither_is_in_a_report_of_a_crash(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = object()
    for module, name in (
        ("portal.documents.key_stores.pkcs12", "pkcs12"),
        ("portal.documents.key_stores.pkcs12", "_FileSigner"),
        ("portal.documents.paper_signing", "sign_paper"),
        ("portal.documents.key_stores.base", "digest_of"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(f"{module}.{name}", broken)
            expect_clean(_crash(lambda: own.sign(agency)), f"{module}.{name}")


def test_neither_is_in_what_is_shown_of_an_open_key(agency: Agency) -> None:
    signed = own.sign(agency)
    with key_store_named("pkcs12").open(KeyReference(own.CODE)) as key:
        for thing in (key, key.signer, key_store_named("pkcs12"), KeyReference(own.CODE), signed):
            expect_clean(repr(thing) + str(thing), type(thing).__name__)


def test_neither_is_stored_listed_or_shown_to_an_administrator(agency: Agency, client: Client) -> None:
    own.sign(agency)
    for model in (SigningCertificate, SigningCertificateEntry):
        expect_clean(repr(list(model._default_manager.values())), model.__name__)
    expect_clean(repr(SafeExceptionReporterFilter().get_safe_settings()), "settings")
    out = io.StringIO()
    call_command("check", stdout=out, stderr=out)
    expect_clean(out.getvalue(), "check")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert admin.site.is_registered(SigningCertificate)
    base = "admin:documents_signingcertificate"
    certificate = SigningCertificate.objects.get(agency=agency)
    for address in (
        reverse(f"{base}_changelist"),
        reverse(f"{base}_add"),
        reverse(f"{base}_change", args=[certificate.pk]),
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        expect_clean(page.content.decode(), address)


def test_neither_is_in_a_signed_paper(agency: Agency) -> None:
    expect_clean(own.sign(agency).content.decode("latin-1"), "paper")
