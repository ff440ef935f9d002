"""Rows of papers: reading state, earlier decisions, announcements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced, Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Standing
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.presenting.markers import no_marks
from paperreader.ui.presenting.rows.paper_rows import Arrival, paper_row, paper_rows
from paperreader.ui.presenting.signs import STATUS_SIGNS
from paperreader.ui.widgets.paper_list import PaperRow

DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)
PAPER = ParsedPaper("A title", "Its text.", identifiers=(Identifier("arxiv:2503.01234"),), version=1)


@pytest.mark.parametrize("status", list(ReadingStatus))
def test_a_row_shows_its_status_and_is_dim_once_decided(status: ReadingStatus) -> None:
    """Rule: every status has a sign of its own, and read and skipped rows are faded."""
    row = paper_row(Safe("A title"), ReadingState(status=status, decided_in=DAY), DAY, no_marks)
    assert row.sign == STATUS_SIGNS[status]
    assert row.is_unread is (status is ReadingStatus.UNREAD)
    assert row.is_done is (status in (ReadingStatus.READ, ReadingStatus.SKIPPED))
    assert len(set(STATUS_SIGNS.values())) == len(ReadingStatus)


def test_a_star_alone_does_not_dim_a_row() -> None:
    """Rule: a star says nothing about having been read."""
    row = paper_row(Safe("A title"), ReadingState(starred=True, decided_in=DAY), DAY, no_marks)
    assert row.is_starred
    assert not row.is_done


def test_a_paper_decided_on_an_earlier_date_says_so() -> None:
    """Rule: in a list, a paper you decided on an earlier date shows `↻ skipped Wed 12`."""
    state = ReadingState(status=ReadingStatus.SKIPPED, decided_in=EARLIER)
    row = paper_row(Safe("A title"), state, DAY, no_marks, Arrival(returned=EARLIER))
    assert (row.sign, row.has_returned, row.notices) == ("–", True, ("skipped Wed 12",))


def test_a_paper_that_did_not_return_shows_its_status() -> None:
    """Rule: a paper without an earlier decision shows its status."""
    state = ReadingState(status=ReadingStatus.SKIPPED, decided_in=EARLIER)
    row = paper_row(Safe("A title"), state, DAY, no_marks)
    assert (row.sign, row.has_returned, row.notices) == (STATUS_SIGNS[ReadingStatus.SKIPPED], False, ())


def test_tags_and_the_first_words_of_a_note_are_facts() -> None:
    """Rule: each tag is a fact, and the first words of the note are one, in one line."""
    state = ReadingState(tags=(Safe("nlp"), Safe("to-cite")), note=Safe("first\nsecond"))
    assert paper_row(Safe("A title"), state, DAY, no_marks).details == ("#nlp", "#to-cite", "✎ first second")
    long = ReadingState(note=make_note("word " * 10_000))
    (note,) = paper_row(Safe("A title"), long, DAY, no_marks).details
    assert note.startswith("✎ word word")
    assert note.endswith("…")
    assert len(note) <= 45


def test_a_row_shows_emoji_in_the_form_that_every_terminal_measures_alike() -> None:
    """Rule: list cells use the reduced form, so that columns align."""
    row = paper_row(Safe("A 👩\u200d💻 and 👍🏽 and 🇨🇭"), UNDECIDED, None, no_marks)
    assert row.title == "A 👩 and 👍 and CH"


@pytest.mark.parametrize(
    ("arrival", "notices"),
    [
        (Arrival(announced=Announced.NEW, version=1), ()),
        (Arrival(announced=Announced.CROSS, version=1), ("cross",)),
        (Arrival(announced=Announced.REPLACEMENT), ("replaced",)),
        (Arrival(announced=Announced.REPLACEMENT, version=2), ("v2",)),
        (Arrival(EARLIER, Announced.REPLACEMENT, 2), ("skipped Wed 12", "v2")),
        (Arrival(EARLIER, Announced.REPLACEMENT), ("skipped Wed 12", "replaced")),
        (Arrival(EARLIER, Announced.CROSS, 2), ("skipped Wed 12", "cross")),
    ],
)
def test_a_row_says_as_what_a_paper_is_announced(arrival: Arrival, notices: tuple[str, ...]) -> None:
    """Rule: new papers, cross-lists and replacements are kept apart; a replacement names its version."""
    state = ReadingState(ReadingStatus.SKIPPED) if arrival.returned else UNDECIDED
    row = paper_row(Safe("A title"), state, DAY, no_marks, arrival)
    assert row.notices == notices


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ReadingState(starred=True, tags=(Safe("nlp"),)), "starred Wed 12"),
        (ReadingState(tags=(Safe("nlp"),), note=Safe("a note")), "noted Wed 12"),
        (ReadingState(tags=(Safe("nlp"),)), "tagged Wed 12"),
    ],
)
def test_a_paper_that_is_unread_still_returns_as_such(state: ReadingState, said: str) -> None:
    """Rule: an unread paper that returns shows the earlier decision and still looks unread."""
    row = paper_row(Safe("A title"), state, DAY, no_marks, Arrival(EARLIER))
    assert (row.sign, row.is_done, row.notices) == (STATUS_SIGNS[ReadingStatus.UNREAD], False, (said,))
    assert row.has_returned


@pytest.mark.parametrize(
    ("standing", "said"),
    [(None, ""), (Standing.WITHDRAWN, "withdrawn"), (Standing.EDITORIAL, "editorial"), (Standing.OTHER, "not a paper")],
)
def test_a_row_says_that_it_is_no_paper(standing: Standing | None, said: str) -> None:
    """Rule: withdrawn and non-research items are labelled."""
    assert paper_row(Safe("A title"), UNDECIDED, None, no_marks, standing=standing).warning == said


# In a library


def _list(library: Library, place: date | ImportedFile, *papers: ParsedPaper, feed: str = "arxiv:cs.CL") -> None:
    with library.catalogue.transaction():
        known = place if isinstance(place, ImportedFile) else Listing(feed, place)
        add_listing(library.catalogue, known, papers)


def _decide(library: Library, decision: Decision, day: date | None = None) -> None:
    keys = list(library.keys_of(library.catalogue.all_ids()).values())
    library.reading.finish(Triage(library).decide("x", keys, decision, day))


def _row(library: Library, day: date | None) -> PaperRow:
    ((_, row),) = paper_rows(library, library.catalogue.all_ids(), day, no_marks).items()
    return row


def test_a_new_version_of_a_skipped_paper_returns_with_what_was_decided(library: Library) -> None:
    """Rule: a replacement of a paper that was decided earlier shows so, with its version."""
    _list(library, EARLIER, replace(PAPER, announced=Announced.NEW))
    _decide(library, SetStatus(ReadingStatus.SKIPPED), EARLIER)
    again = replace(PAPER, abstract="Its other text.", version=2, announced=Announced.REPLACEMENT)
    _list(library, DAY, again)
    row = _row(library, DAY)
    assert (row.sign, row.has_returned, row.notices) == ("–", True, ("skipped Wed 12", "v2"))
    for day in (EARLIER, None):
        row = _row(library, day)
        assert (row.sign, row.has_returned, row.notices) == (STATUS_SIGNS[ReadingStatus.SKIPPED], False, ())


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (SetStar(True), ("starred Wed 12",)),
        (EditTags(make_tags(["nlp"])), ("tagged Wed 12",)),
        (SetNote(make_note("x")), ("noted Wed 12",)),
        (SetStatus(ReadingStatus.LATER), ("later Wed 12",)),
        (SetStatus(ReadingStatus.UNREAD), ()),
    ],
)
def test_every_earlier_decision_is_told_when_its_paper_returns(
    library: Library, decision: Decision, said: tuple[str, ...]
) -> None:
    """Rule (promise 3): every returning paper says what you did with it before."""
    _list(library, EARLIER, PAPER)
    _list(library, DAY, PAPER)
    _decide(library, decision, EARLIER)
    assert _row(library, DAY).notices == said
    assert _row(library, EARLIER).notices == ()


def test_a_paper_that_was_decided_in_no_list_says_when(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a paper of an imported file was decided on a day, though in no list of one."""
    monkeypatch.setattr(library.reading, "now", lambda: datetime(2025, 3, 12, 12, tzinfo=UTC))
    _list(library, ImportedFile(Safe("refs.bib")), PAPER)
    _decide(library, SetStatus(ReadingStatus.READ))
    _list(library, DAY, PAPER)
    assert _row(library, DAY).notices == ("read Wed 12",)
    _list(library, date(2025, 3, 11), PAPER)
    assert _row(library, date(2025, 3, 11)).notices == ()


