"""What is wrong with the sweeps over dossiers, for the administrators' digest."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from dossiers.enums import ExportState
from dossiers.models import EscalationNotice, ExportJob
from portal.core import clock
from portal.core.trouble import LATE_AFTER, Trouble, finds_trouble


@finds_trouble("dossiers", _("Việc chạy định kỳ của hồ sơ"))
def sweeps_in_trouble() -> Iterable[Trouble]:
    late = clock.now() - LATE_AFTER
    untold = EscalationNotice.objects.filter(settled_at__isnull=True, escalation__raised_at__lt=late).count()
    yield Trouble(_("Nhắc việc chưa gửi đi được"), untold, "dossiers/escalation/")
    exports = ExportJob.objects.filter(state=ExportState.QUEUED, created_at__lt=late).count()
    yield Trouble(_("Tệp kết xuất chưa ai làm"), exports, "dossiers/exportjob/")
