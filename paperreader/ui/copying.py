"""What `y` copies of a paper."""

from paperreader.domain.entry import Entry
from paperreader.exporting.bibtex import bibtex_entry
from paperreader.exporting.markdown import paper_section


def text_to_copy(entry: Entry, what: str) -> str | None:
    """The text of a paper's link, BibTeX, Markdown, title or abstract; None where there is none."""
    match what:
        case "link":
            return next(iter(entry.paper.links().values()), None)
        case "bibtex":
            return bibtex_entry(entry)
        case "markdown":
            return paper_section(entry)
        case "title":
            return entry.paper.title or None
        case _:
            return entry.paper.abstract or None
