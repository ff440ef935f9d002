"""A slow reference search: it reads a query for one paper at a time, without initials and typing errors.

Engines may find more with initials and typing errors, but not for the words in `WORDS`.
"""

import random
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, parse_identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Field
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Extra,
    FactField,
    FieldValue,
    Not,
    OnDate,
    Part,
    Phrase,
    Query,
    Since,
    State,
    Upvotes,
    Word,
    clauses,
)  # fmt: skip
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe
from paperreader.search.folding import words, words_and_compounds
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

WORDS = (
    "zulu7",
    "zulu78",
    "quartz7",
    "omega-nine",
    "omeganine",
    "nine",
    "vexing9",
    "b",
    "blitz1",
    "\u03b1",
    "n\u00e4r2",
)
"""Words that are not similar except at their start. Their initials spell none of the words."""


CATEGORIES = ("cs.CL", "cs.LG", "stat.ML", "Stra\u00dfe (b)", 'a "b" \\ c', "hep-th")
LINKS = (
    ("code", "https://git.example.org/a"),
    ("project", "https://github.com/a/b"),
    ("project", "https://example.org/p"),
    ("pdf", "https://example.org/p.pdf"),
    ("page", "https://example.org/code"),
)


def holds(query: Query, entry: Entry, today: date) -> bool:
    """Whether a query matches a paper."""
    typed = [clause for clause, _ in clauses(query.root)] if query.is_open else []
    return query.root is None or _holds(query.root, entry, today, denied=False, last=typed[-1] if typed else None)


def _holds(part: Part, entry: Entry, today: date, *, denied: bool, last: object) -> bool:
    match part:
        case Not(inner):
            return not _holds(inner, entry, today, denied=True, last=last)
        case AllOf(parts):
            return all(_holds(inner, entry, today, denied=denied, last=last) for inner in parts)
        case AnyOf(parts):
            return any(_holds(inner, entry, today, denied=denied, last=last) for inner in parts)
        case Word(text, _, field):
            return _word_stands(text, field, entry, whole=denied)
        case Phrase(text, _, field):
            sought, is_open = words(text), part is last and not denied
            read = words if len(sought) > 1 else words_and_compounds
            return bool(sought) and any(_follow(sought, read(text), is_open) for text in _texts(entry, field).values())
        case State.STARRED:
            return entry.state.starred
        case State.AGAIN:
            return len({listed.listing.date for listed in entry.listed}) > 1
        case State():
            return entry.state.status.value == part.value
        case FieldValue(FactField.TAG, tag, is_whole):
            return any(tag == one or (not is_whole and one.startswith(tag)) for one in entry.state.tags)
        case FieldValue(FactField.NOTE, text):
            return _follow(words(text), words(entry.state.note), is_open=True)
        case FieldValue(FactField.ID, text):
            names = [entry.paper.key, *entry.paper.identifiers]
            bare = [name.partition(":")[2] for name in names]
            return parse_identifier(text) in names or any(name.startswith(text.casefold()) for name in [*names, *bare])
        case FieldValue(FactField.FEED, text):
            feeds = [listed.listing.feed for listed in entry.listed] + [place.file.feed for place in entry.files]
            return any(feed.casefold().startswith(text.casefold()) for feed in feeds)
        case FieldValue(FactField.CATEGORY, text):
            return any(name.casefold().startswith(text.casefold()) for name in entry.paper.categories or ())
        case Extra.CODE:
            links = entry.paper.links()
            return any(kind.startswith("code") or "://github.com/" in url for kind, url in links.items())
        case Extra.NOTE:
            return entry.state.note != ""
        case Extra.PDF:
            return entry.paper.pdf is not None
        case OnDate(first, last):
            return any(first <= listed.listing.date <= last for listed in entry.listed)
        case Since(days):
            return any((today - listed.listing.date).days <= days for listed in entry.listed)
        case Upvotes(low, high):
            known = entry.upvotes
            return known is not None and (low is None or known >= low) and (high is None or known <= high)
    raise AssertionError(part)


def _texts(entry: Entry, field: Field | None) -> dict[Field, str]:
    texts = {
        Field.TITLE: str(entry.paper.title),
        Field.AUTHOR: ", ".join(entry.paper.authors or ()),
        Field.ABSTRACT: str(entry.paper.abstract),
    }
    return {name: text for name, text in texts.items() if field in (None, name)}


def _word_stands(text: str, field: Field | None, entry: Entry, *, whole: bool) -> bool:
    read = {name: words_and_compounds(text) for name, text in _texts(entry, field).items()}

    def stands(word: str) -> bool:
        return any(
            found == word or (not whole and (len(word) > 2 or name != Field.ABSTRACT) and found.startswith(word))
            for name, found_in in read.items()
            for found in found_in
        )

    parts = words(text)
    return bool(parts) and (all(map(stands, parts)) or (not whole and stands("".join(parts))))


def _follow(sought: list[str], read: list[str], is_open: bool) -> bool:
    """Whether words follow each other; if open, the last word may go on."""
    *whole, last = sought
    return any(
        read[place : place + len(whole)] == whole and (word.startswith(last) if is_open else word == last)
        for place, word in enumerate(read[len(whole) :])
    )


