"""Files inside the declaration: a program uploads one before it names it; a person looks at one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.errors import DraftClosed
from dossiers.views.requests import actor_of, own_draft
from portal.core.errors import InvalidInput
from portal.documents import services as document_services


@login_required
@never_cache
@require_POST
def upload(request: HttpRequest, public_id: UUID, field_key: str) -> HttpResponse:
    """Store the file posted as `upload` for one question; answers 201 with what an answer may name.

    A refusal is a problem document (RFC 9457) with the sentence a person can act on.
    """
    dossier = own_draft(request, public_id)
    chosen = request.FILES.get("upload")
    try:
        if not dossier.is_draft:
            raise DraftClosed
        if chosen is None:
            raise InvalidInput(fields={"upload": _("Hãy chọn tệp trước khi bấm tải lên.")})
        link = services.attach_declaration_file(
            actor=actor_of(request), dossier_id=dossier.pk, field_key=field_key, upload=chosen
        )
    except (InvalidInput, DraftClosed) as error:
        return JsonResponse(
            {
                "type": "about:blank",
                "title": str(error.sentence),
                "status": error.status,
                "code": error.code,
                "detail": str(next(iter(error.fields.values()), error.sentence)),
                "path": field_key,
            },
            status=error.status,
            content_type="application/problem+json",
        )
    document = link.document
    return JsonResponse(
        {
            "document": str(document.pk),
            "name": document.original_name,
            "size": document.size,
            "sha256": document.sha256,
        },
        status=201,
    )


@login_required
@never_cache
@require_safe
def draft_file(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponseBase:
    """A file of the person's own draft, or of what they mend after filing."""
    found = selectors.declaration_file(own_draft(request, public_id), document_id, with_unsent_supplement=True)
    return document_services.document_response(found.document, as_attachment=False)


@login_required
@never_cache
@require_safe
def filed_file(request: HttpRequest, code: str, document_id: UUID) -> HttpResponseBase:
    """A file of a dossier the person filed."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    found = selectors.declaration_file(dossier, document_id, with_unsent_supplement=True)
    return document_services.document_response(found.document, as_attachment=False)
