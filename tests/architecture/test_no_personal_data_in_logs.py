"""What people tell the portal stays out of logs, addresses, the outbox and the texts of errors: proved with canaries.

One person with unmistakable particulars signs up, fails to sign in, declares, files, looks up, pays and makes mistakes on
the way. Every log record at DEBUG of ours, of Django and of axes, every Location and every outbox row is then searched.
"""

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from payments.models import Charge
from portal.core import outbox
from portal.core.errors import PortalError
from portal.core.models import OutboxDelivery, OutboxEvent
from tests.factories.accounts import PASSWORD, CitizenFactory, UserFactory
from tests.factories.dossiers import Cast, ask_for, make_cast, make_offering, pdf_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]

CANARIES = {
    "name": "Kanarienvogel",
    "identity number": "068196007781",
    "telephone": "0983777881",
    "address": "Zeisigweg",
    "e-mail": "stieglitz",
    "answer": "Girlitz",
    "file name": "gimpel",
    "note": "Dompfaff",
    "password": "buchfink-und-bergfink",
}
# Ours, and those whose lines end in the portal's log. `django.db.backends` writes only under DEBUG.
LOGGERS = ("portal", "dossiers", "procedures", "payments", "django", "axes", "allauth", "celery")


@pytest.fixture
def heard() -> Iterator[list[logging.LogRecord]]:
    """Every record of the loggers, whatever their level and wherever they propagate."""
    records: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    listener = Listener(logging.DEBUG)
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).addHandler(listener)
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield records
    for name, level in before.items():
        logging.getLogger(name).removeHandler(listener)
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(one_agency=True)
    cast.an = CitizenFactory.create(
        user=UserFactory.create(full_name="Nguyễn Kanarienvogel", email="stieglitz@example.com"),
        personal_id_number=CANARIES["identity number"],
        date_of_birth=date(1996, 9, 12),
        phone=CANARIES["telephone"],
        address="7 Zeisigweg",
    ).user
    return cast


def told(record: logging.LogRecord) -> str:
    """All that a log program could write of a record, its traceback included."""
    return logging.Formatter("%(name)s %(message)s").format(record) + repr(record.args)


def canaries_in(text: str) -> list[str]:
    return [name for name, canary in CANARIES.items() if canary.lower() in text.lower()]


