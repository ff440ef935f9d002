"""Objects of JSON text are read one by one in constant memory, and damage ends where the next one begins."""

import io
import json
from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds import json_stream
from paperreader.feeds.json_stream import JsonObject, read_objects

OBJECTS = [{"id": "1", "a": [{"b": '}{"id": \\ "'}], "c": "é\n"}, {"id": "2", "v": [{"x": 1}, {}]}, {"id": "3"}]
ONE = json.dumps(OBJECTS[0]).encode()
LAYOUTS = {
    "lines": b"".join(json.dumps(one).encode() + b"\n" for one in OBJECTS),
    "no last line feed": b"\r\n".join(json.dumps(one).encode() for one in OBJECTS),
    "commas": b",\n".join(json.dumps(one).encode() for one in OBJECTS) + b",\n",
    "array": json.dumps(OBJECTS).encode(),
    "array of lines": b"[\n" + b",\n".join(json.dumps(one).encode() for one in OBJECTS) + b"\n]\n",
    "pretty": json.dumps(OBJECTS, indent=2).encode(),
    "pretty without blanks": json.dumps(OBJECTS, indent=0, ensure_ascii=False).encode(),
    "tabs and a mark": b"\xef\xbb\xbf" + json.dumps(OBJECTS, indent="\t").encode(),
    "one behind the other": b"".join(json.dumps(one, indent=1).encode() for one in OBJECTS),
}
EXAMPLES = examples(200)


def pieces(data: bytes, size: int = 4_000_000) -> Iterator[bytes]:
    """The lines of an input, the long ones in pieces."""
    stream = io.BytesIO(data)
    while line := stream.readline(size):
        yield line


def read(data: bytes, size: int = 4_000_000) -> list[JsonObject]:
    """All that is found in an input."""
    return list(read_objects(pieces(data, size), b"id", 1, 0))


@pytest.mark.parametrize("size", [4_000_000, 7, 1])
@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_objects_are_read_in_every_layout(data: bytes, size: int) -> None:
    """Rule: how the text is set in lines, and how long they are, changes nothing."""
    found = read(data, size)
    assert [entry.value for entry in found] == OBJECTS
    assert [entry.damage for entry in found] == ["", "", ""]
    for entry in found:
        assert data.splitlines()[entry.line - 1].lstrip(b" \t[,\xef\xbb\xbf").startswith((b"{", b"}{"))


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_reading_goes_on_behind_any_object(data: bytes) -> None:
    """Rule: an import that was cut short goes on where an object ended, with the same lines and ends."""
    found = read(data)
    for number, entry in enumerate(found, 1):
        rest = data[entry.end :]
        again = list(read_objects(pieces(rest), b"id", 1 + data.count(b"\n", 0, entry.end), entry.end))
        assert [(one.value, one.line, one.end) for one in again] == [
            (one.value, one.line, one.end) for one in found[number:]
        ]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b'{"id": "9", "a": "open\n', "not valid JSON"),
        (b'{"id": "9", "a": x}\n', "not valid JSON"),
        (b'{"id": "9", "a": [1, 2}\n', "not valid JSON"),
        (b'{"id": "9", "a": "b"\n', "no end"),
        (b'{"id": "9", "a": "b", "id": "8"}\n', "not valid JSON"),
        (b'{\n  "id": "9",\n  "v": [\n    {\n', "no end"),
        (b'{"id": "\xe9"}\n', "not UTF-8"),
        (b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "nested"),
        (b'{"id": "' + b"x" * 5_000_000 + b'"}\n', "longer"),
        (b'{"id": "9", "n": ' + b"1" * 5_000 + b"}\n", "not valid JSON"),
        (b"<html>\n", "not valid JSON"),
        (b"null\n", "not valid JSON"),
        (b"id,title\n", "not valid JSON"),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("layout", ["lines", "pretty"])
def test_damage_costs_itself_only(layout: str, damaged: bytes, reason: str) -> None:
    """Rule: the objects before and behind it are read; it is named with its line, and its beginning kept."""
    before, behind = (
        (ONE + b"\n", ONE + b"\n") if layout == "lines" else (b"[", json.dumps(OBJECTS[0], indent=2).encode())
    )
    found = read(before + damaged + behind)
    (named,) = [entry for entry in found if entry.damage]
    assert reason in named.damage
    assert named.line == (2 if layout == "lines" else 1)
    assert damaged.startswith(named.raw[:60].rstrip(b"\n"))
    assert len(named.raw) <= json_stream.KEPT
    assert [entry.value for entry in found if not entry.damage] == OBJECTS[:1] * (2 if layout == "lines" else 1)


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (ONE + b'\n{"id": "2", "a": "b', 1),
        (b"[" + ONE + b", " + ONE, 2),
        (b"[\n" + ONE + b",\n", 1),
        (json.dumps(OBJECTS, indent=2).encode()[:-20], 2),
        (b'{"id": "', 0),
    ],
)
def test_a_cut_is_named(data: bytes, whole: int) -> None:
    """Rule: where the input ends before its time, that is said, even between two objects of a list."""
    *found, last = read(data)
    assert len([entry for entry in found if not entry.damage]) == len(found) == whole
    assert "cut off" in last.damage
    assert last.end == len(data)


def test_a_list_that_is_closed_has_no_problem() -> None:
    """Rule: an empty list is one."""
    assert read(b"[]\n") == read(b" \n") == read(b"") == []


@pytest.mark.parametrize(
    "data",
    [
        b'{"id":"1","a":"x" ' * 100_000,
        b'{"id":' + b'"\\"' * 1_500_000,
        b"{" * 300_000,
        b'{"id":1,\n' + b"1,\n" * 1_350_000,
        b'{"id":1,"v":[{' + b"\n" * 300_000,
        b'x"' * 2_000_000,
    ],
    ids=range(6),
)
def test_hostile_input_costs_no_more_than_its_size(data: bytes) -> None:
    """Rule: nothing is looked through again and again, and little of it is kept."""
    assert all(len(entry.raw) <= json_stream.KEPT for entry in read(data) if entry.damage)


@EXAMPLES
@given(st.lists(st.sampled_from([ONE, b"\n", b'"', b"{", b"}", b"[", b"]", b",", b"\\", b'{"id":', b" ", b"\xff"])))
def test_every_byte_is_in_an_object_in_damage_or_of_a_list(parts: list[bytes]) -> None:
    """Rule: nothing is lost without a word: what is no object and no bracket between objects is verbatim in damage."""
    data = b"".join(parts)
    for size in (4_000_000, 5):
        kept = b"".join(entry.raw for entry in read(data, size))
        between = dict.fromkeys(b" \r\n\t,[]")
        assert [byte for byte in kept if byte not in between] == [byte for byte in data if byte not in between]
