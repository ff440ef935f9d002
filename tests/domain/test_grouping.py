"""The rules of `grouping` decide which captures are one paper, in any order of arrival."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import pytest
from captured import LONG, OTHER, SHORT, TEXT, YEAR, capture, components_of, grouped, pairs_of, reasons, worlds
from costs import check_growth
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from invented import prose

from paperreader.domain.captures import Capture, UserPairs, place_block
from paperreader.domain.grouping import FIRST, Group, JoinReason, group_captures
from paperreader.storage.catalogue.papers import is_close

PROPERTY = examples(2_000)
ARXIV, OTHER_ARXIV, DOI, OTHER_DOI = "arxiv:2503.00001", "arxiv:2503.00002", "doi:10.1000/1", "doi:10.1000/2"
PLACE = place_block("page:00000001", 1, LONG)
CLOSE = f"{TEXT[:-30]}, or nearly so."
MARKED = " ".join(f"\\emph{{{word}}}" for word in TEXT.split())
ALPHAS = "$\\alpha$, $\\beta$ and $\\gamma$ " * 20
NO_SIGNS = str.maketrans("", "", "$\\")
NEXT_YEAR = YEAR.replace(year=2026)


class Two(NamedTuple):
    rule: str
    one: Capture
    other: Capture
    reason: JoinReason | None
    """None: they are two papers."""


TWO = [
    Two("the same texts and ids", capture(LONG, TEXT), capture(LONG, TEXT, version=2), JoinReason.OWN_TEXT),
    Two("a shared arXiv id", capture(LONG, TEXT, ARXIV), capture("", "", ARXIV), JoinReason.ARXIV),
    Two(
        "an arXiv id, though the DOIs differ",
        capture(LONG, TEXT, ARXIV, DOI),
        capture(LONG, OTHER, ARXIV, OTHER_DOI),
        JoinReason.ARXIV,
    ),
    Two("a shared DOI", capture(LONG, TEXT, DOI), capture(SHORT, OTHER, DOI), JoinReason.DOI),
    Two(
        "a DOI of which only one has an arXiv id",
        capture(LONG, TEXT, DOI, ARXIV),
        capture(SHORT, "", DOI),
        JoinReason.DOI,
    ),
    Two(
        "a DOI, but the arXiv ids differ", capture(LONG, TEXT, ARXIV, DOI), capture(LONG, TEXT, OTHER_ARXIV, DOI), None
    ),
    Two("abstracts that are nearly equal", capture(LONG, TEXT), capture(LONG.upper(), CLOSE), JoinReason.TEXT),
    Two("an abstract that was cut", capture(LONG, TEXT), capture(LONG, TEXT[:150]), JoinReason.TEXT),
    Two(
        "signs of TeX and addresses",
        capture(LONG, f"{TEXT} At https://sand.example/of/many/rivers it is $10\\times$ more."),
        capture(LONG, f"{TEXT} At it is 10times more."),
        JoinReason.TEXT,
    ),
    Two("abstracts of one short title", capture(SHORT, TEXT), capture(SHORT, CLOSE), JoinReason.TEXT),
    Two(
        "abstracts of one short title that begin otherwise",
        capture(SHORT, TEXT),
        capture(SHORT, f"Abstract. {TEXT}"),
        JoinReason.TEXT,
    ),
    Two("commands of TeX", capture(LONG, TEXT), capture(LONG, MARKED), JoinReason.TEXT),
    Two(
        "commands of TeX without their signs",
        capture(LONG, f"{TEXT} {ALPHAS}"),
        capture(LONG, f"{TEXT} {ALPHAS}".translate(NO_SIGNS)),
        JoinReason.TEXT,
    ),
    Two(
        "abstracts of one short title, surname and year",
        capture(SHORT, TEXT, authors=["Ada Brook"], published=YEAR),
        capture(SHORT, f"Abstract. {TEXT} The end.", authors=["Ada Brook"], published=YEAR),
        JoinReason.TEXT,
    ),
    Two(
        "abstracts of other words",
        capture(LONG, TEXT),
        capture(LONG, " ".join(f"mud{number}" for number in range(60))),
        None,
    ),
    Two("an abstract without a letter", capture(LONG, TEXT), capture(LONG, "—"), JoinReason.TITLE),
    Two("abstracts of two titles", capture(LONG, TEXT), capture(f"{LONG} today", TEXT), None),
    Two(
        "unlike abstracts",
        capture(LONG, TEXT, authors=["Ada Brook"]),
        capture(LONG, OTHER, authors=["Ada Brook"]),
        None,
    ),
    Two("abstracts alike, but ids of one scheme", capture(LONG, TEXT, DOI), capture(LONG, CLOSE, OTHER_DOI), None),
    Two(
        "abstracts alike, and ids of two schemes",
        capture(LONG, TEXT, DOI),
        capture(LONG, CLOSE, ARXIV),
        JoinReason.TEXT,
    ),
    Two(
        "a short title whose short abstracts differ in a digit",
        capture(SHORT, "This issue of the review is number 41 of all."),
        capture(SHORT, "This issue of the review is number 42 of all."),
        None,
    ),
    Two(
        "a place on a page", capture(LONG, TEXT, places=[PLACE]), capture(LONG, OTHER, places=[PLACE]), JoinReason.PLACE
    ),
    Two(
        "a place on a page, but other ids",
        capture(LONG, TEXT, DOI, places=[PLACE]),
        capture(LONG, OTHER, OTHER_DOI, places=[PLACE]),
        None,
    ),
    Two(
        "one abstract and the same first surname",
        capture(LONG, TEXT, authors=["Ada van Brook"]),
        capture(LONG, "", authors=["van Bróok, A.", "Cy Dale"], published=YEAR),
        JoinReason.AUTHOR,
    ),
    Two(
        "no abstract and the same first surname",
        capture(LONG, "", authors=["Ada Brook"], published=YEAR),
        capture(LONG, "", authors=["Brook, A."], published=NEXT_YEAR),
        JoinReason.AUTHOR,
    ),
    Two(
        "one abstract, but other surnames",
        capture(LONG, TEXT, authors=["Ada Brook"]),
        capture(LONG, "", authors=["Cy Dale"]),
        None,
    ),
    Two(
        "a short title, surname and year",
        capture(SHORT, TEXT, authors=["Ada Brook"], published=YEAR),
        capture(SHORT, "", authors=["A. Brook"], published=YEAR),
        JoinReason.AUTHOR,
    ),
    Two(
        "a short title and surname, but another year",
        capture(SHORT, TEXT, authors=["Ada Brook"], published=YEAR),
        capture(SHORT, "", authors=["A. Brook"], published=NEXT_YEAR),
        None,
    ),
    Two(
        "a short title and surname, but no year",
        capture(SHORT, TEXT, authors=["Ada Brook"]),
        capture(SHORT, "", authors=["Ada Brook"]),
        None,
    ),
    Two("a long title, authors unknown", capture(LONG, TEXT, authors=["Ada Brook"]), capture(LONG), JoinReason.TITLE),
    Two(
        "a long title, authors unknown, but other ids", capture(LONG, TEXT, ARXIV), capture(LONG, "", OTHER_ARXIV), None
    ),
    Two("a short title, authors unknown", capture(SHORT, TEXT), capture(SHORT), None),
    Two("no title", capture("", TEXT, ARXIV), capture("", TEXT, DOI), None),
]


@pytest.mark.parametrize("two", TWO, ids=lambda two: two.rule)
def test_two_captures_are_one_paper_or_two(two: Two) -> None:
    """Rule: names, texts, places and facts decide, and the join has the reason."""
    for captures in ((two.one, two.other), (two.other, two.one)):
        found = grouped(*captures)
        assert reasons(*found) == ([two.reason] if two.reason else [])
        assert len(found) == (1 if two.reason else 2)


def test_one_capture_is_a_paper_with_its_names_the_best_first() -> None:
    """Rule: the key is the arXiv id, else the DOI, else the own name."""
    full, bare = capture(LONG, TEXT, DOI, ARXIV), capture(LONG, TEXT)
    assert grouped(full) == [Group((full,), (ARXIV, DOI, full.own))]
    assert grouped(bare)[0].names == (bare.own,)
    assert grouped() == []


def test_a_third_capture_with_both_arxiv_ids_joins_two_papers() -> None:
    """Rule: groups with several ids agree if they share one."""
    assert len(grouped(capture(LONG, TEXT, ARXIV), capture(LONG, TEXT, OTHER_ARXIV))) == 2
    (one,) = grouped(
        capture(LONG, TEXT, ARXIV), capture(LONG, TEXT, OTHER_ARXIV), capture(SHORT, OTHER, ARXIV, OTHER_ARXIV)
    )
    assert one.names[:2] == (ARXIV, OTHER_ARXIV)


def test_a_capture_with_only_a_title_does_not_join_two_abstracts() -> None:
    """Rule: a capture with only a title belongs to one of two papers and does not join them."""
    found = grouped(capture(LONG, TEXT), capture(LONG, OTHER), capture(LONG))
    assert sorted(len(group.captures) for group in found) == [1, 2]


def test_a_capture_with_only_a_title_does_not_join_two_first_authors() -> None:
    """Rule: the same holds for two papers with other authors."""
    found = grouped(capture(LONG, authors=["Ada Brook"]), capture(LONG, authors=["Cy Dale"]), capture(LONG))
    assert sorted(len(group.captures) for group in found) == [1, 2]


def test_a_name_of_two_papers_is_contested_and_owned_by_neither() -> None:
    """Rule: after a skipped edge, neither paper owns the shared name."""
    first, second = grouped(capture(LONG, TEXT, ARXIV, DOI), capture(LONG, TEXT, OTHER_ARXIV, DOI))
    assert DOI not in {*first.names, *second.names}
    assert {first.names[0], second.names[0]} == {ARXIV, OTHER_ARXIV}


def test_a_same_pair_joins_papers_that_contradict_each_other() -> None:
    """Rule: a `same` pair joins papers with other ids, titles and abstracts."""
    one, other = capture(LONG, TEXT, ARXIV), capture(SHORT, OTHER, OTHER_ARXIV)
    (group,) = grouped(one, other, same=[(one.own, OTHER_ARXIV)])
    assert reasons(group) == [JoinReason.MERGED]
    assert group.names == (ARXIV, OTHER_ARXIV, *sorted((one.own, other.own)))


def test_the_user_joins_all_bearers_of_both_names() -> None:
    """Rule: a later capture with one of the names joins the merged paper, even with another DOI."""
    one, other = capture(LONG, TEXT, ARXIV), capture(SHORT, OTHER, DOI)
    later = capture(LONG, OTHER, DOI, OTHER_ARXIV)
    assert len(grouped(one, later, other)) == 2
    assert len(grouped(one, later, other, same=[(ARXIV, DOI)])) == 1


@pytest.mark.parametrize("name", [ARXIV, DOI])
def test_an_id_without_captures_belongs_to_the_paper_of_its_pair(name: str) -> None:
    """Rule: later captures with an id from `find-ids` belong to the paper."""
    one = capture(LONG, TEXT)
    assert grouped(one, same=[(one.own, name)]) == [Group((one,), (name, one.own))]
    assert len(grouped(one, capture(SHORT, OTHER, name), same=[(one.own, name)])) == 1


def test_an_id_that_the_user_gave_contradicts_like_one_of_a_capture() -> None:
    """Rule: an id from the user counts like an id of a capture."""
    one, other = capture(LONG, TEXT), capture(LONG, CLOSE, OTHER_ARXIV)
    assert len(grouped(one, other)) == 1
    assert len(grouped(one, other, same=[(one.own, ARXIV)])) == 2


@pytest.mark.parametrize("lost", [["text:1"], ["text:1", "text:2", "text:3"]])
def test_pairs_join_papers_through_names_without_captures(lost: list[str]) -> None:
    """Rule: pairs join papers through names without captures, also in a new catalogue."""
    one, other = capture(LONG, TEXT), capture(SHORT, OTHER)
    (group,) = grouped(one, other, same=pairwise([one.own, *lost, other.own]))
    assert group.names == tuple(sorted((one.own, other.own)))
    assert [{join.one, join.other} for join in group.joins] == [{one.fingerprint, other.fingerprint}]


def test_the_user_joins_every_bearer_with_every_bearer() -> None:
    """Rule: if some captures are kept distinct, the others are still one paper."""
    ones, others = (
        sorted((capture(title, text, name) for text in (TEXT, OTHER)), key=lambda found: found.fingerprint)
        for title, name in ((LONG, ARXIV), (SHORT, DOI))
    )
    told = [(ones[0].own, found.own) for found in others] + [(others[0].own, found.own) for found in ones]
    found = grouped(*ones, *others, same=[(ARXIV, DOI)], distinct=told)
    assert {ones[1], others[1]} in [set(group.captures) for group in found]


@pytest.mark.parametrize(
    "two", [two for two in TWO if two.reason not in (None, JoinReason.OWN_TEXT)], ids=lambda two: two.rule
)
def test_distinct_papers_stay_two(two: Two) -> None:
    """Rule: a `distinct` pair wins over every edge, also over `same`."""
    own = two.one.own, two.other.own
    assert len(grouped(two.one, two.other, distinct=[own])) == 2
    assert len(grouped(two.one, two.other, distinct=[own], same=[own])) == 2


def test_a_distinct_id_is_not_a_name_of_the_capture() -> None:
    """Rule: a capture loses each id that is distinct from a name before it."""
    one, other = capture(LONG, TEXT, ARXIV, DOI), capture(SHORT, OTHER, DOI)
    first, second = sorted(grouped(one, other, distinct=[(ARXIV, DOI)]), key=lambda group: group.names)
    assert first.names == (ARXIV, one.own)
    assert second.names == (DOI, other.own)


def test_without_titles_only_names_and_pairs_join() -> None:
    """Rule: `split` gives the groups without title edges."""
    captures = [capture(LONG, TEXT, ARXIV), capture(SHORT, OTHER, ARXIV), capture(LONG, CLOSE)]
    found = group_captures(captures, UserPairs(), is_close, by_title=False)
    assert sorted(len(group.captures) for group in found) == [1, 2]


def groups_of(world: tuple[list[Capture], UserPairs]) -> list[Group]:
    return group_captures(*world, is_close)


@PROPERTY
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_the_figures_decide_nothing(
    world: tuple[list[Capture], UserPairs], chance: random.Random
) -> None:
    """Rule: equal captures give equal papers, in any order and with any figures."""
    captures, pairs = world
    again = [replace(found, figures=chance.randrange(9)) for found in chance.sample(captures, len(captures))]
    assert [(group.names, group.joins) for group in groups_of((again, pairs))] == [
        (group.names, group.joins) for group in groups_of(world)
    ]


@PROPERTY
@given(worlds())
def test_captures_that_nothing_connects_do_not_touch_each_other(world: tuple[list[Capture], UserPairs]) -> None:
    """Rule: each connected part is grouped on its own."""
    captures, pairs = world
    parts = [group for part in components_of(captures, pairs) for group in groups_of((part, pairs))]
    assert sorted(parts, key=lambda group: group.captures[0].fingerprint) == groups_of(world)


@PROPERTY
@given(worlds())
def test_papers_share_no_name_and_each_owns_one_of_its_own(world: tuple[list[Capture], UserPairs]) -> None:
    """Rule: papers share no capture and no owned name, keep own names, and have joins that form a tree."""
    captures, _ = world
    found = groups_of(world)
    assert sorted(one.fingerprint for group in found for one in group.captures) == sorted(
        one.fingerprint for one in captures
    )
    names = [name for group in found for name in group.names]
    assert len(names) == len(set(names))
    for group in found:
        assert {one.own for one in group.captures} <= set(group.names)
        prints = [one.fingerprint for one in group.captures]
        assert prints == sorted(prints)
        assert len(group.joins) == len(prints) - 1
        linked = {prints[0]}
        for _ in group.joins:
            linked |= {end for join in group.joins if {join.one, join.other} & linked for end in (join.one, join.other)}
        assert linked == set(prints)


@PROPERTY
@given(worlds())
def test_a_distinct_pair_is_never_one_paper(world: tuple[list[Capture], UserPairs]) -> None:
    """Rule: no paper has both names of a `distinct` pair."""
    _, pairs = world
    for group in groups_of(world):
        names = {*group.names, *(name for one in group.captures for name in pairs.kept(one.names))}
        assert not any({one, other} <= names for one, other in pairs.distinct)


@PROPERTY
@given(worlds(distinct=False))
def test_a_same_pair_is_one_paper(world: tuple[list[Capture], UserPairs]) -> None:
    """Rule: without `distinct` pairs, all captures with the names of a `same` pair are one paper."""
    captures, pairs = world
    home = {one.fingerprint: number for number, group in enumerate(groups_of(world)) for one in group.captures}
    for pair in pairs.same:
        assert len({home[one.fingerprint] for one in captures if not set(pair).isdisjoint(one.names)}) <= 1


def flood(count: int) -> list[Capture]:
    return [capture(LONG, prose(number, 300)) for number in range(count)]


def mixed_flood(count: int) -> list[Capture]:
    """Captures of one title: half without an abstract, some with authors, some with ids."""
    return [
        capture(
            LONG,
            prose(number, 300) if number % 2 else "",
            *([f"doi:10.1000/{number}"] if number % 5 == 0 else []),
            authors=[f"Ada B{number % 40}"] if number % 3 else None,
            published=YEAR.replace(year=1000 + number % 8_000),
        )
        for number in range(count)
    ]


def editorials(count: int) -> list[Capture]:
    return [
        capture(SHORT, f"The editors present issue {number} of this review, and thank all who wrote for it.")
        for number in range(count)
    ]


@pytest.mark.parametrize("make", [flood, mixed_flood, editorials])
def test_captures_of_one_title_take_linear_time(make: Callable[[int], list[Capture]]) -> None:
    """Rule: the time for captures of one title is linear."""
    check_growth(lambda captures: grouped(*captures), make, 1_600)


def test_editorials_stay_the_papers_that_they_are() -> None:
    """Rule: items with one short title are distinct by authors, years and small differences of short texts."""
    signed = [
        capture(SHORT, authors=[f"Ada B{number % 50}"], published=YEAR.replace(year=1900 + number // 50))
        for number in range(1_000)
    ]
    assert len(grouped(*signed)) == 1_000
    assert len(grouped(*editorials(1_000))) == 1_000


def test_only_the_first_captures_of_a_title_are_compared_with_the_others() -> None:
    """Rule: only the first captures are compared with all others."""
    asked = 0

    def count(one: str, other: str) -> bool:
        nonlocal asked
        asked += 1
        return False

    captures = [capture(LONG, f"{chr(97 + number % 26) * 30} {number}") for number in range(10 * FIRST)]
    group_captures(captures, pairs_of(), count)
    assert asked <= 2 * FIRST * len(captures)
