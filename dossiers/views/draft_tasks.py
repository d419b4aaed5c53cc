"""The task list beside a draft: what is done, what is open, where to go next. Display only."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import services
from dossiers.enums import Need
from dossiers.models import Dossier
from dossiers.services import Readiness
from procedures.enums import DocumentKind
from procedures.services.forms import Section


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the task list, in the terms of `components/task_list.html`."""

    key: str
    label: str
    url: str
    tone: str
    icon: str
    state: str
    is_done: bool
    is_current: bool = False


def tasks_of(dossier: Dossier, found: Readiness, *, current: str = "", dues: services.Dues | None = None) -> list[Task]:
    """For whom (when there is a choice), sections of the declaration, documents, delivery (as well), review."""
    tasks = [
        *_filed_for(dossier, found, current),
        *_sections(dossier, found, current),
        *_documents(dossier, found, current),
        *_delivery(dossier, found, current),
        *_relief(dossier, current, dues or services.Dues(dossier)),
    ]
    return [*tasks, _review(dossier, found, current, tasks)]


def _review(dossier: Dossier, found: Readiness, current: str, tasks: list[Task]) -> Task:
    if found.eligibility.stops:
        tone, icon, state = "stop", "alert", _("Chưa nộp được")
    elif found.is_ready:
        tone, icon, state = "busy", "send", _("Sẵn sàng nộp")
    else:
        # What one may leave out is not among the things to do.
        asked = [task for task in tasks if task.key != "relief"]
        counts = {"done": sum(task.is_done for task in asked), "all": len(asked)}
        tone, icon, state = "idle", "empty", _("Xong %(done)d trên %(all)d") % counts
    return Task(
        key="review",
        label=_("Kiểm tra và nộp"),
        url=reverse("dossiers:draft_review", args=[dossier.public_id]),
        tone=tone,
        icon=icon,
        state=state,
        is_done=False,
        is_current=current == "review",
    )


def next_url(tasks: list[Task], *, after: str) -> str:
    """The first open task behind `after`, else the first open one, else the review."""
    keys = [task.key for task in tasks]
    position = keys.index(after) if after in keys else -1
    for task in [*tasks[position + 1 :], *tasks]:
        if not task.is_done:
            return task.url
    return tasks[-1].url


def is_begun(dossier: Dossier, section: Section) -> bool:
    """Was anything typed in the section and saved? One that was saved all blank looks as if it had not been opened."""
    return any(spec.key in dossier.answers or spec.key in dossier.raw_invalid for spec in section.fields)


def is_asked_for_whom(dossier: Dossier) -> bool:
    """Is there a choice, or one to be made anew? Read with the draft (`selectors.draft_of`), so no query."""
    return dossier.organisation_id is not None or bool(getattr(dossier, "has_organisations", False))


def _filed_for(dossier: Dossier, found: Readiness, current: str) -> list[Task]:
    """First, since what is offered in the declaration hangs on it. What stands there before anything was saved is only a
    guess, so the way on leads there once."""
    if not is_asked_for_whom(dossier):
        return []
    is_done = dossier.saved_at is not None and not found.organisation
    state = dossier.organisation.name if dossier.organisation is not None else _("Cho chính tôi")
    tone, icon = ("ok", "ok") if is_done else ("idle", "empty")
    if found.organisation:
        tone, icon, state = "stop", "alert", _("Cần chọn lại")
    return [
        Task(
            key="filed-for",
            label=_("Nộp cho ai"),
            url=reverse("dossiers:draft_filed_for", args=[dossier.public_id]),
            tone=tone,
            icon=icon,
            state=state,
            is_done=is_done,
            is_current=current == "filed-for",
        )
    ]


def _sections(dossier: Dossier, found: Readiness, current: str) -> list[Task]:
    tasks = []
    for section in services.definition_of(dossier).sections:
        errors = found.sections.get(section.key, {})
        if not errors:
            # A section in which nothing is required still wants a look, so it is "done" only once it was opened.
            tone, icon, state = "ok", "ok", _("Xong")
        elif is_begun(dossier, section):
            # Every place on the page, so each cell of a row.
            count = len({problem.name for problem in found.problems.get(section.key, ())}) or len(errors)
            tone, icon = "stop", "alert"
            state = ngettext("Cần sửa %(count)d chỗ", "Cần sửa %(count)d chỗ", count) % {"count": count}
        else:
            tone, icon, state = "idle", "empty", _("Chưa khai")
        tasks.append(
            Task(
                key=f"section:{section.key}",
                label=section.label.shown(),
                url=reverse("dossiers:draft_section", args=[dossier.public_id, section.key]),
                tone=tone,
                icon=icon,
                state=state,
                is_done=not errors,
                is_current=current == f"section:{section.key}",
            )
        )
    return tasks


def _documents(dossier: Dossier, found: Readiness, current: str) -> list[Task]:
    uploads = [
        component
        for component in dossier.components.select_related("required_document")
        if component.required_document.kind == DocumentKind.UPLOAD
        and found.needs.get(component.pk) is not Need.NOT_NEEDED
    ]
    if not uploads:
        return []
    required = sum(
        component.required_document.is_required and found.needs.get(component.pk) is Need.NEEDED
        for component in uploads
    )
    given = required - len(found.components)
    is_done = not found.components
    if is_done:
        counts = {"given": given, "required": required}
        state = _("Đã có %(given)d trên %(required)d") % counts if required else _("Xong")
    else:
        state = _("Còn thiếu %(missing)d") % {"missing": len(found.components)}
    return [
        Task(
            key="documents",
            label=_("Giấy tờ"),
            url=reverse("dossiers:draft_documents", args=[dossier.public_id]),
            tone="ok" if is_done else "idle",
            icon="ok" if is_done else "empty",
            state=state,
            is_done=is_done,
            is_current=current == "documents",
        )
    ]


def _delivery(dossier: Dossier, found: Readiness, current: str) -> list[Task]:
    has_choice = len(services.delivery_choices(dossier.offering, dossier.channel)) > 1
    if not has_choice and len(services.desks_for(dossier)) <= 1:
        return []
    is_done = not found.delivery
    return [
        Task(
            key="delivery",
            label=_("Nhận kết quả"),
            url=reverse("dossiers:draft_delivery", args=[dossier.public_id]),
            tone="ok" if is_done else "idle",
            icon="ok" if is_done else "empty",
            state=_("Đã chọn") if is_done else _("Chưa chọn"),
            is_done=is_done,
            is_current=current == "delivery",
        )
    ]


def _relief(dossier: Dossier, current: str, dues: services.Dues) -> list[Task]:
    """Only where there is something to claim. Claiming nothing is an answer too, so nothing is ever open here."""
    if not dues.reliefs_to_claim:
        return []
    claim = dues.claim
    tone, icon, state = ("idle", "empty", _("Nếu có")) if claim is None else ("ok", "ok", _("Có đề nghị"))
    is_infected = claim is not None and claim.has_infected_proof
    if is_infected:
        tone, icon, state = "stop", "alert", _("Tệp có mã độc")
    return [
        Task(
            key="relief",
            label=_("Miễn, giảm phí"),
            url=reverse("dossiers:draft_relief", args=[dossier.public_id]),
            tone=tone,
            icon=icon,
            state=state,
            is_done=not is_infected,
            is_current=current == "relief",
        )
    ]
