"""The names, blocks and pairs of captures."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from captured import LONG, SHORT, TEXT, YEAR, capture, pairs_of
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.captures import (
    UserPairs,
    blocks_of,
    fingerprint_of,
    first_surname,
    is_block,
    ordered_ids,
    own_name,
    place_block,
)  # fmt: skip
from paperreader.domain.dates import PartialDate
from paperreader.domain.identifiers import Identifier, title_address, title_hash
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing

ARXIV, DOI = Identifier("arxiv:2503.00001"), Identifier("doi:10.1000/1")
PARSED = ParsedPaper(LONG, TEXT, ("Ada Brook",), YEAR, (ARXIV,), links=(("page", "https://sand.example/1"),), version=1)
OTHERWISE: dict[str, Any] = {
    "title": "", "abstract": f"{TEXT} ", "authors": ("Ada", "Brook"), "published": PartialDate(2025, 3),
    "identifiers": (ARXIV, DOI), "links": (), "categories": ("cs.CL",), "version": 2, "standing": Standing.WITHDRAWN,
}  # fmt: skip
FIGURES: dict[str, Any] = {"upvotes": 3, "comments": 4, "line": 5, "announced": Announced.CROSS}


@pytest.mark.parametrize(("name", "value"), OTHERWISE.items())
def test_different_captures_have_different_fingerprints(name: str, value: Any) -> None:
    """Rule: raw texts, facts, ids, links and the version are all part of the fingerprint."""
    assert fingerprint_of(dataclasses.replace(PARSED, **{name: value})) != fingerprint_of(PARSED)


@pytest.mark.parametrize(("name", "value"), FIGURES.items())
def test_figures_are_not_part_of_the_fingerprint(name: str, value: Any) -> None:
    """Rule: a list that is fetched again has new figures and the same captures."""
    assert fingerprint_of(dataclasses.replace(PARSED, **{name: value})) == fingerprint_of(PARSED)


def test_every_part_of_a_parsed_paper_is_a_figure_or_belongs_to_the_fingerprint() -> None:
    """Rule: each field is a figure, or a part of the fingerprint; a new field must be one of both."""
    assert {field.name for field in dataclasses.fields(ParsedPaper)} == {*OTHERWISE, *FIGURES}


def test_the_order_of_ids_is_not_part_of_the_fingerprint() -> None:
    """Rule: sources give ids in any order."""
    one, other = (dataclasses.replace(PARSED, identifiers=ids) for ids in ((ARXIV, DOI), (DOI, ARXIV)))
    assert fingerprint_of(one) == fingerprint_of(other)


_parts = st.text("ab 1()\0\ud800\u00e9", max_size=4)
_parsed = st.builds(ParsedPaper, _parts, _parts, st.none() | st.lists(_parts, max_size=2).map(tuple))


@examples(1_000)
@given(_parsed, _parsed)
def test_fingerprints_mark_the_end_of_each_part(one: ParsedPaper, other: ParsedPaper) -> None:
    """Rule: only equal captures have equal fingerprints."""
    assert (fingerprint_of(one) == fingerprint_of(other)) == (one == other)
    assert -(1 << 63) <= fingerprint_of(one) < 1 << 63


def test_the_own_name_without_ids_is_the_hash_of_the_texts() -> None:
    """Rule: own names stay the names under which earlier versions stored decisions."""
    assert own_name(LONG, TEXT, ()) == f"text:{PARSED.content_hash}"
    assert own_name(LONG, TEXT, (), ("Ada Brook",), YEAR) == own_name(LONG, TEXT, ())


def test_the_own_name_tells_captures_of_one_text_by_their_ids() -> None:
    """Rule: captures with equal texts and other ids have other own names."""
    assert len({own_name(LONG, TEXT, ids) for ids in ((), (ARXIV,), (DOI,), (ARXIV, DOI))}) == 4
    assert own_name(LONG, TEXT, (DOI, ARXIV)) == own_name(LONG, TEXT, (ARXIV, DOI))


@pytest.mark.parametrize("blank", ["", " \n", "—"])
def test_the_own_name_without_an_abstract_tells_surnames_and_years(blank: str) -> None:
    """Rule: without an abstract, the surname and the year are part of the own name."""
    facts = [
        (None, None), (("Ada Brook",), None), (None, YEAR), (("Ada Brook",), YEAR), (("Cy Dale",), YEAR),
        (("Ada Brook",), YEAR.replace(year=2024)),
    ]  # fmt: skip
    assert len({own_name(SHORT, blank, (), *known) for known in facts}) == len(facts)
    same = own_name(SHORT, blank, (), ("Brook, Ada", "Cy Dale"), datetime.date(2025, 9, 9))
    assert same == own_name(SHORT, blank, (), ("A. Brook",), YEAR)


def test_a_separator_in_a_text_does_not_change_its_own_name() -> None:
    """Rule: a text with the separator does not get the own name of a text with an id."""
    assert own_name(LONG, f"{TEXT}\0{ARXIV}", ()) != own_name(LONG, TEXT, (ARXIV,))


def test_ids_stand_in_key_order() -> None:
    """arXiv ids come first, each id once."""
    assert ordered_ids([DOI, ARXIV, DOI, Identifier("arxiv:2502.00001")]) == ("arxiv:2502.00001", ARXIV, DOI)


def test_the_names_of_a_capture_are_its_own_name_and_its_ids() -> None:
    """Rule: the own name is first, and is always kept."""
    one = capture(LONG, TEXT, DOI, ARXIV)
    assert one.names == (one.own, ARXIV, DOI)


def test_captures_of_a_long_title_meet_by_it() -> None:
    """Rule: a title of 20 letters and digits is a block."""
    assert blocks_of(LONG, TEXT, ("Ada Brook",), YEAR) == (title_address(LONG),)
    assert blocks_of("x" * 19, "", None, None) == (f"short:{title_hash('x' * 19)}",)
    assert blocks_of("x" * 17 + "\ufb01.", "", None, None) == (f"short:{title_hash('x' * 17 + 'fi')}",)
    assert blocks_of("x" * 18 + "\ufb01.", "", None, None) == (title_address("x" * 18 + "fi"),)


def test_captures_of_a_short_title_meet_by_more_than_the_title() -> None:
    """Rule: a short title is a block with surname and year, and with each end of the abstract."""

    def kinds(*known: Any) -> list[str]:
        return [name.partition(":")[0] for name in blocks_of(SHORT, *known)]

    assert kinds("", None, None) == ["short"]
    assert kinds("", ("Ada Brook",), None) == kinds("", None, YEAR) == kinds("", ("",), YEAR) == ["short"]
    assert kinds("", ("Ada Brook",), YEAR) == ["short", "by"]
    assert kinds(TEXT, None, None) == ["short", "head", "tail"]
    assert blocks_of("", TEXT, ("Ada Brook",), YEAR) == ()
    one, other = (set(blocks_of(SHORT, text, None, None)) for text in (TEXT, f"Preface. {TEXT}"))
    assert len(one & other) == 2


def test_captures_meet_by_blocks_but_not_by_the_address_of_a_short_title() -> None:
    """Rule: `short:` only looks papers up for the user."""
    one = capture(SHORT, TEXT, authors=["Ada Brook"], published=YEAR, places=[place_block("page:00000001", 1, SHORT)])
    assert [is_block(name) for name in one.blocks] == [False, True, True, True, True]
    assert is_block(title_address(LONG))
    assert not any(map(is_block, (one.own, ARXIV, DOI)))


def test_a_place_is_of_one_page_rank_and_title() -> None:
    """Rule: the block of a place compares titles without case and punctuation."""
    one = place_block("page:00000001", 1, LONG)
    assert one == place_block("page:00000001", 1, LONG.upper())
    assert one not in {
        place_block("page:00000002", 1, LONG),
        place_block("page:00000001", 2, LONG),
        place_block("page:00000001", 1, SHORT),
    }


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Ada Brook", "brook"), ("Brook, Ada", "brook"), ("Jan van der Berg", "berg"), ("van der Berg, Jan", "berg"),
        ("Zoë Müller", "muller"), ("MÜLLER, Z.", "muller"), ("Plato", "plato"), (", Plato", "plato"), ("", ""),
        (" ,", ","),
    ],
)  # fmt: skip
def test_the_first_surname_is_the_last_word_of_the_family_name(name: str, surname: str) -> None:
    """Names come in two orders, with accents and without."""
    assert first_surname((name, "Someone Else")) == surname


def test_no_authors_have_no_surname() -> None:
    """Unknown is the empty surname."""
    assert first_surname(None) == first_surname(()) == ""


def test_a_name_is_kept_unless_it_is_distinct_from_an_earlier_one() -> None:
    """Rule: a name that was not kept removes no later name."""
    assert pairs_of(distinct=[("b", "a"), ("c", "b")]).kept(("a", "b", "c")) == ("a", "c")
    assert UserPairs().kept(("a", "b")) == ("a", "b")


def test_pairs_are_joined_and_taken_away_by_kind() -> None:
    """Rule: pairs can be added and subtracted, as merges and splits need."""
    one, other = pairs_of([("a", "b")], [("c", "d")]), pairs_of([("b", "c")], [("d", "c")])
    assert one | other == pairs_of([("a", "b"), ("b", "c")], [("c", "d")])
    assert one - other == pairs_of([("a", "b")])
    assert one.names() == {"a", "b", "c", "d"}
    assert (one | other).same_as["b"] == {"a", "c"}
