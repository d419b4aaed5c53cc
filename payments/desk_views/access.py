"""Who gets in: those who take money at a desk, those who keep the books of an agency, those who give money back."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from payments import policies
from payments.desk_views.sections import sections_of
from payments.errors import BooksOnly, CashierOnly, MoneyDeskOnly, RefundNotPermitted
from portal.core.actors import Actor
from portal.core.errors import NotPermitted

MoneyView = Callable[..., HttpResponseBase]


def refunds_only(view: MoneyView) -> MoneyView:
    """Anonymous visitors sign in first; whoever has nothing to do with refunds gets a 403."""
    return _guarded(view, lambda actor: bool(policies.refund_agencies(actor)), RefundNotPermitted)


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def key_in(text: str) -> int:
    """A key from an address; 0 for anything else, so that a list starts from its beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def words_in(request: HttpRequest, name: str) -> str:
    """A text that was typed, as PostgreSQL takes it; how long it may be is the service's rule."""
    return request.POST.get(name, "").replace("\x00", "")


def cashiers_only(view: MoneyView) -> MoneyView:
    """Anonymous visitors sign in first; who takes no money at any desk gets a 403."""
    return _guarded(view, lambda actor: bool(policies.counter_agencies(actor)), CashierOnly)


def bookkeepers_only(view: MoneyView) -> MoneyView:
    """The same for the accountant and the head."""
    return _guarded(view, lambda actor: bool(policies.book_agencies(actor)), BooksOnly)


def money_officers_only(view: MoneyView) -> MoneyView:
    """Either of the two."""
    return _guarded(
        view, lambda actor: bool(policies.counter_agencies(actor) or policies.book_agencies(actor)), BooksOnly
    )


def money_desk_only(view: MoneyView) -> MoneyView:
    """Whoever has to do with money in any way; 403 for all others."""
    return _guarded(view, lambda actor: bool(sections_of(actor)), MoneyDeskOnly)


def _guarded(view: MoneyView, is_let_in: Callable[[Actor], bool], refusal: type[NotPermitted]) -> MoneyView:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not is_let_in(actor_of(request)):
            raise refusal
        return view(request, *args, **kwargs)

    # These pages, and statements above all, show people's names and payments: no shared cache and no back button may keep them.
    return never_cache(login_required(guarded))
