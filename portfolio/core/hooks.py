"""The typed extension points through which upper rooms speak to lower ones. Nothing else in core knows a room."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app

K = TypeVar("K")
V = TypeVar("V")


class Viewer(Protocol):
    """Whoever looks: a signed-in person or an anonymous visitor."""

    @property
    def is_authenticated(self) -> bool:
        """False for a visitor."""
        ...


@dataclass(frozen=True)
class NavItem:
    """One word of the menu. `endpoint` without arguments; the lowest `order` stands first."""

    label: Any
    endpoint: str
    order: int


@dataclass(frozen=True)
class HomeCard:
    """A block of the home page: a template and what it is given. The lowest `order` stands first.

    `place` is "tasks" (what waits for you), "main" or "aside".
    """

    template: str
    context: Mapping[str, Any]
    order: int
    place: str = "main"
    waiting: int = 0


@dataclass(frozen=True)
class Exhibit:
    """An exhibit of a work by the work's own count, as its texts cite it; `url` leads to the item of that id."""

    number: int
    title: str
    pages: int | None
    url: str
    item_id: int = 0


@dataclass(frozen=True)
class PortfolioStand:
    """Where a portfolio stands, wherever it is shown: a state tag, the line of steps, and what comes next.

    `word`, `kind` and `symbol` are those of `states.tag`; `steps` are (state, word, when) with state done, now, back
    or "". A portfolio that nobody reports on is a draft at the first step.
    """

    word: Any
    kind: str
    symbol: str
    steps: Sequence[tuple[str, Any, Any]]
    next: Any = ""


