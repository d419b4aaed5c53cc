"""What is wrong with stored files and with certificates, for the administrators' digest."""

from collections.abc import Iterable

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from portal.core.trouble import Trouble, finds_trouble, late_by
from portal.documents import selectors
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument, VirusScan


@finds_trouble("documents", _("Quét mã độc"))
def files_in_trouble() -> Iterable[Trouble]:
    failed = StoredDocument.objects.filter(scan_state=ScanState.FAILED).count()
    yield Trouble(
        _("Tệp không quét được, cán bộ chưa mở được"), failed, "documents/storeddocument/?scan_state__exact=failed"
    )
    oldest = VirusScan.objects.filter(next_attempt_at__isnull=False).aggregate(at=Min("next_attempt_at"))["at"]
    yield Trouble(
        _("Tệp đến lượt quét mà chưa được quét"), late_by(oldest), "documents/storeddocument/?scan_state__exact=pending"
    )


@finds_trouble("certificates", _("Chứng thư ký số"))
def certificates_in_trouble() -> Iterable[Trouble]:
    yield Trouble(
        _("Chứng thư đang dùng sắp hết hạn hoặc đã hết hạn"),
        selectors.certificates_to_renew().count(),
        "documents/signingcertificate/?han=1",
    )
    yield Trouble(
        _("Cơ quan không ký được vì khoá từ chối, chờ người xem lại"),
        selectors.refused_certificates().count(),
        "documents/signingcertificate/?state__exact=retired",
    )
