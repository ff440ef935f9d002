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
from paperreader.ui.presenting.paper_rows import Arrival, paper_row, paper_rows
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
    """Rule: in a list, a paper you decided on an earlier date shows `↻ skipped Wed 12 Mar`."""
    state = ReadingState(status=ReadingStatus.SKIPPED, decided_in=EARLIER)
    row = paper_row(Safe("A title"), state, DAY, no_marks, Arrival(returned=EARLIER))
    assert (row.sign, row.has_returned, row.notices) == ("–", True, ("skipped Wed 12 Mar",))


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
        (Arrival(EARLIER, Announced.REPLACEMENT, 2), ("skipped Wed 12 Mar", "v2")),
        (Arrival(EARLIER, Announced.REPLACEMENT), ("skipped Wed 12 Mar", "replaced")),
        (Arrival(EARLIER, Announced.CROSS, 2), ("skipped Wed 12 Mar", "cross")),
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
        (ReadingState(starred=True, tags=(Safe("nlp"),)), "starred Wed 12 Mar"),
        (ReadingState(tags=(Safe("nlp"),), note=Safe("a note")), "noted Wed 12 Mar"),
        (ReadingState(tags=(Safe("nlp"),)), "tagged Wed 12 Mar"),
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
    assert (row.sign, row.has_returned, row.notices) == ("–", True, ("skipped Wed 12 Mar", "v2"))
    for day in (EARLIER, None):
        row = _row(library, day)
        assert (row.sign, row.has_returned, row.notices) == (STATUS_SIGNS[ReadingStatus.SKIPPED], False, ())


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (SetStar(True), ("starred Wed 12 Mar",)),
        (EditTags(make_tags(["nlp"])), ("tagged Wed 12 Mar",)),
        (SetNote(make_note("x")), ("noted Wed 12 Mar",)),
        (SetStatus(ReadingStatus.LATER), ("later Wed 12 Mar",)),
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
    assert _row(library, DAY).notices == ("read Wed 12 Mar",)
    _list(library, date(2025, 3, 11), PAPER)
    assert _row(library, date(2025, 3, 11)).notices == ()


def test_what_another_list_of_the_date_has_as_new_is_new(library: Library) -> None:
    """Rule: a paper that one list of a date announces as new and another as a cross-list is new."""
    _list(library, DAY, replace(PAPER, announced=Announced.CROSS), feed="arxiv:cs.LG")
    assert _row(library, DAY).notices == ("cross",)
    _list(library, DAY, replace(PAPER, announced=Announced.NEW))
    assert _row(library, DAY).notices == ()
