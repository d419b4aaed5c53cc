"""A note to the person filling in. Asks nothing."""

from procedures.form_definitions.kinds.base import register
from procedures.form_definitions.kinds.heading import SilentKind


@register("note")
class NoteKind(SilentKind):
    """`label` is the first, strong sentence, `help` the rest."""
