"""Who gets in: officers in post; who digitises for an agency, and who reads its figures. At one paper, those of its agency."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.errors import NotPermitted
from portal.vault import policies
from portal.vault.errors import DigitisersOnly

VaultView = Callable[..., HttpResponseBase]


class PapersOfOfficersOnly(NotPermitted):
    """Signed in, but holding no post in force."""

    code = "officers_only"
    default_sentence = _("Trang này dành cho cán bộ đang được phân công ở một cơ quan.")


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def officers_only(view: VaultView) -> VaultView:
    """Whoever holds a post."""
    return _guarded(view, lambda actor: actor.is_officer, PapersOfOfficersOnly)


def digitisers_only(view: VaultView) -> VaultView:
    """Desk and case officers of some agency."""
    return _guarded(view, lambda actor: bool(policies.digitising_agencies(actor)), DigitisersOnly)


def readers_only(view: VaultView) -> VaultView:
    """Heads of an agency or of its desk, and whoever digitises there."""
    return _guarded(
        view,
        lambda actor: bool(policies.digitising_agencies(actor) or policies.reporting_agencies(actor)),
        DigitisersOnly,
    )


def _guarded(view: VaultView, is_let_in: Callable[[Actor], bool], refusal: type[NotPermitted]) -> VaultView:
    """Anonymous visitors sign in first; others whom it is not for get a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not is_let_in(actor_of(request)):
            raise refusal
        return view(request, *args, **kwargs)

    # Names and numbers of people: no shared cache and no back button may keep them.
    return never_cache(login_required(guarded))


def agencies_to_digitise_for(actor: Actor) -> list[tuple[int, str]]:
    """(key, name) in the order of codes."""
    agencies = account_selectors.agencies_by_id(policies.digitising_agencies(actor))
    return [(one.pk, one.name) for one in sorted(agencies.values(), key=lambda agency: agency.code)]
