"""The commands of the history: `undo`, `redo` and `history`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.changes import name_papers, papers_of, print_change, titles_of
from paperreader.cli.opening import library_of
from paperreader.cli.output import iso, print_json, print_table, remark
from paperreader.cli.values import Number
from paperreader.domain.history import Action, OnConflict, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction, UsageError
from paperreader.services.library import Library


@click.command("undo", cls=Verb)
@click.option("--id", "number", type=Number(1), metavar="ID", help="Undo action ID of the history.")
@click.option("--force", is_flag=True, help="Undo later changes as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=Number(1), required=False)
@click.pass_context
def undo_command(ctx: click.Context, number: int | None, force: bool, as_json: bool, steps: int | None) -> None:
    """Undo the last decision.

    With N, undo the last N. What was changed again later stays as
    it is, except with --force.
    """
    if number is not None and steps is not None:
        raise UsageError("undo needs either N or --id, not both; see paperreader undo --help")
    with library_of(ctx, needs_catalogue=False) as library:
        _repeat(library, "undo", number, steps or 1, force=force, as_json=as_json)


@click.command("redo", cls=Verb)
@click.option("--force", is_flag=True, help="Overwrite later changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=Number(1), required=False)
@click.pass_context
def redo_command(ctx: click.Context, force: bool, as_json: bool, steps: int | None) -> None:
    """Redo the decision that was undone last.

    With N, redo the last N. A new decision ends what can be redone.
    """
    with library_of(ctx, needs_catalogue=False) as library:
        _repeat(library, "redo", None, steps or 1, force=force, as_json=as_json)


@click.command("history", cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--limit", type=Number(1), metavar="N", help="List at most N actions.")
@click.pass_context
def history_command(ctx: click.Context, as_json: bool, limit: int | None) -> None:
    """List your decisions, newest first."""
    with library_of(ctx, needs_catalogue=False) as library:
        actions = library.reading.history(limit)
        papers = [papers_of(library, action) for action in actions]
        firsts = [keys[0] for keys in papers if keys and not as_json]
        titles = dict(zip(firsts, titles_of(library, firsts), strict=True))
    if as_json:
        print_json([_as_json(action, keys) for action, keys in zip(actions, papers, strict=True)])
    elif actions:
        print_table([_row(action, keys, titles) for action, keys in zip(actions, papers, strict=True)], right=(0,))
    else:
        remark("nothing is decided yet")


def _row(action: PastAction, papers: Sequence[PaperKey], titles: Mapping[PaperKey, str]) -> list[str]:
    """What the list says of an action: its number, when, what, by which window, whether it was undone, and of what."""
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
        "pairs": [
            {"kind": pair.kind, "one": pair.one, "other": pair.other, "before": pair.before, "after": pair.after}
            for pair in action.pair_changes
        ],
        "undoes": action.undoes,
        "undone": action.undone_by is not None,
    }


def _about(action: PastAction | Action, papers: Sequence[PaperKey], titles: Mapping[PaperKey, str]) -> str:
    """The first paper; of listings the date that they moved to, if there is only one; of one shelf its name."""
    about = describe_counts(len(papers), len(action.moves), len(action.shelves))
    if papers and not action.moves and not action.shelves:
        return titles[papers[0]] if len(papers) == 1 else f"{about}: {titles[papers[0]]}"
    days = {move.after for move in action.moves}
    if len(action.shelves) == 1:
        return f"{about}: {action.shelves[0].shelf.name}"
    return about + (f" → {days.pop()}" if len(days) == 1 else "")


def _repeat(library: Library, verb: str, number: int | None, steps: int, *, force: bool, as_json: bool) -> None:
    """Undo or redo so many actions, as far as there are any; raises UnknownAction if there is none."""
    on_conflict = OnConflict.OVERWRITE if force else OnConflict.LEAVE
    done: list[Action] = []
    about: list[list[PaperKey]] = []
    for _ in range(steps):
        action = _once(library, verb, number, on_conflict)
        if action.undoes is None:
            break
        done.append(action)
        about.append(papers_of(library, action))  # now: the next step may merge or split them
        if not action.seq:
            break
    papers = {key for keys in about for key in keys}
    listings = {move.name for action in done for move in action.moves}
    shelves = {change.shelf for action in done for change in action.shelves}
    changed = len(papers) + len(listings) + len(shelves)
    kept = describe_counts(
        len({key for action in done for key in action.conflicts}),
        len({name for action in done for name in action.date_conflicts}),
        len({shelf for action in done for shelf in action.shelf_conflicts}),
    )
    if not done:
        raise UnknownAction(f"nothing to {verb}; paperreader history lists your decisions")
    if not changed and not any(action.seq for action in done):
        raise UnknownAction(f"nothing changed: {kept} changed again later; --force overwrites that")
    if any(action.conflicts or action.date_conflicts or action.shelf_conflicts for action in done):
        remark(f"kept as it is: {kept} changed again later; --force overwrites that")
    if as_json:
        print_json({"changed": changed, "actions": [action.undoes for action in done if action.seq]})
        return
    for action, keys in zip(done, about, strict=True):
        if not action.seq:
            continue
        what = f"{'undone' if action.name == 'undo' else 'redone'}: {action.decision}"
        if action.moves or action.shelves:
            click.echo(f"{what}: {_about(action, keys, {})}")
        else:
            print_change(what, name_papers(library, keys))


def _once(library: Library, verb: str, number: int | None, on_conflict: OnConflict) -> Action:
    reading = library.reading
    names = library.names
    future = (
        reading.undo(number, on_conflict=on_conflict, naming=names)
        if verb == "undo"
        else reading.redo(on_conflict=on_conflict, naming=names)
    )
    return library.finish(future)
