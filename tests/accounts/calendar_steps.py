"""The two steps in which an administrator changes the calendar."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

DAY_ADD = "/quan-tri/core/calendarday/add/"


def day_form(on: str, *, kind: str = "holiday", name: str = "Nghỉ đột xuất", like: str = "") -> dict[str, str]:
    return {"on": on, "kind": kind, "name": name, "works_like_weekday": like}


def hours_form(agency: Any, rows: list[tuple[str, str, str]], **fields: str) -> dict[str, str]:
    """The agency's page as a browser posts it; `rows` of hours replace nothing, they are added."""
    form = {
        "code": agency.code,
        "name": agency.name,
        "level": agency.level,
        "parent": str(agency.parent_id or ""),
        "address": "",
        "phone": "",
        "valid_from": "",
        "valid_to": "",
        "desks-TOTAL_FORMS": "0",
        "desks-INITIAL_FORMS": "0",
        "divisions-TOTAL_FORMS": "0",
        "divisions-INITIAL_FORMS": "0",
        "successions-TOTAL_FORMS": "0",
        "successions-INITIAL_FORMS": "0",
        "hours-TOTAL_FORMS": str(len(rows)),
        "hours-INITIAL_FORMS": "0",
        **fields,
    }
    for number, (weekday, opens, closes) in enumerate(rows):
        form |= {
            f"hours-{number}-weekday": weekday,
            f"hours-{number}-opens_at": opens,
            f"hours-{number}-closes_at": closes,
            f"hours-{number}-id": "",
            f"hours-{number}-agency": str(agency.pk),
        }
    return form


def confirm(client: Client, url: str, form: dict[str, str], choice: str = "move") -> HttpResponse:
    """See the page, then press a button on it."""
    page = client.post(url, form)
    assert page.status_code == 200, page.context and page.context.get("errors")
    return client.post(url, {**form, "_calendar_choice": choice, "_calendar_seal": page.context["seal"]})
