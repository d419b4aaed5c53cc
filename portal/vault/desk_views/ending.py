"""Revoking and replacing, in two steps: what was written, then what will come of it, then it is done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from portal.documents import selectors as document_selectors
from portal.documents import services as document_services
from portal.documents.errors import DocumentRefused
from portal.documents.services import FileGroup
from portal.vault import notices, selectors, services
from portal.vault.desk_views.access import actor_of, officers_only
from portal.vault.enums import PaperState
from portal.vault.forms.officer import ReplaceForm, RevokeForm
from portal.vault.models import IssuedPaper

UPLOAD_PURPOSE = "paper_replacement"
_DO, _CHANGE = "lam", "sua"


def _to_end(actor: Actor, public_id: UUID) -> IssuedPaper:
    """The paper, for an actor who may end it. Raises PaperNotFound, NotPermitted."""
    paper, in_charge = selectors.paper_for_officer(actor, public_id)
    if not services.may_end(actor, paper, in_charge):
        raise NotPermitted
    return paper


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """`buoc`: none shows what will come of it, "lam" does it, "sua" goes back to the form."""
    actor = actor_of(request)
    paper = _to_end(actor, public_id)
    if paper.state != PaperState.IN_FORCE:
        return redirect("vault_desk:paper", public_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    step = request.POST.get("buoc", "")
    if form.is_bound and form.is_valid() and step != _CHANGE:
        reason = form.cleaned_data["reason"]
        if step != _DO:
            return _confirm(request, paper, form, PaperState.REVOKED, reason)
        try:
            services.revoke_paper(actor=actor, public_id=public_id, reason=reason)
            messages.success(request, _("Đã thu hồi giấy tờ."))
            return redirect("vault_desk:paper", public_id)
        except InvalidInput as error:
            form.take(error)
        except Conflict as error:
            messages.warning(request, str(error.sentence))
            return redirect("vault_desk:paper", public_id)
    has_errors = form.is_bound and not form.is_valid()
    return render(request, "vault/desk/revoke.html", {"paper": paper, "form": form}, status=422 if has_errors else 200)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """As `revoke`; the new file is stored with the first step, so that it is chosen once."""
    actor = actor_of(request)
    paper = _to_end(actor, public_id)
    if paper.state != PaperState.IN_FORCE:
        return redirect("vault_desk:paper", public_id)
    form = (
        ReplaceForm(request.POST, request.FILES, paper=paper) if request.method == "POST" else ReplaceForm(paper=paper)
    )
    step = request.POST.get("buoc", "")
    stored = _take_file(request, form, actor) if form.is_bound else None
    if form.is_bound and form.is_valid() and step != _CHANGE and stored is not None:
        if step != _DO:
            return _confirm(
                request, paper, form, PaperState.REPLACED, form.cleaned_data["reason"], document=stored, is_new=True
            )
        try:
            new = _replace(actor, public_id, form, stored)
            messages.success(request, _("Đã thay giấy tờ. Đây là giấy tờ mới."))
            return redirect("vault_desk:paper", new.public_id)
        except InvalidInput as error:
            form.take(error)
        except Conflict as error:
            messages.warning(request, str(error.sentence))
            return redirect("vault_desk:paper", public_id)
    has_errors = form.is_bound and bool(form.errors)
    return render(
        request,
        "vault/desk/replace.html",
        {
            "paper": paper,
            "form": form,
            "stored": stored,
            "qr": document_services.qr_svg(services.verification_url(form.drawn_code())) if form.drawn_code() else "",
        },
        status=422 if has_errors else 200,
    )


def _replace(actor: Actor, public_id: UUID, form: ReplaceForm, stored: Any) -> IssuedPaper:
    asked = form.cleaned_data
    return services.replace_paper(
        actor=actor,
        public_id=public_id,
        reason=asked["reason"],
        code=form.drawn_code(),
        document_id=stored.pk,
        correction=services.Correction(
            title=asked["title"],
            number=asked["number"],
            validity=services.Validity(asked["issued_on"], asked["valid_from"], asked["valid_until"]),
            facts=form.facts(),
        ),
    )


def _take_file(request: HttpRequest, form: ReplaceForm, actor: Actor) -> Any:
    """The file sent now, else the one sent with an earlier step; None with an error beside the field for neither."""
    form.full_clean()
    if not form.drawn_code():
        form.add_error(None, _("Trang này mở đã quá lâu. Hãy mở lại để lấy mã mới."))
        return None
    upload = request.FILES.get("upload")
    try:
        if upload is not None:
            stored = document_services.store_upload(
                actor=actor,
                upload=upload,
                purpose=UPLOAD_PURPOSE,
                limits=document_services.upload_limits(groups=[FileGroup.PDF]),
            )
        elif form["document"].value():
            stored = document_selectors.own_upload(
                str(form["document"].value()), purpose=UPLOAD_PURPOSE, uploaded_by_id=actor.user_id
            )
        else:
            form.add_error("upload", _("Hãy chọn tệp PDF của giấy tờ mới."))
            return None
    except (DocumentRefused, NotFound) as error:
        form.add_error("upload", str(error.sentence))
        return None
    return stored


def _confirm(
    request: HttpRequest,
    paper: IssuedPaper,
    form: RevokeForm | ReplaceForm,
    state: PaperState,
    reason: str,
    *,
    document: Any = None,
    is_new: bool = False,
) -> HttpResponse:
    """What will be seen, who will be told what, what stops."""
    fields = [(field.html_name, field.value()) for field in form if field.name not in ("upload", "document")]
    if document is not None:
        fields.append(("document", str(document.pk)))
    return render(
        request,
        "vault/desk/confirm.html",
        {
            "paper": paper,
            "form": form,
            "fields": fields,
            "reason": reason,
            "is_new": is_new,
            "document": document,
            "mail": notices.preview(paper, state=state, reason=reason),
            "told": sum(bool(one.email) for one in selectors.people_of(paper)) if paper.released_at is not None else 0,
            "live_shares": selectors.live_shares(paper, clock.now()).count(),
            "copies": selectors.copies_of(paper).count(),
        },
    )
