"""The files of criteria sets and rule sets, read strictly, and the digest of what they say."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.criteria.models import Certainty, Grade, RuleCheckKind, Standing

DATA = Path(__file__).parent / "data"

_TYPE_CODE = re.compile("[A-Z]{1,20}")
_HEADING_CODE = re.compile("[a-z][0-9]{1,2}")


class ContentError(ValueError):
    """A criteria or rule file says something that cannot be used; the message names the place."""


@dataclass(frozen=True)
class CriterionContent:
    """A principle (`parent_code` None) or a criterion under one.

    `required_types` are codes of kinds of evidence of which a work should show at least one; `heading_codes` name the
    headings of a work under which the criterion is usually answered. Either may be empty.
    """

    code: str
    parent_code: str | None
    label_th: str
    label_en: str
    expected_evidence_th: str = ""
    expected_evidence_en: str = ""
    required_types: tuple[str, ...] = ()
    heading_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LevelContent:
    """A step of the scale."""

    value: int
    label_th: str
    label_en: str
    descriptor_th: str
    descriptor_en: str
    grade: Grade | None


@dataclass(frozen=True)
class CriteriaContent:
    """Everything one version of a criteria set says. `version` is the number the first version of its code gets."""

    code: str
    version: int
    standing: Standing
    title_th: str
    title_en: str
    banner_th: str
    banner_en: str
    source_th: str
    source_en: str
    criteria: tuple[CriterionContent, ...]
    levels: tuple[LevelContent, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the content; the spelling of the file (comments, order of keys) does not count."""
        return _digest(self)


@dataclass(frozen=True)
class HeadingContent:
    """A heading under which a work is written."""

    code: str
    label_th: str
    label_en: str
    guidance_th: str
    guidance_en: str
    target_words: int
    example_th: str = ""
    example_en: str = ""


@dataclass(frozen=True)
class GroupContent:
    """Headings brought together under one of fewer, for readers."""

    label_th: str
    label_en: str
    heading_codes: tuple[str, ...]


@dataclass(frozen=True)
class PositionContent:
    """An academic position."""

    code: str
    label_th: str
    label_en: str
    short_th: str
    short_en: str


@dataclass(frozen=True)
class CheckContent:
    """A rule that a machine can look at. `position`, `method` and `mode` say where it holds, empty means everywhere.

    `terms` by kind (years and days are whole numbers, levels are those of Grade, "b", "a", "a_plus"):

    - works: `options`, a list of ways; each way a list of needs {count, level, groups and/or kinds}. One way is
      enough, a work answers one need, and `groups` are those of the form (research, other, books). Levels are shown
      only: nobody but readers can say that a work has one.
    - service_years: `since` ("lecturer" or a position), `years` by highest degree (bachelor, master, doctorate, any).
    - roles: `roles` that the rules know, in their order.
    - dissemination: `all_of` and `one_of` (forum, visit, public, record), `kinds` of works it concerns.
    - reuse: `years` within which an earlier result may be used again, `level` ("same_or_lower").
    - method_suspended: `methods` that cannot be used.
    - appeals: `most`, `days` after learning of the resolution.
    """

    kind: RuleCheckKind
    position: str
    method: str
    mode: str
    terms: Mapping[str, Any]
    certainty: Certainty
    text_th: str
    text_en: str
    source_th: str
    source_en: str


