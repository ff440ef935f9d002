"""Index updates: after any change of the catalogue the index answers like a rebuilt index."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from index_damage import mark_version
from old_catalogue import make_old_catalogue

from paperreader.domain.captures import UserPairs, name_pair
from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.query.parser import parse_query
from paperreader.errors import StoreBusy, StoreError
from paperreader.search.index.facts import papers_query
from paperreader.search.index.paper_index import Order, PaperIndex
from paperreader.search.index.writer import index_lock, open_writer
from paperreader.services.indexing import update as indexing
from paperreader.services.indexing.update import Condition, catch_up, index_folder, index_state, keep_up
from paperreader.services.library import Library
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.catalogue.listings import count_papers, follow_dates
from paperreader.storage.catalogue.papers import follow_pairs
from paperreader.storage.catalogue.search_queries import searchables

DAYS = (date(2025, 3, 14), date(2025, 3, 15), date(2025, 3, 20))
FEEDS = ("page:1", "hf", "Page:2")
TEXTS = ("quartz", "quartz again", "zulu-nine", "blitz https://github.com/a/b")
NAMES = "abcdefg"

_QUERIES = (
    *TEXTS[:3], "zulunine", "author:ada", "title:paper", "abstract:blitz", "-quartz", "has:code", "has:pdf", "is:again",
    *(f"called{name}" for name in NAMES), *(f"feed:{feed}" for feed in FEEDS), *(f"date:{day}" for day in DAYS),
    *(f"id:arxiv:2503.0000{number}" for number in range(len(NAMES))), "id:title:", "upvotes:>0", "upvotes:>3",
)  # fmt: skip
"""A question for everything that is indexed of a paper."""

_Answers = dict[str, list[tuple[int, int]]]


def _answers(folder: Path, catalogue: Catalogue) -> _Answers:
    """The answers of the index in a folder, with the place of each paper in the list of all."""
    index = PaperIndex(folder)
    found = {}
    for text in _QUERIES:
        query = parse_query(text, complete=True)
        answer = index.search(query, lambda fact: papers_query([]), DAYS[-1], limit=1000, order=Order.NEWEST)
        assert answer.total == len(answer.numbers) == len(set(answer.numbers))
        found[text] = sorted(zip(answer.numbers, answer.newest, strict=True))
    assert len(index) == catalogue.count()
    return found


def _answers_anew(catalogue: Catalogue) -> _Answers:
    """The answers of a rebuilt index."""
    with tempfile.TemporaryDirectory() as folder:
        with open_writer(Path(folder), anew=True, is_bulk=True) as writer:
            writer.add(searchables(catalogue, sorted(catalogue.all_ids())))
            writer.commit("", 0, "")
        return _answers(Path(folder), catalogue)


def _check(catalogue: Catalogue) -> None:
    """Update the index, and check that it is current and right."""
    catch_up(catalogue)
    assert index_state(catalogue).condition is Condition.CURRENT
    assert _answers(index_folder(catalogue), catalogue) == _answers_anew(catalogue)


def _paper(name: str, text: int = 0, votes: int | None = None) -> ParsedPaper:
    number = NAMES.index(name)
    identifiers = (Identifier(f"arxiv:2503.0000{number}"),) if number % 2 else ()
    authors = ("Ada Blitz",) if number % 3 == 0 else None
    return ParsedPaper(f"An invented paper called{name}", TEXTS[text], authors, identifiers=identifiers, upvotes=votes)


def _add(
    catalogue: Catalogue, names: str, day: date = DAYS[0], feed: str = "hf", text: int = 0, votes: int = 0
) -> None:
    with catalogue.transaction():
        add_listing(catalogue, Listing(feed, day), [_paper(name, text, votes) for name in dict.fromkeys(names)])


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue."""
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as opened:
        yield opened


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.text(NAMES, min_size=1, max_size=4), st.sampled_from(DAYS),
                  st.sampled_from(FEEDS), st.integers(0, 3), st.integers(0, 9)),
        st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(DAYS)),
        st.tuples(st.just("remove listing"), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("split")),
        st.tuples(st.just("index")),
    ),
    max_size=9,
)  # fmt: skip


