"""The values of a parameter of which `make test` tries the first few, and `make test-full` all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def first(quick: int, values: Sequence[Any]) -> list[Any]:
    """The values of one parameter, all but so many of them marked as left to the full run."""
    return [pytest.param(value, marks=[pytest.mark.full] * (place >= quick)) for place, value in enumerate(values)]


def first_rows(quick: int, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The same for several parameters: a row each."""
    return [pytest.param(*row, marks=[pytest.mark.full] * (place >= quick)) for place, row in enumerate(rows)]
