"""The law of identity: what is shown is a function of what was imported and decided, never of the order of events."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import permutations
from pathlib import Path

import identity_lives
import pytest
from examples import how_many
from identity_lives import Killed, dying
from identity_worlds import (
    ARXIV,
    BELL,
    DIAL,
    DOIS,
    STORK,
    TITLES,
    Content,
    Source,
    all_names,
    content_of,
    differences,
    fresh_content,
    import_source,
    make_world,
    marked,
    marks_of,
    names_of_paper,
    new_library,
    open_library,
)

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import UNDECIDED, ReadingStatus, make_note, make_tags
from paperreader.errors import UnknownPaper
from paperreader.feeds.base import Source as Input
from paperreader.services.backups import restore
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.importing.importer import ImportOptions, import_sources
from paperreader.services.triage import Triage

LIVES = how_many(100, 10_000)
CHUNK = 100
"""Lives of one test; several tests share the work among processes."""
ORDERS = how_many(40, 1_000)

LONG, OTHER, SHORT, _ = TITLES
PREPRINT = marked(ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0],)))
ARTICLE = marked(ParsedPaper("Sundials, in Print", STORK, identifiers=(DOIS[0],)))
THIRD = marked(ParsedPaper(OTHER, BELL, identifiers=(ARXIV[1],)))
FOURTH = marked(ParsedPaper("A Lantern for Every Bridge of the Town", STORK[::-1], identifiers=(DOIS[1],)))
PREPRINT_KEY, ARTICLE_KEY, THIRD_KEY, FOURTH_KEY = map(PaperKey, (ARXIV[0], DOIS[0], ARXIV[1], DOIS[1]))
NAMES = (*ARXIV, *DOIS, title_address(LONG), title_address(OTHER), title_address(SHORT))


@pytest.mark.parametrize("first", range(0, LIVES, CHUNK))
def test_every_life_keeps_the_law(first: int, tmp_path: Path) -> None:
    """Rule: after any imports, decisions, undos, kills and losses, the library equals a new one.

    In a process with a fixed hash seed, so that a number always means the same life.
    """
    argv = [sys.executable, identity_lives.__file__, *map(str, (first, CHUNK, how_many(1, 2) / 8))]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TMPDIR": str(tmp_path)}
    done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("first", range(0, ORDERS, 20))
def test_sources_in_any_order_make_one_library(first: int, tmp_path: Path) -> None:
    """Rule: without decisions, imports in any order give equal papers, lists and names."""
    for seed in range(first, first + 20):
        chance = random.Random(f"order {seed}")
        world = make_world(chance, sources=5, papers=7)
        expected = fresh_content(tmp_path / "in-order", world, all_names(world), None)
        for number in range(4):
            order = [*world, *chance.choices(world, k=2)]
            chance.shuffle(order)
            found = fresh_content(tmp_path / f"other-{number}", order, all_names(world), None)
            assert found == expected, f"seed {seed}\n{differences(expected, found)}"


# A library by hand


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    """An empty library that can lose its catalogue."""
    held = Lived(tmp_path)
    yield held
    held.library.close()


class Lived:
    """A library, and what was imported into it, each capture as a list of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._fresh = folder, 0
        self.library = new_library(folder / "library")
        self.imported: list[Source] = []

    def add(self, *captures: ParsedPaper, day: int = 10) -> None:
        """Import captures, one after the other."""
        for capture in captures:
            feed = f"feed-{'-'.join(capture.identifiers)}-{capture.content_hash}"
            self.take(Source((Listing(feed, date(2025, 3, day)),), (marked(capture),)))

    def take(self, source: Source) -> None:
        """Import a source."""
        import_source(self.library, source, lambda: self.imported.append(source))

    def lose_catalogue(self) -> None:
        """Delete the catalogue and open the library again."""
        self.library.close()
        for path in self.library.folder.glob("catalogue.sqlite*"):
            path.unlink()
        self.imported = []
        self.reopen()

    def reopen(self) -> None:
        """Close the library and open it again."""
        self.library.close()
        self.library = open_library(self.library.folder)

    def decide(self, key: PaperKey, decision: Decision) -> int:
        """Decide about a paper. The number of the action."""
        return self.library.finish(Triage(self.library).decide("decide", [key], decision)).seq

    def content(self) -> Content:
        """The content, after a check that a new library has the same content."""
        found = content_of(self.library, NAMES)
        for order in (self.imported, self.imported[::-1]):
            self._fresh += 1
            folder = self._folder / f"fresh-{self._fresh}"
            other = fresh_content(folder, order, NAMES, self.library.folder)
            assert found == other, differences(other, found)
        return found

    def papers(self) -> dict[PaperKey, int]:
        """The number of captures of each paper, by key."""
        entries = self.library.entries(self.library.catalogue.all_ids())
        return {entry.paper.key: len(marks_of(entry.paper)) for entry in entries}

    def starred(self) -> set[PaperKey]:
        """The papers with a star."""
        return {key for key in self.papers() if self.library.state(key).starred}


