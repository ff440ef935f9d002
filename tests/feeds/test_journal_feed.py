"""Feeds of journals, in every dialect and with every habit of publishers, are read item by item."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from costs import no_longer_than

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.base import HEAD
from paperreader.feeds.journal_feed import WebFeedImporter
from paperreader.feeds.journal_items import parse_day
from paperreader.feeds.syntax.encoding import decode_input

ABSTRACT = "We study lanterns in fog, which nobody had done before, and find that they are seen from afar."
ABSTRACT += " They are lit in the evening, and nobody puts them out before the morning comes."
IMPORTER = WebFeedImporter()


def rss(*items: str, version: str = "2.0", title: str = "Journal of Lanterns", spaces: str = "") -> bytes:
    """An RSS feed of these items."""
    inner = "\n".join(f"<item>{item}</item>" for item in items)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="{version}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"{spaces}>
<channel><title>{title}</title><link>https://lanterns.example.org/</link>
{inner}
</channel></rss>""".encode()


def rdf(*items: str) -> bytes:
    """An RSS 1.0 feed of these items."""
    inner = "".join(f'<item rdf:about="https://lanterns.example.org/{n}">{item}</item>' for n, item in enumerate(items))
    return f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">
<channel rdf:about="https://lanterns.example.org/"><title>publisher</title>
<prism:publicationName>Lanterns &amp; Lamps</prism:publicationName></channel>{inner}</rdf:RDF>""".encode()


def atom(*entries: str) -> bytes:
    """An Atom feed of these entries."""
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Lanterns</title>
<link href="https://lanterns.example.org/"/><updated>2025-03-14T00:00:00Z</updated>{inner}</feed>""".encode()


def papers_of(data: bytes) -> list[ParsedPaper]:
    """The papers of a feed that has no problems."""
    listings = IMPORTER.parse(decode_input(data).data)
    assert not any(listing.problems for listing in listings)
    return [paper for listing in listings for paper in listing.papers]


def paper_of(*item: str) -> ParsedPaper:
    """The paper of the one item of an RSS feed."""
    (paper,) = papers_of(rss("<title>On lanterns</title>" + "".join(item)))
    return paper


def the_problem(data: bytes) -> str:
    """Why there is nothing in an input."""
    (listing,) = IMPORTER.parse(data)
    assert listing.papers == ()
    return listing.problems[0].reason


# Dialects


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0", "3"])
def test_rss_is_read(version: str) -> None:
    """Rule: title, abstract, authors, DOI, page and day of an item, and where it stands."""
    (listing,) = IMPORTER.parse(
        rss(
            "<title>On lanterns</title><link>https://lanterns.example.org/1?af=R</link>"
            f"<description>{ABSTRACT}</description>"
            "<dc:creator>Ada Baker</dc:creator><dc:creator>Carl Dürer</dc:creator>"
            "<pubDate>Fri, 14 Mar 2025 23:30:00 -0500</pubDate><prism:doi>10.1000/LAMP.1</prism:doi>",
            version=version,
        )
    )
    assert (listing.feed, listing.date, listing.is_undated) == ("feed:journal-of-lanterns", date(2025, 3, 14), False)
    assert listing.papers == (
        ParsedPaper(
            title="On lanterns",
            abstract=ABSTRACT,
            authors=("Ada Baker", "Carl Dürer"),
            published=date(2025, 3, 14),
            identifiers=("doi:10.1000/lamp.1",),  # type: ignore[arg-type]
            line=5,
            links=(("page", "https://lanterns.example.org/1"),),
        ),
    )


def test_rdf_is_read() -> None:
    """Rule: RSS 1.0 too, by the name of the publication."""
    (listing,) = IMPORTER.parse(
        rdf(
            "<title>On lanterns</title><link>https://doi.org/10.1000/9</link>"
            f"<dc:date>2025-03-14T01:00:00+09:00</dc:date><description>{ABSTRACT}</description>"
            "<dc:creator>Baker, A., Dürer, C.</dc:creator>"
        )
    )
    (paper,) = listing.papers
    assert (listing.feed, listing.date) == ("feed:lanterns-lamps", date(2025, 3, 14))
    assert (paper.authors, paper.identifiers) == (("A. Baker", "C. Dürer"), ("doi:10.1000/9",))


