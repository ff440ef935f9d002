"""The commands that decide: `star`, `unstar`, `read`, `unread`, `later`, `skip`, `tag`, `note`."""

from collections.abc import Sequence

import click

from paperreader.cli.arguments import Command
from paperreader.cli.changes import change_lines
from paperreader.cli.failures import Invocation
from paperreader.cli.library import nothing_found, open_library
from paperreader.cli.output import print_json, remark
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus, apply
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE, MAX_TAG, ReadingStatus, length_problem, make_note, make_tags
from paperreader.domain.text import clean_line
from paperreader.errors import UsageError
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_keys
from paperreader.services.triage import Triage

SHOWN = 60
"""Characters shown of a replaced note."""


def _verb(name: str, decision: Decision, summary: str, done: str, already: str) -> click.Command:
    """A command that makes one decision about papers given by ID or by a query.

    `done` describes a paper that the decision changed, `already` a paper that it left as it was.
    """

    @click.command(
        name, cls=Command, help=f"{summary}\n\nAn ID is an arXiv id or URL, a DOI, a key, or a unique prefix of a key."
    )
    @click.option("--query", metavar="QUERY", help="Act on the papers that QUERY finds.")
    @click.option("--dry-run", is_flag=True, help="With --query: only list the papers.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.argument("papers", metavar="[ID...]", nargs=-1)
    @click.pass_obj
    def command(
        invocation: Invocation, query: str | None, dry_run: bool, as_json: bool, papers: tuple[str, ...]
    ) -> None:
        if bool(papers) == (query is not None):
            raise UsageError(f"{name} needs either IDs or --query; see paperreader {name} --help")
        if query is not None and not query.strip():
            raise UsageError("--query is empty; write what to find, as in --query is:unread")
        if dry_run and query is None:
            raise UsageError(f"--dry-run needs --query; see paperreader {name} --help")
        with open_library(invocation, needs_catalogue=False) as library:
            keys = list(dict.fromkeys(map(library.resolve, papers))) if query is None else find_keys(library, query)
            changed = _to_change(library, keys, decision) if dry_run else _decide(library, name, keys, decision).papers
            are_changed = set(changed)
            unchanged = [key for key in keys if key not in are_changed]
            lines = change_lines(f"would be {done}" if dry_run else done, library, changed) if changed else []
            lines += change_lines(already, library, unchanged) if unchanged else []
            nothing = nothing_found(library)
        if as_json:
            print_json({"changed": len(changed)} | ({"dry_run": True} if dry_run else {}))
            return
        for line in lines:
            click.echo(line)
        if not keys:
            remark(nothing)

    return command


star_command = _verb("star", SetStar(True), "Star papers.", "starred", "already starred")
unstar_command = _verb("unstar", SetStar(False), "Remove the stars of papers.", "unstarred", "not starred")
read_command = _verb("read", SetStatus(ReadingStatus.READ), "Mark papers as read.", "marked as read", "already read")
unread_command = _verb(
    "unread", SetStatus(ReadingStatus.UNREAD), "Mark papers as unread.", "marked as unread", "already unread"
)
later_command = _verb(
    "later", SetStatus(ReadingStatus.LATER), "Keep papers for later.", "kept for later", "already kept for later"
)
skip_command = _verb("skip", SetStatus(ReadingStatus.SKIPPED), "Skip papers.", "skipped", "already skipped")


@click.command("tag", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("tags", metavar="+TAG|-TAG...", nargs=-1, required=True)
@click.pass_obj
def tag_command(invocation: Invocation, as_json: bool, paper: str, tags: tuple[str, ...]) -> None:
    """Add or remove tags of a paper.

    For example: paperreader tag 1706.03762 +to-cite -draft
    """
    add = make_tags(tag[1:] for tag in tags if tag.startswith("+"))
    remove = make_tags(tag[1:] for tag in tags if tag.startswith("-"))
    for tag in tags:
        if tag[0:1] not in ("+", "-") or not make_tags([tag[1:]]):
            raise UsageError(f"{clean_line(tag, MAX_TAG)!r} is not a tag; +NAME adds a tag, -NAME removes it")
        if reason := length_problem(tag[1:], MAX_TAG):
            raise UsageError(f"the tag {tag[1:MAX_TAG]}… {reason}; shorten it")
    with open_library(invocation, needs_catalogue=False) as library:
        key = library.resolve(paper)
        action = _decide(library, "tag", [key], EditTags(add - remove, remove))
        (line,) = change_lines("tags changed" if action.changes else "tags unchanged", library, [key])
    if as_json:
        print_json({"changed": len(action.changes)})
    else:
        click.echo(line)


@click.command("note", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("text", metavar="TEXT...", nargs=-1, required=True)
@click.pass_obj
def note_command(invocation: Invocation, as_json: bool, paper: str, text: tuple[str, ...]) -> None:
    """Write or remove the note of a paper.

    The text replaces the existing note. An empty text ('')
    removes it.
    """
    if reason := length_problem(" ".join(text), MAX_NOTE):
        raise UsageError(f"the note {reason}")
    note = make_note(" ".join(text))
    with open_library(invocation, needs_catalogue=False) as library:
        key = library.resolve(paper)
        action = _decide(library, "note", [key], SetNote(note))
        done = ("note written" if note else "note removed") if action.changes else "note unchanged"
        (line,) = change_lines(done, library, [key])
    replaced = next((change.before.note for change in action.changes if change.before.note), None)
    if as_json:
        print_json({"changed": len(action.changes), "replaced": replaced})
        return
    if replaced:  # another window may have written the note just now
        remark(f"replaced the note: {clean_line(replaced, SHOWN)}; paperreader undo restores it")
    click.echo(line)


def _decide(library: Library, name: str, keys: Sequence[PaperKey], decision: Decision) -> Action:
    """Make a decision about all papers as one action."""
    return library.reading.finish(Triage(library).decide(name, keys, decision))


def _to_change(library: Library, keys: Sequence[PaperKey], decision: Decision) -> list[PaperKey]:
    """The papers that a decision would change."""
    moment = library.reading.now()
    states = ((key, library.state(key)) for key in keys)
    return [key for key, state in states if apply(state, decision, moment) is not state]
