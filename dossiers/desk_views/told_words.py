"""In words: who was told of a delay, when, and what they said to it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.enums import EscalationLevel
from dossiers.models import Escalation
from dossiers.selectors import lateness
from portal.core.templatetags.portal import instant

MOST_TOLD = 3
"""Of one row."""
_TOLD_WORDS = {
    EscalationLevel.HOLDER: gettext_lazy("Đã nhắc cán bộ đang giữ"),
    EscalationLevel.DESK_HEAD: gettext_lazy("Đã báo trưởng bộ phận một cửa"),
    EscalationLevel.AGENCY_HEAD: gettext_lazy("Đã báo lãnh đạo cơ quan"),
    EscalationLevel.PARENT_HEAD: gettext_lazy("Đã báo cơ quan cấp trên"),
}


def told_words(escalation: Escalation) -> str:
    cause = lateness.cause_of(escalation.cause)
    sentence = _("%(who)s lúc %(when)s: %(what)s.") % {
        "who": _TOLD_WORDS[EscalationLevel(escalation.level)],
        "when": instant(escalation.raised_at),
        "what": str(cause.label).lower() if cause is not None else escalation.cause,
    }
    if escalation.acknowledged_by is None or escalation.handle_before is None:
        return sentence
    known = _("%(name)s đã biết, sẽ xử lý trước %(when)s.") % {
        "name": escalation.acknowledged_by.full_name,
        "when": instant(escalation.handle_before),
    }
    return f"{sentence} {known}"
