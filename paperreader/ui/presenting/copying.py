"""What `y` copies of papers."""

from collections.abc import Sequence

from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.exporting.bibtex import bibtex_entries
from paperreader.exporting.markdown import paper_section

NAMES = {"l": "link", "b": "BibTeX", "m": "Markdown", "t": "title", "a": "abstract"}
"""What can be copied, by the key that chooses it."""


def copy_of(entries: Sequence[Entry], what: str) -> tuple[str, str]:
    """The text to copy of papers (empty: none of them has one), and the message about it."""
    texts = [text for text in _texts(entries, what) if text]
    missing = len(entries) - len(texts)
    if not texts:
        return "", f"nothing copied: {describe_counts(missing)} without {what}"
    left_out = f"; {missing:,} without {what}" if missing else ""
    said = f"{what} of {describe_counts(len(texts))} copied to the terminal's clipboard{left_out}"
    return ("\n\n" if what == "abstract" else "\n").join(texts), said


def _texts(entries: Sequence[Entry], what: str) -> list[str]:
    match what:
        case "link":
            return [next(iter(entry.paper.links().values()), "") for entry in entries]
        case "BibTeX":
            return bibtex_entries(entries)
        case "Markdown":
            return [paper_section(entry) for entry in entries]
        case "title":
            return [entry.paper.title for entry in entries]
        case _:
            return [entry.paper.abstract for entry in entries]
