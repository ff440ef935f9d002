"""The command `rules`: rules that act on what imports and fetches bring."""

from collections.abc import Sequence
from typing import Any

import click

from paperreader.cli.arguments import CommandGroup
from paperreader.cli.failures import Invocation
from paperreader.cli.library import existing_folder, open_library
from paperreader.cli.output import print_json, print_table, remark
from paperreader.domain.dates import iso
from paperreader.domain.history import Action
from paperreader.domain.rules import Rule, RuleEffect
from paperreader.errors import StoreError
from paperreader.exporting.entry_json import entry_json
from paperreader.services.library import Library
from paperreader.services.rules.editing import add_rule, edit_rule, find_rule, parse_rule, remove_rule
from paperreader.services.rules.statistics import DAYS, RuleFigures, RuleTest, figures, try_rule

_EFFECTS = frozenset(effect.value for effect in RuleEffect)
_SHOWN = 10
"""Papers that a test lists."""


@click.group("rules", cls=CommandGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def rules_command(ctx: click.Context, as_json: bool) -> None:
    """List, change or test rules for new papers.

    Rules act once on each new paper after an import or a fetch, as
    one action that undo reverses. Papers that you decided about
    stay as they are. The words of a rule are whole words. A RULE
    is one of:

    \b
    mute QUERY        skip the papers that QUERY finds
    later QUERY       keep them for later
    follow QUERY      mark them as followed
    tag +TAG QUERY    add a tag

    Without a command, the rules and what they found are listed.
    Other commands take the NUMBER of a rule in this list.
    """
    if ctx.invoked_subcommand is None:
        with open_library(ctx.obj) as library:
            _print_rules(figures(library), as_json=as_json)


@rules_command.command("add")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("words", metavar="RULE...", nargs=-1, required=True)
@click.pass_obj
def rules_add_command(invocation: Invocation, as_json: bool, words: tuple[str, ...]) -> None:
    """Add a rule for new papers.

    A rule is mute, later, follow or tag +TAG, and a query.
    For example: paperreader rules add mute survey OR benchmark
    """
    rule = parse_rule(" ".join(words))
    if existing_folder(invocation) is None:
        raise StoreError("the library is empty", "fill it first with: paperreader import PATH, or paperreader fetch")
    with open_library(invocation) as library:
        _print_change(library.finish(add_rule(library, rule)), rule, "rule added", as_json=as_json)


@rules_command.command("edit")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("number", metavar="NUMBER")
@click.argument("words", metavar="RULE...", nargs=-1, required=True)
@click.pass_obj
def rules_edit_command(invocation: Invocation, as_json: bool, number: str, words: tuple[str, ...]) -> None:
    """Replace a rule by another one.

    What the rule did until now stays.
    """
    new = parse_rule(" ".join(words))
    with open_library(invocation) as library:
        action = library.finish(edit_rule(library, find_rule(library, number), new))
    _print_change(action, new, "rule changed", as_json=as_json)


@rules_command.command("remove")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("number", metavar="NUMBER")
@click.pass_obj
def rules_remove_command(invocation: Invocation, as_json: bool, number: str) -> None:
    """Remove a rule.

    What the rule did until now stays; undo reverses it.
    """
    with open_library(invocation) as library:
        rule = find_rule(library, number)
        action = library.finish(remove_rule(library, rule))
    _print_change(action, rule, "rule removed", as_json=as_json)


@rules_command.command("test")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("words", metavar="RULE...", nargs=-1, required=True)
@click.pass_obj
def rules_test_command(invocation: Invocation, as_json: bool, words: tuple[str, ...]) -> None:
    """List what a rule finds in 30 days.

    Only the lists of the last 30 days count. RULE is the number of a rule, or a rule before you add it. A
    test changes nothing.
    """
    with open_library(invocation) as library:
        text = " ".join(words)
        rule = parse_rule(text) if words[0] in _EFFECTS else find_rule(library, text)
        _print_test(library, rule, try_rule(library, rule), as_json=as_json)


def _print_change(action: Action, rule: Rule, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"changed": int(bool(action.seq)), **_rule_json(rule)})
    else:
        click.echo(f"{done if action.seq else 'rule exists already'}: {rule.name}")


def _print_rules(found: Sequence[RuleFigures], *, as_json: bool) -> None:
    if as_json:
        print_json([_figures_json(number, each) for number, each in enumerate(found, 1)])
    elif found:
        print_table(
            [
                [str(number), f"{each.recent:,} in {DAYS} days", f"{each.hits:,} in all",
                 f"{each.kept:,} kept by you", each.rule.name, each.judgement]
                for number, each in enumerate(found, 1)
            ],
            right=(0, 1, 2, 3),
        )  # fmt: skip
    else:
        remark("no rules yet; paperreader rules add mute QUERY adds one")


def _print_test(library: Library, rule: Rule, test: RuleTest, *, as_json: bool) -> None:
    entries = library.entries(test.found if as_json else test.found[:_SHOWN])
    if as_json:
        print_json({
            **_rule_json(rule), "days": DAYS, "papers": test.papers, "found": len(test.found), "kept": test.kept,
            "entries": list(map(entry_json, entries)),
        })  # fmt: skip
        return
    click.echo(test.describe(rule))
    if entries:
        print_table([entry.paper.key, entry.state.status.value, entry.paper.shown_title] for entry in entries)
    if len(test.found) > len(entries):
        click.echo(f"and {len(test.found) - len(entries):,} more")


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "does": rule.effect.value,
        "query": rule.query,
        "tag": rule.tag or None,
    }


def _figures_json(number: int, found: RuleFigures) -> dict[str, Any]:
    return {
        "number": number,
        **_rule_json(found.rule),
        "since": iso(found.rule.since),
        "days": DAYS,
        "recent": found.recent,
        "hits": found.hits,
        "kept": found.kept,
        "judgement": found.judgement or None,
    }
