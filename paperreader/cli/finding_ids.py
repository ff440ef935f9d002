"""`paperreader find-ids`."""

from collections import Counter
from typing import Any

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.opening import library_of
from paperreader.cli.output import print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.config import load_config
from paperreader.domain.history import describe_counts
from paperreader.domain.id_findings import IdFinding, IdOutcome, IdReceipt
from paperreader.domain.receipt import Outcome
from paperreader.domain.text import clean_line
from paperreader.paths import config_file
from paperreader.services.exporting import STARRED
from paperreader.services.finding_ids import find_ids
from paperreader.services.searching.finders import find_keys


@click.command("find-ids", cls=Verb)
@click.option("--offline", is_flag=True, help="Search the library only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_context
def find_ids_command(ctx: click.Context, offline: bool, as_json: bool, query: tuple[str, ...]) -> int:
    """Find missing arXiv ids and DOIs: of the starred papers, or of those that QUERY finds.

    The search starts in the library and goes on at arXiv, one title
    at a time. An id is accepted if title and abstract agree; undo
    removes it again. A paper without a title gets it from arXiv.
    """
    from paperreader.services.fetching.lists import Network

    network = None if offline else Network.of(load_config(config_file()).fetch)
    with library_of(ctx) as library, progress_line() as line:
        receipt = find_ids(library, find_keys(library, " ".join(query) or STARRED), network, progress=line.saying)
    if as_json:
        print_json(_as_json(receipt))
    else:
        _print(receipt)
    failed = receipt.count(IdOutcome.NOT_ASKED)
    if not failed:
        return int(Outcome.DONE)
    reasons = dict.fromkeys(each.reason for each in receipt.findings if each.outcome is IdOutcome.NOT_ASKED)
    titles = f"{failed:,} title{'' if failed == 1 else 's'}"
    remark(f"paperreader: arXiv was not asked for {titles}: {'; '.join(map(clean_line, reasons))}")
    return int(Outcome.FAILED if failed == len(receipt.findings) else Outcome.INCOMPLETE)


def _print(receipt: IdReceipt) -> None:
    shown = [each for each in receipt.findings if each.outcome is not IdOutcome.NOT_ASKED]
    if not receipt.findings:
        remark("every one of these papers has an id and a title")
    elif shown:
        print_table([_row(each) for each in shown])
    reasons = Counter(each.reason for each in shown if each.outcome is IdOutcome.NOT_FOUND and each.reason)
    for reason, count in reasons.items():
        remark(f"paperreader: {describe_counts(count)}: {reason}")
    for each in shown:
        if each.outcome is IdOutcome.DOUBTFUL:
            remark(f"paperreader: {each.key}: {each.reason}; if it is the same paper: {_cure(each)}")


def _row(finding: IdFinding) -> list[str]:
    ids = clean_line(" ".join(finding.ids)) or "-"
    return [finding.outcome.value, clean_line(finding.key), ids, finding.title]


def _cure(finding: IdFinding) -> str:
    """The commands that merge a paper with the one that it may be."""
    if finding.other:
        return f"paperreader merge {finding.key} {finding.other}"
    return f"paperreader fetch {finding.ids[0]}, then paperreader merge {finding.key} {finding.ids[0]}"


def _as_json(receipt: IdReceipt) -> dict[str, Any]:
    return {
        "changed": receipt.count(IdOutcome.FOUND),
        "papers": [
            {
                "key": each.key,
                "title": each.title,
                "outcome": each.outcome.value,
                "ids": list(each.ids),
                "reason": each.reason or None,
            }
            for each in receipt.findings
        ],
        "totals": {outcome.name.lower(): receipt.count(outcome) for outcome in IdOutcome},
    }
