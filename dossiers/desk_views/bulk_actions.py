"""What can be done to many dossiers at once: one class an action, one table of all.

A new one says its words, which dossiers suit it, what citizens will be told, and the one service call for one dossier;
choosing, confirming, running and reporting are the same for all.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from dossiers import policies, selectors, services
from dossiers.desk_views.looks import unasked_sentence
from dossiers.enums import DossierState, Transition
from dossiers.forms.worklist import BulkAssignForm, BulkNoteForm, BulkPlainForm
from dossiers.models import Dossier
from dossiers.policies import Action
from dossiers.selectors.promised_dates import counted_from, due_if_received
from dossiers.services.work import ASSIGNED_IN
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import PortalError
from portal.core.templatetags.portal import instant


@dataclass(frozen=True, slots=True)
class PaperLink:
    title: str
    url: str
    # What the citizen will be told with it.
    note: str = ""


class BulkAction(ABC):
    """Base. `key` is the word in addresses, `transition` None for a deed (override `is_open` then)."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    done: ClassVar[Promise]
    action: ClassVar[Action]
    transition: ClassVar[Transition | None] = None
    form_class: ClassVar[type[forms.Form]] = BulkPlainForm
    is_told_by_mail: ClassVar[bool] = False

    def is_open(self, dossier: Dossier) -> bool:
        """Does the dossier's state allow it now?"""
        return self.transition is not None and bool(can_proceed(getattr(dossier, self.transition.value)))

    def obstacle(self, actor: Actor, dossier: Dossier) -> str:
        """Why this dossier is left out; "" when nothing stands in the way. Reads nothing from the database."""
        if not policies.may(actor, self.action, dossier):
            return _("Việc này với hồ sơ này không phải của vai trò bạn.")
        if not self.is_open(dossier):
            return _("Hồ sơ đang ở trạng thái “%(state)s”.") % {"state": DossierState(dossier.state).label}
        return ""

    def obstacles(self, actor: Actor, dossiers: Sequence[Dossier]) -> dict[int, str]:
        """By key of dossier what stands in the way and has to be asked of the database, once for all of them."""
        return {}

    def papers(self, dossiers: Sequence[Dossier]) -> dict[int, PaperLink]:
        """By key of dossier what is to be read before it is done."""
        return {}

    def form_arguments(self, actor: Actor, dossiers: Sequence[Dossier]) -> dict[str, Any]:
        """What the form needs beyond its data: the colleagues to choose from, for example."""
        return {}

    def warns(self, dossiers: Sequence[Dossier]) -> list[str]:
        """What the officer has to know before it is done; no citizen is told it."""
        return []

    @abstractmethod
    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        """What these citizens will be told, one sentence each."""

    def remarks(self, dossier_ids: Sequence[int]) -> dict[int, str]:
        """By key of dossier what is to be said of one that is done, beside that it is."""
        return {}

    @contextmanager
    def at_work(self) -> Iterator[Any]:
        """What the whole run shares, an opened key for example. None: nothing is to be prepared."""
        yield None

    def prepare(self, tools: Any, *, actor: Actor, dossier_id: int) -> Any:
        """What is slow or asks somebody else, before the transaction of `perform`. Raises the service's typed errors."""
        return None

    @abstractmethod
    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        """Call the one service for one dossier. Raises its typed errors. `data` is the cleaned form, JSON only."""


class ReceiveMany(BulkAction):
    key, action, transition = "tiep-nhan", Action.RECEIVE, Transition.RECEIVE
    label = gettext_lazy("Tiếp nhận")
    done = gettext_lazy("Đã tiếp nhận")
    form_class = BulkNoteForm
    is_told_by_mail = True

    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        """The promised dates, each counted once: dossiers of one procedure, channel, agency and beginning share theirs."""
        now = clock.now()
        alike: dict[tuple[Any, ...], list[Dossier]] = {}
        for dossier in dossiers:
            where = (dossier.revision_id, dossier.channel, dossier.case_id, dossier.resolving_agency_id)
            alike.setdefault((*where, counted_from(dossier, now)), []).append(dossier)
        promised: Counter[str] = Counter()
        for group in alike.values():
            promised[_promise(group[0], now)] += len(group)
        sentences = [
            _("%(what)s: %(count)s hồ sơ.") % {"what": what, "count": count} for what, count in promised.items()
        ]
        return [*sentences, _("Giấy tiếp nhận và hẹn trả có ở trang của từng hồ sơ.")]

    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        return services.receive(
            actor=actor, dossier_id=dossier_id, seen_version=seen_version, note=data.get("note", "")
        )


def _promise(dossier: Dossier, now: datetime) -> str:
    try:
        due_at = due_if_received(dossier, now)
    except PortalError as problem:
        return str(problem.sentence).rstrip(".")
    return _("Hẹn trả kết quả %(when)s") % {"when": instant(due_at)} if due_at else _("Chưa hẹn được ngày trả")


class StartMany(BulkAction):
    key, action, transition = "bat-dau", Action.START_PROCESSING, Transition.START_PROCESSING
    label = gettext_lazy("Nhận xử lý")
    done = gettext_lazy("Bạn đã nhận xử lý")

    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        return [_("Không gửi thư. Trang hồ sơ của công dân đổi sang “Đang xử lý”, ngày hẹn trả giữ nguyên.")]

    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        return services.start_processing(actor=actor, dossier_id=dossier_id, seen_version=seen_version)


