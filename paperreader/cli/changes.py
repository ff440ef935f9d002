"""What a change came to, in words: what was done, and to which papers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import click

from paperreader.domain.history import Action, PastAction
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.errors import StoreError
from paperreader.services.library import Library


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """How many papers there are, and the titles of the first ones."""

    count: int
    titles: tuple[str, ...]


def name_papers(library: Library, keys: Sequence[PaperKey], most: int = 3) -> NamedPapers:
    """The papers of keys by their titles, at most so many; by its key a paper that the catalogue has lost."""
    return NamedPapers(len(keys), tuple(titles_of(library, keys[:most])))


def titles_of(library: Library, keys: Sequence[PaperKey]) -> list[str]:
    """The titles of the papers of keys; the key itself where the catalogue lacks the paper or does not open."""
    titles: dict[PaperKey, str] = {}
    with suppress(StoreError):  # the catalogue does not open; the decision is saved all the same
        numbers = library.ids_of(keys)
        rows = {row.id: row.title for row in library.rows(list(set(numbers.values())))}
        titles = {key: rows[number] for key, number in numbers.items() if number in rows}
    return [titles.get(key) or clean_line(key) for key in keys]


def papers_of(library: Library, action: Action | PastAction) -> list[PaperKey]:
    """The papers that an action is about; all its names where the catalogue does not open."""
    with suppress(StoreError):
        return library.papers_of(action)
    return action.papers


def print_change(done: str, papers: NamedPapers) -> None:
    """Print what was done to papers: in one line with the title of one, else a line for each of the first."""
    if papers.count == 1:
        click.echo(f"{done}: {papers.titles[0]}")
        return
    click.echo(f"{done}: {papers.count:,} papers")
    for title in papers.titles:
        click.echo(f"  {title}")
    if more := papers.count - len(papers.titles):
        click.echo(f"  and {more:,} more")
