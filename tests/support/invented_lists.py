"""Responses of servers with lists of invented papers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any


def daily_item(number: int, day: date, **changes: Any) -> dict[str, Any]:
    """One item of the Daily Papers API."""
    paper = {
        "id": f"2503.{number:05d}",
        "title": f"On lantern number {number}",
        "summary": f"Of lantern {number} we say that it is lit. " * 4,
        "authors": [{"_id": "1", "name": "Ada Baker", "hidden": False}],
        "publishedAt": "2025-03-01T10:00:00.000Z",
        "submittedOnDailyAt": f"{day}T03:00:00.000Z",
        "upvotes": 1_000 - number,
    }
    around = {"publishedAt": "2025-03-01T10:00:00.000Z", "title": paper["title"], "numComments": 0}
    return {"paper": paper | changes, **around}


def daily_page(day: date, first: int, count: int) -> bytes:
    """A page of a list of the Daily Papers API."""
    return json.dumps([daily_item(number, day) for number in range(first, first + count)]).encode()


def search_answer(first: int, count: int, total: int) -> bytes:
    """A response of arXiv's query API."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2503.{number:05d}v1</id><title>On lantern number {number}</title>"
        f"<summary>Of lantern {number}.</summary><published>2025-03-01T10:00:00Z</published>"
        "<author><name>Ada Baker</name></author><category term='cs.CL'/></entry>"
        for number in range(first, first + count)
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/abc</id><title>arXiv Query: search_query=all:lantern&amp;id_list=&amp;start={first}</title>
<updated>2025-03-14T05:00:00Z</updated><opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>{first}</opensearch:startIndex>{entries}</feed>""".encode()


def daily_feed(count: int) -> bytes:
    """A daily feed of arXiv."""
    entries = "".join(
        f"<entry><id>oai:arXiv.org:2503.{number:05d}v1</id><title>On lantern number {number}</title>"
        f"<link href='https://arxiv.org/abs/2503.{number:05d}'/><updated>2025-03-14T04:00:10Z</updated>"
        f"<summary>arXiv:2503.{number:05d}v1 Announce Type: new \nAbstract: Of lantern {number}.</summary>"
        "<published>2025-03-14T00:00:00-04:00</published><arxiv:announce_type>new</arxiv:announce_type>"
        "<dc:creator>Ada Baker</dc:creator></entry>"
        for number in range(1, count + 1)
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
<id>http://rss.arxiv.org/atom/cs.CL</id><title>cs.CL updates on arXiv.org</title>
<updated>2025-03-14T04:00:10Z</updated>{entries}</feed>""".encode()
