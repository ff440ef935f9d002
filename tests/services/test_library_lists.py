"""The lists and counts of a library agree with its papers, listings and decisions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.errors import StoreError, UnknownPaper
from paperreader.services.exporting import export_text
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

DAY, NEXT = date(2025, 3, 14), date(2025, 3, 15)


def _paper(name: str, *identifiers: str) -> ParsedPaper:
    return ParsedPaper(
        f"The invented paper called {name}",
        f"An abstract about {name}. {name * 60}",
        authors=("Ada Lovelace", f"Author {name.upper()}"),
        identifiers=tuple(map(Identifier, identifiers)),
    )


def _add(library: Library, feed: str, day: date, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing(feed, day), papers)


def _key(library: Library, name: str) -> PaperKey:
    (key,) = [entry.paper.key for entry in _entries(library) if entry.paper.title.endswith(f" {name}")]
    return key


def _entries(library: Library) -> list[Entry]:
    return library.entries(library.catalogue.all_ids())


def _names(library: Library, ids: Sequence[int]) -> str:
    return "".join(row.title[-1] for row in library.rows(ids))


def _decide(library: Library, decision: Decision, *keys: PaperKey) -> None:
    library.reading.finish(Triage(library).decide("act", keys, decision))


@pytest.fixture
def small(library: Library) -> Library:
    """Papers a to f on two dates, two feeds on the first; b and d decided, a starred, c for later."""
    _add(library, "page:2", DAY, *map(_paper, "abc"))
    _add(library, "page:1", DAY, *map(_paper, "cad"))
    _add(library, "page:3", NEXT, *map(_paper, "eaf"))
    _decide(library, SetStatus(ReadingStatus.SKIPPED), _key(library, "b"))
    _decide(library, SetStatus(ReadingStatus.READ), _key(library, "d"))
    _decide(library, SetStar(True), _key(library, "a"), _key(library, "d"))
    _decide(library, SetStatus(ReadingStatus.LATER), _key(library, "c"))
    return library


def test_a_date_lists_its_unread_papers_first(small: Library) -> None:
    """Rule: each paper once, unread papers first, both parts by rank and feed."""
    assert _names(small, small.ids(DAY)) == "acbd"
    assert _names(small, small.ids(NEXT)) == "eaf"


def test_the_shelves_hold_what_their_names_say(small: Library) -> None:
    """Rule: each paper of all dates once, newest listing first."""
    assert _names(small, small.ids(Shelf.ALL)) == "eafcbd"
    assert _names(small, small.ids(Shelf.UNREAD)) == "eaf"
    assert _names(small, small.ids(Shelf.STARRED)) == "ad"
    assert _names(small, small.ids(Shelf.LATER)) == "c"


def test_a_place_without_papers_is_empty(small: Library, library: Library) -> None:
    """Rule: a date without listings is an empty list, not an error."""
    assert list(small.ids(date(1999, 1, 1))) == []


def _check_counts(library: Library) -> None:
    """Compare every count with a count of the entries."""
    entries, counts = _entries(library), library.counts()
    assert counts.papers == counts.shelves[Shelf.ALL] == len(entries)
    assert counts.shelves[Shelf.UNREAD] == sum(entry.state.is_unread for entry in entries)
    assert counts.shelves[Shelf.STARRED] == sum(entry.state.starred for entry in entries)
    assert counts.shelves[Shelf.LATER] == sum(entry.state.status is ReadingStatus.LATER for entry in entries)
    assert {shelf: len(library.ids(shelf)) for shelf in counts.shelves} == counts.shelves
    days = sorted({day for entry in entries for day in entry.dates}, reverse=True)
    assert [count.date for count in counts.dates] == days
    for count in counts.dates:
        on_day = [entry for entry in entries if count.date in entry.dates]
        places = [place.listing for entry in on_day for place in entry.listed if place.listing.date == count.date]
        assert (count.papers, count.unread, count.starred) == (
            len(on_day), sum(e.state.is_unread for e in on_day), sum(e.state.starred for e in on_day),
        )  # fmt: skip
        assert set(count.feeds) == {listing.feed for listing in places}
        assert count.guessed == any(listing.guessed for listing in places)
        assert set(library.ids(count.date)) == set(library.catalogue.ids_of(e.paper.key for e in on_day).values())


def test_counts_are_those_of_the_entries(sample: Library) -> None:
    """Rule: after any decisions every count equals a count by hand."""
    _check_counts(sample)
    chance = random.Random(5)
    keys = [entry.paper.key for entry in _entries(sample)]
    decisions: list[Decision] = [SetStar(True), SetStar(False), *map(SetStatus, ReadingStatus)]
    for _ in range(12):
        _decide(sample, chance.choice(decisions), *chance.sample(keys, 15))
        _check_counts(sample)
    with sample.catalogue.transaction():
        add_listing(sample.catalogue, Listing("page:guess", NEXT, guessed=True), [_paper("z")])
    _check_counts(sample)


def test_an_entry_knows_its_places_newest_first(small: Library) -> None:
    """Rule: a returning paper has all its dates, the newest first."""
    entry = small.entry(_key(small, "a"))
    assert entry.dates == (NEXT, DAY)
    assert [(place.listing.feed, place.rank) for place in entry.listed] == [("page:3", 2), ("page:2", 1), ("page:1", 2)]
    assert entry.state.starred


def test_a_decision_remembers_the_list_it_was_made_in(small: Library) -> None:
    """Rule: a decision has the date of its list; outside a date list it is the newest date."""
    key = _key(small, "a")
    small.reading.finish(Triage(small).decide("skip", [key], SetStatus(ReadingStatus.SKIPPED), DAY))
    assert small.entry(key).state.decided_in == DAY
    _decide(small, SetStatus(ReadingStatus.READ), key)
    assert small.entry(key).state.decided_in == NEXT


def test_another_connection_reads_the_same(small: Library) -> None:
    """Rule: a reopened library has a new connection and the same states."""
    other = small.reopen()
    _decide(small, SetStar(True), _key(small, "f"))
    assert other.counts() == small.counts()
    other.catalogue.close()
    assert small.counts().papers == 6


def test_two_windows_show_each_others_decisions(small: Library) -> None:
    """Rule: after a poll the decisions of another window are in lists and counts."""
    other = Library(small.folder, window="other")
    _decide(small, SetStatus(ReadingStatus.READ), _key(small, "e"))
    assert other.reading.poll() == {_key(small, "e")}
    assert other.counts() == small.counts()
    assert _names(other, other.ids(NEXT)) == "afe"
    other.close()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """Rule: a file in place of the folder is a StoreError."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        Library(tmp_path / "file")


