"""`paperreader fetch`."""

import click

from paperreader.cli.opening import library_of
from paperreader.cli.output import remark
from paperreader.cli.progress import progress_line
from paperreader.cli.receipts import print_receipt
from paperreader.config import load_config
from paperreader.paths import config_file


@click.command("fetch")
@click.option("--date", "on", help="The day of the lists, an ISO week (2025-W11) or a month (2025-03).")
@click.option("--since", help="All lists since a day, a week, or for some time: 7d, 2w, 3m, 1y.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.argument("sources", nargs=-1)
@click.pass_context
def fetch_command(
    ctx: click.Context, on: str | None, since: str | None, as_json: bool, sources: tuple[str, ...]
) -> int:
    """Fetch lists: hf (the Daily Papers of Hugging Face, where nothing is named), arxiv:cs.CL+cs.LG (what arXiv
    announced last), arxiv:"words" (what arXiv finds), or the address of a journal's feed.

    Each list is imported as it comes; fetching again refreshes its figures and goes on where a fetch was cut short.
    """
    from paperreader.services.fetching import FetchOptions, Network, fetch, plan_fetch
    from paperreader.services.indexing import keep_up

    network = Network.of(load_config(config_file()).fetch)
    plan = plan_fetch(sources, FetchOptions(on, since), network)
    with library_of(ctx) as library, progress_line() as line:
        library.catalogue.be_patient()
        receipt = fetch(library, plan, network, progress=lambda step: line.saying(str(step)))
        keep_up(library.catalogue, line.indexing)
    for note in receipt.notes:
        remark(f"paperreader: {note}")
    print_receipt(receipt.imported, as_json=as_json)
    return int(receipt.imported.outcome)
