"""From frozen content to the document tree: the order, headings and tables of a dossier, in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask_babel import force_locale
from flask_babel import gettext as _

from portfolio.core.clock import today
from portfolio.criteria.models import Grade, Standing
from portfolio.dossier.dissemination import dissemination
from portfolio.dossier.document import (
    QR,
    Block,
    BulletList,
    CertificatePage,
    Column,
    Cover,
    Document,
    EvidenceRef,
    FormRow,
    Inline,
    Inlines,
    Language,
    Meta,
    Note,
    NumberedList,
    Paragraph,
    Quote,
    Run,
    Section,
    SignatureLine,
    form,
    paragraph,
    parse_prose,
    printed_date,
    table,
)
from portfolio.dossier.indicators import indicators
from portfolio.dossier.linebreaks import shortened
from portfolio.dossier.missions import missions
from portfolio.dossier.models import Edition, EditionKind
from portfolio.dossier.participation import participation
from portfolio.dossier.partners import partners
from portfolio.dossier.record import citation, record
from portfolio.dossier.terms import Terms
from portfolio.evidence.queries import current_criteria
from portfolio.evidence.vocabulary import TYPE_LABELS
from portfolio.partners.frozen import with_partners
from portfolio.portfolios.models import Portfolio
from portfolio.record.models import CvKind
from portfolio.submissions.snapshots import content_as_kept, content_of, exhibit_numbers, freeze, gather
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.references_in_text import brackets
from portfolio.works.vocabulary import (
    CHANGE_DOMAIN_LABELS,
    KIND_GROUPS,
    KIND_LABELS,
    MISSION_LABELS,
    ROLE_LABELS,
    THEME_LABELS,
    WorkGroup,
    WorkKind,
    sdgs,
)

LAYOUT = 7
"""Changes whenever the same content would be arranged differently, so that editions tell it apart."""

BANGKOK = "TH-10"
HEAD_LETTERS = {"th": 54, "en": 38}
"""Of a running head: one line beside its marks, in every writer and in wider fonts than ours."""

_PREFIX = re.compile(r"^(?:ตำบล|แขวง|อำเภอ|เขต|ต\.|อ\.)\s*")
_THAI = re.compile("[\u0e01-\u0e2e]")
_LATIN = re.compile("[A-Za-z]")


def build_document(edition: Edition, *, public_url: str) -> Document:
    """The tree of an edition, from its frozen inputs alone."""
    inputs = json.loads(edition.inputs)
    content = content_as_kept(edition.snapshot)
    terms = Terms(cast(Language, edition.language), edition.thai_digits)
    with force_locale(edition.language):
        meta = Meta(
            title=terms.pick(content["portfolio"], "title"),
            number=edition.number,
            language=terms.language,
            date=edition.dated,
            thai_digits=edition.thai_digits,
            running_head=shortened(terms.pick(content["portfolio"], "title"), HEAD_LETTERS[terms.language]),
            input_digest=edition.inputs_digest,
            verify_url=f"{public_url}/verify/{inputs['code']}",
            author=terms.pick(content["applicant"], "name"),
            fictional=bool(inputs["fictional"]),
            confidential=bool(inputs["sections"]),
        )
        return _compose(content, inputs["sections"], meta, terms, EditionKind(inputs["kind"]))


def build_draft(portfolio: Portfolio, *, language: str, fictional: bool) -> Document:
    """The tree of a portfolio as it is now, for the preview; it has no number and proves nothing."""
    draft = freeze(gather(portfolio, current_criteria()))
    content = with_partners(json.loads(draft.content), {value.digest: value.value for value in draft.sealed})
    terms = Terms(cast(Language, language), False)
    with force_locale(language):
        title = terms.pick(content["portfolio"], "title")
        meta = Meta(
            title=title,
            number=_("Preview"),
            language=terms.language,
            date=today(),
            running_head=shortened(title, HEAD_LETTERS[terms.language]),
            author=terms.pick(content["applicant"], "name"),
            fictional=fictional,
        )
        return _compose(content, [], meta, terms, EditionKind.FULL)


def exhibit_titles(edition: Edition) -> dict[int, str]:
    """The titles of an edition's exhibits by number, in its language."""
    terms = Terms(cast(Language, edition.language), edition.thai_digits)
    return {item["number"]: terms.pick(item, "title") for item in content_of(edition.snapshot)["evidence"]}


