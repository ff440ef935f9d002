"""Reference files that nobody would write, and whether all of each was read or named.

Every entry bears a number in its title, by which it is found again. An entry that stands whole in a file, at the
beginning of a line, is to be read whatever stands around it.
"""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from nasty import nasty_line

from paperreader.domain.import_result import ParsedListing, ParsedPaper, Problem
from paperreader.feeds.base import StreamImporter
from paperreader.feeds.syntax.encoding import decode_input

_BIBTEX = "@article{{key{0},\n  title = {{Entry {0}}},\n  author = {{Eve, {0} and Bo Looms}},\n  year = 2013\n}}\n"
_RIS = "TY  - JOUR\nTI  - Entry {0}\nAU  - Eve, {0}\nPY  - 2013\nER  -\n"
_SCIENCE = "PT J\nAU Eve, {0}\nTI Entry\n   {0}\nPY 2013\nER\n\n"
_PUBMED = "PMID- 33000001\nTI  - Entry {0}\nFAU - Eve, {0}\nDP  - 2013\n"
_ENDNOTE = "%0 Journal Article\n%T Entry {0}\n%A Eve, {0}\n%D 2013\n"
_WHOLE = {
    kind: re.compile(
        r"^" + re.escape(text.format("00000")).replace("00000", r"(\d{5})", 1).replace("00000", r"\1"), re.M
    )
    for kind, text in (("bibtex", _BIBTEX), ("ris", _RIS), ("nbib", _PUBMED), ("enw", _ENDNOTE))
}
FORMATS_OF_ENTRIES = frozenset(_WHOLE)
"""The formats whose importers get text that is decoded already."""
_CSL_KEYS = ("title", "author", "issued", "abstract", "DOI", "URL", "type", "id", "number", "update-to", "genre")
_JSONL_KEYS = ("title", "authors", "listed", "listings", "id", "ids", "url", "upvotes", "links", "code", "published")
_MORE_KEYS = ("date-parts", "feed", "date", "family", "literal")
_PIECES = (
    "{", "}", "@", "@article{", "@comment{", '"', "#", "(", ")", "\\", "$", "TY  - ", "ER  - ", "PT J\n", "FN x\n",
    "AU  -", "[", "]", ",", "\n", "\r", "\n\n", "= ", "@string{a = a # a}\n", "NaN", "é", "\ufeff", "<jats:p>", "and ",
    "\\'{",
)  # fmt: skip
_KINDS = ("bibtex", "bibtex", "ris", "science", "csl", "jsonl")


def tagged_file(chance: random.Random) -> bytes:
    """One file of PubMed or EndNote."""
    return reference_file(chance, ("nbib", "enw"), (*_PIECES, "PMID- ", "AB  - ", "%0 ", "%A ", "      "))


def reference_file(chance: random.Random, kinds: Sequence[str] = _KINDS, pieces: Sequence[str] = _PIECES) -> bytes:
    """One file: a few entries of one format, some of them damaged."""
    numbers = [f"{number:05}" for number in chance.sample(range(100_000), chance.choice((0, 1, 2, 3, 3, 6)))]
    kind = chance.choice(kinds)
    if kind in ("csl", "jsonl"):
        text = _json(kind, [_entry(kind, number, chance) for number in numbers], chance)
    else:
        templates = {"bibtex": _BIBTEX, "ris": _RIS, "science": _SCIENCE, "nbib": _PUBMED, "enw": _ENDNOTE}
        template = templates[kind]
        entries = [template.format(number) for number in numbers]
        text = chance.choice(("", "", "\n", "1.\n", "FN x\nVR 1.0\n", "% Encoding: GBK\n")) + "\n".join(
            _damaged(entry, chance, pieces) if chance.random() < 0.4 else entry for entry in entries
        )
    if chance.random() < 0.2:
        text = _damaged(text, chance, pieces)
    newline = chance.choice(("\n", "\n", "\n", "\r\n", "\r"))
    return text.replace("\n", newline).encode(chance.choice(("utf-8", "utf-8", "utf-8-sig")), "surrogatepass")


def unaccounted(format_name: str, data: bytes, listings: Sequence[ParsedListing]) -> list[str]:
    """What is wrong with the reading of a reference file."""
    if len(listings) != 1 or not listings[0].is_undated:
        return ["not one listing without a date"]
    (listing,) = listings
    lines = 1 + len(re.findall(rb"\r\n?|\n", data))
    found = [f"a paper without a title: {paper}" for paper in listing.papers if not paper.title.strip()]
    found += [f"a paper in no line: {paper.line}" for paper in listing.papers if not 1 <= (paper.line or 0) <= lines]
    named = [problem.line for problem in listing.problems if problem.line is not None]
    found += [f"a problem in no line: {line}" for line in named if not 1 <= line <= lines]
    if [line for line, _ in listing.set_aside] != named:
        found.append(f"set aside {[line for line, _ in listing.set_aside]}, named {named}")
    if not listing.papers and not listing.problems:
        found.append("nothing was read, and nothing is said")
    titles = {paper.title for paper in listing.papers}
    # Of a file that is taken for UTF-16, what was written in another encoding is no text.
    wanted = [] if decode_input(data).encoding.name.startswith(("UTF-16", "UTF-32")) else _whole(format_name, data)
    found += [f"an entry that is whole was not read: {number}" for number in wanted if f"Entry {number}" not in titles]
    if format_name == "csl-json" and (items := _plain_list(data)) is not None:
        read = len(listing.papers) + len(listing.problems)
        if items and read > len(items):
            found.append(f"{len(items)} entries, {read} papers and problems")
    return found


