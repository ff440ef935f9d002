"""arXiv's daily feeds are read whole, under the day that they bear."""

from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.import_result import ParsedListing
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.daily_feed import DailyFeedImporter

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>{title}</title><link>http://rss.arxiv.org/rss/{asked}</link>
<description>cs.AI updates on the arXiv.org e-print archive.</description>
<pubDate>{day}</pubDate>
{items}</channel></rss>
"""
ITEM = """<item>
<title>{title}</title>
<link>https://arxiv.org/abs/2509.1333{number}</link>
<description>arXiv:2509.1333{number}v2 Announce Type: {kind} \nAbstract: {abstract}</description>
<guid isPermaLink="false">oai:arXiv.org:2509.1333{number}v2</guid>
<category>cs.CL</category><category>cs.AI</category>
<arxiv:announce_type>{kind}</arxiv:announce_type>
<arxiv:DOI>10.1000/AB</arxiv:DOI>
<dc:creator>Ada Baker (Here, There), Carl D\\"urer</dc:creator>
</item>
"""
ATOM = """<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/cs.AI</id>
<title>cs.AI updates on arXiv.org</title><updated>2026-01-15T05:00:19+00:00</updated>
<entry><id>oai:arXiv.org:2508.13426v1</id><title>Fog</title>
<summary>arXiv:2508.13426v1 Announce Type: cross \nAbstract: Little.</summary><category term="cs.CL"/>
{published}<dc:creator>Ada Baker</dc:creator></entry></feed>
"""
SUMMER, WINTER = "Thu, 18 Sep 2025 00:00:00 -0400", "Wed, 31 Dec 2025 00:00:00 -0500"
TITLE = "cs.AI updates on arXiv.org"


def item(number: int = 1, kind: str = "new", abstract: str = "Of lanterns.", title: str = "Lanterns") -> str:
    """An item of a feed."""
    return ITEM.format(number=number, kind=kind, abstract=abstract, title=title)


def rss(items: str, asked: str = "cs.AI", day: str = SUMMER, title: str = TITLE) -> bytes:
    """A feed of these items."""
    return RSS.format(items=items, asked=asked, day=day, title=title).encode()


def read(data: bytes) -> ParsedListing:
    """The one listing of a feed."""
    (listing,) = DailyFeedImporter().parse(data)
    return listing


def test_an_item_is_read_with_all_that_it_says() -> None:
    """Rule: what the summary repeats is taken off it; authors in one string become names."""
    listing = read(rss(item()))
    assert (listing.feed, listing.date, listing.problems) == ("arxiv:cs.AI", date(2025, 9, 18), ())
    (paper,) = listing.papers
    assert (paper.title, paper.abstract) == ("Lanterns", "Of lanterns.")
    assert paper.authors == ("Ada Baker", "Carl Dürer")
    assert paper.identifiers == ("arxiv:2509.13331", "doi:10.1000/ab")
    assert (paper.version, paper.categories, paper.line) == (2, ("cs.CL", "cs.AI"), 6)
    assert paper.links == (("page", "https://arxiv.org/abs/2509.13331"),)
    assert (paper.announced, paper.standing, paper.published) == (Announced.NEW, None, None)


@pytest.mark.parametrize(
    ("kind", "announced"),
    [
        ("new", Announced.NEW),
        ("cross", Announced.CROSS),
        ("replace", Announced.REPLACEMENT),
        ("replace-cross", Announced.REPLACEMENT),
        ("absonly", None),
    ],
)
def test_what_is_announced_is_told_apart(kind: str, announced: Announced | None) -> None:
    """Rule: new papers, cross-lists and replacements are not the same, told by the item or by its summary."""
    whole = item(kind=kind)
    without = whole.replace(f"<arxiv:announce_type>{kind}</arxiv:announce_type>", "")
    assert [read(rss(one)).papers[0].announced for one in (whole, without)] == [announced, announced]


@pytest.mark.parametrize(("day", "listed"), [(SUMMER, date(2025, 9, 18)), (WINTER, date(2025, 12, 31))])
def test_the_day_is_the_one_in_new_york(day: str, listed: date) -> None:
    """Rule (formats 3.2): it is the date as written, whatever the zone of the machine."""
    assert read(rss(item(), day=day)).date == listed


def test_items_of_two_days_are_two_listings() -> None:
    """Rule: an item's own date goes before the feed's."""
    dated = item(2).replace("</item>", f"<pubDate>{WINTER}</pubDate></item>")
    listings = DailyFeedImporter().parse(rss(item(1) + dated))
    assert [(listing.date, len(listing.papers)) for listing in listings] == [
        (date(2025, 9, 18), 1),
        (date(2025, 12, 31), 1),
    ]


@pytest.mark.parametrize(
    ("published", "day", "likely"),
    [
        ("<published>2026-01-15T00:00:00-05:00</published>", date(2026, 1, 15), None),
        ("", None, date(2026, 1, 15)),
    ],
)
def test_an_atom_feed_is_read_like_the_other(published: str, day: date | None, likely: date | None) -> None:
    """Rule: its entries bear the day; the time at which it was made is only likely to be of that day."""
    listing = read(ATOM.format(published=published).encode())
    assert (listing.feed, listing.date, listing.likely_date) == ("arxiv:cs.AI", day, likely)
    (paper,) = listing.papers
    assert (paper.title, paper.abstract, paper.announced) == ("Fog", "Little.", Announced.CROSS)
    assert (paper.authors, paper.categories, paper.version) == (("Ada Baker",), ("cs.CL",), 1)


def test_a_feed_of_several_classes_is_named_as_asked() -> None:
    """Rule: `fetch arxiv:cs.CL+cs.LG` and a saved feed of the same classes are one feed."""
    assert read(rss(item(), asked="cs.CL+cs.LG")).feed == "arxiv:cs.CL+cs.LG"


def test_a_feed_without_an_address_is_named_by_its_title() -> None:
    """Rule: where the feed was moved to another place, its title still says what it is of."""
    data = rss(item(), title="cs.CL, cs.LG updates on arXiv.org").replace(b"rss.arxiv.org/rss/", b"example.org/?q=")
    assert read(data).feed == "arxiv:cs.CL+cs.LG"


def test_a_holiday_has_no_listing() -> None:
    """Rule: a feed without items is what it should be on such a day."""
    assert DailyFeedImporter().parse(rss("", day=WINTER)) == ()


def test_a_refusal_is_a_problem() -> None:
    """Rule: arXiv answers a wrong subject class with a feed that says so."""
    data = rss("", title="Feed error for query: cs.NONE")
    assert DailyFeedImporter().recognises(data)
    listing = read(data)
    assert listing.papers == ()
    assert "arXiv refused" in listing.problems[0].reason


def test_a_cut_feed_keeps_its_whole_items() -> None:
    """Rule: what is cut off is named, nothing else is lost."""
    data = rss(item(1) + item(2) + item(3))
    listing = read(data[: data.index(b"2509.13333v2")])
    assert len(listing.papers) == 2
    assert "cut off" in listing.problems[0].reason
    assert listing.date == date(2025, 9, 18)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (item().replace("2509.13331", "none"), "without an arXiv id"),
        (item(title=""), "without a title"),
        (item(abstract="a < b"), "not well-formed"),
    ],
)
def test_a_bad_item_costs_itself_only(bad: str, reason: str) -> None:
    """Rule: it is named with its line and kept verbatim; the others are read."""
    listing = read(rss(bad + item(2)))
    assert [paper.identifiers[0] for paper in listing.papers] == ["arxiv:2509.13332"]
    (problem,) = listing.problems
    assert (problem.line, reason in problem.reason) == (6, True)
    assert listing.set_aside[0][1].strip() == bad.strip().encode()


def test_what_stands_in_no_item_and_is_never_closed_is_set_aside_up_to_the_next_item() -> None:
    """Rule: of an item whose beginning is lost, what it held is there to be looked at."""
    data = rss(f"<guid>oai:arXiv.org:2507.67224v1\n{item()}")
    listing = read(data)
    assert len(listing.papers) == 1
    assert any(b"2507.67224" in raw for _, raw in listing.set_aside)


def test_a_withdrawn_paper_is_marked() -> None:
    """Rule: there is no comment in a feed, but at times the abstract says it."""
    assert read(rss(item(abstract="This paper has been withdrawn."))).papers[0].standing is Standing.WITHDRAWN


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"nothing", b"<rss></rss>", b"<feed/>"])
def test_what_is_no_feed_is_a_problem(data: bytes) -> None:
    """Rule: `--format arxiv-feed` does not make an input one."""
    assert not DailyFeedImporter().recognises(data)
    listing = read(data)
    assert listing.papers == ()
    assert listing.problems


@pytest.mark.parametrize(
    ("name", "papers", "day", "problems"),
    [
        ("arxiv_atom_csAI_2025-08-20.xml", 7, date(2025, 8, 20), 0),
        ("rss_csAI_2025-09-18.TRUNCATED.xml", 0, date(2025, 9, 18), 1),
    ],
)
def test_real_feeds_are_read_whole(captures: Path, name: str, papers: int, day: date, problems: int) -> None:
    """Rule: every whole item of a capture is a paper; a cut is named."""
    data = (captures / "arxiv_rss" / name).read_bytes()
    assert DailyFeedImporter().recognises(data)
    listing = read(data)
    assert (listing.feed, listing.date) == ("arxiv:cs.AI", day)
    assert (len(listing.papers), len(listing.problems)) == (papers, problems)
    assert all(paper.authors and paper.announced and paper.version for paper in listing.papers)
    assert not any("Announce Type" in paper.abstract for paper in listing.papers)


def test_a_real_holiday_lists_nothing(captures: Path) -> None:
    """Rule: 31 December 2025 has no listing, and no problem."""
    data = (captures / "arxiv_rss" / "rss_physics_EMPTY_2025-12-31.xml").read_bytes()
    assert DailyFeedImporter().recognises(data)
    assert DailyFeedImporter().parse(data) == ()
