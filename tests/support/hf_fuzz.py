"""Answers of the Daily Papers API that nobody would give, and whether all of each was read or named.

Every item bears a number in its id, its title, its abstract and its authors, by which it is found again.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from nasty import nasty_line

from paperreader.domain.import_result import ParsedListing

_NUMBER = re.compile(rb"(?:Paper |2507\.|study |Ada )(\d{5})(?!\d)")
_FIVE_DIGITS = re.compile(rb"(?<!\d)\d{5}(?!\d)")
_FIVE_SIGNS = re.compile(rb"Paper ([!-~]{5})(?![!-~])")
_KEYS = ("id", "title", "summary", "authors", "upvotes", "publishedAt", "submittedOnDailyAt", "paper", "numComments",
         "githubRepo", "projectPage", "linkedModels", "error", "date", "name", "hidden")  # fmt: skip
_DAYS = ("2025-07-08T01:22:05.551Z", "2025-07-09T00:00:00.000Z", "0001-01-01T00:00:00Z", "9999-12-31", "yesterday", "",
         "2024-05-28", "2025-07-08T23:59:59.999999999+14:00", "2025-W01-1", "20250708")  # fmt: skip


def answer(chance: random.Random) -> bytes:
    """One answer: a few items in one of the shapes, some of them with odd members."""
    items = [_item(number, chance) for number in chance.sample(range(100_000), chance.choice((0, 1, 2, 3, 3, 5)))]
    for item in items:
        for _ in range(chance.choice((0, 0, 0, 1, 2, 5))):
            _change(item, chance)
    text = chance.choice(_SHAPES)(items, chance)
    if chance.random() < 0.15:
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(_PIECES) + text[place:]
    return text.encode("utf-8", "surrogatepass")


def unaccounted(data: bytes, listings: Sequence[ParsedListing]) -> list[str]:
    """What of an answer is neither part of a paper nor named by a problem and set aside verbatim."""
    papers = [paper for listing in listings for paper in listing.papers]
    problems = [problem for listing in listings for problem in listing.problems]
    aside = [raw for listing in listings for _, raw in listing.set_aside]
    found = [f"set aside, but not in the input: {raw[:60]!r}" for raw in aside if raw not in data]
    if len(aside) > len(problems):
        found.append("set aside without a reason")
    found += ["a listing of nothing" for listing in listings if not listing.papers and not listing.problems]
    found += [f"a paper without a title: {paper}" for paper in papers if not paper.title.strip()]
    kept = "\n".join(
        "\n".join((paper.title, paper.abstract, *(paper.authors or ()), *paper.identifiers)) for paper in papers
    )
    held_text = b"\n".join((kept.encode("utf-8", "surrogatepass"), *aside))
    held = {*_FIVE_DIGITS.findall(held_text), *_FIVE_SIGNS.findall(held_text)}
    if all(problem.line for problem in problems):
        numbers = [match[1] for match in _NUMBER.finditer(data)]
        found += [f"nowhere: {number!r}" for number in numbers if number not in held and not _is_flipped(number, held)]
    items = _plain_list(data)
    if items is not None and len(papers) + len(problems) != len(items):
        found.append(f"{len(items)} items, {len(papers)} papers and {len(problems)} problems")
    return found


def _is_flipped(number: bytes, held: set[bytes]) -> bool:
    """Whether a number may be one that is held, of which a digit was changed in one of its places, to whatever."""
    return any(sum(one != other for one, other in zip(number, kept, strict=True)) == 1 for kept in held)


def _plain_list(data: bytes) -> list[Any] | None:
    """The items of an answer that is nothing but a list of objects, none of them with a list of items in it."""
    try:
        items = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    lists = {"data", "papers", "items", "results", "dailyPapers", "daily_papers"}
    is_plain = isinstance(items, list) and all(isinstance(item, dict) and lists.isdisjoint(item) for item in items)
    return items if is_plain else None


def _item(number: int, chance: random.Random) -> dict[str, Any]:
    name = f"{number:05}"
    paper: dict[str, Any] = {
        "id": f"2507.{name}",
        "authors": [{"_id": "a" * 24, "name": f"Ada {name}", "hidden": False}, {"name": "Ben", "hidden": True}],
        "publishedAt": chance.choice(_DAYS),
        "title": f"Paper {name}\n  of \u03c4-lanterns \U0001f3ee",
        "summary": f"We study {name}.\nIt says {{\"paper\": 'no'}}.\n  Twice.",
        "upvotes": chance.randrange(60),
        "submittedOnDailyAt": chance.choice(_DAYS[:2]),
    }
    if chance.random() < 0.3:
        return paper
    return {"paper": paper, "publishedAt": chance.choice(_DAYS), "title": f"Paper {name}", "numComments": 3}


def _change(item: dict[str, Any], chance: random.Random) -> None:
    """Lose, rename or put a member, of the item or of the paper in it."""
    paper = item.get("paper")
    place = paper if isinstance(paper, dict) and chance.random() < 0.7 else item
    key = chance.choice(_KEYS)
    match chance.randrange(4):
        case 0:
            place.pop(key, None)
        case 1:
            if key in place:
                place[f"{key}_"] = place.pop(key)
        case 2:
            if key != "title" or place is paper:  # of two titles one is shown: the other may be any
                place[key] = _junk(chance)
        case _:
            place[nasty_line(chance)[:40]] = _junk(chance)


def _junk(chance: random.Random, depth: int = 0) -> Any:
    match chance.randrange(12):
        case 0:
            return None
        case 1:
            return chance.choice((True, False))
        case 2:
            return chance.choice((0, -1, 7, 10**17, 10**40))
        case 3:
            return chance.choice((1.5, 1e300, float("nan"), float("inf")))
        case 4:
            return chance.choice(_DAYS)
        case 5 if depth < 3:
            return [_junk(chance, depth + 1) for _ in range(chance.randrange(4))]
        case 6 if depth < 3:
            return {chance.choice(_KEYS): _junk(chance, depth + 1) for _ in range(chance.randrange(4))}
        case 7:
            return chance.choice(
                ("http://[::1", "javascript:x", "https://github.com/a/b", "https://x.example/\x1b[31m")
            )
        case _:
            return nasty_line(chance)[:400]


def _around(items: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    pairs: list[tuple[str, Any]] = [("status", "success"), ("date", chance.choice(_DAYS)), ("data", items)]
    chance.shuffle(pairs)
    return dict(pairs)


_Shape = Callable[[list[dict[str, Any]], random.Random], str]
_SHAPES: tuple[_Shape, ...] = (
    lambda items, chance: json.dumps(items, ensure_ascii=chance.random() < 0.5),
    lambda items, chance: json.dumps(items, indent=chance.choice((0, 1, 4)), ensure_ascii=False),
    lambda items, _: json.dumps([repr(item) for item in items], indent=4),
    lambda items, _: json.dumps([json.dumps(item) for item in items]),
    lambda items, _: "\n".join(map(json.dumps, items)),
    lambda items, chance: json.dumps(_around(items, chance)),
    lambda items, chance: json.dumps([_around(items, chance), items[:1]]),
    lambda items, _: json.dumps(items[0] if items else {"error": "Not found"}),
    lambda items, _: f"{json.dumps(items[:2])}\r\n{json.dumps(items[2:], indent=1)}",
)
_PIECES = (
    "[", "]", "{", "}", '"', "'", "\\", ",", ":", "null", "NaN", "1e999", "9" * 6_000, "[" * 20_000, '{"a":' * 2_000,
    "<html>", "\n", "\ufeff", "\0", "]]}}", '"{', ',{"paper":{"title":"x"}},', "\udce9", "\\u00", "//", "\u2028",
)  # fmt: skip
