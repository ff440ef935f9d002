"""A decorator that shows expected errors in the status line."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from paperreader.errors import PaperReaderError

Parameters = ParamSpec("Parameters")


class StatusLine(Protocol):
    """A widget with a status line."""

    def show_error(self, error: PaperReaderError) -> None:
        """Show an error."""
        ...


Self = TypeVar("Self", bound=StatusLine)


def shows_errors(
    method: Callable[Concatenate[Self, Parameters], Any],
) -> Callable[Concatenate[Self, Parameters], None]:
    """Wrap a handler so that it shows expected errors instead of raising them, which would end the reader."""

    @wraps(method)
    def guarded(self: Self, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except PaperReaderError as error:
            self.show_error(error)

    return guarded
