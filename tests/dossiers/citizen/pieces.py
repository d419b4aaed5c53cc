"""A browser that sends files in pieces, as static/js/upload.js does."""

import json
from typing import Any

from django.test import Client

from dossiers.models import Dossier, DossierComponent

CHUNK = 512 * 1024


def slot_of(dossier: Dossier) -> DossierComponent:
    return dossier.components.get(required_document__kind="upload")


def begin_url(dossier: Dossier) -> str:
    slot = slot_of(dossier)
    if dossier.state == "draft":
        return f"/ho-so/nhap/{dossier.public_id}/giay-to/{slot.pk}/tai/"
    return f"/ho-so/{dossier.code}/bo-sung/{slot.pk}/tai/"


def begin(client: Client, dossier: Dossier, name: object, size: object) -> Any:
    return client.post(begin_url(dossier), json.dumps({"name": name, "size": size}), content_type="application/json")


def send(client: Client, url: str, offset: object, data: bytes) -> Any:
    return client.patch(
        url, data, content_type="application/offset+octet-stream", headers={"Upload-Offset": str(offset)}
    )


def send_all(client: Client, dossier: Dossier, name: str, content: bytes) -> str:
    """Everything but the finish; returns the upload's address."""
    answer = begin(client, dossier, name, len(content))
    assert answer.status_code == 201, answer.content
    url: str = answer.json()["url"]
    for offset in range(0, len(content), CHUNK):
        assert send(client, url, offset, content[offset : offset + CHUNK]).status_code == 204
    return url