# What went wrong once


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_ids_and_none_make_one_library_in_every_order(order: Sequence[int], lived: Lived, tmp_path: Path) -> None:
    """Rule: captures with one text and two ids are two papers; one without ids joins one of them."""
    captures = [ParsedPaper(LONG, DIAL, identifiers=ids) for ids in ((ARXIV[0],), (ARXIV[1],), ())]
    lived.add(*(captures[place] for place in order))
    assert sorted(lived.papers().values()) == [1, 2]
    assert set(lived.papers()) == {PREPRINT_KEY, THIRD_KEY}
    found = lived.content()
    in_order = Lived(tmp_path / "in-order")
    in_order.add(*captures)
    assert in_order.content() == found
    in_order.library.close()


@pytest.mark.parametrize("starred", [PREPRINT_KEY, ARTICLE_KEY])
@pytest.mark.parametrize("again", [(PREPRINT, ARTICLE), (ARTICLE, PREPRINT)])
@pytest.mark.parametrize("is_undone_first", [True, False])
def test_a_star_stays_with_its_paper_when_a_merge_is_undone_without_a_catalogue(
    starred: PaperKey, again: tuple[ParsedPaper, ...], is_undone_first: bool, lived: Lived
) -> None:
    """Rule: after a merge, a lost catalogue, an undo and imports, each paper is there, and the star where it was."""
    lived.add(PREPRINT, ARTICLE)
    lived.decide(starred, SetStar(True))
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    assert lived.starred() == {PREPRINT_KEY}
    lived.lose_catalogue()
    if not is_undone_first:
        lived.add(again[0])
    lived.library.finish(Triage(lived.library).undo())
    lived.add(*again)
    assert lived.papers() == {PREPRINT_KEY: 1, ARTICLE_KEY: 1}
    assert lived.starred() == {starred}
    lived.content()


@pytest.mark.parametrize("order", list(permutations([PREPRINT, ARTICLE, THIRD, FOURTH])))
def test_a_merge_holds_in_a_new_catalogue_after_another_split(order: Sequence[ParsedPaper], lived: Lived) -> None:
    """Rule: a split of other papers does not affect a merge, also in a new catalogue."""
    lived.add(PREPRINT, ARTICLE, THIRD, FOURTH)
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    merge(lived.library, THIRD_KEY, FOURTH_KEY)
    split(lived.library, THIRD_KEY)
    expected = {PREPRINT_KEY: 2, THIRD_KEY: 1, FOURTH_KEY: 1}
    assert lived.papers() == expected
    lived.lose_catalogue()
    lived.add(*order)
    assert lived.papers() == expected
    lived.content()


