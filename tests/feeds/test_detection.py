"""The importer for an input is found, or one line says why there is none."""

import pytest
from invented import dump, items, page_lines

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import Source
from paperreader.feeds.detection import importer_for

PAGE = dump(page_lines(items(3)))


def source(data: bytes) -> Source:
    """An input with these bytes."""
    return Source("input", data)


@pytest.mark.parametrize("data", [PAGE, b"\xef\xbb\xbf" + PAGE, PAGE.replace(b"\n", b"\r\n"), b"\n\n" + PAGE])
def test_a_page_is_found_to_be_one(data: bytes) -> None:
    """Rule: nobody has to say `--format page`."""
    assert importer_for(source(data)).format == "page"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (PAGE.decode().encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + PAGE.decode().encode("utf-16-be"), "UTF-16"),
        (b"\x7fELF\0\0\0", "binary"),
        (PAGE[:300] + b"\0" + PAGE[300:], "binary"),
        (b"PK\x03\x04\x14\0\0\0", "binary"),
        (b"An essay on lanterns.\n\nIt has two paragraphs.", "no format"),
        (b"\xe9\xe8\xe0 latin text", "no format"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(data: bytes, reason: str) -> None:
    """Rule (issue, Accepted): empty, binary and unknown inputs give one clear line that says which of these."""
    with pytest.raises(UnreadableInput, match=reason) as refused:
        importer_for(source(data))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\0binary"])
def test_asking_for_a_format_does_not_make_an_input_readable(data: bytes) -> None:
    """Rule: `--format` overrides the guess, not the facts."""
    with pytest.raises(UnreadableInput):
        importer_for(source(data), "page")


def test_a_format_that_is_asked_for_is_taken() -> None:
    """Rule: `--format page` reads a page that does not look like one."""
    assert importer_for(source(b"A title\n\nAn abstract."), "page").format == "page"


def test_a_format_that_nothing_reads_is_refused_in_one_line() -> None:
    """Rule: what cannot be imported is refused, never read as something else."""
    with pytest.raises(UnreadableInput) as refused:
        importer_for(source(PAGE), "nonsense")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_without_a_mark_is_not_taken_for_a_page(encoding: str) -> None:
    """Rule: wide encodings hold NULs, which no text has."""
    with pytest.raises(UnreadableInput):
        importer_for(source(PAGE.decode().encode(encoding)))