def _compose(
    content: dict[str, Any], brought: list[dict[str, Any]], meta: Meta, terms: Terms, kind: EditionKind
) -> Document:
    sections: list[Section] = []
    chapters: list[tuple[str, list[Section]]] = [
        (_("The applicant"), list(_applicant(content, terms))),
        (_("Personal history and academic works"), list(record(content, terms))),
        *((_work_title(work, content, terms), list(_work(work, content, terms))) for work in content["works"]),
        (_("Evidence by criterion"), list(_criteria(content, terms))),
        (_("List of evidence"), list(_evidence(content, terms))),
        *((title, parts) for title, parts in _brought(brought, content, terms)),
        (_("About this document"), list(_about(content, meta, terms))),
    ]
    for place, (title, parts) in enumerate(((title, parts) for title, parts in chapters if parts), start=1):
        head, *rest = parts
        number = terms.count(place)
        sections.append(Section(1, number, title, head.blocks, new_page=place > 1))
        below = 0
        for part in rest:
            below += part.level == 2
            label = f"{number}.{terms.count(below)}" if part.level == 2 and not part.number else part.number
            sections.append(Section(part.level, label, part.title, part.blocks, part.new_page))
    return Document(meta, _cover(content, meta, terms, kind), tuple(sections))


def _cover(content: dict[str, Any], meta: Meta, terms: Terms, kind: EditionKind) -> Cover:
    applicant, portfolio = content["applicant"], content["portfolio"]
    kinds = {EditionKind.FULL: _("Full edition"), EditionKind.HR: _("Edition for human resources")}
    lines = [
        (_("Applicant"), terms.pick(applicant, "name")),
        (_("Affiliation"), _affiliation(applicant, terms)),
        (_("Academic position sought"), terms.label(portfolio["position"], "label") if portfolio["position"] else ""),
        (_("Field"), terms.pick(portfolio, "field")),
        (_("Rule set"), terms.label(content["rule_set"], "title")),
    ]
    return Cover(
        organization=_("Association for University Social Engagement Thailand"),
        label=_("Dossier for an academic position") + f" · {kinds[kind]}",
        title=meta.title,
        subtitle=terms.label(content["rule_set"], "work_label"),
        lines=tuple(FormRow(label, value) for label, value in lines if value),
    )


def _head(*blocks: Block) -> Section:
    """The opening of a chapter; its title is given by the chapter."""
    return Section(1, "", "-", tuple(blocks))


# The applicant ----------------------------------------------------------------------------------


def _affiliation(applicant: dict[str, Any], terms: Terms) -> str:
    parts = [terms.pick(applicant, "department")]
    parts += [terms.pick(place, "name") for place in (applicant["faculty"], applicant["university"]) if place]
    return (" " if terms.language == "th" else ", ").join(part for part in parts if part)


def _applicant(content: dict[str, Any], terms: Terms) -> Iterator[Section]:
    applicant, portfolio = content["applicant"], content["portfolio"]
    thai = terms.language == "th"
    name, other = terms.pick(applicant, "name"), applicant["name_en" if thai else "name_th"]
    rows = [
        (_("Name"), name),
        (_("Name in English") if thai else _("Name in Thai"), other if other != name else ""),
        (_("Affiliation"), _affiliation(applicant, terms)),
        (_("Academic position sought"), terms.label(portfolio["position"], "label") if portfolio["position"] else ""),
        (_("Field"), terms.pick(portfolio, "field")),
    ]
    yield _head(form([(label, value) for label, value in rows if value]))
    statement = terms.pick(portfolio, "statement")
    if statement:
        yield Section(2, "", _("Summary of the portfolio"), tuple(parse_prose(statement)))
    if content.get("record"):
        return
    for kind, title, columns, cells in _cv_tables(terms):  # a snapshot from before the form was frozen
        entries = [entry for entry in content["cv"] if entry["kind"] == kind.value]
        if entries:
            yield Section(
                2,
                "",
                title,
                (
                    table(
                        [width for _w, width in columns],
                        [word for word, _w in columns],
                        [cells(entry) for entry in entries],
                    ),
                ),
            )


