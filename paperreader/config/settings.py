"""The tree of settings. The docstring below a field describes the setting to users.

`config init` and the page of settings in the docs are made of these docstrings (`paperreader.config.reference`). The
default of a field is the default of the setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

THEMES = (
    "auto", "dark", "light", "contrast",
    "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light", "catppuccin-frappe", "catppuccin-latte",
    "catppuccin-macchiato", "catppuccin-mocha", "dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine",
    "rose-pine-dawn", "rose-pine-moon", "solarized-dark", "solarized-light", "textual-dark", "textual-light",
    "tokyo-night",
)  # fmt: skip
"""The themes: auto follows the background of the terminal; ours; those of Textual."""


class Icons(StrEnum):
    """How the marks of the screen are drawn; auto is ASCII on a Linux console, else Unicode."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"
    WORDS = "words"


class Density(StrEnum):
    """Which rows of the list show their facts."""

    AUTO = "auto"
    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Layout(StrEnum):
    """Where the abstract stands."""

    AUTO = "auto"
    COLUMNS = "columns"
    ROWS = "rows"


class KeymapName(StrEnum):
    """The sets of keys to start from."""

    DEFAULT = "default"
    VIM = "vim"


class After(StrEnum):
    """Where the cursor goes after a decision."""

    NEXT = "next"
    NEXT_UNREAD = "next-unread"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class AfterSettings:
    """Where the cursor goes after a decision: "next" paper, "next-unread" paper, or "stay"."""

    star: After = After.NEXT
    """After a paper was starred."""
    read: After = After.NEXT
    """After a paper was marked as read."""
    skip: After = After.NEXT
    """After a paper was skipped."""
    later: After = After.NEXT
    """After a paper was kept for later."""


DECISIONS = tuple(each.name for each in fields(AfterSettings))
"""The decisions after which the cursor may go on."""


@dataclass(frozen=True, slots=True)
class TriageSettings:
    """How papers are decided."""

    after: AfterSettings = AfterSettings()


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """How papers are ordered by what your decisions say about interest."""

    default: bool = True
    """Whether the list of a date has the papers first that you most likely keep.
    It takes 3 papers that are starred or kept for later, and 5 decisions.
    An order that you choose for a list stays. With false, dates are in the order of their pages."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How papers are fetched from the web. The reader contacts no server that is not named here or by you."""

    contact: str = ""
    """Your address, such as "me@example.org". It is sent to servers, so that their operators can write to you."""
    at_start: str = ""
    """What the reader fetches when it opens, such as "hf arxiv:cs.CL". Nothing, if the text is empty."""
    hugging_face: str = "https://huggingface.co"
    """The server of the Daily Papers. A server that you name may have a private address and may use http."""
    arxiv_feeds: str = "https://rss.arxiv.org"
    """The server of arXiv's daily lists."""
    arxiv_search: str = "https://export.arxiv.org"
    """The server of arXiv's search."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; a setting that the user did not make has its default."""

    theme: str = "auto"
    """The colours. With "auto" they fit the background of the terminal.
    A theme that you choose in the reader replaces this one."""
    icons: Icons = Icons.AUTO
    """How marks such as the star are drawn: as "unicode" characters, as "ascii" characters, or as "words".
    Words suit a screen reader. "auto" is ASCII on a Linux console, else Unicode."""
    density: Density = Density.AUTO
    """Which rows show authors, category and tags: all if "comfortable", the selected row only if "compact".
    With "auto" all rows show them if the whole list fits its pane."""
    layout: Layout = Layout.AUTO
    """Where the abstract stands: beside the list ("columns") or below it ("rows").
    With "auto" it stands beside the list if the terminal is wide enough."""
    keymap: KeymapName = KeymapName.DEFAULT
    """The keys to start from. "vim" changes the keys that vim uses in another way."""
    triage: TriageSettings = TriageSettings()
    keys: Mapping[str, str] = field(default_factory=dict)
    """The keys of a command, such as skip = "x" or skip = "x,delete". They replace all keys of the command.
    `paperreader keys` lists the commands. Write a key as x, X, ctrl+x or f5."""
    fetch: FetchSettings = FetchSettings()
    ranking: RankingSettings = RankingSettings()

    @property
    def after(self) -> Mapping[str, After]:
        """Where the cursor goes after each decision, by the decision's name."""
        return {each.name: getattr(self.triage.after, each.name) for each in fields(self.triage.after)}
