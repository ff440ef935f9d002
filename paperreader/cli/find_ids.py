"""The command `find-ids`: finds the missing arXiv ids and DOIs of papers."""

from collections import Counter
from typing import Any

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.output import count_of, print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.config import load_config
from paperreader.domain.history import describe_counts
from paperreader.domain.id_findings import IdFinding, IdOutcome, IdReceipt
from paperreader.domain.receipt import Outcome
from paperreader.domain.text import clean_line
from paperreader.paths import config_file
from paperreader.services.exporting import STARRED
from paperreader.services.fetching.network import Network
from paperreader.services.finding_ids import find_ids
from paperreader.services.searching.find_papers import find_keys


@click.command("find-ids", cls=Command)
@click.option("--offline", is_flag=True, help="Search the library only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_obj
def find_ids_command(invocation: Invocation, offline: bool, as_json: bool, query: tuple[str, ...]) -> int:
    """Find missing arXiv ids and DOIs.

    The command looks at the starred papers, or at the papers that
    QUERY finds. The search starts in the library and continues at
    arXiv, one title at a time. An id is accepted if title and
    abstract agree; undo removes it. A paper without a title gets
    its title from arXiv.
    """
    network = None if offline else Network.of(load_config(config_file()).fetch)
    with open_library(invocation) as library, progress_line() as line:
        keys = find_keys(library, " ".join(query) or STARRED)
        receipt = find_ids(library, keys, network, progress=line.show)
    if as_json:
        print_json(_receipt_json(receipt))
    elif keys:
        _print(receipt)
    else:
        remark("no papers found" if query else "no starred papers; star some, or choose papers with a QUERY")
    not_asked = [each for each in receipt.findings if each.outcome is IdOutcome.NOT_ASKED]
    if not not_asked:
        return int(Outcome.DONE)
    reasons = "; ".join(dict.fromkeys(each.reason for each in not_asked))
    remark(f"paperreader: no search at arXiv for {count_of(len(not_asked), 'title')}: {reasons}")
    return int(Outcome.FAILED if len(not_asked) == len(receipt.findings) else Outcome.INCOMPLETE)


def _print(receipt: IdReceipt) -> None:
    shown = [each for each in receipt.findings if each.outcome is not IdOutcome.NOT_ASKED]
    if not receipt.findings:
        remark("all these papers have an id and a title")
    elif shown:
        print_table(map(_row, shown))
    reasons = Counter(each.reason for each in shown if each.outcome is IdOutcome.NOT_FOUND and each.reason)
    for reason, count in reasons.items():
        remark(f"paperreader: {describe_counts(count)}: {reason}")
    for each in shown:
        if each.outcome is IdOutcome.DOUBTFUL:
            remark(f"paperreader: {each.key}: {each.reason}; if it is the same paper: {_merge_command(each)}")


def _row(finding: IdFinding) -> list[str]:
    ids = clean_line(" ".join(finding.ids)) or "-"
    return [finding.outcome.value, clean_line(finding.key), ids, finding.title]


def _merge_command(finding: IdFinding) -> str:
    """The commands that merge a paper with the paper that it may be."""
    if finding.other:
        return f"paperreader merge {finding.key} {finding.other}"
    return f"paperreader fetch {finding.ids[0]}, then paperreader merge {finding.key} {finding.ids[0]}"


def _receipt_json(receipt: IdReceipt) -> dict[str, Any]:
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
