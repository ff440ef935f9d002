"""Stars what an import brought, for readers who come with a library of references."""

from __future__ import annotations

from dataclasses import replace

from paperreader.domain.decision import SetStar
from paperreader.domain.lists import imported_file
from paperreader.domain.receipt import ImportReceipt, StarsReceipt
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.services.triage import Triage

STAR = "star"
"""The name in the history."""


def with_stars(library: Library, receipt: ImportReceipt) -> ImportReceipt:
    """Star the papers of the imported files as one action; the receipt with their number.

    A file with a date is a list of new papers, which nobody chose yet, so its papers get no star. An import that was
    interrupted stars nothing: the next one does.
    """
    if receipt.is_interrupted or receipt.is_refused:
        return replace(receipt, stars=StarsReceipt(problem="the import is not complete; import it again"))
    lists = [library.ids(imported_file(file.path)) for file in receipt.files if file.format]
    papers = dict.fromkeys(paper for ids in lists for paper in ids)
    dated = sum(not ids for ids in lists)
    problem = f"{dated:,} of {len(lists):,} files are lists of a date, not files of references" if dated else ""
    keys = list(library.keys_of(papers).values())
    try:
        action = library.reading.finish(Triage(library).decide(STAR, keys, SetStar(True))) if keys else None
    except StoreError as error:
        return replace(receipt, stars=StarsReceipt(problem=str(error)))
    return replace(
        receipt, stars=StarsReceipt(len(action.changes) if action else 0, action.seq if action else 0, problem)
    )