def test_atom_is_read() -> None:
    """Rule: Atom too, with texts of every type; the day on which it was published, not changed."""
    (listing,) = IMPORTER.parse(
        atom(
            "<id>tag:x,1</id><title type='html'>On &lt;i&gt;lanterns&lt;/i&gt;</title>"
            "<link rel='alternate' href='https://lanterns.example.org/1'/>"
            "<link rel='enclosure' type='application/pdf' href='https://lanterns.example.org/1.pdf'/>"
            "<published>2025-03-10T00:00:00Z</published><updated>2025-03-14T00:00:00Z</updated>"
            "<author><name>Ada Baker</name><email>a@example.org</email></author>"
            "<author><name>Carl Dürer</name></author>"
            "<summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
            f"<p>{ABSTRACT}</p></div></summary>"
        )
    )
    (paper,) = listing.papers
    assert (paper.title, paper.abstract, paper.published) == ("On lanterns", ABSTRACT, date(2025, 3, 10))
    assert paper.authors == ("Ada Baker", "Carl Dürer")
    assert dict(paper.links) == {
        "page": "https://lanterns.example.org/1", "pdf": "https://lanterns.example.org/1.pdf",
    }  # fmt: skip


@pytest.mark.parametrize(
    "space", ["http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/atom/ns#", "https://misspelt.example.org/ns"]
)
def test_items_are_found_in_every_namespace(space: str) -> None:
    """Rule: old dialects and misspelt names of them lose nothing."""
    for name, root in (("item", "rss"), ("entry", "feed")):
        data = f'<{root} xmlns="{space}"><channel/><{name}><title>A</title></{name}></{root}>'
        assert [paper.title for paper in papers_of(data.encode())] == ["A"]


def test_an_item_of_elements_is_read_like_one_of_text() -> None:
    """Rule: markup that nobody escaped, authors in elements of their own, and old numbers of characters do no harm."""
    (paper,) = papers_of(
        rss(
            "<title>On <i>lanterns</i> &#150; and fog</title>"
            f"<description><p>{ABSTRACT}</p><p>It is <b>so</b>.</p></description>"
            "<authors><author>Ada Baker</author><author><name>Carl Fox</name></author></authors>"
        )
    )
    assert (paper.title, paper.abstract) == ("On lanterns – and fog", f"{ABSTRACT}\n\nIt is so.")
    assert paper.authors == ("Ada Baker", "Carl Fox")


def test_prefixes_that_are_not_declared_are_read() -> None:
    """Rule: a feed that forgets `xmlns:dc` has authors, a day and a DOI like any other."""
    data = (
        b"<rss><channel><title>J</title><item><title>A</title><dc:creator>Ada Baker</dc:creator>"
        b"<dc:date>2025-03-14</dc:date><prism:doi>10.1000/1</prism:doi><content:encoded>We see fog.</content:encoded>"
        b"<media:thumbnail url='x'/></item></channel></rss>"
    )
    (paper,) = papers_of(data)
    assert (paper.authors, paper.published) == (("Ada Baker",), date(2025, 3, 14))
    assert (paper.identifiers, paper.abstract) == (("doi:10.1000/1",), "We see fog.")


def test_a_feed_without_items_lists_nothing() -> None:
    """Rule: a valid feed on a day without papers is no problem."""
    assert IMPORTER.parse(rss()) == IMPORTER.parse(rdf()) == IMPORTER.parse(atom()) == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE html><html><title>Validate User</title>", "web page"),
        (b"\n <!-- x --><HTML><body>", "web page"),
        (b"<?xml version='1.0'?><opml><body/></opml>", "not an RSS, RDF or Atom feed"),
        (b"not XML at all", ""),
        (b"", ""),
        (b"<rss><channel><item><title>On lan", "no end"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, reason: str) -> None:
    """Rule: one plain reason, never an exception, never a paper."""
    assert reason in the_problem(data)


def test_a_page_that_names_its_feed_helps() -> None:
    """Rule: the reason repeats the address of the feed, which the user may have meant."""
    page = b"<html><link rel='alternate' type='application/rss+xml' href='https://lanterns.example.org/rss'></html>"
    assert "https://lanterns.example.org/rss" in the_problem(page)


def test_feeds_are_recognised() -> None:
    """Rule: feeds and web pages are; what is neither is not."""
    for data in (rss(), rdf(), atom(), b"<html>", b"\xef\xbb\xbf\n" + rss()):
        assert IMPORTER.recognises(data[:HEAD])
    for data in (b"", b"{}", b"@article{x}", b"<?xml version='1.0'?><opml/>", b"new\n\nMar 14"):
        assert not IMPORTER.recognises(data)