# Without the catalogue


@pytest.fixture
def bereft(library: Library) -> Iterator[Library]:
    """A library whose catalogue was deleted after papers were starred, tagged, noted and read."""
    _add(library, "page:1", DAY, _paper("a", "arxiv:2503.00001"), *map(_paper, "bcd"))
    _decide(library, SetStar(True), PaperKey("arxiv:2503.00001"))
    _decide(library, EditTags(make_tags(["x"])), _key(library, "b"))
    _decide(library, SetNote(make_note("a note")), _key(library, "c"))
    _decide(library, SetStatus(ReadingStatus.READ), _key(library, "d"))
    library.close()
    for path in library.folder.glob("catalogue.sqlite*"):
        path.unlink()
    opened = Library(library.folder)
    yield opened
    opened.close()


def test_kept_papers_are_shown_without_the_catalogue(bereft: Library) -> None:
    """Rule: kept papers have title, authors and state; the lists are empty, not broken."""
    entry = bereft.entry(PaperKey("arxiv:2503.00001"))
    assert (entry.paper.title, entry.paper.authors) == ("The invented paper called a", ("Ada Lovelace", "Author A"))
    assert entry.state.starred
    kept = [bereft.entry(key) for key in bereft.reading.keys() if bereft.reading.keepsake(key)]  # noqa: SIM118
    assert sorted(entry.paper.title[-1] for entry in kept) == list("abc")
    assert list(bereft.ids(Shelf.ALL)) == list(bereft.ids(DAY)) == []
    assert bereft.counts().papers == 0


def test_a_lost_catalogue_is_reported_at_every_opening(bereft: Library, tmp_path: Path) -> None:
    """Rule: the notice has the number of decided papers; without decisions there is no notice."""
    for library in (bereft, Library(bereft.folder)):
        (notice,) = library.take_notices()
        assert "4 papers are safe; import the papers again" in notice
        assert not library.is_empty()
    _add(library, "page:1", DAY, _paper("a", "arxiv:2503.00001"))
    library.close()
    for folder, is_empty in ((bereft.folder, False), (tmp_path / "new", True)):
        library = Library(folder)
        assert (library.take_notices(), library.is_empty()) == ([], is_empty)
        library.close()


