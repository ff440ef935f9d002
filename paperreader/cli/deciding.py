"""The verbs that decide: `star`, `unstar`, `read`, `unread`, `later`, `skip`, `tag`, `note`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import click

from paperreader.cli.arguments import DATA_AFTER_FIRST
from paperreader.cli.opening import library_of
from paperreader.cli.output import print_json, remark
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus, apply
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import MAX_NOTE, MAX_TAG, ReadingStatus, make_note, make_tags, too_long
from paperreader.domain.text import clean_line
from paperreader.errors import UsageError
from paperreader.services.library import Library
from paperreader.services.searching import find_keys
from paperreader.services.triage import Triage

SHOWN = 60
"""Characters of a replaced note that are shown."""


def _verb(name: str, decision: Decision, summary: str) -> click.Command:
    """A verb that makes one decision about papers named by IDs or found by a query."""

    @click.command(name, context_settings=DATA_AFTER_FIRST, help=summary)
    @click.option("--query", help="Every paper that this query finds, instead of IDs.")
    @click.option("--dry-run", is_flag=True, help="With --query: only say how many papers would change.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.argument("papers", metavar="[ID]...", nargs=-1)
    @click.pass_context
    def command(ctx: click.Context, query: str | None, dry_run: bool, as_json: bool, papers: tuple[str, ...]) -> None:
        if bool(papers) == (query is not None):
            raise UsageError(f"{name} wants the IDs of papers or --query, one of the two")
        if query is not None and not query.strip():
            raise UsageError("--query is empty: name what to find, as in --query is:unread")
        if dry_run and query is None:
            raise UsageError("--dry-run goes with --query")
        with library_of(ctx) as library:
            keys = (
                find_keys(library, query)
                if query is not None
                else list(dict.fromkeys(library.resolve(paper) for paper in papers))
            )
            changed = (
                _would_change(library, keys, decision)
                if dry_run
                else len(_decide(library, name, keys, decision).changes)
            )
        _report(changed, as_json=as_json, dry_run=dry_run)

    return command


star_command = _verb("star", SetStar(True), "Star papers.")
unstar_command = _verb("unstar", SetStar(False), "Take the stars off papers.")
read_command = _verb("read", SetStatus(ReadingStatus.READ), "Mark papers as read.")
unread_command = _verb("unread", SetStatus(ReadingStatus.UNREAD), "Mark papers as unread.")
later_command = _verb("later", SetStatus(ReadingStatus.LATER), "Keep papers for later.")
skip_command = _verb("skip", SetStatus(ReadingStatus.SKIPPED), "Skip papers.")


@click.command("tag", context_settings=DATA_AFTER_FIRST)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("tags", metavar="+TAG|-TAG...", nargs=-1, required=True)
@click.pass_context
def tag_command(ctx: click.Context, as_json: bool, paper: str, tags: tuple[str, ...]) -> None:
    """Add and remove tags of a paper: tag ID +to-cite -draft."""
    add = make_tags(tag[1:] for tag in tags if tag.startswith("+"))
    remove = make_tags(tag[1:] for tag in tags if tag.startswith("-"))
    for tag in tags:
        if tag[0:1] not in ("+", "-") or not make_tags([tag[1:]]):
            raise UsageError("every tag begins with + (add it) or - (remove it) and has a name, as in +to-cite")
        if reason := too_long(tag[1:], MAX_TAG):
            raise UsageError(f"the tag {tag[1:MAX_TAG]}… {reason}")
    with library_of(ctx) as library:
        action = _decide(library, "tag", [library.resolve(paper)], EditTags(add - remove, remove))
    _report(len(action.changes), as_json=as_json)


@click.command("note", context_settings=DATA_AFTER_FIRST)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("text", nargs=-1, required=True)
@click.pass_context
def note_command(ctx: click.Context, as_json: bool, paper: str, text: tuple[str, ...]) -> None:
    """Write the note of a paper, in the place of what is there; an empty TEXT removes it."""
    if reason := too_long(" ".join(text), MAX_NOTE):
        raise UsageError(f"the note {reason}")
    note = make_note(" ".join(text))
    with library_of(ctx) as library:
        action = _decide(library, "note", [library.resolve(paper)], SetNote(note))
    replaced = next((change.before.note for change in action.changes if change.before.note), None)
    if replaced and not as_json:
        # Whoever wrote it, and be it a moment ago in another window: the text asked for stands, and nothing is lost.
        remark(f"replaced: {clean_line(replaced, SHOWN)}; paperreader undo brings it back")
    _report(len(action.changes), as_json=as_json, more={"replaced": replaced})


def _decide(library: Library, name: str, keys: Sequence[PaperKey], decision: Decision) -> Action:
    """Make a decision as one action."""
    return library.reading.finish(Triage(library).decide(name, keys, decision))


def _would_change(library: Library, keys: Sequence[PaperKey], decision: Decision) -> int:
    states = (library.state(key) for key in keys)
    moment = library.reading.now()
    return sum(
        replace(apply(state, decision, moment), decided_at=None) != replace(state, decided_at=None) for state in states
    )


def _report(
    changed: int, *, as_json: bool, dry_run: bool = False, more: Mapping[str, object] = MappingProxyType({})
) -> None:
    if as_json:
        print_json({"changed": changed} | ({"dry_run": True} if dry_run else {}) | dict(more))
    else:
        papers = f"{changed} paper{'' if changed == 1 else 's'}"
        click.echo(f"{papers} would change" if dry_run else f"{papers} changed")
