"""The tags that stand below the line of the tag dialog: which the papers have, and which the typed word may mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from paperreader.domain.history import describe_counts
from paperreader.domain.reading_state import make_tags
from paperreader.domain.text import Safe

SHOWN = 6
"""Tags below the line at most."""


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag, whether the line has it, and what is known about it."""

    tag: Safe
    mark: str
    """`[x]`: the line has it; `[-]`: some of the papers have it, and keep it; `[ ]`: no; ` + `: it is new."""
    about: Safe


def tag_lines(
    typed: str, counts: Mapping[str, int], shared: frozenset[Safe], partial: frozenset[Safe], most: int = SHOWN
) -> list[TagLine]:
    """The tags that the last typed word may mean; without one, those of the line and then the most used.

    `counts` has the papers of each tag, `shared` the tags of all papers that are edited, `partial` those of some.
    """
    wanted, begun = make_tags(typed.split()), _begun(typed)
    known = sorted({*counts, *wanted}, key=lambda tag: (-counts.get(tag, 0), tag))
    if begun and begun not in shared:
        found = sorted((tag for tag in known if begun in tag), key=lambda tag: not tag.startswith(begun))
    else:
        found = sorted(known, key=lambda tag: tag not in wanted)
    return [_line(Safe(tag), counts, wanted, shared, partial) for tag in found[:most]]


def toggled(typed: str, tag: Safe) -> str:
    """The line without a tag, or with it in place of the word that is being typed; it ends in a blank."""
    words, begun = typed.split(), _begun(typed)
    if tag in make_tags(words):
        words = [word for word in words if tag not in make_tags([word])]
    else:
        words = [*(words[:-1] if begun and begun in tag else words), tag]
    return "".join(f"{word} " for word in words)


def _begun(typed: str) -> Safe | None:
    """The tag that is being typed: the last word, if no blank follows it."""
    return next(iter(make_tags([typed.rpartition(" ")[2]])), None)


def _line(
    tag: Safe, counts: Mapping[str, int], wanted: frozenset[Safe], shared: frozenset[Safe], partial: frozenset[Safe]
) -> TagLine:
    papers = describe_counts(counts[tag]) if tag in counts else "new tag"
    place = "on this paper" if tag in shared else "on some of them" if tag in partial else ""
    about = Safe(" · ".join(filter(None, (place, papers))))
    if tag in wanted:
        return TagLine(tag, "[x]", about)
    return TagLine(tag, "[-]" if tag in partial else "[ ]" if tag in counts else " + ", about)