def fill(library: Library, seed: int, papers: int = 60) -> None:
    """Add papers made of the words: five listings, two of one feed, with states, tags and notes."""
    chance = random.Random(seed)

    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    def paper(number: int) -> ParsedPaper:
        names = {1: (Identifier(f"arxiv:2503.{number:05}"),), 2: (Identifier(f"doi:10.1000/{number}"),)}
        links = [
            "",
            "https://github.com/a/b",
            "https://example.org/github.com",
            "see www.gitlab.com/x",
            "http://sr.ht/~x",
        ]
        return ParsedPaper(
            title=f"{some(1, 4)} p{number}q",
            abstract=f"{some(5, 12)} {chance.choice(links)}",
            authors=tuple(some(1, 2) for _ in range(chance.randint(1, 2))) if chance.random() < 0.8 else None,
            identifiers=names.get(number % 3, ()),
            upvotes=chance.choice([None, 0, 1, 5, 9, 20]),
            categories=tuple(chance.sample(CATEGORIES, chance.randint(1, 3))) if chance.random() < 0.7 else None,
            links=tuple(chance.sample(LINKS, chance.randint(0, 2))) if chance.random() < 0.3 else (),
        )

    known = [paper(number) for number in range(papers)]
    days = [date(2025, 3, day) for day in (1, 2, 10, 14, 14)]
    feeds = ["page:1", "page:1", "hf", "Page:2", "arxiv:cs"]
    with library.catalogue.transaction():
        for day, feed in zip(days, feeds, strict=True):
            listed = chance.sample(known, papers // 2)
            votes = [replace(paper, upvotes=chance.choice([None, 0, 3, 8])) for paper in listed]
            add_listing(library.catalogue, Listing(feed, day), votes)
        unlisted = [paper(number) for number in range(papers, papers + 5)]
        add_listing(library.catalogue, ImportedFile(Safe("refs.bib")), [*known[::4], *unlisted])
    triage = Triage(library)
    keys = sorted(library.keys_of(library.catalogue.all_ids()).values())
    decisions: list[Decision] = [
        *map(SetStatus, ReadingStatus), SetStar(True), *(EditTags(make_tags([tag])) for tag in ("ml", "mlops", "a(b)")),
        *(SetNote(make_note(note)) for note in ("A zulu7 quartz7, said \u03b1", "quartz7\nzulu78", "x (y) \u03b1lpha")),
    ]  # fmt: skip
    for decision in decisions:
        library.reading.finish(triage.decide("random", chance.sample(keys, len(keys) // 4), decision))


# Queries made at random

_fields = st.one_of(st.none(), st.sampled_from(Field))
_dates = st.dates(date(2025, 2, 25), date(2025, 3, 20))
texts = st.one_of(
    st.builds(Word, st.sampled_from(WORDS), st.just(0), _fields),
    st.builds(Phrase, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), st.just(0), _fields),
)


def _values(field: FactField, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Part]:
    return st.builds(FieldValue, st.just(field), texts)


facts = st.one_of(
    st.sampled_from(State),
    st.builds(FieldValue, st.just(FactField.TAG), st.sampled_from(["ml", "mlops", "to-cite", "a(b)"]), st.just(True)),
    _values(FactField.NOTE, st.sampled_from(["zul", "zulu7 quartz7", "quartz7 zu", "x (y) \u03b1"])),
    _values(
        FactField.ID, st.sampled_from(["2503", "arxiv:2503.0000", "2503.00001v2", "10.1000/", "title:", "10.1/a(b)"])
    ),
    _values(FactField.FEED, st.sampled_from(["page", "PAGE:1", "kaggle", "a b", "imported:", "imported:Refs.bib"])),
    _values(
        FactField.CATEGORY,
        st.sampled_from(["cs", "CS.cl", "cs.l", "stat.ML", "stra\u00dfe", "STRASSE (b", "a", "hep_th"]),
    ),
    st.sampled_from(Extra),
    st.tuples(_dates, _dates).map(lambda days: OnDate(min(days), max(days))),
    st.builds(OnDate, st.just(date.min), _dates),
    st.builds(OnDate, _dates, st.just(date.max)),
    st.builds(Since, st.integers(0, 40)),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda counts: Upvotes(min(counts), max(counts))),
    st.builds(Upvotes, st.integers(0, 9), st.none()),
    st.builds(Upvotes, st.none(), st.integers(0, 9)),
)


def _not_alike(kind: type) -> st.SearchStrategy[Part]:
    """Parts that are not of this kind, because `a (b c)` equals `a b c`."""
    return parts.filter(lambda part: not isinstance(part, kind))


parts: st.SearchStrategy[Part] = st.deferred(
    lambda: st.one_of(
        texts,
        facts,
        st.builds(Not, parts),
        st.lists(_not_alike(AllOf), min_size=2, max_size=3).map(lambda found: AllOf(tuple(found))),
        st.lists(_not_alike(AnyOf), min_size=2, max_size=3).map(lambda found: AnyOf(tuple(found))),
    )
)
queries = st.lists(_not_alike(AllOf), max_size=4).map(lambda found: Query(AllOf(tuple(found)) if found else None))
"""Queries as the parser makes them from complete text."""

typed = st.builds(replace, queries, is_open=st.booleans())
"""Complete and open queries."""
