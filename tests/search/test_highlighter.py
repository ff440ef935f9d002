"""Every word that was found is marked at its place, and marks can be drawn."""

import random

import pytest
from examples import examples
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.paper import Field
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import AllOf, Query, Word
from paperreader.domain.text import clean_block, clean_line
from paperreader.search.folding import words_and_compounds
from paperreader.search.list_index import ListIndex, SearchResult

PROPERTY = examples(300)
PAD = ("Windmills at Night", "Nothing turns.")
VOCABULARY = (
    "lanterns",
    "lantern",
    "kite",
    "kites",
    "pre-training",
    "pretraining",
    "na\u00efve",
    "naive",
    "KV",
    "cache",
    "cached",
    "\u03b1-VAE",
    "alpha",
    "GPT-4",
    "GPT",
    "\u56fe\u50cf",
    "\u56fe",
    "graph",
    "neural",
    "networks",
    "a",
    "an",
    "the",
    "state-of-the-art",
    "Erd\u0151s",
    "LLM",
    "LLMs",
    "x\u00b2",
)


def search(query: str, *rows: tuple[str, str]) -> SearchResult:
    """The result of a query over (title, abstract) rows."""
    built = ListIndex()
    for title, abstract in rows:
        built.add(title, "", abstract)
    return built.search(parse_query(query))


def marked(query: str, title: str, abstract: str = "") -> tuple[list[str], list[str]]:
    """The marked parts of the title and of the abstract of a paper that a query finds."""
    result = search(query, (title, abstract), PAD)
    assert 0 in result.positions
    return (
        [title[start:end] for start, end in result.highlighter.spans(title, where=Field.TITLE)],
        [abstract[start:end] for start, end in result.highlighter.spans(abstract)],
    )


@pytest.mark.parametrize(
    ("query", "title", "parts"),
    [
        ("kites", "Mending Kites", ["Kites"]),
        ("kit", "Mending Kites", ["Kit"]),
        ("kites mending", "Mending Kites", ["Mending", "Kites"]),
        ("kitse", "Mending Kites", ["Kites"]),
        ("kites", "Kites, kites, KITES", ["Kites", "kites", "KITES"]),
        ("naive", "A Na\u00efve Study", ["Na\u00efve"]),
        ("alpha", "On \u03b1-stable Kites", ["\u03b1"]),
        ("\u03b1", r"On \alpha Kites", ["alpha"]),
        ("kvc", "A KV Cache", ["KV", "C"]),
        ("gnn", "Graph Neural Networks", ["G", "N", "N"]),
        ("pretraining", "Pre-training Kites", ["Pre-training"]),
        ('"pretraining"', "Pre-training Kites", ["Pre-training"]),
        ("pretrain", "Pre-training Kites", ["Pre-training"]),
        ("pre-training", "Pretraining Kites", ["Pretraining"]),
        ("pre-training", "Pre-Training Kites", ["Pre-Training"]),
        ("\u56fe\u50cf", "\u56fe\u50cf Kites", ["\u56fe\u50cf"]),
        ("strasse", "Stra\u00dfe", ["Stra\u00dfe"]),
        ("stras", "Stra\u00dfe", ["Stra\u00dfe"]),
        ("title:kites", "Mending Kites", ["Kites"]),
        ("kites -lanterns", "Mending Kites", ["Kites"]),
        ("", "Mending Kites", []),
        ("-lanterns", "Mending Kites", []),
    ],
)
def test_hits_in_a_title_are_marked_as_they_are_written(query: str, title: str, parts: list[str]) -> None:
    """Rule: only the word, its typed start, or its initials are marked."""
    assert marked(query, title)[0] == parts


@pytest.mark.parametrize(
    ("query", "abstract", "parts"),
    [
        ("kites", "We mend kites. Kites tear.", ["kites", "Kites"]),
        ("kites tear", "We mend kites. They tear.", ["kites", "tear"]),
        ("kvc", "with a KV cache of", ["KV", "c"]),
        ("pretraining", "during pre-training we", ["pre-training"]),
        ("kitse", "We mend kites.", ["kites"]),
        ("title:mending kites", "We mend kites while mending.", ["kites"]),
    ],
)
def test_hits_in_an_abstract_are_marked_too(query: str, abstract: str, parts: list[str]) -> None:
    """Rule: the same holds for abstracts; a word of `title:` is marked in titles only."""
    assert marked(query, "Mending", abstract)[1] == parts


