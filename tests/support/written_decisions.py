"""Decisions as JSON, for processes that tell each other what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags


def write_decisions(decisions: Mapping[PaperKey, Decision]) -> list[list[Any]]:
    """Decisions as lists: the paper, the kind, and what belongs to it."""
    return [[key, *_write(decision)] for key, decision in decisions.items()]


def read_decisions(written: Sequence[Sequence[Any]]) -> dict[PaperKey, Decision]:
    """What was written."""
    return {PaperKey(key): _read(kind, *values) for key, kind, *values in written}


def _write(decision: Decision) -> list[Any]:
    match decision:
        case SetStar(on):
            return ["star", on]
        case SetStatus(status):
            return ["status", status.value]
        case EditTags(add, remove):
            return ["tags", sorted(add), sorted(remove)]
        case SetNote(text, seen):
            return ["note", text, seen]


def _read(kind: str, *values: Any) -> Decision:
    if kind == "star":
        return SetStar(values[0])
    if kind == "status":
        return SetStatus(ReadingStatus(values[0]))
    if kind == "tags":
        return EditTags(make_tags(values[0]), make_tags(values[1]))
    text, seen = values
    return SetNote(make_note(text), None if seen is None else make_note(seen))
