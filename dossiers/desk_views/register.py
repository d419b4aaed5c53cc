"""The register of dossiers (form 07): choose an agency of mine and a period, get the file."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dossiers import services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.forms.register import RegisterForm
from dossiers.services import registers
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.sheets import XLSX
from portal.core.templatetags.portal import day
from portal.documents import services as document_services

UNUSABLE = 422
_MEDIA_TYPES = {"pdf": "application/pdf", "xlsx": XLSX}


@officers_only
@require_safe
def register(request: HttpRequest) -> HttpResponseBase:
    """Without `dang` the page; with it ("pdf" or "xlsx") the file, or 422 and the page with what is to mend.

    A file is made for this request, in seconds: that is what its limits are for. Every one that is taken leaves a line.
    """
    agencies = _agencies(actor_of(request))
    kind = request.GET.get("dang", "")
    if kind not in _MEDIA_TYPES:
        return _page(request, RegisterForm(initial=_first_guess(agencies), agencies=agencies))
    form = RegisterForm(request.GET, agencies=agencies)
    if form.is_valid():
        try:
            return _file(actor_of(request), form, kind)
        except InvalidInput as problem:
            for name, sentence in problem.fields.items():
                form.add_error(name, str(sentence))
    return _page(request, form, status=UNUSABLE)


def _agencies(actor: Actor) -> list[tuple[int, str]]:
    """To choose from; one that has ended with its last day, because its successor may bear the same name."""
    return [
        (
            agency.pk,
            _("%(name)s (đến hết ngày %(day)s)") % {"name": agency.name, "day": day(agency.valid_to)}
            if agency.valid_to and agency.valid_to < clock.today()
            else agency.name,
        )
        for agency in registers.register_agencies(actor)
    ]


def _first_guess(agencies: list[tuple[int, str]]) -> dict[str, int | date]:
    """The first agency and the month up to today."""
    today = clock.today()
    return {"agency": agencies[0][0], "first_day": today.replace(day=1), "last_day": today}


def _file(actor: Actor, form: RegisterForm, kind: str) -> HttpResponseBase:
    asked = form.cleaned_data
    wanted = services.register_for(
        actor=actor, agency_id=asked["agency"], first_day=asked["first_day"], last_day=asked["last_day"]
    )
    content = services.take_register(actor=actor, register=wanted, kind=kind)
    return document_services.download_response(content, file_name=wanted.file_name(kind), media_type=_MEDIA_TYPES[kind])


def _page(request: HttpRequest, form: RegisterForm, *, status: int = 200) -> HttpResponseBase:
    known = {
        "form_name": registers.register_form().name,
        "most_days": registers.MOST_DAYS,
        "most_pdf": registers.MOST_ROWS_PDF,
        "most_xlsx": number_format(registers.MOST_ROWS_XLSX, force_grouping=True),
    }
    return render(request, "desk/register.html", {"form": form, **known}, status=status)
