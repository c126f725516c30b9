"""The form without a database: what is signed, what stands where, and what a frozen copy keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.works.participation.form import (
    Absent,
    Form,
    Person,
    Signed,
    Words,
    as_plain,
    canonical,
    choices_for,
    digest_of,
    from_plain,
    groups,
    kinds,
    official_for,
    rows_digest,
    variants,
)
from portfolio.works.participation.names import initials, is_name_of
from portfolio.works.participation.vocabulary import AbsenceReason, FormVariant, SignatureMethod
from portfolio.works.vocabulary import ContributionRole, WorkGroup, WorkKind

OWNER = Person(
    1,
    Words("ผศ. ดร.กานต์ธิดา วงศ์ธารา", "Kantida Wongthara"),
    (ContributionRole.PRINCIPAL_OPERATOR,),
    is_owner=True,
    duties={"a": "ตั้งโจทย์", "e": "เรียบเรียง"},
)
OTHER = Person(2, Words("ดร.ปริญ ศรีชลธาร", ""), (ContributionRole.CO_OPERATOR,), part=Words("ดูแลมาตรวัด", "Metering"))


def form(**changes: object) -> Form:
    made = Form(variants()[FormVariant.GENERAL], Words("น้ำสะอาด", "Clean water"), WorkKind.SOCIAL, (OWNER, OTHER))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_forms_have_the_rows_of_their_sources() -> None:
    known = variants()
    assert {code: (len(one.duties), len(one.transfers)) for code, one in known.items()} == {
        FormVariant.GENERAL: (7, 6),
        FormVariant.SOCIAL: (7, 6),
        FormVariant.ROLES: (0, 0),
    }
    assert "".join(row.letter("th") for row in known[FormVariant.GENERAL].duties) == "กขคงจฉช"
    assert "".join(row.letter("th") for row in known[FormVariant.GENERAL].transfers) == "กขคงจฉ"
    assert [one.official for one in known.values()] == [True, False, True]
    assert known[FormVariant.ROLES].authors_only
    assert {words.said("th") == "" for one in known.values() for words in (one.title, one.source, one.certify)} == {
        False
    }


def test_only_this_services_own_form_has_the_adapted_headings() -> None:
    official = [row.label.th for one in variants().values() if one.official for row in one.duties]
    assert "ริเริ่มโจทย์ร่วมกับชุมชน" not in official
    assert "มิใช่แบบของทางราชการ" in variants()[FormVariant.SOCIAL].source.th


@pytest.mark.parametrize(
    ("rules", "kind", "expected"),
    [
        ("NATIONAL-2564", WorkKind.SOCIAL, ["general", "social"]),
        ("NATIONAL-2564", WorkKind.RESEARCH, ["general"]),
        ("KKU-2569", WorkKind.SOCIAL, ["roles", "social"]),
        ("ANYTHING", WorkKind.BOOK, ["general"]),
    ],
)
def test_the_rule_set_names_its_form(rules: str, kind: WorkKind, expected: list[str]) -> None:
    assert [one.code for one in choices_for(rules, kind)] == expected
    assert official_for(rules).code == expected[0]


def test_every_kind_of_work_has_its_place_in_section_c() -> None:
    assert set(kinds()) == set(WorkKind)
    assert list(groups()) == list(WorkGroup)
    assert form(kind=WorkKind.TEXTBOOK).group is WorkGroup.BOOKS


CHANGES = [
    {"title": Words("น้ำสะอาดขึ้น", "Clean water")},
    {"kind": WorkKind.RESEARCH},
    {"variant": variants()[FormVariant.SOCIAL]},
    {"people": (OTHER, OWNER)},
    {"people": (OWNER,)},
    {"people": (replace(OWNER, duties={"a": "ตั้งโจทย์"}), OTHER)},
    {"people": (OWNER, replace(OTHER, roles=(ContributionRole.COLLABORATOR,)))},
    {"people": (OWNER, replace(OTHER, part=Words("ดูแลมาตรวัดน้ำ", "Metering")))},
    {"people": (OWNER, replace(OTHER, name=Words("ดร.ปริญ ศรีชลธา", "")))},
    {"transfers": {"c": "เทศบาล"}},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_whatever_changes_in_the_form_changes_its_digest(changes: dict[str, object]) -> None:
    assert form(**changes).digest != form().digest


def test_signatures_reasons_and_empty_rows_are_no_part_of_the_text() -> None:
    signed = Signed("ปริญ ศรีชลธาร", datetime(2026, 11, 22, tzinfo=UTC), SignatureMethod.LINK, form().digest)
    people = (replace(OWNER, duties={**OWNER.duties, "b": ""}), replace(OTHER, signed=signed))
    assert form(people=people).digest == form().digest
    assert form(people=(OWNER, replace(OTHER, absent=Absent(AbsenceReason.DIED, "…")))).digest == form().digest
    assert form(people=people).holds(people[1])
    assert not form(people=people, transfers={"a": "วารสาร"}).holds(people[1])


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=30)), st.text(max_size=30))
def test_the_signed_text_says_everything_and_names_nothing_twice(transfers: dict[str, str], title: str) -> None:
    one = form(transfers=transfers, title=Words(title, ""))
    again = form(transfers=dict(reversed(transfers.items())), title=Words(title, ""))
    assert canonical(one) == canonical(again)
    assert json.loads(canonical(one))["schema"] == "ent-participation-1"
    assert one.digest == digest_of(canonical(one))


def test_a_frozen_copy_gives_the_form_back() -> None:
    signed = Signed("ปริญ ศรีชลธาร", datetime(2026, 11, 22, 8, 30, tzinfo=UTC), SignatureMethod.LINK, "0" * 64)
    people = (
        OWNER,
        replace(OTHER, signed=signed),
        replace(OTHER, id=3, absent=Absent(AbsenceReason.ABROAD, "ไปต่างประเทศ")),
    )
    whole = form(people=people, transfers={"a": "วารสาร"})
    plain = json.loads(json.dumps(as_plain(whole)))
    assert from_plain(plain) == whole
    assert plain["digest"] == whole.digest
    with pytest.raises(ValueError, match="not a participation form"):
        from_plain({**plain, "schema": "something else"})


def test_text_in_one_piece_stands_under_the_row_for_anything_else() -> None:
    whole = form()
    assert whole.says(OTHER, "g", "th") == "ดูแลมาตรวัด"
    assert whole.says(OTHER, "a", "th") == ""
    assert whole.says(OWNER, "g", "th") == ""
    assert whole.says(OWNER, "a", "en") == "ตั้งโจทย์"


def test_one_author_needs_no_form() -> None:
    assert not form(people=(OWNER,)).is_needed
    assert form().is_needed
    assert form().others == (OTHER,)


def test_roles_without_a_box_are_said_beside_the_boxes() -> None:
    assert form().other_roles == (ContributionRole.PRINCIPAL_OPERATOR,)
    first = replace(OWNER, roles=(ContributionRole.FIRST_AUTHOR, ContributionRole.CORRESPONDING_AUTHOR))
    assert form(people=(first, OTHER)).other_roles == ()


def test_rows_are_named_by_their_texts_alone() -> None:
    assert rows_digest({"a": "ก", "b": ""}) == rows_digest({"a": "ก"})
    assert rows_digest({"a": "ก"}) != rows_digest({"b": "ก"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ผศ. ดร.วีรยา ศิลาเลิศ", "ว. ศ."),
        ("นางสาวเกศินี แก้วใส", "ก. ก."),
        ("Dr. Parin Sichonlathan", "P. S."),
        ("นายบุญมี ใจงาม", "บ. จ."),
        ("นายิกา แก้วใส", "น. ก."),
        ("สมชาย", "ส."),
        ("", "–"),
    ],
)
def test_initials_name_nobody_in_full(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("วีรยา ศิลาเลิศ", True),
        ("ดร.วีรยา  ศิลาเลิศ", True),
        ("รศ. ดร. วีรยา ศิลาเลิศ", True),
        ("wiraya silaloet", True),
        ("Asst. Prof. Dr. WIRAYA SILALOET", True),
        ("วีรยา", False),
        ("ศิลาเลิศ", False),
        ("วีรยา ศิลาเลิส", False),
        ("ดร.", False),
        ("", False),
    ],
)
def test_a_typed_name_is_the_persons_whatever_titles_it_bears(typed: str, same: bool) -> None:
    assert is_name_of(typed, ("ผศ. ดร.วีรยา ศิลาเลิศ", "Dr. Wiraya Silaloet")) is same


@pytest.mark.parametrize("typed", ["บุญมี ใจงาม", "นาย บุญมี ใจงาม", "นายบุญมี ใจงาม"])
@pytest.mark.parametrize("written", ["นายบุญมี ใจงาม", "บุญมี ใจงาม"])
def test_a_civil_title_may_stand_or_be_left_out(typed: str, written: str) -> None:
    assert is_name_of(typed, (written, ""))


def test_nobody_is_named_by_an_empty_name() -> None:
    assert not is_name_of("", ("", ""))
    assert not is_name_of("ก", ("", ""))
