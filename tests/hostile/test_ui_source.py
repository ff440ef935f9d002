"""The reader's source never passes a plain text to a function that reads markup.

Textual and Rich read markup in a plain `str`: `[/]` ends the program, `[@click=…]` acts; their `escape` does not help.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import paperreader.ui

UI = Path(paperreader.ui.__file__).parent
SOURCES = sorted(UI.rglob("*.py"))

WIDGETS = {"Input", "TextArea"}
"""Textual's widgets that may be used everywhere, as they show no markup."""
MARKUP_READERS = {"from_markup", "escape", "render_markup", "print_exception", "from_ansi"}
PRINTERS = {"print", "log_markup"}
TITLES = {"border_title", "border_subtitle", "tooltip"}
"""Attributes that are read as markup where they are a `str`."""
JUSTIFIED = {
    # The wrapper that all toasts go through: it cleans and reduces the message and turns markup off.
    ("app.py", "ReaderApp.notify"),
}
"""Where something forbidden is meant; a line each says why."""


def complaints(source: str, name: str = "source.py") -> list[str]:
    """The forbidden calls of a module, by line."""
    return [f"{name}:{line}: {what}" for line, what in _complaints(ast.parse(source), name)]


def _complaints(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    justified = {id(node) for place, owner in JUSTIFIED if place == name for node in _nodes_of(tree, owner)}
    for node in ast.walk(tree):
        if id(node) in justified:
            continue
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"imports {alias}") for alias in _forbidden_imports(node, name))
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _wrong_call(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from ((node.lineno, what) for what in _wrong_assignment(node))
        elif isinstance(node, ast.FunctionDef) and node.name == "render":
            yield node.lineno, "a render that may return a str"


def _forbidden_imports(node: ast.ImportFrom, module: str) -> list[str]:
    names = [alias.name for alias in node.names]
    if node.module == "textual.widgets":
        # `PlainText` is the one that reduces what it shows; `Static` is looked at where it is made. The list of themes
        # shows their names only, which are no text from outside. The palette reduces what it shows. Both turn off
        # markup.
        with_lists = ("theme.py", "palette.py", "tags.py", "rules.py", "choice_list.py")
        exceptions = {("Static", "plain_text.py"), *(("OptionList", name) for name in with_lists)}
        return [name for name in names if name not in WIDGETS and (name, module) not in exceptions]
    if (node.module or "").partition(".")[0] in ("rich", "textual"):
        return [name for name in names if name in MARKUP_READERS or name in ("markup", "Console", "Markdown")]
    return []


def _wrong_call(node: ast.Call) -> Iterator[str]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if called in MARKUP_READERS or called in PRINTERS:
        yield f"calls {called}"
    if called == "Static" and first is not None and not _is_content(first):
        yield "a Static of something that is not Content"
    if called == "update" and _is_query(node.func) and not (first is not None and _is_content(first)):
        yield "a widget updated with something that is not Content"
    for keyword in node.keywords:
        if keyword.arg == "markup" and not _is_constant(keyword.value, False):
            yield "markup turned on"
        if keyword.arg in TITLES and not _is_content(keyword.value):
            yield f"a {keyword.arg} that is not Content"
        if called == "Static" and keyword.arg in ("content", "renderable") and not _is_content(keyword.value):
            yield "a Static of something that is not Content"
        if called == "notify" and keyword.arg == "title" and not isinstance(keyword.value, ast.Constant):
            yield "a toast with a title from outside"
        if called == "notify" and keyword.arg == "markup":
            yield "a toast that decides about markup"
    if called == "notify" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        yield "a toast past the wrapper"  # super().notify(...)
    if called == "Text" and first is not None and not isinstance(first, ast.Constant | ast.Name | ast.Attribute):
        yield "a Text put together in place"


def _wrong_assignment(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    pairs: list[tuple[ast.expr, ast.expr | None]] = []
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [None] * len(target.elts)
            pairs += zip(target.elts, values, strict=True)
        else:
            pairs.append((target, node.value))
    for target, value in pairs:
        if isinstance(target, ast.Attribute) and target.attr in TITLES and not (value and _is_content(value)):
            yield f"a {target.attr} that is not Content"


def _is_content(node: ast.expr) -> bool:
    """Whether an expression is `Content(…)` or None: what is in its first argument is never read as markup."""
    return _is_constant(node, None) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Content"
    )


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_query(node: ast.expr) -> bool:
    """Whether a call is of a method of a widget: of what a query gives, or of a name like `hint`."""
    of = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(of, ast.Name) or (
        isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute) and of.func.attr.startswith("query")
    )


