"""What all actions of an officer share."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dossiers import notices
from dossiers.desk_views.facts import Facts
from dossiers.enums import Transition
from dossiers.forms import desk as forms
from dossiers.policies import Action

PLACE_OF_WORDS = gettext_lazy("[nguyên văn điều bạn ghi]")


@dataclass(frozen=True, slots=True)
class Tells:
    """What the citizen will be told: sentences for the officer, and the mail's text ("" when no mail goes out).

    `by_hand`: what the officer does to tell somebody whom no mail reaches. `warns`: what the officer has to know first.
    """

    sentences: list[str] = field(default_factory=list)
    mail: str = ""
    is_told_by_mail: bool = True
    by_hand: list[str] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)


class DeskAction(ABC):
    """Base of all actions. `key` is the word in the address, `transition` None when the state does not move."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    button: ClassVar[Promise]
    done: ClassVar[Promise]
    action: ClassVar[Action]
    transition: ClassVar[Transition | None] = None
    form_class: ClassVar[type[forms.ActionForm]] = forms.PlainForm
    # Moves the dossier on: opened when the page opens. A request or an ending is opened by hand.
    is_main: ClassVar[bool] = False
    is_final: ClassVar[bool] = False
    hint: ClassVar[Promise | str] = ""
    # The name of an address where it is done on a page of its own, not on the workspace.
    page: ClassVar[str] = ""
    # The name of the address that shows what was done, where that is not the workspace.
    lands_on: ClassVar[str] = ""

    def is_open(self, facts: Facts) -> bool:
        """Does the dossier's state allow it now?"""
        return self.transition is not None and facts.can(self.transition)

    def obstacle(self, facts: Facts) -> str:
        """Why it cannot be done although the state allows it; "" when nothing stands in the way."""
        return ""

    def heading(self, facts: Facts) -> str:
        """What it is called on this dossier."""
        return str(self.label)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {}

    def form(self, facts: Facts, data: Any = None, files: Any = None) -> forms.ActionForm:
        return self.form_class(data, files, key=self.key, **self.form_arguments(facts))

    @abstractmethod
    def tells(self, facts: Facts) -> Tells:
        """What the citizen will be told."""

    @abstractmethod
    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        """Call the one service. Raises its typed errors."""

    def done_words(self, facts: Facts) -> str:
        """What the officer reads once it is done."""
        return str(self.done)

    def mail(self, facts: Facts, kind: str, /, **known: Any) -> str:
        if not facts.dossier.applicant_email:
            return ""
        return notices.preview(facts.dossier, kind=kind, **known)


def common(facts: Facts, data: Mapping[str, Any]) -> dict[str, Any]:
    """What every service of an action is called with."""
    return {"actor": facts.actor, "dossier_id": facts.dossier.pk, "seen_version": data["seen_version"]}
