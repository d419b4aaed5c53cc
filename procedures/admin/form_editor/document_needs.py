"""For which answers a required document is needed, with the same condition builder as the fields."""

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.form_editor.desk import Desk
from procedures.admin.form_editor.row_conditions import condition_page


def edit(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, row_id: int) -> HttpResponse:
    """The condition of one document of the draft."""
    desk = Desk.open(model_admin, request, revision_id)
    document = desk.revision.required_documents.filter(pk=min(row_id, 2**63 - 1)).first()
    if document is None:
        raise Http404
    return condition_page(
        desk,
        raw=document.needed_when,
        legend=_("Cần giấy tờ này khi nào"),
        always=_("Luôn cần"),
        subject=document.name,
        title=_("Khi nào cần giấy tờ"),
        rows="required_documents",
        save=lambda condition: services.save_document_need(
            actor=administrator(request), document_id=document.pk, seen=desk.seen, condition=condition
        ),
        done=_("Đã lưu điều kiện của giấy tờ “%(name)s”.") % {"name": document.name[:200]},
    )