# Days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 14 Mar 2025 00:00:00 -0400", date(2025, 3, 14)),
        ("Fri, 14 Mar 2025 00:00:00 +0900", date(2025, 3, 14)),
        ("14 Mar 2025", date(2025, 3, 14)),
        ("Fri, 14 Mar 25 00:00 GMT", date(2025, 3, 14)),
        ("Fri, 14 Mar 2025 23:40:42 PDT", date(2025, 3, 14)),
        ("Fri, 14 Mar 2025 00:10 CET", date(2025, 3, 14)),
        ("2025-03-14", date(2025, 3, 14)),
        ("2025-03-14T22:54:08", date(2025, 3, 14)),
        ("2025-03-14T22:54:08.123-08:00", date(2025, 3, 14)),
        ("2025-03-14 22:54", date(2025, 3, 14)),
        ("2025/3/14 9:23:28", date(2025, 3, 14)),
        ("2025.03.14 09:23", date(2025, 3, 14)),
        ("2025-3-4", date(2025, 3, 4)),
        ("20250314T225408Z", date(2025, 3, 14)),
        ("2025\u5e743\u670814\u65e5", date(2025, 3, 14)),
        ("Sept 4, 2025", date(2025, 9, 4)),
        ("2025 Mar 14", date(2025, 3, 14)),
        ("Fri , 14 Mar 2025 24:00:00 GMT", date(2025, 3, 14)),
        *((text, None) for text in (
            "", "2025", "March 2025", "2025-03", "yesterday", "0001-01-01", "9999-12-31", "2025-02-30",
            "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 99 Mar 2025", "x" * 10_000,
            "0000-00-00", "14 Mar 99999", "2025/13/14", "2025.3", "2025.3.141",
        )),
    ],
)  # fmt: skip
def test_a_day_is_the_one_that_is_written(text: str, expected: date | None) -> None:
    """Rule: in its own zone; what is no day, or none in which papers appear, is unknown."""
    assert parse_day(text) == expected


def test_items_are_listed_by_day_and_those_without_one_apart() -> None:
    """Rule: the newest day first, ranks as in the feed; what has no day has no date and is not given one."""
    days = ("2025-03-12", "yesterday", "2025-03-14", "0001-01-01", "2025-03-12", "9999-12-31", "")
    listings = IMPORTER.parse(rss(*(f"<title>T{n}</title><dc:date>{day}</dc:date>" for n, day in enumerate(days))))
    assert [(listing.date, [paper.title for paper in listing.papers]) for listing in listings] == [
        (date(2025, 3, 14), ["T2"]), (date(2025, 3, 12), ["T0", "T4"]), (None, ["T1", "T3", "T5", "T6"]),
    ]  # fmt: skip
    assert [listing.is_undated for listing in listings] == [False, False, True]
    assert {listing.feed for listing in listings} == {"feed:journal-of-lanterns"}


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("<pubDate>2024</pubDate>", PartialDate(2024)),
        ("<pubDate>May 2024</pubDate>", PartialDate(2024, 5)),
        ("<prism:publicationDate>2024-05</prism:publicationDate>", PartialDate(2024, 5)),
        ("<prism:coverDate>2024-05-00</prism:coverDate>", PartialDate(2024, 5)),
        ("<pubDate>2024</pubDate><dc:date>2024-05-14</dc:date>", date(2024, 5, 14)),
        ("<pubDate>0999</pubDate><dc:date>2999</dc:date>", None),
        ("<pubDate>soon</pubDate>", None),
    ],
)
def test_a_month_or_a_year_is_the_date_of_a_paper_and_of_no_list(dates: str, published: KnownDate | None) -> None:
    """Rule: a journal that only says the month does not say on which day it lists a paper."""
    (listing,) = IMPORTER.parse(rss(f"<title>Lanterns</title>{dates}"))
    assert listing.papers[0].published == published
    assert listing.date == (published if isinstance(published, date) else None)
    assert listing.is_undated == (listing.date is None)


def test_a_date_in_the_text_is_that_of_the_paper() -> None:
    """Rule: where no field has a date, the text may say when the paper appeared, but not when the feed listed it."""
    for said, published in (("Available online 20 May 2026", date(2026, 5, 20)), ("May 2022", PartialDate(2022, 5))):
        (listing,) = IMPORTER.parse(
            rss(f"<title>A</title><description>&lt;p&gt;Publication date: {said}&lt;/p&gt;</description>")
        )
        assert (listing.papers[0].published, listing.date, listing.is_undated) == (published, None, True)


def test_the_publishers_first_date_counts() -> None:
    """Rule: where two dates disagree, as by the clock of twelve hours, that of publication is taken."""
    paper = paper_of(
        "<pubDate>Mon, 20 Dec 2021 00:09:28 -0800</pubDate><dc:date>2021-12-21T12:09:28-08:00</dc:date>"
        "<prism:coverDate>Sun, 12 Sep 2021 11:07:48 -0700</prism:coverDate>"
    )
    assert paper.published == date(2021, 12, 20)


# Texts


