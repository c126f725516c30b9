"""A state machine as a table: which moves there are, from where, to where. It decides nothing about people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ImpossibleMove(Exception):
    """The subject is not in a state from which this move leads anywhere."""

    def __init__(self, move: str, state: str) -> None:
        super().__init__(f"{move} is impossible from {state}")
        self.move = move
        self.state = state


@dataclass(frozen=True)
class Move:
    """One row of the table. `permission` is asked of the actor, `action` is what the audit chain records."""

    name: str
    sources: frozenset[StrEnum]
    target: StrEnum
    permission: StrEnum
    action: StrEnum


class Workflow:
    """The table of one kind of subject."""

    def __init__(self, states: type[StrEnum], *, initial: StrEnum, moves: Iterable[Move]) -> None:
        self.states = states
        self.initial = initial
        self.moves = {move.name: move for move in moves}
        unreachable = set(states) - {initial} - {move.target for move in self.moves.values()}
        if unreachable:
            raise ValueError(f"no move leads to {sorted(unreachable)}")

    def check(self, name: str, state: StrEnum) -> Move:
        """The move of this name, if it can be made from this state; else ImpossibleMove."""
        move = self.moves[name]
        if state not in move.sources:
            raise ImpossibleMove(name, state)
        return move

    def possible(self, state: StrEnum) -> list[Move]:
        """Every move that leads on from a state."""
        return [move for move in self.moves.values() if state in move.sources]
