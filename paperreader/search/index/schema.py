"""What the search index holds of a paper, and in which form.

Texts are folded (`folding.indexed_text`) before they are indexed, and words are split at blanks only, so that one
reading of a text serves the index, the filter of a list, and the marks on the screen. Nothing is stored: an answer is
numbers of papers, and the catalogue has the rest.

`initials` holds the initials of a title, each with the next: `gnn` is the phrase `gn nn`. One letter alone would be in
every title, and all initials as one word would be as many words as titles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from itertools import product
from json.encoder import encode_basestring_ascii

import tantivy

from paperreader.domain.searchable import Searchable
from paperreader.search.folding import indexed_text
from paperreader.search.initials import initial_pairs

VERSION = 2
"""Grows whenever papers are indexed in another way: an index of another version is built anew."""

NUMBER, TITLE, AUTHORS, ABSTRACT, INITIALS = "number", "title", "authors", "abstract", "initials"
IDS, FEEDS, FACTS, DAYS, UPVOTES, NEWEST = "ids", "feeds", "facts", "days", "upvotes", "newest"
CATEGORIES = "categories"

HAS_CODE, HAS_PDF, AGAIN = "code", "pdf", "again"
"""The facts of a paper that are either so or not."""

_RANKS = 1 << 24
_FACTS = {
    holds: json.dumps([name for name, is_so in zip((HAS_CODE, HAS_PDF, AGAIN), holds, strict=True) if is_so])
    for holds in product((False, True), repeat=3)
}
"""All combinations of facts, as JSON."""


def make_schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(NUMBER, indexed=True, fast=True)
    for name in (TITLE, AUTHORS, ABSTRACT, INITIALS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in (IDS, FEEDS, FACTS, CATEGORIES):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (DAYS, UPVOTES, NEWEST):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def make_document(paper: Searchable) -> str:
    """A paper in the form in which it is indexed, as JSON: the index takes that in faster than values one by one."""
    feeds: set[str] = set()
    days: set[int] = set()
    most = None
    for feed, day, _, upvotes in paper.places:
        feeds.add(feed.casefold())
        if day:
            days.add(day_number(day))
        if upvotes is not None and (most is None or upvotes > most):
            most = upvotes
    # Nothing in a folded text is escaped in JSON, and lists of numbers are JSON as Python writes them.
    return (
        f'{{"{NUMBER}":{paper.number},"{NEWEST}":{place_order(paper)},'
        f'"{DAYS}":{[*days]},"{UPVOTES}":{[] if most is None else [most]},'
        f'"{IDS}":{_json(_ids(paper))},"{FEEDS}":{_json(feeds)},'
        f'"{CATEGORIES}":{_json([category.casefold() for category in paper.categories])},'
        f'"{FACTS}":{_FACTS[paper.has_code, paper.has_pdf, len(days) > 1]},'
        f'"{TITLE}":"{indexed_text(paper.title)}","{AUTHORS}":"{indexed_text(paper.authors)}",'
        f'"{ABSTRACT}":"{indexed_text(paper.abstract)}","{INITIALS}":"{initial_pairs(paper.title)}"}}'
    )


def place_order(paper: Searchable) -> int:
    """A number that is greater the earlier a paper stands in the list of all: newest date first, then by rank."""
    for _, day, rank, _ in paper.places:
        if day:
            return day.toordinal() * _RANKS + (_RANKS - 1 - min(rank, _RANKS - 1))
    return 0


def day_number(day: date) -> int:
    """A date as the index holds it."""
    return day.toordinal()


def _json(names: Iterable[str]) -> str:
    return f"[{','.join(map(encode_basestring_ascii, names))}]"


def _ids(paper: Searchable) -> set[str]:
    """All names of a paper, with and without their schemes."""
    names = {paper.key, *paper.identifiers}
    return {form for name in names for form in (name.casefold(), name.partition(":")[2].casefold())}
