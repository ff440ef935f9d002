"""Tags as lists in the library."""

from __future__ import annotations

import pytest
from piloting import Reading, reading

from paperreader.domain.decision import EditTags, SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import TagList
from paperreader.domain.reading_state import make_tags
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.library_rows import MOST_TAGS, date_rows

SOON = Limits(count_shelves=0.01, recount_shelves=0.01)
NLP = TagList(Safe("nlp"))


def _tag(library: Library, keys: list[PaperKey], *tags: str) -> None:
    library.reading.finish(Triage(library).decide("tag", keys, EditTags(make_tags(tags))))


def _library_pane(reader: Reading) -> list[str]:
    return [line[:22].strip(" ▌│") for line in reader.text.split("\n")[2:-1]]


async def test_tags_stand_in_the_library_and_open_their_papers(sample: Library) -> None:
    """Rule: a tag with its count stands below the shelves; its list has its papers, and is remembered."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:5]).values())
    _tag(sample, keys[:3], "nlp")
    _tag(sample, keys[3:5], "vision", "nl")
    async with reading(sample, limits=SOON) as reader:
        await reader.until(lambda: any(line.startswith("#nlp") for line in _library_pane(reader)))
        rows = _library_pane(reader)
        heading = next(at for at, line in enumerate(rows) if line.startswith("Tags "))
        assert heading < next(at for at, line in enumerate(rows) if line.startswith("#nl "))
        assert next(line for line in rows if line.startswith("#nlp")).split() == ["#nlp", "3"]
        reader.triage.open_place(NLP)
        await reader.until(lambda: sorted(reader.keys) == sorted(keys[:3]))
        assert "#nlp" in reader.header
        await reader.filter("zzzz")
        await reader.until(lambda: "No paper in #nlp matches" in reader.text)
        await reader.press("escape", "d")
        await reader.settled()
        session = reader.view.session
    assert session.place == NLP
    async with reading(sample, limits=SOON) as again:
        again.triage.open_place(again.view.desk.first_place(session.place))
        assert len(again.titles) == 3


async def test_a_new_tag_appears_and_one_without_papers_leaves(sample: Library) -> None:
    """Rule: the library follows what is decided, in this window and in others."""
    async with reading(sample, limits=SOON) as reader:
        key = [reader.key]
        _tag(sample, key, "fresh")
        await reader.until(lambda: any(line.startswith("#fresh") for line in _library_pane(reader)))
        sample.reading.finish(Triage(sample).decide("tag", key, EditTags(remove=make_tags(["fresh"]))))
        await reader.until(lambda: not any(line.startswith("#fresh") for line in _library_pane(reader)))
        assert not any(line.startswith("Tags ") for line in _library_pane(reader))
        reader.triage.open_place(TagList(Safe("fresh")))
        await reader.until(lambda: "No paper has the tag #fresh any more" in reader.text)


def test_many_tags_are_the_most_used_and_a_count_of_the_others(sample: Library) -> None:
    """Rule: a hundred tags take no more than so many lines, the open one among them."""
    tags = {f"tag{number:03}": number for number in range(100)}
    rows = date_rows(Library.counts(sample), {}, tags, TagList(Safe("tag000")))
    labels = [str(rows[at].label) for at in range(len(rows))]
    start = labels.index("Tags")
    shown = labels[start + 1 : start + MOST_TAGS + 2]
    assert shown == ["#tag000", *(f"#tag{number:03}" for number in range(100 - MOST_TAGS, 100))]
    assert labels[start + MOST_TAGS + 2] == f"{99 - MOST_TAGS} more"


def test_the_list_of_a_tag_is_that_of_its_query(sample: Library) -> None:
    """Rule: only the whole tag counts; starred papers of other tags are not in it."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:4]).values())
    _tag(sample, keys[:2], "nlp")
    _tag(sample, keys[2:3], "nlp-tools")
    sample.reading.finish(Triage(sample).decide("star", keys[3:], SetStar(True)))
    assert set(sample.keys_of(sample.ids(NLP)).values()) == set(keys[:2])


@pytest.mark.parametrize("name", ["a b", "#x"])
def test_the_name_of_a_tag_list_is_the_tag(name: str) -> None:
    """Rule: texts of places are told apart by their prefix."""
    assert str(TagList(Safe(name))) == f"tag:{name}"
