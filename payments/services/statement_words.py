"""The words an installation adds to what the readers of statements know."""

from django.utils.translation import gettext as _

from payments.enums import CELL_MEANINGS, StatementMeaning, StatementSource
from payments.gateways import gateway_named
from payments.gateways.statement_values import plain
from payments.models import StatementWord
from payments.selectors.statements import PROVIDER_OF, statement_words
from portal.core.actors import Actor
from portal.core.errors import InvalidInput


def fold_statement_word(word: str) -> str:
    """The form in which a word of a statement is compared; empty for one that says nothing."""
    return plain(word)


def check_statement_word(word: StatementWord) -> None:
    """Would the reader of the source use this word, and has it one meaning there? Raises InvalidInput."""
    folded = plain(word.word)
    if not folded:
        raise InvalidInput(fields={"word": _("Hãy ghi tên cột hoặc từ như trong tệp.")})
    known = gateway_named(PROVIDER_OF[StatementSource(word.source)]).statement_words
    if word.meaning not in known:
        raise InvalidInput(fields={"meaning": _("Sao kê của nguồn này không dùng nghĩa ấy.")})
    own = statement_words(word.source, but=word.pk)
    for meaning in _rivals_of(StatementMeaning(word.meaning)):
        if folded in known.get(meaning, ()) or folded in own.get(meaning, ()):
            raise InvalidInput(fields={"word": _("Từ này đã có nghĩa khác: %(meaning)s.") % {"meaning": meaning.label}})


def save_statement_word(*, actor: Actor, word: StatementWord) -> StatementWord:
    """Keep a word; from the next import on it is understood. Who may is the admin's rule. Raises InvalidInput."""
    check_statement_word(word)
    word.folded = plain(word.word)
    word.save()
    return word


def _rivals_of(meaning: StatementMeaning) -> set[StatementMeaning]:
    """The meanings a word cannot have beside this one: a title names one column, a word in a cell says one thing."""
    for cell_meanings in CELL_MEANINGS:
        if meaning in cell_meanings:
            return set(cell_meanings - {meaning})
    return set(StatementMeaning) - {meaning}.union(*CELL_MEANINGS)