@pytest.mark.parametrize(
    "description",
    [
        ABSTRACT,
        f"&lt;p&gt;{ABSTRACT}&lt;/p&gt;",
        f"<![CDATA[<p>Lanterns 10: 15-18</p><p>DOI: 10.1/x</p><p>Authors: A</p><p>Abstract: {ABSTRACT}</p>"
        "<p><a href='x'>HTML</a></p><p><a href='y'>PDF</a></p>]]>",
        f"<![CDATA[<p><b>Authors:</b> A</p><p><b>Upvotes:</b> 3</p><p><b>Summary:</b> {ABSTRACT}</p>]]>",
        f"<![CDATA[<h2>Abstract</h2><p>{ABSTRACT}</p>]]>",
        f"Abstract\n{ABSTRACT}",
        f"ABSTRACT. {ABSTRACT}",
        f"<![CDATA[<jats:title>Abstract</jats:title><jats:p>{ABSTRACT}</jats:p>]]>",
        f"<![CDATA[<p>{ABSTRACT}</p><p>PMID:<a>34</a> | PMC:<a>PMC86</a> | DOI:<a>10.1000/lamp-1</a></p>]]>",
        f"<![CDATA[<p>Lanterns. 2025;3:e1.</p><p><b>ABSTRACT</b></p><p>{ABSTRACT}</p><p>PMID:<a>34</a></p>]]>",
        f"<![CDATA[<p>{ABSTRACT}</p><p><a href='x'>lanterns.example.org</a></p>]]>",
        f"<![CDATA[<script>alert('<p>')</script><style>p {{}}</style>{ABSTRACT}]]>",
    ],
)
def test_an_abstract_is_dug_out(description: str) -> None:
    """Rule: bare, in HTML, behind its label, under its heading, among other facts."""
    assert paper_of(f"<description>{description}</description>").abstract == ABSTRACT


@pytest.mark.parametrize(
    "text",
    [
        "我们研究了雾中的灯笼,此前没有人做过这样的研究,并且发现它们从很远的地方就能被看见。"
        "傍晚时分灯笼被点亮,直到第二天清晨之前都没有人把它们熄灭,港口的船因此找到了回家的路。",
        "霧の中の灯籠を調べた。これまで誰も調べたことがなく、遠くからでもよく見えることがわかった。"
        "夕方に灯籠がともされ、朝が来るまで誰もそれを消さないため、港の船は帰り道を見つける。",
        "우리는 안개 속의 등불을 연구하였다. 이전에는 아무도 연구하지 않았으며 멀리서도 잘 보인다는 것을 발견하였다. "
        "저녁에 등불이 켜지고 아침이 올 때까지 아무도 그것을 끄지 않는다.",
    ],
)
def test_an_abstract_without_blanks_is_one(text: str) -> None:
    """Rule: Chinese, Japanese and Korean are counted by their characters, not by blanks."""
    assert paper_of(f"<description><![CDATA[<p>{text}</p><p>d.example.org</p>]]></description>").abstract == text


def test_the_longer_text_is_the_abstract() -> None:
    """Rule: the content where the description only says the volume, and the other way round."""
    brief = "LANTERNS, Volume 10, Issue 2, March 2025, Page 15-18."
    for first, second in ((brief, ABSTRACT), (ABSTRACT, brief)):
        item = f"<description>{first}</description><content:encoded>{second}</content:encoded>"
        assert paper_of(item).abstract == ABSTRACT


@pytest.mark.parametrize(
    "description",
    [
        "",
        "LANTERNS, EarlyView.",
        "Volume 56, Issue 3, December 2021, Page 163-175&lt;br/&gt;. &lt;br/&gt;",
        "&lt;p&gt;Publication date: May 2022&lt;/p&gt;&lt;p&gt;&lt;b&gt;Source:&lt;/b&gt; Lanterns 167&lt;/p&gt;"
        "&lt;p&gt;Author(s): " + ", ".join(["Ada Baker"] * 20) + "&lt;/p&gt;",
        "urn:lsid:example.org:pub:AC1F993D-1705-47FE-B8F3-1D4D254B5A46 - Registered by Baker, Ada on Nov  4 2021 "
        "urn:lsid:example.org:act:1",
        "On lanterns",
        "灯笼学报 第10卷第2期, 第15-18页, 2025年3月出版, 港口研究所编辑",
        "林小灯,王海," * 20,
    ],
)
def test_what_is_no_abstract_is_not_taken_for_one(description: str) -> None:
    """Rule: volumes, pages, names and numbers of a register are no abstract; it is empty then, never invented."""
    assert paper_of(f"<description>{description}</description>").abstract == ""