@pytest.mark.parametrize("order", list(permutations([ARTICLE, THIRD, FOURTH])))
def test_two_merges_hold_after_another_paper_is_kept_apart(order: Sequence[ParsedPaper], lived: Lived) -> None:
    """Rule: keeping another paper apart from a merged one does not split the merged one."""
    other = ParsedPaper("A Fifth Title of Enough Letters", DIAL[::-1])
    lived.add(other, ARTICLE, THIRD, FOURTH)
    (other_key,) = set(lived.papers()) - {ARTICLE_KEY, THIRD_KEY, FOURTH_KEY}
    merge(lived.library, FOURTH_KEY, ARTICLE_KEY)
    merge(lived.library, lived.library.resolve(ARTICLE_KEY), THIRD_KEY)
    keep_apart(lived.library, other_key, ARTICLE_KEY)
    assert lived.papers() == {THIRD_KEY: 3, other_key: 1}
    lived.lose_catalogue()
    lived.add(*order, other)
    assert lived.papers() == {THIRD_KEY: 3, other_key: 1}
    lived.content()


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("merged", [0, 1])
def test_a_merge_of_one_of_two_papers_of_a_title_leaves_the_other_alone(
    merged: int, order: Sequence[int], lived: Lived
) -> None:
    """Rule: a merge does not affect another paper with the same title, also in a new catalogue."""
    captures = [*(ParsedPaper("A Fifth Title of Enough Letters", text) for text in (DIAL[::-1], BELL)), ARTICLE]
    lived.add(*captures)
    entries = lived.library.entries(lived.library.catalogue.all_ids())
    (key,) = (entry.paper.key for entry in entries if entry.paper.abstract == captures[merged].abstract)
    merge(lived.library, key, ARTICLE_KEY)
    lived.lose_catalogue()
    lived.add(*(captures[place] for place in order))
    assert sorted(lived.papers().values()) == [1, 2]
    assert lived.papers()[ARTICLE_KEY] == 2
    lived.content()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_of_two_merges_is_undone_by_force(order: Sequence[int], lived: Lived) -> None:
    """Rule: undoing one of two merges by force keeps the other one."""
    captures = [ParsedPaper("A Fifth Title of Enough Letters", DIAL[::-1]), ARTICLE, THIRD]
    lived.add(*captures)
    (key,) = set(lived.papers()) - {ARTICLE_KEY, THIRD_KEY}
    merge(lived.library, THIRD_KEY, key)
    seq = lived.library.reading.seq
    merge(lived.library, THIRD_KEY, ARTICLE_KEY)
    lived.library.finish(Triage(lived.library).undo(seq, OnConflict.OVERWRITE))
    expected = {THIRD_KEY: 2, key: 1}
    assert lived.papers() == expected
    lived.content()
    lived.lose_catalogue()
    lived.add(*(captures[place] for place in order))
    assert lived.papers() == expected
    lived.content()


@pytest.mark.parametrize("on_conflict", [OnConflict.OVERWRITE, OnConflict.LEAVE, OnConflict.REFUSE])
@pytest.mark.parametrize("is_decided_since", [True, False])
def test_a_merge_undone_by_number_is_gone(on_conflict: OnConflict, is_decided_since: bool, lived: Lived) -> None:
    """Rule: a merge undone by number is gone in every catalogue."""
    lived.add(PREPRINT, ARTICLE)
    lived.decide(ARTICLE_KEY, SetStar(True))
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    seq = lived.library.reading.seq
    if is_decided_since:
        lived.decide(PREPRINT_KEY, SetNote(make_note("since")))
    action = lived.library.finish(Triage(lived.library).undo(seq, on_conflict))
    is_undone = action.undoes is not None and not action.was_refused
    assert is_undone or (on_conflict is not OnConflict.OVERWRITE and is_decided_since)
    expected = {PREPRINT_KEY: 1, ARTICLE_KEY: 1} if is_undone else {PREPRINT_KEY: 2}
    assert lived.papers() == expected
    lived.content()
    lived.lose_catalogue()
    lived.add(ARTICLE, PREPRINT)
    assert lived.papers() == expected
    assert lived.starred() >= ({ARTICLE_KEY} if is_undone else {PREPRINT_KEY})
    lived.content()


# Names


def test_an_id_of_two_papers_stands_for_neither(lived: Lived) -> None:
    """Rule: a contested id finds no paper, and carries no star from one to the other."""
    lived.add(ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0], DOIS[0])))
    lived.decide(PaperKey(DOIS[0]), SetStar(True))
    lived.add(ParsedPaper(OTHER, BELL, identifiers=(ARXIV[1], DOIS[0])))
    assert lived.papers() == {PREPRINT_KEY: 1, THIRD_KEY: 1}
    with pytest.raises(UnknownPaper, match="more than one paper"):
        lived.library.resolve(DOIS[0])
    assert lived.starred() == {PREPRINT_KEY}
    lived.content()


