"""Dossiers by the hundred thousand, each with journal, components, files, pauses, supplement, fee and result."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from dossiers.enums import (
    DECIDED_STATES,
    DossierState,
    ResultDelivery,
    Transition,
)
from dossiers.models import (
    ClockPause,
    Dossier,
    DossierComponent,
    DossierFile,
    JournalEntry,
    ResultDocument,
    SupplementItem,
    SupplementRequest,
)
from payments.enums import ChargeKind, ChargeState, CollectionPoint
from payments.models import Charge
from portal.accounts.models import Citizen, User
from portal.core import clock
from portal.core.actors import ActorKind
from portal.core.enums import TermUnit
from portal.core.models import ReferenceCounter
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from procedures.enums import Channel, DocumentKind
from procedures.services import forms
from tests.benchmarks.generated.catalogue import FORM, TYPED, OnlineProcedure
from tests.benchmarks.generated.copying import Table, next_free_id
from tests.benchmarks.generated.lives import Life, live
from tests.benchmarks.generated.people import CLIENTS, USERS_FROM, People, citizen_row, person_name, user_row

BATCH = 10_000
DOSSIERS_PER_CITIZEN = 4
# Each client's citizen owns one dossier in this many, but only among the first: nobody files thousands.
_OWN_EVERY, _OWN_AMONG = 250, 10_000
# Far apart, so that a number in a recorded query tells whose key it is (see `tape`).
_KEYS_FROM = {
    Dossier: 10_000_000,
    DossierComponent: 20_000_000,
    DossierFile: 40_000_000,
    JournalEntry: 60_000_000,
    ClockPause: 80_000_000,
    SupplementRequest: 82_000_000,
    SupplementItem: 84_000_000,
    ResultDocument: 86_000_000,
    User: USERS_FROM,
    Citizen: 1,
}
_ORDER: tuple[Any, ...] = (
    *(User, Citizen, StoredDocument, Dossier, DossierComponent, SupplementRequest, SupplementItem, DossierFile),
    *(JournalEntry, ClockPause, ResultDocument, Charge),
)
_AT_THE_DESK = frozenset({DossierState.DRAFT, DossierState.SUBMITTED, DossierState.INTAKE_REFUSED}) | DECIDED_STATES


class Generator:
    """Makes dossiers number `first` to `last - 1`; each depends on the seed and its own number alone."""

    def __init__(self, people: People, procedures: list[OnlineProcedure], seed: int, anchor: datetime) -> None:
        self.people, self.procedures, self.seed = people, procedures, seed
        self.anchor = anchor
        # A few big agencies have most of the dossiers, as in a real province.
        self._weights = [1 / (place + 1) for place in range(len(people.agencies))]
        self._codes: dict[str, int] = defaultdict(int)
        self._answers = forms.clean(forms.parse(FORM), TYPED).answers
        self._citizens: list[tuple[int, str]] = []
        self._tables: dict[Any, Table] = {}

    def make(self, first: int, last: int) -> None:
        # Read anew: between two batches the benchmark files dossiers of its own.
        self._codes = defaultdict(int, ReferenceCounter.objects.values_list("series", "last_number"))
        self._tables = {
            model: Table(model, next_free_id(model, _KEYS_FROM[model]) if model in _KEYS_FROM else None)
            for model in _ORDER
        }
        self._more_citizens((last - first) // DOSSIERS_PER_CITIZEN + 1, first)
        for number in range(first, last):
            self._make_one(number, Random(f"dossier:{self.seed}:{number}"))
        for model in _ORDER:
            self._tables[model].flush()
        ReferenceCounter.objects.bulk_create(
            (ReferenceCounter(series=series, last_number=last) for series, last in self._codes.items()),
            update_conflicts=True,
            unique_fields=["series"],
            update_fields=["last_number"],
        )

    def _more_citizens(self, count: int, first: int) -> None:
        rng = Random(f"citizens:{self.seed}:{first}")
        users, profiles = self._tables[User], self._tables[Citizen]
        self._citizens = []
        for place in range(count):
            name, number = person_name(rng), first + place
            pk = users.add(user_row(name, f"nguoi-dan-{number}@bench.example", "!no-password"))
            profiles.add(citizen_row(pk, 1_000 + number, rng))
            self._citizens.append((pk, name))

    def _applicant(self, number: int, rng: Random) -> tuple[int, str]:
        place = number % _OWN_EVERY
        if number < _OWN_AMONG and place < CLIENTS:
            pk = self.people.citizens[place][0]
            return pk, self.people.names[pk]
        return rng.choice(self._citizens)

    def _make_one(self, number: int, rng: Random) -> None:
        procedure = self.procedures[rng.randrange(len(self.procedures))]
        agency = rng.choices(self.people.agencies, self._weights)[0]
        offering = procedure.offerings[agency.pk]
        life = live(rng, anchor=self.anchor, term_days=procedure.term_days)
        applicant_id, name = self._applicant(number, rng)
        receiving_id = offering.receiving_agency_id or agency.pk
        code = self._code(receiving_id, life)
        assignee_id = self._assignee(agency.pk, life, rng)
        delivery = rng.choice(ResultDelivery.values)
        is_received = life.stamps.get("received_at") is not None
        pk = self._tables[Dossier].add(
            {
                "state": life.state,
                **life.stamps,
                "public_id": _uuid(rng),
                "code": code,
                "pass_code": f"{rng.randrange(16**6):06X}" if code else "",
                "revision_id": procedure.revision.pk,
                "offering_id": offering.pk,
                "applicant_id": applicant_id,
                "applicant_name": name if code else "",
                "applicant_phone": f"09{number % 10**8:08d}" if code else "",
                "applicant_email": f"nguoi-dan-{number}@bench.example" if code else "",
                "applicant_address": "18/4 Hoàng Diệu, phường Xuân Hương" if code else "",
                "receiving_agency_id": receiving_id,
                "resolving_agency_id": agency.pk,
                "responsible_agency_id": receiving_id if life.state in _AT_THE_DESK else agency.pk,
                "assignee_id": assignee_id,
                "channel": rng.choices(Channel.values, (80, 17, 3))[0],
                "result_delivery": delivery if code else "",
                "delivery_address": "18/4 Hoàng Diệu" if delivery == ResultDelivery.POST and code else "",
                "answers": {**self._answers, "ho_ten": name},
                "saved_at": life.created_at,
                "attested_at": life.stamps.get("submitted_at"),
                "term_value": Decimal(procedure.term_days) if is_received else None,
                "term_unit": TermUnit.WORKING_DAY if is_received else "",
                "due_trace": life.trace,
                "version": len(life.steps),
                "moved_at": life.moved_at,
                "created_at": life.created_at,
            }
        )
        self._journal(pk, life, applicant_id, name, agency.pk, receiving_id)
        slots = self._components(pk, procedure, life, applicant_id, rng)
        self._pauses(pk, life, agency.pk, slots)
        self._money(pk, code, life, applicant_id, rng)
        if life.state in DECIDED_STATES:
            self._result(pk, life, agency.pk, rng)

    def _code(self, receiving_id: int, life: Life) -> str | None:
        if life.state == DossierState.DRAFT:
            return None
        agency_code = next(one.code for one in self.people.agencies if one.pk == receiving_id)
        day = clock.local(life.stamps["submitted_at"]).date()
        series = f"dossier:{agency_code}:{day:%Y-%m-%d}"
        self._codes[series] += 1
        return f"{agency_code}-{day:%y%m%d}-{self._codes[series]:04d}"

    def _assignee(self, agency_id: int, life: Life, rng: Random) -> int | None:
        if life.stamps.get("processing_started_at") is None:
            return None
        return rng.choice(self.people.case_officers[agency_id])

    def _journal(
        self, pk: int, life: Life, applicant_id: int, applicant: str, agency_id: int, receiving_id: int
    ) -> None:
        by_citizen = {Transition.SUBMIT, Transition.ANSWER_SUPPLEMENT, Transition.WITHDRAW}
        at_desk = {Transition.RECEIVE, Transition.REFUSE_INTAKE, Transition.HAND_OVER_RESULT}
        for sequence, (transition, before, after, at, due_at, next_date_at) in enumerate(life.steps, start=1):
            if transition in by_citizen:
                kind, actor_id, name = ActorKind.CITIZEN, applicant_id, applicant
            else:
                if transition in at_desk:
                    actor_id = self.people.desk_officers[receiving_id][0]
                elif transition == Transition.RESOLVE:
                    actor_id = self.people.signers[agency_id]
                else:
                    actor_id = self.people.case_officers[agency_id][0]
                kind, name = ActorKind.OFFICER, self.people.names[actor_id]
            self._tables[JournalEntry].add(
                {
                    "dossier_id": pk,
                    "sequence": sequence,
                    "act": transition,
                    "from_state": before,
                    "to_state": after,
                    "at": at,
                    "actor_kind": kind,
                    "actor_id": actor_id,
                    "actor_name": name,
                    "public_note": _NOTES.get(transition, ""),
                    "details": {
                        "due_at": due_at.isoformat() if due_at else None,
                        "next_date_at": next_date_at.isoformat() if next_date_at else None,
                    },
                }
            )

    def _components(
        self, pk: int, procedure: OnlineProcedure, life: Life, applicant_id: int, rng: Random
    ) -> dict[str, int]:
        slots = {}
        for position, document in enumerate(procedure.documents):
            slot = self._tables[DossierComponent].add(
                {"dossier_id": pk, "required_document_id": document.pk, "position": position}
            )
            slots[document.kind] = slot
            if document.kind == DocumentKind.UPLOAD and (document.is_required or rng.random() < 0.4):
                self._tables[DossierFile].add(
                    {
                        "component_id": slot,
                        "document_id": self._document("giay-to.pdf", "dossier_component", applicant_id, life, rng),
                        "added_by_id": applicant_id,
                        "added_at": life.created_at,
                    }
                )
        return slots

    def _document(self, name: str, purpose: str, user_id: int, life: Life, rng: Random) -> UUID:
        """A row without bytes: nothing in the benchmark opens a generated file."""
        pk = _uuid(rng)
        self._tables[StoredDocument].add(
            {
                "id": pk,
                "original_name": name,
                "storage_name": f"bench/{pk.hex}",
                "size": rng.randint(8_000, 900_000),
                "sha256": sha256(pk.bytes).hexdigest(),
                "media_type": "application/pdf",
                "purpose": purpose,
                "page_count": rng.randint(1, 6),
                "scan_state": ScanState.NOT_SCANNED,
                "uploaded_by_id": user_id,
                "created_at": life.created_at,
            }
        )
        return pk

    def _pauses(self, pk: int, life: Life, agency_id: int, slots: dict[str, int]) -> None:
        for cause, started_at, ended_at in life.pauses:
            self._tables[ClockPause].add(
                {"dossier_id": pk, "cause": cause, "started_at": started_at, "ended_at": ended_at}
            )
            if cause != "supplement":
                continue
            request = self._tables[SupplementRequest].add(
                {
                    "dossier_id": pk,
                    "requested_by_id": self.people.case_officers[agency_id][0],
                    "requested_at": started_at,
                    "answered_at": ended_at,
                    "answers": self._answers,
                    "due_before": life.stamps.get("first_due_at"),
                }
            )
            self._tables[SupplementItem].add(
                {
                    "request_id": request,
                    "component_id": slots[DocumentKind.UPLOAD],
                    "what": "Giấy tờ kèm theo",
                    "reason": _NOTES[Transition.REQUEST_SUPPLEMENT],
                }
            )

    def _money(self, pk: int, code: str | None, life: Life, applicant_id: int, rng: Random) -> None:
        """Owed while a payment is waited for, paid where the dossier was decided."""
        is_waiting = life.state == DossierState.PAYMENT_REQUESTED
        if not (is_waiting or life.state in DECIDED_STATES) or not code:
            return
        at = life.stamps.get("resolved_at") or life.moved_at
        self._tables[Charge].add(
            {
                "id": _uuid(rng),
                "subject": f"dossier:{pk}",
                "subject_label": code,
                "return_path": f"/ho-so/{code}/",
                "payer_id": applicant_id,
                "kind": ChargeKind.STATE_DUTY,
                "amount": 15_000,
                "description": "Lệ phí",
                "collection": CollectionPoint.ON_REQUEST,
                "state": ChargeState.OWED if is_waiting else ChargeState.SETTLED,
                "settled_at": None if is_waiting else at,
                "created_at": at,
            }
        )

    def _result(self, pk: int, life: Life, agency_id: int, rng: Random) -> None:
        signer = self.people.signers[agency_id]
        self._tables[ResultDocument].add(
            {
                "dossier_id": pk,
                "document_id": self._document("ket-qua.pdf", "dossier_result", signer, life, rng),
                "title": "Giấy chứng nhận",
                "issued_at": life.stamps["resolved_at"],
            }
        )


_NOTES = {
    Transition.REFUSE_INTAKE: "Tờ khai thiếu trang thứ hai; nộp lại đủ trang.",
    Transition.REQUEST_SUPPLEMENT: "Bản chụp mờ, không đọc được số; chụp lại cho rõ.",
    Transition.STOP: "Người nộp không bổ sung trong thời hạn.",
}


def _uuid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def make_dossiers(generator: Generator, first: int, last: int, *, batch: int = BATCH) -> None:
    """Dossiers number `first` to `last - 1`, in batches, and what the planner knows of them brought up to date."""
    for start in range(first, last, batch):
        generator.make(start, min(start + batch, last))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
