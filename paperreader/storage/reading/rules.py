"""Documents of rules, and the marks of the papers that the rules have seen.

A mark is the newest capture of the catalogue when the rules ran. It is written in the same action as what the rules
did, so a kill leaves both or neither. The history leaves marks out: an undo never makes a paper arrive again.

A mark has the fingerprint of its capture. A catalogue that lost its last imports with the power, or that was imported
again, has another capture in this place, or none. So some older marks are kept as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from paperreader.domain.history import RuleChange
from paperreader.domain.reading_state import make_tag
from paperreader.domain.rules import Rule, RuleEffect
from paperreader.domain.text import Safe, clean_line
from paperreader.storage.journal.format import Document, DocumentChange, JournalEntry, is_sound
from paperreader.storage.reading.document_format import name_of, parse_time

RULES = "rules"
"""The table with a document for each rule."""
RULE_MARKS = "rule_marks"
"""The table with the document of the marks."""
MARKS_KEY = "seen"
"""The key of this document."""
KEPT_MARKS = 16
"""Marks that are kept. A loss of power loses the last imports, seldom more than one."""
_EFFECTS = {effect.value: effect for effect in RuleEffect}


@dataclass(frozen=True, slots=True)
class CaptureMark:
    """A capture of the catalogue: its number and its fingerprint; number 0 is the start of an empty catalogue."""

    capture: int
    fingerprint: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """How far the rules have seen the catalogue; without captures there never was a rule."""

    captures: tuple[CaptureMark, ...] = ()
    """Newest first."""
    spared: tuple[str, ...] = ()
    """The keys of papers whose rules were undone before the catalogue was lost: imported again, they are spared."""


def rule_document(rule: Rule) -> Document:
    """The document of a rule."""
    document: Document = {"key": rule.name, "does": rule.effect.value, "query": rule.query}
    if rule.tag:
        document["tag"] = rule.tag
    if rule.since:
        document["since"] = rule.since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return document


def stored_rules(documents: Iterable[Document]) -> tuple[Rule, ...]:
    """The rules, oldest first. Invalid documents, which someone wrote by hand, are ignored."""
    rules = {rule.name: rule for document in documents if (rule := _rule(document))}
    return tuple(sorted(rules.values(), key=lambda rule: rule.since.timestamp() if rule.since else 0))


def _rule(document: Document) -> Rule | None:
    if not is_sound(document):
        return None
    does, query, tag = (document.get(name) for name in ("does", "query", "tag"))
    effect = _EFFECTS.get(does) if isinstance(does, str) else None
    if effect is None or not isinstance(query, str) or not clean_line(query):
        return None
    label = make_tag(tag) if isinstance(tag, str) and effect is RuleEffect.TAG else Safe("")
    rule = Rule(effect, clean_line(query), label, parse_time(document.get("since")))
    return rule if rule.name == document["key"] and bool(label) is (effect is RuleEffect.TAG) else None


def rule_change(change: DocumentChange) -> RuleChange:
    """What a change of such a document did to its rule."""
    return RuleChange(clean_line(name_of(change)), change.before is not None, change.after is not None)


def stored_marks(documents: Iterable[Document]) -> Marks:
    """The stored marks."""
    for document in documents:
        if is_sound(document) and document["key"] == MARKS_KEY and isinstance(marks := document.get("captures"), list):
            spared = document.get("spared")
            return Marks(
                tuple(CaptureMark(*mark) for mark in marks if _is_mark(mark)),
                tuple(map(str, spared)) if isinstance(spared, list) else (),
            )
    return Marks()


def marks_documents(marks: Marks) -> Mapping[str, Document]:
    """The document of the marks, by its key."""
    captures = [[mark.capture, mark.fingerprint] for mark in marks.captures[:KEPT_MARKS]]
    document: Document = {"key": MARKS_KEY, "captures": captures}
    return {MARKS_KEY: document | ({"spared": list(marks.spared)} if marks.spared else {})}


def without_marks(entry: JournalEntry) -> JournalEntry | None:
    """An action as the history shows it; None if it only moved the marks."""
    if all(change.table != RULE_MARKS for change in entry.changes):
        return entry
    changes = tuple(change for change in entry.changes if change.table != RULE_MARKS)
    return replace(entry, changes=changes) if changes else None


def _is_mark(mark: object) -> bool:
    return isinstance(mark, list) and len(mark) == 2 and all(type(number) is int for number in mark)
