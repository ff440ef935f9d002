"""Prints what a command changed: how many papers, which ones, and how each changed."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from paperreader.cli.output import print_table
from paperreader.domain.differences import Difference, Kind
from paperreader.domain.history import Action, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.errors import StoreError
from paperreader.services.library import Library

_MOST_TITLES = 3
"""Papers that are named by their titles; further ones are counted."""


def titles_of(library: Library, keys: Sequence[PaperKey]) -> list[str]:
    """The titles of papers; the key instead if the catalogue lacks the paper or cannot be opened."""
    titles: dict[PaperKey, str] = {}
    with suppress(StoreError):  # a damaged catalogue does not keep decisions from being shown
        numbers = library.ids_of(keys)
        rows = {row.id: row.title for row in library.rows(list(set(numbers.values())))}
        titles = {key: rows[number] for key, number in numbers.items() if number in rows}
    return [titles.get(key) or clean_line(key) for key in keys]


def papers_of(library: Library, action: Action | PastAction) -> list[PaperKey]:
    """The papers that an action changed; their names if the catalogue cannot be opened."""
    with suppress(StoreError):
        return library.papers_of(action)
    return action.papers


def change_lines(done: str, library: Library, keys: Sequence[PaperKey]) -> list[str]:
    """What was done to which papers: one line for a single paper, else a heading and the first titles."""
    titles = titles_of(library, keys[:_MOST_TITLES])
    if len(keys) == 1:
        return [f"{done}: {titles[0]}"]
    more = len(keys) - len(titles)
    return [
        f"{done}: {describe_counts(len(keys))}",
        *(f"  {title}" for title in titles),
        *([f"  and {more:,} more"] if more else []),
    ]


def print_differences(changes: Iterable[Difference]) -> None:
    """Print a table of differences: key, changes, title."""
    rows = [
        (clean_line(change.key, 60), clean_line(", ".join(change.changes), 200), clean_line(change.title or ""))
        for change in changes
    ]
    if rows:
        print_table(rows)


def differences_json(changes: Sequence[Difference]) -> dict[str, Any]:
    """Differences by kind: `papers`, `listings`, `identities`, `shelves`, `other_documents`."""
    return {
        kind.several.replace(" ", "_"): [
            {"key": change.key, "title": change.title, "changes": list(change.changes)}
            for change in changes
            if change.kind is kind
        ]
        for kind in Kind
    }
