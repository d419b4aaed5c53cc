"""An officer says when they are away and who stands in for them."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.desk_views.access import actor_of, officers_only
from dossiers.forms.process import AbsenceForm
from portal.accounts import selectors as account_selectors
from portal.accounts import services as account_services
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core.actors import Actor
from portal.core.errors import InvalidInput

UNUSABLE = 422


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponseBase:
    """One's own absences and those one stands in for; a post arranges one more."""
    actor = actor_of(request)
    form = _form(request, actor)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            account_services.delegate_duties(
                actor=actor,
                absent_id=values.get("absent", actor.user_id or 0),
                delegate_id=values["delegate"],
                agency_id=values["agency"],
                starts_on=values["starts_on"],
                ends_on=values["ends_on"],
                reason=values["reason"],
            )
        except InvalidInput as problem:
            for name, sentence in problem.fields.items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            messages.success(request, _("Đã ghi. Người làm thay thấy việc của bạn từ ngày bạn vắng."))
            return redirect("desk:absence")
    headed = actor.with_duties_of().agencies_as(OfficerRole.AGENCY_HEAD)
    arranged = list(account_selectors.delegations_around(actor.user_id or 0, headed_agency_ids=headed))
    context = {
        "form": form,
        "own": [one for one in arranged if one.absent_id == actor.user_id],
        "of_others": [one for one in arranged if one.delegate_id == actor.user_id],
        "in_agency": [one for one in arranged if actor.user_id not in (one.absent_id, one.delegate_id)],
    }
    return render(request, "desk/absence.html", context, status=UNUSABLE if form.errors else 200)


@officers_only
@require_POST
def end_absence(request: HttpRequest, delegation_id: int) -> HttpResponseBase:
    """Back at work: the stand-in holds nothing any more."""
    account_services.end_delegation(actor=actor_of(request), delegation_id=delegation_id)
    messages.success(request, _("Đã kết thúc. Việc trở lại do người vắng mặt làm."))
    return redirect("desk:absence")


def _form(request: HttpRequest, actor: Actor) -> AbsenceForm:
    own = actor.with_duties_of().agencies_as()
    agencies = account_selectors.agencies_by_id(own)
    headed = own & actor.with_duties_of().agencies_as(OfficerRole.AGENCY_HEAD)
    led = account_selectors.officers_of(headed).exclude(pk=actor.user_id or 0) if headed else ()
    colleagues = account_selectors.officers_of(own).exclude(pk=actor.user_id or 0)
    return AbsenceForm(
        request.POST if request.method == "POST" else None,
        agencies=[(pk, agency.name) for pk, agency in sorted(agencies.items(), key=lambda item: item[1].name)],
        colleagues=[(one.pk, one.full_name) for one in (*colleagues, *_oneself(actor, bool(headed)))],
        absentees=[(actor.user_id, _("Tôi")), *((one.pk, one.full_name) for one in led)],
    )


def _oneself(actor: Actor, is_head: bool) -> list[User]:
    """A head may stand in for somebody else; nobody for themself."""
    return list(User.objects.filter(pk=actor.user_id or 0)) if is_head else []
