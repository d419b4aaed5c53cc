"""What an officer can do with the work on a dossier inside the agency. The citizen is told nothing of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import services
from dossiers.desk_views.desk_action import DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.forms import process as forms
from dossiers.models import Holding
from dossiers.policies import Action
from dossiers.services import work
from procedures.enums import StepOutcome

_DIVISION = "division-"


def worked_step(facts: Facts) -> Holding | None:
    """The step the dossier is at while the work goes from step to step; None in any other state."""
    return facts.holding if facts.dossier.state in work.WORKED_IN else None


class ProcessAction(DeskAction):
    """Base: the state stays, the citizen sees nothing."""

    def tells(self, facts: Facts) -> Tells:
        return Tells([_("Không có gì mới: đây là việc trong cơ quan, ngày hẹn trả giữ nguyên.")], is_told_by_mail=False)


class TakeStep(ProcessAction):
    key, action = "nhan-buoc", Action.TAKE_STEP
    is_main = True
    label, button = gettext_lazy("Nhận làm bước này"), gettext_lazy("Nhận làm bước này")
    done = gettext_lazy("Bạn đã nhận bước này.")

    def is_open(self, facts: Facts) -> bool:
        held = worked_step(facts)
        # A signature is given when it is given: nobody has to take it first.
        return (
            held is not None
            and held.officer_id is None
            and not held.awaits_receipt
            and held.step_key != facts.process.signing.key
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.take_step(**common(facts, data))


class ConfirmPassOn(ProcessAction):
    key, action = "nhan-ban-giao", Action.CONFIRM_PASS_ON
    is_main = True
    label, button = gettext_lazy("Nhận bàn giao"), gettext_lazy("Tôi đã nhận bàn giao")
    done = gettext_lazy("Đã ghi nhận bạn nhận bàn giao.")

    def is_open(self, facts: Facts) -> bool:
        held = worked_step(facts)
        return held is not None and held.awaits_receipt

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.confirm_pass_on(**common(facts, data))


class CompleteStep(ProcessAction):
    key, action = "xong-buoc", Action.COMPLETE_STEP
    is_main = True
    label, button = gettext_lazy("Xong bước này, chuyển tiếp"), gettext_lazy("Chuyển bước sau")
    done = gettext_lazy("Đã chuyển sang bước sau.")
    form_class = forms.CompleteStepForm

    def is_open(self, facts: Facts) -> bool:
        held = worked_step(facts)
        return held is not None and held.officer_id is not None and facts.process.after(held.step_key) is not None

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        step = facts.process.step(facts.holding.step_key) if facts.holding is not None else None
        ways = step.ways_on if step is not None else (StepOutcome.FORWARD,)
        return {"outcomes": [(way.value, way.label) for way in ways]}

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.complete_step(**common(facts, data), outcome=data.get("outcome", ""), note=data["note"])


def way_to_signing(facts: Facts) -> str:
    """What whoever has the step does with it once the draft is right; "" for everybody else."""
    held, done = facts.holding, CompleteStep()
    if held is None or not facts.may(done.action) or not done.is_open(facts):
        return ""
    return _("Xong, trình ký") if facts.process.after(held.step_key) == facts.process.signing else str(done.label)


class ReturnForRework(ProcessAction):
    key, action = "tra-lai", Action.RETURN_FOR_REWORK
    label, button = gettext_lazy("Trả lại làm tiếp"), gettext_lazy("Trả lại bước trước")
    done = gettext_lazy("Đã trả lại để làm tiếp.")
    form_class = forms.ReturnForReworkForm

    def is_open(self, facts: Facts) -> bool:
        held = worked_step(facts)
        step = facts.process.step(held.step_key) if held is not None else None
        return (
            step is not None and StepOutcome.RETURN_FOR_REWORK in step.outcomes and bool(facts.process.before(step.key))
        )

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        held = facts.holding
        earlier = facts.process.before(held.step_key) if held is not None else ()
        return {"steps": [(step.key, str(step.title)) for step in earlier]}

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.return_for_rework(**common(facts, data), reason=data["reason"], to_step=data.get("to_step", ""))


class PassOn(ProcessAction):
    key, action = "ban-giao", Action.PASS_ON
    label, button = gettext_lazy("Bàn giao"), gettext_lazy("Bàn giao")
    done = gettext_lazy("Đã bàn giao. Hai bên cùng chịu trách nhiệm cho đến khi người nhận xác nhận.")
    form_class = forms.PassOnForm

    def is_open(self, facts: Facts) -> bool:
        held = worked_step(facts)
        return (
            held is not None
            and held.officer_id is not None
            and not held.awaits_receipt
            and bool(self.form_arguments(facts)["takers"])
        )

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        held = facts.holding
        holder_id = held.officer_id if held is not None else None
        officers = [(str(one.pk), one.full_name) for one in facts.able_officers if one.pk != holder_id]
        divisions = [
            (f"{_DIVISION}{one.pk}", _("Cả phòng: %(name)s") % {"name": one.name})
            for one in facts.divisions
            if held is None or one.pk != held.division_id
        ]
        return {"takers": [*officers, *divisions]}

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        taker: str = data["taker"]
        is_division = taker.startswith(_DIVISION)
        services.pass_on(
            **common(facts, data),
            officer_id=None if is_division else int(taker),
            division_id=int(taker.removeprefix(_DIVISION)) if is_division else None,
            note=data["note"],
        )


class Assign(ProcessAction):
    key, action = "phan-cong", Action.ASSIGN
    label, button = gettext_lazy("Phân công"), gettext_lazy("Phân công")
    done = gettext_lazy("Đã phân công.")
    form_class = forms.AssignForm

    def is_open(self, facts: Facts) -> bool:
        return (
            facts.dossier.state in work.ASSIGNED_IN
            and facts.holding is not None
            and bool(self.form_arguments(facts)["officers"])
        )

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        held = facts.holding
        # Not who has it, nor oneself while it is free: that is done by taking it.
        settled_id = held.officer_id if held is not None and held.confirmed_at is not None else None
        own_id = facts.actor.user_id if held is not None and held.officer_id is None else None
        able = [one for one in facts.able_officers if one.pk not in (settled_id, own_id)]
        return {"officers": [(one.pk, one.full_name) for one in able]}

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.assign(**common(facts, data), officer_id=data["officer"], note=data["note"])


def signs_over(facts: Facts) -> str:
    """The step that a signature now would pass over; "" when the dossier is at the signature."""
    held = worked_step(facts)
    if held is None or not facts.may(Action.RESOLVE) or held.step_key == facts.process.signing.key:
        return ""
    return held.title
