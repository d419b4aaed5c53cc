"""Papers in the vault."""

from datetime import date
from typing import Any

import factory

from portal.core.actors import SYSTEM
from portal.vault import services
from portal.vault.enums import PaperSource
from portal.vault.models import IssuedPaper, PaperKind
from tests.factories.accounts import AgencyFactory
from tests.factories.documents import StoredDocumentFactory


class PaperKindFactory(factory.django.DjangoModelFactory[PaperKind]):
    class Meta:
        model = PaperKind

    code = factory.Sequence(lambda number: f"KQ.G01.{number:06d}")
    name = "Giấy xác nhận tình trạng hôn nhân"
    public_keys = ["loai"]


def make_paper(**fields: Any) -> IssuedPaper:
    """A paper of An's, issued on 1 June 2026 and valid for good. `owner` and whatever `register_paper` takes may be given."""
    owner = fields.pop("owner", None)
    begins, until = fields.pop("valid_from", date(2026, 6, 1)), fields.pop("valid_until", None)
    return services.register_paper(
        **{
            "actor": SYSTEM,
            "code": services.draw_code(),
            "document_id": StoredDocumentFactory(purpose="issued_paper").pk,
            "agency": fields.pop("agency", None) or AgencyFactory(),
            "holder": services.Holder(
                "Nguyễn Thị An", fields.pop("id_number", "068196004312"), owner_id=owner.pk if owner else None
            ),
            "validity": services.Validity(date(2026, 6, 1), begins, until),
            "contents": services.Contents(
                "Giấy xác nhận tình trạng hôn nhân",
                "12/XN",
                kind_id=fields.pop("kind_id", None),
                signer_name="Lê Thị Dung",
            ),
            "source": PaperSource.ISSUED,
            **fields,
        }
    )
