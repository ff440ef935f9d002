"""The abstract of an item is told from what the publisher writes around it, which is read for what it is."""

import pytest

from paperreader.feeds.texts.abstract_text import ItemText, read_texts

ABSTRACT = "Lanterns in fog have been hard to see. We show a way."


def read(html: str) -> ItemText:
    """What one text of an item says."""
    return read_texts([html], ("On lanterns", "Sensing, Vol. 24, Pages 1: On lanterns", "Journal of lamp research"))


@pytest.mark.parametrize(
    "html",
    [
        f"<p>Harbour Catalysis, Published online: 12 May 2026; <a href='x'>doi:10.1000/s1-6</a></p>{ABSTRACT}",
        f"Harbour Catalysis, Published online: 12 May 2026; doi:10.1000/s1-6 {ABSTRACT}",
        f"<p>by Ada Baker, Carl van Dürer, the FOG Study Group</p>\n{ABSTRACT}",
        f"<p>by Ada Baker</p>\n{ABSTRACT}",
        f"Author(s): A. Baker, C. Fox, and E. Hill<br/><p>{ABSTRACT}</p><br/>[Fog Rev. Lett. 130, 1] "
        "Published Tue Jan 03, 2023",
        f"<p>Author(s): A. Baker</p><p>{ABSTRACT}[Fog Rev. X 1, 2] Published Mon Apr 21, 2025</p>",
        f"Proceedings of the Harbour Academy of Lamps, Volume 121, Issue 10, March 2024. <br/>{ABSTRACT}",
        f"Proc. Harbour Acad., Volume 121, Issue 10, March 2024. {ABSTRACT}",
        f"Journal of Fog, Ahead of Print. <br/>{ABSTRACT}",
        f"A way to see lanterns is shown.\n<h2>ABSTRACT</h2>\n<p>{ABSTRACT}</p>",
        "<div><i><b>Fog Environ. Sci.</b></i>, 2026, Advance Article<br/><b>DOI</b>: 10.1000/D6, Communication</div>"
        "<div>Open Access &nbsp; This article is licensed under a Creative Commons Attribution 3.0 Licence.</div>"
        f"<div>Ada Baker, Carl Fox and Eve Hill<br/>{ABSTRACT}<br/>To cite this article before page numbers are "
        "assigned, use the DOI form of citation above.<br/>The content of this RSS Feed (c) The Society of Fog</div>",
        "<p>Sensing, Vol. 24, Pages 1: On lanterns</p><p>Sensing <a href='x'>doi: 10.1000/s24010001</a></p>"
        f"<p>Authors: Ada Baker</p><p>{ABSTRACT}</p>",
        "<p>J Lamp Res. 2025 Mar 14;3(2):e1. doi: 10.1000/x. Online ahead of print.</p><p><b>ABSTRACT</b></p>"
        f"<p>{ABSTRACT}</p><p>PMID:<a>348</a> | DOI:<a>10.1000/x</a></p>",
        f"<p>J Lamp Res. 2025 Mar 14;3(2):e1. doi: 10.1000/x. Online ahead of print.</p><p>{ABSTRACT}</p>",
        f"<p>{ABSTRACT}</p><p>© 2026 The Authors.</p><p><a href='x'>HTML</a></p><p><a href='y'>PDF</a></p>",
        f"On lanterns<br/>{ABSTRACT}",
        f"Journal of lamp research<br/>{ABSTRACT}",
    ],
)  # fmt: skip
def test_the_lines_of_the_publisher_are_no_part_of_the_abstract(html: str) -> None:
    """Rule: journal, volume, pages, dates, DOIs, names of authors and licences around an abstract go."""
    assert read(html).abstract == ABSTRACT


