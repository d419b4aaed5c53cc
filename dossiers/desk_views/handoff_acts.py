"""What an officer can do with a handoff: one row an act, with its form and the one service it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers import handoff_policies, services
from dossiers.desk_views.handoff_facts import HandoffFacts
from dossiers.forms import handoffs as forms
from dossiers.forms.desk import ActionForm
from dossiers.handoff_policies import HandoffAction
from portal.accounts import selectors as account_selectors


@dataclass(frozen=True, slots=True)
class HandoffAct:
    """`key` is the word in the address; `is_open` tells whether the page opens with it."""

    key: str
    action: HandoffAction
    label: str | Promise
    button: str | Promise
    done: str | Promise
    form: Callable[..., ActionForm]
    perform: Callable[[HandoffFacts, Mapping[str, Any]], Any]
    is_offered: Callable[[HandoffFacts], bool] = lambda facts: True
    is_main: bool = False
    is_final: bool = False

    def is_possible(self, facts: HandoffFacts) -> bool:
        return facts.can(self.action) and self.is_offered(facts)


def _common(facts: HandoffFacts, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"actor": facts.actor, "handoff_id": facts.handoff.pk, "seen_version": data["seen_version"]}


def _receive_form(facts: HandoffFacts, *args: Any, **kwargs: Any) -> ActionForm:
    officers = account_selectors.officers_of([facts.handoff.to_agency_id], *handoff_policies.WORKING_ROLES)
    choices = [(officer.pk, officer.full_name) for officer in officers.exclude(pk=facts.handoff.dossier.applicant_id)]
    return forms.ReceiveHandoffForm(*args, officers=choices, me=facts.actor.user_id, **kwargs)


ACTS: tuple[HandoffAct, ...] = (
    HandoffAct(
        "tiep-nhan",
        HandoffAction.RECEIVE,
        _("Tiếp nhận"),
        _("Tiếp nhận phần việc"),
        _("Đã tiếp nhận phần việc này."),
        _receive_form,
        lambda facts, data: services.receive_handoff(**_common(facts, data), assignee_id=data.get("assignee")),
        is_main=True,
    ),
    HandoffAct(
        "nghia-vu",
        HandoffAction.ANSWER,
        _("Xác định nghĩa vụ tài chính"),
        _("Gửi nghĩa vụ tài chính"),
        _("Đã gửi. Công dân được báo số tiền phải nộp."),
        lambda facts, *args, **kwargs: forms.ObligationForm(*args, **kwargs),
        lambda facts, data: services.set_financial_obligation(
            **_common(facts, data),
            obligations=data["obligations"],
            answer=data["answer"],
            legal_basis=data["legal_basis"],
            uploads=data["uploads"],
        ),
        is_offered=lambda facts: facts.handoff.sets_obligation,
        is_main=True,
    ),
    HandoffAct(
        "tra-loi",
        HandoffAction.ANSWER,
        _("Trả lời"),
        _("Gửi trả lời"),
        _("Đã gửi trả lời."),
        lambda facts, *args, **kwargs: forms.AnswerHandoffForm(
            *args, may_be_nothing_owed=facts.handoff.sets_obligation, **kwargs
        ),
        lambda facts, data: services.answer_handoff(
            **_common(facts, data), outcome=data["outcome"], answer=data["answer"], uploads=data["uploads"]
        ),
        is_main=True,
    ),
    HandoffAct(
        "tu-choi",
        HandoffAction.REFUSE,
        _("Từ chối"),
        _("Gửi từ chối"),
        _("Đã gửi từ chối cùng lý do."),
        lambda facts, *args, **kwargs: forms.RefuseHandoffForm(*args, **kwargs),
        lambda facts, data: services.refuse_handoff(
            **_common(facts, data), reason=data["reason"], uploads=data["uploads"]
        ),
        is_final=True,
    ),
    HandoffAct(
        "thu-hoi",
        HandoffAction.RECALL,
        _("Thu hồi phần việc"),
        _("Thu hồi phần việc"),
        _("Đã thu hồi. Cơ quan được hỏi thấy lý do."),
        lambda facts, *args, **kwargs: forms.RecallHandoffForm(*args, **kwargs),
        lambda facts, data: services.recall_handoff(**_common(facts, data), reason=data["reason"]),
        is_final=True,
    ),
)
ACT_OF = {act.key: act for act in ACTS}
