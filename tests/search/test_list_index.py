"""Fuzzy search in a list: which papers are found, in which order."""

import random
from collections.abc import Iterable

import pytest
from costs import check_growth
from examples import examples
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from invented import items

from paperreader.domain.paper import Field
from paperreader.domain.query.parser import parse_query
from paperreader.domain.text import clean_block, clean_line
from paperreader.search.folding import tokens
from paperreader.search.initials import spell_initials
from paperreader.search.list_index import ListIndex
from paperreader.search.vocabulary import allowed_typos

PROPERTY = examples(200)

Row = tuple[str, str, str]
OTHERS: list[Row] = [
    ("Lanterns in the Fog", "Ada Brook", "We light lanterns along a harbour and count ships."),
    ("On the Mending of Kites", "Ben Quill", "Kites tear; we mend them with paper and glue."),
    ("Windmills at Night", "Cy Marsh", "The windmill turns while nobody looks."),
]


def index(*rows: Row | str) -> ListIndex:
    """An index of rows (title, authors, abstract); a text is a row with only a title."""
    built = ListIndex()
    for row in rows:
        built.add(*(row if isinstance(row, tuple) else (row, "", "")))
    return built


def ask(built: ListIndex, query: str, bearing: Iterable[int] = (), *, complete: bool = False) -> list[int]:
    """The positions that a query finds, best first. All facts hold for the papers in `bearing`."""
    return built.search(parse_query(query, complete=complete), lambda _: set(bearing)).positions


@pytest.mark.parametrize(
    "query",
    [
        "transformers",
        "transformer",
        "transf",
        "transformr",
        "tranformers",
        "trnasformers",
        "transfoormers",
        "transformr eficient",
        "eficient transformr",
        "long efficient",
        "memory",
        "keyval",
        "key-value",
        "keyvalue",
        "kvc",
        "naive",
        "na\u00efve",
        "NAIVE",
        "alpha",
        r"\alpha",
        "\u03b1",
        "hopper",
        "Hopp",
        "hoper grace",
        "gradients",
        "pretraining",
        "pre-training",
        "pre training",
        "\u56fe\u50cf",
        "'transformers'",
        "transformers!",
    ],
)
def test_a_paper_is_found_by_typos_order_prefixes_and_initials(query: str) -> None:
    """Rule: misspelt words, starts, initials and any order match in title, authors and abstract."""
    meant = (
        "Efficient Transformers with Memory for Long Texts: KV Cache",
        "Grace Hopper, Alan Turing",
        "A na\u00efve key-value store with \u03b1 = 1, pre-training and gradient flow for \u56fe\u50cf tasks.",
    )
    assert ask(index(*OTHERS, meant), query) == [3]


@pytest.mark.parametrize(
    "query", ["cet", "catt nap", "xqzw", "transformers kites", "title:harbour", "windmills -turns", "lanterns -fog"]
)
def test_what_does_not_match_is_not_found(query: str) -> None:
    """Rule: every word must match, and a wrong letter in three is not forgiven."""
    assert ask(index(*OTHERS, "The Cat", "Transformers"), query) == []


@pytest.mark.parametrize(
    ("word", "typed", "found"),
    [
        ("cache", "cahce", True),
        ("cache", "cach", True),
        ("cache", "ccache", True),
        ("cache", "cashe", True),
        ("cache", "kachi", False),
        ("cache", "cahceee", False),
        ("attention", "atention", True),
        ("attention", "attnetoin", True),
        ("attention", "xttenxxon", False),
        ("gpt3", "gpt4", False),
        ("2024", "2025", False),
        ("tree", "three", True),
        ("cat", "cot", False),
    ],
)
def test_typing_errors_are_forgiven_by_length(word: str, typed: str, found: bool) -> None:
    """Rule: one error from four letters on, two from eight on, none in words with digits."""
    assert bool(ask(index(f"The {word} study"), typed, complete=True)) is found


@pytest.mark.parametrize(
    ("word", "errors"), [("a", 0), ("abc", 1), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2), ("gpt4", 0), ("", 0)]
)
def test_the_number_of_forgiven_errors(word: str, errors: int) -> None:
    """Rule: `allowed_typos` gives these numbers; in three letters a missing fourth is forgiven."""
    assert allowed_typos(word) == errors


