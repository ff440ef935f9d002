"""An import that is killed leaves whole listings or nothing of them, and is made up for by importing again."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from examples import how_many

from paperreader.domain.decision import SetStar
from paperreader.domain.doctor_finding import Level
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.services.doctor.examination import examine
from paperreader.services.importing.importer import import_paths, import_sample
from paperreader.services.library import Library
from paperreader.services.triage import Triage

SCRIPT = Path(__file__).with_name("importing_process.py")
KILLS = how_many(4, 24)


def _import(folder: Path, fatal: int, *file: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(SCRIPT), str(folder), str(fatal), *file]
    return subprocess.run(argv, capture_output=True, text=True)


def _listed(folder: Path) -> dict[Listing, set[tuple[int, str]]]:
    """The ranks and titles of every listing."""
    library = Library(folder)
    found: dict[Listing, set[tuple[int, str]]] = {}
    for entry in library.entries(library.ids(Shelf.ALL)):
        for place in entry.listed:
            found.setdefault(place.listing, set()).add((place.rank, entry.paper.title))
    library.close()
    return found


def test_an_import_killed_at_any_statement_leaves_whole_listings(tmp_path: Path, sample_template: Path) -> None:
    """Rule: what is there after a kill is sound and whole, decisions stay, and importing again completes it."""
    expected, whole = _listed(sample_template), tmp_path / "whole"
    statements = int(_import(whole, 0).stdout)
    assert _listed(whole) == expected
    begun = tmp_path / "begun"
    library = Library(begun)
    import_sample(library)
    starred = next(iter(library.catalogue.papers(library.catalogue.all_ids()[:1]))).key
    library.reading.finish(Triage(library).decide("star", [starred], SetStar(True)))
    library.close()
    for path in begun.glob("catalogue.sqlite*"):
        path.unlink()
    partly = 0
    for number in range(KILLS):
        folder = shutil.copytree(begun, tmp_path / f"killed-{number}")
        killed = _import(folder, 1 + number * (statements - 1) // (KILLS - 1))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        left = _listed(folder)
        assert all(left[listing] == expected[listing] for listing in left)
        partly += 0 < len(left) < len(expected)
        findings = [finding for finding in examine(folder) if finding.level is Level.PROBLEM]
        assert findings == []
        library = Library(folder)
        assert [names[0] for names in library.reading.starred()] == [starred]
        import_sample(library)
        assert not any("damaged" in notice for notice in library.take_notices())
        library.close()
        assert _listed(folder) == expected
    assert partly > KILLS // 4


def test_a_stream_killed_at_any_statement_goes_on_where_it_was(tmp_path: Path) -> None:
    """Rule: what is stored of a long input stays; importing it again completes it, and no paper is there twice."""
    papers = [
        {"title": f"The invented paper number {number}", "abstract": f"About the number {number}. " * 9,
         "authors": ["Ada Brook"], "published": "2025-03-01", "listed": [str(date(2025, 3, 1 + number % 3))]}
        for number in range(200)
    ]  # fmt: skip
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers))
    whole = tmp_path / "whole"
    statements = int(_import(whole, 0, str(file)).stdout)
    expected = _listed(whole)
    assert sum(map(len, expected.values())) == len(papers)
    partly = 0
    for number in range(KILLS // 2):
        folder = tmp_path / f"killed-{number}"
        killed = _import(folder, 1 + (1 + number) * (statements - 1) // (1 + KILLS // 2), str(file))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        stored = sum(map(len, _listed(folder).values()))
        partly += 0 < stored < len(papers)
        library = Library(folder)
        totals = import_paths(library, [str(file)]).totals
        library.close()
        assert (totals.listed, totals.new, totals.known) == (len(papers), len(papers) - stored, stored)
        assert _listed(folder) == expected
    assert partly > KILLS // 4
