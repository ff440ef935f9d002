"""Imports of files: receipts account for every line, known pages are recognised, and stored data is never harmed."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from costs import no_wait
from imported import lose_papers

from paperreader.domain.decision import SetStar
from paperreader.domain.lists import Shelf
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt, Outcome
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput, UsageError
from paperreader.feeds.huggingface.page_importer import PageImporter
from paperreader.resources import sample_pages
from paperreader.services.importing.importer import NOT_IMPORTED_EITHER, ImportOptions, import_paths, import_sample
from paperreader.services.importing.inputs import Input
from paperreader.services.library import Library
from paperreader.services.triage import Triage

WritePage = Callable[..., Path]

ENTRIES = tuple(
    (f"On the {name} of invented instruments", f"We study the {name}. " + f"The {name} turned out to be longer. " * 9)
    for name in ("tuning", "casing", "oiling", "loss")
)


def _import(library: Library, *paths: Path | str, today: date = date(2025, 6, 1), **options: Any) -> ImportReceipt:
    chosen = ImportOptions(**options)
    return import_paths(library, [str(path) for path in paths], chosen, today=lambda: today)


def _one(library: Library, path: Path | str, today: date = date(2025, 6, 1), **options: Any) -> FileReceipt:
    (receipt,) = _import(library, path, today=today, **options).files
    return receipt


def _modified(path: Path, day: date) -> Path:
    moment = datetime(day.year, day.month, day.day, 12).timestamp()
    os.utime(path, (moment, moment))
    return path


def _dump(library: Library) -> list[str]:
    """The content of the catalogue without its edition, which changes with each write."""
    return [line for line in library.catalogue.connection.iterdump() if '"edition' not in line]


# Receipts


def test_a_receipt_accounts_for_every_paper(library: Library, write_page: WritePage) -> None:
    """Rule: `listed = new + known`, in each file and in total."""
    first = write_page(*ENTRIES[:3], date="Mar 14", name="first.txt")
    second = write_page(*ENTRIES[1:], date="Mar 15", name="second.txt")
    receipt = _import(library, first, second, year=2025)
    figures = [(f.figures.listed, f.figures.new, f.figures.known, f.figures.updated) for f in receipt.files]
    assert figures == [(3, 3, 0, 0), (3, 1, 2, 0)]
    assert [(f.path, f.format, f.date, f.date_guessed, f.problems, f.quarantine) for f in receipt.files] == [
        (str(first), "page", date(2025, 3, 14), False, (), None),
        (str(second), "page", date(2025, 3, 15), False, (), None),
    ]
    assert dict(receipt.totals.items()) == {"listed": 6, "new": 4, "known": 2, "updated": 0, "problems": 0}
    assert receipt.outcome is Outcome.DONE
    assert library.counts().papers == 4


def test_importing_again_changes_nothing(library: Library, write_page: WritePage) -> None:
    """Rule: a copy of a page with another name and time is known, and no row changes."""
    page = write_page(*ENTRIES)
    _import(library, page, year=2025)
    before = _dump(library)
    copy = _modified(write_page(*ENTRIES, name="copy.txt"), date(2031, 7, 1))
    receipt = _one(library, copy)
    assert (receipt.figures.new, receipt.figures.known, receipt.figures.updated) == (0, 4, 0)
    assert (receipt.date, receipt.date_guessed) == (date(2025, 3, 14), False)
    assert _dump(library) == before


def test_no_import_touches_a_decision(library: Library, write_page: WritePage) -> None:
    """Rule: importing again, under another date or with better texts, keeps all states."""
    page = write_page(*ENTRIES)
    _import(library, page, year=2024)
    keys = list(library.catalogue.keys_of(library.ids(Shelf.ALL)).values())
    library.reading.finish(Triage(library).decide("star", keys[:2], SetStar(True)))
    before = {key: library.state(key) for key in keys}
    _import(library, page, year=2025)
    _import(library, write_page(*((t, f"{a} And more.") for t, a in ENTRIES), date="Mar 20", name="b.txt"))
    assert {key: library.state(key) for key in keys} == before
    assert library.counts().papers == 4


def test_the_samples_have_the_dates_of_their_manifest(library: Library) -> None:
    """Rule: their dates never drift with the calendar, and they can be imported again."""
    receipt = import_sample(library)
    assert receipt.outcome is Outcome.DONE
    assert [file.date for file in receipt.files] == [day for _, day in sample_pages()]
    counts = library.counts()
    assert counts.papers >= 60
    assert not any(count.guessed for count in counts.dates)
    returning = [entry for entry in library.entries(library.ids(Shelf.ALL)) if len(entry.dates) > 1]
    assert returning, "papers that return on later dates"
    assert any(len(count.feeds) == 2 for count in counts.dates), "two pages of one date"
    again = import_sample(library)
    assert (again.totals.new, again.totals.updated, library.counts()) == (0, 0, counts)


# Dates


@pytest.mark.parametrize(
    ("line", "modified", "expected"),
    [
        ("Mar 14", date(2025, 3, 20), date(2025, 3, 14)),
        ("Mar 14", date(2025, 3, 14), date(2025, 3, 14)),
        ("Mar 14", date(2025, 3, 13), date(2024, 3, 14)),
        ("Dec 30", date(2025, 1, 2), date(2024, 12, 30)),
        ("Jan 1", date(2024, 12, 31), date(2024, 1, 1)),
        ("Feb 29", date(2025, 3, 1), date(2024, 2, 29)),
        ("Feb 29", date(2024, 2, 28), date(2020, 2, 29)),
    ],
)
def test_a_year_is_guessed_from_the_day_the_file_was_changed(
    library: Library, write_page: WritePage, line: str, modified: date, expected: date
) -> None:
    """Rule: the guess is the latest such day that is not after the change, and is shown as a guess."""
    receipt = _one(library, _modified(write_page(*ENTRIES, date=line), modified))
    assert (receipt.date, receipt.date_guessed) == (expected, True)
    assert [(count.date, count.guessed) for count in library.counts().dates] == [(expected, True)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"year": 2019}, date(2019, 3, 14)),
        ({"date": date(2018, 1, 2)}, date(2018, 1, 2)),
    ],
)
def test_the_user_decides_the_date(
    library: Library, write_page: WritePage, options: dict[str, Any], expected: date
) -> None:
    """Rule: a date or year of the user is certain, whatever the time of the file."""
    receipt = _one(library, _modified(write_page(*ENTRIES), date(2025, 3, 20)), **options)
    assert (receipt.date, receipt.date_guessed) == (expected, False)


def test_a_date_and_a_year_exclude_each_other() -> None:
    """Rule: giving both is a usage error."""
    with pytest.raises(UsageError):
        ImportOptions(date=date(2025, 3, 14), year=2024)


def test_a_year_without_that_day_is_refused(library: Library, write_page: WritePage) -> None:
    """Rule: 29 February of a common year is a problem of the file, and nothing is imported."""
    receipt = _import(library, write_page(*ENTRIES, date="Feb 29"), year=2025)
    assert receipt.outcome is Outcome.FAILED
    assert "2025" in receipt.files[0].problems[0].reason
    assert library.counts().papers == 0


def test_a_page_without_a_date_needs_an_option(library: Library, write_page: WritePage) -> None:
    """Rule: the message names the option; a page that is known no longer needs it."""
    page = write_page(*ENTRIES, date="")
    receipt = _one(library, page)
    assert receipt.format is None
    assert "--date" in receipt.problems[0].reason
    assert _one(library, page, date=date(2025, 3, 14)).figures.new == 4
    again = _one(library, page)
    assert (again.date, again.figures.known) == (date(2025, 3, 14), 4)


@pytest.mark.parametrize("options", [{"year": 2025}, {"date": date(2025, 3, 14)}])
def test_a_guess_is_corrected_by_importing_again(
    library: Library, write_page: WritePage, options: dict[str, Any]
) -> None:
    """Rule: the listing moves to the certain date and stays there."""
    page = _modified(write_page(*ENTRIES), date(2024, 5, 1))
    assert _one(library, page).date == date(2024, 3, 14)
    receipt = _one(library, page, **options)
    assert (receipt.date, receipt.figures.new, receipt.figures.known) == (date(2025, 3, 14), 0, 4)
    expected = [(date(2025, 3, 14), False, 4)]
    assert [(count.date, count.guessed, count.papers) for count in library.counts().dates] == expected
    assert _one(library, page).date == date(2025, 3, 14)
    assert [(count.date, count.guessed, count.papers) for count in library.counts().dates] == expected


def test_a_guess_that_was_right_is_confirmed(library: Library, write_page: WritePage) -> None:
    """Rule: giving the guessed year confirms the date."""
    page = _modified(write_page(*ENTRIES), date(2025, 5, 1))
    assert _one(library, page).date_guessed
    assert not _one(library, page, year=2025).date_guessed
    assert not _one(library, page).date_guessed


def test_a_page_that_was_moved_keeps_its_date(library: Library, write_page: WritePage) -> None:
    """Rule: a date set with `dates --set` survives the next import of the page."""
    page = _modified(write_page(*ENTRIES), date(2025, 5, 1))
    _import(library, page)
    library.finish(Triage(library).set_date(date(2025, 3, 14), date(2023, 3, 14)))
    assert _one(library, page).date == date(2023, 3, 14)
    assert [count.date for count in library.counts().dates] == [date(2023, 3, 14)]


def test_a_page_with_a_full_date_that_was_moved_keeps_its_date(library: Library, write_page: WritePage) -> None:
    """Rule: a known page keeps its date, even if the page has another."""
    page = write_page(*ENTRIES, date="Mar 14, 2025")
    _import(library, page)
    library.finish(Triage(library).set_date(date(2025, 3, 14), date(2025, 3, 20)))
    assert _one(library, page).date == date(2025, 3, 20)


def _dates(library: Library) -> list[tuple[date, bool]]:
    return [(count.date, count.guessed) for count in library.counts().dates]


def test_dates_that_the_user_gave_are_one_action(library: Library, write_page: WritePage) -> None:
    """Rule: one undo makes the dates of all pages guesses again, one redo certain."""
    friday = _modified(write_page(*ENTRIES[:2], name="friday.txt"), date(2024, 5, 1))
    saturday = _modified(write_page(*ENTRIES[2:], date="Mar 15", name="saturday.txt"), date(2024, 5, 1))
    _import(library, friday)
    _import(library, friday, saturday, year=2025)
    said = [(date(2025, 3, 15), False), (date(2025, 3, 14), False)]
    assert _dates(library) == said
    (past,) = library.reading.history()
    assert [(move.before, move.after) for move in past.moves] == [
        (date(2024, 3, 14), date(2025, 3, 14)), (date(2024, 3, 15), date(2025, 3, 15)),
    ]  # fmt: skip
    library.finish(library.reading.undo())
    assert _dates(library) == [(date(2024, 3, 15), True), (date(2024, 3, 14), True)]
    library.finish(library.reading.redo())
    assert _dates(library) == said
    _import(library, friday, saturday, year=2025)
    assert len(library.reading.history()) == 3, "what was said before is no action when it is said again"


def test_a_date_survives_a_lost_catalogue(library: Library, write_page: WritePage) -> None:
    """Rule: the user's date applies to a page that is imported again, and undo restores the guess."""
    page = _modified(write_page(*ENTRIES), date(2025, 5, 1))
    undated = write_page(*ENTRIES[:2], date="", name="undated.txt")
    _import(library, page)
    _import(library, undated, date=date(2022, 2, 2))
    library.finish(Triage(library).set_date(date(2025, 3, 14), date(2023, 3, 20)))
    library.catalogue.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    again = Library(library.folder, window="again")
    receipt = _import(again, page, undated)
    assert [(file.date, file.date_guessed) for file in receipt.files] == [
        (date(2023, 3, 20), False), (date(2022, 2, 2), False),
    ]  # fmt: skip
    again.finish(again.reading.undo())
    assert _dates(again) == [(date(2025, 3, 14), True), (date(2022, 2, 2), False)]
    again.close()


