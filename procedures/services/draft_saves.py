"""Saving drafts without overwriting each other: every save has a number, and a save made on an older one is refused."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from procedures.errors import StaleDraft, UnknownProcedure
from procedures.models import DraftSave, ProcedureRevision, RequiredDocument, ResultParagraph
from procedures.services.document_conditions import check_need
from procedures.services.drafts import lock_procedure, require_catalogue_editor, require_draft

# Saves remembered of one draft, and so how far back its form can be undone.
KEPT = 30
_NEED = "needed_when"
# Code of a refusal because the draft was saved elsewhere, as in `StaleDraft`.
STALE = StaleDraft.code


def last_save(revision_id: int) -> DraftSave | None:
    """The newest save of a draft; None while nobody saved it since it was made."""
    return DraftSave.objects.filter(revision_id=revision_id).order_by("-number").first()


def save_number(revision_id: int) -> int:
    """The version of the draft as it stands: what a page must bring back when it saves. 0 = never saved."""
    save = last_save(revision_id)
    return save.number if save is not None else 0


def lock_draft(*, actor: Actor, revision_id: int) -> ProcedureRevision:
    """The draft under its row lock, procedure first as everywhere. Raises `UnknownProcedure`, `RevisionFrozen`."""
    require_catalogue_editor(actor)
    procedure_id = ProcedureRevision.objects.filter(pk=revision_id).values_list("procedure_id", flat=True).first()
    lock_procedure(procedure_id or 0)
    draft = ProcedureRevision.objects.select_for_update(of=("self",)).filter(pk=revision_id).first()
    if draft is None:
        raise UnknownProcedure
    require_draft(draft)
    return draft


def require_fresh(revision_id: int, seen: int) -> None:
    """Raise `StaleDraft`, with who saved when, if the draft was saved after the save numbered `seen`.

    Only under the draft's lock does the answer stay true.
    """
    newest = last_save(revision_id)
    if newest is not None and newest.number != seen:
        raise StaleDraft(stale_sentence(newest))


def stale_sentence(newest: DraftSave) -> str:
    when = clock.local(newest.at)
    return _(
        "%(name)s đã lưu bản nháp này lúc %(time)s ngày %(day)s, sau khi bạn mở trang. Thay đổi của bạn chưa được lưu."
    ) % {
        "name": newest.actor_name or _("Hệ thống"),
        "time": f"{when:%H:%M}",
        "day": f"{when:%d/%m/%Y}",
    }


@transaction.atomic
def save_draft(*, actor: Actor, draft: ProcedureRevision, seen: int) -> ProcedureRevision:
    """Store the changed fields of a draft as one numbered save. Raises `RevisionFrozen`, `StaleDraft`."""
    stored = lock_draft(actor=actor, revision_id=draft.pk)
    require_fresh(draft.pk, seen)
    # The state is the workflow's; it is not to be carried back by a page that was opened before.
    draft.state = stored.state
    draft.save()
    before = stored.form_definition if stored.form_definition != draft.form_definition else None
    record_save(actor=actor, draft=draft, kind=DraftSave.Kind.PAGE, definition_before=before)
    return draft


@transaction.atomic
def save_document_need(*, actor: Actor, document_id: int, seen: int, condition: dict[str, Any]) -> RequiredDocument:
    """Set for which answers a document of a draft is needed; {} = always. The condition is judged by the form engine.

    Raises `DefinitionError`, `RevisionFrozen`, `StaleDraft`.
    """
    document = RequiredDocument.objects.select_related("revision").get(pk=document_id)
    draft = lock_draft(actor=actor, revision_id=document.revision_id)
    require_fresh(draft.pk, seen)
    check_need(draft.form_definition, condition)
    setattr(document, _NEED, condition)
    document.save(update_fields=[_NEED])
    what = _("điều kiện của giấy tờ “%(name)s”") % {"name": document.name[:200]}
    record_save(actor=actor, draft=draft, kind=DraftSave.Kind.PAGE, description=what)
    return document


@transaction.atomic
def save_paragraph_condition(
    *, actor: Actor, paragraph_id: int, seen: int, condition: dict[str, Any]
) -> ResultParagraph:
    """Set for which answers a paragraph of a draft's result template is printed; {} = always.

    Raises `DefinitionError`, `RevisionFrozen`, `StaleDraft`.
    """
    paragraph = ResultParagraph.objects.select_related("template").get(pk=paragraph_id)
    draft = lock_draft(actor=actor, revision_id=paragraph.revision_id)
    require_fresh(draft.pk, seen)
    check_need(draft.form_definition, condition)
    paragraph.shown_when = condition
    paragraph.save(update_fields=["shown_when"])
    what = _("điều kiện của một đoạn trong “%(name)s”") % {"name": paragraph.template.title[:200]}
    record_save(actor=actor, draft=draft, kind=DraftSave.Kind.PAGE, description=what)
    return paragraph


def record_save(
    *,
    actor: Actor,
    draft: ProcedureRevision,
    kind: DraftSave.Kind,
    description: str = "",
    definition_before: dict[str, Any] | None = None,
) -> DraftSave:
    """Number a save that was just made. Under the draft's lock; forgets saves beyond `KEPT`."""
    number = save_number(draft.pk) + 1
    save = DraftSave.objects.create(
        revision=draft,
        number=number,
        kind=kind,
        description=description[:300],
        definition_before=definition_before,
        actor_kind=actor.kind,
        actor_name=actor.display_name[:120],
        user_id=actor.user_id,
        at=clock.now(),
    )
    DraftSave.objects.filter(revision=draft, number__lte=number - KEPT).delete()
    return save
