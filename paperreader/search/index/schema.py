"""Defines the fields of the search index, and turns a paper into a Tantivy document.

Texts are folded before they are indexed (`folding.indexed_text`), and Tantivy splits words at blanks only. So the
index, the filter of a list and the marks on the screen agree about words. The index returns only numbers of papers.

`initials` holds the initials of a title, each with the next: `gnn` is the phrase `gn nn`.
"""

from __future__ import annotations

from collections.abc import Iterable
from json.encoder import encode_basestring_ascii

import tantivy

from paperreader.domain.index_record import Searchable
from paperreader.search.folding import indexed_text
from paperreader.search.initials import initial_pairs

VERSION = 2
"""Increased with every change of the documents: an index of another version is built anew."""

NUMBER, TITLE, AUTHORS, ABSTRACT, INITIALS = "number", "title", "authors", "abstract", "initials"
IDS, FEEDS, FACTS, DAYS, UPVOTES, NEWEST = "ids", "feeds", "facts", "days", "upvotes", "newest"
CATEGORIES = "categories"

HAS_CODE, HAS_PDF, AGAIN = "code", "pdf", "again"
"""The values of `facts`."""

_RANKS = 1 << 24


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
    """The document of a paper as JSON, which Tantivy reads faster than single values."""
    days = {place.date.toordinal() for place in paper.places if place.date}
    upvotes = [place.upvotes for place in paper.places if place.upvotes is not None]
    flags = ((HAS_CODE, paper.has_code), (HAS_PDF, paper.has_pdf), (AGAIN, len(days) > 1))
    # Folded text needs no escapes in JSON, and Python prints lists of numbers as JSON.
    return (
        f'{{"{NUMBER}":{paper.number},"{NEWEST}":{_newest(paper)},'
        f'"{DAYS}":{[*days]},"{UPVOTES}":{[max(upvotes)] if upvotes else []},'
        f'"{IDS}":{_json(_ids(paper))},"{FEEDS}":{_json({place.feed.casefold() for place in paper.places})},'
        f'"{CATEGORIES}":{_json(category.casefold() for category in paper.categories)},'
        f'"{FACTS}":{_json(name for name, holds in flags if holds)},'
        f'"{TITLE}":"{indexed_text(paper.title)}","{AUTHORS}":"{indexed_text(paper.authors)}",'
        f'"{ABSTRACT}":"{indexed_text(paper.abstract)}","{INITIALS}":"{initial_pairs(paper.title)}"}}'
    )


def _newest(paper: Searchable) -> int:
    """Greater for a paper with a newer date, then for a better rank on that date; 0 without a date."""
    for place in paper.places:
        if place.date:
            return place.date.toordinal() * _RANKS + (_RANKS - 1 - min(place.rank, _RANKS - 1))
    return 0


def _json(names: Iterable[str]) -> str:
    return f"[{','.join(map(encode_basestring_ascii, names))}]"


def _ids(paper: Searchable) -> set[str]:
    """The key and the ids of a paper, each with and without its scheme."""
    names = {paper.key, *paper.identifiers}
    return {form for name in names for form in (name.casefold(), name.partition(":")[2].casefold())}
