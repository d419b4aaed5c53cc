"""Reads of the files inside declarations."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from dossiers.errors import DossierNotFound
from dossiers.models import DeclarationFile, Dossier
from procedures.services.forms import AttachedFile

_PARTS = {"document", "name", "size", "sha256"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FilesOfDossier:
    """What a declaration's questions may name: files uploaded to this dossier, each for its own question. One query, on
    first use."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier

    @cached_property
    def _found(self) -> Mapping[tuple[str, str], AttachedFile]:
        return {
            (link.field_key, str(link.document_id)): AttachedFile(
                document=str(link.document_id),
                name=link.document.original_name,
                size=link.document.size,
                sha256=link.document.sha256,
                media_type=link.document.media_type,
                url=reverse(
                    # Whoever fills the draft in looks at its files: the desk, where it is on paper.
                    "desk:intake_declaration_file"
                    if self._dossier.entered_by_id
                    else "dossiers:draft_declaration_file",
                    args=[self._dossier.public_id, link.document_id],
                ),
            )
            for link in self._dossier.declaration_files.select_related("document")
        }

    def file(self, field_key: str, document: str) -> AttachedFile | None:
        return self._found.get((field_key, document))


def declaration_files_of(dossier: Dossier, answers: Mapping[str, Any] | None = None) -> list[DeclarationFile]:
    """The files that the answers name, in the order of the answers; a draft's left-over uploads are not among them.

    `answers`: those of an earlier day, for example `answers_as_filed`; None: those of the dossier.
    """
    named = named_documents(dossier.answers if answers is None else answers)
    if not named:
        return []
    files = dossier.declaration_files.select_related("document").prefetch_related("document__signature_checks")
    found = files.filter(document_id__in=named)
    return sorted(found, key=lambda file: named.index(file.document_id))


def declaration_file(dossier: Dossier, document_id: UUID, *, with_unsent_supplement: bool = False) -> DeclarationFile:
    """One file of this dossier; of a supplement that is not sent yet only if asked for: that is its owner's alone.

    Raises DossierNotFound for a file of another one, and for one that is nowhere.
    """
    files = dossier.declaration_files.select_related("document").filter(document_id=document_id)
    if not with_unsent_supplement:
        files = files.filter(Q(supplement__isnull=True) | Q(supplement__answered_at__isnull=False))
    found = files.first()
    if found is None:
        raise DossierNotFound
    return found


def named_documents(answers: Mapping[str, Any]) -> list[UUID]:
    """Ids of the documents that answers of kind `file` name, in order."""
    return [
        UUID(item["document"])
        for answer in answers.values()
        if isinstance(answer, list)
        for item in answer
        # A row of a repeat group may have a question with the same key: it holds what somebody typed.
        if isinstance(item, dict) and set(item) == _PARTS and _ID.fullmatch(str(item["document"]))
    ]
