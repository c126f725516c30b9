"""Works as publications: what a reference becomes, what a form keeps, who used what before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.core.clock import frozen_at
from portfolio.core.db import Stale, session, transaction
from portfolio.core.permissions import Forbidden
from portfolio.criteria.models import Certainty, RuleSet
from portfolio.criteria.queries import latest_rule_set
from portfolio.organizations.models import Role
from portfolio.works.bibliography import operations, queries
from portfolio.works.bibliography.models import EarlierResult, EarlierUse, ScopusQuartile
from portfolio.works.bibliography.operations import PublicationFields, TooLongError, UsedBeforeError, UseFields
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference
from portfolio.works.models import Contribution, Work
from portfolio.works.operations import ContributionFields, add_contribution
from portfolio.works.vocabulary import ContributionRole, WorkKind
from tests.builders.accounts import make_user
from tests.builders.criteria import make_rule_set as publish_rules
from tests.builders.organizations import grant_role
from tests.builders.queries import count_queries
from tests.builders.works import make_bibliography, make_contribution, make_earlier_use, make_rule_set, make_work

ARTICLE = Reference(
    form=PublicationForm.JOURNAL_ARTICLE,
    title="Clean water in the uplands",
    title_other="น้ำสะอาดบนพื้นที่สูง",
    authors=(
        AuthorName(family="Doe", given="Jane B."),
        AuthorName(family="Namsommut", given="Sommot"),
        AuthorName(family="ณ อยุธยา", given="สมหญิง"),
        AuthorName(literal="Water Users' Union"),
    ),
    editors=(AuthorName(family="ใจดี", given="สมชาย"),),
    year=2024,
    month=5,
    day=2,
    container_title="Journal of Water",
    volume="5",
    issue="2",
    pages="1-9",
    doi="10.5555/water.1",
    issn="2985-1807",
    isbn="9780306406157",
    url="https://example.org/1",
    language="en",
    abstract="What was done.",
    keywords=("water", "uplands"),
    note="A note",
    key="doe2024",
    extra={"arxiv": "2401.1"},
)


def make_work_from(reference: Reference, kind: WorkKind = WorkKind.RESEARCH) -> Work:
    user = make_user()
    grant_role(user, Role.ACADEMIC)
    rules = session.scalar(select(RuleSet)) or make_rule_set()
    return operations.create_from_reference(actor=user, rule_set=rules, kind=kind, reference=reference)


def test_a_reference_comes_back_as_it_went_in(app: Flask, database: object) -> None:
    with transaction():
        work = make_work_from(ARTICLE)
        assert (work.kind, work.title_en, work.title_th) == (WorkKind.RESEARCH, ARTICLE.title, ARTICLE.title_other)
        assert queries.reference_of(work) == ARTICLE


def test_an_english_title_that_quotes_a_thai_word_stays_the_english_one(app: Flask, database: object) -> None:
    quoting = replace(ARTICLE, title="What ขวัญ means in the uplands", title_other="ความหมายของขวัญบนที่สูง (khwan)")
    turned = replace(quoting, title=quoting.title_other, title_other=quoting.title, language="th")
    with transaction():
        for reference in (quoting, turned):
            work = make_work_from(reference)
            assert (work.title_en, work.title_th) == (quoting.title, quoting.title_other)
            cited = queries.reference_of(work)
            assert (cited.title, cited.title_other) == (reference.title, reference.title_other)


def test_the_academic_is_found_among_the_authors(app: Flask, database: object) -> None:
    with transaction():
        work = make_work_from(ARTICLE)
        people = list(session.scalars(select(Contribution).where(Contribution.work_id == work.id)))
        assert [(person.is_owner, person.role) for person in people] == [
            (False, ContributionRole.FIRST_AUTHOR),
            (True, ContributionRole.CO_AUTHOR),
            (False, ContributionRole.CO_AUTHOR),
            (False, ContributionRole.CO_AUTHOR),
        ]
        short = replace(ARTICLE, authors=(AuthorName(family="Namsommut", given="S."),))
        assert [person.is_owner for person in make_work_from(short).contributions] == [True]
        stranger = replace(ARTICLE, authors=(AuthorName(family="Namsommut", given="Rak"),))
        assert [person.is_owner for person in make_work_from(stranger).contributions] == [False]


def test_two_references_with_one_title_are_two_works(app: Flask, database: object) -> None:
    with transaction():
        user, rules = make_user(), make_rule_set()
        made = {
            operations.create_from_reference(
                actor=user, rule_set=rules, kind=WorkKind.ARTICLE, reference=Reference(title="Editorial")
            ).id
            for _turn in range(2)
        }
        assert len(made) == 2


def test_applying_a_reference_keeps_roles_parts_and_what_was_noted(app: Flask, database: object) -> None:
    with transaction():
        work = make_work_from(ARTICLE)
        owner = work.owner
        own = next(person for person in work.contributions if person.is_owner)
        own.part_th, own.role = "เขียนต้นฉบับ", ContributionRole.CORRESPONDING_AUTHOR
        row = queries.bibliography_of(work)
        assert row is not None
        row.scopus_quartile, row.citations = ScopusQuartile.Q1, 12
        session.flush()
        changed = replace(
            ARTICLE,
            title="Cleaner water",
            authors=(AuthorName(family="Namsommut", given="Sommot"), AuthorName(family="New", given="N.")),
            volume="6",
        )
        operations.apply_reference(actor=owner, work=work, reference=changed)
        assert queries.reference_of(work) == changed
        session.refresh(own)
        assert (own.position, own.part_th, own.role) == (1, "เขียนต้นฉบับ", ContributionRole.CORRESPONDING_AUTHOR)
        people = list(session.scalars(select(Contribution).where(Contribution.work_id == work.id)))
        assert sum(person.is_author for person in people) == 2
        assert len(people) == 5
        assert (row.scopus_quartile, row.citations) == (ScopusQuartile.Q1, 12)


def test_a_number_that_fails_its_check_is_kept_but_not_cited(app: Flask, database: object) -> None:
    with transaction():
        work = make_work_from(replace(ARTICLE, doi="not a doi", issn="1234-5678"))
        reference = queries.reference_of(work)
        assert (reference.doi, reference.issn) == ("", "")
        assert reference.extra == {"arxiv": "2401.1", "doi": "not a doi", "issn": "1234-5678"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 501}, "title"),
        ({"container_title": "x" * 501}, "container_title"),
        ({"pages": "1" * 61}, "pages"),
        ({"authors": (AuthorName(family="x" * 121, given="A."),)}, "author"),
    ],
)
def test_what_is_too_long_is_named_and_nothing_is_written(
    app: Flask, database: object, change: dict[str, object], field: str
) -> None:
    with transaction():
        with pytest.raises(TooLongError) as refused:
            make_work_from(replace(ARTICLE, **change))  # type: ignore[arg-type]
        assert refused.value.field == field
        assert session.scalar(select(Work.id)) is None


def test_a_work_nobody_knows_as_a_publication_is_cited_by_its_title(app: Flask, database: object) -> None:
    with transaction():
        work = make_work(make_user(), make_rule_set())
        make_contribution(work, name_th="ผศ. ดร.สมชาย ใจดี", is_owner=True)
        add_contribution(
            actor=work.owner, work=work, fields=ContributionFields(name_th="นายบุญมี ใจงาม", is_author=False)
        )
        reference = queries.reference_of(work)
        assert (reference.form, reference.title) == (PublicationForm.DOCUMENT, "น้ำสะอาด")
        assert reference.authors == (AuthorName(family="ใจดี", given="สมชาย"),)


def test_names_follow_the_language_of_the_publication(app: Flask, database: object) -> None:
    with transaction():
        work = make_work(make_user(), make_rule_set())
        person = make_contribution(work, name_th="รศ. ดร.สมหญิง ณ อยุธยา")
        person.name_en = "Assoc. Prof. Dr. Somying Na Ayutthaya"
        row = make_bibliography(work, language="en")
        assert queries.reference_of(work).authors == (AuthorName(family="Na Ayutthaya", given="Somying"),)
        person.family_en, person.given_en = "Ayutthaya", "S. N."
        assert queries.reference_of(work).authors == (AuthorName(family="Ayutthaya", given="S. N."),)
        row.language = "th"
        assert queries.reference_of(work).authors == (AuthorName(family="ณ อยุธยา", given="สมหญิง"),)
        person.is_literal = True
        assert queries.reference_of(work).authors == (AuthorName(literal="รศ. ดร.สมหญิง ณ อยุธยา"),)


def test_somebody_may_be_first_and_corresponding_author(app: Flask, database: object) -> None:
    with transaction():
        person = make_contribution(make_work(make_user(), make_rule_set()))
        person.role, person.also_corresponding = ContributionRole.FIRST_AUTHOR, True
        assert person.roles == (ContributionRole.FIRST_AUTHOR, ContributionRole.CORRESPONDING_AUTHOR)
        person.role = ContributionRole.CORRESPONDING_AUTHOR
        assert person.roles == (ContributionRole.CORRESPONDING_AUTHOR,)


def test_references_of_many_cost_what_one_costs(app: Flask, database: object) -> None:
    with transaction():
        user, rules = make_user(), make_rule_set()
        works = [make_work(user, rules, title_th=f"ผลงาน {number}") for number in range(6)]
        for work in works:
            make_bibliography(work)
            make_contribution(work, is_owner=True)
        session.flush()
        one = count_queries(app, lambda: queries.references_of(works[:1]))
        assert count_queries(app, lambda: queries.references_of(works)) == one


def test_a_publication_is_not_overwritten_unread(app: Flask, database: object) -> None:
    with transaction():
        work = make_work(make_user(), make_rule_set())
        fields = PublicationFields(form=PublicationForm.REPORT, year=2024)
        row = operations.update_publication(actor=work.owner, work=work, fields=fields, version=0)
        assert row.version == 1
        with pytest.raises(Stale):
            operations.update_publication(actor=work.owner, work=work, fields=fields, version=0)
        again = replace(fields, year=2025)
        assert operations.update_publication(actor=work.owner, work=work, fields=again, version=1).version == 2


def test_only_the_owner_writes(app: Flask, database: object) -> None:
    with transaction():
        work, other = make_work(make_user(), make_rule_set()), make_user()
        fields = PublicationFields(form=PublicationForm.REPORT)
        for act in (
            lambda: operations.update_publication(actor=other, work=work, fields=fields, version=0),
            lambda: operations.apply_reference(actor=other, work=work, reference=ARTICLE),
            lambda: operations.add_use(actor=other, work=work, fields=UseFields("assistant", 2020)),
            lambda: operations.declare_never_used(actor=other, work=work, never_used=True),
        ):
            with pytest.raises(Forbidden):
                act()


def _says_use(work: Work) -> bool:
    return bool(session.scalar(select(queries.says_use(Work.id)).where(Work.id == work.id)))


def test_used_never_used_or_not_said(app: Flask, database: object) -> None:
    with transaction():
        work = make_work(make_user(), make_rule_set())
        owner = work.owner
        assert (queries.used_of([work])[work.id].never, _says_use(work)) == (False, False)
        operations.declare_never_used(actor=owner, work=work, never_used=True)
        assert queries.used_of([work])[work.id].never
        fields = UseFields("assistant", 2021, level="ดี", result=EarlierResult.PASSED)
        use = operations.add_use(actor=owner, work=work, fields=fields)
        assert operations.add_use(actor=owner, work=work, fields=fields).id == use.id
        told = queries.used_of([work])[work.id]
        assert ([row.level for row in told.uses], told.never) == (["ดี"], False)
        with pytest.raises(UsedBeforeError):
            operations.declare_never_used(actor=owner, work=work, never_used=True)
        operations.update_use(actor=owner, work=work, use=use, fields=replace(fields, level="B"), version=use.version)
        with pytest.raises(Stale):
            operations.update_use(actor=owner, work=work, use=use, fields=fields, version=1)
        assert _says_use(work)
        operations.remove_use(actor=owner, work=work, use=use)
        assert session.scalar(select(EarlierUse.id)) is None


def test_reuse_is_flagged_by_the_rules_of_the_work_and_stops_nobody(app: Flask, database: object) -> None:
    with transaction():
        publish_rules()
        rules = latest_rule_set("KKU-2569")
        assert rules is not None
        work = make_work(make_user(), rules)
        uses = [make_earlier_use(work, year=2019)]
        with frozen_at(_noon(2024)):
            assert queries.reuse_warning(work, uses) is None
        with frozen_at(_noon(2025)):
            warned = queries.reuse_warning(work, uses)
            assert warned is not None
            assert warned.certainty is Certainty.SECONDARY
        national = make_work(work.owner, make_rule_set())
        assert queries.reuse_warning(national, [make_earlier_use(national, year=1999)]) is None


def _noon(year: int) -> datetime:
    return datetime(year, 6, 1, 5, tzinfo=UTC)
