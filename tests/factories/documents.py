"""Stored files and mails for tests."""

import factory

from portal.core.actors import SYSTEM
from portal.documents import services
from portal.documents.models import StoredDocument


class StoredDocumentFactory(factory.django.DjangoModelFactory[StoredDocument]):
    """Goes through the service, so that the bytes are really there. `content` gives them."""

    class Meta:
        model = StoredDocument

    content = b"%PDF-1.7 noi dung"
    original_name = factory.Sequence(lambda number: f"Tài liệu {number}.pdf")
    media_type = "application/pdf"
    purpose = "component"
    actor = SYSTEM

    @classmethod
    def _create(cls, model_class: type[StoredDocument], *args: object, **kwargs: object) -> StoredDocument:
        return services.store_generated(
            actor=kwargs["actor"],  # type: ignore[arg-type]
            content=kwargs["content"],  # type: ignore[arg-type]
            file_name=kwargs["original_name"],  # type: ignore[arg-type]
            media_type=kwargs["media_type"],  # type: ignore[arg-type]
            purpose=kwargs["purpose"],  # type: ignore[arg-type]
        )
