"""Two papers that are found to be one: their rows, and what was decided about them, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.paper import Paper
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.reading import ReadingStatus, make_note, make_tags
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_following import follow_identities
from paperreader.storage.catalogue_import import add_listing
from paperreader.storage.reading_documents import Keepsake
from paperreader.storage.reading_store import ReadingStore

OpenStore = Callable[..., ReadingStore]

DAY, NEXT = date(2025, 3, 14), date(2025, 3, 15)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
KEY, OTHER = PaperKey(DOI), PaperKey(ARXIV)
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
PREPRINT = ParsedPaper("A mixture of sundials", "", identifiers=(ARXIV,), upvotes=3)
ARTICLE = ParsedPaper("Sundials: a mixture", ABSTRACT, ("Ada Lovelace",), identifiers=(DOI,))
BOTH = ParsedPaper("A mixture of sundials", "", identifiers=(ARXIV, DOI))


def _add(catalogue: Catalogue, *papers: ParsedPaper, feed: str, day: date = DAY) -> int:
    with catalogue.transaction():
        return add_listing(catalogue, Listing(feed, day), papers).merged


def _dump(catalogue: Catalogue) -> list[tuple[PaperKey, Paper, tuple[ListedPaper, ...]]]:
    """The papers by their keys, with everything that is said of them."""
    ids = catalogue.all_ids()
    places = catalogue.places(ids)
    numbers = catalogue.ids_of(paper.key for paper in catalogue.papers(ids))
    found = [(paper.key, paper, tuple(places[numbers[paper.key]])) for paper in catalogue.papers(ids)]
    return sorted(found, key=lambda said: said[0])


def _columns(catalogue: Catalogue) -> list[tuple[object, ...]]:
    rows = catalogue.connection.execute("SELECT * FROM papers ORDER BY key").fetchall()
    return [row[1:] for row in rows]


# The catalogue


@pytest.mark.parametrize("order", list(permutations([PREPRINT, ARTICLE, BOTH])))
def test_papers_that_a_capture_names_together_are_one(catalogue: Catalogue, order: Sequence[ParsedPaper]) -> None:
    """Whichever comes first: one paper, with both ids, the better text, all places; the old keys lead to it."""
    for number, parsed in enumerate(order):
        _add(catalogue, parsed, feed=f"feed {number}", day=DAY if number else NEXT)
    (paper,) = catalogue.papers(catalogue.all_ids())
    assert set(paper.identifiers) == {ARXIV, DOI}
    assert (paper.abstract, paper.authors) == (ABSTRACT, ("Ada Lovelace",))
    assert len(catalogue.places(catalogue.all_ids())[catalogue.all_ids()[0]]) == 3
    assert catalogue.date_counts() == [(NEXT, 1), (DAY, 1)]
    assert set(catalogue.merged_keys().values()) <= {paper.key}
    assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("order", list(permutations([PREPRINT, ARTICLE, BOTH])))
def test_the_date_that_says_most_is_that_of_both(catalogue: Catalogue, order: Sequence[ParsedPaper]) -> None:
    """Whichever comes first; parted again, each paper has its own."""
    published: dict[ParsedPaper, KnownDate | None] = {
        PREPRINT: date(2025, 3, 2),
        ARTICLE: PartialDate(2025),
        BOTH: None,
    }
    for number, parsed in enumerate(order):
        _add(catalogue, replace(parsed, published=published[parsed]), feed=f"feed {number}")
    assert [paper.published for _, paper, _ in _dump(catalogue)] == [date(2025, 3, 2)]
    if order[-1] is BOTH:
        (merged,) = catalogue.merged_keys().items()
        assert follow_identities(catalogue, dict([merged])) == 0
        assert follow_identities(catalogue, {}) == 1
        assert {key: paper.published for key, paper, _ in _dump(catalogue)} == {
            KEY: PartialDate(2025),
            OTHER: date(2025, 3, 2),
        }


def test_papers_that_contradict_each_other_stay_two(catalogue: Catalogue) -> None:
    """A capture that bears the DOI of one and the arXiv id of another cannot be right about both."""
    _add(catalogue, PREPRINT, feed="a")
    _add(catalogue, ParsedPaper("Frogs", "", identifiers=(DOI, Identifier("arxiv:2503.09999"))), feed="b")
    assert _add(catalogue, BOTH, feed="c") == 0
    assert catalogue.count() == 2


def test_what_was_joined_is_parted_again_as_it_was(catalogue: Catalogue) -> None:
    """Texts, facts, ids and places are those of before; what a capture said since stays with the paper it was of."""
    _add(catalogue, ARTICLE, feed="shared")
    _add(catalogue, PREPRINT, feed="shared", day=NEXT)
    _add(catalogue, PREPRINT, feed="own", day=NEXT)
    before, columns, counts = _dump(catalogue), _columns(catalogue), catalogue.date_counts()
    assert _add(catalogue, BOTH, feed="both", day=NEXT) == 1
    assert (catalogue.count(), catalogue.merged_keys()) == (1, {OTHER: KEY})
    assert follow_identities(catalogue, {OTHER: KEY}) == 0, "it is noted that decisions are joined"
    since = ParsedPaper("Sundials: a mixture", ABSTRACT, identifiers=(DOI,), upvotes=1)
    _add(catalogue, since, feed="since", day=NEXT)
    assert follow_identities(catalogue, {}) == 1
    after = _dump(catalogue)
    assert [(key, paper.abstract, paper.identifiers) for key, paper, _ in after] == [
        (key, paper.abstract, paper.identifiers) for key, paper, _ in before
    ]
    feeds = {key: [place.listing.feed for place in places] for key, _, places in after}
    assert feeds == {OTHER: ["own", "shared"], KEY: ["both", "since", "shared"]}
    assert _columns(catalogue)[0] == columns[0]
    assert dict(catalogue.date_counts())[DAY] == dict(counts)[DAY]
    assert follow_identities(catalogue, {OTHER: KEY}) == 1, "and one again"
    assert catalogue.count() == 1


def test_titles_go_along_and_come_back(catalogue: Catalogue) -> None:
    """Joined, a paper is found by the titles of both; parted, each by its own, and by none of the other's."""
    titles = "SELECT key, title_hash FROM titles JOIN papers ON papers.id = paper ORDER BY key, title_hash"

    def rows() -> list[tuple[str, str]]:
        return list(catalogue.connection.execute(titles.replace("title_hash", "titles.title_hash")))

    renamed = ParsedPaper("Frogs, revised", ARTICLE.abstract, identifiers=ARTICLE.identifiers)
    for number, parsed in enumerate((ARTICLE, renamed, PREPRINT)):
        _add(catalogue, parsed, feed=f"feed {number}")
    before = rows()
    assert _add(catalogue, BOTH, feed="both") == 1
    joined = rows()
    assert {hashed for _, hashed in joined} >= {hashed for _, hashed in before}
    assert len({key for key, _ in joined}) == 1
    assert follow_identities(catalogue, {OTHER: KEY}) == 0
    assert follow_identities(catalogue, {}) == 1
    assert set(before) <= set(rows())
    assert {hashed for key, hashed in rows() if key == OTHER} == {hashed for key, hashed in before if key == OTHER}


