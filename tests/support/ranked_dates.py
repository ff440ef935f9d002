"""A library of invented papers of a few subjects on two dates, which can be ranked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ranking_papers import make_papers

from paperreader.domain.decision import Decision
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.services.library import Library
from paperreader.services.ranking.update import catch_up
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

MONDAY, TUESDAY, WEDNESDAY = (date(2025, 3, day) for day in (10, 11, 12))


def make_ranked(folder: Path) -> None:
    """A library of two dates with ranking files: papers 0 to 19 on Monday, 20 to 59 on Tuesday."""
    library = Library(folder)
    import_papers(library, MONDAY, 0, 20)
    import_papers(library, TUESDAY, 20, 60)
    catch_up(library.catalogue)
    library.close()


def import_papers(library: Library, day: date, first: int, last: int) -> None:
    """Import the invented papers from `first` up to `last` in the list of a date."""
    papers = [
        ParsedPaper(f"{title} {number}", abstract, identifiers=(Identifier(f"arxiv:2503.{number:05}"),))
        for number, (title, abstract) in enumerate(make_papers(0)[first:last], first)
    ]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:a", day), papers)


def decide(library: Library, decision: Decision, *places: int) -> None:
    """Decide about papers by their places."""
    keys = [PaperKey(f"arxiv:2503.{place:05}") for place in places]
    library.reading.finish(Triage(library).decide("decide", keys, decision))
