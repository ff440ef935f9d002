"""Decision commands: star, skip, later, read, undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from paperreader.config import DECISIONS, After
from paperreader.domain.decision import Decision, EditTags, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.triage import Triage
from paperreader.ui.background.decision_queue import DecisionQueue
from paperreader.ui.commands.movement import MovementCommands
from paperreader.ui.presenting.actions import conflict_question, done_message
from paperreader.ui.view import View

MARK_ALL = "mark all read"
"""The name of this action in the history."""


Waiting = Coroutine[Any, Any, None]
OneKey = SetStar | SetStatus | EditTags
"""A decision that `.` repeats."""


class DecisionCommands:
    """Commands that decide about papers."""

    def __init__(
        self,
        view: View,
        movement: MovementCommands,
        decided: Callable[[Action], None],
        after: Mapping[str, After],
    ) -> None:
        self._view, self._movement = view, movement
        self._after = after
        """Where the cursor goes after a decision, by the decision's name."""
        self.triage = Triage(view.desk.library)
        self._decided = decided
        """Called after each saved action."""
        self._again: Callable[[], None] | None = None
        """Repeats the last decision on the papers chosen then."""
        self._unsaved: set[PaperKey] = set()
        """The papers of queued decisions."""
        self._list_is_unsaved = False
        """Whether a queued decision is about the whole list."""
        self.queue = DecisionQueue(view.desk.library.reading, self._show, view.tell, view.limits)

    def star(self) -> Waiting | None:
        """Star, mark as read, and go on; a starred paper loses its star."""
        return self._toggle(self.triage.star_or_unstar)

    def read(self) -> Waiting | None:
        """Mark as read, and go on; a read paper becomes unread."""
        return self._toggle(self.triage.read_or_unread)

    def skip(self) -> None:
        """Skip, and go on."""
        self.decide_chosen(SetStatus(ReadingStatus.SKIPPED))

    def later(self) -> None:
        """Keep for later, and go on."""
        self.decide_chosen(SetStatus(ReadingStatus.LATER))

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

        self._list_is_unsaved = True
        self.queue.put(begin)

    def advance(self) -> None:
        """Page the abstract. At its end, mark the paper as read and go to the next unread paper."""
        current = self._view.papers.current
        if self._movement.date_end.go_on():
            return
        if current is None:
            self._view.tell("no paper under the cursor")
        if current is None or self._view.page.page_down():
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

    async def undo(self) -> None:
        """Undo the last decision; with a count, as many. The next keys wait."""
        await self._reverse(self.triage.undo)

    async def redo(self) -> None:
        """Redo the decision that was undone last; with a count, as many. The next keys wait."""
        await self._reverse(self.triage.redo)

    async def undo_action(self, seq: int, on_conflict: OnConflict = OnConflict.REFUSE) -> None:
        """Undo one action. If papers changed since, ask first."""
        await self._ask_about(await self.queue.put(lambda: self.triage.undo(seq, on_conflict)))

    async def _reverse(self, begin: Callable[[], Future[Action]]) -> None:
        for _ in range(self._view.prompt.count or 1):
            action = await self.queue.put(begin)
            if action is None or not action.seq:
                await self._ask_about(action)
                return

    async def _ask_about(self, action: Action | None) -> None:
        """Ask what to do about papers that changed after the action that was to be undone."""
        if action is None or not action.was_refused or action.undoes is None:
            return
        answers = {"o": "overwrites the change", "l": "leaves it alone"}
        answer = await self._view.prompt.ask(conflict_question(action), answers, leaves="q")
        if answer is not None:
            await self.undo_action(action.undoes, OnConflict.OVERWRITE if answer == "o" else OnConflict.LEAVE)

    def repeat(self) -> None:
        """Repeat the last decision."""
        if self._again is None:
            self._view.tell("there is no decision to repeat yet")
        else:
            self._again()

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
            if self.queue.is_idle:
                self._unsaved.clear()
                self._list_is_unsaved = False
            self._unsaved.update(targets)
            self.queue.put(begin)

    def decide_chosen(self, decision: OneKey, targets: Sequence[PaperKey] | None = None) -> None:
        """Queue a decision about the chosen papers (or `targets`), which `.` repeats, and go on.

        It clears the selection. After a decision about a selection the cursor stays.
        """
        view = self._view
        papers, is_selection = view.targets() if targets is None else targets, bool(view.papers.selected)
        if not papers:
            return
        name = _name_of(decision)
        self._again = partial(self.decide_chosen, decision)
        self.decide(name, decision, papers)
        view.drop_selection()
        if not is_selection and name in DECISIONS:
            self._go_on(self._after.get(name, After.NEXT), len(papers))

    def _toggle(self, choose: Callable[[Sequence[PaperKey]], OneKey]) -> Waiting | None:
        """Decide what the states of the chosen papers ask for, once earlier decisions about them are saved."""
        papers = self._view.targets()
        if self.queue.is_idle or (self._unsaved.isdisjoint(papers) and not self._list_is_unsaved):
            self._decide_now(choose, papers)
            return None

        async def decide_when_saved() -> None:
            await self.queue.finish()
            self._decide_now(choose, papers)

        return decide_when_saved()

    def _decide_now(self, choose: Callable[[Sequence[PaperKey]], OneKey], papers: Sequence[PaperKey]) -> None:
        if papers:
            self.decide_chosen(choose(papers), papers)

    def _go_on(self, after: After, papers: int) -> None:
        """Move the cursor after a decision about papers from the cursor on."""
        view = self._view
        last = view.papers.cursor + papers - 1
        row: int | None = view.papers.cursor
        if after is After.NEXT:
            row = min(last + 1, view.papers.row_count() - 1)
        elif after is After.NEXT_UNREAD:
            row = view.desk.next_unread(last, 1)
            while row is not None and not self._unsaved.isdisjoint(view.desk.keys([view.desk.view[row]])):
                row = view.desk.next_unread(row, 1)  # this one is being decided
        if row is not None:
            view.go_to(row)

    def _show(self, action: Action) -> None:
        """Show what an action changed, once it is on disk."""
        view = self._view
        if action.was_refused:
            return  # the command that asked for it asks what to do
        view.desk.tally.follow(action)
        if action.changes and action.undoes is None:
            view.remember_query()
        keys = [change.key for change in action.changes]
        view.papers.replace(view.desk.library.ids_of(keys).values())
        view.show_counts()
        self._decided(action)
        row = self._first_row(view.desk.library.ids_of(keys).values()) if action.undoes is not None else None
        if row is not None:
            view.go_to(row)  # back to the paper whose decision was undone
        else:
            view.show_paper(keep_place=True)
        self._tell(action)

    def _first_row(self, papers: Collection[int]) -> int | None:
        """The row of the first of these papers in the list; the cursor's, if its paper is among them."""
        view = self._view
        if view.papers.current in papers:
            return view.papers.cursor
        if len(papers) == 1:
            return view.papers.position(next(iter(papers)))
        wanted = set(papers)
        return next((row for row, paper in enumerate(view.desk.view) if paper in wanted), None)

    def _tell(self, action: Action) -> None:
        desk = self._view.desk
        papers = desk.library.papers_of(action)
        told = done_message(action, papers, desk.titles(papers[:1]), self._view.commands)
        if action.name == MARK_ALL and desk.filter and desk.found > len(desk.view):
            told = Safe(f"{told} · of the {desk.found:,} found only the {len(desk.view):,} in view")
        self._view.tell(told)


def _name_of(decision: OneKey) -> str:
    """The name of a decision in the history."""
    match decision:
        case SetStar(on, _):
            return "star" if on else "unstar"
        case SetStatus(status):
            return "skip" if status is ReadingStatus.SKIPPED else status.value
        case EditTags():
            return "tag"