def _take(catalogue: Catalogue, step: tuple[object, ...]) -> None:
    """Change a catalogue, or update its index."""
    match step:
        case ("add", str(names), date() as day, str(feed), int(text), int(votes)):
            _add(catalogue, names, day, feed, text, votes)
        case ("move", int(place), date() as day):
            listings = list(catalogue.known_on(DAYS[place % 3]))
            follow_dates(catalogue, {known.name: day for known in listings})
        case ("remove listing", int(place)):
            _remove_listing(catalogue, place)
        case ("merge", int(one), int(other)):
            _merge(catalogue, one, other)
        case ("split",):
            _follow(catalogue, UserPairs())
        case _:
            with suppress(StoreBusy):
                catch_up(catalogue)


_PROPERTY = examples(30)


@_PROPERTY
@given(steps=_steps)
def test_an_updated_index_answers_like_a_rebuilt_index(steps: list[tuple[object, ...]]) -> None:
    """Rule: the index follows imports, moved dates, removed listings, merges and splits."""
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        _add(catalogue, "ab")
        catch_up(catalogue)
        for step in steps:
            _take(catalogue, step)
        _check(catalogue)


@_PROPERTY
@given(steps=_steps, is_new=st.booleans())
def test_an_index_updated_during_imports_answers_like_a_rebuilt_index(
    steps: list[tuple[object, ...]], is_new: bool
) -> None:
    """Rule: changes of another connection between two looks are all in the index at the end."""
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        _add(catalogue, "ab")
        if not is_new:
            catch_up(catalogue)
            _add(catalogue, "bc")
        with closing(Catalogue(catalogue.path)) as follower:
            rest = list(reversed(steps))

            def more() -> bool:
                if rest:
                    _take(catalogue, rest.pop())
                    return True
                return False

            catch_up(follower, more=more)
            assert rest == []
        assert index_state(catalogue).condition is Condition.CURRENT
        assert _answers(index_folder(catalogue), catalogue) == _answers_anew(catalogue)


def _remove_listing(catalogue: Catalogue, place: int) -> None:
    numbers = [number for (number,) in catalogue.connection.execute("SELECT id FROM listings")]
    with catalogue.transaction() as connection:
        for listing in numbers[place : place + 1]:
            listed = connection.execute("SELECT paper FROM listed WHERE listing = ?", (listing,)).fetchall()
            connection.execute("DELETE FROM sightings WHERE listing = ?", (listing,))
            connection.execute("DELETE FROM listings WHERE id = ?", (listing,))
            count_papers(connection, (number for (number,) in listed))


def _merge(catalogue: Catalogue, one: int, other: int) -> None:
    """The user says that two papers are one."""
    numbers = sorted(catalogue.all_ids())
    keys = catalogue.keys_of(numbers)
    one, other = numbers[one % len(numbers)], numbers[other % len(numbers)]
    if one != other:
        _follow(catalogue, catalogue.pairs_applied() | UserPairs(frozenset({name_pair(keys[one], keys[other])})))


def _follow(catalogue: Catalogue, pairs: UserPairs) -> None:
    with catalogue.transaction():
        follow_pairs(catalogue, pairs)


def test_a_paper_that_is_indexed_again_is_found_once(catalogue: Catalogue) -> None:
    """Rule: an update replaces what the index had of a paper, also of many papers at once."""
    _add(catalogue, NAMES)
    catch_up(catalogue)
    _add(catalogue, NAMES, text=1, votes=9)
    state = catch_up(catalogue)
    assert state.condition is Condition.BEHIND
    assert len(state.changed) == len(NAMES)
    _check(catalogue)
    assert catch_up(catalogue).condition is Condition.CURRENT


# What the catalogue may be


def _later(catalogue: Catalogue) -> None:
    _add(catalogue, "cd", DAYS[1], text=1)
    _add(catalogue, "ae", DAYS[2], text=2, votes=5)


def _put_back(catalogue: Catalogue, copy: Path) -> Catalogue:
    path = catalogue.path
    catalogue.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(copy, path)
    return Catalogue(path)


