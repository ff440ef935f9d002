"""Failures that have a line for the user end in the status line, not the program."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from paperreader.errors import PaperReaderError

Parameters = ParamSpec("Parameters")


class Teller(Protocol):
    """Something with a status line."""

    def tell_error(self, error: PaperReaderError) -> None:
        """Say what failed."""
        ...


Self = TypeVar("Self", bound=Teller)


def tells_errors(
    method: Callable[Concatenate[Self, Parameters], Any],
) -> Callable[Concatenate[Self, Parameters], None]:
    """A handler of a key or message that tells the errors it meets: raised, they would end the screen."""

    @wraps(method)
    def guarded(self: Self, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except PaperReaderError as error:
            self.tell_error(error)

    return guarded