def test_the_address_of_a_title_finds_its_only_paper(lived: Lived) -> None:
    """Rule: `title:…` finds the only paper with this title, and nothing if there are two."""
    lived.add(PREPRINT)
    assert lived.library.resolve(title_address(LONG)) == PREPRINT_KEY
    lived.add(ParsedPaper(LONG, STORK, identifiers=(ARXIV[1],)))
    with pytest.raises(UnknownPaper, match="more than one paper"):
        lived.library.resolve(title_address(LONG))


def test_every_name_of_a_paper_resolves_after_a_better_id_came(lived: Lived) -> None:
    """Rule: the key becomes the better id, decisions stay, and the old key still works."""
    lived.add(ParsedPaper(LONG, DIAL))
    (old,) = lived.papers()
    lived.decide(old, SetStar(True))
    lived.add(ParsedPaper(LONG, DIAL, identifiers=(DOIS[0],)))
    lived.add(ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0], DOIS[0])))
    assert lived.papers() == {PREPRINT_KEY: 3}
    assert lived.starred() == {PREPRINT_KEY}
    (entry,) = lived.library.entries(lived.library.catalogue.all_ids())
    assert {lived.library.resolve(name) for name in (old, *names_of_paper(entry.paper))} == {PREPRINT_KEY}
    lived.content()
    lived.decide(old, SetStatus(ReadingStatus.LATER))
    assert lived.library.state(PREPRINT_KEY).status is ReadingStatus.LATER
    lived.content()


# Merging and splitting


def test_a_merge_takes_in_every_capture_of_both_papers(lived: Lived) -> None:
    """Rule: a merge takes in all captures of both papers, and undo gives all back."""
    captures = [
        PREPRINT, ParsedPaper(LONG, DIAL), ParsedPaper(LONG, "", authors=("Ann Smith",)),
        ARTICLE, ParsedPaper(ARTICLE.title, STORK), THIRD,
    ]  # fmt: skip
    lived.add(*captures)
    before = lived.content()
    merge(lived.library, ARTICLE_KEY, PREPRINT_KEY)
    assert lived.papers() == {PREPRINT_KEY: 5, THIRD_KEY: 1}
    lived.content()
    lived.library.finish(Triage(lived.library).undo())
    assert lived.content() == before


def test_both_parts_keep_the_state_until_one_is_decided_again(lived: Lived) -> None:
    """Rule: both parts keep the paper's state; a later decision changes one part only."""
    lived.add(PREPRINT, ARTICLE)
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    lived.decide(PREPRINT_KEY, SetStar(True))
    split(lived.library, PREPRINT_KEY)
    assert lived.starred() == {PREPRINT_KEY, ARTICLE_KEY}
    lived.content()
    lived.decide(ARTICLE_KEY, SetStar(False))
    assert lived.starred() == {PREPRINT_KEY}
    lived.content()
    lived.decide(PREPRINT_KEY, SetStar(False))
    lived.decide(ARTICLE_KEY, SetStar(True))
    assert lived.starred() == {ARTICLE_KEY}
    lived.content()


def test_papers_kept_apart_stay_two_after_any_import(lived: Lived) -> None:
    """Rule: `split ID ID` is stronger than shared ids, titles and texts; a merge overrides it."""
    lived.add(PREPRINT, ParsedPaper(LONG, DIAL, identifiers=(DOIS[0],)))
    assert lived.papers() == {PREPRINT_KEY: 2}
    keep_apart(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    assert lived.papers() == {PREPRINT_KEY: 1, ARTICLE_KEY: 1}
    lived.add(ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0], DOIS[0])))
    assert len(lived.papers()) == 2
    lived.content()
    merge(lived.library, *lived.papers())
    assert lived.papers() == {PREPRINT_KEY: 3}
    lived.content()


