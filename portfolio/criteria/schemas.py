"""The files of criteria sets and rule sets, read strictly, and the digest of what they say."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.criteria.models import Grade, Standing

DATA = Path(__file__).parent / "data"


class ContentError(ValueError):
    """A criteria or rule file says something that cannot be used; the message names the place."""


@dataclass(frozen=True)
class CriterionContent:
    """A principle (`parent_code` None) or a criterion under one."""

    code: str
    parent_code: str | None
    label_th: str
    label_en: str
    expected_evidence_th: str = ""
    expected_evidence_en: str = ""


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


@dataclass(frozen=True)
class PositionContent:
    """An academic position."""

    code: str
    label_th: str
    label_en: str
    short_th: str
    short_en: str


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

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return _digest(self)


def _digest(content: CriteriaContent | RuleContent) -> str:
    values = asdict(content)
    del values["version"]
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
            )
        )
        heading.finish()
    positions = []
    for position in table.tables("positions"):
        names = (position.text(key) for key in ("code", "label_th", "label_en", "short_th", "short_en"))
        positions.append(PositionContent(*names))
        position.finish()
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
    )


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

    def tables(self, key: str) -> list[_Table]:
        """A list of tables with at least one."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
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
