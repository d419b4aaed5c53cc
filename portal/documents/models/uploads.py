"""A large file on its way in, piece by piece, so that a broken line costs one piece and not the whole file."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.documents.enums import UploadState
from portal.documents.models.stored_documents import StoredDocument


class UploadSession(models.Model):
    """One file being sent by one person to one place.

    `bound_to` names the place in the words of the app that asked ("dossier:12/component:34"); nobody else may finish it
    there. `received` is the offset at which the next piece begins. Once DONE, `document` is what every repeated finish
    answers with; once REFUSED, `refusal` is the sentence (with a stable `refusal_code`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    bound_to = models.CharField(max_length=120)
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=UploadState, default=UploadState.OPEN)
    document = models.OneToOneField(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="upload_session"
    )
    refusal_code = models.CharField(max_length=60, blank=True)
    refusal = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("lượt tải tệp")
        verbose_name_plural = _("lượt tải tệp")
        constraints = [
            models.CheckConstraint(name="upload_session_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(name="upload_session_not_overfull", condition=Q(received__lte=F("size"))),
            models.CheckConstraint(name="upload_session_state_known", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(
                name="upload_session_done_has_document",
                condition=Q(state=UploadState.DONE, document__isnull=False)
                | (~Q(state=UploadState.DONE) & Q(document__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], name="upload_session_open", condition=Q(state=UploadState.OPEN)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class UploadChunk(models.Model):
    """A piece as received: write-once under a random name in the store of documents, deleted when the file is whole."""

    session = models.ForeignKey(UploadSession, on_delete=models.CASCADE, related_name="chunks")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    storage_name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["session_id", "offset"]
        verbose_name = _("phần của tệp")
        verbose_name_plural = _("phần của tệp")
        constraints = [
            models.UniqueConstraint(fields=["session", "offset"], name="upload_chunk_once_per_offset"),
            models.CheckConstraint(name="upload_chunk_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}@{self.offset}"