def test_an_abstract_keeps_its_paragraphs_and_signs() -> None:
    """Rule: blocks are paragraphs; what only looks like a tag stays; entities are undone, twice where need be."""
    text = f"<p>{ABSTRACT}</p><p>With p < 0.05, <kernel> and CO<sub>2</sub> &amp;amp; more.</p>"
    paper = paper_of(f"<description><![CDATA[{text}]]></description>")
    assert paper.abstract == f"{ABSTRACT}\n\nWith p < 0.05, <kernel> and CO2 &amp; more."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("\ufeffGems\n\t of  the sea", "Gems of the sea"),
        ("On &lt;em&gt;Ommatotriton&lt;/em&gt;", "On Ommatotriton"),
        ("&lt;p&gt;&lt;strong&gt;Lamps&lt;/strong&gt;&lt;/p&gt;", "Lamps"),
        ("A &amp;amp; B", "A & B"),
        ("Caf&eacute;&nbsp;lights", "Café lights"),
        ("For x &lt; 3 and y &gt; 4", "For x < 3 and y > 4"),
        ("<![CDATA[H<sub>2</sub>O]]>", "H2O"),
        ("[ASAP] On lanterns", "On lanterns"),
        ("Sensing, Vol. 24, Pages 1: On lanterns: a view", "On lanterns: a view"),
    ],
)
def test_a_title_is_one_line_without_tags(title: str, expected: str) -> None:
    """Rule: what belongs to the format is undone, what belongs to the title stays."""
    (paper,) = papers_of(rss(f"<title>{title}</title>"))
    assert paper.title == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<dc:creator>Ada Baker</dc:creator><dc:creator>Baker, Carl</dc:creator>", ("Ada Baker", "Carl Baker")),
        ("<dc:creator>\nAda Baker, \nCarl Dürer, \nEve Fox\n</dc:creator>", ("Ada Baker", "Carl Dürer", "Eve Fox")),
        ("<dc:creator>Ada Baker, Carl Dürer and Eve Fox</dc:creator>", ("Ada Baker", "Carl Dürer", "Eve Fox")),
        ("<dc:creator>Ada Baker, Carl Dürer</dc:creator>", ("Ada Baker", "Carl Dürer")),
        ("<dc:creator>Baker, A.; Dürer, C. D.</dc:creator>", ("A. Baker", "C. D. Dürer")),
        ("<dc:creator>Baker, A., Dürer, C. D.</dc:creator>", ("A. Baker", "C. D. Dürer")),
        ("<dc:creator>BAKER A, DÜRER C.</dc:creator>", ("BAKER A", "DÜRER C.")),
        ("<author>a@example.org (Ada Baker)</author>", ("Ada Baker",)),
        ("<description>&lt;p&gt;Author(s): Ada Baker, Eve Fox&lt;/p&gt;</description>", ("Ada Baker", "Eve Fox")),
        ("<dc:creator>de Araujo, Carla R.</dc:creator>", ("Carla R. de Araujo",)),
        ("<dc:creator>van der Berg, Carl Philip</dc:creator>", ("Carl Philip van der Berg",)),
        ("<dc:creator>García Prado, Gabriel</dc:creator>", ("Gabriel García Prado",)),
        ("<dc:creator>García Prado, Gabriel J.</dc:creator>", ("Gabriel J. García Prado",)),
        ("<dc:creator>García Prado, G. J.</dc:creator>", ("G. J. García Prado",)),
        ("<dc:creator>van Baker A, Dürer C</dc:creator>", ("van Baker A", "Dürer C")),
        ("<dc:creator>A. Baker, C. Dürer</dc:creator>", ("A. Baker", "C. Dürer")),
        ("<dc:creator>Baker, Ada, Fox, Marianne</dc:creator>", ("Ada Baker", "Marianne Fox")),
        ("<dc:creator>ADA BAKER, LI WU, EVE FOX, CARL LE</dc:creator>", ("ADA BAKER", "LI WU", "EVE FOX", "CARL LE")),
        (
            "<dc:creator>Fox Baker, Ada Maria</dc:creator><dc:creator>Dürer Hill, Carl Leo</dc:creator>",
            ("Ada Maria Fox Baker", "Carl Leo Dürer Hill"),
        ),
        ("<dc:creator>Baker C, Fox Y, Dürer H, et al.</dc:creator>", ("Baker C", "Fox Y", "Dürer H")),
        ("<dc:creator>A. Baker et al.</dc:creator>", ("A. Baker",)),
        ("<dc:creator>Baker, A., et al</dc:creator>", ("A. Baker",)),
        ("<dc:creator>Baker, A.; Fox, E.; et al.</dc:creator>", ("A. Baker", "E. Fox")),
        ("<dc:creator>Ada Baker</dc:creator><dc:creator>et al.</dc:creator>", ("Ada Baker",)),
        ("<dc:creator>Ada Baker, UNESCO</dc:creator>", ("Ada Baker", "UNESCO")),
        ("<dc:creator>et al.</dc:creator>", None),
        ("<dc:creator>Ada and Carl</dc:creator>", ("Ada", "Carl")),
        ("<dc:creator>Baker, A. and Fox, E.</dc:creator>", ("A. Baker", "E. Fox")),
        ("<dc:creator>Ada Baker et Al Hill</dc:creator>", ("Ada Baker", "Al Hill")),
        ("<dc:creator>林小灯,王海</dc:creator>", ("林小灯", "王海")),
        ("<dc:creator>林小灯,王海、李雾</dc:creator>", ("林小灯", "王海", "李雾")),
        ("<dc:creator>林灯,王海</dc:creator><dc:creator>李雾,田港</dc:creator>", ("林灯", "王海", "李雾", "田港")),
        ("<dc:creator>林小灯;王海</dc:creator>", ("林小灯", "王海")),
        (
            "<dc:creator><![CDATA[ Baker, A., van der Lamp, D. A., The FOG Consortium ]]></dc:creator>",
            ("A. Baker", "D. A. van der Lamp", "The FOG Consortium"),
        ),
        (
            "<authors><![CDATA[Ada Baker;Bob Wick;Carl van Dürer;]]></authors>",
            ("Ada Baker", "Bob Wick", "Carl van Dürer"),
        ),
        (
            "<dc:creator>Ada Baker</dc:creator><dc:creator>Eve Fox</dc:creator><dc:creator>Ada Baker</dc:creator>",
            ("Ada Baker", "Eve Fox"),
        ),
        (
            "<dc:creator>Baker, Ada</dc:creator><dc:creator>The Fog Consortium</dc:creator>",
            ("Ada Baker", "The Fog Consortium"),
        ),
        (
            "<dc:creator>Ada Baker&lt;sup&gt;1,2&lt;/sup&gt;, Eve Fox&lt;sup&gt;*&lt;/sup&gt;</dc:creator>",
            ("Ada Baker", "Eve Fox"),
        ),
        (
            "<author>journal@example.org (Journal)</author><dc:creator>Ada Baker, Eve Fox</dc:creator>",
            ("Ada Baker", "Eve Fox"),
        ),
        ("<description>Author(s): A. Baker and E. Fox&lt;br/&gt;We see fog.</description>", ("A. Baker", "E. Fox")),
        (
            "<author>Ada Baker</author><description>&lt;p&gt;by Ada Baker, Eve Fox&lt;/p&gt;We see fog.</description>",
            ("Ada Baker", "Eve Fox"),
        ),
        (
            "<author>A. Baker et al.</author>"
            "<description>&lt;p&gt;by Ada Baker, Eve Fox&lt;/p&gt;We see fog.</description>",
            ("Ada Baker", "Eve Fox"),
        ),
        ("<dc:creator> </dc:creator>", None),
        ("", None),
    ],
)
def test_authors_are_told_apart(item: str, expected: tuple[str, ...] | None) -> None:
    """Rule: one by one, in one line, surname first, behind a label; nobody named is unknown."""
    assert paper_of(item).authors == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<prism:doi>10.1000/Lamp</prism:doi>", ["doi:10.1000/lamp"]),
        ("<dc:identifier>doi:10.1000/lamp</dc:identifier>", ["doi:10.1000/lamp"]),
        ("<guid isPermaLink='false'>10.1000/lamp</guid>", ["doi:10.1000/lamp"]),
        ("<link>https://onlinelibrary.example.org/doi/abs/10.1000/lamp?af=R</link>", ["doi:10.1000/lamp"]),
        ("<link>https://x.example.org/doi/full/10.1000%2Flamp.1</link>", ["doi:10.1000/lamp.1"]),
        ("<link>https://www.biorxiv.org/content/10.1101/2025.03.01.640000v1?rss=1</link>",
         ["doi:10.1101/2025.03.01.640000"]),
        ("<link>https://academic.oup.com/lamps/advance-article/doi/10.1093/lamps/ab012/7700001?rss=1</link>",
         ["doi:10.1093/lamps/ab012"]),
        ("<description>&lt;p&gt;DOI: 10.1000/lamp.&lt;/p&gt;</description>", ["doi:10.1000/lamp"]),
        ("<link>https://arxiv.org/abs/2503.01234v2</link><prism:doi>10.1000/lamp</prism:doi>",
         ["doi:10.1000/lamp", "arxiv:2503.01234"]),
        ("<description>As was shown (10.1000/other), lanterns are lit.</description>", []),
        ("<guid>pubmed:34811339</guid>", []),
        ("<link>https://papers.cool/arxiv/2503.01234</link>", ["arxiv:2503.01234"]),
        ("<feedburner:origLink>https://doi.org/10.1000/lamp</feedburner:origLink>", ["doi:10.1000/lamp"]),
        ("<description>Lamps, Published online: 12 May 2026; doi:10.1000/lamp</description>", ["doi:10.1000/lamp"]),
    ],
)  # fmt: skip
def test_identifiers_are_found_where_publishers_put_them(item: str, expected: list[str]) -> None:
    """Rule: in fields of their own, ids, addresses and behind a label; one that the text only cites is not taken."""
    assert list(paper_of(item).identifiers) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.example.org/1?dgcid=rss_sd_all", "https://x.example.org/1"),
        ("https://x.example.org/1?id=5&amp;utm_source=rss", "https://x.example.org/1?id=5"),
        ("https://x.example.org/a b", "https://x.example.org/a%20b"),
        ("https://x.example.org/1?a=2&amp;para=3", "https://x.example.org/1?a=2&para=3"),
    ],
)
def test_addresses_lose_what_only_counts_readers(address: str, expected: str) -> None:
    """Rule: the same page has the same address; blanks in it are no end of it."""
    assert dict(paper_of(f"<link>{address}</link>").links)["page"] == expected


