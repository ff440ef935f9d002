"""The map of faults names tests that exist, and every fault that concerns the store, the screen and the files."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

README = Path(__file__).with_name("README.md")
TESTS = README.parent.parent


def test_every_test_that_is_named_exists() -> None:
    """Rule: a test that is renamed or removed is missed here."""
    named = set(re.findall(r"`([\w/]+\.py)::(\w+)`", README.read_text(encoding="utf-8")))
    assert len(named) > 100
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in _names_in(TESTS / path)] == []


def test_every_fault_has_a_row() -> None:
    """Rule: no fault is left out."""
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == [*range(1, 85)]


@cache
def _names_in(path: Path) -> set[str]:
    """The functions and the test cases of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    assigned = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
                if isinstance(target, ast.Name)}  # fmt: skip
    return assigned | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