def test_a_lost_paper_that_was_only_read_is_unknown(bereft: Library) -> None:
    """Rule: the message names the cure, and the decision is still stored."""
    ((key, *_),) = bereft.reading.with_status(ReadingStatus.READ)
    read = PaperKey(key)
    with pytest.raises(UnknownPaper, match="import"):
        bereft.entry(read)
    _add(bereft, "page:1", DAY, *map(_paper, "d"))
    assert bereft.entry(read).state.status is ReadingStatus.READ


def test_a_kept_paper_has_its_link(bereft: Library) -> None:
    """Rule: the link was copied with the star, so that it survives the catalogue."""
    paper = bereft.entry(PaperKey("arxiv:2503.00001")).paper
    assert "https://arxiv.org/abs/2503.00001" in paper.links().values()


def test_starred_papers_are_exported_without_the_catalogue(bereft: Library) -> None:
    """Rule: an export is never silently empty while there are stars."""
    assert "The invented paper called a" in export_text(bereft)


def test_a_shelf_without_the_catalogue_holds_as_many_as_it_says(bereft: Library) -> None:
    """Rule: the count of the shelf Starred is the length of its list."""
    assert bereft.counts().shelves[Shelf.STARRED] == len(bereft.ids(Shelf.STARRED))


def test_kept_papers_are_found_and_decided_without_the_catalogue(bereft: Library) -> None:
    """Rule: queries find kept papers, and decisions about them work."""
    (starred,) = bereft.ids(Shelf.STARRED)
    assert find_papers(bereft, "is:starred") == find_papers(bereft, "lovelace is:starred") == [starred]
    assert sorted(_names(bereft, find_papers(bereft, "invented"))) == list("abc")
    assert find_papers(bereft, "since:9000d") == []
    (key,) = bereft.keys_of([starred]).values()
    assert bereft.ids_of([key]) == {key: starred}
    _decide(bereft, SetStatus(ReadingStatus.LATER), key)
    assert list(bereft.ids(Shelf.LATER)) == [starred]
    assert bereft.counts().shelves[Shelf.LATER] == 1
    assert bereft.entry(key).paper.title.endswith(" a")


def test_importing_again_brings_everything_back(bereft: Library) -> None:
    """Rule: after the import the library is as before, with its decisions."""
    lost = bereft.ids(Shelf.STARRED)
    _add(bereft, "page:1", DAY, _paper("a", "arxiv:2503.00001"), *map(_paper, "bcd"))
    assert bereft.keys_of(lost) == {}, "the catalogue's number is the only one again"
    _check_counts(bereft)
    assert _names(bereft, bereft.ids(Shelf.STARRED)) == "a"
    assert bereft.entry(PaperKey("arxiv:2503.00001")).paper.page == "https://arxiv.org/abs/2503.00001"


# Notices


def test_a_repair_is_reported_once(library: Library) -> None:
    """Rule: only the opening that found a damaged catalogue has a notice."""
    folder = library.folder
    library.close()
    (folder / "catalogue.sqlite").write_bytes(b"rubbish " * 200)
    opened = Library(folder)
    (notice,) = opened.take_notices()
    assert "import" in notice
    assert opened.take_notices() == []
    opened.close()
    again = Library(folder)
    assert again.take_notices() == []
    again.close()


def test_a_read_only_catalogue_refuses_no_decision(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a stored decision stands; a notice says that the lists follow at the next opening."""
    library = Library(folder)
    day, new = library.counts().dates[0].date, date(2031, 1, 1)

    def refuse(*_: object) -> None:
        raise StoreError("catalogue.sqlite could not be written (disk full) and stays as it was")

    with monkeypatch.context() as patch:
        patch.setattr("paperreader.services.library.follow_dates", refuse)
        action = library.finish(Triage(library).set_date(day, new))
        assert {move.after for move in action.moves} == {new}
        (notice,) = library.take_notices()
        assert "saved" in notice
        assert "disk full" in notice
        assert library.take_notices() == []
        library.close()
    library = Library(folder)
    assert library.counts().dates[0].date == new
    library.close()
