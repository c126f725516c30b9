"""Exhibits change places, leave and return: what a sentence cites stays what it cites."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import Stale, session, transaction
from portfolio.evidence import citations, operations
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.evidence.numbering import texts_following
from portfolio.evidence.operations import Ties
from portfolio.organizations.delegations.models import DelegatedDeed, Delegation
from portfolio.organizations.models import Role
from portfolio.submissions.models import Snapshot
from portfolio.submissions.snapshots import take_snapshot, verify
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.indicators.models import FollowUp
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.sections import operations as texts
from portfolio.works.sections.models import TextOrigin, WorkSection, WorkSectionVersion
from portfolio.works.sections.renumbering import IN_ONE_GO
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.works import (
    make_change_record,
    make_follow_up,
    make_mission_entry,
    make_rule_set,
    make_section,
    make_work,
)

Database = scoped_session[Session]
JSON = {"Accept": "application/json"}


class Desk:
    """An academic whose work has three exhibits, ก ข ค, and texts."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction():
            owner = make_person(Role.ACADEMIC)
            rules = make_rule_set()
            work = make_work(owner, rules)
            self.owner, self.work, self.rules = owner.id, work.id, rules.id
            self.items = []
            for place, name in enumerate("กขค"):
                item = make_evidence(owner, title_th=name, content=name.encode())
                make_use(item, work, position=place)
                self.items.append(item.id)
        self.client = signed_in(app, self.owner)

    def write(self, **bodies: str) -> None:
        with transaction():
            for code, body in bodies.items():
                make_section(session.get_one(Work, self.work), code, body)

    def move(self, place: int, direction: str) -> None:
        answer = self.client.post(
            f"/evidence/{self.items[place]}/works/{self.work}/position", data={"direction": direction}
        )
        assert answer.status_code == 303

    def archive(self, place: int) -> None:
        assert self.client.post(f"/evidence/{self.items[place]}/archive").status_code == 303

    def restore(self, place: int) -> None:
        assert self.client.post(f"/evidence/{self.items[place]}/restoration").status_code == 303

    def section(self, code: str = "s1") -> WorkSection:
        session.rollback()
        return session.scalars(
            select(WorkSection).where(WorkSection.work_id == self.work, WorkSection.heading_code == code)
        ).one()

    def body(self, code: str = "s1") -> str:
        return self.section(code).body

    def kept(self, code: str = "s1") -> list[WorkSectionVersion]:
        section = self.section(code)
        statement = select(WorkSectionVersion).where(WorkSectionVersion.section_id == section.id)
        return list(session.scalars(statement.order_by(WorkSectionVersion.section_version)))

    def names(self, code: str = "s1") -> list[str | None]:
        """What the text under a heading cites, by title."""
        session.rollback()
        found = citations.of_works([self.work])[self.work]
        return [one.exhibit.title_th if one.exhibit else None for one in found if one.heading_code == code]

    def page(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_texts_follow_an_exhibit_that_is_moved(desk: Desk, database: Database) -> None:
    desk.write(s1="ลด [หลักฐาน ๑ หน้า ๓]\n\nเพิ่ม [exhibits 1, p. 2 and 3]  จบ", s2="[หลักฐาน 3]", s3="ไม่อ้าง 1")
    assert desk.names() == ["ก", "ก", "ค"]
    desk.move(0, "down")
    assert desk.body() == "ลด [หลักฐาน ๒ หน้า ๓]\n\nเพิ่ม [exhibits 2, p. 2 and 3]  จบ"
    assert desk.names() == ["ก", "ก", "ค"]
    assert desk.names("s2") == ["ค"]
    assert [desk.section(code).version for code in ("s1", "s2", "s3")] == [2, 1, 1]
    desk.move(0, "up")
    assert desk.body() == "ลด [หลักฐาน ๑ หน้า ๓]\n\nเพิ่ม [exhibits 1, p. 2 and 3]  จบ"


def test_the_history_says_that_numbers_changed_and_keeps_what_was_written(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1] ที่เขียน")
    desk.move(0, "down")
    desk.move(0, "down")
    assert [(row.body, row.section_version, row.origin) for row in desk.kept()] == [
        ("[หลักฐาน 1] ที่เขียน", 1, TextOrigin.WRITTEN)
    ]
    section = desk.section()
    assert (section.body, section.version, section.origin) == ("[หลักฐาน 3] ที่เขียน", 3, TextOrigin.RENUMBERED)
    assert section.saved_by_id == desk.owner
    url = f"/works/{desk.work}/sections/s1"
    assert desk.page(f"{url}/history").count("หมายเลขหลักฐานเปลี่ยนตามลำดับ") == 1
    assert "หมายเลขหลักฐานเปลี่ยนตามลำดับ" in desk.page(f"{url}/history/differences?earlier=1&later=3")
    saved = desk.client.post(url, data={"version": "3", "body": "[หลักฐาน 3] ที่เขียนต่อ"}, headers=JSON)
    assert saved.status_code == 200
    assert [row.origin for row in desk.kept()] == [TextOrigin.WRITTEN, TextOrigin.RENUMBERED]
    assert desk.section().origin is TextOrigin.WRITTEN


def test_exhibits_moved_again_much_later_keep_a_text_of_their_own(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1]")
    use = select(EvidenceUse).where(EvidenceUse.evidence_id == desk.items[0])
    for times in (0, 1):
        with frozen_at(now() + times * IN_ONE_GO), transaction():
            operations.move_use(actor=session.get_one(User, desk.owner), use=session.scalars(use).one(), up=False)
    assert [row.body for row in desk.kept()] == ["[หลักฐาน 1]", "[หลักฐาน 2]"]


def test_a_citation_of_an_exhibit_set_aside_names_none_and_never_another(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน ๒ หน้า ๓] [หลักฐาน 1] [exhibit 3]")
    desk.archive(1)
    assert desk.body() == "[หลักฐาน ๐ หน้า ๓] [หลักฐาน 1] [exhibit 2]"
    assert desk.names() == [None, "ก", "ค"]
    desk.restore(1)
    assert desk.body() == "[หลักฐาน ๐ หน้า ๓] [หลักฐาน 1] [exhibit 3]"
    assert desk.names() == [None, "ก", "ค"]


def test_readiness_and_pages_say_that_the_exhibit_is_missing(desk: Desk, database: Database) -> None:
    desk.write(s1="ลดลง [หลักฐาน 2 หน้า 1] [หลักฐาน 3]")
    with transaction():
        work = session.get_one(Work, desk.work)
        portfolio = make_portfolio(work.owner, work.rule_set, work).id
    broken = "มีการอ้างหลักฐานหรือหน้าที่ไม่มีอยู่ 1 แห่ง"
    assert broken not in desk.page(f"/portfolios/{portfolio}")
    desk.archive(1)
    assert broken in desk.page(f"/portfolios/{portfolio}")
    reading = desk.page(f"/works/{desk.work}/reading")
    assert "ลดลง [หลักฐาน 0 หน้า 1] <a" in reading
    assert reading.count('class="exhibit"') == 1
    assert "หลักฐานที่เคยอ้างไว้ตรงนี้ไม่ได้เป็นหลักฐานของผลงานแล้ว" in desk.page(f"/works/{desk.work}/sections/s1")


def test_the_page_says_how_many_sentences_lose_their_exhibit(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1] [หลักฐาน 1 หน้า 1]", s2="[หลักฐาน 2]")
    with transaction():
        session.get_one(Work, desk.work).summary_th = "สรุป [หลักฐาน 1] [หลักฐาน 2]"
    english = {"Accept-Language": "en"}
    page = desk.page(f"/evidence/{desk.items[0]}")
    assert page.count("ข้อความที่อ้างหลักฐานนี้ 3 แห่งจะระบุเป็นหลักฐาน 0") == 2  # on the page, and when it asks
    assert "จะระบุเป็นหลักฐาน 0" not in desk.page(f"/evidence/{desk.items[2]}")
    with transaction():
        session.get_one(User, desk.owner).language = type(session.get_one(User, desk.owner).language)("en")
    client = signed_in(desk.app, desk.owner)
    page = client.get(f"/evidence/{desk.items[1]}", headers=english).get_data(as_text=True)
    assert page.count("2 sentences that cite it will name exhibit 0") == 2
    desk.archive(0)
    assert "cite it anew" in client.get(f"/evidence/{desk.items[0]}", headers=english).get_data(as_text=True)


def test_texts_follow_when_an_exhibit_is_untied_and_tied_again(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1] [หลักฐาน 2] [หลักฐาน 3]")
    version = database.get_one(EvidenceItem, desk.items[0]).version
    untied = desk.client.post(f"/evidence/{desk.items[0]}/ties", data={"version": version, "work": desk.work})
    assert untied.status_code == 303
    assert desk.body() == "[หลักฐาน 0] [หลักฐาน 1] [หลักฐาน 2]"
    with transaction():
        item, owner = session.get_one(EvidenceItem, desk.items[0]), session.get_one(User, desk.owner)
        operations.tie_to(actor=owner, item=item, work_id=desk.work)
    assert desk.body() == "[หลักฐาน 0] [หลักฐาน 1] [หลักฐาน 2]"
    assert desk.names() == [None, "ข", "ค"]


def test_a_number_named_in_advance_waits_for_the_next_exhibit_only(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 4]", s2="[หลักฐาน 3]")
    desk.archive(0)
    desk.write(s3="[หลักฐาน 3]")
    assert desk.names("s3") == [None]
    desk.restore(0)
    assert (desk.body("s1"), desk.body("s2"), desk.body("s3")) == ("[หลักฐาน 4]", "[หลักฐาน 3]", "[หลักฐาน 0]")
    with transaction():
        owner = session.get_one(User, desk.owner)
        operations.tie_to(actor=owner, item=make_evidence(owner, title_th="ง", content=b"4"), work_id=desk.work)
    assert desk.names("s1") == ["ง"]


def test_only_the_work_whose_exhibits_moved_is_written(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1] [หลักฐาน 2]")
    with transaction():
        owner, work = session.get_one(User, desk.owner), session.get_one(Work, desk.work)
        other = make_work(owner, work.rule_set)
        make_use(session.get_one(EvidenceItem, desk.items[1]), other, position=0)
        make_use(session.get_one(EvidenceItem, desk.items[0]), other, position=1)
        make_section(other, "s1", "[หลักฐาน 1] [หลักฐาน 2]")
        other_id = other.id
    desk.move(0, "down")
    assert desk.body() == "[หลักฐาน 2] [หลักฐาน 1]"
    of_other = select(WorkSection).where(WorkSection.work_id == other_id)
    assert database.scalars(of_other).one().body == "[หลักฐาน 1] [หลักฐาน 2]"
    desk.archive(1)
    assert (desk.body(), database.scalars(of_other).one().body) == ("[หลักฐาน 1] [หลักฐาน 0]", "[หลักฐาน 0] [หลักฐาน 1]")


def test_an_exhibit_passes_by_what_is_set_aside(desk: Desk, database: Database) -> None:
    desk.archive(1)
    desk.write(s1="[หลักฐาน 1]")
    desk.move(0, "down")
    assert desk.body() == "[หลักฐาน 2]"
    desk.restore(1)
    assert desk.names() == ["ก"]


def test_moving_beyond_the_end_changes_nothing(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1] [หลักฐาน 3]")
    desk.move(0, "up")
    desk.move(2, "down")
    assert desk.section().version == 1
    assert not database.scalars(select(AuditEntry).where(AuditEntry.action == "evidence:move")).all()


def test_every_other_text_of_the_work_follows_with_a_new_version(desk: Desk, database: Database) -> None:
    cites = "[หลักฐาน 1 หน้า 2]"
    with transaction():
        work = session.get_one(Work, desk.work)
        work.summary_th, work.summary_en = cites, "Summary [exhibit 3]"
        entry = make_mission_entry(work)
        entry.outcome_th = cites
        change = make_change_record(work)
        change.baseline_source = change.method_en = change.note_th = cites
        follow_up = make_follow_up(change, measured_on=date(2026, 1, 1), value="5")
        follow_up.source = follow_up.note_en = cites
        told = Dissemination(work_id=work.id, way=Way.FORUM, position=1, title_th="เวที", note_th=cites)
        plain = Dissemination(work_id=work.id, way=Way.FORUM, position=2, title_th="เวที", note_th="[ไม่อ้าง 1]")
        session.add_all([told, plain])
        session.flush()
        ids = entry.id, change.id, follow_up.id, told.id, plain.id
        versions = [row.version for row in (work, entry, change, follow_up, told, plain)]
    desk.move(0, "down")
    database.rollback()
    rows = [
        database.get_one(kind, row_id)  # type: ignore[type-var]
        for kind, row_id in zip(
            (Work, MissionEntry, ChangeRecord, FollowUp, Dissemination, Dissemination), (desk.work, *ids), strict=True
        )
    ]
    work, entry, change, follow_up, told, plain = rows
    cites = "[หลักฐาน 2 หน้า 2]"
    assert (work.summary_th, work.summary_en) == (cites, "Summary [exhibit 3]")
    assert (entry.outcome_th, entry.outcome_en) == (cites, "")
    assert (change.baseline_source, change.method_en, change.note_th, change.outcome_source) == (
        cites,
        cites,
        cites,
        "",
    )
    assert (follow_up.source, follow_up.note_en, follow_up.note_th) == (cites, cites, "")
    assert (told.note_th, plain.note_th) == (cites, "[ไม่อ้าง 1]")
    assert [row.version for row in rows] == [version + 1 for version in versions[:-1]] + versions[-1:]


def test_an_editor_in_another_tab_is_brought_together_in_the_new_numbers(desk: Desk, database: Database) -> None:
    before = "หนึ่ง [หลักฐาน 1]\n\nสอง"
    desk.write(s1=before)
    desk.move(0, "down")
    mine = "หนึ่ง [หลักฐาน 1] แก้\n\nสอง\n\nสาม [หลักฐาน 2]"
    url = f"/works/{desk.work}/sections/s1"
    stale = desk.client.post(url, data={"version": "1", "body": mine, "base": before}, headers=JSON)
    assert stale.status_code == 409
    answer = stale.json
    assert answer is not None
    expected = "หนึ่ง [หลักฐาน 2] แก้\n\nสอง\n\nสาม [หลักฐาน 1]"
    assert (answer["merged"], answer["clean"], answer["mine"]) == (expected, True, expected)
    assert "เปลี่ยนตามแล้ว" in answer["message"]
    assert desk.body() == "หนึ่ง [หลักฐาน 2]\n\nสอง"
    page = desk.client.post(url, data={"version": "1", "body": mine, "base": before})
    assert page.status_code == 409
    assert page.get_data(as_text=True).count(expected) == 3  # made of both, mine, and mine before theirs
    assert "เปลี่ยนตามแล้ว" in page.get_data(as_text=True)
    assert desk.client.post(url, data={"version": str(answer["version"]), "body": expected}).status_code == 303
    assert desk.names() == ["ก", "ข"]


@pytest.mark.parametrize("between", ["ไม่อ้างอะไร", "[หลักฐาน 3]"])
def test_an_earlier_text_is_put_back_in_the_numbers_of_today(desk: Desk, database: Database, between: str) -> None:
    url = f"/works/{desk.work}/sections/s1"
    for version, body in enumerate(["[หลักฐาน 1] [หลักฐาน 2 หน้า 1]", between]):
        assert desk.client.post(url, data={"version": str(version), "body": body}).status_code == 303
    desk.move(0, "down")
    desk.archive(1)
    (first, *_others) = desk.kept()
    version = desk.section().version
    assert desk.client.post(f"{url}/history/{first.id}/restoration", data={"version": version}).status_code == 303
    assert desk.body() == "[หลักฐาน 1] [หลักฐาน 0 หน้า 1]"
    assert desk.names() == ["ก", None]


def test_what_was_submitted_stays_as_it_was(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1]")
    with transaction():
        work = session.get_one(Work, desk.work)
        portfolio = make_portfolio(work.owner, work.rule_set, work)
        snapshot = take_snapshot(portfolio=portfolio, submission=None, actor=work.owner)
        snapshot_id, content, digest = snapshot.id, snapshot.content, snapshot.digest
    desk.move(0, "down")
    desk.archive(1)
    database.rollback()
    snapshot = database.get_one(Snapshot, snapshot_id)
    assert (snapshot.content, snapshot.digest, verify(snapshot)) == (content, digest, [])
    assert "[หลักฐาน 1]" in snapshot.content
    assert desk.body() == "[หลักฐาน 1]"  # ข went away before it


def test_what_an_assistant_does_is_on_the_record(app: Flask, desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1]")
    with transaction():
        assistant = make_person(Role.ACADEMIC)
        delegation = Delegation(
            owner_id=desk.owner, address=assistant.email, delegate_id=assistant.id, accepted_at=now()
        )
        session.add(delegation)
        session.flush()
        assistant_id, delegation_id = assistant.id, delegation.id
    client = signed_in(app, assistant_id)
    assert client.post(f"/delegations/{delegation_id}/desk").status_code == 303
    position = f"/evidence/{desk.items[0]}/works/{desk.work}/position"
    assert client.post(position, data={"direction": "down"}).status_code == 303
    assert client.post(f"/evidence/{desk.items[0]}/archive").status_code == 303
    assert desk.body() == "[หลักฐาน 0]"
    assert desk.section().saved_by_id == assistant_id
    deeds = select(AuditEntry).join(DelegatedDeed, DelegatedDeed.audit_entry_id == AuditEntry.id)
    assert [(row.action, row.actor_id, row.subject_id) for row in database.scalars(deeds.order_by(AuditEntry.id))] == [
        ("evidence:move", assistant_id, desk.items[0]),
        ("evidence:archive", assistant_id, desk.items[0]),
    ]


def test_many_texts_cost_what_one_costs(app: Flask, desk: Desk, database: Database) -> None:
    def move() -> int:
        def act() -> None:
            with transaction():
                use = select(EvidenceUse).where(EvidenceUse.evidence_id == desk.items[0])
                owner = session.get_one(User, desk.owner)
                up = session.scalars(use).one().position > 0
                operations.move_use(actor=owner, use=session.scalars(use).one(), up=up)

        return count_queries(app, act)

    def fill(code: str) -> None:
        with transaction():
            work = session.get_one(Work, desk.work)
            make_section(work, code, "[หลักฐาน 1] [หลักฐาน 2]")
            make_mission_entry(work).outcome_th = "[หลักฐาน 1]"
            change = make_change_record(work, name_th=code)
            change.note_th = "[หลักฐาน 1]"
            make_follow_up(change, measured_on=date(2026, 1, 1), value="5").source = "[หลักฐาน 1]"

    move()  # the first entry of the record makes its head
    fill("s1")
    one = move()
    for number in range(2, 8):
        fill(f"s{number}")
    assert move() == one
    assert {desk.section(f"s{number}").version for number in range(2, 8)} == {2}


def test_whoever_writes_meanwhile_waits_and_is_told(app: Flask, desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 1]")
    outcomes: list[str] = []

    def write() -> None:
        with app.app_context():
            try:
                with transaction():
                    texts.save_section(
                        actor=session.get_one(User, desk.owner),
                        work=session.get_one(Work, desk.work),
                        heading_code="s1",
                        body="[หลักฐาน 1] ที่แก้",
                        version=1,
                    )
                outcomes.append("saved")
            except Stale:
                outcomes.append("stale")

    writer = threading.Thread(target=write)
    with transaction():
        owner = session.get_one(User, desk.owner)
        with texts_following(actor=owner, work_ids=[desk.work]):
            writer.start()
            writer.join(0.5)  # long enough for a writer that nobody holds
            first, second = session.scalars(
                select(EvidenceUse).where(EvidenceUse.work_id == desk.work, EvidenceUse.position < 2)
            )
            first.position, second.position = second.position, first.position
    writer.join()
    assert outcomes == ["stale"]
    assert desk.body() == "[หลักฐาน 2]"


def test_two_who_take_exhibits_away_at_once_leave_every_citation_true(
    app: Flask, desk: Desk, database: Database
) -> None:
    desk.write(s1="[หลักฐาน 1] [หลักฐาน 2] [หลักฐาน 3]")
    start = threading.Barrier(3)

    def archive(item_id: int) -> None:
        with app.app_context():
            start.wait()
            with transaction():
                owner = session.get_one(User, desk.owner)
                operations.archive_item(actor=owner, item=session.get_one(EvidenceItem, item_id))

    def move() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                use = session.scalars(select(EvidenceUse).where(EvidenceUse.evidence_id == desk.items[2])).one()
                operations.move_use(actor=session.get_one(User, desk.owner), use=use, up=True)

    threads = [threading.Thread(target=archive, args=(item,)) for item in desk.items[:2]]
    threads.append(threading.Thread(target=move))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.body() == "[หลักฐาน 0] [หลักฐาน 0] [หลักฐาน 1]"
    assert desk.names() == [None, None, "ค"]


def test_a_text_that_cannot_be_tied_changes_nothing(desk: Desk, database: Database) -> None:
    desk.write(s1="[หลักฐาน 3]")
    with transaction():
        other = make_work(make_person(Role.ACADEMIC), session.get_one(Work, desk.work).rule_set).id
    with pytest.raises(ValueError, match="this person's"), transaction():
        item = session.get_one(EvidenceItem, desk.items[0])
        operations.tie(actor=session.get_one(User, desk.owner), item=item, ties={other: Ties()}, version=item.version)
    assert desk.body() == "[หลักฐาน 3]"
