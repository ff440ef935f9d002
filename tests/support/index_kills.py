"""Processes that update a search index: killed at random or chosen moments, or several at once."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.query.parser import parse_query
from paperreader.services.indexing.update import Condition
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch
from paperreader.storage.catalogue.imports import add_listing

ARGV = [sys.executable, "-m", "paperreader.services.indexing.process"]
BUSY = "another process is writing the search index"


@dataclass
class Tally:
    """How many processes were killed, and the faults afterwards."""

    kills: int = 0
    in_time: int = 0
    """How many of them had not ended by themselves."""
    unusable: int = 0
    """After how many the index had to be built anew."""
    faults: list[str] = field(default_factory=list)


def grow(library: Library, edition: int, papers: int, of: int) -> None:
    """Import papers, each with a word that no other edition has."""
    chance = random.Random(edition)
    listed = [
        ParsedPaper(
            f"Paper p{number}q of edition e{edition}z",
            " ".join(f"w{chance.randrange(500)}" for _ in range(60)) + ".",
            identifiers=(Identifier(f"arxiv:2503.{number:05}"),),
            upvotes=edition,
        )
        for number in chance.sample(range(of), papers)
    ]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("hf", date(2025, 3, 14 + edition % 9)), listed)


def faults(library: Library, editions: int) -> list[str]:
    """The wrong answers of the index of a library after an update."""
    search = LibrarySearch(library)
    if not search.catch_up():
        return ["it cannot be brought up to date"]
    expected: dict[str, set[int]] = {f"e{edition}z": set() for edition in range(editions)}
    for row in library.catalogue.rows(library.catalogue.all_ids()):
        expected[row.title.split()[-1]].add(row.id)
    found = []
    for word, papers in [*expected.items(), ("paper", set(library.catalogue.all_ids()))]:
        answer = search.search(parse_query(f"title:{word}", complete=True), limit=None)
        if set(answer.ids) != papers or len(answer.ids) != len(papers):
            found.append(f"{word}: {len(answer.ids)} papers for {len(papers)}")
    return found


def kill_index_processes(folder: Path, kills: int, seed: int) -> Tally:
    """Import papers, kill the update at a random moment, search and update; again and again."""
    chance = random.Random(seed)
    tally = Tally()
    library = Library(folder)
    longest = 0.05  # seconds; it finds out how long the process takes on this machine
    for edition in range(kills):
        grow(library, edition, papers=400 if edition % 4 == 0 else 40, of=600)
        if edition % 8 == 7:
            (folder / "index" / "paperreader.json").unlink()
        process = subprocess.Popen(
            [*ARGV, str(folder / "catalogue.sqlite")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout
            assert process.stderr
            process.stdout.readline()  # from here on it writes
            begun = time.monotonic()
            time.sleep(chance.random() * longest)
            process.kill()
            tally.in_time += process.wait() < 0
            said = process.stderr.read()
            longest = max(0.004, 0.6 * longest) if process.returncode == 0 else min(1.0, longest * 1.3)
        tally.kills += 1
        if said:
            tally.faults.append(f"kill {edition} said {said} after {time.monotonic() - begun:.2f} s")
        condition = LibrarySearch(library).refresh()
        tally.unusable += condition is Condition.UNUSABLE
        if condition is Condition.CURRENT or edition % 2:  # the others go on where the killed one ended
            tally.faults += [f"kill {edition}: {fault}" for fault in faults(library, edition + 1)]
    tally.faults += faults(library, kills)
    library.close()
    return tally


def run_index_processes(folder: Path, processes: int, rounds: int) -> Tally:
    """Import papers while several processes update the index; each succeeds or finds the index busy."""
    tally = Tally()
    library = Library(folder)
    for edition in range(rounds):
        grow(library, edition, papers=200, of=600)
        running = [
            subprocess.Popen([*ARGV, str(folder / "catalogue.sqlite")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(processes)
        ]
        for process in running:
            _, said = process.communicate(timeout=60)
            if (process.returncode, said.decode().strip()) not in ((0, ""), (1, BUSY), (75, "")):
                tally.faults.append(f"round {edition}: {process.returncode} {said.decode()}")
        tally.faults += [f"round {edition}: {fault}" for fault in faults(library, edition + 1)]
    library.close()
    return tally


def run_with_limit(catalogue: Path, size: int) -> subprocess.CompletedProcess[str]:
    """Update the index with a limit on file sizes in bytes, as on a full disk."""
    return subprocess.run(
        [*ARGV, str(catalogue)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