@pytest.mark.parametrize("changes", [0, 1, 2, 3])
def test_an_older_copy_of_the_catalogue_is_indexed_again(catalogue: Catalogue, tmp_path: Path, changes: int) -> None:
    """Rule: an update notices a restored catalogue, even after it has as many changes as the index."""
    _add(catalogue, "ab")
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(copy)) as target:
        catalogue.connection.backup(target)
    _later(catalogue)
    catch_up(catalogue)
    with closing(_put_back(catalogue, copy)) as older:
        for name in "fga"[:changes]:
            _add(older, name, DAYS[2], text=3)
        assert index_state(older).condition is Condition.UNUSABLE
        _check(older)


def test_a_copied_library_continues_from_its_copy(catalogue: Catalogue, tmp_path: Path) -> None:
    """Rule: the indexes of a library and its copy do not affect each other."""
    _add(catalogue, "ab")
    catch_up(catalogue)
    _add(catalogue, "c", text=1)
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as target:
        catalogue.connection.backup(target)
    other = tmp_path / "other"
    shutil.copytree(index_folder(catalogue), other / "index")
    shutil.copyfile(tmp_path / "copy.sqlite", other / "catalogue.sqlite")
    with closing(Catalogue(other / "catalogue.sqlite")) as copied:
        _add(catalogue, "d", DAYS[1])
        _add(copied, "e", DAYS[2])
        for each in (catalogue, copied):
            assert catch_up(each).condition is Condition.BEHIND
            _check(each)


def test_another_catalogue_is_indexed_anew(catalogue: Catalogue, tmp_path: Path) -> None:
    """Rule: an index answers only for the catalogue it was built from."""
    _add(catalogue, "ab")
    catch_up(catalogue)
    with closing(Catalogue(tmp_path / "new.sqlite")) as new:
        _add(new, "cd")
        assert new.mark().change == catalogue.mark().change
        assert index_state(new).condition is Condition.UNUSABLE
        _check(new)


def test_a_catalogue_that_begins_anew_is_indexed_anew(catalogue: Catalogue) -> None:
    """Rule: the index of a damaged catalogue is not used for the catalogue that replaces it."""
    _add(catalogue, "abcd")
    catch_up(catalogue)
    catalogue.start_anew()
    assert index_state(catalogue).condition is Condition.UNUSABLE
    _add(catalogue, "e")
    _check(catalogue)


def test_a_converted_catalogue_is_indexed_and_followed(tmp_path: Path) -> None:
    """Rule: the papers of a converted catalogue are indexed, and their changes too."""
    make_old_catalogue(tmp_path / "catalogue.sqlite")
    Library(tmp_path).close()
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as opened:
        _check(opened)
        _merge(opened, 0, 1)
        assert index_state(opened).condition is Condition.BEHIND
        _check(opened)


# What is forgotten


def test_changes_are_forgotten_when_the_index_has_them(catalogue: Catalogue) -> None:
    """Rule: the stored changes do not grow as long as the index is updated."""
    for _ in range(3):
        _later(catalogue)
        _add(catalogue, NAMES, text=3)
        catch_up(catalogue)
        assert catalogue.connection.execute("SELECT count(*) FROM changes").fetchone() == (0,)
        assert catalogue.connection.execute("SELECT count(*) FROM editions").fetchone() == (1,)


def test_an_index_older_than_the_stored_changes_is_rebuilt(catalogue: Catalogue, tmp_path: Path) -> None:
    """Rule: a restored index may not miss changes that were forgotten."""
    _add(catalogue, "ab")
    catch_up(catalogue)
    shutil.copytree(index_folder(catalogue), tmp_path / "copy")
    _later(catalogue)
    catch_up(catalogue)
    shutil.rmtree(index_folder(catalogue))
    (tmp_path / "copy").rename(index_folder(catalogue))
    assert index_state(catalogue).condition is Condition.UNUSABLE
    _check(catalogue)