@pytest.mark.parametrize(
    ("query", "title"),
    [("pretrainng", "Pre-training Kites"), ("stateofteart", "State-of-the-Art Kites")],
)
def test_a_hyphenated_word_found_by_a_typo_is_marked(query: str, title: str) -> None:
    """Rule: a misspelt hyphenated word is marked."""
    assert marked(query, title)[0]


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011", "\u2013", "\u2014", "--"], ids=ascii)
def test_a_word_found_across_another_hyphen_is_marked(hyphen: str) -> None:
    """Rule: all kinds of hyphens are equal."""
    assert marked("pretraining", f"Pre{hyphen}training Kites")[0]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("state", ["State"]),
        ("art", ["Art"]),
        ("stateof", ["State-of-the-Art"]),
        ("stateoftheart", ["State-of-the-Art"]),
    ],
)
def test_a_hyphenated_word_is_marked_where_none_of_its_parts_is(query: str, parts: list[str]) -> None:
    """Rule: the smallest part that shows the match is marked."""
    assert marked(query, "State-of-the-Art Kites")[0] == parts


@PROPERTY
@given(st.text(min_size=1, max_size=40), st.booleans())
def test_every_word_of_a_text_is_found_and_marked_in_it(text: str, is_title: bool) -> None:
    """Rule: in every script, each word of a text finds its paper and is marked there."""
    built = ListIndex()
    built.add(*((text, "", "") if is_title else ("", "", text)))
    for word in words_and_compounds(text):
        result = built.search(Query(AllOf((Word(word),))))
        assert result.positions == [0]
        assert result.highlighter.spans(text, where=Field.TITLE if is_title else Field.ABSTRACT)


@PROPERTY
@given(
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=5),
    st.lists(st.sampled_from(VOCABULARY), max_size=8),
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3),
    st.integers(0, 3),
)
def test_every_paper_found_has_marks(title: list[str], abstract: list[str], query: list[str], cut: int) -> None:
    """Rule: a paper found by title or abstract has a mark for each word of the query."""
    row = (" ".join(title).capitalize(), " ".join(abstract) + ".")
    typed = [*query[:-1], query[-1][: len(query[-1]) - cut] or query[-1]]
    for word in typed:
        result = search(word, row, PAD)
        if 0 in result.positions and parse_query(word).texts():
            lighter = result.highlighter
            assert lighter.spans(row[0], where=Field.TITLE) or lighter.spans(row[1]), word
    whole = search(" ".join(typed), row, PAD)
    if 0 in whole.positions:
        assert whole.highlighter.spans(row[0], where=Field.TITLE) or whole.highlighter.spans(row[1])


@PROPERTY
@given(st.text(max_size=40), st.text(max_size=80), st.booleans())
def test_marks_are_in_range_in_order_and_apart(query: str, text: str, is_title: bool) -> None:
    """Rule: in any text, marks are in range, in order, not empty, and do not touch."""
    asked = f"{query} {text[:20]}"
    result = search(asked, (text, text), PAD)
    last = -1
    for start, end in result.highlighter.spans(text, where=Field.TITLE if is_title else Field.ABSTRACT):
        assert last < start < end <= len(text)
        last = end


LIGHTER = search("lantern naive kv gpt-4 art", ("Lantern Naive KV GPT-4", "state of the art")).highlighter


@PROPERTY
@given(st.lists(st.sampled_from(VOCABULARY), max_size=10), st.randoms(use_true_random=False))
def test_marks_hold_on_texts_that_were_not_indexed(text: list[str], chance: random.Random) -> None:
    """Rule: texts that are not in the index are marked too."""
    shown = " ".join(word.upper() if chance.random() < 0.3 else word for word in text)
    spans = LIGHTER.spans(shown, where=Field.TITLE)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(shown) for start, end in spans)


def test_hostile_texts_are_marked_within_their_bounds() -> None:
    """Rule: marks in hostile texts are in range, cleaned or not."""
    for hostile in HOSTILE:
        text = hostile.text
        for shown in (text, clean_line(text), clean_block(text)):
            for query in (clean_line(text), "a b red osc", "kvc"):
                lighter = search(query, (clean_line(text), clean_block(text)), PAD).highlighter
                for start, end in lighter.spans(shown, where=Field.TITLE):
                    assert 0 <= start < end <= len(shown), hostile.id


def test_an_empty_query_marks_nothing() -> None:
    """Rule: without words there are no marks."""
    lighter = search("", ("Mending Kites", "")).highlighter
    assert not lighter
    assert lighter.spans("Mending Kites", where=Field.TITLE) == []
    assert search("kites", ("Mending Kites", "")).highlighter


def test_a_word_with_a_field_is_marked_in_this_field_only() -> None:
    """Rule: a word with a field is marked in this field only."""
    built = ListIndex()
    built.add("Turing machines", "Alan Turing", "What Turing did.")
    lighter = built.search(parse_query("author:turing ")).highlighter
    assert lighter.spans("Alan Turing", where=Field.AUTHOR) == [(5, 11)]
    assert lighter.spans("Turing machines", where=Field.TITLE) == lighter.spans("What Turing did.") == []
