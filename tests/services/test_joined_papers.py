"""Papers that an import merges: the receipt names them and the command that reverses it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from paperreader.services.identities import keep_apart
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library

TODAY = date(2025, 3, 14)
TITLE = "title={Sundials of the northern harbours}"
ARXIV, DOI = "eprint={2503.01234}, archivePrefix={arXiv}", "doi={10.1000/sundial}"
OTHER_DOI = "doi={10.1000/dial}"


def _import(library: Library, folder: Path, *entries: str) -> tuple[str, ...]:
    """The remarks of an import of references."""
    file = folder / "references.bib"
    file.write_text("\n".join(f"@article{{a{number}, {entry}}}" for number, entry in enumerate(entries)))
    (receipt,) = import_paths(library, [str(file)], ImportOptions(), today=lambda: TODAY).files
    return receipt.remarks


@pytest.mark.parametrize(
    ("before", "joining"),
    [
        ((f"title={{Dials}}, {DOI}", f"title={{Looms}}, {ARXIV}"), f"title={{Dials}}, {DOI}, {ARXIV}"),
        ((TITLE, f"title={{Looms}}, {ARXIV}"), f"{TITLE}, {ARXIV}"),
        (
            (f"title={{Dials}}, {DOI}", f"title={{Looms}}, {ARXIV}", f"title={{Kites}}, {OTHER_DOI}"),
            f"title={{Kites}}, {OTHER_DOI}, {ARXIV}",
        ),
    ],
    ids=["ids of both", "a title and an id", "one of three is left alone"],
)
def test_the_receipt_names_the_command_that_reverses_what_an_import_joined(
    before: tuple[str, ...], joining: str, library: Library, tmp_path: Path
) -> None:
    """Rule: the command in the receipt restores the former number of papers."""
    assert _import(library, tmp_path, *before) == ()
    (told,) = _import(library, tmp_path, joining)
    assert told.startswith("2 papers were merged into one: arxiv:2503.01234; ")
    ((one, other),) = re.findall(r"paperreader split (\S+) (\S+) reverses it", told)
    assert library.resolve(one) == library.resolve(other)
    keep_apart(library, one, other)
    assert library.resolve(one) != library.resolve(other)
    assert library.catalogue.count() == len(before)


def test_of_three_papers_that_became_one_each_can_be_split_off(library: Library, tmp_path: Path) -> None:
    """Rule: if three papers became one, the receipt names the keys to split off."""
    _import(library, tmp_path, TITLE, f"title={{Dials}}, {DOI}", f"title={{Looms}}, {ARXIV}")
    (told,) = _import(library, tmp_path, f"{TITLE}, {DOI}, {ARXIV}")
    ((first, others),) = re.findall(r"paperreader split (\S+) ID splits off one of (.+)", told)
    for other in others.split(", "):
        keep_apart(library, first, other)
        assert library.resolve(first) != library.resolve(other)
    assert library.catalogue.count() == 3
