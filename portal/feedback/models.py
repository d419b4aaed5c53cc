"""Feedback, its journal, its files. What was sent and what was done is never changed and never deleted."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.feedback.enums import (
    ABOUT_PEOPLE,
    HANDLERS,
    LEADERS,
    OF_THE_SENDER,
    OPEN_PUBLICATION,
    OVERSEERS,
    FeedbackAct,
    FeedbackKind,
    FeedbackState,
    Publication,
)

S, P = FeedbackState, Publication
_KEPT = pgtrigger.Update | pgtrigger.Delete


def _read_by(actor: Actor) -> Q:
    about_people = Q(kind__in=sorted(ABOUT_PEOPLE)) | Q(sent_kind__in=sorted(ABOUT_PEOPLE))
    return (
        Q(agency_id__in=actor.agencies_as(*LEADERS))
        | Q(agency__parent_id__in=actor.agencies_as(*OVERSEERS))
        | (Q(agency_id__in=actor.agencies_as(*HANDLERS)) & ~about_people)
    )


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, actor: Actor) -> "FeedbackQuerySet":
        """For officers: what their agencies have; about people only who leads there. What they sent themselves is read as
        a sender, and what an absentee sent is nothing that their duties open. The head above reads what an agency right
        below has."""
        if actor.user_id is None or not actor.duties:
            return self.none()
        rows = self.filter(_read_by(actor)).exclude(sender_id=actor.user_id)
        for absentee in actor.absentees:
            without_theirs = _read_by(actor.without_duties_of(absentee.user_id))
            rows = rows.filter(~Q(sender_id=absentee.user_id) | without_theirs)
        return rows

    def published(self) -> "FeedbackQuerySet":
        return self.filter(publication=P.PUBLISHED)


class Feedback(models.Model):
    """One piece of feedback. `next_due_at` is when somebody must act next: the agency, or while MORE_ASKED the sender."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # PA-YYMMDD-NNNN, with `follow_code` the way to follow it up without an account.
    number = models.CharField(_("số"), max_length=20, unique=True)
    follow_code = models.CharField(_("mã theo dõi"), max_length=10)
    # Of the form it was typed in: a form sent twice is sent once.
    form_token = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("loại"), max_length=12, choices=FeedbackKind)
    sent_kind = models.CharField(_("loại khi gửi"), max_length=12, choices=FeedbackKind)
    title = models.CharField(_("tiêu đề"), max_length=150)
    text = models.TextField(_("nội dung"))
    dossier_code = models.CharField(_("mã hồ sơ liên quan"), max_length=60, blank=True)
    procedure_code = models.CharField(_("mã thủ tục liên quan"), max_length=60, blank=True)
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan giải quyết")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_name = models.CharField(_("họ và tên người gửi"), max_length=120)
    sender_email = models.EmailField(_("thư điện tử"), max_length=254, blank=True)
    sender_phone = models.CharField(_("điện thoại"), max_length=16, blank=True)
    language = models.CharField(max_length=5, default="vi")
    state = models.CharField(_("trạng thái"), max_length=12, choices=FeedbackState, default=S.SUBMITTED)
    submitted_at = models.DateTimeField(_("gửi lúc"))
    # When the agency that has it now got it; its clock counts from here.
    assigned_at = models.DateTimeField(_("cơ quan nhận lúc"))
    passed_on_count = models.PositiveSmallIntegerField(_("số lần chuyển"), default=0)
    refuse_by = models.DateTimeField(_("trả lại trước"))
    ask_by = models.DateTimeField(_("hỏi thêm trước"))
    answer_by = models.DateTimeField(_("trả lời trước"))
    supply_by = models.DateTimeField(_("người gửi bổ sung trước"), null=True, blank=True)
    publish_by = models.DateTimeField(_("công khai trước"), null=True, blank=True)
    next_due_at = models.DateTimeField(_("hạn kế tiếp"), null=True, blank=True)
    asked_at = models.DateTimeField(_("hỏi thêm lúc"), null=True, blank=True)
    supplied_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)
    classified_at = models.DateTimeField(_("phân loại lúc"), null=True, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    refused_at = models.DateTimeField(_("trả lại lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)
    # Some step of the agency came later than its date.
    was_late = models.BooleanField(_("có bước trễ hạn"), default=False)
    is_satisfied = models.BooleanField(_("hài lòng với câu trả lời"), null=True, blank=True)
    publication = models.CharField(_("công khai"), max_length=12, choices=Publication, default=P.NOT_WANTED)
    public_title = models.CharField(_("tiêu đề công khai"), max_length=150, blank=True)
    public_question = models.TextField(_("nội dung công khai"), blank=True)
    public_answer = models.TextField(_("trả lời công khai"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("công khai lúc"), null=True, blank=True)
    # Rises with every journal line; a page sends back the one it showed.
    version = models.PositiveIntegerField(default=0)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("phản ánh, kiến nghị")
        verbose_name_plural = _("phản ánh, kiến nghị")
        indexes = [
            models.Index(
                fields=["agency", "next_due_at", "id"], name="feedback_due", condition=Q(next_due_at__isnull=False)
            ),
            models.Index(fields=["agency", "-id"], name="feedback_of_agency"),
            models.Index(fields=["sender", "-id"], name="feedback_of_sender", condition=Q(sender__isnull=False)),
            models.Index(
                fields=["-published_at", "-id"], name="feedback_published", condition=Q(publication=P.PUBLISHED)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="feedback_state_known", condition=Q(state__in=FeedbackState.values)),
            models.CheckConstraint(name="feedback_publication_known", condition=Q(publication__in=Publication.values)),
            models.CheckConstraint(name="feedback_says_something", condition=~Q(title="") & ~Q(text="")),
            models.CheckConstraint(
                name="feedback_open_has_next_date",
                condition=Q(state__in=[S.SUBMITTED, S.ACCEPTED, S.MORE_ASKED], next_due_at__isnull=False)
                | Q(state=S.ANSWERED, publication__in=sorted(OPEN_PUBLICATION), next_due_at__isnull=False)
                | (
                    Q(state__in=[S.ANSWERED, S.REFUSED], next_due_at__isnull=True)
                    & ~Q(state=S.ANSWERED, publication__in=sorted(OPEN_PUBLICATION))
                ),
            ),
            models.CheckConstraint(
                name="feedback_answered_has_answer",
                condition=(Q(state=S.ANSWERED, answered_at__isnull=False) & ~Q(answer=""))
                | (~Q(state=S.ANSWERED) & Q(answered_at__isnull=True, answer="")),
            ),
            models.CheckConstraint(
                name="feedback_refused_has_instant",
                condition=Q(state=S.REFUSED, refused_at__isnull=False)
                | (~Q(state=S.REFUSED) & Q(refused_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="feedback_verdict_only_on_an_answer", condition=Q(state=S.ANSWERED) | Q(is_satisfied__isnull=True)
            ),
            models.CheckConstraint(
                name="feedback_published_was_read_by_another",
                condition=~Q(publication=P.PUBLISHED)
                | (
                    Q(state=S.ANSWERED, published_at__isnull=False, published_by__isnull=False)
                    & ~Q(published_by=F("drafted_by"))
                    & ~Q(public_question="")
                    & ~Q(public_answer="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="feedback_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="feedback_as_sent",
                fields=[
                    *("public_id", "number", "follow_code", "form_token", "sent_kind", "title", "text"),
                    *("dossier_code", "procedure_code", "sender", "sender_name", "sender_email", "sender_phone"),
                    *("submitted_at",),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_about_people(self) -> bool:
        """Whatever it was made since: who it is about must not get hold of it by a new kind."""
        return self.kind in ABOUT_PEOPLE or self.sent_kind in ABOUT_PEOPLE

    @property
    def is_open(self) -> bool:
        return self.state in {S.SUBMITTED, S.ACCEPTED, S.MORE_ASKED}

    def is_overdue(self, at: datetime) -> bool:
        """Is it the agency's turn, and past the date? A silent sender stops its clock only as long as they had time."""
        by = self.answer_by if self.state == S.MORE_ASKED else self.next_due_at
        return by is not None and by < at


class FeedbackEntry(models.Model):
    """One line of its journal; `sequence` equals the version after it."""

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="journal")
    sequence = models.PositiveIntegerField(_("số thứ tự"))
    act = models.CharField(_("việc"), max_length=20, choices=FeedbackAct)
    at = models.DateTimeField(_("lúc"))
    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+")
    actor_kind = models.CharField(_("bên"), max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("người làm"), max_length=120)
    on_behalf_of_name = models.CharField(_("làm thay"), max_length=120, blank=True)
    # What the sender reads beside it.
    public_note = models.TextField(_("nội dung báo người gửi"), blank=True)
    internal_note = models.TextField(_("ghi chú nội bộ"), blank=True)

    class Meta:
        ordering = ["feedback_id", "sequence"]
        verbose_name = _("dòng nhật ký phản ánh")
        verbose_name_plural = _("nhật ký phản ánh")
        constraints = [models.UniqueConstraint(fields=["feedback", "sequence"], name="feedback_sequence_once")]
        triggers = [pgtrigger.Protect(name="feedback_journal_is_append_only", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.feedback_id}/{self.sequence} {self.act}"

    @property
    def is_of_sender(self) -> bool:
        return self.act in OF_THE_SENDER


class FeedbackFile(models.Model):
    """A file sent with one line of the journal."""

    entry = models.ForeignKey(FeedbackEntry, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["entry_id", "id"]
        verbose_name = _("tệp của phản ánh")
        verbose_name_plural = _("tệp của phản ánh")
        triggers = [pgtrigger.Protect(name="feedback_file_is_kept", operation=_KEPT)]

    def __str__(self) -> str:
        return str(self.document_id)