def test_the_last_word_is_a_beginning_while_it_is_typed() -> None:
    """Rule: every start of a word finds the word."""
    built = index(*OTHERS)
    for length in range(1, len("windmills") + 1):
        assert 2 in ask(built, "windmills"[:length])
        assert 2 in ask(built, "night " + "windmills"[:length])


def test_whole_words_come_before_starts_and_titles_before_abstracts() -> None:
    """Rule: whole words come before starts, and titles before abstracts."""
    built = index(("Other", "", "cached here"), ("Other", "", "a cache here"), "Cached Things", "Cache Things")
    assert ask(built, "cache") == [3, 2, 1, 0]


def test_a_typing_error_is_forgiven_in_the_word_that_has_it_only() -> None:
    """Rule: errors are forgiven only in words that no paper has."""
    built = index("Kites of Lantern", "Kites of Lanternx")
    assert ask(built, "lanternx kitse") == [1]
    assert ask(index("The Lanternx", "The Lantern"), "lantern") == [1, 0]


def test_typing_errors_are_forgiven_only_if_nothing_else_is_found() -> None:
    """Rule: `transformer` does not find `transformed`."""
    assert ask(index("Transformed Lives", "A Transformer"), "transformer") == [1]
    assert ask(index("Transformed Lives", "Other"), "transformerd") == [0]


def test_a_paper_that_needs_fewer_typing_errors_forgiven_comes_first() -> None:
    """Rule: an exact word comes before a misspelt one."""
    built = index("Lantren Ktes", "Lantern Ktes", "Kites Alone")
    assert ask(built, "lantern kites", complete=True) == [1, 0]


def test_the_title_comes_before_the_authors_before_the_abstract() -> None:
    """Rule: the field of a word decides between papers that are otherwise equal."""
    built = index(("Some Study", "", "On kites."), ("Some Study", "Kites, A.", ""), ("Kites Study", "", ""))
    assert ask(built, "kites") == [2, 1, 0]


def test_words_next_to_each_other_and_in_order_come_first() -> None:
    """Rule: adjacent words in order come first, then words in order."""
    built = index("Cache of the Old Key", "Key of the Old Cache", "Old Key Cache of The")
    assert ask(built, "key cache") == [2, 1, 0]
    assert ask(built, "cache key")[0] == 0


def test_a_title_of_little_else_comes_first() -> None:
    """Rule: a title of only the words comes first."""
    built = index("Kites and Lanterns and Clocks in a Long Study", "Kites", "Kites and More")
    assert ask(built, "kites") == [1, 2, 0]


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    """Rule: a rare word adds more to the score."""
    common = [("Study", "", "a deep net")] * 8
    built = index(*common, ("Deep", "", "about granaries"), ("Granaries", "", "a deep thing"))
    assert ask(built, "deep granaries")[0] == 9


def test_equals_keep_the_order_of_the_list() -> None:
    """Rule: papers with equal scores keep the order of the list."""
    built = index(*["The Same Kite"] * 20)
    assert ask(built, "kite") == list(range(20))
    assert ask(built, "kte") == list(range(20))


def test_initials_spell_words_and_acronyms() -> None:
    """Rule: `kvc` finds KV cache in titles and abstracts; common words are not read as initials."""
    built = index("A KV Cache Study", ("Other", "", "fast KV cache reuse"), ("Other", "", "keeps various clocks"))
    assert ask(built, "kvc") == [0, 1]
    assert ask(index("Graph Neural Networks", *OTHERS), "gnn") == [0]
    assert ask(index("The Cat", "Cool Ancient Things", *OTHERS, *OTHERS), "cat") == [0, 1]
    assert ask(index("The Cat", "Cool Ancient Things"), "cat") == [0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("-kites", [0, 2]),
        ("-title:kites", [0, 2]),
        ("-title:paper", [0, 1, 2]),
        ("-paper", [0, 2]),
        ("-nothing", [0, 1, 2]),
        ("-kites -fog", [2]),
        ("the -kites", [0, 2]),
        ("-kite", [0, 1, 2]),
        ("-QUILL", [0, 2]),
    ],
)
def test_denied_words_leave_papers_out(query: str, found: list[int]) -> None:
    """Rule: `-word` leaves out papers with the whole word; `-title:word` only if it is in the title."""
    assert sorted(ask(index(*OTHERS), query)) == found


