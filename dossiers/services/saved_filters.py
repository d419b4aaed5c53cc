"""An officer's own lists: kept under a name, renamed, put in order, deleted."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from dossiers.errors import SavedFilterNotFound, TooManySavedFilters
from dossiers.models import SavedFilter
from dossiers.selectors import Criteria
from portal.accounts.models import User
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.text import normalise

MOST_FILTERS = 20
_LONGEST_NAME = 60


@transaction.atomic
def save_filter(*, actor: Actor, name: str, criteria: Criteria, is_default: bool = False) -> SavedFilter:
    """Keep a list under a name. Raises InvalidInput (no name, a name taken), TooManySavedFilters."""
    owner_id = _owner(actor)
    own = _own_locked(actor)
    name = _usable_name(actor, name)
    if len(own) >= MOST_FILTERS:
        raise TooManySavedFilters
    if is_default:
        _clear_default(actor)
    last = SavedFilter.objects.filter(owner_id=actor.user_id).aggregate(last=Max("position"))["last"]
    return SavedFilter.objects.create(
        owner_id=owner_id,
        name=name,
        criteria=criteria.written(),
        position=0 if last is None else last + 1,
        is_default=is_default,
    )


@transaction.atomic
def rename_filter(*, actor: Actor, filter_id: int, name: str) -> SavedFilter:
    """Raises InvalidInput, SavedFilterNotFound."""
    own = _own_locked(actor)
    saved = _one_of(own, filter_id)
    saved.name = _usable_name(actor, name, but=saved.pk)
    saved.save(update_fields=["name"])
    return saved


@transaction.atomic
def move_filter(*, actor: Actor, filter_id: int, is_up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises SavedFilterNotFound."""
    own = _own_locked(actor)
    at = own.index(_one_of(own, filter_id))
    other = at - 1 if is_up else at + 1
    if not 0 <= other < len(own):
        return
    own[at], own[other] = own[other], own[at]
    for position, saved in enumerate(own):
        saved.position = position
    SavedFilter.objects.bulk_update(own, ["position"])


@transaction.atomic
def open_filter_first(*, actor: Actor, filter_id: int, is_default: bool) -> SavedFilter:
    """The list that opens with the desk, or no longer that. Raises SavedFilterNotFound."""
    saved = _one_of(_own_locked(actor), filter_id)
    _clear_default(actor)
    saved.is_default = is_default
    saved.save(update_fields=["is_default"])
    return saved


@transaction.atomic
def delete_filter(*, actor: Actor, filter_id: int) -> None:
    """Raises SavedFilterNotFound."""
    _one_of(_own_locked(actor), filter_id).delete()


def _owner(actor: Actor) -> int:
    if not actor.is_officer or actor.user_id is None:
        raise NotPermitted
    return actor.user_id


def _own_locked(actor: Actor) -> list[SavedFilter]:
    """The officer's filters in order; two tabs that change them wait for each other."""
    User.objects.select_for_update(of=("self",), no_key=True).filter(pk=_owner(actor)).first()
    return list(SavedFilter.objects.filter(owner_id=actor.user_id).order_by("position", "id"))


def _one_of(own: list[SavedFilter], filter_id: int) -> SavedFilter:
    for saved in own:
        if saved.pk == filter_id:
            return saved
    raise SavedFilterNotFound


def _usable_name(actor: Actor, name: str, *, but: int | None = None) -> str:
    name = normalise(name.replace("\x00", ""))
    if not name:
        raise InvalidInput(fields={"name": _("Hãy đặt tên cho bộ lọc.")})
    if len(name) > _LONGEST_NAME:
        raise InvalidInput(fields={"name": _("Tên bộ lọc dài nhất 60 ký tự.")})
    same = SavedFilter.objects.filter(owner_id=actor.user_id, name__iexact=name)
    if same.exclude(pk=but or 0).exists():
        raise InvalidInput(fields={"name": _("Bạn đã có bộ lọc mang tên này.")})
    return name


def _clear_default(actor: Actor) -> None:
    SavedFilter.objects.filter(owner_id=actor.user_id, is_default=True).update(is_default=False)
