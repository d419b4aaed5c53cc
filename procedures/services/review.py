"""Review before publication: submit, send back, and who may approve (decision 0014)."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted
from portal.core.text import normalise
from procedures.enums import RevisionState
from procedures.errors import PublicationRefused, ReasonMissing, RevisionFrozen, SecondPersonNeeded
from procedures.models import ProcedureRevision, PublicationEntry
from procedures.selectors.approvers import approvers
from procedures.services.checks import draft_findings
from procedures.services.drafts import lock_revision, require_catalogue_editor, require_draft
from procedures.services.publication_journal import record

_LONGEST_REASON = 2_000


@transaction.atomic
def submit_for_review(*, actor: Actor, revision_id: int, note: str = "") -> ProcedureRevision:
    """Hand a draft to whoever approves; from now on its text is frozen until it is sent back.

    Raises `RevisionFrozen` when it is no draft (any more), `PublicationRefused` when it could not be published as it is.
    """
    require_catalogue_editor(actor)
    draft, _procedure = lock_revision(revision_id)
    require_draft(draft)
    findings = draft_findings(draft)
    if any(finding.is_error for finding in findings):
        raise PublicationRefused(findings)
    draft.state = RevisionState.IN_REVIEW
    draft.save(update_fields=["state"])
    record(draft, PublicationEntry.Kind.SUBMITTED, actor, reason=clean_reason(note))
    return draft


@transaction.atomic
def send_back(*, actor: Actor, revision_id: int, reason: str) -> ProcedureRevision:
    """Make a draft again of what is under review. Whoever approves may do so, and whoever submitted takes it back.

    Raises `ReasonMissing`, `NotPermitted`, and `RevisionFrozen` (409, saying who was faster) when it is not under review.
    """
    require_catalogue_editor(actor)
    why = require_reason(reason)
    revision, _procedure = lock_revision(revision_id)
    if revision.state != RevisionState.IN_REVIEW:
        raise RevisionFrozen(_("Phiên bản này không chờ duyệt. %(last)s") % {"last": last_step(revision)})
    if not may_approve(actor) and submitter_of(revision) != actor.user_id:
        raise NotPermitted
    # The database lets it go back only when its journal says so.
    record(revision, PublicationEntry.Kind.SENT_BACK, actor, reason=why)
    revision.state = RevisionState.DRAFT
    revision.save(update_fields=["state"])
    return revision


def may_approve(actor: Actor) -> bool:
    """The system itself, a command without an account, and accounts that hold the permission."""
    if actor.kind == ActorKind.SYSTEM or (actor.kind == ActorKind.ADMINISTRATOR and actor.user_id is None):
        return True
    if actor.kind != ActorKind.ADMINISTRATOR or actor.user_id is None:
        return False
    return approvers().filter(pk=actor.user_id).exists()


def require_approver(actor: Actor, revision: ProcedureRevision) -> None:
    """Raise `NotPermitted` for whoever may not approve, `SecondPersonNeeded` for one's own work while others could.

    Publishing a draft at once counts as submitting and approving it.
    """
    if not may_approve(actor):
        raise NotPermitted
    if actor.user_id is None:
        return
    submitter = submitter_of(revision) if revision.state == RevisionState.IN_REVIEW else actor.user_id
    if submitter == actor.user_id and approvers().exclude(pk=actor.user_id).exists():
        raise SecondPersonNeeded


def submitter_of(revision: ProcedureRevision) -> int | None:
    """The account that submitted the revision last."""
    entries = revision.publications.filter(kind=PublicationEntry.Kind.SUBMITTED)
    return entries.order_by("-id").values_list("user_id", flat=True).first()


def require_reason(text: str) -> str:
    """The reason as it is stored; raises `ReasonMissing` for a blank one."""
    reason = clean_reason(text)
    if not reason:
        raise ReasonMissing
    return reason


def clean_reason(text: str) -> str:
    """One line, no control characters, of a length that a journal can show."""
    return normalise(text.replace("\x00", ""))[:_LONGEST_REASON]


def last_step(revision: ProcedureRevision) -> str:
    """Who did what with the revision last, and when; "" for one with no history."""
    entry = revision.publications.order_by("-id").first()
    if entry is None:
        return ""
    return _("%(what)s: %(who)s, %(at)s.") % {
        "what": entry.get_kind_display(),
        "who": entry.actor_name or _("Hệ thống"),
        "at": f"{clock.local(entry.at):%H:%M %d/%m/%Y}",
    }
