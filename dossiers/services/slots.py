"""Slots for required documents: what each takes, what it holds, what keeps it from being filed, what looks doubtful."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.enums import CopyKind
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services.reuse_records import obstacle_to
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.single_rows import only_row
from portal.documents import services as document_services
from portal.documents.enums import ScanState
from portal.documents.services import FileGroup, UploadLimits
from procedures.enums import AcceptedFiles, DocumentKind

MAX_FILES_PER_COMPONENT = 10
PURPOSE = "dossier_component"
_GROUPS: dict[str, tuple[FileGroup, ...]] = {
    AcceptedFiles.PDF: (FileGroup.PDF,),
    AcceptedFiles.PICTURE: (FileGroup.PICTURE,),
    AcceptedFiles.SCAN: (FileGroup.PDF, FileGroup.PICTURE),
}
_TOO_MANY = gettext_lazy("Mỗi loại giấy tờ nhận nhiều nhất %(max)d tệp.")


@dataclass(frozen=True, slots=True)
class SlotLimits:
    """What one slot takes: said beside it before the upload, applied to every file."""

    files: UploadLimits
    max_files: int


def limits_of(component: DossierComponent) -> SlotLimits:
    """The portal's limits, narrowed by what the revision asks for this document."""
    document = component.required_document
    return SlotLimits(
        files=document_services.upload_limits(
            max_bytes=document.max_megabytes * 1_000_000 if document.max_megabytes else None,
            groups=_GROUPS.get(document.accepted_files, ()),
        ),
        max_files=document.max_files or MAX_FILES_PER_COMPONENT,
    )


def upload_slot(dossier: Dossier, component_id: int) -> DossierComponent:
    """The slot of this dossier that takes files. Raises DossierNotFound for a foreign one and for one without files."""
    component = only_row(
        dossier.components.select_related("required_document").filter(
            pk=component_id, required_document__kind=DocumentKind.UPLOAD
        )
    )
    if component is None:
        raise DossierNotFound
    return component


def add_file(
    *,
    actor: Actor,
    component: DossierComponent,
    upload: UploadedFile | File,
    supplement_id: int | None = None,
    copy_kind: str = "",
) -> DossierFile:
    """Store the upload and link it to the slot; the caller holds the dossier's lock and checked the actor."""
    require_room(component, supplement_id)
    document = document_services.store_upload(
        actor=actor, upload=upload, purpose=PURPOSE, limits=limits_of(component).files
    )
    return link_document(
        actor=actor, component=component, document_id=document.pk, supplement_id=supplement_id, copy_kind=copy_kind
    )


def require_room(component: DossierComponent, supplement_id: int | None) -> None:
    """Raises InvalidInput when the slot is full."""
    most = limits_of(component).max_files
    if component.files.filter(supplement_id=supplement_id).count() >= most:
        raise InvalidInput(fields={"upload": str(_TOO_MANY) % {"max": most}})


def link_document(
    *, actor: Actor, component: DossierComponent, document_id: UUID, supplement_id: int | None, copy_kind: str
) -> DossierFile:
    """Put a stored document behind the files that are there; what it is, as said, or as the only thing asked for."""
    if actor.user_id is None:
        raise NotPermitted
    is_scan = component.dossier.is_on_paper and actor.user_id != component.dossier.applicant_id
    last = component.files.filter(supplement_id=supplement_id).aggregate(last=Max("position"))["last"] or 0
    return DossierFile.objects.create(
        component=component,
        document_id=document_id,
        added_by_id=actor.user_id,
        supplement_id=supplement_id,
        copy_kind=known_copy_kind(copy_kind) or only_kind_asked(component),
        position=last + 1,
        digitised_by_id=actor.user_id if is_scan else None,
        digitised_at=clock.now() if is_scan else None,
    )


def known_copy_kind(word: str) -> str:
    """The word if it is one of ours, else "" (not said)."""
    return word if word in CopyKind.values else ""


def only_kind_asked(component: DossierComponent) -> str:
    """Where the procedure asks for originals alone, what is scanned is one; copies come in two kinds, so nobody guesses."""
    document = component.required_document
    return CopyKind.ORIGINAL if document.originals and not document.copies else ""


def blocking_sentence(component: DossierComponent) -> str:
    """Why the dossier cannot be filed with this slot as it is, "" when it can. Reads `component.files` with documents and papers.

    A scan that is still going on blocks nobody (PITFALLS 13); a file with malware would reach an officer as nothing.
    """
    document = component.required_document
    if document.kind != DocumentKind.UPLOAD:
        return ""
    files = component.files.all()
    for file in files:
        if file.document.scan_state == ScanState.INFECTED:
            return _("Tệp “%(file)s” trong “%(name)s” có mã độc. Hãy bỏ tệp này và tải lên tệp khác.") % {
                "file": file.document.original_name,
                "name": document.name,
            }
        if sentence := obstacle_to(file, component):
            return sentence
    # A sheet that lies at the desk is there, scanned or not yet.
    if document.is_required and not files and not component.has_paper_kept:
        if component.dossier.is_on_paper:
            return _("“%(name)s”: chưa ghi bản giấy giữ lại, cũng chưa có bản quét.") % {"name": document.name}
        return _("Chưa có tệp cho “%(name)s”.") % {"name": document.name}
    return ""


def doubts_about_slot(component: DossierComponent, files: Iterable[DossierFile]) -> list[str]:
    """What may make the officer ask again though it can be filed. `files` come with document and signature checks."""
    if component.required_document.kind != DocumentKind.UPLOAD:
        return []
    files = list(files)
    sentences = [sentence for file in files for sentence in _doubts_about_file(file)]
    return sentences + _doubts_about_kinds(component, files)


def _doubts_about_file(file: DossierFile) -> list[str]:
    name = {"file": file.document.original_name}
    found = []
    if any(check.is_bad for check in file.document.signature_checks.all()):
        found.append(_("Chữ ký số trong tệp “%(file)s” không hợp lệ hoặc không kiểm tra được.") % name)
    if file.document.scan_state == ScanState.FAILED:
        found.append(_("Tệp “%(file)s” không quét mã độc được, nên cán bộ có thể không mở được.") % name)
    return found


def _doubts_about_kinds(component: DossierComponent, files: list[DossierFile]) -> list[str]:
    """Pages and papers differ, so files are not counted; but a kind that is asked for and never given is worth a word."""
    document = component.required_document
    if not files or any(file.is_used_again for file in files):
        return []
    given = {file.copy_kind for file in files}
    if "" in given and document.copies:
        return [_("Hãy ghi rõ từng tệp của “%(name)s” là bản chính hay bản sao.") % {"name": document.name}]
    if document.originals and CopyKind.ORIGINAL not in given and "" not in given:
        return [_("“%(name)s” cần bản chính, mà chưa tệp nào là bản chính.") % {"name": document.name}]
    if document.copies and given == {CopyKind.ORIGINAL}:
        return [_("“%(name)s” còn cần bản sao, mà mọi tệp đều là bản chính.") % {"name": document.name}]
    return []