def test_title_words_are_sought_in_titles_only() -> None:
    """Rule: `title:` applies to one word."""
    built = index(*OTHERS)
    assert ask(built, "title:windmill") == [2]
    assert ask(built, "title:paper") == []
    assert ask(built, "title:kites paper") == [1]
    assert ask(built, "title:kiets") == [1]


def test_an_empty_query_finds_everything_in_order() -> None:
    """Rule: an empty query keeps the order of the list."""
    assert ask(index(*OTHERS), "") == [0, 1, 2]
    assert ask(index(), "") == []
    assert ask(index(), "kites") == []


def test_facts_limit_the_list() -> None:
    """Rule: facts limit the list before words are scored, also with typing errors."""
    built = index(*["A Kite Study"] * 6)
    assert ask(built, "kite is:read ", (0, 2, 4)) == [0, 2, 4]
    assert ask(built, "is:read kiet", (0, 2, 4)) == [0, 2, 4]
    assert ask(built, "kite -is:read ", (0, 2, 4)) == [1, 3, 5]
    assert ask(built, "is:read ", (4, 5)) == [4, 5]
    assert ask(built, "kite is:read ") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kites OR fog", [0, 1]),
        ("kites OR fog -ada", [1]),
        ("(kites OR fog) -ada", [1]),
        ("windmill (kites OR night)", [2]),
        ("windmill kites OR fog", [0]),
        ("-(kites OR fog)", [2]),
        ("-(mend glue)", [0, 2]),
        ("-(mend harbour)", [0, 1, 2]),
        ("-(-kites)", [1]),
        ("kites OR -fog", [1, 2]),
        ("title:(fog OR paper)", [0]),
        ("author:ben", [1]),
        ("author:kites", []),
        ("abstract:ships", [0]),
        ("abstract:fog", []),
        ("-author:quill", [0, 2]),
        ('"paper and glue"', [1]),
        ('"glue and paper"', []),
        ('"and glue kites"', []),
        ('"paper and gl', [1]),
        ('"paper and gl"', []),
        ('title:"in the fog"', [0]),
        ('abstract:"in the fog"', []),
        ('-"paper and glue"', [0, 2]),
        ('"of kites" OR "at night"', [1, 2]),
        ("is:read OR fog", [0, 2]),
        ("-is:read", [0, 1]),
        ("(is:read OR kites) -turns", [1]),
    ],
)
def test_a_tree_is_answered_part_by_part(query: str, found: list[int]) -> None:
    """Rule: OR, brackets, `-`, fields and phrases work together; `is:read` matches the last paper."""
    assert sorted(ask(index(*OTHERS), query, {2})) == found


def test_the_better_alternative_counts() -> None:
    """Rule: of alternatives the best gives the score."""
    built = index(("Other", "", "about kites"), "Kites", ("Fog", "", "about kites"))
    assert ask(built, "kites OR fog ") == [2, 1, 0]
    assert ask(built, "(kites OR fog) about ") == [2, 0]


def test_a_phrase_is_worth_its_words() -> None:
    """Rule: a phrase in a title comes before the phrase in an abstract."""
    built = index(("Other", "", "the old kite"), "Of the Old Kite of Others", "The Old Kite")
    assert ask(built, '"old kite"') == [2, 1, 0]


def test_papers_added_later_are_found_too() -> None:
    """Rule: results that the index kept for a word are dropped when papers are added."""
    built = index("A Kite Study")
    assert ask(built, "kite") == [0]
    assert ask(built, "lantern") == []
    built.add("Another Kite and a Lantern", "", "")
    assert ask(built, "kite") == [0, 1]
    assert ask(built, "lantern") == [1]
    assert len(built) == 2


def test_hyphenated_and_joined_words_find_each_other() -> None:
    """Rule: a word with and without hyphens is one word."""
    built = index("Pre-training Models", "Pretraining Models", "Pre Training Models", "Pre\u2011training Models")
    assert set(ask(built, "pretraining")) == {0, 1, 3}
    assert set(ask(built, "pre-training")) == {0, 1, 2, 3}


