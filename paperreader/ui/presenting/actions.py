"""The texts about actions: the message after a decision, the question before an undo, the rows of the timeline."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from paperreader.domain.dates import MONTHS, long_date
from paperreader.domain.history import Action, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.ui.keys.command_table import COMMANDS, Command, key_of
from paperreader.ui.presenting.signs import AGAIN_SIGNS
from paperreader.ui.widgets.timeline_list import TimelineRow

_DONE = {
    "star": "starred", "unstar": "unstarred", "read": "read", "unread": "unread", "later": "kept for later",
    "skip": "skipped", "tag": "tags changed", "note": "note changed", "mark all read": "marked as read",
    "restore": "restored", "date": "date set", "save shelf": "shelf saved", "remove shelf": "shelf removed",
    "rename shelf": "shelf renamed", "move shelf": "shelf moved",
    "rules": "changed by rules", "add rule": "rule added", "edit rule": "rule changed", "remove rule": "rule removed",
    "import": "merged by an import", "keep together": "kept as one", "merge": "merged", "split": "split",
    "find ids": "ids found", "write": "changed by a program",
}  # fmt: skip
_AGAIN = {"undo": "undone", "redo": "redone"}
_NOTHING = {"undo": "nothing to undo", "redo": "nothing to redo"}


def done_name(name: str) -> str:
    """What a decision did, by the decision's name in the history."""
    return _DONE.get(name, name)


def done_message(
    action: Action, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], commands: Iterable[Command] = COMMANDS
) -> Safe:
    """The message after an action: what it did, and the key that undoes or redoes it."""
    if not action.seq and action.name in _NOTHING and action.undoes is None:
        return Safe(_NOTHING[action.name])
    verb = _verb(action)
    if action.joined_notes:
        verb += " (added below the note from another window)"
    conflicts = _conflicts(action)
    kept = f"; kept {describe_counts(*conflicts)} changed elsewhere since" if any(conflicts) else ""
    if not papers and not action.moves and not action.shelves and not action.rules:
        return Safe(f"nothing to change{kept}")
    reverse = "redo" if action.name == "undo" else "undo"
    cure = f" · {key_of(reverse, commands)} {reverse}es it"
    if action.moves or action.shelves or action.rules:
        return Safe(f"{verb}{cure}{kept} · {_subject(len(papers), action)}")
    if len(papers) == 1:
        return Safe(f"{verb}{cure}{kept} · {titles.get(papers[0], '')}")
    return Safe(f"{describe_counts(len(papers))} {verb}{cure}{kept}")


def conflict_question(action: Action) -> Safe:
    """The question before an undo that would overwrite later changes."""
    return Safe(f"{describe_counts(*_conflicts(action))} changed since")


def _conflicts(action: Action) -> tuple[int, int, int, int]:
    """The numbers of papers, listings, shelves and rules with later changes."""
    kept = (action.conflicts, action.date_conflicts, action.shelf_conflicts, action.rule_conflicts)
    papers, listings, shelves, rules = map(len, kept)
    return papers, listings, shelves, rules


def timeline_row(
    action: PastAction, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], today: date
) -> TimelineRow:
    """A row of the timeline. An action about one paper shows its title."""
    at = action.at.astimezone()
    day, time = f"{at.day:>2} {MONTHS[at.month - 1]}", f"{at:%H:%M}"
    is_one = len(papers) == 1 and not action.moves and not action.shelves
    one = (titles.get(papers[0]) or clean_line(papers[0])) if is_one else None
    return TimelineRow(
        when=Safe(f"{day} {time}"),
        when_in_short=Safe(time if at.date() == today else day),
        what=Safe(_verb(action)),
        what_in_short=Safe(f"{AGAIN_SIGNS.get(action.name, '')} {done_name(action.decision)}".lstrip()),
        about=reduce_cells(Safe(one if one is not None else _subject(len(papers), action))),
        window=reduce_cells(Safe(action.window)),
        is_undone=action.undone_by is not None,
    )


def _verb(action: Action | PastAction) -> str:
    """What an action did: `starred`, `undone: starred`."""
    verb = done_name(action.decision)
    return f"{_AGAIN[action.name]}: {verb}" if action.name in _AGAIN else verb


def _subject(papers: int, action: Action | PastAction) -> str:
    """What an action changed: a single shelf that it left, rules, the dates of moved listings, or counts."""
    ways = {(move.before, move.after) for move in action.moves}
    rules = [change.name for change in action.rules if change.after] or [change.name for change in action.rules]
    if rules and not papers:
        return ", ".join(rules)
    names = [change.shelf.name for change in action.shelves if change.after is not None or len(action.shelves) == 1]
    if not papers and not ways and len(names) == 1:
        return names[0]
    if papers or action.shelves or len(ways) != 1:
        return describe_counts(papers, len(action.moves), len(action.shelves))
    days = dict.fromkeys(long_date(day) for day in ways.pop() if day)
    return " → ".join(days)
