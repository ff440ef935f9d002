"""The people that a text names are told apart, whichever way a source writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds.texts.names import NameStyle, read_name, read_names

ANY, LIST, ONE, BIBTEX = NameStyle


@pytest.mark.parametrize(
    ("tex", "name"),
    [
        (r"Paulo Andr\'e Lima", "Paulo André Lima"),
        (r"Ir\v{s}i\v{c}", "Iršič"),
        (r"Besan\c{c}on", "Besançon"),
        (r"Fran\c cois", "François"),
        (r"\O ystein J\o rgensen", "Øystein Jørgensen"),
        (r"{\AA}ke {\L}ukasz \L{}ucja", "Åke Łukasz Łucja"),
        (r"Mart\'{\i}n Mart\'\i n Garc{\'\i}a", "Martín Martín García"),
        (r"Nguy\~{\^e}n Nguy\~\^en", "Nguyễn Nguyễn"),
        (r"Erd\H{o}s, \k{A}, \u{g}, \r{u}", "Erdős, Ą, ğ, ů"),
        (r"Stra{\ss}e", "Straße"),
        (r"G\"{u}nter~M{\"u}ller", "Günter Müller"),
        (r"A.\,B. Smith \& Co", "A. B. Smith & Co"),
        ("Balázs", "Balázs"),
        ("O'Brien", "O'Brien"),
        (r"\unknown{x} Y", r"\unknown{x} Y"),
        (r"$\pi$ Man", "π Man"),
        ("\\", "\\"),
        ("", ""),
    ],
)
def test_accents_in_names_become_letters(tex: str, name: str) -> None:
    """Rule: TeX that stands for a letter is that letter; all other TeX stays as it is."""
    assert read_name(tex) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A. Baker, C. Dyer and E. Fox", ["A. Baker", "C. Dyer", "E. Fox"]),
        ("A. Baker and C. Dyer and E. Fox", ["A. Baker", "C. Dyer", "E. Fox"]),
        ("A. Baker,\n  C. Dyer, and\n  E. Fox", ["A. Baker", "C. Dyer", "E. Fox"]),
        ("A. Baker (Here, There), C. Dyer (There and Here)", ["A. Baker", "C. Dyer"]),
        ("A. Baker (1 and 2) and C. Dyer (1) ((1) Here, (2) There)", ["A. Baker", "C. Dyer"]),
        ("The Lantern Collaboration: A. Baker, C. Dyer", ["The Lantern Collaboration", "A. Baker", "C. Dyer"]),
        ("Anderson Sandman, Wei (Will) Ho", ["Anderson Sandman", "Wei (Will) Ho"]),
        ("A. Baker, Jr., C. Dyer III", ["A. Baker Jr.", "C. Dyer III"]),
        (r"A.\,B. Baker, {\'E}. Fox", ["A. B. Baker", "É. Fox"]),
        ("A. Baker (Here, C. Dyer", ["A. Baker (Here", "C. Dyer"]),
        ("A. Baker, {C. Dyer, E. Fox}", ["A. Baker", "C. Dyer, E. Fox"]),
        ("", []),
        (" , ,and ", []),
    ],
)
def test_authors_are_taken_apart_where_no_parenthesis_is_open(text: str, names: list[str]) -> None:
    """Rule: an affiliation is not split, and is no part of a name."""
    assert list(read_names(text, style=NameStyle.LIST)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amber, Ada and Looms, Bo", ["Ada Amber", "Bo Looms"]),
        ("Ada Amber AND\n  Bo Looms", ["Ada Amber", "Bo Looms"]),
        ("van der Loom, Bo and Amber, Jr., Ada", ["Bo van der Loom", "Ada Amber Jr."]),
        ("Beethaven, Luis van", ["Luis van Beethaven"]),
        ("{Barns and Noggin, Inc.} and {Lamp and Kite Board}", ["Barns and Noggin, Inc.", "Lamp and Kite Board"]),
        ("{Amber}, Ada and {Kite Collaboration}", ["Ada Amber", "Kite Collaboration"]),
        (r"{\"O}zg{\"u}r, {\.I}nci and {\'A}d{\'a}m And{\'o}r", ["İnci Özgür", "Ádám Andór"]),
        ("given=Jean-Luc, family=Lampe, given-i=J-L and family={Loom}, prefix={van den}, given={Bo}, useprefix=true",
         ["Jean-Luc Lampe", "Bo van den Loom"]),
        ("García Prado, Gabriel José and Looms, B.", ["Gabriel José García Prado", "B. Looms"]),
        ("Kite III, Bo", ["Bo Kite III"]),
        ("A, B and C", ["B A", "C"]),
        ("Amber, A., Looms, B., ... Kite, C.", ["A. Amber", "B. Looms", "C. Kite"]),
        ("Amber BA and Looms DC", ["Amber BA", "Looms DC"]),
        (r"Lamp \& Sons and Kite \& Loom, Inc.", ["Lamp & Sons", "Kite & Loom, Inc."]),
        ("Ada Amber, Bo Looms, and Cy Kite", ["Ada Amber", "Bo Looms", "Cy Kite"]),
        ("Amber, Ada, and Looms, Bo", ["Ada Amber", "Bo Looms"]),
    ],
)  # fmt: skip
def test_given_names_of_bibtex_come_first(text: str, names: list[str]) -> None:
    """Rule: `and` outside braces separates names; a comma puts the family first; braces hold one name together."""
    assert list(read_names(text, style=BIBTEX)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amber, A., Looms, B., Kite, C.", ["A. Amber", "B. Looms", "C. Kite"]),
        ("Amber, Ada B., van den Loom, Bo, Kite, Cy", ["Ada B. Amber", "Bo van den Loom", "Cy Kite"]),
        ("Amber, Ada; Looms, Bo; Kite, Cy", ["Ada Amber", "Bo Looms", "Cy Kite"]),
        (r"Amber, Ada \& Looms, Bo", ["Ada Amber", "Bo Looms"]),
        (r"Ada Amber \& Bo Looms", ["Ada Amber", "Bo Looms"]),
        (r"Ada Amber \and Bo Looms", ["Ada Amber", "Bo Looms"]),
        ("A. Amber, B. Looms, and C. Kite", ["A. Amber", "B. Looms", "C. Kite"]),
        ("Amber BA, Looms DC, Kite E", ["Amber BA", "Looms DC", "Kite E"]),
        ("Lampov, Yu. A., Kite, V. B.", ["Yu. A. Lampov", "V. B. Kite"]),
        ("灯小, 海王, 雾李", ["灯小", "海王", "雾李"]),
        ("灯小，海王、雾李；港田", ["灯小", "海王", "雾李", "港田"]),
        ("灯, 小; 海, 小王", ["灯小", "海小王"]),
        ("灯海, 小王", ["灯海小王"]),
        ("灯海，小王", ["灯海", "小王"]),
    ],
)
@pytest.mark.parametrize("style", [BIBTEX, ONE])
def test_other_separators_are_told_from_parts_of_a_name(style: NameStyle, text: str, names: list[str]) -> None:
    """Rule: a text that plainly holds several names is taken apart."""
    assert list(read_names(text, style=style)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amber, Ada, Jr.", ["Ada Amber Jr."]),
        ("Amber, Ada J., III", ["Ada J. Amber III"]),
        ("Amber, Ada, ada@example.org", ["Ada Amber"]),
        ("Lamp and Kite Board", ["Lamp and Kite Board"]),
        ("Office of Lamp and Kite Safety", ["Office of Lamp and Kite Safety"]),
        ("Amber, A. and Looms, B.", ["A. Amber", "B. Looms"]),
        ("Amber, A. &amp; Looms, B.", ["A. Amber", "B. Looms"]),
        ("Fern&aacute;ndo, A.; Looms, B.", ["A. Fernándo", "B. Looms"]),
        ("Amber, Ada<sup>1,2</sup>", ["Ada Amber"]),
        ("Ada B. Amber", ["Ada B. Amber"]),
        ("Amber, Ada (灯小)", ["Ada (灯小) Amber"]),
        ("Amber, Ada (Ed.)", ["Ada Amber"]),
        ("Baldwan,S.A.", ["S.A. Baldwan"]),
    ],
)
def test_a_field_for_one_name_may_hold_several(text: str, names: list[str]) -> None:
    """Rule: the family, the given name and the suffix stand between commas; `and` may be part of an organisation."""
    assert list(read_names(text, style=ONE)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Baker, Carl Dürer", ["Ada Baker", "Carl Dürer"]),
        ("Ada Baker, Carl Dürer and Eve Fox", ["Ada Baker", "Carl Dürer", "Eve Fox"]),
        ("Baker, A., van der Fox, D. A., Lamp Consortium", ["A. Baker", "D. A. van der Fox", "Lamp Consortium"]),
        ("Baker, A., Dürer, K., & Fox, E.", ["A. Baker", "K. Dürer", "E. Fox"]),
        ("Ada Baker;Carl Dürer;Eve van Fox;", ["Ada Baker", "Carl Dürer", "Eve van Fox"]),
        ("Baker, Dürer and Fox", ["Baker", "Dürer", "Fox"]),
        ("Ada Baker, UNESCO", ["Ada Baker", "UNESCO"]),
        ("Ada Baker1,2, Eve Fox1 and Carl Dürer3", ["Ada Baker", "Eve Fox", "Carl Dürer"]),
        ("Ada Baker a,b, Eve Fox a", ["Ada Baker", "Eve Fox"]),
        ("ada@example.org (Ada Baker)", ["Ada Baker"]),
        ("Baker, Ada", ["Ada Baker"]),
    ],
)  # fmt: skip
def test_the_order_of_names_is_found_where_a_source_does_not_tell_it(text: str, names: list[str]) -> None:
    """Rule: initials, single words and particles show whether family names come first."""
    assert list(read_names(text)) == names


def test_lines_that_each_have_one_comma_are_one_person_each() -> None:
    """Rule: each of several texts with one comma is one person."""
    assert read_names("Fox Baker, Ada Maria", "Dürer Hill, Carl Leo") == ("Ada Maria Fox Baker", "Carl Leo Dürer Hill")


@pytest.mark.parametrize("style", NameStyle)
@pytest.mark.parametrize(
    "text",
    [
        "A. Amber and et al.", "A. Amber et al", "A. Amber, et al.", "A. Amber and others", r"A. Amber {\it et~al.}",
        "A. Amber and ", "A. Amber and {others}", "A. Amber (a.amber@example.org)", "a.amber@example.org, A. Amber",
        "A. Amber [0000-0001-2345-678X]", "A. Amber (ORCID: 0000-0001-2345-678X)",
        "A. Amber https://orcid.org/0000-0001-2345-678X", "A. Amber 0001", r"A. Amber {\rm 0012}", "A. Amber$^{1,2}$",
        "A. Amber$^*$", r"A. Amber\textsuperscript{2,3}", "A. Amber¹²*†", r"A. Amber\inst{1}",
        r"A. Amber$^\dagger$", r"A. Amber$^{\text{a}}$", "A. Amber^{2,*}", r"A. Amber\footnotemark[1] and others",
        r"A. Amber\thanks{Both {\em equal}; see a@b.example}", r"A.~Amber\orcidlink{0000-0001-2345-6789}",
    ],
)  # fmt: skip
def test_text_beside_a_name_is_dropped(style: NameStyle, text: str) -> None:
    """Rule: addresses, ids, homonym numbers, affiliation marks and `et al.` are not part of names."""
    assert read_names(text, style=style) == ("A. Amber",)


@given(
    st.lists(st.sampled_from([" ", ",", ";", "and", "(", ")", "{", "}", "\\&", "$^1$", "Ada", "B.", "灯"])).map("".join)
)
def test_no_text_breaks_the_reading_of_names(text: str) -> None:
    """Rule: any text gives only names with a letter."""
    for style in NameStyle:
        assert all(any(map(str.isalpha, name)) for name in read_names(text, style=style))