def test_only_web_addresses_are_links() -> None:
    """Rule: what is no address of the web is no link."""
    assert paper_of("<link>javascript:alert(1)</link>").links == ()


# What is no paper


@pytest.mark.parametrize(
    ("title", "standing"),
    [
        ("Erratum: On lanterns", Standing.CORRECTION),
        ("Corrigendum to “On lanterns”", Standing.CORRECTION),
        ("Author Correction: On lanterns", Standing.CORRECTION),
        ("Correction to: On lanterns", Standing.CORRECTION),
        ("Addendum to a revision of lanterns", Standing.CORRECTION),
        ("Corrections to the entropy of lanterns", None),
        ("RETRACTED ARTICLE: On lanterns", Standing.RETRACTED),
        ("Retraction Note to: On lanterns", Standing.RETRACTED),
        ("Retraction of the flame in lanterns", None),
        ("WITHDRAWN: On lanterns", Standing.WITHDRAWN),
        ("Editorial", Standing.EDITORIAL),
        ("Editorial: a year of lanterns", Standing.EDITORIAL),
        ("Editorial Board", Standing.EDITORIAL),
        ("Editorial independence of lamp journals", None),
        ("Issue Information", Standing.OTHER),
        ("Front Cover: On lanterns", Standing.OTHER),
        ("Cover crops under lanterns", None),
        ("Frontmatter", Standing.OTHER),
        ("News recommendation by lantern", None),
        ("On lanterns", None),
    ],
)
def test_what_is_no_paper_is_marked(title: str, standing: Standing | None) -> None:
    """Rule: errata, editorials and the like are kept and say what they are; papers about such things are papers."""
    (paper,) = papers_of(rss(f"<title>{title}</title>"))
    assert paper.standing is standing


