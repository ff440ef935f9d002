"""`icons = "words"`: a screen reader hears states as words."""

from __future__ import annotations

from piloting import reading

from paperreader.config import Icons
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.ui.presenting.rows.words import row_in_words
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.widgets.paper_list import PaperRow

WORDS = LookSettings("dark", Icons.WORDS)
SIGNS = frozenset("•◷✓★↻✎")


async def test_rows_and_header_say_states_in_words(sample: Library) -> None:
    """Rule: each row begins with the paper's state, the counts of the header have words, and no sign is left."""
    async with reading(sample, look=WORDS) as reader:
        await reader.press("s", "d", "b")
        await reader.settled()
        lines = [line[23:].strip() for line in reader.text.split("\n")[3:]]
        assert lines[0].startswith("read, starred: GPTQ")
        for word in ("skipped: ", "later: ", "unread: "):
            assert any(line.startswith(word) for line in lines)
        assert "starred 1" in reader.text.split("\n")[0]
        assert "later 1" in reader.text.split("\n")[0]
        rows = "\n".join(reader.text.split("\n")[3:18])
        assert not SIGNS & set(rows)


def test_a_followed_paper_says_so() -> None:
    """Rule: the mark of a followed paper is a word, too."""
    row = row_in_words(PaperRow(Safe("Title"), Safe("•"), is_followed=True))
    assert (row.title, row.is_followed) == ("unread, followed: Title", False)


async def test_hits_stay_on_their_words(sample: Library) -> None:
    """Rule: the marked words of a filter are those of the title, although the state stands before it."""
    async with reading(sample, look=WORDS) as reader:
        await reader.filter("attention")
        row = reader.view.papers._row(0)
        assert row is not None
        assert {row.title[start:end].casefold() for start, end in row.hits} == {"attention"}