@pytest.mark.parametrize("query", ["\uff9e", "\ufe70", "title:\uff9f"], ids=ascii)
def test_a_word_that_folds_to_nothing_finds_nothing(query: str) -> None:
    """Rule: a word that folds to nothing finds and marks nothing."""
    result = index(*OTHERS).search(parse_query(query))
    assert result.positions == []
    assert result.highlighter.spans(OTHERS[0][0], where=Field.TITLE) == []


def test_initials_of_a_title_in_capitals_are_not_read_in_every_way() -> None:
    """Rule: the time is bounded by the title, also with 25 words in capitals."""
    check_growth(lambda title: ask(index(title), "a" * 37 + "b"), lambda words: "AAA " * words + "B", 24)


@pytest.mark.parametrize(
    ("title", "letters", "spelt"),
    [
        ("A KV Cache", "kvc", ["KV", "Cache"]),
        ("KV KV Cache", "kvc", ["KV", "Cache"]),
        ("Keeps Various Clocks", "kvc", ["Keeps", "Various", "Clocks"]),
        ("LLM LLM Agents", "lla", ["LLM", "LLM", "Agents"]),
        ("Graph NN", "gnn", ["Graph", "NN"]),
        ("GNN Study", "gnn", []),
        ("GNN Nice Nets", "gnn", ["GNN", "Nice", "Nets"]),
        ("Graph of Neural Nets", "gnn", []),
        ("", "gnn", []),
    ],
)
def test_initials_are_spelt_by_two_words_or_more_in_a_row(title: str, letters: str, spelt: list[str]) -> None:
    """Rule: a word gives its first letter; a word in capitals may give all letters."""
    assert [title[token.start : token.end] for token in spell_initials(list(tokens(title)), title, letters)] == spelt


def test_initials_cost_the_words_times_the_letters() -> None:
    """Rule: the time grows with the words times the letters."""

    def spell(words: int, letters: int) -> None:
        title = "AAA " * words
        assert not spell_initials(list(tokens(title)), title, "a" * letters + "b")

    check_growth(lambda words: spell(words, 40), int, 2_000)
    check_growth(lambda letters: spell(500, letters), int, 400)


@PROPERTY
@given(st.text(max_size=30), st.booleans())
def test_no_query_breaks_the_search(text: str, complete: bool) -> None:
    """Rule: any text can be typed, and positions are in the list and unique."""
    built = index(*OTHERS, ("\u56fe\u50cf \u03b1-VAE", "\u0416\u0443\u043a", "na\u00efve \U0001f468"))
    found = ask(built, text, complete=complete)
    assert len(found) == len(set(found))
    assert set(found) <= set(range(4))


@pytest.mark.parametrize("complete", [True, False])
def test_hostile_papers_are_indexed_and_hostile_queries_answered(complete: bool) -> None:
    """Rule: hostile texts in papers and queries are searched."""
    built = index(*((clean_line(h.text), clean_line(h.text), clean_block(h.text)) for h in HOSTILE))
    for hostile in HOSTILE:
        assert set(ask(built, hostile.text, complete=complete)) <= set(range(len(HOSTILE)))


def test_the_same_list_and_query_give_the_same_answer() -> None:
    """Rule: earlier queries and the hash seed do not change an answer."""
    rows = [(item.title, "", item.abstract) for item in items(40, 300)]
    queries = ["lanterns", "how mend", "woven kites", "tidl", "hlm", "lunar -kites", "title:clocks", "l", "la", "lan"]
    fresh = {query: ask(index(*rows), query) for query in queries}
    built = index(*rows)
    chance = random.Random(3)
    for _ in range(5):
        chance.shuffle(queries)
        assert {query: ask(built, query) for query in queries} == {query: fresh[query] for query in queries}


@PROPERTY
@given(st.integers(0, 39), st.integers(1, 4), st.randoms(use_true_random=False))
def test_words_of_a_title_in_any_order_find_its_paper(place: int, count: int, chance: random.Random) -> None:
    """Rule: words of a title in any order find its paper."""
    rows = [(item.title, "", item.abstract) for item in items(40, 300)]
    found = [word.strip(":") for word in rows[place][0].split()]
    chosen = chance.sample(found, min(count, len(found)))
    assert place in ask(BUILT, " ".join(chosen))
    assert place in ask(BUILT, " ".join(chosen), complete=True)


BUILT = index(*((item.title, "", item.abstract) for item in items(40, 300)))