@dataclass(frozen=True)
class Transition:
    """What a receiver learns of a move that is being written, inside its transaction."""

    name: str
    subject: Any
    source: str
    target: str
    actor: Any
    note: str


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold: which one, for which row."""

    invariant: str
    subject: str
    detail: str


@dataclass(frozen=True)
class Command:
    """A verb of `run.py`. `run` gets the application and the parsed words and returns the exit code.

    `schema` False: the verb must work before the tables are there or up to date.
    """

    help: str
    run: Callable[[Flask, argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None
    schema: bool = True


# Work that a job names: `task(attempt, **payload)`. Fetches by id, calls operations, opens its own transactions, and
# may be run again from the start, whatever an earlier attempt left behind.
Task = Callable[..., None]
Rule = Callable[[Any, Any], Any]
Disclosure = Callable[[Any, str, Any], bool | None]
Receiver = Callable[[Transition], None]


@dataclass
class Hooks:
    """All extension points of one application."""

    permission_rules: dict[str, list[Rule]] = field(default_factory=dict)
    disclosure: list[Disclosure] = field(default_factory=list)
    # Submissions that a person may not know of in whatever role, each a select of their ids: for lists, where
    # asking `disclosure` row by row would cost a query each.
    concealed: list[Callable[[Any], Any]] = field(default_factory=list)
    receivers: dict[str, list[Receiver]] = field(default_factory=dict)
    dossier_sections: list[tuple[int, Callable[..., Sequence[Any]]]] = field(default_factory=list)
    navigation: list[Callable[[Any], Iterable[NavItem]]] = field(default_factory=list)
    home_cards: list[Callable[[Any], Iterable[HomeCard]]] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    invariants: dict[str, Callable[[], Iterable[Violation]]] = field(default_factory=dict)
    personal_data: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    # What a person's erasure takes from a room: (order, room, function of the user), the lowest order first, so that
    # upper rooms come before lower ones. Each is an operation inside one transaction, bears repeating, and leaves what
    # was submitted, judged or issued.
    erase: list[tuple[int, str, Callable[[Any], None]]] = field(default_factory=list)
    # Inside the transaction in which an account opens, before the chain is written: whoever kept the person's address
    # from before there was an account for it can name the account now.
    account_opened: list[Callable[[Any], None]] = field(default_factory=list)
    # Why a person's data cannot be erased yet: sentences that say what to do first.
    erasure_refusals: list[Callable[[Any], Iterable[Any]]] = field(default_factory=list)
    audit_actions: set[str] = field(default_factory=set)
    recorded: list[Callable[[Any], None]] = field(default_factory=list)  # called with each new AuditEntry
    sample_data: list[tuple[int, str, Callable[[], None]]] = field(default_factory=list)
    seed: list[Callable[[], None]] = field(default_factory=list)  # what every installation needs; runs after migrate
    commands: dict[str, Command] = field(default_factory=dict)
    sweeps: dict[str, Callable[[], object]] = field(default_factory=dict)
    # Blocks on the page of a work: (user, work, heading code or None for the work's own page); place "main" or "aside".
    work_panels: list[Callable[[Any, Any, str | None], Iterable[HomeCard]]] = field(default_factory=list)
    # Exhibits of the academic a user works for, to choose from where a work names one: (user) -> (id, title).
    exhibit_choices: list[Callable[[Any], Sequence[tuple[int, str]]]] = field(default_factory=list)
    # What the texts of a work may cite: (user, work).
    work_exhibits: list[Callable[[Any, Any], Iterable[Exhibit]]] = field(default_factory=list)
    # Exhibits that bear out entries of a work's missions, by the entry's id: (user, work).
    mission_proofs: list[Callable[[Any, Any], Mapping[int, Sequence[Exhibit]]]] = field(default_factory=list)
    # Exhibits that bear out entries of a work's dissemination, by the entry's id: (user, work).
    dissemination_proofs: list[Callable[[Any, Any], Mapping[int, Sequence[Exhibit]]]] = field(default_factory=list)
    # Inside the transaction that saves such an entry: (work, id of the entry, ids of the items that bear it out).
    # An item that is no exhibit of the work raises ValueError.
    prove_dissemination: list[Callable[[Any, int, Sequence[int]], None]] = field(default_factory=list)
    # Blocks on the page of a portfolio: (user, portfolio); place "actions" (buttons in the head), "main" or "aside".
    portfolio_panels: list[Callable[[Any, Any], Iterable[HomeCard]]] = field(default_factory=list)
    # Inside the transaction in which a partner takes back the consent to be shown, with the id of the PartnerInWork:
    # whoever keeps the partner's name, words or picture erases them, and ends what was printed with them.
    consent_withdrawn: list[Callable[[int], None]] = field(default_factory=list)
    # The same where a partner takes back or replaces the picture alone, before anything was submitted with it.
    picture_taken_back: list[Callable[[int], None]] = field(default_factory=list)
    # Where portfolios stand, by id, asked once for a whole list.
    portfolio_stands: list[Callable[[Sequence[Any]], Mapping[int, PortfolioStand]]] = field(default_factory=list)
    # Blocks on the officers' page of a submission: (user, submission).
    submission_panels: list[Callable[[Any, Any], Iterable[HomeCard]]] = field(default_factory=list)
    # What `list NAME` prints.
    listings: dict[str, Callable[[], list[dict[str, Any]]]] = field(default_factory=dict)
    start_refusals: list[Callable[[], str]] = field(default_factory=list)  # why others must not reach this service yet
    # What `serve` tells who started it.
    start_lines: list[Callable[[], Sequence[str]]] = field(default_factory=list)

    def permit(self, permission: StrEnum, rule: Rule) -> None:
        """Add a rule for a permission; one rule that allows is enough."""
        self.permission_rules.setdefault(str(permission), []).append(rule)

    def audits(self, actions: type[StrEnum]) -> None:
        """Make a room's audit actions known; an unknown one cannot be recorded."""
        self.audit_actions.update(str(action) for action in actions)

    def on(self, transition: str, receiver: Receiver) -> None:
        """Run a receiver inside the transaction of a transition of a submission."""
        self.receivers.setdefault(transition, []).append(receiver)

    def task(self, name: str, function: Task) -> None:
        """Name a task; a name means one thing only."""
        _once(self.tasks, name, function)

    def sweep(self, name: str, function: Callable[[], object]) -> None:
        """Have the worker call this about once an hour: tidying that opens its own transactions and bears repeating."""
        _once(self.sweeps, name, function)

    def command(self, name: str, command: Command) -> None:
        """Add a verb to `run.py`."""
        _once(self.commands, name, command)

    def lists(self, name: str, rows: Callable[[], list[dict[str, Any]]]) -> None:
        """Add a kind to the `list` command: flat rows, each with the `id` that other commands take."""
        _once(self.listings, name, rows)

    def discloses(self, viewer: Any, fact: str, subject: Any) -> bool:
        """Whether this viewer may learn this fact of this subject.

        A refusal by anybody wins; with nobody to say yes the answer is to hide.
        """
        answers = [rule(viewer, fact, subject) for rule in self.disclosure]
        return any(answers) and False not in answers


def _once(registry: dict[K, V], key: K, value: V) -> None:
    if key in registry:
        raise ValueError(f"{key!r} is registered already")
    registry[key] = value


def current_hooks() -> Hooks:
    """The extension points of the current application."""
    hooks = current_app.extensions["hooks"]
    assert isinstance(hooks, Hooks)
    return hooks
