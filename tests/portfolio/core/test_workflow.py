"""The table of moves."""

from __future__ import annotations

from enum import StrEnum

import pytest

from portfolio.core.workflow import ImpossibleMove, Move, Workflow


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    OVER = "over"


class Word(StrEnum):
    MOVE = "thing:move"


def move(name: str, sources: set[State], target: State) -> Move:
    return Move(name, frozenset(sources), target, Word.MOVE, Word.MOVE)


@pytest.fixture
def workflow() -> Workflow:
    return Workflow(
        State,
        initial=State.DRAFT,
        moves=[
            move("send", {State.DRAFT}, State.SENT),
            move("end", {State.SENT}, State.OVER),
            move("take_back", {State.SENT}, State.DRAFT),
        ],
    )


def test_move_leads_on(workflow: Workflow) -> None:
    assert workflow.check("send", State.DRAFT).target == State.SENT


@pytest.mark.parametrize("state", [State.SENT, State.OVER])
def test_impossible_move_says_what_and_from_where(workflow: Workflow, state: State) -> None:
    with pytest.raises(ImpossibleMove) as caught:
        workflow.check("send", state)
    assert (caught.value.move, caught.value.state) == ("send", state)


def test_unknown_move_is_a_mistake_of_ours(workflow: Workflow) -> None:
    with pytest.raises(KeyError):
        workflow.check("unheard", State.DRAFT)


def test_moves_from_a_state(workflow: Workflow) -> None:
    assert [found.name for found in workflow.possible(State.SENT)] == ["end", "take_back"]
    assert workflow.possible(State.OVER) == []


def test_state_that_nothing_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match="over"):
        Workflow(State, initial=State.DRAFT, moves=[move("send", {State.DRAFT}, State.SENT)])
