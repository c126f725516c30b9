"""What a package holds, table by table: which rows belong to a portfolio, and what of each row is written.

Everything is written but what is named here with its reason; a test goes through every table of the service, so
that a new column is either in the package or left out on purpose. docs/package.md tells the format to others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Column, Table

from portfolio.core.db import Base

SCHEMA = "ent-portfolio-package"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Part:
    """A table of the package, and how its rows are found once those before it are.

    `via` leads up to a row that is in already; `named_by` lists (table, column) of rows that point here; `of_owner`
    is the column of the academic: all rows of that person, whatever portfolio they are printed in.
    """

    table: str
    via: str = ""
    of_owner: str = ""
    named_by: tuple[tuple[str, str], ...] = ()


# In the order in which rows are found. They are written in the order in which they can be put back.
PARTS = (
    Part("portfolios"),
    Part("portfolio_works", via="portfolio_id"),
    Part("works", named_by=(("portfolio_works", "work_id"),)),
    Part("bibliographies", via="work_id"),
    Part("earlier_uses", via="work_id"),
    Part("work_sections", via="work_id"),
    Part("work_section_versions", via="section_id"),
    Part("section_renumberings", via="section_id"),
    Part("work_change_domains", via="work_id"),
    Part("work_missions", via="work_id"),
    Part("work_sdgs", via="work_id"),
    Part("change_records", via="work_id"),
    Part("follow_ups", via="record_id"),
    Part("mission_entries", via="work_id"),
    Part("disseminations", via="work_id"),
    Part("contributions", via="work_id"),
    Part("ethics_declarations", via="work_id"),
    Part("participation_forms", via="work_id"),
    Part("participation_transfers", via="work_id"),
    Part("participation_duties", via="contribution_id"),
    Part("participation_contacts", via="contribution_id"),
    Part("participation_signatures", via="contribution_id"),
    Part("participation_absences", via="contribution_id"),
    Part("partners_in_works", via="work_id"),
    Part("partners", named_by=(("partners_in_works", "partner_id"),)),
    Part("testimonies", via="in_work_id"),
    Part("evidence_uses", via="work_id"),
    Part(
        "evidence_items",
        named_by=(("evidence_uses", "evidence_id"), ("participation_absences", "evidence_item_id")),
    ),
    Part("evidence_versions", via="evidence_id"),
    Part("evidence_use_criteria", via="use_id"),
    Part("evidence_use_headings", via="use_id"),
    Part("evidence_use_missions", via="use_id"),
    Part("evidence_use_disseminations", via="use_id"),
    Part("self_assessments", via="work_id"),
    Part("self_scores", via="self_assessment_id"),
    Part("cv_entries", of_owner="owner_id"),
    Part("record_profiles", of_owner="user_id"),
)

_HERE = "an account, a right or a task of this installation"
_GONE = "what was submitted, judged or issued stays where it was, under its own digests"
_AGAIN = "made anew from the file"
_SHARED = "a rule or criteria set is named by code and version; both sides have it"
_LINK = "a link that was sent out leads to this installation"

LEFT_OUT: dict[str, str] = {
    "audit_entries": _HERE,
    "audit_head": _HERE,
    "users": _HERE,
    "sign_in_sessions": _HERE,
    "sign_in_attempts": _HERE,
    "tokens": _HERE,
    "organizations": _HERE,
    "memberships": _HERE,
    "role_grants": _HERE,
    "delegations": _HERE,
    "delegated_deeds": _HERE,
    "jobs": _HERE,
    "worker_beats": _HERE,
    "mail_messages": _HERE,
    "import_batches": _HERE,
    "import_entries": _HERE,
    "package_transfers": _HERE,
    "personal_copies": _HERE,
    "uploads": "a file that has not wholly come is not evidence yet",
    "evidence_uploads": "a file that has not wholly come is not evidence yet",
    "personal_details": "birth date, salary and telephone are typed again where a form needs them, and travel nowhere",
    "stored_files": "written as files, and named where they are used",
    "file_reports": _AGAIN,
    "preview_pages": _AGAIN,
    "thumbnails": _AGAIN,
    "criteria_sets": _SHARED,
    "criteria": _SHARED,
    "levels": _SHARED,
    "rule_sets": _SHARED,
    "rule_checks": _SHARED,
    "rule_groups": _SHARED,
    "rule_headings": _SHARED,
    "rule_positions": _SHARED,
    "calls": _GONE,
    "call_rule_sets": _GONE,
    "submissions": _GONE,
    "submission_moves": _GONE,
    "live_works": _GONE,
    "snapshots": _GONE,
    "snapshot_files": _GONE,
    "snapshot_works": _GONE,
    "sealed_values": _GONE,
    "editions": _GONE,
    "edition_files": _GONE,
    "releases": _GONE,
    "revocations": _GONE,
    "downloads": _GONE,
    "partner_links": _LINK,
    "signing_requests": _LINK,
    "signing_links": _LINK,
    "signing_replies": _LINK,
}

OMITTED: dict[str, str] = {
    "evidence_items.preview_state": _AGAIN,
    "participation_signatures.request_id": _LINK,
}

KEPT_VERSIONS = {"work_sections"}  # whose history counts in the same numbers


@cache
def names() -> frozenset[str]:
    """The tables of a package."""
    return frozenset(part.table for part in PARTS)


def table(name: str) -> Table:
    """The table itself."""
    return Base.metadata.tables[name]


def target_of(column: Column[object]) -> str:
    """The table that a column refers to, or an empty text."""
    key = next(iter(column.foreign_keys), None)
    return key.column.table.name if key is not None else ""


def is_written(column: Column[object]) -> bool:
    """Whether a column stands in the package: as its value, or as a reference."""
    name = f"{column.table.name}.{column.name}"
    if name in OMITTED or target_of(column) == "users":
        return False
    if column.name == "version":
        return column.table.name in KEPT_VERSIONS
    return column.name != "id"


def key_of(column: Column[object]) -> str:
    """The word in the JSON: the column's name, without `_id` where it refers to something."""
    return column.name.removesuffix("_id") if column.foreign_keys else column.name


def written_columns(name: str) -> Iterable[Column[object]]:
    """The columns of a table that stand in the package."""
    return [column for column in table(name).columns if is_written(column)]


def insertion_order() -> list[str]:
    """The tables of a package so that what is referred to comes first."""
    return [known.name for known in Base.metadata.sorted_tables if known.name in names()]
