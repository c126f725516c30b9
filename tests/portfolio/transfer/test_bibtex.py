"""BibTeX: accents, strings, names, inheritance, and everything that is broken, each with its line."""

from __future__ import annotations

import pytest

from portfolio.transfer.formats import bibtex, bibtexvalues, latex, names
from portfolio.transfer.formats.reading import ReadFile, Refused, Understood
from portfolio.transfer.formats.recognising import read
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference


def one(text: str) -> Understood:
    found = read(text.encode())
    assert found.refused == []
    (entry,) = found.understood
    return entry


def entry(fields: str, kind: str = "article") -> Reference:
    return one(f"@{kind}{{key, {fields}}}").reference


def sentences(found: ReadFile | Understood | Refused) -> list[str]:
    return [found.reason.text] if isinstance(found, Refused) else [remark.text for remark in found.remarks]


def test_article_is_understood_field_by_field() -> None:
    reference = entry(
        "author={Müller, Jörg and Somchai Jaidee}, title={{A} Study of {CO}$_2$}, journal={J. X}, year=2019, month=mar,"
        " volume=3, number=2, pages={12--34}, doi={https://doi.org/10.1234/ABC.5}, issn={1234-5679}, file={:a.pdf:PDF}"
    )
    assert reference == Reference(
        form=PublicationForm.JOURNAL_ARTICLE,
        title="A Study of CO₂",
        authors=(AuthorName("Müller", "Jörg"), AuthorName("Jaidee", "Somchai")),
        container_title="J. X",
        year=2019,
        month=3,
        volume="3",
        issue="2",
        pages="12-34",
        doi="10.1234/abc.5",
        issn="1234-5679",
        key="key",
        extra={"file": ":a.pdf:PDF"},
    )


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"M\"{u}ller", "Müller"),
        (r"Luk\'a\v{s} {\L}ukasz", "Lukáš Łukasz"),
        (r"\'{\i}sland na\"\i ve", "ísland naïve"),
        (r"Fran\c{c}ois \o re \aa", "François øre å"),
        (r"{\c C}etin \H{o} \k{a}", "Çetin ő ą"),
        (r"``quoted'' and ---", "“quoted” and —"),
        (r"50\% \& \$5 \#1 a\_b", "50% & $5 #1 a_b"),
        (r"\emph{Homo} \textbf{sapiens}", "Homo sapiens"),
        (r"$\alpha$-helix, H$_{2}$O, $^{13}$C", "α-helix, H₂O, ¹³C"),
        (r"a~b\ c\,d", "a b c d"),
        (r"\unknown{kept} whole", r"\unknown{kept} whole"),
        (r"Sip\ifmmode \mbox{\H{o}}\else \H{o}\fi{}cz", "Sipőcz"),
        ("น้ำ {ชุมชน}", "น้ำ ชุมชน"),
        (r"\{braces\} \textbackslash", r"{braces} \ ".strip()),
    ],
)
def test_latex_becomes_unicode(typed: str, plain: str) -> None:
    assert latex.to_unicode(typed)[0] == plain


def test_unknown_commands_are_named() -> None:
    assert latex.to_unicode(r"\frob{x} \alpha") == (r"\frob{x} α", {r"\frob"})


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ludwig van Beethoven", AuthorName("van Beethoven", "Ludwig")),
        ("van der Berg, Jan", AuthorName("van der Berg", "Jan")),
        ("King, Jr., Martin Luther", AuthorName("King", "Martin Luther, Jr.")),
        ("{World Health Organization}", AuthorName(literal="World Health Organization")),
        ("{van der Berg}, Jan", AuthorName("van der Berg", "Jan")),
        (r"Luk{\'a}\v{s} Burget", AuthorName("Burget", "Lukáš")),
        ("Plato", AuthorName("Plato")),
        ("ใจดี, สมชาย", AuthorName("ใจดี", "สมชาย")),
        ("สมชาย ใจดี", AuthorName("ใจดี", "สมชาย")),
        ("สมหญิง ณ อยุธยา", AuthorName("ณ อยุธยา", "สมหญิง")),
        ("กรมอนามัย", AuthorName(literal="กรมอนามัย")),
        ("family=Berg, prefix=van, given=Jan", AuthorName("van Berg", "Jan")),
    ],
)
def test_names_are_taken_apart(typed: str, name: AuthorName) -> None:
    assert entry(f"title={{T}}, author={{{typed}}}").authors == (name,)


