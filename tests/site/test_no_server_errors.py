"""Odd input never ends in a server error: every address of the portal, asked in every wrong way by each of the cast."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dossiers.desk_views.actions import ACTION_OF
from dossiers.models import Dossier
from dossiers.services import begin_file
from dossiers.services.ratings import rating_url
from payments.models import Charge, PaymentAttempt
from portal.accounts.models import User
from portal.core import clock
from portal.core.models import CalendarDay, OutboxEvent
from portal.site.models import Article
from procedures.models import ProcedureRevision
from tests.factories.accounts import UserFactory
from tests.factories.dossiers import Cast, make_cast, make_draft, make_filed, make_payment_requested, make_resolved
from tests.factories.payments import OnlineAttemptFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]

WHO = ("anonymous", "an", "binh", "administrator")
# As they stand in an address: NUL, bytes that are no UTF-8, a lone surrogate, too large, too long, climbing, markup.
ODD_PARTS = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "-1",
    "99999999999999999999",
    "a" * 3000,
    "..%2f..%2fetc",
    "%3Cscript%3E%27%22",
    str(UUID(int=0)),
)
ODD_VALUES = (
    "%00",
    "%ff%ed%a0%80",
    "-1",
    "9" * 400,
    "99999999999999-99999999999999999999",
    "%F0%9F%92%A9%20%D7%90%E2%80%AE",
)
QUERY_NAMES = (
    *("q", "sau", "loc", "linh-vuc", "muc-do", "co-quan", "cap", "doi-tuong", "su-kien"),
    *("next", "page", "ngon-ngu", "vnp_TxnRef", "vnp_Amount"),
)
ADMIN_QUERY_NAMES = ("q", "p", "o", "_popup", "_to_field", "_changelist_filters", "term")
REFUSALS = {200, 301, 302, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429}
LEAKS = ("Traceback", "psycopg2", "site-packages", "DETAIL:", "SELECT ")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*?\bname="([^"]+)"')


@dataclass
class World:
    """Somebody's dossiers in several states, and a value for every parameter an address can have."""

    cast: Cast
    administrator: User
    known: dict[str, str]

    def client(self, who: str, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        if who != "anonymous":
            person = self.administrator if who == "administrator" else getattr(self.cast, who)
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def world() -> World:
    cast = make_cast()
    draft = make_draft(cast)
    make_payment_requested(cast)
    make_filed(cast)
    resolved = make_resolved(cast)
    charge = Charge.objects.get()
    OnlineAttemptFactory.create(charge=charge)
    upload = resolved.components.get(files__isnull=False).files.get()
    Article.objects.create(slug="sinh-con", title="Bài", body="Chữ", public_from=clock.now())
    upload_session = begin_file(
        actor=cast.actor("an"),
        dossier_id=draft.pk,
        component_id=draft.components.latest("pk").pk,
        is_supplement=False,
        file_name="giay-to.pdf",
        size=9_000,
    )
    return World(
        cast=cast,
        administrator=UserFactory.create(is_staff=True, is_superuser=True),
        known={
            "public_id": str(draft.public_id),
            "code": str(resolved.code),
            "charge_id": str(charge.pk),
            "section_key": "person",
            "field_key": "full_name",
            "document_id": str(upload.document_id),
            "representation_id": "1",
            "delegation_id": "1",
            "slip_id": "1",
            "sequence": "3",
            "filter_id": "1",
            "run_id": str(UUID(int=1)),
            "job_id": str(UUID(int=1)),
            "number": "1",
            "transfer_id": "1",
            "claim_id": "1",
            "difference_id": "1",
            "line_id": "1",
            "shift_id": "1",
            "statement_id": "1",
            "source": "bank",
            "day": "2026-04-22",
            "attempt_id": str(charge.attempts.get().pk),
            "receipt_id": str(UUID(int=1)),
            "refund_id": str(UUID(int=1)),
            "component_id": str(draft.components.latest("pk").pk),
            "file_id": str(upload.pk),
            "result_id": str(resolved.results.get().pk),
            "occasion": "nop",
            "word": "tiep-nhan",
            "key": "tiep-nhan",
            "template_id": "1",
            "paragraph_id": "1",
            "draft_id": "1",
            "hand_over_id": "1",
            "slug": "sinh-con",
            "uidb36": "1",
            "revision_id": str(ProcedureRevision.objects.latest("pk").pk),
            "procedure_id": str(ProcedureRevision.objects.latest("pk").procedure_id),
            "section": "person",
            "field": "full_name",
            "group": "group",
            "rule": "rule",
            "row_id": "1",
            "upload_id": str(upload_session.upload_id),
            "notice_id": "1",
            "version_id": "1",
            "kind": "dossier/received",
            "share_id": str(UUID(int=1)),
            "copy_id": str(UUID(int=1)),
            "token": rating_url(resolved.pk).rstrip("/").rpartition("/")[2],
        },
    )


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every route of the portal, as written in the URL configuration; admin's catch-all and regular expressions apart."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern) and "^" not in route and "(" not in route:
            yield route


def known_address(world: World, route: str) -> str:
    return "/" + _PARAMETER.sub(lambda found: _known(world, route, found.group(2)), route)


def _known(world: World, route: str, name: str) -> str:
    if name == "code" and route.startswith("thu-tuc/"):
        return "1.900000"
    if name == "procedure_code" or (name == "code" and route.startswith("ho-so/nop/")):
        return "1.900000"
    if name == "object_id":
        return quote(_object_id(route), safe="")
    if name in ("app_label", "content_type_id", "id", "url"):
        return {"app_label": "dossiers"}.get(name, "1")
    return world.known[name]


def _object_id(route: str) -> str:
    """The key of some row of the model that an admin route is about; "0" where there is none."""
    _admin, app, model, *_rest = route.split("/")
    if app == "r":
        return "1"
    row = apps.get_model(app, model)._default_manager.order_by("-pk").first()
    return str(row.pk) if row is not None else "0"


def turn(values: Sequence[str], start: int) -> list[str]:
    """Two of the values, other ones for every route and person: all meet all in the end, and the walk stays short."""
    return [values[(2 * start + step) % len(values)] for step in range(2)]


def odd_addresses(world: World, route: str, start: int) -> Iterator[str]:
    """The address with one parameter at a time gone wrong."""
    for wrong in _PARAMETER.finditer(route):
        # NUL is what databases and file systems choke on: it is never left out.
        for odd in dict.fromkeys(("%00", *turn(ODD_PARTS, start))):
            yield "/" + _PARAMETER.sub(
                lambda found, wrong=wrong, odd=odd: (
                    odd if found.group(2) == wrong.group(2) else _known(world, route, found.group(2))
                ),
                route,
            )


def judge(response: HttpResponse, what: str, complaints: list[str]) -> None:
    text = body_of(response)
    if response.status_code not in REFUSALS:
        complaints.append(f"{response.status_code} {what[:200]}")
    elif response.status_code >= 400 and (leaks := [word for word in LEAKS if word in text]):
        complaints.append(f"leaks {leaks} {what[:200]}")


def body_of(response: HttpResponse) -> str:
    # Not `response.close()`: it would close the connection that the test's transaction lives on.
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


@pytest.mark.parametrize("who", WHO)
def test_no_address_and_no_query_breaks_the_portal(world: World, who: str) -> None:
    client, complaints = world.client(who), []
    for start, route in enumerate(routes(), WHO.index(who)):
        is_admin = route.startswith("quan-tri/")
        address = known_address(world, route)
        judge(client.get(address), f"GET {address}", complaints)
        if is_admin and who != "administrator":
            continue
        for odd in odd_addresses(world, route, start):
            judge(client.get(odd), f"GET {odd}", complaints)
        for value in turn(ODD_VALUES, start)[is_admin:]:
            names = ADMIN_QUERY_NAMES if is_admin else QUERY_NAMES
            asked = f"{address}?{'&'.join(f'{name}={value}' for name in names)}"
            judge(client.get(asked), f"GET {asked}", complaints)
    assert complaints == []


@pytest.mark.parametrize("who", WHO)
def test_no_posted_nonsense_breaks_the_portal(world: World, who: str) -> None:
    client, complaints = world.client(who), []
    for route in routes():
        if route.startswith("quan-tri/") and who != "administrator":
            continue
        address = known_address(world, route)
        names = sorted(set(_FIELD.findall(body_of(client.get(address)))) - {"csrfmiddlewaretoken"}) or ["code", "next"]
        for what, sent in nonsense(names):
            cache.clear()
            with transaction.atomic():
                judge(client.post(address, **sent), f"POST {what} {address}", complaints)
                transaction.set_rollback(True)
    assert complaints == []


def test_no_posted_nonsense_breaks_the_desk(world: World) -> None:
    """Every action, on dossiers in three states, by those whose action it may be."""
    complaints: list[str] = []
    codes = list(Dossier.objects.exclude(code=None).values_list("code", flat=True))
    assert len(codes) == 3
    for who in ("binh", "hoa", "dung"):
        client = world.client(who)
        for start, address in enumerate(f"/mot-cua/{code}/{key}/" for code in codes for key in ACTION_OF):
            names = ["reason", "note", "title", "outcome", "components", "method", "amount", "seen_version", "upload"]
            for what, sent in list(nonsense(names))[start % 4 :: 4]:
                with transaction.atomic():
                    judge(client.post(address, **sent), f"POST {what} {address}", complaints)
                    transaction.set_rollback(True)
    assert complaints == []


def nonsense(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies that no page of ours sends."""
    form = "application/x-www-form-urlencoded"
    counts = {name: "1" for name in names if name.endswith("_FORMS")}
    fields = [name for name in names if name not in counts]
    yield "nothing", {"data": b"", "content_type": form}
    for value in ("%00", "%ff%ed%a0%80", "9" * 400, "-1"):
        body = "&".join([*(f"{quote(name)}={value}" for name in fields), urlencode(counts)])
        yield value[:8], {"data": body.encode(), "content_type": form}
    yield "json", {"data": b'{"a": "\\ud800\\u0000"' + b"[" * 5000, "content_type": "application/json"}
    yield "broken multipart", {"data": b"--x\r\nnonsense", "content_type": "multipart/form-data; boundary=x"}
    upload = SimpleUploadedFile("a\x00../\u202e.pdf", b"", content_type="application/pdf")
    yield "odd files", {"data": dict.fromkeys(fields[:5], upload)}


@pytest.mark.parametrize("method", ["put", "delete", "trace"])
def test_a_method_nobody_serves_is_refused(world: World, method: str) -> None:
    client, complaints = world.client("an"), []
    for route in routes():
        if method == "delete" and route.endswith("<uuid:upload_id>/"):
            # Giving up a file that is half sent.
            continue
        address = known_address(world, route)
        with transaction.atomic():
            judge(getattr(client, method)(address), f"{method} {address}", complaints)
            transaction.set_rollback(True)
    assert complaints == []


def test_a_post_without_its_token_changes_nothing(world: World) -> None:
    client = world.client("an", enforce_csrf_checks=True)
    statuses = {}
    for route in routes():
        if not route.startswith("quan-tri/"):
            statuses[route] = client.post(known_address(world, route)).status_code
    # The provider's server has no token; its door takes no POST at all.
    assert statuses.pop("thanh-toan/vnpay/ipn/") == 405
    # The national platform posts, under a hash instead of a token; whatever else comes is answered "wrong hash".
    assert statuses.pop("thanh-toan/nen-tang-quoc-gia/thong-bao/") == 200
    # Partners have no token; without a file there is nothing to compare.
    assert statuses.pop("api/xac-minh/tep/") == 400
    assert set(statuses.values()) <= {403, 404, 405}


@pytest.mark.parametrize("who", ["chi", "binh", "administrator"])
def test_a_foreign_dossier_does_not_exist(world: World, who: str) -> None:
    client = world.client(who)
    foreign = [route for route in routes() if re.match(r"ho-so/(nhap/|<dossier_code:code>)|thanh-toan/<", route)]
    assert len(foreign) > 15
    for route in foreign:
        address = known_address(world, route)
        status = client.get(address).status_code
        # What is only posted is posted.
        assert (client.post(address).status_code if status == 405 else status) == 404, address


def test_the_walk_meets_every_app(world: World) -> None:
    """A filter that goes wrong must not make the walk above quietly short."""
    found = list(routes())
    for beginning in (
        "ho-so/",
        "mot-cua/",
        "thu-tuc/",
        "thanh-toan/",
        "tai-khoan/",
        "quan-tri/procedures/",
        "tra-cuu/",
    ):
        assert any(route.startswith(beginning) for route in found), beginning
    assert CalendarDay.objects.exists()
    assert OutboxEvent.objects.exists()
    assert PaymentAttempt.objects.exists()
    assert ProcedureRevision.objects.exists()