class HandOverMany(BulkAction):
    key, action, transition = "tra-ket-qua", Action.HAND_OVER_RESULT, Transition.HAND_OVER_RESULT
    label = gettext_lazy("Trả kết quả")
    done = gettext_lazy("Đã ghi nhận trả kết quả")
    form_class = BulkNoteForm

    def is_open(self, dossier: Dossier) -> bool:
        return super().is_open(dossier) and dossier.posted_at is None

    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        return [
            _("Không gửi thư. Trang hồ sơ của công dân ghi đã trả kết quả, ngày giờ và ghi chú của bạn."),
        ]

    def warns(self, dossiers: Sequence[Dossier]) -> list[str]:
        return [_("Hồ sơ còn khoản chưa nộp thì không được ghi là đã trả; trang kết quả nêu rõ hồ sơ nào.")]

    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        return services.hand_over_result(
            actor=actor, dossier_id=dossier_id, seen_version=seen_version, note=data.get("note", "")
        )


class AssignMany(BulkAction):
    key, action = "phan-cong", Action.ASSIGN
    label = gettext_lazy("Phân công")
    done = gettext_lazy("Đã phân công")
    form_class = BulkAssignForm

    def is_open(self, dossier: Dossier) -> bool:
        return dossier.state in ASSIGNED_IN and dossier.open_holding is not None

    def form_arguments(self, actor: Actor, dossiers: Sequence[Dossier]) -> dict[str, Any]:
        """Those who can do the step of every one of them; two queries for each kind of step there is."""
        able: dict[int, str] | None = None
        steps = {
            (held.agency_id, held.step_role, held.division_id)
            for held in (dossier.open_holding for dossier in dossiers)
            if held is not None
        }
        for agency_id, role, division_id in sorted(steps, key=str):
            found = account_selectors.officers_for_work(agency_id, *policies.roles_for(role), division_id=division_id)
            names = {officer.pk: officer.full_name for officer in found}
            able = names if able is None else {pk: name for pk, name in able.items() if pk in names}
        return {"officers": list((able or {}).items())}

    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        return [_("Công dân không được báo gì: ai giữ hồ sơ là việc bên trong cơ quan.")]

    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        return services.assign(
            actor=actor,
            dossier_id=dossier_id,
            seen_version=seen_version,
            officer_id=int(data["officer"]),
            note=data.get("note", ""),
        )


class SignMany(BulkAction):
    """The newest draft of each, linked from the page that asks once more; a newer one is another version of the dossier."""

    key, action, transition = "ky-ket-qua", Action.RESOLVE, Transition.RESOLVE
    label = gettext_lazy("Ký kết quả")
    done = gettext_lazy("Đã phát hành kết quả")
    is_told_by_mail = True

    def obstacles(self, actor: Actor, dossiers: Sequence[Dossier]) -> dict[int, str]:
        drafted = selectors.newest_drafts([dossier.pk for dossier in dossiers])
        reason = _("Chưa có dự thảo kết quả để ký.")
        return {dossier.pk: reason for dossier in dossiers if dossier.pk not in drafted}

    def papers(self, dossiers: Sequence[Dossier]) -> dict[int, PaperLink]:
        codes = {dossier.pk: dossier.code for dossier in dossiers}
        return {
            key: PaperLink(
                draft.title or draft.template.title,
                reverse("desk:result_draft_document", args=[codes[key], draft.pk]),
                draft.note,
            )
            for key, draft in selectors.newest_drafts(list(codes)).items()
        }

    def tells(self, dossiers: Sequence[Dossier]) -> list[str]:
        return [_("Hồ sơ đã xử lý xong, kèm nội dung của dự thảo.")]

    def warns(self, dossiers: Sequence[Dossier]) -> list[str]:
        unasked = services.unasked_fees(dossiers)
        return [
            _("Việc này không hoàn tác được."),
            *self._outlooks(dossiers),
            *(f"{one.code}: {unasked_sentence(*unasked[one.pk])}" for one in dossiers if one.pk in unasked),
            _("Dự thảo có nội dung đã khác thì không được ký; trang kết quả nêu rõ hồ sơ nào."),
        ]

    def _outlooks(self, dossiers: Sequence[Dossier]) -> list[str]:
        """Whether the portal will sign, each sentence once. One query an agency and way of delivery."""
        alike = {(one.resolving_agency_id, one.result_delivery): one for one in dossiers}
        return list(dict.fromkeys(services.signing_outlook(one) for one in alike.values()))

    def remarks(self, dossier_ids: Sequence[int]) -> dict[int, str]:
        unsigned = selectors.issued_unsigned(dossier_ids)
        return {key: _("Không có chữ ký số của cơ quan.") if key in unsigned else _("Đã ký số.") for key in dossier_ids}

    @contextmanager
    def at_work(self) -> Iterator[Any]:
        """The key is opened once for all of them."""
        with services.result_signer() as signer:
            yield signer

    def prepare(self, tools: Any, *, actor: Actor, dossier_id: int) -> Any:
        return services.draw_up(tools, actor=actor, dossier_id=dossier_id)

    def perform(
        self, *, actor: Actor, dossier_id: int, seen_version: int, data: Mapping[str, Any], prepared: Any
    ) -> object:
        return services.decide_with(prepared, actor=actor, dossier_id=dossier_id, seen_version=seen_version)


BULK_ACTIONS: tuple[BulkAction, ...] = (ReceiveMany(), StartMany(), AssignMany(), SignMany(), HandOverMany())
"""In the order of the buttons."""
BULK_ACTION_OF: dict[str, BulkAction] = {action.key: action for action in BULK_ACTIONS}
