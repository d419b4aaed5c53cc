"""What is measured: six things people do, each as a conversation of HTTP requests."""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from threading import Lock
from typing import Any, Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from dossiers.enums import DossierState
from dossiers.models import Dossier
from portal.accounts.models import User
from tests.benchmarks.generated.catalogue import TYPED, OnlineProcedure
from tests.benchmarks.generated.people import People
from tests.benchmarks.http_client import Answer, Browser, UnexpectedAnswer
from tests.factories.dossiers import pdf_bytes

QUERIES = (
    "",
    "khai sinh",
    "giay phep lai xe",
    "đăng ký kết hôn",
    "xay dung nha o",
    "8.00000",
    "an toan thuc pham",
    "thu y",
)
_SLOT = re.compile(rb'action="([^"]+/giay-to/\d+/)"')
PDF_BYTES = 20_000


@dataclass(frozen=True)
class Step:
    """One HTTP request and the status a working portal answers with."""

    method: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    upload: bytes = b""
    expected: int = 200


Conversation = Generator[Step, Answer, None]


@dataclass(frozen=True)
class Target:
    """What one conversation is about; `given` are the variables of the recorded statements."""

    given: dict[str, Any]
    code: str = ""


class Talker(Protocol):
    """Something that sends a step and gives the answer: a browser over HTTP, or Django in this process."""

    def __call__(self, step: Step) -> Answer: ...


def over_http(browser: Browser) -> Talker:
    def talk(step: Step) -> Answer:
        if step.method == "GET":
            return browser.get(step.path)
        if step.upload:
            return browser.upload(step.path, "giay-to.pdf", step.upload)
        return browser.post(step.path, step.fields)

    return talk


def in_process(client: Client) -> Talker:
    def talk(step: Step) -> Answer:
        data: dict[str, Any] = dict(step.fields)
        if step.upload:
            data["upload"] = SimpleUploadedFile("giay-to.pdf", step.upload, "application/pdf")
        answer = client.get(step.path) if step.method == "GET" else client.post(step.path, data)
        return Answer(answer.status_code, answer.headers.get("Location", ""), answer.content)

    return talk


def requests_of(conversation: Conversation, talk: Talker) -> Iterator[Callable[[], None]]:
    """The requests of a conversation, one call each, to be made in order."""
    step = next(conversation)
    while True:
        answers: list[Answer] = []

        def request(step: Step = step, answers: list[Answer] = answers) -> None:
            answer = talk(step)
            if answer.status != step.expected:
                raise UnexpectedAnswer(f"{step.method} {step.path} answered {answer.status}, not {step.expected}")
            answers.append(answer)

        yield request
        try:
            step = conversation.send(answers[0])
        except StopIteration:
            return


@dataclass
class Operation:
    """`talk_about` starts the conversation on a target; `targets` hands out one a go, side by side, until there are none."""

    name: str
    what: str
    role: str
    talk_about: Callable[[Target], Conversation]
    targets: Callable[[int], Iterator[Target]]
    # For playing back: which recording a target belongs to.
    variants: int = 1
    most_in_a_round: int | None = None
    sequential_goes: int = 50

    def variant_of(self, target: Target) -> int:
        return int(target.given.get("variant", 0))