def test_and_inside_of_braces_parts_no_names() -> None:
    reference = entry("title={T}, author={{Ministry of Health and Sports} and Doe, Jane and others}")
    assert reference.authors == (AuthorName(literal="Ministry of Health and Sports"), AuthorName("Doe", "Jane"))
    assert reference.extra == {"author-others": "yes"}
    assert "and others" in bibtex.write([reference])


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("สมชาย ใจดี, สมหญิง รักเรียน, และคณะ", ["สมชาย ใจดี", "สมหญิง รักเรียน"]),
        ("สมชาย ใจดี และคณะ", ["สมชาย ใจดี"]),
        ("Smith, J. et al.", ["J. Smith"]),
        ("Jane Doe and John Roe, et al", ["Jane Doe", "John Roe"]),
        ("Jane Doe\n              and\n              others", ["Jane Doe"]),
    ],
)
def test_a_list_that_says_it_is_not_whole_names_nobody_of_that_name(typed: str, read_as: list[str]) -> None:
    found = one(f"@article{{a, title={{T}}, author={{{typed}}}}}")
    assert [author.full for author in found.reference.authors] == read_as
    assert found.reference.extra == {"author-others": "yes"}
    assert sentences(found) == [names.AND_OTHERS]


def test_somebody_called_etal_is_somebody() -> None:
    found = entry("title={T}, author={Jane Doe and Jean Etal}")
    assert [author.full for author in found.authors] == ["Jane Doe", "Jean Etal"]
    assert not found.has_more_authors


def test_family_names_and_initials_by_turns_are_several_people() -> None:
    reference = entry("title={T}, author={Smith, J., van Doe, A. B., Roe, C.-D.}")
    assert reference.authors == (AuthorName("Smith", "J."), AuthorName("van Doe", "A. B."), AuthorName("Roe", "C.-D."))
    for last in ("& Roe, C.-D.", "and Roe, C.-D."):  # with the comma that English puts before the last of a list
        assert entry(f"title={{T}}, author={{Smith, J., van Doe, A. B., {last}}}").authors == reference.authors
    alone = entry("title={T}, author={King, Jr., Martin Luther}").authors
    assert alone == (AuthorName("King", "Martin Luther, Jr."),)


@pytest.mark.parametrize("fields", ["title={One} year={2000}", "title={One}, year = 2000 author={X Y}"])
def test_a_comma_that_is_missing_between_fields_is_named(fields: str) -> None:
    found = read(
        f"@article{{a, title={{A}}}}\n@article{{b, {fields}, pages={{1}}}}\n@article{{c, title={{C}}}}".encode()
    )
    assert [each.reference.title for each in found.understood] == ["A", "C"]
    (refused,) = found.refused
    assert (refused.line, refused.reason.text) == (2, bibtex.NO_COMMA)
    assert refused.reason.values == {"name": "year" if "{2000}" in fields else "author"}


def test_commands_whose_argument_is_no_text_leave_none_behind() -> None:
    typed = (
        r"{\selectlanguage{thai}การ}ศึกษา \foreignlanguage{thai}{ชุมชน}\hspace{1cm} \texorpdfstring{$\alpha$-{x}}{alpha}"
    )
    assert entry(f"title={{{typed}}}").title == "การศึกษา ชุมชน alpha"


def test_strings_are_put_in_and_joined() -> None:
    found = read(b'@string{j = "Journal of "}\n@article{a, title={T}, journal = j # {Things}, month = 1 # "~" # jan}')
    assert found.understood[0].reference.container_title == "Journal of Things"
    assert bibtex.STRINGS in sentences(found)


def test_unknown_string_stands_as_it_is_and_is_said() -> None:
    found = one("@article{a, title={T}, journal = nowhere}")
    assert found.reference.container_title == "nowhere"
    assert sentences(found) == [bibtexvalues.UNKNOWN_STRING]


def test_crossref_gives_what_the_entry_lacks() -> None:
    text = """@inproceedings{a, title={Talk}, author={A B}, crossref={p}}
@proceedings{p, title={Proceedings of X}, year=2001, editor={C D}, publisher={Pub}}"""
    talk = read(text.encode()).understood[0].reference
    assert (talk.container_title, talk.year, talk.publisher) == ("Proceedings of X", 2001, "Pub")


@pytest.mark.parametrize("target", ["missing", "a"])
def test_crossref_to_nothing_or_to_itself_is_said(target: str) -> None:
    assert bibtex.NO_PARENT in sentences(one(f"@article{{a, title={{T}}, crossref={{{target}}}}}"))


@pytest.mark.parametrize(
    ("typed", "year", "kept"),
    [
        ("2560", 2017, None),
        ("๒๕๖๐", 2017, None),
        ("c. 1999", 1999, None),
        ("in press", None, "in press"),
        ("12", None, "12"),
        ("9999", None, "9999"),
    ],
)
def test_years_of_both_eras(typed: str, year: int | None, kept: str | None) -> None:
    found = one(f"@article{{a, title={{T}}, year={{{typed}}}}}")
    assert (found.reference.year, found.reference.extra.get("year")) == (year, kept)
    assert found.remarks
    assert (found.reference.extra.get("date-as-written") == typed) is (typed == "c. 1999")