class Walk:
    """A browser that remembers every address it was sent to."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.locations: list[str] = []
        self.statuses: list[int] = []
        self.client = Client()

    def sign_in(self, who: str) -> None:
        self.client.force_login(getattr(self.cast, who), backend="django.contrib.auth.backends.ModelBackend")

    def post(self, address: str, data: dict[str, Any], status: int) -> None:
        response = self.client.post(address, data)
        self.locations.append(response.headers.get("Location", ""))
        assert response.status_code == status, f"{address}: {response.status_code}"
        self.statuses.append(response.status_code)

    def get(self, address: str, status: int = 200) -> None:
        response = self.client.get(address)
        self.locations.append(response.headers.get("Location", ""))
        assert response.status_code == status, f"{address}: {response.status_code}"


def walk_through(cast: Cast) -> Walk:
    walk = Walk(cast)
    _sign_in_badly(walk)
    walk.sign_in("an")
    dossier = _file(walk)
    _look_up(walk, dossier)
    _work_and_pay(walk, dossier)
    _write_and_complain(walk, dossier)
    outbox.relay_due()
    return walk


def _sign_in_badly(walk: Walk) -> None:
    wrong = {"login": "stieglitz@example.com", "password": CANARIES["password"]}
    for status in (*(200 for _try in range(7)), 429, 429):
        walk.post("/tai-khoan/dang-nhap/", wrong, status)
    walk.post("/tai-khoan/dang-nhap/", {"login": "stieglitz2@example.com", "password": PASSWORD}, 200)
    walk.post("/tai-khoan/quen-mat-khau/", {"email": "stieglitz@example.com"}, 302)
    new = {"full_name": "Kanarienvogel", "email": "stieglitz3@example.com", "password1": CANARIES["password"]}
    walk.post("/tai-khoan/tao-tai-khoan/", {**new, "password1": "ngan"}, 200)
    walk.post("/tai-khoan/tao-tai-khoan/", {**new, "full_name": "Kanarienvogel Girlitz"}, 302)


def _file(walk: Walk) -> Dossier:
    cast = walk.cast
    offering = make_offering(cast)
    draft = services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    here = f"/ho-so/nhap/{draft.public_id}/"
    answers = {"full_name": "Nguyễn Kanarienvogel", "born_on": "Girlitz", "reason": "Girlitz Zeisigweg"}
    walk.post(f"{here}to-khai/person/", answers, 422)
    walk.post(f"{here}to-khai/person/", {**answers, "born_on": "12/09/1996"}, 302)
    slot = draft.components.latest("pk")
    for content, status in ((b"Girlitz", 422), (pdf_bytes(), 302)):
        upload = SimpleUploadedFile("gimpel.pdf", content, content_type="application/pdf")
        walk.post(f"{here}giay-to/{slot.pk}/", {"upload": upload}, status)
    assert slot.files.get().document.original_name == "gimpel.pdf"
    walk.post(f"{here}nhan-ket-qua/", {"delivery": "post", "address": "7 Zeisigweg"}, 302)
    walk.get(f"{here}kiem-tra/")
    walk.post(f"{here}kiem-tra/", {"attestation": "on", "seen_version": str(_fresh(draft).version)}, 302)
    return _fresh(draft)


def _look_up(walk: Walk, dossier: Dossier) -> None:
    walk.client.logout()
    assert dossier.code
    # The form answers a wrong pass-code beside the field, in the status that says so.
    for code, pass_code in (
        (dossier.code, "Girlit"),
        ("stieglitz@example.com", "Girlit"),
        (dossier.code, dossier.pass_code),
    ):
        response = walk.client.post("/tra-cuu/", {"code": code, "pass_code": pass_code})
        assert response.status_code < 500
        walk.locations.append(response.headers.get("Location", ""))
    walk.sign_in("chi")
    walk.get(f"/ho-so/{dossier.code}/", 404)
    walk.get(f"/mot-cua/{dossier.code}/", 403)


def _work_and_pay(walk: Walk, dossier: Dossier) -> None:
    cast, key = walk.cast, dossier.pk
    services.receive(actor=cast.actor("binh"), dossier_id=key)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=key)
    item = ask_for(cast, dossier, "full_name", slot=dossier.components.latest("pk").pk, reason="Dompfaff").items.get(
        component__isnull=False
    )
    walk.sign_in("an")
    walk.post(
        f"/ho-so/{dossier.code}/bo-sung/",
        {
            "note": "Dompfaff",
            f"ghi-chu-muc-{item.pk}": "Dompfaff",
            "seen_version": str(_fresh(dossier).version),
        },
        422,
    )
    walk.post(f"/ho-so/{dossier.code}/bo-sung/to-khai/person/", {"full_name": "Girlitz Zeisigweg"}, 302)
    if _fresh(dossier).state == "supplement_requested":
        services.answer_supplement(actor=cast.actor("an"), dossier_id=key, note="Dompfaff")
    services.request_payment(actor=cast.actor("hoa"), dossier_id=key)
    charge = Charge.objects.get()
    walk.post(f"/thanh-toan/{charge.pk}/", {}, 302)
    lie = "vnp_TxnRef=Girlitz&vnp_Amount=stieglitz&vnp_SecureHash=Kanarienvogel&vnp_OrderInfo=Zeisigweg"
    walk.get(f"/thanh-toan/vnpay/ipn/?{lie}")
    walk.get(f"/thanh-toan/vnpay/ket-qua/?{lie}", 400)


def _write_and_complain(walk: Walk, dossier: Dossier) -> None:
    walk.sign_in("an")
    for content, status in ((b"Girlitz", 422), (pdf_bytes(), 302)):
        upload = SimpleUploadedFile("gimpel.pdf", content, content_type="application/pdf")
        walk.post(f"/ho-so/{dossier.code}/tin-nhan/", {"text": "Dompfaff", "uploads": upload}, status)
    complaint = {
        "kind": "rule",
        "agency": str(walk.cast.resolving.pk),
        "title": "Girlitz",
        "text": "Dompfaff, 7 Zeisigweg",
        "sender_name": "Kanarienvogel",
        "sender_email": "stieglitz@example.com",
        "sender_phone": CANARIES["telephone"],
    }
    walk.post("/phan-anh/gui/", {**complaint, "title": ""}, 422)
    walk.post("/phan-anh/gui/", complaint, 302)
    walk.post("/phan-anh/theo-doi/", {"number": "Girlitz", "code": "Dompfaff"}, 404)


def _fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_nothing_that_was_told_reaches_a_log_an_address_or_the_outbox(
    cast: Cast, heard: list[logging.LogRecord], settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    walk = walk_through(cast)

    # Template look-ups and queries are chatter of development; everything else counts.
    lines = [told(record) for record in heard if record.name not in ("django.template", "django.db.backends")]
    assert any(line.startswith("axes") for line in lines)
    assert any(line.startswith("django.request") for line in lines)
    assert [(canaries_in(line), line[:300]) for line in lines if canaries_in(line)] == []
    assert [address for address in walk.locations if canaries_in(address)] == []
    rows = [
        json.dumps([event.name, event.subject, event.payload], ensure_ascii=False)
        for event in OutboxEvent.objects.all()
    ]
    assert len(rows) > 10
    assert [row for row in rows if canaries_in(row)] == []
    assert [row for row in OutboxDelivery.objects.values_list("last_error", flat=True) if canaries_in(row or "")] == []


def test_the_texts_of_errors_are_codes() -> None:
    """Whatever a service is told, what it raises prints as a code: tracebacks and error trackers see nothing else."""

    def all_errors(kind: type[PortalError]) -> Iterator[type[PortalError]]:
        for below in kind.__subclasses__():
            yield below
            yield from all_errors(below)

    kinds = [kind for kind in all_errors(PortalError) if kind.__init__ is PortalError.__init__]
    assert len(kinds) > 20
    for kind in kinds:
        error = kind("Girlitz", fields={"Girlitz": "Girlitz"})
        assert str(error) == kind.code
        assert canaries_in(f"{error} {error!r} {error.args}") == []
