"""The drawn state machine is the one that runs."""

from dossiers import state_graph
from dossiers.enums import DossierState, Transition


def test_the_page_in_docs_is_the_one_the_code_renders() -> None:
    assert state_graph.PATH.read_text(encoding="utf-8") == state_graph.rendered(), (
        'run: make manage ARGS="render_state_graph"'
    )


def test_every_transition_and_state_is_drawn() -> None:
    names = {name for name, _source, _target in state_graph.edges()}
    assert names == set(Transition) - {Transition.UNDO}
    ends = {state for _name, source, target in state_graph.edges() for state in (source, target)}
    assert ends == set(DossierState)


def test_every_transition_is_somebodys_to_do() -> None:
    assert [one for one in Transition if not state_graph.who_may(one)] == []
