"""Editing the wording of messages: checked on saving, every version kept."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput, NotFound, NotPermitted, Sentence
from portal.core.text import normalise
from portal.notifications.errors import WordingChanged
from portal.notifications.kinds import MessageKind, kind_of
from portal.notifications.models import MailWording
from portal.notifications.placeholders import names_in, problems_of
from portal.notifications.selectors import of_agency, wordings_for
from portal.notifications.wording import EditedWording, Wording, one_line, starting_text, word_edited, word_kind

MOST_BODY = 8_000


def save_wording(
    *,
    actor: Actor,
    kind: str,
    language: str,
    agency_id: int | None,
    subject: str,
    body: str,
    button_label: str,
    seen_version: int,
) -> MailWording:
    """A new version that counts from now on; mails already written down keep their words.

    `seen_version` is the version the editor started from (0: none). Raises InvalidInput with a sentence by the field,
    WordingChanged when somebody was faster, NotFound for a kind that is not edited, NotPermitted.
    """
    known = _editable(actor, kind)
    text = EditedWording(one_line(subject), body.replace("\r\n", "\n").strip(), one_line(button_label))
    problems = _problems(known, text)
    if problems:
        raise InvalidInput(fields=problems)
    return _next_version(
        actor,
        kind,
        language,
        agency_id,
        seen_version,
        subject=text.subject,
        body=text.body,
        button_label=text.button_label,
        is_default=False,
    )


def reset_wording(*, actor: Actor, kind: str, language: str, agency_id: int | None, seen_version: int) -> MailWording:
    """From now on what stands above counts again: the parent agency's wording, in the end the portal's own file."""
    _editable(actor, kind)
    return _next_version(actor, kind, language, agency_id, seen_version, is_default=True)


def sample_message(*, kind: str, language: str, text: EditedWording | None) -> Wording:
    """As a person would get it, with made-up facts; the portal's own wording for None.

    Raises InvalidInput for a text that could not be saved, NotFound for an unknown kind.
    """
    known = kind_of(kind)
    if known is None:
        raise NotFound
    context = {"recipient_name": "Nguyễn Thị An", **known.sample()}
    if text is None:
        return word_kind(kind, language, context)
    problems = _problems(known, text)
    if problems:
        raise InvalidInput(fields=problems)
    return word_edited(known, text, language, context)


def wording_to_edit(*, kind: str, language: str, agency_id: int | None) -> EditedWording:
    """What counts for the agency now, as text with variables; the portal's own files turned into such a text."""
    known = kind_of(kind)
    if known is None or not known.is_editable:
        raise NotFound
    return wordings_for(language, agency_id, kinds=[kind]).edited(kind) or starting_text(known, language)


def _editable(actor: Actor, kind: str) -> MessageKind:
    if actor.kind not in {ActorKind.ADMINISTRATOR, ActorKind.SYSTEM}:
        raise NotPermitted
    known = kind_of(kind)
    if known is None or not known.is_editable:
        raise NotFound
    return known


def _problems(kind: MessageKind, text: EditedWording) -> dict[str, Sentence]:
    known = {variable.name for variable in kind.variables}
    found: dict[str, Sentence] = {}
    for field, value, most in (("subject", text.subject, 200), ("body", text.body, MOST_BODY)):
        problems = problems_of(value, known)
        if not normalise(value):
            problems = [_("Không để trống.")]
        elif len(value) > most:
            problems.append(_("Dài quá %(most)s ký tự.") % {"most": most})
        if problems:
            found[field] = " ".join(problems)
    if len(text.button_label) > 60:
        found["button_label"] = _("Dài quá %(most)s ký tự.") % {"most": 60}
    elif "{" in text.button_label or "}" in text.button_label:
        found["button_label"] = _("Chữ trên nút không có biến.")
    missing = [name for name in kind.required_names if name not in names_in(f"{text.subject}\n{text.body}")]
    if missing and not found:
        found["body"] = _("Loại thông báo này phải nói rõ %(names)s.") % {
            "names": ", ".join(f"{{{{{name}}}}}" for name in missing)
        }
    return found


def _next_version(
    actor: Actor, kind: str, language: str, agency_id: int | None, seen_version: int, **values: object
) -> MailWording:
    latest = (
        MailWording.objects.filter(of_agency(agency_id), kind=kind, language=language)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    ) or 0
    if latest != seen_version:
        raise WordingChanged
    row: Mapping[str, object] = {
        "kind": kind,
        "language": language,
        "agency_id": agency_id,
        "version": seen_version + 1,
        "written_by_id": actor.user_id,
        **values,
    }
    try:
        with transaction.atomic():
            return MailWording.objects.create(**row)
    except IntegrityError:
        # The unique constraint decides a race between two editors.
        raise WordingChanged from None