@pytest.mark.parametrize(
    ("html", "authors", "dates", "dois"),
    [
        ("<p>Harbour Catalysis, Published online: 12 May 2026; <a href='x'>doi:10.1000/s1-6</a></p>",
         [], ["12 May 2026"], ["10.1000/s1-6"]),
        (f"<p>by Ada Baker, Carl Fox</p>{ABSTRACT}", ["by Ada Baker, Carl Fox"], [], []),
        (f"Author(s): A. Baker<br/>{ABSTRACT}<br/>[Fog Rev. 1, 2] Published Tue Jan 3, 2023",
         ["A. Baker"], ["Tue Jan 3, 2023"], []),
        ("<p>Publication date: Available online 20 May 2026</p><p><b>Source:</b> Fog</p><p>Author(s): Ada Baker</p>",
         ["Ada Baker"], ["Available online 20 May 2026"], []),
        ("Fog Letters, Volume 50, Issue D1, January 4, 2024, Pages D1–D10", [], ["January 4, 2024"], []),
        ("<div><cite>Journal of Fog</cite></div><div>DOI: 10.1000/fog.7b00794</div>", [], [], ["10.1000/fog.7b00794"]),
    ],
)  # fmt: skip
def test_what_the_lines_say_is_kept(html: str, authors: list[str], dates: list[str], dois: list[str]) -> None:
    """Rule: such a line gives the authors, the date and the DOI that it names."""
    text = read(html)
    assert (text.authors, text.dates, text.dois) == (authors, dates, dois)


@pytest.mark.parametrize(
    "text",
    [
        "Summary statistics of many kinds are compared here.",
        "Abstract syntax trees of many kinds are compared here.",
        "Abstract-level reasoning is done here.",
        "Summary-based methods win.",
        "AbstractFactory patterns are seen here.",
        "Abstraction is hard.",
    ],
)
def test_the_first_word_of_an_abstract_stays(text: str) -> None:
    """Rule: `Summary` and `Abstract` are headings only where markup, a colon or a line break says so."""
    assert read(text).abstract == read(f"<p>{text}</p>").abstract == text


@pytest.mark.parametrize(
    "html",
    [
        f"Abstract. {ABSTRACT}", f"Abstract: {ABSTRACT}", f"summary : {ABSTRACT}", f"Abstract\n{ABSTRACT}",
        f"<p>Abstract</p><p>{ABSTRACT}</p>", f"<b>Abstract</b> {ABSTRACT}", f"<p><i>Summary:</i> {ABSTRACT}</p>",
        f"<h3>ABSTRACT</h3>{ABSTRACT}", f"Abstract—{ABSTRACT}", f"ABSTRACT {ABSTRACT}",
        f"<div>Abstract</div><div>Summary</div>{ABSTRACT}",
        f"<h2>Graphical Abstract</h2>A lamp.<h2>Abstract</h2>{ABSTRACT}",
    ],
)  # fmt: skip
def test_a_heading_is_no_part_of_the_abstract(html: str) -> None:
    """Rule: a heading over an abstract goes, however it is set."""
    assert read(html).abstract == ABSTRACT


def test_an_abstract_in_sections_is_kept_whole() -> None:
    """Rule: the section `Background` and the last one, `Summary`, are parts of the abstract like the others."""
    parts = ("Background: Fog is wet.", "Methods: We look at it.", "Summary: It is wet.")
    assert read("".join(f"<p>{part}</p>" for part in parts)).abstract == "\n\n".join(parts)
    headed = "<h3>Abstract</h3><h3>Background</h3><p>Fog is wet.</p><h3>Main results</h3><p>It is.</p>"
    assert read(headed).abstract == "Background\n\nFog is wet.\n\nMain results\n\nIt is."


@pytest.mark.parametrize(
    "text",
    [
        "We show that A differs from B, and give a proof of it.",
        "Example abstract.",
        "We prove A = B",
        "Open questions remain here.",
        "Full details are given in the text.",
        "FOG IS WET, AND LAMPS IN FOG ARE WET.",
        "Мы показываем, что фонари видны издалека.",
        "\u6211\u4eec\u8bc1\u660e\u706f\u7b3c\u5728\u96fe\u4e2d\u53ef\u89c1\u3002",
    ],
)
def test_a_short_abstract_is_kept(text: str) -> None:
    """Rule: what is short, and says something, is an abstract."""
    assert read(text).abstract == text


@pytest.mark.parametrize(
    "html",
    [
        "Lamps, Volume 392, Issue 6800, Page 814-814, May 2026.", "Lamps, Ahead of Print.", "Annual Review of Fog",
        "<p><img src='x' alt='TOC Graphic'/></p><div><cite>Journal of Natural Lamps</cite></div>", "Open Access",
        "Ada Baker, Carl Fox", "<a>HTML</a> <a>PDF</a>", "Read the full article", "No abstract available.",
        "On lanterns.", "Lanterns 10(2): 15-18", "Research Article",
    ],
)  # fmt: skip
def test_text_without_content_is_no_abstract(html: str) -> None:
    """Rule: places, links, names, kinds of articles and the title itself are no abstract."""
    assert read(html).abstract == ""
