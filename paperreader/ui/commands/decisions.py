"""Decision commands: star, skip, later, read, undo, and the selection of papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from paperreader.domain.decision import Decision, EditTags, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.triage import Triage
from paperreader.ui.background.decision_queue import DecisionQueue
from paperreader.ui.commands.movement import MovementCommands
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.presenting.actions import conflict_question, done_message
from paperreader.ui.view import View

MARK_ALL = "mark all read"
"""The name of this action in the history."""


Choose = Callable[[Sequence[PaperKey]], SetStar | SetStatus | EditTags]
"""Returns the decision for papers; it may depend on their states."""


class DecisionCommands:
    """Commands that decide about papers."""

    def __init__(self, view: View, movement: MovementCommands, decided: Callable[[Action], None]) -> None:
        self._view, self._movement = view, movement
        self.triage = Triage(view.desk.library)
        self._decided = decided
        """Called after each saved action."""
        self._again: Callable[[], None] | None = None
        """Repeats the last decision on the papers chosen then."""
        self.queue = DecisionQueue(view.desk.library.reading, self._show, view.tell, view.limits)

    def star(self) -> None:
        """Star on or off."""
        self.decide_chosen(_once(self.triage.star_or_unstar))

    def read(self) -> None:
        """Mark as read or unread."""
        self.decide_chosen(_once(self.triage.read_or_unread))

    def skip(self) -> None:
        """Skip, and go to the next paper."""
        self.decide_chosen(lambda _: SetStatus(ReadingStatus.SKIPPED), goes_on=True)

    def later(self) -> None:
        """Keep for later, and go to the next paper."""
        self.decide_chosen(lambda _: SetStatus(ReadingStatus.LATER), goes_on=True)

    def read_all(self) -> None:
        """Mark every unread paper of the list as read."""
        desk = self._view.desk
        ids, day = desk.view, desk.day

        def begin() -> Future[Action] | None:
            # Asked after earlier decisions are saved: they may have changed which papers are unread.
            keys = [key for key in desk.keys(ids) if desk.library.state(key).is_unread]
            if not keys:
                self._view.tell("no unread papers in this list")
                return None
            return self.triage.decide(MARK_ALL, keys, SetStatus(ReadingStatus.READ), day)

        self.queue.put(begin)

    def advance(self) -> None:
        """Page the abstract. At its end, mark the paper as read and go to the next unread paper."""
        current = self._view.papers.current
        if self._movement.date_end.go_on() or current is None or self._view.page.page_down():
            return
        for key in self._view.desk.keys([current]):
            # A paper that has a status keeps it.
            if self._view.desk.library.state(key).is_unread:
                self.decide("read", SetStatus(ReadingStatus.READ), [key])
        self._movement.next_unread()

    def split_paper(self) -> None:
        """Split the shown paper into the papers that it was merged from."""
        view = self._view
        if view.papers.current is None:
            view.tell("no paper under the cursor")
            return
        for key in view.desk.keys([view.papers.current]):
            self.queue.put(partial(self.triage.split, key))

    def undo(self, seq: int | None = None, on_conflict: OnConflict = OnConflict.REFUSE) -> None:
        """Undo the last decision, or one action. If papers changed since, ask first."""
        self.queue.put(lambda: self.triage.undo(seq, on_conflict))

    def redo(self) -> None:
        """Redo the decision that was undone last."""
        self.queue.put(self.triage.redo)

    def repeat(self) -> None:
        """Repeat the last decision."""
        if self._again is None:
            self._view.tell("there is no decision to repeat yet")
        else:
            self._again()

    def select(self) -> None:
        """Add the paper to the selection or remove it, and go to the next."""
        papers = self._view.papers
        if papers.current is not None:
            papers.select(papers.selected ^ {papers.current})
            self._view.go_to(min(papers.cursor + 1, papers.row_count() - 1))

    def select_range(self) -> None:
        """Start a range at the cursor, or end it there."""
        papers = self._view.papers
        if papers.current is None:
            return
        if self._view.anchor is None:
            self._view.anchor, self._view.selected_before = papers.cursor, set(papers.selected)
            self._view.select_range()
            ends, leaves = (key_of(name, self._view.commands) for name in ("select_range", "clear"))
            self._view.tell(f"range: move, then press {ends} again; {leaves} cancels", "strong")
        else:
            self._view.anchor = None
            self._view.tell("")

    def decide(
        self,
        name: str,
        decision: Decision,
        targets: Sequence[PaperKey],
        made: Callable[[], None] | None = None,
    ) -> None:
        """Queue a decision about papers, made in the open list. `made` is called once it is on disk."""
        day = self._view.desk.day

        def begin() -> Future[Action]:
            future = self.triage.decide(name, targets, decision, day)
            if made:
                future.add_done_callback(lambda done: None if done.cancelled() or done.exception() else made())
            return future

        if targets:
            self.queue.put(begin)

    def decide_chosen(
        self, choose: Choose, targets: Sequence[PaperKey] | None = None, *, goes_on: bool = False
    ) -> None:
        """Queue a decision about the chosen papers (or `targets`), which `.` repeats, and clear the selection."""
        view, day = self._view, self._view.desk.day
        papers, is_selection = view.targets() if targets is None else targets, bool(view.papers.selected)
        if not papers:
            return
        self._again = lambda: self.decide_chosen(choose, goes_on=goes_on)

        def begin() -> Future[Action]:
            # Chosen after earlier decisions are saved: it may depend on them.
            decision = choose(papers)
            return self.triage.decide(_name_of(decision), papers, decision, day)

        self.queue.put(begin)
        view.drop_selection()
        if goes_on and not is_selection:
            view.go_to(min(view.papers.cursor + 1, view.papers.row_count() - 1))

    def _show(self, action: Action) -> None:
        """Show what an action changed, once it is on disk."""
        view = self._view
        if action.was_refused:
            self._view.run_command(self._ask_about(action))
            return
        view.desk.tally.follow(action)
        if action.changes and action.undoes is None:
            view.remember_query()
        keys = [change.key for change in action.changes]
        view.papers.replace(view.desk.library.ids_of(keys).values())
        view.show_counts()
        self._decided(action)
        row = None
        if action.undoes is not None and len(keys) == 1:
            row = view.papers.position(next(iter(view.desk.library.ids_of(keys).values()), None))
        if row is not None:
            view.go_to(row)  # back to the paper whose decision was undone
        else:
            view.show_paper(keep_place=True)
        self._tell(action)

    async def _ask_about(self, action: Action) -> None:
        """Ask what to do about papers that changed after the action that is to be undone."""
        from paperreader.ui.dialogs.dialog import KeyMenu

        answers = {"o": OnConflict.OVERWRITE.value, "l": OnConflict.LEAVE.value}
        answer = await self._view.ask(KeyMenu(conflict_question(action), answers))
        if answer is not None and action.undoes is not None:
            self.undo(action.undoes, OnConflict(answer))

    def _tell(self, action: Action) -> None:
        desk = self._view.desk
        papers = desk.library.papers_of(action)
        told = done_message(action, papers, desk.titles(papers[:1]), self._view.commands)
        if action.name == MARK_ALL and desk.filter and desk.found > len(desk.view):
            told = Safe(f"{told} · of the {desk.found:,} found only the {len(desk.view):,} in view")
        self._view.tell(told)


def _once(choose: Choose) -> Choose:
    """Choose once, and keep the choice for later papers."""
    chosen: list[SetStar | SetStatus | EditTags] = []

    def same(papers: Sequence[PaperKey]) -> SetStar | SetStatus | EditTags:
        if not chosen:
            chosen.append(choose(papers))
        return chosen[0]

    return same


def _name_of(decision: SetStar | SetStatus | EditTags) -> str:
    """The name of a decision in the history."""
    match decision:
        case SetStar(on):
            return "star" if on else "unstar"
        case SetStatus(status):
            return "skip" if status is ReadingStatus.SKIPPED else status.value
        case EditTags():
            return "tag"