def _cv_tables(terms: Terms) -> list[tuple[CvKind, str, list[tuple[str, float]], Any]]:
    def years(entry: dict[str, Any]) -> str:
        return "–".join(year for year in (terms.year(entry["year_from"]), terms.year(entry["year_to"])) if year)

    def tenure(entry: dict[str, Any]) -> str:
        if entry["year_from"] and not entry["year_to"]:
            return "–".join((terms.year(entry["year_from"]), _("present")))
        return years(entry)

    def hours(entry: dict[str, Any]) -> str:
        return terms.figure(entry["hours_per_week"])

    return [
        (
            CvKind.EDUCATION,
            _("Education"),
            [(_("Qualification and field"), 5), (_("Institution"), 4), (_("Year"), 2.4)],
            lambda e: [terms.pick(e, "title"), terms.pick(e, "institution"), years(e)],
        ),
        (
            CvKind.APPOINTMENT,
            _("Positions held"),
            [(_("Position"), 5), (_("Place of work"), 4), (_("Years"), 2.4)],
            lambda e: [terms.pick(e, "title"), terms.pick(e, "institution"), tenure(e)],
        ),
        (
            CvKind.TEACHING,
            _("Teaching load"),
            [(_("Course"), 4), (_("Semester"), 4.2), (_("Hours per week"), 2.2)],
            lambda e: [terms.pick(e, "title"), terms.pick(e, "detail"), hours(e)],
        ),
        (
            CvKind.SERVICE,
            _("Academic service"),
            [(_("Activity"), 4), (_("For whom"), 4.2), (_("Hours per week"), 2.2)],
            lambda e: [terms.pick(e, "title"), terms.pick(e, "institution"), hours(e)],
        ),
    ]


# The works --------------------------------------------------------------------------------------


def _work_title(work: dict[str, Any], content: dict[str, Any], terms: Terms) -> str:
    title = terms.pick(work, "title")
    if len(content["works"]) == 1:
        return title
    return _("Work %(number)s: %(title)s", number=terms.count(work["position"]), title=title)


def _work(work: dict[str, Any], content: dict[str, Any], terms: Terms) -> Iterator[Section]:
    yield _head(*_facts(work, terms), *_spoken(work, terms))
    summary = terms.pick(work, "summary")
    if summary:
        yield Section(2, "", _("Summary"), tuple(parse_prose(summary)))
    numbers = exhibit_numbers(content, work["position"])
    for part in work["sections"]:
        if not part["body"] and not asks_headings(WorkKind(work.get("kind", WorkKind.SOCIAL))):
            continue  # a heading is asked of works that serve a community; of others it is shown where it has text
        blocks = tuple(with_references(parse_prose(part["body"]), numbers)) if part["body"] else ()
        yield Section(2, "", terms.label(part, "label"), blocks or (paragraph(_("Nothing was written here.")),))
    if work["indicators"]:
        yield Section(
            2,
            "",
            _("Indicators before and after"),
            tuple(indicators(work, terms, lambda parts: _referring(parts, numbers))),
        )
    if work.get("mission_entries"):
        yield Section(2, "", _("Missions joined"), tuple(missions(work, terms)))
    if work.get("dissemination"):
        yield Section(2, "", _("Dissemination"), tuple(dissemination(work, terms)))
    if work.get("participation") and len(work["participation"]["people"]) > 1:
        yield Section(2, "", _("Participation in the work"), tuple(participation(work["participation"], terms)))
    elif work["contributions"]:
        rows = [
            [terms.pick(one, "name"), str(ROLE_LABELS[one["role"]]), terms.pick(one, "part")]
            for one in work["contributions"]
        ]
        blocks = (table([3, 2.5, 5], [_("Name"), _("Role"), _("Part in the work")], rows),)
        yield Section(2, "", _("Contributions to the work"), blocks)
    if work["partners"]:
        yield Section(2, "", _("Partners"), tuple(partners(work, terms)))


def _spoken(work: dict[str, Any], terms: Terms) -> Iterator[Block]:
    """A word on the language of the seven sections, which are kept in one language only."""
    text = "".join(part["body"] for part in work["sections"])
    thai, latin = len(_THAI.findall(text)), len(_LATIN.findall(text))
    if terms.language == "en" and thai > latin:
        yield Note((Run(_("The sections of this work were written in Thai and are printed as they were assessed.")),))


def _facts(work: dict[str, Any], terms: Terms) -> Iterator[Block]:
    goals = sdgs()
    period = " – ".join(day for day in (terms.day(work["period_start"]), terms.day(work["period_end"])) if day)
    if work.get("publication") and KIND_GROUPS[WorkKind(work["kind"])] is not WorkGroup.OTHER:
        yield Paragraph(citation(work))
    rows = [
        (_("Kind of work"), str(KIND_LABELS[WorkKind(work["kind"])]) if work.get("kind") else ""),
        (_("Discipline"), terms.pick(work, "discipline")),
        (_("Area"), _area(work, terms)),
        (_("Theme"), str(THEME_LABELS[work["theme"]]) if work["theme"] else ""),
        (_("Period of work"), period),
        (
            _("Domains of change"),
            _joined([str(label) for code, label in CHANGE_DOMAIN_LABELS.items() if code in work["change_domains"]]),
        ),
        (
            _("Missions joined"),
            _joined([str(label) for code, label in MISSION_LABELS.items() if code in work["missions"]]),
        ),
        (
            _("Sustainable Development Goals"),
            _joined([f"{terms.count(goal)} {goals[goal].name_in(terms.language)}" for goal in work["sdgs"]]),
        ),
        (_("Declaration"), _("This is not work for profit.") if work["not_for_profit"] else ""),
    ]
    yield form([(label, value) for label, value in rows if value])


