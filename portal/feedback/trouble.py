"""What is wrong with feedback, for the administrators' digest."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors as account_selectors
from portal.core.trouble import Trouble, finds_trouble
from portal.feedback.models import Feedback
from portal.feedback.selectors import agencies_that_ended


@finds_trouble("feedback", _("Phản ánh, kiến nghị"))
def feedback_in_trouble() -> Iterable[Trouble]:
    """What has a successor goes there by itself."""
    left = [one.pk for one in agencies_that_ended() if account_selectors.in_charge_of(one) is None]
    stranded = Feedback.objects.filter(agency_id__in=left, next_due_at__isnull=False).count() if left else 0
    yield Trouble(_("Phản ánh còn ở cơ quan đã kết thúc mà không rõ cơ quan kế thừa"), stranded, "feedback/feedback/")
