"""A paper is taken back."""

from typing import NoReturn
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock, outbox
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.templatetags.portal import instant
from portal.vault import policies, selectors
from portal.vault.enums import PaperAct, PaperState
from portal.vault.errors import PaperNotFound, PaperNotInForce
from portal.vault.events import PaperEnded
from portal.vault.models import IssuedPaper
from portal.vault.services.log import write_log

_LONGEST_REASON = 500


@transaction.atomic
def revoke_paper(*, actor: Actor, public_id: UUID, reason: str) -> IssuedPaper:
    """Revoke for good; publishes PaperEnded. `reason` is read by anyone with the code and so names no person.

    By a signer or the head of the agency that issued it, or that took that agency's work over. Locks: the paper. Raises
    InvalidInput, PaperNotFound (also for somebody else's), NotPermitted, PaperNotInForce saying what became of it.
    """
    reason = cleaned_reason(reason)
    paper, _in_charge = locked_to_end(actor, public_id)
    if paper.state != PaperState.IN_FORCE:
        refuse_ended(paper)
    paper.state, paper.ended_at, paper.end_reason = PaperState.REVOKED, clock.now(), reason
    paper.save(update_fields=["state", "ended_at", "end_reason"])
    write_log(actor=actor, paper=paper, act=PaperAct.REVOKED)
    outbox.publish(PaperEnded(paper_id=paper.pk))
    return paper


def cleaned_reason(reason: str) -> str:
    """One line of at most 500 characters. Raises InvalidInput."""
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput(fields={"reason": _("Hãy ghi lý do.")})
    if len(reason) > _LONGEST_REASON or "\x00" in reason:
        raise InvalidInput(fields={"reason": _("Lý do nhiều nhất 500 ký tự.")})
    return reason


def locked_to_end(actor: Actor, public_id: UUID) -> tuple[IssuedPaper, Agency]:
    """The paper under lock and the agency in charge, for an actor who may end it. Raises PaperNotFound, NotPermitted."""
    paper = (
        IssuedPaper.objects.select_for_update(of=("self",))
        .select_related("agency", "kind")
        .filter(public_id=public_id)
        .first()
    )
    if paper is None:
        raise PaperNotFound
    in_charge = agency_in_charge(paper)
    if not actor.has_role(in_charge.pk):
        raise PaperNotFound
    if not may_end(actor, paper, in_charge):
        raise NotPermitted
    return paper, in_charge


def may_end(actor: Actor, paper: IssuedPaper, in_charge: Agency) -> bool:
    """By role at the agency in charge, and never one of their own, also where their number alone says it is theirs."""
    return policies.may_end(actor, paper, in_charge.pk) and not selectors.belongs_to(actor, paper)


def refuse_ended(paper: IssuedPaper) -> NoReturn:
    """Say what became of it."""
    raise PaperNotInForce(
        _("Giấy tờ này: %(what)s lúc %(when)s.")
        % {"what": paper.get_state_display().lower(), "when": instant(paper.ended_at)}
    )


def agency_in_charge(paper: IssuedPaper) -> Agency:
    """Who answers for the paper today: the agency that issued it, or the one that took over from it."""
    return account_selectors.in_charge_of(paper.agency) or paper.agency
