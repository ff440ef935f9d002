"""The verbs `undo`, `redo` and `history`."""

from typing import Any

import click

from paperreader.cli.opening import library_of
from paperreader.cli.output import iso, print_json, remark
from paperreader.domain.history import Action, OnConflict, PastAction
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction, UsageError
from paperreader.services.library import Library
from paperreader.storage.reading_store import ReadingStore


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
        papers = f"{len(action.keys):>6} paper{'s' if len(action.keys) != 1 else ' '}"
        click.echo(
            f"{action.id:>6}  {iso(action.at)}  {clean_line(action.name):<14} {papers}  {mark:<6}  {action.window}"
        )


def _as_json(action: PastAction) -> dict[str, Any]:
    return {
        "id": action.id,
        "at": iso(action.at),
        "window": action.window,
        "action": action.name,
        "papers": len(action.keys),
        "keys": list(action.keys),
        "undone": action.undone_by is not None,
    }


def _repeat(library: Library, verb: str, number: int | None, steps: int, *, force: bool, as_json: bool) -> None:
    """Undo or redo so many actions, as far as there are any; raises UnknownAction where there is none."""
    on_conflict = OnConflict.OVERWRITE if force else OnConflict.LEAVE
    done: list[Action] = []
    for _ in range(steps):
        action = _once(library.reading, verb, number, on_conflict)
        if action.undoes is None:
            break
        done.append(action)
        if not action.seq:
            break
    changed = len({change.key for action in done for change in action.changes})
    conflicts = {key for action in done for key in action.conflicts}
    if conflicts:
        papers = f"{len(conflicts)} paper{'' if len(conflicts) == 1 else 's'}"
        remark(f"{papers} changed since and left alone; --force takes that back as well")
    if not done:
        raise UnknownAction(
            "nothing to take back" if verb == "undo" else "nothing was taken back since the last decision"
        )
    if not changed:
        raise UnknownAction("nothing was changed")
    if as_json:
        print_json({"changed": changed, "actions": [action.undoes for action in done if action.seq]})
        return
    for action in filter(lambda action: action.seq, done):
        papers = f"{len(action.changes)} paper{'' if len(action.changes) == 1 else 's'}"
        click.echo(f"{'taken back' if verb == 'undo' else 'done again'}: {action.undone_name}, {papers}")


def _once(reading: ReadingStore, verb: str, number: int | None, on_conflict: OnConflict) -> Action:
    future = reading.undo(number, on_conflict=on_conflict) if verb == "undo" else reading.redo(on_conflict=on_conflict)
    return reading.finish(future)