def test_what_another_list_of_the_date_has_as_new_is_new(library: Library) -> None:
    """Rule: a paper that one list of a date announces as new and another as a cross-list is new."""
    _list(library, DAY, replace(PAPER, announced=Announced.CROSS), feed="arxiv:cs.LG")
    assert _row(library, DAY).notices == ("cross",)
    _list(library, DAY, replace(PAPER, announced=Announced.NEW))
    assert _row(library, DAY).notices == ()


# Facts of a library


def test_a_row_has_the_facts_that_its_sources_know(library: Library) -> None:
    """Rule: authors, category, figures, code and age come from the catalogue; the largest figures count."""
    full = replace(
        PAPER,
        abstract="Code: https://github.com/a/b. The rest.",
        authors=(Safe("Amara Nwosu"), Safe("Krenn, Felix"), Safe("Wei van der Tang"), Safe("Bo Li"), Safe("Q")),
        categories=(Safe("cs.IR"), Safe("cs.CL")),
        published=EARLIER,
        upvotes=7,
        comments=1,
    )
    _list(library, EARLIER, full)
    _list(library, DAY, replace(full, upvotes=77, comments=None))
    row = _row(library, DAY)
    assert (row.authors, row.first_author, row.category) == ("Nwosu, Krenn, Tang +2", "Nwosu +4", "cs.IR")
    assert (row.upvotes, row.comments, row.has_code, row.age) == (77, 1, True, "2d")
    assert row.has_facts


