"""The types of option values. The message for a wrong value suggests a valid one."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperreader.domain.dates import guess_date, parse_iso
from paperreader.domain.suggestions import correction

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Folder(click.ParamType[Path]):
    """A path of a folder; the folder need not exist."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; an empty name is refused, because it would mean the current folder."""
        if value == "":
            self.fail("'' is not a folder; name a folder", param, ctx)
        return Path(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":  # noqa: ARG002
        """Let the shell complete folders."""
        from click.shell_completion import CompletionItem  # needed only while a shell completes

        return [CompletionItem(incomplete, type="dir")]


class Day(click.ParamType[date]):
    """A date, written 2025-03-14."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        day = parse_iso(value)
        if day is None:
            near = guess_date(value)
            self.fail(
                f"{value!r} is not a date; {f'did you mean {near}?' if near else 'write it like 2025-03-14'}",
                param,
                ctx,
            )
        return day


class Number(click.ParamType[int]):
    """A whole number from `low` to `high`, inclusive."""

    name = "number"

    def __init__(self, low: int, high: int = sys.maxsize) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        try:
            number = int(value)
        except ValueError:
            number = self.low - 1
        if not self.low <= number <= self.high:
            bounds = f"{self.low} or more" if self.high == sys.maxsize else f"{self.low} to {self.high}"
            self.fail(f"{value!r} is not a valid number; write {bounds}", param, ctx)
        return number


class OneOf(click.Choice[str]):
    """One word of a fixed set."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(map(str, words))  # click would take the names of an enumeration's members

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word."""
        if value not in self.choices:
            self.fail(f"{value!r} is unknown; {correction(value, self.choices)}", param, ctx)
        return str(value)
