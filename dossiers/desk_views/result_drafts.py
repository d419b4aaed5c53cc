"""The result as it will be issued, looked at before it is signed: the page, its PDF, the signature."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from dossiers import policies, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.actions import Resolve
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.process_actions import way_to_signing
from dossiers.desk_views.return_actions import unasked_fee
from dossiers.desk_views.workspace import back_to
from dossiers.enums import DossierState
from dossiers.errors import ClaimedByAnother, DossierNotFound, DraftIsStale
from dossiers.models import ResultDraft
from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, TemporarilyUnavailable
from portal.documents import services as document_services

_RESOLVE = Resolve()


@officers_only
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The newest draft of the dossier with what differs from it by now; without one, the workspace."""
    facts = Facts(actor_of(request), desk_dossier(request, code))
    if policies.is_applicant(facts.actor, facts.dossier):
        raise DossierNotFound
    if facts.result_draft is None or facts.dossier.state != DossierState.PROCESSING:
        return back_to(code)
    return _page(request, facts, facts.result_draft)


def _page(
    request: HttpRequest,
    facts: Facts,
    draft: ResultDraft,
    *,
    sentence: str | Promise = "",
    status: int = 200,
    unseen: Sequence[services.Difference] = (),
) -> HttpResponse:
    """`unseen`: where this draft says something else than the one that was looked at; it is signed after another look."""
    dossier = services.dossier_to_draw_up(facts.dossier.pk)
    problem = ""
    differences: list[services.Difference] = []
    try:
        differences = services.differences(draft, dossier)
    except (InvalidInput, MisconfiguredData) as refusal:
        problem = str(refusal.sentence)
    may_sign = facts.may(policies.Action.RESOLVE) and facts.dossier.state == DossierState.PROCESSING
    return render(
        request,
        "desk/result_draft.html",
        {
            "dossier": facts.dossier,
            "draft": draft,
            "sentence": sentence,
            "problem": problem,
            "differences": differences,
            "unseen": unseen,
            "may_sign": may_sign and not problem and not differences and not unseen,
            "signing": services.signing_outlook(dossier) if may_sign else "",
            "unasked": unasked_fee(facts),
            "awaited": facts.awaited,
            "tells": _RESOLVE.tells_of_draft(facts, draft.note) if may_sign else None,
            "colleague": services.claim_of_another(actor=facts.actor, dossier=facts.dossier, at=facts.now),
            "way_on": "" if may_sign else way_to_signing(facts),
            "may_prepare": facts.may(policies.Action.PREPARE_RESULT),
        },
        status=status,
    )


@officers_only
@require_safe
def document(request: HttpRequest, code: str, draft_id: int) -> HttpResponseBase:
    """The PDF, as it will be issued by whoever looks at it but for number and, on another day, the day."""
    actor, dossier = actor_of(request), desk_dossier(request, code)
    content = services.draft_pdf(actor=actor, dossier_id=dossier.pk, draft_id=draft_id)
    answer = document_services.download_response(
        content, file_name=f"du-thao-{code}.pdf", media_type="application/pdf", as_attachment=False
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@officers_only
@require_POST
def sign(request: HttpRequest, code: str) -> HttpResponseBase:
    """Sign exactly the draft that the page showed; 409 with the differences when it would say anything else."""
    facts = Facts(actor_of(request), desk_dossier(request, code))
    policies.require(facts.actor, policies.Action.RESOLVE, facts.dossier)
    draft = services.draft_of(facts.dossier, _number(request.POST.get("draft", "")))
    colleague = services.claim_of_another(actor=facts.actor, dossier=facts.dossier, at=facts.now)
    if colleague is not None and "take_over" not in request.POST:
        sentence = services.claimed_sentence(colleague)
        return _page(request, facts, draft, sentence=sentence, status=ClaimedByAnother.status)
    try:
        services.sign_draft(
            actor=facts.actor,
            dossier_id=facts.dossier.pk,
            draft_id=draft.pk,
            seen_version=_number(request.POST.get("seen_version", "")),
        )
        services.after_acting(actor=facts.actor, dossier_id=facts.dossier.pk)
    except (Conflict, MisconfiguredData, InvalidInput, TemporarilyUnavailable) as problem:
        fresh = Facts(facts.actor, desk_dossier(request, code))
        newest = fresh.result_draft
        if fresh.dossier.state != DossierState.PROCESSING or newest is None:
            messages.warning(request, str(problem.sentence))
            return back_to(code)
        # Where the draft itself has grown old, the page finds out what differs.
        unseen = problem.differences if isinstance(problem, DraftIsStale) and problem.has_newer else ()
        return _page(request, fresh, newest, sentence=problem.sentence, status=problem.status, unseen=unseen)
    messages.success(request, _RESOLVE.done_words(facts))
    return redirect("desk:workspace", code)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 18):
        raise DossierNotFound
    return int(typed)
