"""The commands `undo`, `redo` and `history`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from paperreader.cli.arguments import Command
from paperreader.cli.changes import change_lines, papers_of, titles_of
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.option_types import Number
from paperreader.cli.output import print_json, print_table, remark
from paperreader.domain.dates import iso
from paperreader.domain.history import Action, OnConflict, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction, UsageError
from paperreader.services.library import Library


@click.command("undo", cls=Command)
@click.option("--id", "number", type=Number(1), metavar="ID", help="Undo action ID of the history.")
@click.option("--force", is_flag=True, help="Undo later changes as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=Number(1), required=False)
@click.pass_obj
def undo_command(invocation: Invocation, number: int | None, force: bool, as_json: bool, steps: int | None) -> None:
    """Undo the last decision.

    With N, undo the last N. Papers that changed again later keep
    their state, except with --force.
    """
    if number is not None and steps is not None:
        raise UsageError("undo takes N or --id, not both; see paperreader undo --help")
    with open_library(invocation, needs_catalogue=False) as library:
        _repeat(library, "undo", number, steps or 1, force=force, as_json=as_json)


@click.command("redo", cls=Command)
@click.option("--force", is_flag=True, help="Overwrite later changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=Number(1), required=False)
@click.pass_obj
def redo_command(invocation: Invocation, force: bool, as_json: bool, steps: int | None) -> None:
    """Redo the decision that was undone last.

    With N, redo the last N. After a new decision, nothing can be redone.
    """
    with open_library(invocation, needs_catalogue=False) as library:
        _repeat(library, "redo", None, steps or 1, force=force, as_json=as_json)


@click.command("history", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--limit", type=Number(1), metavar="N", help="List at most N actions.")
@click.pass_obj
def history_command(invocation: Invocation, as_json: bool, limit: int | None) -> None:
    """List your decisions, newest first."""
    with open_library(invocation, needs_catalogue=False) as library:
        actions = library.reading.history(limit)
        papers = [papers_of(library, action) for action in actions]
        firsts = [keys[0] for keys in papers if keys and not as_json]
        titles = dict(zip(firsts, titles_of(library, firsts), strict=True))
    if as_json:
        print_json([_as_json(action, keys) for action, keys in zip(actions, papers, strict=True)])
    elif actions:
        print_table([_row(action, keys, titles) for action, keys in zip(actions, papers, strict=True)], right=(0,))
    else:
        remark("no decisions yet")


def _row(action: PastAction, papers: Sequence[PaperKey], titles: Mapping[PaperKey, str]) -> list[str]:
    """A table row: number, time, action, window, whether it was undone, and the papers."""
    name = clean_line(action.name) + (f" of {action.undoes}" if action.undoes is not None else "")
    mark = "undone" if action.undone_by is not None else ""
    return [
        str(action.id), f"{action.at.astimezone():%Y-%m-%d %H:%M}", name, clean_line(action.window), mark,
        _about(action, papers, titles),
    ]  # fmt: skip


def _as_json(action: PastAction, papers: Sequence[PaperKey]) -> dict[str, Any]:
    return {
        "id": action.id,
        "at": iso(action.at),
        "window": action.window,
        "action": action.name,
        "papers": len(papers),
        "keys": papers,
        "dates": [{"listing": move.name, "from": iso(move.before), "to": iso(move.after)} for move in action.moves],
        "shelves": [
            {"name": change.shelf.name, "from": change.before, "to": change.after} for change in action.shelves
        ],
        "rules": [{"rule": change.name, "before": change.before, "after": change.after} for change in action.rules],
        "pairs": [
            {"kind": pair.kind, "one": pair.one, "other": pair.other, "before": pair.before, "after": pair.after}
            for pair in action.pair_changes
        ],
        "undoes": action.undoes,
        "undone": action.undone_by is not None,
    }


def _about(action: PastAction | Action, papers: Sequence[PaperKey], titles: Mapping[PaperKey, str]) -> str:
    """What an action changed: the title of the first paper, the new date of listings, or the name of a shelf."""
    about = describe_counts(len(papers), len(action.moves), len(action.shelves), len(action.rules))
    if action.rules and not papers:
        return ", ".join(_rule_texts(action))
    if papers and not action.moves and not action.shelves:
        return titles[papers[0]] if len(papers) == 1 else f"{about}: {titles[papers[0]]}"
    days = {move.after for move in action.moves}
    if len(action.shelves) == 1:
        return f"{about}: {action.shelves[0].shelf.name}"
    return about + (f" → {days.pop()}" if len(days) == 1 else "")


def _rule_texts(action: PastAction | Action) -> Sequence[str]:
    """The rules that an action added; if it added none, those it removed."""
    added = [change.name for change in action.rules if change.after]
    return added or [change.name for change in action.rules]


def _repeat(library: Library, name: str, number: int | None, steps: int, *, force: bool, as_json: bool) -> None:
    """Undo or redo up to `steps` actions; raises UnknownAction if there is none to undo or redo."""
    on_conflict = OnConflict.OVERWRITE if force else OnConflict.LEAVE
    steps_done: list[tuple[Action, list[PaperKey]]] = []
    while len(steps_done) < steps and (action := _once(library, name, number, on_conflict)).undoes is not None:
        steps_done.append((action, papers_of(library, action)))  # read now, because a next step may merge or split them
        if not action.seq:
            break
    if not steps_done:
        raise UnknownAction(f"nothing to {name}; paperreader history lists your decisions")
    actions = [action for action, _ in steps_done]
    papers = {key for _, keys in steps_done for key in keys}
    listings = {move.name for action in actions for move in action.moves}
    shelves = {change.shelf for action in actions for change in action.shelves}
    rules = {change.name for action in actions for change in action.rules}
    changed = len(papers) + len(listings) + len(shelves) + len(rules)
    kept = (
        len({key for action in actions for key in action.conflicts}),
        len({name for action in actions for name in action.date_conflicts}),
        len({shelf for action in actions for shelf in action.shelf_conflicts}),
        len({name for action in actions for name in action.rule_conflicts}),
    )
    conflicts = f"{describe_counts(*kept)} changed again later; --force overwrites later changes"
    if not any(action.seq for action in actions):
        raise UnknownAction(f"nothing done: {conflicts}")
    if any(kept):
        remark(f"kept: {conflicts}")
    if as_json:
        print_json({"changed": changed, "actions": [action.undoes for action in actions if action.seq]})
        return
    for action, keys in steps_done:
        what = f"{'undone' if action.name == 'undo' else 'redone'}: {action.decision}"
        if action.moves or action.shelves or action.rules:
            click.echo(f"{what}: {_about(action, keys, {})}")
        elif action.seq:
            click.echo("\n".join(change_lines(what, library, keys)))


def _once(library: Library, name: str, number: int | None, on_conflict: OnConflict) -> Action:
    if name == "undo":
        return library.finish(library.reading.undo(number, on_conflict=on_conflict, naming=library.names))
    return library.finish(library.reading.redo(on_conflict=on_conflict, naming=library.names))
