"""What the checks of a rule set say of a portfolio: plain facts in, findings out. They warn and never stop anybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.criteria.checks import (
    dissemination_missing,
    reuse_is_over,
    service_suffices,
    unknown_roles,
    works_suffice,
)
from portfolio.criteria.models import RuleCheck, RuleCheckKind
from portfolio.works.dissemination.models import Way
from portfolio.works.dissemination.vocabulary import WAY_LABELS
from portfolio.works.vocabulary import ROLE_LABELS, ContributionRole, WorkKind


class Outcome(StrEnum):
    """What can be said of a rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


OUTCOME_LABELS: dict[Outcome, Any] = {
    Outcome.MET: _l("Met, by what is here"),
    Outcome.NOT_MET: _l("Not met, by what is here"),
    Outcome.UNKNOWN: _l("Cannot be told here"),
}


@dataclass(frozen=True)
class WorkFacts:
    """What rules ask of a work. `number` is its place in the portfolio; `uses` are (position code, CE year) of passed
    requests, None where nothing is said of earlier use; `ways` those in which it was made known, by the rules' words.
    """

    id: int
    number: int
    kind: str
    group: str
    roles: Sequence[str] = ()
    uses: Sequence[tuple[str, int]] | None = ()
    ways: Collection[str] = ()


