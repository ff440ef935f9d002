"""Lets the rules act on what an import brought, as one action.

The rules see each paper once, when its first capture is in the catalogue. What they did and how far they have seen is
one line of the journal. So a killed import, or one in another window, is made up for by the next import, and nothing
happens twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.receipt import ImportReceipt, RulesReceipt
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.services.job_progress import Job, JobProgress, Say
from paperreader.services.library import Library
from paperreader.storage.catalogue.arrivals import arrived_between, has_capture, newest_capture
from paperreader.storage.reading.rules import CaptureMark, Marks

if TYPE_CHECKING:
    from paperreader.domain.rules import Rule

RULES = "rules"
"""The name in the history of what rules did."""
_TRIES = 20
"""Times that another window may run the rules first."""


def import_with_rules(
    library: Library, work: Callable[[], ImportReceipt], say: Say = lambda _progress: None
) -> ImportReceipt:
    """Run an import, then let the rules act on what arrived; the receipt of both. `say` gets the progress."""
    begin(library)
    receipt = work()
    if library.reading.rules():  # of many papers this takes seconds
        say(JobProgress(Job.RULES, Safe("the rules")))
    return replace(receipt, rules=run_rules(library))


def begin(library: Library) -> None:
    """Mark where an import begins, if the catalogue is another one than that which the rules have seen."""
    library.reading.catch_up()
    marks = library.reading.rule_marks()
    if (marks.captures or library.reading.rules()) and _seen(library, marks) is None:
        with suppress(StoreError):  # `run_rules` fails too, and says so
            anew = Marks((_newest(library),), _undone(library, marks))
            library.reading.finish(library.reading.apply_rules(RULES, {}, {}, (marks, anew)))


def run_rules(library: Library) -> RulesReceipt:
    """Let the rules act on the papers that arrived since they ran last."""
    try:
        for _ in range(_TRIES):
            if receipt := _run_once(library):
                return receipt
    except StoreError as error:
        return RulesReceipt(problem=str(error))
    except KeyboardInterrupt:
        return RulesReceipt(problem="interrupted")
    return RulesReceipt(problem="other windows are importing")


def _run_once(library: Library) -> RulesReceipt | None:
    """Let the rules act; None if another window did meanwhile."""
    reading = library.reading
    reading.catch_up()
    marks = reading.rule_marks()
    if not marks.captures:
        return RulesReceipt()
    seen, newest = _seen(library, marks), _newest(library)
    if seen == newest:
        return RulesReceipt()
    if seen is None:  # the catalogue was replaced while it was open
        moved = Marks((newest,), _undone(library, marks))
    else:
        moved = Marks((newest, *(mark for mark in marks.captures if mark.capture <= seen.capture)), marks.spared)
    after = seen.capture if seen else newest.capture
    spared = set(library.ids_of(map(PaperKey, moved.spared)).values()) if moved.spared else ()
    arrived = arrived_between(library.catalogue, after, newest.capture)
    found = _found(library, [paper for paper in arrived if paper not in spared])
    future = reading.apply_rules(RULES, found, library.keepsakes(list(found)), (marks, moved), library.names)
    action = reading.finish(future)
    if action is None:
        return None
    from paperreader.domain.rules import count_effects

    return RulesReceipt(count_effects([change.after for change in action.changes]), action.seq)


def _found(library: Library, papers: Sequence[int]) -> Mapping[PaperKey, Sequence[Rule]]:
    """The papers that rules find among papers that arrived, with these rules."""
    rules = library.reading.rules()
    if not papers or not rules:
        return {}
    from paperreader.services.rules.matching import papers_found  # 30 ms that libraries without rules do without

    by_paper: dict[int, list[Rule]] = {}
    for rule, hits in papers_found(library, rules, papers).items():
        for paper in hits:
            by_paper.setdefault(paper, []).append(rule)
    keys = library.keys_of(list(by_paper))
    return {keys[paper]: found for paper, found in by_paper.items() if paper in keys}


def _seen(library: Library, marks: Marks) -> CaptureMark | None:
    """The newest mark that this catalogue has; None: the rules have seen nothing of it.

    Every catalogue has the start of an empty one, so this mark counts only if it is the newest.
    """
    catalogue = library.catalogue
    for mark in marks.captures:
        if mark.capture == 0 and mark != marks.captures[0]:
            break
        if has_capture(catalogue, mark.capture, mark.fingerprint):
            return mark
    return None


def _undone(library: Library, marks: Marks) -> tuple[str, ...]:
    """The papers that rules acted on, and of which no decision is left: the user undid it."""
    acted = (key for past in library.reading.history() if past.decision == RULES for key in past.keys)
    return tuple(sorted({*marks.spared, *(key for key in acted if not library.reading.knows(key))}))


def _newest(library: Library) -> CaptureMark:
    return CaptureMark(*newest_capture(library.catalogue))