def test_a_section_says_what_an_item_is() -> None:
    """Rule: where the title does not, the section may, if it says nothing else."""
    assert paper_of("<category>EDITORIAL</category>").standing is Standing.EDITORIAL
    assert paper_of("<prism:section>Corrigendum</prism:section>").standing is Standing.CORRECTION
    assert paper_of("<category>Research Article</category><category>News media</category>").standing is None


# Damage


def test_a_broken_item_costs_itself() -> None:
    """Rule: the others are read, in order, with the lines they are on; what is broken is named and kept."""
    whole = rss(*(f"<title>T{n}</title><description>{ABSTRACT}</description>" for n in range(5)))
    data = whole.replace(b"<title>T2</title>", b"<title>T2 & <b></title>")
    (listing,) = IMPORTER.parse(data)
    assert [paper.title for paper in listing.papers] == ["T0", "T1", "T3", "T4"]
    assert [paper.line for paper in listing.papers] == [5, 6, 8, 9]
    (problem,) = listing.problems
    assert (problem.line, "T2" in problem.excerpt) == (7, True)
    assert [line for line, _ in listing.set_aside] == [7]


def test_blank_lines_before_a_feed_are_counted() -> None:
    """Rule: lines are those of the file, though a declaration must not stand behind blank ones."""
    (listing,) = IMPORTER.parse(b"\xef\xbb\xbf\n\n" + rss("<title>A</title>", "<title></title>"))
    assert (listing.papers[0].line, listing.problems[0].line) == (7, 8)


def test_an_item_without_a_title_is_named() -> None:
    """Rule: it is set aside with its line; an item of nothing else makes the feed one that gave nothing."""
    (listing,) = IMPORTER.parse(rss("<title>A</title>", f"<description>{ABSTRACT}</description>"))
    assert [paper.title for paper in listing.papers] == ["A"]
    assert (listing.problems[0].line, listing.problems[0].reason) == (6, "an item without a title")
    assert "without a title" in the_problem(rss("<link>https://x.example.org/</link>"))


def test_a_cut_feed_is_read_as_far_as_it_is_whole() -> None:
    """Rule: at whatever byte it ends: no exception, only whole papers, and the cut is named."""
    data = rss(*(f"<title>T{n}</title><description>{ABSTRACT}</description>" for n in range(3)))
    for end in range(0, len(data), 7):
        listings = IMPORTER.parse(data[:end])
        titles = [paper.title for listing in listings for paper in listing.papers]
        assert titles == [f"T{n}" for n in range(data[:end].count(b"</item>"))]
        assert any(listing.problems for listing in listings)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-8"])
def test_encodings_are_undone(encoding: str) -> None:
    """Rule: by what the feed declares; a declaration that is wrong does no harm to UTF-8."""
    text = rss("<title>Café</title>").decode()
    for data in (text.replace("UTF-8", encoding).encode(encoding), text.replace("UTF-8", "iso-8859-1").encode()):
        assert [paper.title for paper in papers_of(data)] == ["Café"]


