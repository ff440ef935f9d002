"""Expected errors are shown in the status line and do not end the program."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from paperreader.errors import PaperReaderError

Parameters = ParamSpec("Parameters")


class StatusLine(Protocol):
    """Something with a status line."""

    def show_error(self, error: PaperReaderError) -> None:
        """Show what failed."""
        ...


Self = TypeVar("Self", bound=StatusLine)


def shows_errors(
    method: Callable[Concatenate[Self, Parameters], Any],
) -> Callable[Concatenate[Self, Parameters], None]:
    """A handler of a key or message that shows the errors it meets; raised, they would end the screen."""

    @wraps(method)
    def guarded(self: Self, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except PaperReaderError as error:
            self.show_error(error)

    return guarded
