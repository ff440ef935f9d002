"""The verbs `undo`, `redo` and `history`."""

from typing import Any

import click

from paperreader.cli.opening import library_of
from paperreader.cli.output import iso, print_json, remark
from paperreader.domain.history import Action, OnConflict, PastAction, counted
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction, UsageError
from paperreader.services.library import Library


@click.command("undo")
@click.option("--id", "number", type=click.IntRange(min=1), help="One action of the history, instead of the last ones.")
@click.option("--force", is_flag=True, help="Take back later changes of the same papers as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=click.IntRange(min=1), required=False)
@click.pass_context
def undo_command(ctx: click.Context, number: int | None, force: bool, as_json: bool, steps: int | None) -> None:
    """Take back the last decision, the last N, or one of the history."""
    if number is not None and steps is not None:
        raise UsageError("undo takes back the last N actions or one by its --id, one of the two")
    with library_of(ctx) as library:
        _repeat(library, "undo", number, steps or 1, force=force, as_json=as_json)


@click.command("redo")
@click.option("--force", is_flag=True, help="Overwrite later changes of the same papers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("steps", metavar="[N]", type=click.IntRange(min=1), required=False)
@click.pass_context
def redo_command(ctx: click.Context, force: bool, as_json: bool, steps: int | None) -> None:
    """Make again what was taken back last, if nothing was decided since."""
    with library_of(ctx) as library:
        _repeat(library, "redo", None, steps or 1, force=force, as_json=as_json)


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.pass_context
def history_command(ctx: click.Context, as_json: bool, limit: int | None) -> None:
    """Show what was decided, newest first."""
    with library_of(ctx) as library:
        actions = library.reading.history()[:limit]
    if as_json:
        print_json([_as_json(action) for action in actions])
        return
    for action in actions:
        mark = "undone" if action.undone_by is not None else ""
        name = clean_line(action.name) + (f" of {action.undoes}" if action.undoes is not None else "")
        click.echo(f"{action.id:>6}  {iso(action.at)}  {name:<14} {_about(action):>14}  {mark:<6}  {action.window}")


def _as_json(action: PastAction) -> dict[str, Any]:
    return {
        "id": action.id,
        "at": iso(action.at),
        "window": action.window,
        "action": action.name,
        "papers": len(action.papers),
        "keys": action.papers,
        "dates": [{"listing": move.name, "from": iso(move.before), "to": iso(move.after)} for move in action.moves],
        "shelves": [
            {"name": change.shelf.name, "from": change.before, "to": change.after} for change in action.shelves
        ],
        "identities": [
            {"key": change.key, "from": change.before, "to": change.after} for change in action.identity_changes
        ],
        "undoes": action.undoes,
        "undone": action.undone_by is not None,
    }


def _about(action: PastAction) -> str:
    """How many papers; of listings also which date they went to, where that is one; of one shelf its name."""
    days = {move.after for move in action.moves}
    about = counted(len(action.papers), len(action.moves), len(action.shelves))
    if len(action.shelves) == 1:
        return f"{about}: {action.shelves[0].shelf.name}"
    return about + (f" → {days.pop()}" if len(days) == 1 else "")


def _repeat(library: Library, verb: str, number: int | None, steps: int, *, force: bool, as_json: bool) -> None:
    """Undo or redo so many actions, as far as there are any; raises UnknownAction where there is none."""
    on_conflict = OnConflict.OVERWRITE if force else OnConflict.LEAVE
    done: list[Action] = []
    for _ in range(steps):
        action = _once(library, verb, number, on_conflict)
        if action.undoes is None:
            break
        done.append(action)
        if not action.seq:
            break
    papers = {key for action in done for key in action.papers}
    listings = {move.name for action in done for move in action.moves}
    shelves = {change.shelf for action in done for change in action.shelves}
    changed = len(papers) + len(listings) + len(shelves)
    conflicts = {key for action in done for key in action.conflicts}
    date_conflicts = {name for action in done for name in action.date_conflicts}
    shelf_conflicts = {shelf for action in done for shelf in action.shelf_conflicts}
    if conflicts or date_conflicts or shelf_conflicts:
        left = counted(len(conflicts), len(date_conflicts), len(shelf_conflicts))
        remark(f"{left} changed since and left alone; --force takes that back as well")
    if not done:
        raise UnknownAction(
            "nothing to take back" if verb == "undo" else "nothing was taken back since the last decision"
        )
    if not changed and not any(action.seq for action in done):
        raise UnknownAction("nothing was changed")
    if as_json:
        print_json({"changed": changed, "actions": [action.undoes for action in done if action.seq]})
        return
    for action in filter(lambda action: action.seq, done):
        about = counted(len(action.papers), len(action.moves), len(action.shelves))
        click.echo(f"{'taken back' if action.name == 'undo' else 'done again'}: {action.decision}, {about}")


def _once(library: Library, verb: str, number: int | None, on_conflict: OnConflict) -> Action:
    reading = library.reading
    future = reading.undo(number, on_conflict=on_conflict) if verb == "undo" else reading.redo(on_conflict=on_conflict)
    return library.finish(future)