def test_unknown_facts_of_a_row_are_empty(library: Library) -> None:
    """Rule: a page without figures gives none, and nothing is invented."""
    _list(library, DAY, PAPER)
    row = _row(library, DAY)
    assert (row.authors, row.first_author, row.category, row.age) == ("", "", "", "")
    assert (row.upvotes, row.comments, row.has_code, row.has_facts) == (None, None, False, False)


def test_a_group_is_named_whole(library: Library) -> None:
    """Rule: the last word of a person is the family name; a group keeps its name."""
    _list(library, DAY, replace(PAPER, authors=(Safe("Gemma Team"), Safe("ATLAS Collaboration"))))
    assert _row(library, DAY).authors == "Gemma Team, ATLAS Collaboration"


def test_a_link_to_code_from_a_source_counts_too(library: Library) -> None:
    """Rule: a paper has code if its abstract or its source links to it."""
    _list(library, DAY, replace(PAPER, links=(("code", "https://git.example.org/a/b"),)))
    assert _row(library, DAY).has_code


def test_a_paper_that_the_catalogue_lost_keeps_its_authors(library: Library) -> None:
    """Rule: a kept paper shows what was copied with the decision."""
    _list(library, DAY, replace(PAPER, authors=(Safe("Amara Nwosu"),)))
    _decide(library, SetStar(True))
    with library.catalogue.transaction() as connection:
        for table in ("papers", "sightings", "names", "captures", "texts"):
            connection.execute(f"DELETE FROM {table}")
    (row,) = paper_rows(library, library.kept_ids(), None, no_marks).values()
    assert (row.title, row.authors) == ("A title", "Nwosu")


def test_rows_are_read_by_as_many_statements_for_many_papers_as_for_one(library: Library) -> None:
    """Rule: the statements for a screen of rows do not grow with the rows."""
    _list(library, DAY, *(ParsedPaper(f"The invented paper {n}", f"About {n}. " * 9, upvotes=n) for n in range(60)))
    statements: list[str] = []
    counts = []
    library.catalogue.connection.set_trace_callback(statements.append)
    for ids in (library.catalogue.all_ids()[:1], library.catalogue.all_ids()[:60]):
        statements.clear()
        assert len(paper_rows(library, ids, DAY, no_marks)) == len(ids)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