def test_changes_that_cannot_be_forgotten_do_no_harm(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a read-only catalogue is indexed."""

    def refuse(*_: object) -> None:
        raise StoreError("refused")

    monkeypatch.setattr("paperreader.services.indexing.update.forget_changes", refuse)
    _add(catalogue, "ab")
    catch_up(catalogue)
    _later(catalogue)
    assert catch_up(catalogue).condition is Condition.BEHIND
    _check(catalogue)


# When it is done


def test_another_version_of_the_index_is_rebuilt(catalogue: Catalogue) -> None:
    """Rule: an index of another version is not used."""
    _add(catalogue, "ab")
    catch_up(catalogue)
    mark_version(index_folder(catalogue), 4711)
    assert "version" in index_state(catalogue).reason
    _check(catalogue)


def test_progress_tells_of_papers_only(catalogue: Catalogue) -> None:
    """Rule: an update without changes reports no progress."""
    _add(catalogue, "ab")
    told: list[tuple[int, int]] = []
    looks = iter((True, False))
    catch_up(catalogue, lambda done, papers: told.append((done, papers)), more=lambda: next(looks))
    assert told == [(0, 2), (2, 2)]


def test_one_process_writes_at_a_time(catalogue: Catalogue) -> None:
    """Rule: a second update is refused, and an import does not fail because of it."""
    _add(catalogue, "ab")
    catch_up(catalogue)
    _later(catalogue)
    with index_lock(index_folder(catalogue)):
        with pytest.raises(StoreBusy):
            catch_up(catalogue)
        keep_up(catalogue)
    assert index_state(catalogue).condition is Condition.BEHIND
    _check(catalogue)


def test_an_index_that_another_process_just_built_is_not_rebuilt(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: an update reads the state of the index again under the lock."""
    _add(catalogue, "ab")
    state = indexing.index_state

    def late(asked: Catalogue) -> indexing.IndexState:
        monkeypatch.setattr(indexing, "index_state", state)
        seen = state(asked)
        catch_up(asked)
        return seen

    monkeypatch.setattr(indexing, "index_state", late)
    assert catch_up(catalogue).condition is Condition.CURRENT
    _check(catalogue)


def test_a_small_library_gets_no_index(catalogue: Catalogue) -> None:
    """Rule: an import updates an existing index, and creates one only for a large library."""
    _add(catalogue, "ab")
    keep_up(catalogue)
    assert not index_folder(catalogue).exists()
    keep_up(catalogue, index_from=2)
    _later(catalogue)
    keep_up(catalogue)
    assert index_state(catalogue).condition is Condition.CURRENT


def test_a_damaged_catalogue_is_a_store_error(tmp_path: Path) -> None:
    """Rule: pages that cannot be read during an update are an error of one line."""
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        _add(catalogue, NAMES)
        (page,) = catalogue.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'papers'").fetchone()
        (size,) = catalogue.connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with closing(Catalogue(path)) as catalogue:
        with pytest.raises(StoreError, match="was damaged"):
            catch_up(catalogue)
        assert catalogue.notice
        assert catalogue.count() == 0
        _add(catalogue, "ab")
        _check(catalogue)


def test_columns_with_unexpected_values_are_indexed(catalogue: Catalogue) -> None:
    """Rule: a wrong value affects only itself, not its paper or the index."""
    _add(catalogue, NAMES, votes=5)
    for odd in (b"\xff\x00", "text", -5, 0.5, 2**62):
        with catalogue.transaction() as connection:
            for statement in (
                "UPDATE sightings SET rank = ?, upvotes = ?",
                "UPDATE listings SET feed = ?",
                "UPDATE papers SET key = ?, also = ?, facts = ?, title_order = ? WHERE id = 1",
                "UPDATE texts SET title = ?, abstract = ?, raw = ? WHERE id = 1",
                "UPDATE captures SET own = ?, ids = ?, authors = ?, published = ?, links = ? WHERE id < 3",
            ):
                connection.execute(statement, (odd,) * statement.count("?"))
        catch_up(catalogue)
        assert index_state(catalogue).condition is Condition.CURRENT
        assert len(PaperIndex(index_folder(catalogue))) == len(NAMES)