def test_a_date_that_cannot_be_stored_is_a_problem_of_its_file(
    library: Library, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the papers are stored under the guessed date, and the receipt names the problem."""
    monkeypatch.setattr(library.reading, "set_dates", _refuse)
    page = _modified(write_page(*ENTRIES), date(2024, 5, 1))
    receipt = _import(library, page, year=2025)
    assert receipt.outcome is Outcome.INCOMPLETE
    (file,) = receipt.files
    assert (file.date, file.date_guessed, file.figures.new) == (date(2024, 3, 14), True, 4)
    assert "on purpose" in file.problems[0].reason
    assert _dates(library) == [(date(2024, 3, 14), True)]


def _refuse(*_: object) -> None:
    raise StoreError("on purpose")


def test_an_interrupted_move_is_completed_at_the_next_opening(library: Library, write_page: WritePage) -> None:
    """Rule: the decision is stored first; after a kill the next opening applies it to the catalogue."""
    _import(library, _modified(write_page(*ENTRIES), date(2025, 5, 1)))
    library.reading.finish(Triage(library).set_date(date(2025, 3, 14), date(2023, 3, 14)))
    assert _dates(library) == [(date(2025, 3, 14), True)]
    Library(library.folder, window="next").close()
    assert _dates(library) == [(date(2023, 3, 14), False)]


def test_the_same_titles_on_another_day_are_another_listing(library: Library, write_page: WritePage) -> None:
    """Rule: a listing is a feed on a date, so an unchanged list is listed on both days."""
    friday = _modified(write_page(*ENTRIES, date="Mar 14", name="friday.txt"), date(2025, 5, 1))
    saturday = _modified(write_page(*ENTRIES, date="Mar 15", name="saturday.txt"), date(2025, 5, 1))
    _import(library, friday, saturday)
    assert [count.date for count in library.counts().dates] == [date(2025, 3, 15), date(2025, 3, 14)]


def test_two_pages_of_one_date_are_two_listings(library: Library, write_page: WritePage) -> None:
    """Rule: the date shows the papers of both once, by rank and then feed."""
    one = write_page(ENTRIES[0], ENTRIES[1], name="one.txt")
    two = write_page(ENTRIES[2], ENTRIES[0], ENTRIES[3], name="two.txt")
    _import(library, one, two, year=2025)
    (count,) = library.counts().dates
    assert (count.papers, len(count.feeds)) == (4, 2)
    titles = [row.title for row in library.rows(library.ids(count.date))]
    assert sorted(titles) == sorted(title for title, _ in ENTRIES)
    assert {titles[0], titles[1]} == {ENTRIES[0][0], ENTRIES[2][0]}, "the first ranks of both come first"


# Odd lines


def test_a_line_that_cannot_be_placed_is_quarantined(library: Library, write_page: WritePage) -> None:
    """Rule: a title without an abstract is named by its line and kept verbatim; the rest is imported."""
    page = write_page(ENTRIES[0], ("An invented title that lost its abstract", ""), ENTRIES[1])
    receipt = _import(library, page, year=2025)
    (file,) = receipt.files
    assert receipt.outcome is Outcome.INCOMPLETE
    assert (file.figures.listed, file.figures.problems) == (2, 1)
    (problem,) = file.problems
    assert page.read_text("utf-8").splitlines()[(problem.line or 0) - 1] == "An invented title that lost its abstract"
    assert problem.excerpt.startswith("An invented title")
    assert file.quarantine is not None
    assert Path(file.quarantine).parent == library.folder / "quarantine"
    assert b"An invented title that lost its abstract" in Path(file.quarantine).read_bytes()
    _import(library, page, year=2025)
    assert len(list((library.folder / "quarantine").iterdir())) == 1


def test_a_paper_named_twice_on_a_page_is_told(library: Library, write_page: WritePage) -> None:
    """It is listed once, and the second line is a problem with its number."""
    page = write_page(ENTRIES[0], ENTRIES[1], ENTRIES[0])
    receipt = _import(library, page, year=2025)
    (file,) = receipt.files
    assert (file.figures.listed, file.figures.new, [problem.line for problem in file.problems]) == (2, 2, [19])
    assert receipt.outcome is Outcome.INCOMPLETE


def test_nothing_is_imported_when_odd_lines_cannot_be_kept(library: Library, write_page: WritePage) -> None:
    """Without a place for what was set aside the whole file is refused: no half import."""
    (library.folder / "quarantine").write_text("in the way")
    before = _dump(library)
    page = write_page(*ENTRIES, ("An invented title that lost its abstract", ""))
    receipt = _import(library, page, year=2025)
    assert receipt.outcome is Outcome.FAILED
    assert "quarantine" in receipt.files[0].problems[-1].reason
    assert _dump(library) == before


def test_a_page_cut_anywhere_keeps_every_whole_entry(library: Library, write_page: WritePage) -> None:
    """Up to the cut all is there; a title alone is a problem; no entries at all is a failure."""
    whole = write_page(*ENTRIES).read_bytes()
    ends = [whole.index(abstract.encode().rstrip()) + len(abstract.encode().rstrip()) for _, abstract in ENTRIES]
    outcomes = set()
    for cut in range(0, len(whole) + 1, 17):
        lose_papers(library, library.catalogue.all_ids())
        page = write_page(name="cut.txt")
        page.write_bytes(whole[:cut])
        receipt = _import(library, page, year=2025)
        complete = sum(end <= cut for end in ends)
        titles = [row.title for row in library.rows(library.ids(Shelf.ALL))]
        assert titles[:complete] == [title for title, _ in ENTRIES[:complete]], cut
        assert len(titles) <= complete + 1
        (file,) = receipt.files
        expected = Outcome.FAILED if not titles else Outcome.INCOMPLETE if file.problems else Outcome.DONE
        assert receipt.outcome is expected, cut
        outcomes.add(receipt.outcome)
        rest = whole[:cut].rstrip(b"\n").rpartition(b"\n")[2].decode()
        if complete and any(title.startswith(rest) for title, _ in ENTRIES):
            assert receipt.outcome is Outcome.INCOMPLETE, cut
            assert file.problems[-1].line == whole[:cut].rstrip(b"\n").count(b"\n") + 1
    assert outcomes == set(Outcome)


# Inputs that are no pages


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (bytes(3_000), "binary"),
        (b"PK\x03\x04" + bytes(range(256)) * 20, "compressed"),
        (b"A shopping list\n\n- milk\n- eggs", "an unknown format"),
        (b"<html><body>new</body></html>", "web page"),
        (b'{"papers": []}', "JSON of an unknown kind"),
        (b'set browser "rm -rf /"\nexec:~/evil.sh\n', "an unknown format"),
        (b"new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nMar 14", "no papers"),
    ],
)
def test_what_is_no_page_is_refused_in_one_line(library: Library, tmp_path: Path, content: bytes, said: str) -> None:
    """The reason is named, nothing is stored, and other files of the same import are read."""
    path = tmp_path / "input"
    path.write_bytes(content)
    before = _dump(library)
    receipt = _import(library, path)
    assert receipt.outcome is Outcome.FAILED
    assert any(said in problem.reason for problem in receipt.files[0].problems)
    assert _dump(library) == before
    assert _import(library, path, *map(str, sample_pages()[0][:1])).outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("encoding", "name", "remarks"),
    [
        ("latin-1", "Windows-1252", 1),
        ("utf-16", "UTF-16", 0),
        ("utf-16-le", "UTF-16", 1),
        ("utf-8-sig", "UTF-8", 0),
    ],
)
def test_a_page_is_read_in_every_encoding(
    library: Library, write_page: WritePage, encoding: str, name: str, remarks: int
) -> None:
    """Rule: an import is whole in every encoding; a guess is a remark, no problem, and harms no exit status."""
    title = "Le clavecin bien tempéré, inventé"
    page = write_page(*ENTRIES, (title, "Une étude. " * 30))
    page.write_bytes(page.read_text("utf-8").encode(encoding))
    receipt = _import(library, page, year=2025)
    assert receipt.outcome is Outcome.DONE
    (file,) = receipt.files
    assert (file.figures.listed, file.problems, len(file.remarks)) == (5, (), remarks)
    assert file.encoding is not None
    assert (file.encoding.name, file.encoding.is_guessed) == (name, bool(remarks))
    assert title in [row.title for row in library.rows(library.ids(Shelf.ALL))]


def test_a_page_with_a_few_control_bytes_is_read(library: Library, write_page: WritePage) -> None:
    """Rule: one NUL makes no page binary; it is left out, and nothing else is."""
    page = write_page(*ENTRIES)
    data = page.read_bytes()
    _import(library, page, year=2025)
    before = _dump(library)
    page.write_bytes(data[:300] + b"\0\x02" + data[300:])
    assert _one(library, page).figures == Figures(4, 0, 4)
    assert _dump(library) == before


def test_lines_are_kept_in_the_encoding_in_which_they_came(library: Library, tmp_path: Path) -> None:
    """Rule: the quarantine holds what stands in the file, byte for byte, under the numbers of its lines."""
    path = tmp_path / "library.bib"
    good, odd = "@misc{k1, title = {Größe der Laternen}}", "@misc{k2, note = {Köln,\r\n  gezählt}}"
    path.write_bytes(f"{good}\r\n{odd}\r\n".encode("latin-1"))
    (file,) = _import(library, path).files
    assert (file.figures.listed, [problem.line for problem in file.problems]) == (1, [2])
    assert Path(file.quarantine or "").read_bytes() == b"2: " + odd.replace("\r", "").encode("latin-1") + b"\n"


BIBTEX = b"@misc{k1, title = {Of lanterns}, author = {Moe, Jane}}\n@misc{k2, title = {Of clocks}}\n"


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (BIBTEX, {"format": "ris"}, "contains no papers as ris; its format is bibtex: leave out --format"),
        (BIBTEX, {"format": "jsonl"}, "contains no papers as jsonl; its format is bibtex: leave out --format"),
        (
            b"<xml><records><record/></records></xml>", {"format": "ris"},
            "contains no papers as ris; it is EndNote XML, which cannot be imported; export RIS from EndNote: "
            "File > Export…, output style RefMan (RIS) Export",
        ),
        (
            b'{"title": "Of lanterns", "eprint": "2503.01234"}\n', {},
            "is JSON of an unknown kind, or is cut off; the format jsonl finds papers in it: "
            "import it with --format jsonl",
        ),
        (b"Lanterns and clocks.\n", {"format": "ris"}, "text outside of any record"),
        (
            b"Lanterns\n\nAbstract: " + b"We light lanterns and count them all night. " * 9, {},
            "is in an unknown format; export RIS or BibTeX from your reference manager",
        ),
        (
            b"<rows><title>Lanterns</title>\n<p>" + b"We light lanterns and count them. " * 9 + b"</p>\n", {},
            "is XML of an unknown kind (<rows>); export RIS or BibTeX from your reference manager",
        ),
        (
            b"Lanterns and clocks.\n", {},
            "is in an unknown format; export RIS or BibTeX from your reference manager",
        ),
    ],
)  # fmt: skip
def test_a_format_is_only_advised_where_it_finds_papers(
    library: Library, tmp_path: Path, content: bytes, options: dict[str, Any], reason: str
) -> None:
    """Rule: a message never advises what cannot work; where the user named a format in vain, it says which one fits."""
    path = tmp_path / "input"
    path.write_bytes(content)
    assert _one(library, path, **options).problems[0].reason == reason


def test_the_advised_format_works(library: Library, write_page: WritePage) -> None:
    """Rule: what is in an unknown format, but can be read when asked to, is imported as the message says."""
    page = write_page(*ENTRIES)
    page.write_text(page.read_text("utf-8").partition("\n\nMar 14\n\n")[2], "utf-8")
    advice = "the format page finds papers in it: import it with --format page --date YYYY-MM-DD"
    assert _one(library, page).problems[0].reason == f"is in an unknown format; {advice}"
    assert _one(library, page, format="page", date=date(2025, 3, 14)).figures.new == 4


@pytest.mark.parametrize("given", [None, date(2025, 3, 14)])
def test_two_pages_in_a_file_are_two_lists_also_under_a_given_date(
    library: Library, tmp_path: Path, given: date | None
) -> None:
    """Rule: each page has its own date, unless the user gives one, which holds for all pages of the file."""
    page = "Daily Papers\nby AK and the research community\nMar {}\nSubmitted by\nann\n7\n{}\n· 3 authors\n"
    path = tmp_path / "pages.txt"
    path.write_text(page.format(14, "Kites over the Bay") + page.format(13, "Lanterns that Count"), "utf-8")
    receipt = _one(library, path, date=given)
    assert (receipt.figures.new, receipt.problems) == (2, ())
    dates = {day.isoformat() for day in library.reading.dates().values()} if given else set()
    assert dates == ({"2025-03-14"} if given else set())


def test_special_files_are_refused_at_once(library: Library, tmp_path: Path) -> None:
    """Rule: FIFOs, devices, missing files and dangling links are refused with a reason and without a hang."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    names = ["fifo", "dangling", "loop", "missing"]
    with no_wait():
        receipt = _import(library, "/dev/zero", *(tmp_path / name for name in names))
    assert receipt.outcome is Outcome.FAILED
    assert all(len(file.problems) == 1 and file.problems[0].reason for file in receipt.files)
    assert [file.path for file in receipt.files] == ["/dev/zero", *(str(tmp_path / name) for name in names)]


class Counted(io.FileIO):
    """A file that counts the bytes that are read."""

    taken = 0

    def readinto(self, buffer: Any) -> int | None:
        self.taken += (count := super().readinto(buffer) or 0)
        return count

    def readall(self) -> bytes:
        self.taken += len(data := super().readall())
        return data


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """Rule: no more than the limit is read of a huge file."""
    importer = PageImporter()
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(20 * importer.max_bytes)
    with io.BufferedReader(counted := Counted(tmp_path / "huge")) as stream:
        with pytest.raises(UnreadableInput, match="larger"):
            Input("huge", stream, b"").read_whole(importer)
        assert importer.max_bytes < counted.taken < 2 * importer.max_bytes


def test_a_file_that_cannot_be_read_is_named(
    library: Library, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a refusal of the system is a problem of one file; other files are imported."""
    unreadable, good = write_page(*ENTRIES, name="unreadable.txt"), write_page(*ENTRIES)
    real = Path.open

    def refuse(path: Path, *arguments: object, **options: Any) -> object:
        if path.name == "unreadable.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    receipt = _import(library, unreadable, good)
    assert receipt.outcome is Outcome.INCOMPLETE
    assert receipt.files[0].problems[0].reason == "cannot be read: Permission denied"
    assert receipt.files[1].figures.new == 4


def test_a_name_that_is_too_long_is_a_file_that_does_not_exist(library: Library, write_page: WritePage) -> None:
    """Rule: an impossible path does not stop the import of other files."""
    receipt = _import(library, "x" * 300, write_page(*ENTRIES))
    assert receipt.outcome is Outcome.INCOMPLETE
    assert receipt.files[1].figures.new == 4


def test_an_unknown_format_is_a_usage_error(library: Library, write_page: WritePage) -> None:
    """Rule: the message names the known formats, and nothing is imported."""
    with pytest.raises(UsageError, match="page"):
        _import(library, write_page(*ENTRIES), format="papyrus")
    assert library.counts().papers == 0


# Folders and standard input


def test_a_folder_is_imported_with_its_folders(library: Library, write_page: WritePage, tmp_path: Path) -> None:
    """Rule: files are imported by name, without hidden files; each folder is read once, even in a circle of links."""
    pages = tmp_path / "pages"
    (pages / "b" / "c").mkdir(parents=True)
    (pages / ".git").mkdir()
    for n, name in enumerate(["a.txt", "b/c/d.txt", "z.txt", ".hidden.txt", ".git/page.txt"]):
        write_page(ENTRIES[n % 4], date=f"Mar {n + 1}").rename(pages / name)
    (pages / "b" / "readme").write_text("not a page")
    os.mkfifo(pages / "b" / "fifo")
    (pages / "b" / "round").symlink_to(pages)
    receipt = _import(library, pages, year=2025)
    assert [(Path(file.path).relative_to(pages).as_posix(), bool(file.format)) for file in receipt.files] == [
        ("a.txt", True), ("z.txt", True), ("b/fifo", False), ("b/readme", False), ("b/c/d.txt", True),
    ]  # fmt: skip
    assert receipt.outcome is Outcome.INCOMPLETE


def test_a_hidden_file_that_is_named_is_read(library: Library, write_page: WritePage) -> None:
    """Rule: hidden files are skipped only inside folders."""
    assert _one(library, write_page(*ENTRIES, name=".page.txt")).figures.new == 4


def test_a_link_to_a_folder_is_the_folder(library: Library, write_page: WritePage, tmp_path: Path) -> None:
    """Rule: a link that the user names is followed."""
    (tmp_path / "pages").mkdir()
    write_page(*ENTRIES).rename(tmp_path / "pages" / "page.txt")
    (tmp_path / "link").symlink_to(tmp_path / "pages")
    assert _import(library, tmp_path / "link").totals.new == 4


def test_a_linked_folder_inside_a_folder_is_imported(library: Library, write_page: WritePage, tmp_path: Path) -> None:
    """Rule: nothing in a folder is skipped silently."""
    for name in ("pages", "elsewhere"):
        (tmp_path / name).mkdir()
    write_page(ENTRIES[0]).rename(tmp_path / "pages" / "page.txt")
    write_page(ENTRIES[1]).rename(tmp_path / "elsewhere" / "page.txt")
    (tmp_path / "pages" / "more").symlink_to(tmp_path / "elsewhere")
    assert any("more" in file.path for file in _import(library, tmp_path / "pages").files)


def test_a_folder_that_cannot_be_read_is_a_problem(
    library: Library, write_page: WritePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a folder without permission is a problem, not an empty folder."""
    (tmp_path / "pages" / "closed").mkdir(parents=True)
    write_page(*ENTRIES).rename(tmp_path / "pages" / "page.txt")
    real = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    receipt = _import(library, tmp_path / "pages")
    assert receipt.outcome is Outcome.INCOMPLETE
    assert any("closed" in file.path for file in receipt.files)


def test_an_empty_folder_is_a_problem(library: Library, tmp_path: Path) -> None:
    """Rule: an import without files names the reason."""
    (tmp_path / "pages" / ".hidden").mkdir(parents=True)
    (file,) = _import(library, tmp_path / "pages").files
    assert "folder without files" in file.problems[0].reason


def test_standard_input_is_read(library: Library, write_page: WritePage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: `-` is a page whose year is guessed from today."""
    data = write_page(*ENTRIES, date="Dec 30").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    receipt = _one(library, "-", today=date(2025, 1, 2))
    assert (receipt.path, receipt.date, receipt.date_guessed) == ("-", date(2024, 12, 30), True)
    assert receipt.figures.new == 4


def test_a_later_failure_keeps_the_earlier_files(library: Library, write_page: WritePage) -> None:
    """Rule: each file is one transaction; files before a refusal of the disk stay and are in the receipt."""
    first, second = write_page(*ENTRIES[:2], name="a.txt"), write_page(*ENTRIES[2:], name="b.txt")
    library.catalogue.connection.execute(
        "CREATE TRIGGER refuse AFTER INSERT ON papers WHEN (SELECT count(*) > 2 FROM papers) "
        "BEGIN SELECT RAISE(FAIL, 'on purpose'); END"
    )
    receipt = _import(library, first, second, first)
    assert receipt.outcome is Outcome.FAILED
    assert [bool(file.format) for file in receipt.files] == [True, False, False]
    assert "on purpose" in receipt.files[1].problems[0].reason
    assert receipt.files[2].problems == (NOT_IMPORTED_EITHER,)
    assert [row.title for row in library.rows(library.ids(Shelf.ALL))] == [title for title, _ in ENTRIES[:2]]
    assert [count.papers for count in library.counts().dates] == [2]


# Real pages


def test_the_real_pages_are_read_whole_and_known_again(library: Library, captures: Path, tmp_path: Path) -> None:
    """Rule: three real pages have 81, 81 and 104 papers without a problem, and copies are known."""
    pages = sorted((captures / "pages").glob("*.txt"))
    receipt = _import(library, *pages, year=2025)
    assert [(file.figures.listed, str(file.date)) for file in receipt.files] == [
        (81, "2025-03-14"), (81, "2025-03-12"), (104, "2025-03-11"),
    ]  # fmt: skip
    assert receipt.totals.problems == 0
    assert receipt.totals.listed == receipt.totals.new + receipt.totals.known
    before = _dump(library)
    copies = []
    for n, page in enumerate(pages):
        copies.append(tmp_path / f"copy-{n}.txt")
        copies[-1].write_bytes(page.read_bytes())
        _modified(copies[-1], date(2027 + n, 1, 1))
    again = _import(library, *reversed(copies))
    assert (again.totals.new, again.totals.updated, again.totals.known) == (0, 0, 266)
    assert _dump(library) == before
    turned = Library(tmp_path / "turned")
    _import(turned, *reversed(pages), year=2025)
    assert {p.key: p for p in turned.catalogue.papers(turned.catalogue.all_ids())} == {
        p.key: p for p in library.catalogue.papers(library.catalogue.all_ids())
    }
    assert turned.counts() == library.counts()
    turned.close()


@pytest.mark.parametrize("error", [FetchCancelled("enough"), KeyboardInterrupt()])
def test_a_cancelled_import_keeps_finished_files(library: Library, write_page: WritePage, error: BaseException) -> None:
    """Rule: an import can be cancelled between files; the receipt names what is stored and what is not."""
    paths = [
        str(write_page((f"The {name} page of inventions", f"It is about {name}. " * 9), date="Mar 14", name=name))
        for name in ("a", "b", "c")
    ]

    def stop(name: str, _done: int, _size: int) -> None:
        if name == paths[1]:
            raise error

    receipt = import_paths(library, paths, progress=stop)
    first, second = receipt.files
    assert receipt.is_interrupted
    assert (first.figures.new, second.format) == (1, None)
    reason = "was interrupted; none of it is kept; import it again; the files after it were not read"
    assert second.problems[0].reason == reason
    assert library.catalogue.count() == 1