def test_a_decision_under_an_old_key_is_about_the_merged_paper(lived: Lived) -> None:
    """Rule: a window that still has an old key decides about the merged paper."""
    lived.add(PREPRINT, ARTICLE)
    other = open_library(lived.library.folder, "two")
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    for key, tag in ((ARTICLE_KEY, "one"), (PREPRINT_KEY, "other")):
        other.finish(Triage(other).decide("tag", [key], EditTags(add=make_tags([tag]))))
    other.close()
    lived.library.reading.poll()
    assert lived.library.state(PREPRINT_KEY).tags == ("one", "other")
    assert len(list(lived.library.reading.keys())) == 1
    lived.content()
    lived.lose_catalogue()
    lived.add(ARTICLE)
    assert lived.library.state(ARTICLE_KEY).tags == ("one", "other")


# Accidents


@pytest.mark.parametrize("kill", range(1, 9))
@pytest.mark.parametrize("what", ["merge", "split", "import", "undo"])
def test_a_kill_at_any_transaction_is_caught_up_when_the_library_is_opened(what: str, kill: int, lived: Lived) -> None:
    """Rule: after a kill at the begin or before the commit of a transaction, reopening restores the law."""
    lived.add(PREPRINT, ARTICLE, THIRD)
    lived.decide(ARTICLE_KEY, SetStar(True))
    if what in ("split", "undo"):
        merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    works: dict[str, Callable[[], object]] = {
        "merge": lambda: merge(lived.library, PREPRINT_KEY, ARTICLE_KEY),
        "split": lambda: split(lived.library, PREPRINT_KEY),
        "import": lambda: lived.add(ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0], DOIS[0]))),
        "undo": lambda: lived.library.finish(Triage(lived.library).undo()),
    }
    with suppress(Killed), dying(lived.library, kill):  # most kills would come after the last transaction
        works[what]()
    lived.reopen()
    lived.content()
    assert len(lived.papers()) == {"merge": 2, "split": 3, "undo": 3}.get(what, len(lived.papers()))
    assert len(lived.starred()) == 1 + (what == "split")


# Pages: their dates and ranks


def _page(*entries: tuple[str, str], day: str = "Mar 14") -> bytes:
    head = ("new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community", day)
    return "\n\n".join([*head, *(line for entry in entries for line in entry)]).encode()


PAGE = ((LONG, DIAL), (OTHER, BELL), ("The Editorial of a Short Month", STORK))


@pytest.mark.parametrize("modified", [date(2024, 5, 1), date(2026, 5, 1)])
def test_a_confirmed_date_of_a_page_holds_in_a_new_catalogue(modified: date, tmp_path: Path) -> None:
    """Rule: a confirmed date of a page holds beside merges and splits; undo restores the guess."""
    folder = tmp_path / "library"
    library = new_library(folder)
    dump = Input("page.txt", _page(*PAGE), modified=date(2025, 5, 1))
    import_sources(library, [dump])
    (guess,) = (counted.date for counted in library.counts().dates)
    keys = [library.keys_of([number])[number] for number in library.ranked_ids(guess)]
    library.finish(Triage(library).set_date(guess, date(2023, 3, 14)))
    merge(library, keys[0], keys[1])
    library.finish(Triage(library).decide("star", [keys[2]], SetStar(True)))
    lived = content_of(library, NAMES)
    assert list(lived["lists"]) == ["2023-03-14"]
    library.close()
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    library = open_library(folder)
    again = Input("copy.txt", dump.data, modified=modified)
    import_sources(library, [again])
    found = content_of(library, NAMES)
    assert found["lists"] == lived["lists"]
    assert [row[:3] for row in found["papers"]] == [row[:3] for row in lived["papers"]]
    for _ in range(3):
        library.finish(Triage(library).undo())
    assert list(content_of(library, NAMES)["lists"]) == [f"{modified.year}-03-14"]
    assert len(library.catalogue.all_ids()) == 3
    library.close()


