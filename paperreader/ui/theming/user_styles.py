"""The user's style sheet: `user.tcss` beside the settings file, in the language of Textual's style sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.content import Content
from textual.css.errors import StylesheetError
from textual.css.stylesheet import Stylesheet
from textual.css.tokenizer import TokenError
from textual.markup import MarkupError

PRIORITY = 1
"""Of two rules for the same things, the user's counts, whichever style sheet is read later."""


@dataclass(frozen=True, slots=True)
class UserStyles:
    """The text of the user's style sheet, or the problem why it cannot be used."""

    css: str = ""
    problem: str = ""


def read_user_styles(path: Path, variables: Mapping[str, str]) -> UserStyles:
    """Read and check the user's style sheet, if there is one."""
    try:
        css = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return UserStyles()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        return UserStyles(problem=_problem(f"{path}: {reason}"))
    problem = style_problem(path, css, variables)
    return UserStyles(problem=problem) if problem else UserStyles(css)


def style_problem(path: Path, css: str, variables: Mapping[str, str]) -> str:
    """The first error in a style sheet, with its file and line; empty if it has none."""
    sheet = Stylesheet(variables=dict(variables))
    try:
        rules = sheet._parse_rules(css, (str(path), ""))
    except (TokenError, StylesheetError, RecursionError) as error:
        return problem_text(path, error)
    for token, message in (error for rule in rules for error in rule.errors):
        place = token.referenced_by.location if token.referenced_by else token.location
        return _problem(f"{path}:{place[0] + 1}: {_plain(getattr(message, 'summary', message))}")
    return ""


def problem_text(path: Path, error: Exception) -> str:
    """What to tell the user of an error in the style sheet."""
    place = f"{path}:{error.start[0]}" if isinstance(error, TokenError) else path
    return _problem(f"{place}: {_plain(error)}")


def _problem(what: str) -> str:
    return f"{what}; the reader uses its own styles; correct the file or move it away"


def _plain(message: object) -> str:
    """The first line of a message of Textual, without markup."""
    line = next(iter(str(message).splitlines()), "")
    try:
        return Content.from_markup(line).plain
    except MarkupError:
        return line