class Pool:
    """Dossiers that can be used once, shared by all clients and by the yardstick."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self._rows, self._lock = iter(rows), Lock()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while True:
            with self._lock:
                row = next(self._rows, None)
            if row is None:
                return
            yield row


def operations(people: People, procedures: list[OnlineProcedure]) -> list[Operation]:
    """All of them, on the dossiers that are there now."""
    return [
        _search(),
        _filing(people, procedures[0]),
        _worklist(people),
        _filtered_worklist(people),
        _dossier_page(people),
        _receive(people),
    ]


def _search() -> Operation:
    def conversation(target: Target) -> Conversation:
        yield Step("GET", target.code)

    def targets(client: int) -> Iterator[Target]:
        here = reverse("procedures:list")
        for number in cycle(range(len(QUERIES))):
            variant = (number + client) % len(QUERIES)
            query = QUERIES[variant]
            yield Target({"variant": variant}, f"{here}?{urlencode({'q': query})}" if query else here)

    what = f"GET the catalogue's search page, not signed in; {len(QUERIES)} searches in turn, one of them without words"
    return Operation("catalogue_search", what, "", conversation, targets, variants=len(QUERIES), sequential_goes=80)


def _worklist(people: People) -> Operation:
    def conversation(_target: Target) -> Conversation:
        yield Step("GET", reverse("desk:worklist"))

    def targets(client: int) -> Iterator[Target]:
        while True:
            yield Target({"user": people.officers[client][0]})

    return Operation("worklist", "GET the desk's first page of 50 dossiers", "officer", conversation, targets)


FILTERS = ("loc=tat-ca&qua-han=1", "loc=tat-ca&xep=nhan-sau", "loc=tat-ca&xep=ma", "loc=tat-ca&cho-ai=cong-dan")


def _filtered_worklist(people: People) -> Operation:
    def conversation(target: Target) -> Conversation:
        yield Step("GET", target.code)

    def targets(client: int) -> Iterator[Target]:
        here = reverse("desk:worklist")
        for number in cycle(range(len(FILTERS))):
            variant = (number + client) % len(FILTERS)
            yield Target({"user": people.officers[client][0], "variant": variant}, f"{here}?{FILTERS[variant]}")

    what = f"GET the desk's list of everything open, narrowed or in another order: {', '.join(FILTERS)} in turn"
    return Operation("worklist_filtered", what, "officer", conversation, targets, variants=len(FILTERS))


def _dossier_page(people: People) -> Operation:
    def conversation(target: Target) -> Conversation:
        yield Step("GET", reverse("dossiers:detail", args=[target.code]))

    def targets(client: int) -> Iterator[Target]:
        user = people.citizens[client][0]
        own = list(
            Dossier.objects.filter(applicant_id=user, code__isnull=False).order_by("id").values_list("pk", "code")[:40]
        )
        for pk, code in cycle(own):
            yield Target({"user": user, "dossier": pk, "code": code}, code)

    return Operation("dossier_page", "GET the citizen's page of a dossier", "citizen", conversation, targets)


def _receive(people: People) -> Operation:
    def conversation(target: Target) -> Conversation:
        path = reverse("desk:act", args=[target.code, "tiep-nhan"])
        yield Step("POST", path, {"seen_version": "1", "note": ""}, expected=302)

    waiting = Dossier.objects.filter(state=DossierState.SUBMITTED, receiving_agency=people.centre)
    pool = Pool(list(waiting.order_by("id").values_list("pk", "code")))

    def targets(client: int) -> Iterator[Target]:
        for pk, code in pool:
            yield Target({"user": people.officers[client][0], "dossier": pk, "code": code}, code)

    what = "POST that receives a dossier at the desk, up to its redirect"
    return Operation(
        "transition_receive", what, "officer", conversation, targets, most_in_a_round=25, sequential_goes=25
    )


def _filing(people: People, procedure: OnlineProcedure) -> Operation:
    content = pdf_of(PDF_BYTES)
    start = reverse("dossiers:start", args=[procedure.procedure.code])
    # At an agency that neither is the biggest nor shares its desk, so that worklists stay as generated.
    offering = procedure.offerings[people.agencies[5].pk]

    def conversation(_target: Target) -> Conversation:
        yield Step("GET", start)
        draft = (yield Step("POST", start, {"offering": str(offering.pk)}, expected=302)).location
        yield Step("GET", draft)
        section = f"{draft}to-khai/nguoi_nop/"
        yield Step("GET", section)
        documents = (yield Step("POST", section, TYPED, expected=302)).location
        page = yield Step("GET", documents)
        slot = _SLOT.search(page.body)
        if slot is None:
            raise UnexpectedAnswer("the documents page has no slot to upload into")
        yield Step("POST", slot[1].decode(), upload=content, expected=302)
        yield Step("GET", documents)
        delivery = f"{draft}nhan-ket-qua/"
        yield Step("GET", delivery)
        review = (yield Step("POST", delivery, {"delivery": "desk"}, expected=302)).location
        yield Step("GET", review)
        page = yield Step("POST", review, {"attestation": "on"}, expected=302)
        yield Step("GET", page.location)

    def targets(client: int) -> Iterator[Target]:
        while True:
            yield Target({"user": people.citizens[client][0]})

    what = (
        f"a whole filing, 13 requests: start page, start, draft, form page, form of {len(TYPED)} fields, documents page, "
        f"PDF of {PDF_BYTES // 1000} kB, documents page, delivery page, delivery, review page, submit, dossier page"
    )
    return Operation("filing", what, "citizen", conversation, targets, most_in_a_round=12, sequential_goes=8)


def pdf_of(size: int) -> bytes:
    """A valid PDF of exactly that many bytes: comment lines before the end."""
    content = pdf_bytes()
    # Readers look for `startxref` from the end, so the filling goes behind the header's objects, before the trailer.
    head, tail = content[: content.rindex(b"trailer")], content[content.rindex(b"trailer") :]
    filling = size - len(content)
    return head + b"%" + b"x" * (filling - 2) + b"\n" + tail


def client_of(user_id: int | None) -> Client:
    """A client in this process, signed in as that account."""
    client = Client(HTTP_HOST="127.0.0.1")
    if user_id is not None:
        client.force_login(User.objects.get(pk=user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client
