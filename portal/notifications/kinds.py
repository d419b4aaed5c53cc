"""The catalogue of messages: what each kind is for, and which variables its wording may use.

The app that sends a kind registers it (`services.register_kinds`). A kind nobody registered is sent as its files word it,
is not offered for editing and cannot be switched off.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.money import format_vnd
from portal.core.templatetags.portal import day, instant
from portal.notifications.enums import MessageGroup

Context = Mapping[str, Any]
_DEFAULT_BUTTON = _("Xem hồ sơ")
_DEFAULT_REASON = _(
    "Bạn nhận thư này vì địa chỉ này được ghi trong hồ sơ hoặc tài khoản trên cổng. Thư gửi tự động, xin đừng trả lời."
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One `{{name}}` of an edited wording; `show` makes its text from the facts of the message, "" when there is none.

    A wording of the kind cannot be saved without its `is_required` variables: they are what must be told.
    """

    name: str
    label: str | Promise
    show: Callable[[Context], str]
    is_required: bool = False
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A folder under `templates/email/`, and what an editor has to know of it.

    `sample` gives facts as the sender would, for previews; `address_key` names the fact that the button leads to.
    `languages`: it is never sent in another one, so nobody is asked to word it there; () is every language.
    """

    key: str
    label: str | Promise
    group: MessageGroup
    variables: tuple[Variable, ...]
    sample: Callable[[], dict[str, Any]]
    address_key: str = ""
    button_label: str | Promise = _DEFAULT_BUTTON
    reason: str | Promise = _DEFAULT_REASON
    is_editable: bool = True
    languages: tuple[str, ...] = ()

    def is_sent_in(self, language: str) -> bool:
        return not self.languages or language in self.languages

    def values(self, context: Context) -> dict[str, str]:
        """The text of every variable, in the language that is active."""
        return {variable.name: variable.show(context) for variable in self.variables}

    @property
    def address_names(self) -> frozenset[str]:
        return frozenset(variable.name for variable in self.variables if variable.is_address)

    @property
    def required_names(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self.variables if variable.is_required)


_kinds: dict[str, MessageKind] = {}


def register_kinds(*kinds: MessageKind) -> None:
    """Add to the catalogue. Two different kinds under one key are a mistake of the code."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise RuntimeError(f"two kinds of message are called {kind.key!r}")


def kind_of(key: str) -> MessageKind | None:
    return _kinds.get(key)


def registered_kinds() -> list[MessageKind]:
    """In the order in which they were registered, which is the order of a dossier's life."""
    return list(_kinds.values())


def fact(
    name: str, source: str, label: str | Promise, *, is_required: bool = False, is_address: bool = False
) -> Variable:
    """A fact that is text already."""

    def show(context: Context) -> str:
        value = context.get(source)
        return "" if value is None else str(value)

    return Variable(name, label, show, is_required, is_address)


def moment(name: str, source: str, label: str | Promise, *, is_required: bool = False) -> Variable:
    """An instant as everywhere on the portal: 8 giờ 30, ngày 05/05/2026."""
    return Variable(name, label, lambda context: instant(context.get(source)), is_required)


def date_of(name: str, source: str, label: str | Promise, *, is_required: bool = False) -> Variable:
    """A day: 05/05/2026."""
    return Variable(name, label, lambda context: day(context.get(source)), is_required)


def sum_of(name: str, source: str, label: str | Promise, *, is_required: bool = False) -> Variable:
    """An amount: 135.000 đ; nothing to pay is no amount."""

    def show(context: Context) -> str:
        amount = context.get(source)
        return format_vnd(amount) if amount else ""

    return Variable(name, label, show, is_required)


def sentence(name: str, label: str | Promise, show: Callable[[Context], Any], *, is_required: bool = False) -> Variable:
    """A sentence that hangs on several facts, worded by the app that sends the message."""
    return Variable(name, label, lambda context: str(show(context)), is_required)
