"""Accounts of agencies: written down by one person, confirmed by another, ended, never rewritten.

Who may do it is the caller's rule (administrators). That the second is not the first, is asked here and by the database.
"""

from django.db import transaction

from payments.banks import bank_name
from payments.errors import ReceivingAccountNeedsAnotherPerson, ReceivingAccountSettled
from payments.models import ReceivingAccount
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotPermitted


def write_receiving_account(
    *, actor: Actor, agency_id: int, bank_bin: str, account_number: str, account_name: str
) -> ReceivingAccount:
    """Write an account down; nobody is told to pay to it yet. The database holds its shape and that it is one agency's.

    Raises NotPermitted for the system.
    """
    if actor.user_id is None:
        raise NotPermitted
    return ReceivingAccount.objects.create(
        agency_id=agency_id,
        bank_bin=bank_bin,
        bank_name=bank_name(bank_bin),
        account_number=account_number.upper(),
        account_name=account_name.strip(),
        created_by_id=actor.user_id,
    )


@transaction.atomic
def confirm_receiving_account(*, actor: Actor, account_id: int) -> ReceivingAccount:
    """The second person has compared it with the bank's paper: payers are told of it from now on, and the one used so far
    ends. Raises ReceivingAccountSettled, ReceivingAccountNeedsAnotherPerson."""
    account = _lock(account_id)
    if account.confirmed_at is not None or account.ended_at is not None:
        raise ReceivingAccountSettled
    if actor.user_id is None or actor.user_id == account.created_by_id:
        raise ReceivingAccountNeedsAnotherPerson
    now = clock.now()
    ReceivingAccount.objects.filter(
        agency_id=account.agency_id, confirmed_at__isnull=False, ended_at__isnull=True
    ).update(ended_at=now)
    account.confirmed_at, account.confirmed_by_id = now, actor.user_id
    account.save(update_fields=["confirmed_at", "confirmed_by"])
    return account


@transaction.atomic
def end_receiving_account(*, actor: Actor, account_id: int) -> ReceivingAccount:
    """Nobody is told to pay to it any more: transfers go where those of the agency above go. Its statements can still be
    brought. Raises ReceivingAccountSettled for one that has ended."""
    account = _lock(account_id)
    if account.ended_at is not None:
        raise ReceivingAccountSettled
    account.ended_at = clock.now()
    account.save(update_fields=["ended_at"])
    return account


def _lock(account_id: int) -> ReceivingAccount:
    """All rows of the agency in one order, so that two confirmations at once wait for each other."""
    agency_id = ReceivingAccount.objects.values_list("agency_id", flat=True).get(pk=account_id)
    rows = ReceivingAccount.objects.select_for_update().filter(agency_id=agency_id).order_by("id")
    return next(row for row in rows if row.pk == account_id)