@dataclass(frozen=True)
class RuleContent:
    """Everything one version of a rule set says."""

    code: str
    version: int
    be_year: int
    standing: Standing
    title_th: str
    title_en: str
    work_label_th: str
    work_label_en: str
    source_th: str
    source_en: str
    effective_from: date | None
    effective_to: date | None
    headings: tuple[HeadingContent, ...]
    positions: tuple[PositionContent, ...]
    groups: tuple[GroupContent, ...] = ()
    checks: tuple[CheckContent, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return _digest(self)


def _digest(content: CriteriaContent | RuleContent) -> str:
    values = asdict(content)
    del values["version"]
    if not values.get("checks", True):
        del values["checks"]  # a set without checks keeps the digest that it had before there were any
    for criterion in values.get("criteria", ()):
        for key in ("required_types", "heading_codes"):
            if not criterion[key]:
                del criterion[key]  # what a set does not say does not change its digest
    for heading in values.get("headings", ()):
        for key in ("example_th", "example_en"):
            if not heading[key]:
                del heading[key]
    if not values.get("groups", True):
        del values["groups"]
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def read_files(folder: Path = DATA) -> list[CriteriaContent | RuleContent]:
    """Every set of a folder, in the order of the file names. Raises ContentError naming file and place."""
    contents: list[CriteriaContent | RuleContent] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            contents.append(read_content(tomllib.loads(path.read_text(encoding="utf-8"))))
        except (ContentError, tomllib.TOMLDecodeError) as error:
            raise ContentError(f"{path.name}: {error}") from error
    return contents


def read_content(values: Mapping[str, Any]) -> CriteriaContent | RuleContent:
    """A criteria set (has `principles`) or a rule set (has `headings`) from the values of a file."""
    table = _Table(values, "")
    content = _criteria(table) if "principles" in values else _rules(table)
    table.finish()
    return content


def _criteria(table: _Table) -> CriteriaContent:
    criteria: list[CriterionContent] = []
    for principle in table.tables("principles"):
        code = principle.text("code")
        criteria.append(CriterionContent(code, None, principle.text("label_th"), principle.text("label_en")))
        children = principle.tables("criteria")
        criteria += [
            CriterionContent(
                child.text("code"),
                code,
                child.text("label_th"),
                child.text("label_en"),
                child.text("expected_evidence_th", ""),
                child.text("expected_evidence_en", ""),
                child.codes("required_types", _TYPE_CODE),
                child.codes("heading_codes", _HEADING_CODE),
            )
            for child in children
        ]
        for part in (*children, principle):
            part.finish()
    levels = []
    for level in table.tables("levels"):
        grade = level.text("grade", "")
        levels.append(
            LevelContent(
                level.whole("value"),
                level.text("label_th"),
                level.text("label_en"),
                level.text("descriptor_th", ""),
                level.text("descriptor_en", ""),
                _word(Grade, grade, level.place + "grade") if grade else None,
            )
        )
        level.finish()
    _distinct((criterion.code for criterion in criteria), "criteria")
    if [level.value for level in levels] != list(range(6)):
        raise ContentError("levels must be 0, 1, 2, 3, 4, 5 in this order")
    return CriteriaContent(
        code=table.text("code"),
        version=table.whole("version"),
        standing=_word(Standing, table.text("standing"), "standing"),
        title_th=table.text("title_th"),
        title_en=table.text("title_en"),
        banner_th=table.text("banner_th", ""),
        banner_en=table.text("banner_en", ""),
        source_th=table.text("source_th", ""),
        source_en=table.text("source_en", ""),
        criteria=tuple(criteria),
        levels=tuple(levels),
    )


def _rules(table: _Table) -> RuleContent:
    headings = []
    for heading in table.tables("headings"):
        headings.append(
            HeadingContent(
                heading.text("code"),
                heading.text("label_th"),
                heading.text("label_en"),
                heading.text("guidance_th", ""),
                heading.text("guidance_en", ""),
                heading.whole("target_words"),
                heading.text("example_th", ""),
                heading.text("example_en", ""),
            )
        )
        heading.finish()
    positions = []
    for position in table.tables("positions"):
        names = (position.text(key) for key in ("code", "label_th", "label_en", "short_th", "short_en"))
        positions.append(PositionContent(*names))
        position.finish()
    checks = [_check(check, {position.code for position in positions}) for check in table.tables("checks", least=0)]
    _distinct((heading.code for heading in headings), "headings")
    _distinct((position.code for position in positions), "positions")
    return RuleContent(
        code=table.text("code"),
        version=table.whole("version"),
        be_year=table.whole("be_year"),
        standing=_word(Standing, table.text("standing"), "standing"),
        title_th=table.text("title_th"),
        title_en=table.text("title_en"),
        work_label_th=table.text("work_label_th"),
        work_label_en=table.text("work_label_en"),
        source_th=table.text("source_th", ""),
        source_en=table.text("source_en", ""),
        effective_from=table.day("effective_from"),
        effective_to=table.day("effective_to"),
        headings=tuple(headings),
        positions=tuple(positions),
        groups=_groups(table, [heading.code for heading in headings]),
        checks=tuple(checks),
    )


def _check(table: _Table, positions: set[str]) -> CheckContent:
    kind = _word(RuleCheckKind, table.text("kind"), f"{table.place}kind")
    content = CheckContent(
        kind=kind,
        position=table.text("position", ""),
        method=table.text("method", ""),
        mode=table.text("mode", ""),
        terms=_terms(kind, table),
        certainty=_word(Certainty, table.text("certainty"), f"{table.place}certainty"),
        text_th=table.text("text_th"),
        text_en=table.text("text_en"),
        source_th=table.text("source_th"),
        source_en=table.text("source_en"),
    )
    if content.position and content.position not in positions:
        raise ContentError(f"{table.place}position must be one of {', '.join(sorted(positions))}")
    if content.mode not in ("", "normal", "special"):
        raise ContentError(f"{table.place}mode must be normal or special")
    table.finish()
    return content


TERMS: dict[RuleCheckKind, tuple[str, ...]] = {
    RuleCheckKind.WORKS: ("options",),
    RuleCheckKind.SERVICE_YEARS: ("since", "years"),
    RuleCheckKind.ROLES: ("roles",),
    RuleCheckKind.DISSEMINATION: ("all_of", "one_of", "kinds"),
    RuleCheckKind.REUSE: ("years", "level"),
    RuleCheckKind.METHOD_SUSPENDED: ("methods",),
    RuleCheckKind.APPEALS: ("most", "days"),
}
"""The terms that each kind of check has, all of them."""


def _terms(kind: RuleCheckKind, table: _Table) -> Mapping[str, Any]:
    terms = table.mapping("terms")
    place = f"{table.place}terms"
    if set(terms) != set(TERMS[kind]):
        raise ContentError(f"{place} must have {', '.join(TERMS[kind])} and nothing else")
    for name in ("days", "most"):
        if name in terms and (type(terms[name]) is not int or terms[name] < 0):
            raise ContentError(f"{place}.{name} must be a whole number")
    for number, way in enumerate(terms.get("options", [])):
        for need in way:
            is_known = set(need) <= {"count", "level", "groups", "kinds"} and {"groups", "kinds"} & set(need)
            if not is_known or type(need.get("count")) is not int:
                raise ContentError(f"{place}.options[{number}] must say count, and groups or kinds")
            _word(Grade, need.get("level", Grade.B), f"{place}.options[{number}].level")
    return terms


def _groups(table: _Table, headings: list[str]) -> tuple[GroupContent, ...]:
    if "groups" not in table.values:
        return ()
    groups = []
    for group in table.tables("groups"):
        codes = group.codes("heading_codes", _HEADING_CODE)
        groups.append(GroupContent(group.text("label_th"), group.text("label_en"), codes))
        group.finish()
    grouped = [code for group in groups for code in group.heading_codes]
    _distinct(grouped, "groups")
    if set(grouped) != set(headings):
        raise ContentError("groups: every heading must stand in one group")
    return tuple(groups)


class _Table:
    """A table of a file: what is taken is ticked off, and what is left over is an error."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values = values
        self.place = place
        self.taken: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required where there is no default."""
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise ContentError(f"{self.place}{key} must be a text")
        return value

    def whole(self, key: str) -> int:
        """A whole number from 0."""
        value = self._take(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ContentError(f"{self.place}{key} must be a whole number")
        return value

    def day(self, key: str) -> date | None:
        """A day, or None."""
        value = self._take(key, None)
        if value is not None and type(value) is not date:
            raise ContentError(f"{self.place}{key} must be a date")
        return value

    def codes(self, key: str, form: re.Pattern[str]) -> tuple[str, ...]:
        """A list of different codes of this form; none where the key is missing."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(code, str) and form.fullmatch(code) for code in value):
            raise ContentError(f"{self.place}{key} must be a list of codes")
        _distinct(value, self.place + key)
        return tuple(value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A table taken as it is."""
        value = self._take(key, None)
        if not isinstance(value, dict):
            raise ContentError(f"{self.place}{key} must be a table")
        return value

    def tables(self, key: str, least: int = 1) -> list[_Table]:
        """A list of tables with at least one, unless none is allowed."""
        value = self._take(key, None if least else [])
        if not isinstance(value, list) or len(value) < least or not all(isinstance(item, dict) for item in value):
            raise ContentError(f"{self.place}{key} must be a list of tables")
        return [_Table(item, f"{self.place}{key}[{number}].") for number, item in enumerate(value)]

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a misspelt one must not be lost in silence."""
        unknown = sorted(set(self.values) - self.taken)
        if unknown:
            raise ContentError(f"{self.place}{unknown[0]} is unknown")

    def _take(self, key: str, default: Any) -> Any:
        self.taken.add(key)
        return self.values.get(key, default)


def _word(vocabulary: Any, value: str, place: str) -> Any:
    try:
        return vocabulary(value)
    except ValueError:
        raise ContentError(f"{place} must be one of {', '.join(vocabulary)}") from None


def _distinct(codes: Any, place: str) -> None:
    seen = set()
    for code in codes:
        if code in seen:
            raise ContentError(f"{place}: {code} stands there twice")
        seen.add(code)
