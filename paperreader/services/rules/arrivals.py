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
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.storage.catalogue.arrivals import arrived_between, has_capture, newest_capture
from paperreader.storage.reading.rules import CaptureMark, Marks

if TYPE_CHECKING:
    from paperreader.domain.rules import Rule

RULES = "rules"
"""The name in the history of what rules did."""
_TRIES = 20
"""Times that another window may run the rules first."""


def import_with_rules(library: Library, work: Callable[[], ImportReceipt]) -> ImportReceipt:
    """Run an import, then let the rules act on what arrived; the receipt of both."""
    begin(library)
    receipt = work()
    return replace(receipt, rules=run_rules(library))


def begin(library: Library) -> None:
    """Mark where an import begins, if the catalogue is another one than that which the rules have seen."""
    library.reading.catch_up()
    marks = library.reading.rule_marks()
    if (marks or library.reading.rules()) and _seen(library, marks) is None:
        with suppress(StoreError):  # `run_rules` fails too, and says so
            library.reading.finish(library.reading.apply_rules(RULES, {}, {}, (marks, (_newest(library),))))


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
    if not marks:
        return RulesReceipt()
    seen, newest = _seen(library, marks), _newest(library)
    if seen == newest:
        return RulesReceipt()
    found = _found(library, reading.rules(), seen.capture if seen else newest.capture, newest.capture)
    keepsakes = library.keepsakes(list(found))
    kept = tuple(mark for mark in marks if seen and mark.capture <= seen.capture)
    future = reading.apply_rules(RULES, found, keepsakes, (marks, (newest, *kept)), library.names)
    action = reading.finish(future)
    if action is None:
        return None
    from paperreader.domain.rules import count_effects

    return RulesReceipt(count_effects([change.after for change in action.changes]), action.seq)


def _found(library: Library, rules: Sequence[Rule], after: int, last: int) -> Mapping[PaperKey, Sequence[Rule]]:
    """The papers that arrived and that rules find, with these rules."""
    ids = arrived_between(library.catalogue, after, last) if rules else ()
    if not ids:
        return {}
    from paperreader.services.rules.matching import papers_found  # 30 ms that libraries without rules do without

    by_paper: dict[int, list[Rule]] = {}
    for rule, papers in papers_found(library, rules, ids).items():
        for paper in papers:
            by_paper.setdefault(paper, []).append(rule)
    keys = library.keys_of(list(by_paper))
    return {keys[paper]: found for paper, found in by_paper.items() if paper in keys}


def _seen(library: Library, marks: Marks) -> CaptureMark | None:
    """The newest mark that this catalogue has."""
    catalogue = library.catalogue
    return next((mark for mark in marks if has_capture(catalogue, mark.capture, mark.fingerprint)), None)


def _newest(library: Library) -> CaptureMark:
    return CaptureMark(*newest_capture(library.catalogue))
