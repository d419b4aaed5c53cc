"""A draft whose declaration has conditions, sources and two sections, and the page of a section as a browser holds it."""

import html
import json
import re
from typing import Any

from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from tests.dossiers.citizen.conftest import source
from tests.factories.dossiers import Cast
from tests.factories.procedures import (
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

PLACES = [{"value": f"p{number}", "label": f"Nơi {number}"} for number in range(8)]
DECLARATION: dict[str, Any] = {
    "sections": [
        {
            "key": "person",
            "label": "Người nộp",
            "fields": [
                {"key": "full_name", "kind": "text", "label": "Họ và tên", "required": True},
                {"key": "phone", "kind": "phone", "label": "Điện thoại"},
                {"key": "place", "kind": "choice", "label": "Nơi ở", "params": {"options": PLACES}},
                {
                    "key": "owner",
                    "kind": "text",
                    "label": "Chủ nhà",
                    "required": True,
                    "visible_when": {"field": "place", "op": "in", "value": ["p1", "p2"]},
                },
                {"key": "depth", "kind": "integer", "label": "Số phòng"},
                {"key": "car", "kind": "text", "label": "Biển số xe", "prefill": "earlier"},
            ],
        },
        {
            "key": "company",
            "label": "Tổ chức",
            "fields": [
                {"key": "organisation_name", "kind": "text", "label": "Tên tổ chức"},
                {"key": "tax_code", "kind": "tax_code", "label": "Mã số thuế"},
                {"key": "boss", "kind": "text", "label": "Người đứng đầu", "prefill": []},
            ],
        },
    ]
}
TYPED = {"full_name": "Nguyễn Thị An", "phone": "0983512604", "place": "p3", "owner": "", "depth": "2", "car": ""}


def make_declared_draft(cast: Cast, definition: dict[str, Any] | None = None, *, with_slot: bool = False) -> Dossier:
    """An untouched draft of An's under `DECLARATION`."""
    procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=definition or DECLARATION)
    ChannelTermFactory.create(revision=revision)
    if with_slot:
        RequiredDocumentFactory.create(revision=revision, name="Giấy khám sức khỏe", order=1)
        RequiredDocumentFactory.create(revision=revision, name="Bản chụp hộ chiếu", order=2)
    in_force(revision)
    offering = ServiceOfferingFactory.create(procedure=procedure, agency=cast.resolving, level=4)
    return services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)


def path_of(draft: Dossier, tail: str = "") -> str:
    return f"/ho-so/nhap/{draft.public_id}/{tail}"


class Page:
    """One rendering of a section in one browser tab: posts what it shows, as a browser does."""

    def __init__(self, client: Client, draft: Dossier, section: str = "person") -> None:
        self.client, self.draft, self.section = client, draft, section
        self.text = source(client.get(path_of(draft, f"to-khai/{section}/")))
        self.state = {
            name: html.unescape(found[1])
            for name in ("draft-base", "draft-page", "draft-turn")
            if (found := re.search(rf'name="{name}" value="([^"]*)"', self.text))
        }

    def save(self, **typed: str) -> Any:
        """By itself, as static/js/draft.js does: the page takes over the state that comes back."""
        self.state["draft-turn"] = str(int(self.state["draft-turn"]) + 1)
        answer = self.client.post(
            path_of(self.draft, f"to-khai/{self.section}/luu/"),
            {**typed, **self.state},
            headers={"HX-Request": "true"},
        )
        found = re.search(r'name="draft-base" value="([^"]*)"', source(answer))
        if answer.status_code in {200, 409} and found:
            self.state["draft-base"] = html.unescape(found[1])
        return answer

    def press(self, **typed: str) -> Any:
        """The button of the page."""
        return self.client.post(path_of(self.draft, f"to-khai/{self.section}/"), {**typed, **self.state})

    def digests(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.state["draft-base"])
        return found