def test_biblatex_dates_and_subtitles() -> None:
    reference = entry("title={Main}, subtitle={Sub}, date={2020-05-03}, journaltitle={J}, location={ขอนแก่น}")
    assert (reference.title, reference.year, reference.month, reference.day) == ("Main: Sub", 2020, 5, 3)
    assert (reference.container_title, reference.publisher_place) == ("J", "ขอนแก่น")


BROKEN = """@article{one, title={First}, year=2001}
@article{two, title={Never closed, year=2002
@article{three, title={Third}, year=2003}
@article{four title={No comma}, year=2004}
@article{five, title {No equals}, year=2005}
@article{six, author={No Title}, year=2006}
@article{seven, title={Seventh}}, year=2007}
"""


def test_each_broken_entry_is_refused_with_its_line_and_the_others_are_read() -> None:
    found = read(BROKEN.encode())
    assert [each.reference.title for each in found.understood] == ["First", "Third", "Seventh"]
    assert [(each.line, each.reason.text) for each in found.refused] == [
        (2, bibtex.NOT_CLOSED),
        (4, bibtex.NO_KEY_COMMA),
        (5, bibtex.NO_EQUALS),
        (6, bibtex.NO_TITLE),
        (7, bibtex.STRAY),
    ]
    assert all(each.excerpt for each in found.refused)


def test_fields_outside_of_an_entry_are_no_comment() -> None:
    found = read(b"@article{a, title={T}}\n  year = {2001},\n  note = {x}}\n")
    assert [each.reason.text for each in found.refused] == [bibtex.STRAY]


def test_equal_keys_are_both_read() -> None:
    found = read(b"@book{k, title={One}}\n@book{k, title={Two}}")
    assert [each.reference.title for each in found.understood] == ["One", "Two"]
    assert sentences(found.understood[1]) == [bibtex.SAME_KEY]


def test_equal_fields_are_both_kept() -> None:
    found = one("@book{k, title={T}, note={One}, note={Two}}")
    assert (found.reference.note, found.reference.extra) == ("One", {"note-2": "Two"})
    assert sentences(found) == [bibtex.FIELD_TWICE]


def test_comments_preambles_and_lines_are_counted() -> None:
    found = read(
        b'some words\n@comment{jabref-meta: x}\n@preamble{"\\newcommand"}\n@book{k,\n % note={off},\n title={T}}'
    )
    assert sentences(found) == [bibtex.COMMENTS, bibtex.PREAMBLES]
    assert found.remarks[0].values == {"count": "2", "lines": "1, 2"}
    assert (found.understood[0].line, sentences(found.understood[0])) == (4, [bibtex.COMMENTED_OUT])


def test_strings_that_double_each_other_do_not_fill_the_memory() -> None:
    doubling = "".join(f"@string{{s{n} = s{n - 1} # s{n - 1}}}\n" for n in range(1, 40))
    found = read(f'@string{{s0 = "xxxxxxxxxx"}}\n{doubling}@book{{a, title={{T}}, note = s39}}'.encode())
    assert bibtex.TOO_LONG in [each.reason.text for each in found.refused]


@pytest.mark.parametrize(
    "kind", ["phdthesis", "mastersthesis", "techreport", "inbook", "manual", "online", "unheardof"]
)
def test_kind_of_entry_comes_back(kind: str) -> None:
    reference = entry("title={T}, year=2001", kind)
    assert bibtex.write([reference]).startswith(f"@{kind}{{key,")
    assert entry("title={T}, year=2001", kind) == reference


def test_no_two_entries_are_written_under_one_key() -> None:
    written = bibtex.write([Reference(title="A", key="k"), Reference(title="B", key="K"), Reference(title="C")])
    keys = [line.split("{")[1].rstrip(",") for line in written.split("\n") if line.startswith("@")]
    assert keys == ["k", "K-2", "work"]


@pytest.mark.parametrize(
    "bomb",
    [
        "{" * 20_000,
        "@article{" * 4_000,
        "@article{a, title=" + "{" * 20_000 + "}" * 20_000 + "}",
        "@article{a, title={T}, author={" + " and " * 20_000 + "}}",
        "@article{a, title={" + "\\'" * 20_000 + "}}",
        "@article{a, title={" + "$" * 20_001 + "}}",
        "@article{a, title={" + " " * 50_000 + "}}",
        "@" + "a" * 50_000 + " " * 50_000,
    ],
)
def test_bombs_are_read_or_refused_but_never_raise(bomb: str) -> None:
    bibtex.read(bomb)
