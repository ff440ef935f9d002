"""The texts that `y` copies: links, BibTeX, Markdown, titles or abstracts of papers."""

from collections.abc import Sequence

from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.exporting.bibtex import bibtex_entries
from paperreader.exporting.markdown import paper_section


def copy_of(entries: Sequence[Entry], what: str) -> tuple[str, str]:
    """The text to copy (empty if no paper has one), and the message for the footer."""
    texts = [text for text in _texts(entries, what) if text]
    missing = len(entries) - len(texts)
    if not texts:
        return "", f"nothing copied: {describe_counts(missing)} without {what}"
    left_out = f"; {missing:,} without {what}" if missing else ""
    message = f"{what} of {describe_counts(len(texts))} copied to the terminal's clipboard{left_out}"
    return ("\n\n" if what == "abstract" else "\n").join(texts), message


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
