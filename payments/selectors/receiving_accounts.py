"""Whose account transfers go to, and whose statements somebody may bring and read."""

from collections.abc import Iterable

from django.db.models import Q

from payments import policies
from payments.models import ReceivingAccount
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor

_IN_USE = Q(confirmed_at__isnull=False, ended_at__isnull=True)


def account_for(agency_id: int | None) -> ReceivingAccount | None:
    """The account in use of the agency, else of the nearest agency above that has one; None: the portal's own. One query
    while no agency has an account."""
    accounts = {one.agency_id: one for one in ReceivingAccount.objects.filter(_IN_USE)}
    if not accounts or agency_id is None:
        return None
    return next((accounts[one] for one in account_selectors.agency_and_above(agency_id) if one in accounts), None)


def accounts_of_books(actor: Actor, agency_ids: Iterable[int] | None = None) -> list[ReceivingAccount]:
    """The accounts whose statements concern the actor: those that money of the agencies (of all whose books the actor
    keeps, unless named) goes to, and those that were the agencies' own before."""
    agencies = set(policies.book_agencies(actor) if agency_ids is None else agency_ids)
    accounts = list(
        ReceivingAccount.objects.filter(confirmed_at__isnull=False)
        .select_related("agency")
        .order_by("agency__code", "id")
    )
    if not accounts:
        return []
    used = {one.pk for one in (account_for(agency_id) for agency_id in agencies) if one is not None}
    return [one for one in accounts if one.pk in used or one.agency_id in agencies]


def concerns(actor: Actor, account_id: int | None) -> bool:
    """May the actor read this account's statements? Those of the portal's own account, whoever keeps any books."""
    if account_id is None:
        return bool(policies.book_agencies(actor))
    return any(one.pk == account_id for one in accounts_of_books(actor))


def accounts_to_bring(actor: Actor) -> list[ReceivingAccount]:
    """The agencies' accounts whose statements the actor brings: as accountant."""
    return accounts_of_books(actor, actor.agencies_as(OfficerRole.ACCOUNTANT))
