"""The palette: finds commands, dates, shelves, tags, recent queries and papers as one types."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from paperreader.domain.text import Safe
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.choice_list import ChoiceList
from paperreader.ui.dialogs.dialog import AnswerLine, Dialog
from paperreader.ui.presenting.palette import Choice, groups_of, matching, palette_line
from paperreader.ui.widgets.plain_text import PlainText

_STYLES = {"hit": "$on-hit on $hit", "key": "$accent"}


class PaletteDialog(Dialog[Choice | None]):
    """Asks for one of the choices. `find_papers` searches papers in the background."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(self, choices: Sequence[Choice], find_papers: Callable[[str], Awaitable[list[Choice]]]) -> None:
        super().__init__()
        self._choices, self._find_papers = choices, find_papers
        self._shown: list[Choice] = []

    @property
    def shown(self) -> list[Choice]:
        """The choices that are shown, in their order."""
        return self._shown

    def compose(self) -> ComposeResult:
        """The search line and the choices."""
        with Box("Palette"):
            yield AnswerLine(placeholder="search commands, lists, queries and papers")
            yield ChoiceList(compact=True, markup=False)
            yield PlainText(Safe("Enter run · ↑ ↓ choose · Esc close"), classes="hint")

    def on_mount(self) -> None:
        """Show all commands."""
        super().on_mount()
        self.call_after_refresh(self._search, "")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show what matches at once, and the papers once they are found."""
        event.stop()
        self._search(event.value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_answer()

    def action_move(self, how: str) -> None:
        """Move in the list while the search line keeps the focus."""
        getattr(self.query_one(ChoiceList), f"action_{how}")()

    def action_answer(self) -> None:
        """Answer with the choice under the cursor. Keys may be ahead of the list, so it is found anew."""
        text = self.query_one(AnswerLine).value
        if text != self._text:
            self._search(text)
        option = self.query_one(ChoiceList).highlighted_option
        if option and option.id:
            self.dismiss(self._shown[int(option.id)])

    _text = ""

    def _search(self, text: str) -> None:
        self._text = text
        self._show(matching(self._choices, text))
        if text.strip():
            self.run_worker(self._add_papers(text), group="papers", exclusive=True)

    async def _add_papers(self, text: str) -> None:
        papers = await self._find_papers(text)
        listed = self.query(ChoiceList)  # none, if the dialog closed meanwhile
        if papers and listed and text == self._text:
            self._show([*self._shown, *papers], listed.first().highlighted)

    def _show(self, choices: Sequence[Choice], cursor: int | None = None) -> None:
        self._shown = list(choices)
        listed = self.query_one(ChoiceList)
        width = listed.scrollable_content_region.width or 60
        options: list[Option] = []
        for group, members in groups_of(choices).items():
            options.append(Option(Content.styled(group.value, "bold $strong"), disabled=True))
            options += [
                Option(palette_line(choice, self._text, width, _STYLES.__getitem__), id=str(self._shown.index(choice)))
                for choice in members
            ]
        listed.clear_options()
        listed.add_options(options or [Option(Content("nothing matches"), disabled=True)])
        if options:
            listed.highlighted = cursor if cursor is not None else 1