_ENTITIES = b'<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        _ENTITIES + rss("<title>&b;</title>").partition(b"?>")[2],
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<title>&x;</title>").partition(b"?>")[2],
        rss("<title>" + "<b>" * 200_000 + "</title>"),
        rss("<title " + " ".join(f'a{n}="1"' for n in range(300_000)) + ">x</title>"),
        rss("<title>" + "x" * 5_000_000 + "</title>"),
        rss("<title>On lanterns</title><description><![CDATA[" + "<!--" * 100_000 + "]]></description>"),
        rss("<title>On lanterns</title><description><![CDATA[" + "<script>" * 100_000 + "]]></description>"),
        rss("<title>On lanterns</title><description><![CDATA[" + "<a " * 100_000 + "]]></description>"),
        rss("<title>On lanterns</title><dc:creator>" + "a@" * 100_000 + "</dc:creator>"),
        rss("<title>On lanterns</title><dc:creator>" + "( , " * 100_000 + "</dc:creator>"),
        rss("<title>" + "&lt;p " * 50_000 + "</title>"),
        rss("<title>x</title>", title=" " * 200_000 + ":"),
        rss("<title>On lanterns</title><pubDate>" + "1 " * 200_000 + "</pubDate>"),
        rss("<title>On lanterns</title><link>https://x/doi/" + "10." * 100_000 + "</link>"),
        rss(*["<title>a</title><entry><title>b</title></entry>"] * 300),
        b"<rss>" * 100_000,
        b"<feed " * 200_000,
    ],
    ids=range(17),
)
def test_a_bomb_costs_little(data: bytes) -> None:
    """Rule: entities, nesting, floods: no exception, nothing from elsewhere, no square of time."""
    with no_longer_than(20):  # what grows with the square takes minutes
        listings = IMPORTER.parse(data)
    text = "".join(paper.title + paper.abstract for listing in listings for paper in listing.papers)
    assert "root:" not in text
    assert "xxxxxxxxxxxxxxxxxxxx" not in text or len(text) > 1_000_000


# The captures


@pytest.mark.parametrize(
    ("name", "papers", "undated", "abstracts", "identified"),
    [
        ("2021-12-02_zoobank", 79, 0, 0, 0),
        ("2021-12-14_contributions-to-entomology", 9, 0, 9, 0),
        ("2021-12-14_tandfonline", 95, 0, 0, 95),
        ("2021-12-14_zookeys", 100, 0, 99, 100),
        ("2021-12-21_onlinelibrary.wiley", 66, 0, 28, 66),
        ("2021-12-21_rss.sciencedirect", 51, 51, 0, 0),
        ("hf_weekly_third_party", 6, 0, 6, 6),
    ],
)
def test_real_feeds_are_read_whole(
    captures: Path, name: str, papers: int, undated: int, abstracts: int, identified: int
) -> None:
    """Rule: every item is a paper with what its publisher says of it, and nothing is left over."""
    (file,) = (captures / "feeds").glob(f"{name}*")
    data = file.read_bytes()
    assert IMPORTER.recognises(data[:HEAD])
    listings = IMPORTER.parse(data)
    found = [paper for listing in listings for paper in listing.papers]
    assert [problem for listing in listings for problem in listing.problems] == []
    assert len(found) == papers
    assert sum(len(listing.papers) for listing in listings if listing.is_undated) == undated
    assert sum(bool(paper.abstract) for paper in found) == abstracts
    assert sum(bool(paper.identifiers) for paper in found) == identified
    assert all(paper.line and paper.title and dict(paper.links)["page"] for paper in found)
    assert not any("<" in paper.abstract and "</" in paper.abstract for paper in found)


def test_real_feeds_that_list_nothing_say_so(captures: Path) -> None:
    """Rule: a page in place of a feed is named; a feed of no items lists none."""
    (page,) = (captures / "feeds").glob("2021-11-24_*")
    assert "web page" in the_problem(page.read_bytes())
    (empty,) = (captures / "feeds").glob("*jstage*")
    assert IMPORTER.parse(empty.read_bytes()) == ()


def _listing(data: bytes) -> ParsedListing:
    (listing,) = IMPORTER.parse(data)
    return listing


def test_a_feed_is_named_by_its_journal() -> None:
    """Rule: two journals of one publisher are two feeds; what only says that it is a feed is left out of the name."""
    for title, expected in (
        ("publisher: On lanterns: Table of Contents", "feed:publisher-on-lanterns"),
        ("Latest Articles from Lanterns", "feed:lanterns"),
        ("Wiley: LANTERNS: Table of Contents", "feed:lanterns"),
        ("", "feed:lanterns.example.org"),
        ("!!!", "feed:lanterns.example.org"),
    ):
        assert _listing(rss("<title>A</title>", title=title)).feed == expected
