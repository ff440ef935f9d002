"""The sources of a paper, as `show --sources` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from paperreader.cli.output import guessed_date, iso, places_json
from paperreader.domain.paper import Paper
from paperreader.domain.text import clean_line
from paperreader.services.sources import Source


def source_json(source: Source) -> dict[str, Any]:
    """A source as JSON, with the reason why it belongs to the paper."""
    capture = source.capture
    return {
        "name": capture.own,
        "ids": list(capture.ids),
        "title": capture.title or None,
        "abstract": capture.abstract or None,
        "authors": list(capture.authors) if capture.authors is not None else None,
        "published": iso(capture.published),
        "categories": list(capture.categories) if capture.categories is not None else None,
        "version": capture.version,
        "standing": capture.standing,
        "links": dict(capture.links),
        "listings": places_json(source.listed, source.files),
        "why": source.why or None,
        "beside": source.beside,
    }


def source_lines(sources: Sequence[Source]) -> Iterator[str]:
    """The lines about sources, numbered from 1."""
    for number, source in enumerate(sources, 1):
        capture = source.capture
        yield f"{number}. {capture.title or 'title not known'}"
        said = [
            capture.own,
            *capture.ids,
            *([f"version {capture.version}"] if capture.version else []),
            "authors not known" if capture.authors is None else _count(len(capture.authors), "author"),
            f"abstract of {_count(len(capture.abstract), 'character')}" if capture.abstract else "no abstract",
        ]
        yield f"   {clean_line(' · '.join(said))}"
        for place in source.listed:
            day = guessed_date(place.listing.date, place.listing.guessed)
            yield f"   {clean_line(place.listing.feed)} {day}, rank {place.rank}{_figures(place.upvotes)}"
        for filed in source.files:
            yield f"   {clean_line(filed.file.name)}, rank {filed.rank}{_figures(filed.upvotes)}"
        if source.why:
            yield f"   same paper as {source.beside}: {source.why}"


def cures(paper: Paper, sources: Sequence[Source]) -> Iterator[str]:
    """The commands that split off a source and that remove ids which no source gives."""
    captures = [source.capture for source in sources]
    given = {str(name) for capture in captures for name in capture.ids}
    for capture in captures[:0:-1]:
        if (own := captures[0].own) != capture.own:
            key = paper.key if paper.key in captures[0].names else own
            number = captures.index(capture) + 1
            yield f"not one paper? paperreader split {key} {capture.own} splits source {number} off"
            break
    for name in paper.identifiers if captures else ():
        if name not in given:
            yield f"{name}: no source gives this id; paperreader split {captures[0].own} {name} removes it"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _figures(upvotes: int | None) -> str:
    return "" if upvotes is None else f", {_count(upvotes, 'upvote')}"