def _area(work: dict[str, Any], terms: Terms) -> str:
    """Sub-district, district and province. Bangkok has its own names for the first two, and is no จังหวัด."""
    province = work["province"]
    places = [_PREFIX.sub("", work[name].strip()) for name in ("subdistrict", "district")]
    if terms.language == "en":
        return ", ".join(part for part in (*places, province and province["name_en"]) if part)
    in_bangkok = province is not None and province["code"] == BANGKOK
    marks = ("แขวง", "เขต") if in_bangkok else ("ต.", "อ.")
    parts = [f"{mark}{place}" for mark, place in zip(marks, places, strict=True) if place]
    if province:
        parts.append(province["name_th"] if in_bangkok else f"จ.{province['name_th']}")
    return " ".join(parts)


def _joined(words: Sequence[str]) -> str:
    return ", ".join(words)


def with_references(blocks: Sequence[Block], numbers: dict[int, int]) -> Iterator[Block]:
    """Turn "[หลักฐาน 3 หน้า 2]" in a work's text into references. A number the work does not have stays text."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield Paragraph(_referring(block.runs, numbers), block.align, block.indent)
        elif isinstance(block, BulletList):
            yield BulletList(tuple(_referring(entry, numbers) for entry in block.entries))
        elif isinstance(block, NumberedList):
            yield NumberedList(tuple(_referring(entry, numbers) for entry in block.entries), block.start)
        else:
            yield block


def _referring(parts: Inlines, numbers: dict[int, int]) -> Inlines:
    found: list[Inline] = []
    for part in parts:
        if not isinstance(part, Run):
            found.append(part)
            continue
        if part.url:
            found.append(part)
            continue
        end = 0
        for bracket in brackets(part.text):
            if any(token.number not in numbers for token in bracket):
                continue
            opening = "("
            for token in bracket:
                found.append(Run(part.text[end : token.start] + opening, bold=part.bold))
                found.append(EvidenceRef(numbers[token.number], token.page))
                end, opening = token.end, ""
            found.append(Run(")", bold=part.bold))
        if part.text[end:]:
            found.append(Run(part.text[end:], bold=part.bold))
    return tuple(found)


# Evidence ---------------------------------------------------------------------------------------


def _criteria(content: dict[str, Any], terms: Terms) -> Iterator[Section]:
    criteria_set = content["criteria_set"]
    if criteria_set is None:
        return
    exhibits: dict[str, set[int]] = {}
    for item in content["evidence"]:
        for use in item["uses"]:
            for code in use["criteria"]:
                exhibits.setdefault(code, set()).add(item["number"])
    opening: list[Block] = [paragraph(terms.label(criteria_set, "title"))]
    if criteria_set["standing"] == Standing.PROVISIONAL:
        opening.append(Note((Run(terms.label(criteria_set, "banner")),)))
    rows: list[list[Any]] = []
    for principle in (row for row in criteria_set["criteria"] if row["parent"] is None):
        rows.append([Run(principle["code"], bold=True), Run(terms.label(principle, "label"), bold=True), ""])
        for criterion in (row for row in criteria_set["criteria"] if row["parent"] == principle["code"]):
            numbers = sorted(exhibits.get(criterion["code"], ()))
            rows.append([criterion["code"], terms.label(criterion, "label"), _references(numbers, terms)])
    columns = [Column(1.1), Column(5.9), Column(3.7)]
    opening.append(table(columns, [_("Code"), _("Criterion"), _("Exhibit number")], rows))
    yield _head(*opening)


def _references(numbers: Sequence[int], terms: Terms) -> list[Inline]:
    if not numbers:
        return [Run(_("No evidence given"))]
    parts: list[Inline] = []
    for number in numbers:
        if parts:
            parts.append(Run(", "))
        parts.append(EvidenceRef(number, None, label=terms.count(number)))
    return parts


def _evidence(content: dict[str, Any], terms: Terms) -> Iterator[Section]:
    if not content["evidence"]:
        return
    rows: list[list[Any]] = []
    for item in content["evidence"]:
        file = item["file"]
        caption = terms.pick(item, "caption")
        described: list[Inline] = [Run(terms.pick(item, "title"), bold=True)]
        if caption:
            described.append(Run(f"\n{caption}"))
        if item["url"]:
            described += [Run("\n"), Run(item["url"], url=item["url"])]
        rows.append(
            [
                EvidenceRef(item["number"], None, label=terms.count(item["number"])),
                described,
                str(TYPE_LABELS[item["type"]]),
                terms.short_day(item["dated"]),
                terms.count(file["pages"]) if file else "",
            ]
        )
    columns = [Column(0.9, "right"), Column(5), Column(2.3), Column(2.1), Column(1.2, "right")]
    heads = [_("No."), _("Evidence"), _("Type"), _("Dated"), _("Pages")]
    yield _head(table(columns, heads, rows))


# What review brings -----------------------------------------------------------------------------


def _brought(
    brought: list[dict[str, Any]], content: dict[str, Any], terms: Terms
) -> Iterator[tuple[str, list[Section]]]:
    for one in brought:
        if one["kind"] == "result":
            yield _("The association's outcome"), list(_result(one, content, terms))


def _grade(code: str) -> str:
    return _("below B") if Grade(code) is Grade.BELOW_B else Grade(code).label


def _result(result: dict[str, Any], content: dict[str, Any], terms: Terms) -> Iterator[Section]:
    rows = [
        [
            terms.count(work["position"]),
            terms.pick(work, "title"),
            _grade(work["grade"]),
            work["certificate_number"] or "–",
        ]
        for work in result["works"]
    ]
    columns = [Column(0.8, "right"), Column(5.4), Column(1.5, "center"), Column(3.6)]
    opening: list[Block] = [
        paragraph(_("Decided on %(date)s.", date=terms.day(result["decided_on"]))),
        table(columns, [_("No."), _("Work"), _("Level"), _("Certificate")], rows),
        Note((Run(_("These are the association's levels. They do not bind the institution's own consideration.")),)),
    ]
    yield _head(*opening)
    for work in result["works"]:
        reason = parse_prose(terms.pick(work, "reason"))
        if reason or work["remarks"]:
            yield Section(2, "", terms.pick(work, "title"), tuple(reason))
        if work["remarks"]:
            said = BulletList(tuple((Run(text),) for text in work["remarks"]))
            yield Section(3, "", _("Remarks of the reviewers, who are not named"), (said,))
    if result["remarks"]:
        quotes = tuple(Quote((Run(text),)) for text in result["remarks"])
        yield Section(2, "", _("Remarks on the whole portfolio"), quotes)
    for work in result["works"]:
        if work["certificate_number"]:
            yield Section(
                2,
                "",
                _("Certificate %(number)s", number=work["certificate_number"]),
                (
                    CertificatePage(
                        heading=_("Certificate of quality\nof socially engaged scholarship"),
                        number=work["certificate_number"],
                        recipient=terms.pick(content["applicant"], "name"),
                        statement=_(
                            "has carried out a work that experts assessed against the association's quality criteria"
                        ),
                        subject=terms.pick(work, "title"),
                        level=_grade(work["grade"]),
                        date=terms.day(result["decided_on"]),
                        signatures=(
                            SignatureLine(role=_("For the Association for University Social Engagement Thailand")),
                        ),
                    ),
                ),
            )


# About ------------------------------------------------------------------------------------------


def _about(content: dict[str, Any], meta: Meta, terms: Terms) -> Iterator[Section]:
    rule_set = content["rule_set"]
    rows = [
        (_("Document number"), meta.number),
        (_("Issued on"), printed_date(meta.date, terms.language, terms.thai_digits)),
        (_("Rule set"), _versioned(rule_set, terms)),
    ]
    if content["criteria_set"]:
        rows.append((_("Criteria set"), _versioned(content["criteria_set"], terms)))
    if meta.input_digest:
        rows.append((_("Digest of the inputs (SHA-256)"), meta.input_digest))
    blocks: list[Block] = [form(rows)]
    blocks.append(paragraph(_("The association's outcome does not bind the institution's own consideration.")))
    if meta.verify_url:
        blocks.append(QR(meta.verify_url, _("Scan to verify this document, or open the address.")))
    yield _head(*blocks)


def _versioned(published: dict[str, Any], terms: Terms) -> str:
    return f"{terms.label(published, 'title')}\n{published['code']} v{published['version']}"
