"""After filing: the number, the date, the slip to print, the fee to take, and one button for the next person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.forms.counter import IntakePaymentForm
from dossiers.models import Dossier
from payments import selectors as payment_selectors
from payments.selectors import OtherTry
from portal.core.errors import Conflict, InvalidInput, PortalError


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """GET: what came of it. POST: take what is due, once; then the page says so."""
    actor = actor_of(request)
    dossier = selectors.counter_draft_of(actor=actor, public_id=public_id)
    if dossier.is_draft:
        return redirect("desk:intake_draft", public_id)
    if request.method != "POST":
        return _page(request, dossier, IntakePaymentForm(other_tries=_other_tries(dossier)))
    form = IntakePaymentForm(request.POST, other_tries=_other_tries(dossier))
    if not form.is_valid():
        return _page(request, dossier, form, status=422)
    try:
        services.take_fees_at_intake(actor=actor, dossier_id=dossier.pk, **form.money())
    except Conflict as error:
        # Taken by the first press, or by a colleague: the page shows how it stands.
        messages.info(request, str(error.sentence))
    except InvalidInput as error:
        form.take(error)
        return _page(request, dossier, form, status=422)
    else:
        messages.success(request, _("Đã ghi nhận khoản thu. Hãy in biên lai cho người nộp."))
    return redirect("desk:intake_done", public_id)


def _other_tries(dossier: Dossier) -> dict[str, list[OtherTry]]:
    """What the applicant may be paying with already, by what it is for."""
    owed = {charge.pk: charge for charge in payment_selectors.charges_for(dossier.subject) if charge.is_owed}
    found: dict[str, list[OtherTry]] = {}
    for pk, tries in payment_selectors.other_tries(owed).items():
        found.setdefault(owed[pk].description, []).extend(tries)
    return found


def _page(request: HttpRequest, dossier: Dossier, form: IntakePaymentForm, *, status: int = 200) -> HttpResponseBase:
    dues = services.Dues(dossier)
    try:
        due = services.fees_at_intake(dues) if dossier.is_open else []
        problem = ""
    except PortalError as error:
        due, problem = [], str(error.sentence)
    return render(
        request,
        "desk/intake/done.html",
        {
            "dossier": dossier,
            "intake": selectors.intake_of(dossier),
            "due": due,
            "due_total": sum(amount for _label, amount in due),
            "paid": [charge for charge in dues.charges if charge.is_settled],
            "fee_problem": problem,
            "quote": dues.quote,
            "form": form,
        },
        status=status,
    )
