"""Words of feedback."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import DESK_ROLES, OfficerRole

HANDLERS = (*DESK_ROLES, OfficerRole.CASE_OFFICER, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
"""Who works on feedback that is not about people."""
LEADERS = (OfficerRole.DESK_HEAD, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
"""Who works on what is about people."""
REVIEWERS = (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
"""Who lets an answer be published, or has it taken down."""
OVERSEERS = (OfficerRole.AGENCY_HEAD,)
"""Who reads what an agency right below theirs has, and sees what is late there."""


class FeedbackKind(TextChoices):
    """What it is about; the sender says so, the agency corrects it when it takes it on."""

    CONDUCT = "conduct", _("Thái độ, hành vi của cán bộ, cơ quan")
    DELAY = "delay", _("Chậm trễ, gây phiền hà")
    RULE = "rule", _("Quy định, thủ tục hành chính")
    PROPOSAL = "proposal", _("Kiến nghị, sáng kiến")
    PORTAL = "portal", _("Lỗi hoặc bất tiện của cổng")


ABOUT_PEOPLE = frozenset({FeedbackKind.CONDUCT, FeedbackKind.DELAY})
"""About those who work there: read and answered by who leads them, not by themselves."""


class FeedbackState(TextChoices):
    """Where it is; whether an answer is published is another fact (`Publication`)."""

    SUBMITTED = "submitted", _("Mới gửi")
    ACCEPTED = "accepted", _("Đang giải quyết")
    MORE_ASKED = "more_asked", _("Chờ người gửi bổ sung")
    REFUSED = "refused", _("Trả lại")
    ANSWERED = "answered", _("Đã trả lời")


class Publication(TextChoices):
    """Of the answer: only where the sender chose it, and only after somebody else has read what will be shown."""

    NOT_WANTED = "not_wanted", _("Không công khai")
    WANTED = "wanted", _("Người gửi đồng ý công khai")
    DRAFTED = "drafted", _("Chờ duyệt công khai")
    PUBLISHED = "published", _("Đã công khai")
    DECLINED = "declined", _("Cơ quan không công khai")
    TAKEN_DOWN = "taken_down", _("Đã gỡ")


OPEN_PUBLICATION = frozenset({Publication.WANTED, Publication.DRAFTED})
"""Once answered, the agency owes a word."""


class FeedbackAct(TextChoices):
    """What is done; each a line of its journal."""

    SEND = "send", _("Gửi")
    ACCEPT = "accept", _("Tiếp nhận")
    PASS_ON = "pass_on", _("Chuyển cơ quan khác")
    ASK_MORE = "ask_more", _("Đề nghị bổ sung")
    SUPPLY_MORE = "supply_more", _("Bổ sung")
    REFUSE = "refuse", _("Trả lại")
    ANSWER = "answer", _("Trả lời")
    RATE_ANSWER = "rate_answer", _("Đánh giá câu trả lời")
    DRAFT_PUBLICATION = "draft_publication", _("Soạn bản công khai")
    PUBLISH = "publish", _("Duyệt công khai")
    DECLINE_PUBLICATION = "decline_publication", _("Không công khai")
    TAKE_DOWN = "take_down", _("Gỡ bản công khai")


OF_THE_SENDER = frozenset({FeedbackAct.SEND, FeedbackAct.SUPPLY_MORE, FeedbackAct.RATE_ANSWER})
UNSEEN_BY_THE_SENDER = frozenset({FeedbackAct.DRAFT_PUBLICATION, FeedbackAct.PUBLISH})
"""The agency's own work; the sender sees whether the answer is public."""
TOLD_BY_MAIL = frozenset(
    {FeedbackAct.SEND, FeedbackAct.PASS_ON, FeedbackAct.ASK_MORE, FeedbackAct.REFUSE, FeedbackAct.ANSWER}
)
