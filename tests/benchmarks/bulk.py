"""Receiving a hundred dossiers with one press of a button: one request, no yardstick beside it."""

import time
from typing import Any
from uuid import uuid4

from django.urls import reverse

from dossiers.enums import BulkOutcome, DossierState
from dossiers.models import BulkRunItem, Dossier
from dossiers.services import MOST_DOSSIERS
from tests.benchmarks.generated.people import People
from tests.benchmarks.http_client import UnexpectedAnswer
from tests.benchmarks.operations import client_of


def bulk_receive(people: People) -> dict[str, Any]:
    """A JSON line: seconds of the whole request in this process, and milliseconds for each dossier that was received."""
    waiting = Dossier.objects.filter(state=DossierState.SUBMITTED, receiving_agency=people.centre)
    chosen = [f"{code}:{version}" for code, version in waiting.order_by("-id").values_list("code", "version")]
    # Half at most: what is measured after this needs waiting dossiers as well.
    chosen = chosen[: min(MOST_DOSSIERS, (len(chosen) + 1) // 2)]
    if not chosen:
        raise UnexpectedAnswer("no dossier is left that waits to be received at the centre")
    client, token = client_of(people.officers[0][0]), uuid4()
    begun = time.perf_counter()
    answer = client.post(
        reverse("desk:bulk_perform", args=["tiep-nhan"]), {"chon": chosen, "luot": str(token), "tu": "", "note": ""}
    )
    seconds = time.perf_counter() - begun
    if answer.status_code != 302:
        raise UnexpectedAnswer(f"the bulk receipt answered {answer.status_code}")
    done = BulkRunItem.objects.filter(run_id=token, outcome=BulkOutcome.DONE).count()
    return {
        "bulk_receive": len(chosen),
        "received": done,
        "seconds": round(seconds, 2),
        "ms_for_each": round(1000 * seconds / max(done, 1), 1),
    }
