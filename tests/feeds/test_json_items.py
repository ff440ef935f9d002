"""Lists in JSON are read item by item, in constant memory; damage costs the damaged item only."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds.syntax.json_items import (
    CUT_OFF,
    NOT_JSON,
    NOT_UTF8,
    TOO_DEEP,
    TOO_LONG,
    TWO_IN_ONE,
    JsonItem,
    read_items,
    read_value,
)

PROPERTY = examples(300)
ITEMS = [{"title": f"Paper {number}", "by": [{"name": "A"}, {"name": "B {"}], "votes": number} for number in range(6)]
LINES = "\n".join(json.dumps(item) for item in ITEMS)
ARRAY = json.dumps(ITEMS)
INDENTED = json.dumps(ITEMS, indent=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> list[JsonItem]:
    """All items of a text."""
    return list(read_items(text.encode("utf-8", "surrogateescape"), ("data", "items"), is_item))


def is_item(value: object) -> bool:
    """Whether a value has an item's members."""
    return isinstance(value, dict) and "title" in value


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The lines of an input, long ones in pieces."""
    stream = io.BytesIO(data)
    while line := stream.readline(size):
        yield line


def found(text: str) -> list[object]:
    """The values of the items that have one."""
    return [item.value for item in read(text) if item.damage is None]


def damage(text: str) -> list[tuple[int, str | None]]:
    """The lines of the damaged ones, and what is wrong."""
    return [(item.line, item.damage) for item in read(text) if item.damage]


@pytest.mark.parametrize(
    "text",
    [
        ARRAY,
        INDENTED,
        LINES,
        LINES.replace("\n", "\r\n"),
        LINES.replace("\n", ",\n"),
        "".join(LINES.split("\n")),
        f"\ufeff{ARRAY}",
        f"[{ARRAY}]",
        json.dumps({"status": "ok", "data": ITEMS}),
        json.dumps({"data": {"items": ITEMS}, "count": 6}, indent=1),
        json.dumps({"names": [], "of no name that is known": ITEMS}, indent=1),
        f"{json.dumps(ITEMS[:2])}\n{json.dumps(ITEMS[2:])}",
        f"{json.dumps({'data': ITEMS[:2]})}\n{json.dumps({'items': ITEMS[2:]})}",
        ARRAY.replace('}, {"t', '},, {"t'),
        ARRAY.replace('}, {"t', '} {"t'),
        f"{ARRAY}]}}",
    ],
)
def test_lists_are_read_in_every_wrapping(text: str) -> None:
    """Rule: one list, one a line, lists behind each other or in objects, with commas too many or too few."""
    assert (found(text), damage(text)) == (ITEMS, [])


@PROPERTY
@given(
    items=st.lists(values.filter(lambda value: not isinstance(value, list)), max_size=6),
    indent=st.none() | st.integers(0, 3),
)
def test_whatever_is_json_is_read_as_json_reads_it(items: list[object], indent: int | None) -> None:
    """Rule: the items of a valid list are its values, each where it stands in the text."""
    text = json.dumps(items, indent=indent)
    for ascii_only in (True, False):
        text = json.dumps(items, indent=indent, ensure_ascii=ascii_only)
        data = text.encode()
        read_ones = list(read_items(data, (), lambda _: True))
        assert [item.value for item in read_ones] == items
        assert [json.loads(data[item.start : item.end]) for item in read_ones] == items
        assert all(item.line == 1 + data.count(b"\n", 0, item.start) for item in read_ones)


def test_an_item_says_where_it_begins() -> None:
    """Rule: problems name lines; the lines of items are those at which they begin, from 1."""
    assert [item.line for item in read(ARRAY)] == [1] * 6
    assert [item.line for item in read(LINES)] == [1, 2, 3, 4, 5, 6]
    height = json.dumps(ITEMS[0], indent=4).count("\n") + 1
    assert [item.line for item in read(INDENTED)] == [2 + height * number for number in range(6)]


def test_what_is_said_around_a_list_is_known_when_all_is_read() -> None:
    """Rule: a date may stand behind the list that it is of."""
    text = '{"a": 1, "data": [{"title": "x"}], "date": "2025-01-10"}'
    assert [dict(item.around) for item in read(text)] == [{"a": 1, "date": "2025-01-10"}]
    assert [dict(item.around) for item in read(ARRAY)] == [{}] * 6


@pytest.mark.parametrize("text", [ARRAY, INDENTED, LINES, json.dumps({"date": "x", "data": ITEMS})])
def test_an_item_that_is_damaged_is_the_only_one_lost(text: str) -> None:
    """Rule: the others are read, and the damaged one is named and whole in what is set aside."""
    for number in range(6):
        hurt = text.replace(f'"Paper {number}"', f'Paper {number}"', 1)
        assert found(hurt) == [item for item in ITEMS if item["votes"] != number]
        (lost,) = [item for item in read(hurt) if item.damage]
        assert lost.damage == NOT_JSON
        assert f'Paper {number}"' in hurt[lost.start : lost.end]


@pytest.mark.parametrize("text", [ARRAY, INDENTED, LINES, json.dumps({"date": "x", "data": ITEMS})])
def test_a_cut_costs_the_item_in_which_it_falls(text: str) -> None:
    """Rule: wherever an input is cut, the whole items before the cut are read, and the rest is named once."""
    whole = [item.end for item in read(text)]
    for cut in range(len(text)):
        expected = sum(end <= cut for end in whole)
        assert found(text[:cut])[:expected] == ITEMS[:expected]
        assert len(found(text[:cut])) == expected
        assert len(damage(text[:cut])) <= 1
        if cut and text is not LINES:
            assert damage(text[:cut]), "it does not end"


def test_a_line_that_is_cut_costs_no_other_line() -> None:
    """Rule: of JSON Lines each line stands alone."""
    lines = LINES.split("\n")
    for cut in range(1, len(lines[2])):
        hurt = "\n".join([*lines[:2], lines[2][:cut], *lines[3:]])
        assert found(hurt) == [*ITEMS[:2], *ITEMS[3:]], hurt
        assert [line for line, _ in damage(hurt)] == [3]


def test_parts_of_a_damaged_item_are_no_items() -> None:
    """Rule: what looks like an item within one that cannot be read is not taken for one."""
    text = '[{"title": "a", "of": {"title": "part"}, "x": }, {"title": "b"}]'
    assert found(text) == [{"title": "b"}]


def test_an_item_may_have_a_member_that_is_named_like_a_list() -> None:
    """Rule: it is an item all the same, and nothing of it is lost, wherever that member stands."""
    items = [{"title": "a", "data": [1]}, {"title": "b", "items": {}}, {"data": ["x"], "title": "c"}]
    assert found(json.dumps(items)) == items


@pytest.mark.parametrize(
    "value", [{"title": "My list", "data": ITEMS}, {"data": ITEMS, "title": "My list"}, {"none": [], "many": ITEMS}]
)
def test_a_list_may_have_a_title(value: object) -> None:
    """Rule: an object that holds items is their list, even if the object has a title of its own."""
    assert found(json.dumps(value)) == ITEMS
    assert found(json.dumps(value)[: json.dumps(value).rindex("votes")]) == ITEMS[:-1]


def test_bytes_that_are_not_utf_8_cost_their_item() -> None:
    """Rule: the others are read; escapes of half signs are not such bytes."""
    data = b'[{"title": "caf\xe9"}, {"title": "\\udce9"}, {"title": "b"}]'
    text = data.decode("utf-8", "surrogateescape")
    assert found(text) == [{"title": "\udce9"}, {"title": "b"}]
    assert damage(text) == [(1, NOT_UTF8)]


def test_numbers_cannot_cost_time_or_raise() -> None:
    """Rule: NaN, infinities and a million digits are none; other numbers stay as they are written."""
    text = f'[{{"a": NaN, "b": -Infinity, "c": {"9" * 1_000_000}, "d": 2405.17240, "e": 1e999, "f": 12}}]'
    assert found(text) == [{"a": None, "b": None, "c": None, "d": "2405.17240", "e": "1e999", "f": 12}]
    with pytest.raises(ValueError, match="nested"):
        read_value("[" * 100_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 1_000_000, [(1, TOO_DEEP)]),
        (f'[{{"title": "Kites", "x": {"[" * 800}{"]" * 800}}}]', [(1, TOO_DEEP)]),
        ('{"a":' * 300_000, [(1, TOO_DEEP)]),
        ('{"data":' * 300_000, [(1, TOO_DEEP)]),
        ('[{"a":[' * 300_000, [(1, TOO_DEEP)]),
        ("[{},\n", [(2, CUT_OFF)]),
        ("hello", [(1, CUT_OFF)]),
        ("this is a text and no JSON", [(1, NOT_JSON)]),
        ('[{"title": "a"}] and more behind it', [(1, NOT_JSON)]),
        ('{"data": [{"title": "a"}], "date": oops it is not here }', [(1, NOT_JSON)]),
    ],
)
def test_what_is_not_read_is_named(text: str, expected: list[tuple[int, str]]) -> None:
    """Rule: a million brackets, cuts and other text are one problem each, not an exception."""
    assert damage(text) == expected


@pytest.mark.parametrize(
    "piece",
    ["[", "{", ",{", '{"', ',"{', '{"title":0},{"x":[1,', "[[{", "[1,", '{"data":[{"a":1}],', "[],", '{"a":[{},', "\n ",
     '"', "\\", ',{"title":"\\u00', "{\n", "},{", "9", "-", '{"title":1}'],
)  # fmt: skip
def test_a_text_that_fails_at_every_place_is_named_once(piece: str) -> None:
    """Rule: the parts of a text that are named do not overlap."""
    text = piece * (120_000 // len(piece))
    assert sum(item.end - item.start for item in read(text)) <= len(text)


LAYOUTS = {
    "lines": LINES + "\n",
    "lines of Windows": LINES.replace("\n", "\r\n"),
    "commas": LINES.replace("\n", ",\n") + ",\n",
    "array": ARRAY,
    "array of lines": f"[\n{LINES}\n]\n".replace("}\n{", "},\n{"),
    "indented": INDENTED,
    "not indented": json.dumps(ITEMS, indent=0, ensure_ascii=False),
    "mark and tabs": "\ufeff" + json.dumps(ITEMS, indent="\t"),
    "one behind the other": "".join(json.dumps(item, indent=1) for item in ITEMS),
    "object": json.dumps({"count": 6, "data": ITEMS}, indent=2),
}


@pytest.mark.parametrize("size", [4_000_000, 7, 1])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pieces_of_any_size_give_the_same_items(layout: str, size: int) -> None:
    """Rule: how an input is set in lines, and in which pieces it comes, changes nothing of an item."""
    data = LAYOUTS[layout].replace("Paper 3", "Pâper 3").encode()
    items = list(read_items(pieces(data, size), ("data",), is_item))
    assert items == list(read_items(data, ("data",), is_item))
    assert [item.damage for item in items] == [None] * 6
    assert all(item.raw == data[item.start : item.end] for item in items)
    assert all(item.line == 1 + data.count(b"\n", 0, item.start) for item in items)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "object"])
def test_reading_goes_on_behind_any_item(layout: str) -> None:
    """Rule: an import that was cut short goes on where an item ended, with the same lines and places."""
    data = LAYOUTS[layout].encode()
    items = list(read_items(data, (), is_item))
    for number, item in enumerate(items, 1):
        line = 1 + data.count(b"\n", 0, item.end)
        assert list(read_items(data[item.end :], (), is_item, line=line, offset=item.end)) == items[number:]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ('{"title": "open', NOT_JSON),
        ('{"title": "a", "b": [1, 2}', NOT_JSON),
        ('{"title": "a", "b": {"c": 1', NOT_JSON),
        ('{"title": "a\\x"}', NOT_JSON),
        ('{"title": "a", "id": 1, "b": 2, "id": 3, "title": "c"}', TWO_IN_ONE),
        ('{"title": "' + "x" * 5_000_000 + '"}', TOO_LONG),
        ('{"title": ' + "[" * 100_000 + "]" * 100_000 + "}", TOO_DEEP),
        ("<html>", NOT_JSON),
        ("id,title", NOT_JSON),
    ],
    ids=range(9),
)
@pytest.mark.parametrize("is_array", [False, True])
def test_damage_between_items_costs_itself_only(damaged: str, reason: str, *, is_array: bool) -> None:
    """Rule: the items around it are read; it is named with its line, and its beginning kept."""
    rows = [json.dumps(ITEMS[0]), damaged, json.dumps(ITEMS[1])]
    text = f"[{rows[0]},\n{rows[1]},\n{rows[2]}]" if is_array else "\n".join(rows)
    before, lost, behind = read(text)
    assert (before.value, behind.value) == (ITEMS[0], ITEMS[1])
    assert (lost.line, lost.damage) == (2, reason)
    assert damaged.encode().startswith(lost.raw[:1_000].rstrip(b",\n"))
    assert len(lost.raw) <= 65_536 or reason == TWO_IN_ONE


def test_stray_commas_are_read_over() -> None:
    """Rule: a comma too many behind a value or a member costs nothing."""
    assert found('[,{"title": "a", "b": 1,},,{,"title": "c"},]') == [{"title": "a", "b": 1}, {"title": "c"}]


@PROPERTY
@given(st.lists(st.sampled_from([json.dumps(ITEMS[0]), "\n", '"', "{", "}", "[", "]", ",", "\\", '{"id":', " ", "é"])))
def test_every_character_is_in_an_item_in_damage_or_around_a_list(parts: list[str]) -> None:
    """Rule: nothing is lost without a word, in whatever pieces it comes."""
    data = "".join(parts).encode()
    for size in (4_000_000, 5):
        kept = b"".join(item.raw for item in read_items(pieces(data, size), (), is_item))
        between = b" \n,[]}"
        assert kept.translate(None, between) == data.translate(None, between)