# What was decided


def _decide(store: ReadingStore) -> None:
    decided: dict[PaperKey, list[Decision]] = {
        KEY: [SetStatus(ReadingStatus.LATER), EditTags(make_tags(["ml"])), SetNote(make_note("one"))],
        OTHER: [SetStar(True), EditTags(make_tags(["nlp"])), SetNote(make_note("other"))],
    }
    for key, decisions in decided.items():
        for decision in decisions:
            store.finish(store.decide("act", {key: decision}, {key: Keepsake(f"Title of {key}")}))


def test_joined_decisions_are_one_action_and_each_paper_has_its_own_again(open_store: OpenStore) -> None:
    """Everything is under one key, in one step; undo gives both keys what they had, and redo joins again."""
    store = open_store()
    _decide(store)
    before = {key: store.state(key) for key in (KEY, OTHER)}
    action = store.finish(store.join("import", {OTHER: KEY}))
    joined = store.state(KEY)
    assert (joined.starred, joined.tags, joined.note) == (True, ("ml", "nlp"), "one\n\nother")
    assert joined.status is ReadingStatus.LATER
    assert (store.knows(OTHER), store.identities(), action.identities) == (False, {OTHER: KEY}, (OTHER,))
    assert store.history()[0].name == "import"
    again = open_store()
    undone = again.finish(again.undo())
    assert ({key: again.state(key) for key in (KEY, OTHER)}, again.identities()) == (before, {})
    assert (undone.decision, undone.identities) == ("import", (OTHER,))
    again.finish(again.redo())
    assert (again.state(KEY), again.knows(OTHER), open_store().identities()) == (joined, False, {OTHER: KEY})


def test_what_was_decided_about_the_joined_paper_stays_with_it(open_store: OpenStore) -> None:
    """An undo of the joining leaves later decisions alone, and the other paper has all of its own again."""
    store = open_store()
    _decide(store)
    others = store.state(OTHER)
    action = store.finish(store.join("import", {OTHER: KEY}))
    store.finish(store.decide("note", {KEY: SetNote(make_note("since"))}, {}))
    undone = store.finish(store.undo(action.seq, on_conflict=OnConflict.LEAVE))
    assert undone.conflicts == (KEY,)
    assert (store.state(OTHER), store.state(KEY).note, store.state(KEY).starred) == (others, "since", False)


def test_papers_of_which_nothing_was_decided_need_no_action(open_store: OpenStore) -> None:
    """The catalogue alone knows that they are one."""
    store = open_store()
    store.finish(store.decide("act", {KEY: SetStar(True)}, {}))
    assert store.finish(store.join("import", {OTHER: KEY})).seq == 0


def test_keys_that_were_joined_in_turn_lead_to_the_last(open_store: OpenStore) -> None:
    """However often, and a ring that a hand made leads nowhere."""
    store = open_store()
    third = PaperKey("title:0123456789ab")
    store.finish(store.decide("act", dict.fromkeys((KEY, OTHER, third), SetStar(True)), {}))
    store.finish(store.join("import", {OTHER: KEY}))
    store.finish(store.join("import", {KEY: third}))
    assert store.identities() == {OTHER: third, KEY: third}
    store.db.table("identities").insert({"key": third, "is": OTHER})
    assert set(open_store().identities()) <= {KEY, OTHER, third}