def _nodes_of(tree: ast.Module, owner: str) -> Iterator[ast.AST]:
    class_name, _, function = owner.partition(".")
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == function:
                    yield from ast.walk(method)


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(UI)) for path in SOURCES])
def test_no_module_of_the_reader_shows_text_in_a_raw_way(path: Path) -> None:
    """Rule: on the screen text is Content, or a segment, and never markup."""
    assert complaints(path.read_text(encoding="utf-8"), path.name) == []


def test_the_wrapper_of_toasts_cleans_and_reads_no_markup() -> None:
    """Rule: the one permitted place cleans and reduces its message, and turns markup off."""
    tree = ast.parse((UI / "app.py").read_text(encoding="utf-8"))
    (call,) = [
        node
        for node in _nodes_of(tree, "ReaderApp.notify")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "notify"
    ]
    assert ast.unparse(call.args[0]) == "reduce_cells(clean_line(message))"
    assert [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "markup"] == ["False"]


def test_every_justified_place_is_still_there() -> None:
    """Rule: each permitted exception is still needed."""
    for name, owner in JUSTIFIED:
        (path,) = [path for path in SOURCES if path.name == name]
        assert list(_nodes_of(ast.parse(path.read_text(encoding="utf-8")), owner)), owner


@pytest.mark.parametrize(
    "source",
    [
        "Static(title)",
        "Static('[bold]x[/]')",
        "Static(f'{title}')",
        "Static(content=title)",
        "Static(str(Content(title)))",
        "Text.from_markup(title)",
        "Content.from_markup(title)",
        "from rich.markup import escape",
        "from textual.markup import escape",
        "escape(title)",
        "console.print(title)",
        "print(title)",
        "self.notify(title, markup=True)",
        "self.notify(title, markup=wanted)",
        "self.notify('done', title=paper.title)",
        "super().notify(title)",
        "hint.update(title)",
        "self.query_one(Static).update(f'{title}')",
        "self.border_title = title",
        "self.border_title, self.border_subtitle = Content(title), more",
        "self.border_title, self.border_subtitle = titles",
        "self.tooltip: str = title",
        "Vertical(tooltip=title)",
        "from textual.widgets import Label",
        "from textual.widgets import Input, Static",
        "from textual.widgets import Markdown",
        "from rich.console import Console",
        "class A:\n    def render(self):\n        return self.title",
        "Option(title, markup=True)",
    ],
)
def test_each_raw_way_is_found(source: str) -> None:
    """Rule: every way to pass a plain text to Textual or Rich is found."""
    assert complaints(source)


@pytest.mark.parametrize(
    "source",
    [
        "Static(Content(title), id='x')",
        "Static()",
        "hint.update(Content(clean_line(reason)))",
        "self.notify(title)",
        "self.border_title = Content(name)",
        "self.border_title = None",
        "self.border_title, self.border_subtitle = Content(title), Content(subtitle)",
        "self._rows.update(self._fetch(missing))",
        "from textual.widgets import Input, TextArea",
        "title = paper.title",
    ],
)
def test_the_safe_ways_are_not_complained_about(source: str) -> None:
    """Rule: safe calls are not reported."""
    assert complaints(source) == []