@dataclass(frozen=True)
class RuleFacts:
    """What rules ask of a portfolio and its academic. Empty texts are not chosen or not in the record.

    `degree` is the highest (bachelor, master, doctorate), `since` the first day of each position that is dated, by
    the rules' codes, `ranks` the order of their positions.
    """

    position: str
    mode: str
    method: str
    degree: str
    since: Mapping[str, date]
    works: Sequence[WorkFacts]
    on: date
    ranks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mend:
    """Where what is missing is filled in."""

    act: Any
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A rule and what can be said of it, in words."""

    check: RuleCheck
    outcome: Outcome
    words: Sequence[Any] = ()
    mend: Mend | None = None


@dataclass(frozen=True)
class Findings:
    """All rules that concern a portfolio; `waiting` counts those that wait until something is chosen."""

    found: Sequence[Finding]
    waiting: int = 0
    choose: Sequence[Any] = ()

    def count(self, outcome: Outcome | str) -> int:
        """How many rules came out so."""
        return sum(finding.outcome == outcome for finding in self.found)


def evaluate(checks: Sequence[RuleCheck], facts: RuleFacts) -> Findings:
    """The findings, not met before unknown before met; rules that do not concern the portfolio are left out."""
    chosen = {"position_code": facts.position, "mode": facts.mode, "method": facts.method}
    words = {"position_code": _l("the position sought"), "mode": _l("the mode"), "method": _l("the method")}
    found, waiting, missing = [], 0, set()
    for check in checks:
        asked = {name: getattr(check, name) for name in chosen if getattr(check, name)}
        if any(chosen[name] and chosen[name] != value for name, value in asked.items()):
            continue
        open_choices = {name for name in asked if not chosen[name]}
        if open_choices:
            waiting += 1
            missing |= open_choices
            continue
        judge = _JUDGES.get(check.kind)
        finding = judge(check, facts) if judge is not None else None
        if finding is not None:
            found.append(finding)
    order = [Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET]
    found.sort(key=lambda finding: order.index(finding.outcome))
    return Findings(found, waiting, [word for name, word in words.items() if name in missing])


def _works(check: RuleCheck, facts: RuleFacts) -> Finding:
    enough = works_suffice(check.terms, [(work.kind, work.group) for work in facts.works])
    if enough:
        words = _l("Number and kinds are enough. The levels that the rule asks for are for the reviewers to give.")
        return Finding(check, Outcome.MET, [words])
    short = _l("The %(count)s works chosen do not make up any of the ways that the rule names.", count=len(facts.works))
    return Finding(check, Outcome.NOT_MET, [short], Mend(_l("Choose works"), "portfolios.show_works"))


def _service(check: RuleCheck, facts: RuleFacts) -> Finding:
    degree_counts = "any" not in check.terms["years"]
    if degree_counts and not facts.degree:
        words = _l("The record names no degree with its level.")
        return Finding(check, Outcome.UNKNOWN, [words], Mend(_l("Open the record"), "record.show"))
    since = facts.since.get(check.terms["since"])
    if since is None:
        words = _l("The record does not say since when the position was held from which the years are counted.")
        return Finding(check, Outcome.UNKNOWN, [words], Mend(_l("Open the record"), "record.show"))
    years = full_years(since, facts.on)
    enough = service_suffices(check.terms, facts.degree, years)
    if enough is None:
        return Finding(check, Outcome.UNKNOWN, [_l("The rule does not speak of the degree in the record.")])
    words = _l("By the record, %(years)s full years to this day.", years=years)
    return Finding(check, Outcome.MET if enough else Outcome.NOT_MET, [words])


def full_years(since: date, on: date) -> int:
    """Whole years from a day to another, none before it."""
    return max(0, on.year - since.year - ((on.month, on.day) < (since.month, since.day)))


def _roles(check: RuleCheck, facts: RuleFacts) -> Finding | None:
    """Works serving a community have roles and a form of their own."""
    works = [work for work in facts.works if work.kind != WorkKind.SOCIAL]
    foreign, silent = [], []
    for work in works:
        roles = unknown_roles(check.terms, work.roles)
        if roles and len(roles) == len(work.roles):
            names = ROLE_LABELS[ContributionRole(roles[0])]
            foreign.append((work, _l("Work %(number)s: %(role)s", number=work.number, role=names)))
        elif not work.roles:
            silent.append((work, _l("Work %(number)s does not name your own part", number=work.number)))
    for lacking, outcome in ((foreign, Outcome.NOT_MET), (silent, Outcome.UNKNOWN)):
        if lacking:
            mend = Mend(_l("Look at the people"), "participation.index_contributors", {"work_id": lacking[0][0].id})
            return Finding(check, outcome, [words for _work, words in lacking], mend)
    return Finding(check, Outcome.MET) if works else None


def _dissemination(check: RuleCheck, facts: RuleFacts) -> Finding | None:
    """A work that names no way at all has not been asked yet; one that names some lacks the others."""
    lacking, silent = [], []
    for work in facts.works:
        if work.kind not in check.terms["kinds"]:
            continue
        missing = dissemination_missing(check.terms, work.kind, work.ways)
        if missing and work.ways:
            for said in _missing_ways(check, missing):
                lacking.append((work, _l("Work %(number)s lacks: %(way)s", number=work.number, way=said)))
        elif missing:
            silent.append((work, _l("Work %(number)s does not say yet how it was made known", number=work.number)))
    for works, outcome in ((lacking, Outcome.NOT_MET), (silent, Outcome.UNKNOWN)):
        if works:
            mend = Mend(_l("Look at the dissemination"), "dissemination.index", {"work_id": works[0][0].id})
            return Finding(check, outcome, [words for _work, words in works], mend)
    return Finding(check, Outcome.MET) if any(work.kind in check.terms["kinds"] for work in facts.works) else None


def _missing_ways(check: RuleCheck, missing: Sequence[str]) -> list[Any]:
    """The ways that are missing, those of which one is enough as one."""
    either = [WAY_LABELS[Way(word)] for word in check.terms["one_of"] if word in missing]
    one = (
        [reduce(lambda first, second: _l("%(first)s or %(second)s", first=first, second=second), either)]
        if either
        else []
    )
    return one + [WAY_LABELS[Way(word)] for word in check.terms["all_of"] if word in missing]


def _reuse(check: RuleCheck, facts: RuleFacts) -> Finding | None:
    """The rule holds for requests of the same or a lower position than the earlier one."""
    sought = facts.ranks.get(facts.position)
    over, silent = [], []
    for work in facts.works:
        if work.uses is None:
            silent.append((work, _l("Work %(number)s does not say whether it was used before", number=work.number)))
            continue
        for position, year in work.uses:
            before = facts.ranks.get(position)
            higher = sought is not None and before is not None and sought > before
            if not higher and reuse_is_over(check.terms, year, facts.on):
                over.append((work, _l("Work %(number)s was used before, longer ago than that.", number=work.number)))
                break
    for lacking, outcome in ((over, Outcome.NOT_MET), (silent, Outcome.UNKNOWN)):
        if lacking:
            mend = Mend(_l("Look at earlier uses"), "bibliography.index_uses", {"work_id": lacking[0][0].id})
            return Finding(check, outcome, [words for _work, words in lacking], mend)
    return Finding(check, Outcome.MET) if facts.works else None


def _suspended(check: RuleCheck, facts: RuleFacts) -> Finding:
    choose = Mend(_l("Choose the method"), "portfolios.edit")
    if not facts.method:
        return Finding(check, Outcome.UNKNOWN, [_l("The method of this portfolio is not chosen yet.")], choose)
    if facts.method in check.terms["methods"]:
        return Finding(check, Outcome.NOT_MET, [_l("This portfolio names that method.")], choose)
    return Finding(check, Outcome.MET, [_l("This portfolio names another method.")])


_JUDGES: dict[RuleCheckKind, Callable[[RuleCheck, RuleFacts], Finding | None]] = {
    RuleCheckKind.WORKS: _works,
    RuleCheckKind.SERVICE_YEARS: _service,
    RuleCheckKind.ROLES: _roles,
    RuleCheckKind.DISSEMINATION: _dissemination,
    RuleCheckKind.REUSE: _reuse,
    RuleCheckKind.METHOD_SUSPENDED: _suspended,
}
"""Appeals have no judge: they come after a resolution, and a portfolio says nothing of them."""