@pytest.mark.parametrize("is_turned", [False, True])
def test_one_place_of_one_page_is_one_paper_whatever_its_text(is_turned: bool, tmp_path: Path) -> None:
    """Rule: two dumps of a page give each rank one paper; equal short titles at two ranks stay two papers."""
    other_text = "The editors thank all who wrote, and ask for more lanterns, fewer bells, and a pond of their own."
    first = [(SHORT, DIAL), (LONG, BELL), (SHORT, STORK)]
    second = [(SHORT, other_text), (LONG, DIAL), (SHORT, STORK)]
    dumps = [Input(f"{number}.txt", _page(*page)) for number, page in enumerate((first, second))]
    library = new_library(tmp_path / "library")
    import_sources(library, dumps[::-1] if is_turned else dumps, ImportOptions(year=2025))
    ids = library.ranked_ids(date(2025, 3, 14))
    assert [row.title for row in library.rows(ids)] == [SHORT, LONG, SHORT]
    assert [entry.listed[0].rank for entry in library.entries(ids)] == [1, 2, 3]
    assert len(library.catalogue.all_ids()) == 3
    starred = library.keys_of(ids[:1])[ids[0]]
    library.finish(Triage(library).decide("star", [starred], SetStar(True)))
    assert [entry.state.starred for entry in library.entries(ids)] == [True, False, False]
    turned = new_library(tmp_path / "turned", reading_from=library.folder)
    import_sources(turned, dumps if is_turned else dumps[::-1], ImportOptions(year=2025))
    assert differences(content_of(library, NAMES), content_of(turned, NAMES)) == ""
    turned.close()
    library.close()


@pytest.mark.parametrize("figures", list(permutations([(1, 5), (3, 2), (2, None)])))
def test_the_rank_of_a_paper_in_a_list_is_that_of_its_largest_figures(
    figures: Sequence[tuple[int, int | None]], lived: Lived
) -> None:
    """Rule: a capture at several ranks of a list has the rank with the most upvotes."""
    for rank, upvotes in figures:
        capture = ParsedPaper(LONG, DIAL, identifiers=(ARXIV[0],), upvotes=upvotes)
        lived.take(Source((Listing("hf", date(2025, 3, 10)),), (marked(capture),), before=rank - 1))
    (entry,) = lived.library.entries(lived.library.catalogue.all_ids())
    assert [(place.rank, place.upvotes) for place in entry.listed] == [(1, 5)]
    lived.content()


def test_undoing_everything_gives_a_library_without_decisions(lived: Lived) -> None:
    """Rule: star, tag, merge, split and note, undone in order, leave no state, no pair and no document."""
    lived.add(PREPRINT, ARTICLE, THIRD)
    before = lived.content()
    lived.decide(ARTICLE_KEY, SetStar(True))
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    lived.decide(PREPRINT_KEY, EditTags(add=make_tags(["lantern"])))
    split(lived.library, PREPRINT_KEY)
    lived.decide(ARTICLE_KEY, SetNote(make_note("in print")))
    keep_apart(lived.library, PREPRINT_KEY, THIRD_KEY)
    lived.reopen()
    for _ in range(6):
        lived.content()
        assert lived.library.finish(Triage(lived.library).undo()).seq
    assert not lived.library.finish(Triage(lived.library).undo()).seq
    assert lived.content() == before
    assert {lived.library.state(key) for key in lived.papers()} == {UNDECIDED}
    storage = lived.library.reading.db.storage
    assert not any((storage.read() or {}).values())


def test_a_restored_backup_brings_its_merges_and_takes_later_ones_back(lived: Lived) -> None:
    """Rule: the catalogue follows the merges of a restored backup; undo reverses that."""
    lived.add(PREPRINT, ARTICLE, THIRD, FOURTH)
    merge(lived.library, PREPRINT_KEY, ARTICLE_KEY)
    storage = lived.library.reading.db.storage
    number = lived.library.reading.seq
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    split(lived.library, PREPRINT_KEY)
    merge(lived.library, THIRD_KEY, FOURTH_KEY)
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    now = lived.content()
    restore(lived.library, number)
    assert lived.papers() == {PREPRINT_KEY: 2, THIRD_KEY: 1, FOURTH_KEY: 1}
    lived.content()
    lived.library.finish(Triage(lived.library).undo())
    assert lived.content() == now