def unaccounted_lines(importer: StreamImporter, data: bytes) -> list[str]:
    """What is wrong with the reading of a stream: of JSON, each line with a title is of a paper or a problem."""
    lines = io.BytesIO(data).readlines()
    items = list(importer.read(lines))
    ends = [item.end for item in items]
    found = [] if ends == sorted(ends) and all(end <= len(data) for end in ends) else [f"ends out of order: {ends}"]
    read = {
        number
        for item in items
        for number in range(item.found.line or 0, 2 + data.count(b"\n", 0, max(0, item.end - 1)))
    }
    for number, line in enumerate(lines, 1):
        if b'"title"' in line and number not in read and importer.format == "jsonl":
            found.append(f"line {number} is nowhere: {line[:60]!r}")
    for item in items:
        if isinstance(item.found, ParsedPaper) and not (item.found.title.strip() or item.found.identifiers):
            found.append("a paper without a title or an id")
        if isinstance(item.found, Problem) and item.set_aside not in data:
            found.append(f"set aside, but not in the input: {item.set_aside[:60]!r}")
    return found


def _whole(format_name: str, data: bytes) -> list[str]:
    """The numbers of the entries that stand whole in a file."""
    if format_name not in _WHOLE or b"\r" in data or re.match(rb"(?:\xef\xbb\xbf)?\s*(?:FN |PT )", data):
        return []
    return [match[1] for match in _WHOLE[format_name].finditer(data.decode("latin-1"))]


def _plain_list(data: bytes) -> list[Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) and not any(isinstance(item, list) for item in value) else None


def _entry(kind: str, number: str, chance: random.Random) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": f"2407.{number}", "title": f"Entry {number}"}
    if kind == "csl":
        entry |= {"type": "article-journal", "author": [{"family": "Eve", "given": number}]}
        entry |= {"issued": {"date-parts": [[2013, 3]]}}
    else:
        entry |= {"authors": [f"Eve {number}"], "abstract": "A text.", "listed": ["2025-07-08"]}
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        entry[chance.choice(_CSL_KEYS if kind == "csl" else _JSONL_KEYS)] = _junk(chance)
    return entry


def _junk(chance: random.Random, depth: int = 0) -> Any:
    """Any value, also such as JSON has no name for."""
    values: tuple[Callable[[], Any], ...] = (
        lambda: None, lambda: chance.choice((True, -1, 10**30, 1.5, float("nan"), float("inf"))), lambda: "",
        lambda: nasty_line(chance)[:200],
        lambda: chance.choice(("2013-03-14", "10.1000/ab", "<b>x", "arXiv:2407.00001", "Erratum to: y")),
        lambda: [_junk(chance, depth + 1) for _ in range(chance.choice((0, 1, 2)))],
        lambda: {key: _junk(chance, depth + 1) for key in chance.sample((*_CSL_KEYS, *_MORE_KEYS), 2)},
    )  # fmt: skip
    return chance.choice(values[: 5 if depth > 3 else 7])()


def _json(kind: str, entries: list[dict[str, Any]], chance: random.Random) -> str:
    if kind == "jsonl":
        lines = [json.dumps(entry, ensure_ascii=chance.random() < 0.5) for entry in entries]
        around = chance.choice((("", "\n", "\n"), ("", "\n", "\n"), ("[\n", ",\n", "\n]\n"), ("[", ",", "]")))
        return around[0] + around[1].join(lines) + around[2]
    value = chance.choice((entries, entries, {"items": entries}, {"status": "ok", "message": {"items": entries}}))
    return json.dumps(value, indent=chance.choice((None, None, 1)))


def _damaged(text: str, chance: random.Random, pieces: Sequence[str]) -> str:
    """A text with something lost, put in, doubled or changed."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(text) + 1)
        other = place + chance.choice((1, 1, 2, 20))
        piece = chance.choice((chance.choice(pieces), chance.choice(pieces), nasty_line(chance)[:100]))
        text = (
            text[:place]
            + chance.choice(("", piece, piece, text[place:other] * 2))
            + text[chance.choice((place, other)) :]
        )
    return text
