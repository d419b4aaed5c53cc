"""Absence: who does an officer's work meanwhile. Made by the officer, the agency's head, or an administrator."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors
from portal.accounts.enums import OfficerRole
from portal.accounts.errors import DelegationNotFound, DelegationRefused
from portal.accounts.models import Delegation, OfficerPosting, User
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted


def may_arrange_absence(actor: Actor, *, absent_id: int, agency_id: int) -> bool:
    """The officer themself, the head of the agency (not somebody who stands in for the head), an administrator."""
    is_own = actor.user_id is not None and actor.user_id == absent_id
    own = actor.with_duties_of()
    is_head = own.has_role(agency_id, OfficerRole.AGENCY_HEAD)
    return is_own or is_head or actor.kind in (ActorKind.ADMINISTRATOR, ActorKind.SYSTEM)


def check_delegation(delegation: Delegation) -> None:
    """Raises DelegationRefused, with the field to mend, for what no delegation may be."""
    absent_id, delegate_id, agency_id = delegation.absent_id, delegation.delegate_id, delegation.agency_id
    if absent_id == delegate_id:
        raise DelegationRefused(fields={"delegate": _("Hãy chọn người khác làm thay.")})
    if delegation.ends_on < delegation.starts_on:
        raise DelegationRefused(fields={"ends_on": _("Ngày kết thúc phải sau ngày bắt đầu.")})
    if delegation.ends_on < clock.today():
        raise DelegationRefused(fields={"ends_on": _("Những ngày này đã qua.")})
    posted = OfficerPosting.objects.in_force().filter(agency_id=agency_id)
    if not posted.filter(user_id=absent_id).exists():
        raise DelegationRefused(
            fields={"absent": _("Người này không được phân công ở cơ quan này nên không có gì để giao.")}
        )
    if not posted.filter(user_id=delegate_id, user__is_active=True).exists():
        raise DelegationRefused(fields={"delegate": _("Người làm thay phải đang được phân công ở cùng cơ quan.")})
    others = Delegation.objects.filter(
        agency_id=agency_id,
        revoked_at__isnull=True,
        starts_on__lte=delegation.ends_on,
        ends_on__gte=delegation.starts_on,
    ).exclude(pk=delegation.pk)
    if others.filter(absent_id=absent_id).exists():
        raise DelegationRefused(fields={"starts_on": _("Trong những ngày này đã có người làm thay ở cơ quan này.")})
    if others.filter(absent_id=delegate_id).exists():
        raise DelegationRefused(fields={"delegate": _("Người này cũng vắng mặt trong những ngày đó.")})
    if others.filter(delegate_id=absent_id).exists():
        raise DelegationRefused(
            fields={
                "starts_on": _(
                    "Trong những ngày này người vắng mặt đang làm thay người khác. Hãy đổi người làm thay đó trước."
                )
            }
        )


@transaction.atomic
def delegate_duties(
    *,
    actor: Actor,
    absent_id: int,
    delegate_id: int,
    agency_id: int,
    starts_on: date,
    ends_on: date,
    reason: str,
) -> Delegation:
    """From day to day (both included) the delegate holds what the absent officer holds at the agency.

    Nobody passes on what they do not hold, and what was taken over is never passed on. Raises NotPermitted,
    DelegationRefused with the field.
    """
    if not may_arrange_absence(actor, absent_id=absent_id, agency_id=agency_id):
        raise NotPermitted
    if not reason.strip():
        raise DelegationRefused(fields={"reason": _("Hãy ghi lý do vắng mặt.")})
    # Both accounts are the lock: two delegations at once must not make a chain that neither sees.
    list(User.objects.select_for_update().filter(pk__in=sorted({absent_id, delegate_id})).order_by("pk"))
    delegation = Delegation(
        absent_id=absent_id,
        delegate_id=delegate_id,
        agency_id=agency_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip()[:300],
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    check_delegation(delegation)
    delegation.save()
    return delegation


@transaction.atomic
def end_delegation(*, actor: Actor, delegation_id: int) -> Delegation:
    """The officer is back: from this moment the delegate holds nothing of theirs. Twice changes nothing.

    Raises DelegationNotFound, NotPermitted.
    """
    found = Delegation.objects.select_for_update().filter(pk=delegation_id).first()
    if found is None:
        raise DelegationNotFound
    if not may_arrange_absence(actor, absent_id=found.absent_id, agency_id=found.agency_id):
        # Somebody else's absence is nobody's business.
        raise NotPermitted if actor.has_role(found.agency_id) else DelegationNotFound
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
    return found


def colleagues(actor: Actor, agency_id: int) -> list[User]:
    """Whom an officer can ask to stand in at the agency."""
    return [one for one in selectors.officers_of([agency_id]) if one.pk != actor.user_id]
