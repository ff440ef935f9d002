"""Verbs that search a library of a few thousand papers, with and without its index."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from invented import headline, prose

from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.search.index.writer import index_lock
from paperreader.services.indexing.update import INDEX_FROM, Condition, index_state
from paperreader.services.library import Library
from paperreader.services.searching import list_filter as searching
from paperreader.services.searching.list_filter import ListFilter
from paperreader.storage.catalogue.imports import add_listing

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

QUERY = ("glaciers", "-kites", "abstract:tidal", "date:2025-03-14")
"""What is asked: a few dozen of the papers are found."""
QUOTED = ('"glaciers"', "-kites", 'abstract:"tidal"', "date:2025-03-14")
"""The same without a word in which typing errors could be forgiven when nothing is found."""


@pytest.fixture(scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library just large enough for an index, without one."""
    folder = tmp_path_factory.mktemp("large") / "library"
    papers = [
        ParsedPaper(headline(n), prose(n, 200), identifiers=(Identifier(f"arxiv:2503.{n:05}"),))
        for n in range(INDEX_FROM)
    ]
    with closing(Library(folder)) as library, library.catalogue.transaction():
        for start in (0, 1_000):
            add_listing(library.catalogue, Listing("hf", date(2025, 3, 13 + start // 1_000)), papers[start:][:1_000])
    return folder


@pytest.fixture
def large(_template: Path, folder: Path) -> Path:
    """The test's library."""
    return Path(shutil.copytree(_template, folder))


@pytest.fixture(scope="module")
def expected(_template: Path) -> set[str]:
    """The keys that a search in memory finds."""
    with closing(Library(_template)) as library:
        listed = ListFilter(library.catalogue.all_ids())
        listed.build(library)
        found, _ = listed.apply(library, searching.parse_strictly(" ".join(QUERY)))
        keys = set(map(str, library.keys_of(found).values()))
    assert 10 < len(keys) < 100
    return keys


def _listed(answer: subprocess.CompletedProcess[str]) -> set[str]:
    assert answer.stderr == ""
    return {paper["key"] for paper in json.loads(answer.stdout)}


def _condition(folder: Path) -> Condition:
    with closing(Library(folder)) as library:
        return index_state(library.catalogue).condition


def test_the_first_search_builds_the_index_and_the_next_asks_it(
    cli: Cli, large: Path, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a library of this size is searched with its index, and a script sees no remark."""
    assert _listed(cli("list", "--json", *QUERY)) == expected
    assert _condition(large) is Condition.CURRENT

    def refuse(*_: object) -> None:
        raise AssertionError("it is answered in memory")

    monkeypatch.setattr(ListFilter, "build", refuse)
    for order in ([], ["--sort", "title"], ["--sort", "date"], ["--sort", "upvotes"]):
        assert _listed(cli("list", "--json", *order, *QUERY)) == expected
    few = _listed(cli("list", "--json", "--limit", "5", *QUERY))
    assert len(few) == 5
    assert few < expected


def test_what_is_found_is_starred_and_exported(
    cli: Cli, cli_json: Callable[..., Any], large: Path, expected: set[str]
) -> None:
    """Rule: all verbs find the same papers for a query, and a decision counts in the next search."""
    assert cli_json("star", "--json", "--dry-run", "--query", " ".join(QUERY))["changed"] == len(expected)
    cli("star", "--query", " ".join(QUERY), status=0)
    assert _listed(cli("list", "--json", "glaciers", "is:starred")) == expected
    assert _listed(cli("list", "--json", *QUOTED, "-is:starred")) == set()
    exported = cli("export", *QUERY, status=0).stdout
    assert {f"arxiv:{key.partition(':')[2]}" for key in expected if key.partition(":")[2] in exported} == expected


def test_an_import_is_searchable_at_once(cli: Cli, large: Path, write_page: Callable[..., Path]) -> None:
    """Rule: imported papers are found at once, and the index is up to date."""
    cli("list", "--json", *QUERY)
    page = write_page(("A Xylophone of Glaciers", prose(4711, 900)), ("Another Xylophone", prose(4712, 900)))
    assert cli("import", "--year", "2025", page).returncode == 0
    assert _condition(large) is Condition.CURRENT
    assert len(_listed(cli("list", "--json", "xylophone"))) == 2
    assert len(_listed(cli("list", "--json", "xylophone", "title:glaciers"))) == 1


def test_a_damaged_index_is_built_anew_without_a_word(cli: Cli, large: Path, expected: set[str]) -> None:
    """Rule: a damaged index is rebuilt silently."""
    cli("list", "--json", *QUERY)
    for pattern in ("*.term", "*.store", "meta.json", "paperreader.json"):
        path = next((large / "index").glob(pattern))
        path.write_bytes(b"rubbish" * 99)
        assert _listed(cli("list", "--json", *QUERY)) == expected
        assert _condition(large) is Condition.CURRENT


def test_while_another_process_builds_the_index_it_is_answered_in_memory(
    cli: Cli, large: Path, expected: set[str]
) -> None:
    """Rule: a search does not wait for another process, and finds the same papers."""
    with index_lock(large / "index"):
        assert _listed(cli("list", "--json", *QUERY)) == expected
        cli("star", "--query", " ".join(QUERY), status=0)
    assert _condition(large) is Condition.UNUSABLE
    assert _listed(cli("list", "--json", "is:starred", "glaciers")) == expected


_LIMITED = """
import ctypes, os, sys
if os.geteuid() == 0:  # root writes everywhere, unless it gives that up
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


_ASKED = """
import sys
from pathlib import Path
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch
print(LibrarySearch(Library(Path(sys.argv[1]))).catch_up())
"""


@pytest.mark.full
@pytest.mark.parametrize("has_index", [False, True])
def test_a_read_only_library_is_searched(cli: Cli, large: Path, expected: set[str], has_index: bool) -> None:
    """Rule: a read-only library gives the same answer, with or without an index."""
    if has_index:
        cli("list", "--json", *QUERY)
    paths = [large, *large.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    limited = [sys.executable, "-c", _LIMITED]
    try:
        probe = subprocess.run(
            [*limited, "-c", f"import os; print(os.access({str(large)!r}, os.W_OK))"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "True" in probe.stdout:
            pytest.skip("this user may write everywhere, whatever the permissions are")
        result = subprocess.run(
            [*limited, "-m", "paperreader", "--library", str(large), "list", "--json", *QUERY],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0
        assert {paper["key"] for paper in json.loads(result.stdout)} == expected
        assert "Traceback" not in result.stderr
        asked = subprocess.run(
            [*limited, "-c", _ASKED, str(large)], capture_output=True, text=True, check=False
        )  # fmt: skip
        assert asked.stdout == f"{has_index}\n", asked.stderr
    finally:
        for path in paths:
            path.chmod(0o700)
    assert (_condition(large) is Condition.CURRENT) is has_index
