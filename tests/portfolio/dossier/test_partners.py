"""Partners in print: confirmed words with their names by consent, and what becomes of editions on withdrawal."""

from __future__ import annotations

import pytest
from flask import Flask

from portfolio.core.db import session, transaction
from portfolio.dossier import operations
from portfolio.dossier.document import Document, blocks_of
from portfolio.dossier.models import Edition, EditionKind, EditionState
from portfolio.dossier.sections import build_document, build_draft
from portfolio.dossier.verification import Verdict, verdict_on
from portfolio.partners.confirmations.operations import withdraw_consent
from portfolio.partners.models import Testimony as Said
from tests.builders.partners import make_in_work, make_partner, make_testimony
from tests.builders.submissions import make_call, make_person, make_ready_portfolio, make_submission, make_university
from tests.builders.works import make_rule_set

GIVEN = ("กลุ่มผู้ใช้น้ำ", "สมหมาย ใจกว้าง", "พวกเราลงแรงเองทุกวันหยุด", "ภาคียืนยันแล้ว")
CONTACT = ("08 1234 5678", "group@partners.example", "นายติดต่อ")


def printed(document: Document) -> str:
    """Everything that the tree says."""
    return "\n".join(repr(block) for block in blocks_of(document))


@pytest.fixture(params=[True, False], ids=["submitted", "never submitted"])
def edition_id(request: pytest.FixtureRequest, app: Flask, database: object) -> int:
    with transaction():
        rules = make_rule_set()
        owner = make_person("owner@people.example", university=make_university())
        portfolio = make_ready_portfolio(owner, rules)
        make_testimony(make_in_work(make_partner(owner), portfolio.works[0]))
        if request.param:
            make_submission(portfolio, make_call(rules))
        edition = operations.make_edition(
            portfolio=portfolio, kind=EditionKind.FULL, language="th", thai_digits=False, actor=owner
        )
        edition.state = EditionState.READY
        session.flush()
        return edition.id


def test_withdrawal_replaces_what_was_printed(edition_id: int) -> None:
    edition = session.get_one(Edition, edition_id)
    before = printed(build_document(edition, public_url="http://localhost"))
    assert [words for words in GIVEN if words not in before] == []
    assert [words for words in CONTACT if words in before] == []
    assert GIVEN[2] in printed(build_draft(edition.portfolio, language="th", fictional=False))
    session.rollback()
    with transaction():
        withdraw_consent(testimony=session.query(Said).one())
    edition = session.get_one(Edition, edition_id)
    assert verdict_on(edition) is Verdict.SUPERSEDED
    successor = session.get_one(Edition, edition.superseded_by_id)
    assert (successor.kind, successor.language, successor.state) == (EditionKind.FULL, "th", EditionState.WAITING)
    after = printed(build_document(successor, public_url="http://localhost"))
    assert "ถอนความยินยอม" in after
    assert [words for words in (*GIVEN, *CONTACT) if words in after] == []
    assert GIVEN[2] not in printed(build_draft(edition.portfolio, language="th", fictional=False))
