"""The page on which a revision is checked and moved on: review, publication, schedule, abolition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.anchors import addresses_of
from procedures.admin.workflow_forms import AbolishForm, PublishForm, ReasonForm, StepForm, SubmitForm
from procedures.enums import RevisionState
from procedures.errors import PublicationRefused
from procedures.models import ProcedureRevision

PAGE = "procedures_procedurerevision_workflow"
APPROVE_PERMISSION = "procedures.approve_procedurerevision"


@dataclass(frozen=True, slots=True)
class Step:
    """One way on from a state: its name in the post, what the button says, the service that does it."""

    name: str
    button: str | Promise
    explanation: str | Promise
    form: type[StepForm]
    run: Callable[..., ProcedureRevision]
    done: str | Promise
    is_danger: bool = False


_SUBMIT = Step(
    "submit",
    gettext_lazy("Trình duyệt"),
    gettext_lazy("Nội dung được giữ nguyên cho đến khi người duyệt công bố hoặc trả lại."),
    SubmitForm,
    services.submit_for_review,
    gettext_lazy("Đã trình duyệt."),
)
_SEND_BACK = Step(
    "send_back",
    gettext_lazy("Trả lại để sửa"),
    gettext_lazy("Phiên bản trở lại thành bản nháp; lý do được ghi vào nhật ký."),
    ReasonForm,
    services.send_back,
    gettext_lazy("Đã trả lại để sửa."),
)
_PUBLISH = Step(
    "publish",
    gettext_lazy("Công bố"),
    gettext_lazy("Phiên bản đang công bố sẽ được thay thế. Hồ sơ đã nộp giữ nguyên quy định cũ."),
    PublishForm,
    services.publish_revision,
    gettext_lazy("Đã công bố."),
)
_WITHDRAW = Step(
    "withdraw",
    gettext_lazy("Rút lịch"),
    gettext_lazy("Phiên bản trở lại thành bản nháp và không tự có hiệu lực nữa."),
    ReasonForm,
    services.withdraw_schedule,
    gettext_lazy("Đã rút lịch."),
)
_ABOLISH = Step(
    "abolish",
    gettext_lazy("Bãi bỏ thủ tục"),
    gettext_lazy("Trang thủ tục vẫn đọc được, nói rõ từ khi nào và vì sao, nhưng không nhận hồ sơ mới."),
    AbolishForm,
    services.abolish_procedure,
    gettext_lazy("Đã ghi việc bãi bỏ."),
    is_danger=True,
)
_CANCEL_ABOLITION = Step(
    "cancel_abolition",
    gettext_lazy("Hủy lịch bãi bỏ"),
    gettext_lazy("Thủ tục tiếp tục được thực hiện."),
    ReasonForm,
    services.cancel_abolition,
    gettext_lazy("Đã hủy lịch bãi bỏ."),
)
_UNPUBLISH = Step(
    "unpublish",
    gettext_lazy("Ngừng công bố"),
    gettext_lazy("Chỉ dùng khi công bố nhầm: trang thủ tục không còn hiện nữa. Hết hiệu lực theo luật thì bãi bỏ."),
    ReasonForm,
    services.supersede_revision,
    gettext_lazy("Đã ngừng công bố."),
    is_danger=True,
)


def steps_of(revision: ProcedureRevision) -> list[Step]:
    """What can be done now, the usual way on first."""
    if revision.is_abolition_planned:
        return [_CANCEL_ABOLITION]
    steps = {
        RevisionState.DRAFT: [_SUBMIT, _PUBLISH],
        RevisionState.IN_REVIEW: [_PUBLISH, _SEND_BACK],
        RevisionState.SCHEDULED: [_WITHDRAW],
        RevisionState.PUBLISHED: [_ABOLISH, _UNPUBLISH],
    }
    return steps.get(RevisionState(revision.state), [])


class RevisionWorkflow(admin.ModelAdmin):
    """Adds the page to the admin of revisions. Editors submit, approvers decide; nobody is shown what is not theirs."""

    def get_urls(self) -> list[URLPattern]:
        page = path("<int:object_id>/cong-bo/", self.admin_site.admin_view(self.workflow_view), name=PAGE)
        return [page, *super().get_urls()]

    def workflow_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """GET shows findings and the ways on; POST takes one (`step` names it). A refusal keeps what was typed."""
        revision = _revision(object_id)
        if not self.has_view_permission(request, revision):
            raise PermissionDenied
        if request.method != "POST":
            return self._workflow_page(request, revision)
        step = next((one for one in steps_of(revision) if one.name == request.POST.get("step")), None)
        if step is None:
            messages.error(request, _("Việc này không còn làm được: phiên bản đã chuyển sang trạng thái khác."))
            return self._workflow_page(request, revision, status=409)
        if not self._may_take(request, step, revision):
            raise PermissionDenied
        form = step.form(request.POST, prefix=step.name)
        if not form.is_valid():
            return self._workflow_page(request, revision, bound=(step, form), status=422)
        try:
            step.run(actor=administrator(request), revision_id=revision.pk, **form.arguments)
        except PortalError as error:
            if not isinstance(error, PublicationRefused):
                form.show(error.fields)
            messages.error(request, str(error.sentence))
            status = 422 if error.status == 400 else error.status
            return self._workflow_page(request, _revision(object_id), bound=(step, form), status=status)
        messages.success(request, _done(step, _revision(object_id)))
        return redirect(reverse(f"admin:{PAGE}", args=[revision.pk]))

    def _may_take(self, request: HttpRequest, step: Step, revision: ProcedureRevision) -> bool:
        """Whoever edits submits. Everything else is the approvers', who need not be editors (staff role "reviewer"); what
        somebody submitted they take back themselves."""
        if step is _SUBMIT:
            return self.has_change_permission(request, revision)
        if request.user.has_perm(APPROVE_PERMISSION):
            return True
        return step is _SEND_BACK and services.submitter_of(revision) == request.user.pk

    def _workflow_page(
        self,
        request: HttpRequest,
        revision: ProcedureRevision,
        *,
        bound: tuple[Step, StepForm] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        findings = services.draft_findings(revision) if revision.is_working else []
        in_force = revision.procedure.current_revision
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": revision,
            "title": _("Duyệt và công bố"),
            "findings": list(zip(findings, addresses_of(findings, revision), strict=True)),
            "error_count": sum(finding.is_error for finding in findings),
            "steps": [
                (step, _form(step, revision, bound))
                for step in steps_of(revision)
                if self._may_take(request, step, revision)
            ],
            "entries": list(revision.publications.all()),
            "in_force": in_force if in_force is not None and in_force.pk != revision.pk else None,
        }
        return TemplateResponse(request, "procedures/admin/workflow.html", context, status=status)


def _revision(revision_id: int) -> ProcedureRevision:
    # Beyond this PostgreSQL has no such key, and says so with an error.
    found = (
        ProcedureRevision.objects.select_related("procedure__current_revision").filter(pk=revision_id).first()
        if revision_id < 2**63
        else None
    )
    if found is None:
        raise Http404
    return found


def _form(step: Step, revision: ProcedureRevision, bound: tuple[Step, StepForm] | None) -> StepForm:
    if bound is not None and bound[0] is step:
        return bound[1]
    initial: dict[str, date | str | None] = {}
    if step is _PUBLISH:
        initial = {"effective_from": revision.effective_from, "decision_number": revision.decision_number}
    return step.form(prefix=step.name, initial=initial)


def _done(step: Step, revision: ProcedureRevision) -> str:
    if revision.state == RevisionState.SCHEDULED:
        return _("Đã duyệt. Phiên bản có hiệu lực từ %(day)s.") % {"day": f"{revision.effective_from:%d/%m/%Y}"}
    return str(step.done)
