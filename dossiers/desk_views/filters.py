"""The page of all conditions, and the officer's saved filters."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.criteria_words import Condition, conditions_of
from dossiers.desk_views.list_address import SAVED, as_mapping, carried, list_address
from dossiers.desk_views.search_words import search_of
from dossiers.forms.worklist import FilterForm, FilterNameForm
from dossiers.models import SavedFilter
from dossiers.selectors import Criteria
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.errors import Conflict, InvalidInput
from procedures import selectors as procedure_selectors

_UNUSABLE = 422
_SUBMIT = "ap-dung"


@officers_only
@require_safe
def filter_page(request: HttpRequest) -> HttpResponseBase:
    """All conditions of a list on one page. `ap-dung` sends: the list when they hold, else the page with what is wrong."""
    actor = actor_of(request)
    search = search_of(request)
    if _SUBMIT in request.GET:
        form = _form(actor, request.GET)
        if form.is_valid():
            return redirect(list_address(form.criteria, search))
        return render(request, "desk/filter.html", {"form": form, "search": search}, status=_UNUSABLE)
    criteria = Criteria.read(as_mapping(request.GET))
    initial = {**criteria.written(), "loc": criteria.queue or selectors.default_queue(actor)}
    form = _form(actor, initial=initial)
    return render(request, "desk/filter.html", {"form": form, "search": search})


def _form(actor: Actor, data: object = None, initial: dict[str, str] | None = None) -> FilterForm:
    mine = actor.agencies_as()
    procedures = list(procedure_selectors.procedures_at(mine))
    areas = {procedure.policy_area.slug: procedure.policy_area.name for procedure in procedures}
    agencies = account_selectors.agencies_by_id(mine).values() if len(mine) > 1 else ()
    colleagues = account_selectors.officers_of(mine).exclude(pk=actor.user_id or 0)
    return FilterForm(
        data,
        initial=initial,
        queues=[(queue.key, queue.label) for queue in selectors.queues_for(actor)],
        procedures=[(one.code, f"{one.name} ({one.code})") for one in procedures],
        areas=sorted(areas.items(), key=lambda pair: pair[1]),
        agencies=sorted(((str(agency.pk), agency.name) for agency in agencies), key=lambda pair: pair[1]),
        colleagues=[(str(officer.pk), officer.full_name) for officer in colleagues],
    )


@officers_only
def saved_filters(request: HttpRequest) -> HttpResponseBase:
    """GET: all of them, to rename, order and delete. POST: keep the list of the form under a name."""
    if request.method != "POST":
        return _saved_page(request)
    actor = actor_of(request)
    criteria = Criteria.read(carried(request.POST.get("tu", "")))
    form = FilterNameForm(request.POST)
    try:
        if form.is_valid():
            saved = services.save_filter(actor=actor, criteria=criteria, **form.cleaned_data)
            messages.success(request, _("Đã lưu bộ lọc “%(name)s”.") % {"name": saved.name})
            return redirect(f"{list_address(Criteria())}?{SAVED}={saved.pk}")
    except InvalidInput as problem:
        for name, sentence in problem.fields.items():
            form.add_error(name, str(sentence))
    except Conflict as problem:
        form.add_error(None, str(problem.sentence))
    return _saved_page(request, form=form, criteria=criteria, status=_UNUSABLE)


@officers_only
@require_POST
def change_saved_filter(request: HttpRequest, filter_id: int) -> HttpResponseBase:
    """One button of one filter: `lam` says which. 404 for another officer's."""
    actor, deed = actor_of(request), request.POST.get("lam", "")
    try:
        if deed == "doi-ten":
            services.rename_filter(actor=actor, filter_id=filter_id, name=request.POST.get("name", ""))
            messages.success(request, _("Đã đổi tên bộ lọc."))
        elif deed in {"len", "xuong"}:
            services.move_filter(actor=actor, filter_id=filter_id, is_up=deed == "len")
        elif deed in {"mo-dau", "thoi-mo-dau"}:
            services.open_filter_first(actor=actor, filter_id=filter_id, is_default=deed == "mo-dau")
        elif deed == "xoa":
            services.delete_filter(actor=actor, filter_id=filter_id)
            messages.success(request, _("Đã xóa bộ lọc."))
    except InvalidInput as problem:
        return _saved_page(request, wrong=(filter_id, " ".join(map(str, problem.fields.values()))), status=_UNUSABLE)
    return redirect("desk:saved_filters")


def _saved_page(
    request: HttpRequest,
    *,
    form: FilterNameForm | None = None,
    criteria: Criteria | None = None,
    wrong: tuple[int, str] = (0, ""),
    status: int = 200,
) -> HttpResponseBase:
    actor = actor_of(request)
    own = list(selectors.saved_filters_of(actor))
    return render(
        request,
        "desk/saved_filters.html",
        {
            "rows": [(saved, _words(saved, actor), wrong[1] if saved.pk == wrong[0] else "") for saved in own],
            "form": form,
            "carried": list_address(criteria).partition("?")[2] if criteria else "",
            "most": services.MOST_FILTERS,
            "has_problem": bool(form and form.errors) or bool(wrong[0]),
        },
        status=status,
    )


def _words(saved: SavedFilter, actor: Actor) -> list[Condition]:
    criteria = Criteria.read(saved.criteria)
    queue = next((queue for queue in selectors.QUEUES if queue.key == criteria.queue), None)
    found = (
        conditions_of(criteria, actor)
        if criteria.queue
        else conditions_of(Criteria.read({**saved.criteria, "loc": selectors.default_queue(actor)}), actor)
    )
    if queue is not None and not any(condition.name == "queue" for condition in found):
        found.insert(0, Condition("queue", str(queue.label)))
    return found
