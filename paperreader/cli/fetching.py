"""`paperreader fetch`."""

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.interrupts import interrupt_on_sigterm
from paperreader.cli.opening import library_of
from paperreader.cli.output import remark
from paperreader.cli.progress import progress_line
from paperreader.cli.receipts import print_receipt
from paperreader.config import load_config
from paperreader.paths import config_file


@click.command("fetch", cls=Verb)
@click.option("--date", "on", metavar="DATE", help="A day, week (2025-W11) or month (2025-03).")
@click.option("--since", metavar="TIME", help="Since a date, or for 7d, 2w, 3m or 1y.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.argument("sources", metavar="[SOURCE...]", nargs=-1)
@click.pass_context
def fetch_command(
    ctx: click.Context, on: str | None, since: str | None, as_json: bool, sources: tuple[str, ...]
) -> int:
    """Fetch lists of papers from the web.

    A SOURCE is one of:

    \b
    hf                 Hugging Face Daily Papers (default)
    arxiv:cs.CL+cs.LG  the newest papers of arXiv classes
    arxiv:"words"      a search at arXiv
    https://...        the feed of a journal

    A list is imported as it arrives. A fetch that was interrupted
    goes on when it is repeated.
    """
    from paperreader.services.fetching.library_fetch import fetch, plan_fetch
    from paperreader.services.fetching.network import Network
    from paperreader.services.indexing.update import keep_up

    network = Network.of(load_config(config_file()).fetch)
    plan = plan_fetch(sources, network, on=on, since=since)
    with library_of(ctx, creates=True) as library, progress_line() as line, interrupt_on_sigterm() as interrupt:
        receipt, notes = fetch(library, plan, network, progress=line.saying)
        if not receipt.is_interrupted:
            keep_up(library.catalogue, line.indexing)
    for note in notes:
        remark(f"paperreader: {note}")
    print_receipt(receipt, as_json=as_json)
    return interrupt.status if receipt.is_interrupted else int(receipt.outcome)
