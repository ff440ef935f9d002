"""Every importer, the query parser and the filter cost time in proportion to their input, whatever stands in it.

The full run compares the processor times of 256 kB and of 512 kB of each text. The quick run looks at much less of all
texts of a format together, which finds the square of a length, and nothing finer.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import pytest
from costs import check_growth, no_longer_than

from paperreader.domain.latex.text import read_tex, read_tex_address, readable
from paperreader.domain.query.parser import parse_query
from paperreader.domain.text import Safe
from paperreader.feeds.base import StreamImporter
from paperreader.feeds.detection import IMPORTERS
from paperreader.feeds.references.json_records import read_record
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.feeds.syntax.json_items import read_items
from paperreader.feeds.texts.html_text import line_of, paragraphs
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.unsupported_formats import unread_format
from paperreader.search.list_index import ListIndex

SIZE = 256_000
"""Bytes of the smaller text."""
MOST = 2.5
"""How many times as much the larger text may cost, which is twice as long."""
QUICK_SIZE = 8_000
FLOOR = 0.03
"""Seconds that are never too much: of less than that a clock says little."""
LOOKS = 5
"""Times at which the two are compared, if the first time is too much; the median decides."""


class Text(NamedTuple):
    """A piece again and again, between a beginning and an end."""

    piece: str
    before: str = ""
    behind: str = ""

    def make(self, size: int) -> str:
        """The text of about so many characters."""
        return self.before + self.piece * (size // len(self.piece)) + self.behind


def _within(before: str, behind: str, *pieces: str) -> list[Text]:
    return [Text(piece, before, behind) for piece in pieces]


def _alone(*pieces: str) -> list[Text]:
    return _within("", "", *pieces)


ANY = _alone("a ", "a\n", "\n", "(", "{", '"', "<a ", ", ", "\\")
"""Texts for every format."""

_RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Kites</title>'
    "<link>https://kites.example.org/</link><item><title>On kites</title>"
)
_RSS_END = "</item></channel></rss>"
_ITEM = (
    "</item><item><title>On kites</title><guid>10.1000/1</guid><dc:creator>Amber, A., Looms, B.</dc:creator>"
    "<dc:date>2025</dc:date><description>&lt;p&gt;by Ada Amber, Bo Looms&lt;/p&gt;We fly kites.</description>"
)


def _fields(name: str, *pieces: str) -> list[Text]:
    return _within(f"{_RSS}<{name}>", f"</{name}>{_RSS_END}", *pieces)


_DAILY = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    "<title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>"
    "<pubDate>Thu, 18 Sep 2025 00:00:00 -0400</pubDate>"
)
_DAILY_ITEM = (
    "<item><title>Kites</title><link>https://arxiv.org/abs/2507.00001</link><description>arXiv:2507.00001v1 "
    "Announce Type: new \nAbstract: Of kites.</description><guid>oai:arXiv.org:2507.00001v1</guid>"
    "<category>cs.AI</category><dc:creator>Ada Amber (Here), Bo Looms</dc:creator></item>"
)
_OLD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://arxiv.org/"><title>cs.CL updates on '
    "arXiv.org</title><link>http://arxiv.org/</link><dc:date>2023-01-02T20:30:00-05:00</dc:date></channel>"
    '<item rdf:about="http://arxiv.org/abs/2301.00001"><link>http://arxiv.org/abs/2301.00001</link><title>Kites'
)
_API = (
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/a'
    "</id><title>arXiv Query: search_query=all:kite</title><updated>2026-04-12T22:45:06Z</updated>"
)
_API_ENTRY = (
    "<entry><id>http://arxiv.org/abs/2507.00001v3</id><title>Kites</title><summary>Of kites.</summary>"
    "<published>2025-07-18T00:00:00Z</published><author><name>Ada Amber</name></author></entry>"
)
_MAIL = "\\\\\narXiv:2303.00763\nDate: Wed, 1 Mar 2023 19:00:02 GMT   (3kb,D)\n\nTitle: Kites\nAuthors: Ada Amber\n"
_MAIL_ENTRY = (
    f"{_MAIL}Categories: cs.CL\n\\\\\n  Of kites.\n\\\\ ( https://arxiv.org/abs/2303.00763 ,  3kb)\n{'-' * 78}\n"
)
_PAGE = "new\n\nSubscribe\n\nMar 14\n\n"
_ABSTRACT = "We fly kites at dusk, and say what each string of them costs us in wool, fog and glue. " * 2
_ARXIV_PAGE = "arXiv:2605.06651 [pdf]\nTitle: A\nSubjects: "
_PUBMED = "PMID- 1\nTI  - "
_ANSWER = {
    "semantic-scholar": {"paperId": "ab" * 20, "title": "Kites", "authors": [{"name": "Ada Amber"}], "year": 2021},
    "openreview": {"id": "ab", "forum": "ab", "content": {"title": {"value": "Kites"}}},
    "biorxiv": {"doi": "10.1101/2021.02.03.000001", "title": "Kites", "authors": "Amber, A.; Looms, B.",
                "date": "2021-02-03", "version": "1", "server": "bioRxiv", "abstract": "We fly kites."},
    "hf": {"paper": {"id": "2507.00001", "title": "Kites", "summary": "Of kites.", "authors": [{"name": "Ada"}]}},
    "csl-json": {"type": "article", "title": "Kites", "author": [{"family": "Amber", "given": "Ada"}]},
    "kaggle": {"id": "2507.00001", "title": "Kites", "abstract": "Of kites.", "authors": "Ada Amber and B. Looms",
               "categories": "cs.CL", "versions": [{"version": "v1", "created": "Mon, 7 Jul 2025 19:18:42 GMT"}]},
    "jsonl": {"title": "Kites", "abstract": "Of kites.", "authors": ["Ada Amber"], "published": "2025-03-01"},
}  # fmt: skip


def _json(name: str, before: str = "[", behind: str = "]", between: str = ",") -> list[Text]:
    """Many records of a format, one with a long field for each of its texts, and texts that are cut or nested."""
    record = json.dumps(_ANSWER[name])
    texts = [Text(record + between, before, record + behind), *_within(before, "", '{"a":', "[", '{"title":"a",')]
    for value in ('"Kites"', '"Of kites."'):
        if value in record:
            start, _, end = record.partition(value)
            texts += _within(f'{before}{start}"', f'"{end}{behind}', "a ", "<p>a</p>", "\\\\'", "\\u0301", "$a")
    return texts


TEXTS: dict[str, list[Text]] = {
    "page": [
        *_within(_PAGE, f"\n\n{_ABSTRACT}", "subscribe", "·", "1 ", "- ", "Mar 14 ", "[a](", "](/a", "[x][1] ", "**"),
        *_within(_PAGE, "", f"On Kites at Dusk\n\n{_ABSTRACT}\n\n",
                 f"[On Kites](/papers/2503.00001)\n\n{_ABSTRACT}\n\n"),
        *_within(_PAGE, "", "Submitted by\n\nada\n\n3\n\nOn Kites at Dusk\n\n· 5 authors\n\n", "A Title\n", "12\n"),
    ],
    "html": _within(
        "<html>huggingface.co/papers", "",
        '<a "', "<a ", "<!", "</", "<a b='", "<a/=", "<script>", "<svg>", '<a "<"', "<span MathJax>", "<p>a\n",
        "<a href='/papers/2503.10613'>x", 'data-props="', "data-props='{\"paper\":", "&quot;",
        '<meta name="citation_a"', "arXiv:2503.10613 [pdf]\n", "Title: a\n",
    ),
    "arxiv-list": _within(
        _ARXIV_PAGE, "",
        "arXiv:2605.06651 [pdf]\n", "Title: a\n", "a (b); ", "Subjects: a (cs.CL); ", "[1]\n", "(((", "a;",
        "New submissions\n", "Tue, 26 May 2026\n", "[Submitted on 5 May 2026]\n", "Authors: a, ", "x\n",
    ),
    "arxiv-mail": [
        *_within(_MAIL_ENTRY, "", _MAIL_ENTRY, "-" * 10 + "\ntext\n", "> ", "\\\\ (\n , "),
        *_within(_MAIL.rstrip(), "\n\\\\\n", ", Ada Amber", " (", "\n  and B. Looms"),
        *_within("Subject: ", "\n\n", "a", "=?utf-8?Q?a=?"),
        *_within("<html>", "", "<div", "<div>a</div>\n", "<pre>"),
        *_alone("Content-Type: message/rfc822\n\n", "From a b 00:00:00 2023\n\n", "> "),
        *_within("Content-Type: multipart/mixed; boundary=a\n\n", "", "--a\n",
                 "Content-Type: multipart/mixed; boundary=a\n\n--a\n"),
        Text("a=\n", "Content-Transfer-Encoding: quoted-printable\n\n"),
        Text("YWFh\n", "Content-Transfer-Encoding: base64\n\n"),
    ],
    "arxiv-feed": [
        Text(_DAILY_ITEM, _DAILY, "</channel></rss>"),
        *_within(_DAILY + _DAILY_ITEM.partition("Kites")[0], _DAILY_ITEM.partition("Kites")[2], " ", "(arXiv:", "a "),
        *_within(_DAILY + _DAILY_ITEM.partition("kites")[0], _DAILY_ITEM.partition("kites")[2], "Abstract: ", "a "),
        *_within(_DAILY + _DAILY_ITEM.partition("Ada")[0], _DAILY_ITEM.partition("Looms")[2], "et al. (", "Ada, "),
        *_within(_OLD, "</title></item></rdf:RDF>", "(arXiv:", "."),
    ],
    "arxiv-api": [
        Text(_API_ENTRY, _API, "</feed>"),
        *_within(_API + _API_ENTRY.partition("kites")[0], _API_ENTRY.partition("kites")[2] + "</feed>", "a ", "$"),
        Text("<author><name>Ada Amber</name></author>", f"{_API}<entry><title>Kites</title>", "</entry></feed>"),
    ],
    "feed": [
        *_fields("dc:creator", "Amber, A., ", "A B; ", "a@b.org (Ada), ", "et al ", " and the ", "( , ", "a@"),
        *_fields("description", "&lt;p&gt;a", "Kites, Volume 3. ", "[a] Published ", "Abstract ", "&lt;a "),
        *_fields("author", "a"), *_fields("pubDate", "1 Mar "), *_fields("link", "10."), *_fields("title", "&lt;p "),
        *_within(_RSS, _RSS_END, _ITEM, "<x><![CDATA[ b ", "<x:y xmlns:x='z'/>", "<b>", "<title>"),
        *_within("", "", "<rss>", "<feed "),
    ],
    "bibtex": [
        text
        for piece in (
            "{", "}", "@", "@a{", "@a{\n", "\n@a(", "@a{b,c={", '@a{b,c="', "@a{b,c=d#", "@string{a=a#a}", "@a{b,{",
            "@a ", "\\", '"', "@a{b,author={A and ", "@a{b,title={\\'", "@a{b,\n", "@comment{", '@a(b,c="', "=",
            "@a{t,title={x}}\n", "\n@a(b,", "@a(b,{)", "\n@a{b,c=(", ",\n", "%\n", 'a="b" ', "a={b} } ",
            "@a{b,c={d}} e={f}}\n", "@a{b,title={x},crossref={b}}\n", "@a{b,c={\n@d{e,f={\n", '",%\n',
        )
        for text in _within("@article{k, title = {A}, ", "", piece)
    ],
    "ris": [
        text
        for before in ("", "TY  - JOUR\nTI  - ", "PT J\nTI x\nAB ")
        for text in _within(before, "", "TY  - A\n", "TI  - x\n", "ER  -\n", "\n", "x\n", "AU  - a; b, c; ",
                            "AU  - " + " " * 99, "TY", "<p ", "record 1 ")
    ],
    "csl-json": [*_json("csl-json"), Text("9", "[", "]"), Text("[", '[{"title": "a", "author": ')],
    "nbib": _within(_PUBMED, "", "a\n      ", "a\nFAU - Amber, Ada\n", "a\n\nPMID- 1\nTI  - ", " \n", "a "),
    "enw": _within("%0 Book\n", "", "%T a\n", "%X a ", "%A Amber, Ada\n", "%0 Book\n%T a\n\n"),
    "ids": _alone("2101.00001\n", "10.1000/a ", "((", ")", "http://10.1000/", "1. ", "arXiv:", "doi:"),
    **{name: _json(name) for name in ("hf", "semantic-scholar", "openreview", "biorxiv", "kaggle")},
    "jsonl": _json("jsonl", "", "\n", "\n"),
}  # fmt: skip
"""Texts that looked dangerous to the reader of a format, by its name."""


def _of_importer(importer: Any) -> Callable[[str], object]:
    if isinstance(importer, StreamImporter):
        return lambda text: list(importer.read(text.encode().splitlines(keepends=True)))
    return lambda text: importer.parse(text.encode())


def _names(text: str) -> None:
    for style in NameStyle:
        read_names(text, style=style)


def _record(text: str) -> None:
    read_record(dict.fromkeys(("title", "authors", "date", "abstract"), text) | {"ids": text.split()}, 1)


def _filter_for(query: str) -> object:
    index = ListIndex()
    index.add("Kites at Dusk", "Ada Amber", "We fly kites.")
    return index.search(parse_query(query))


def _filter_among(text: str) -> object:
    index = ListIndex()
    index.add(text, text, text)
    return index.search(parse_query("kites amber"))


Work = Callable[[str], object]
WORKS: dict[str, tuple[Work, list[Text]]] = {
    **{f"format {each.format}": (_of_importer(each), [*TEXTS.get(each.format, []), *ANY]) for each in IMPORTERS},
    "encodings": (
        lambda text: decode_input(text.encode("latin-1")),
        [*_alone("\xff", "a\xe9", "\xe9\n", "a\0", "charset=big5 \xe9", "\x1b$B", "\xb5\xc6\xc1\xfd"),
         Text("\x00\xd8", "\xff\xfe"), Text("\xc3\xa9", "", "\xe9"), Text("a", "", "\xe9")],
    ),
    "beginnings of files that are not read": (
        lambda text: unread_format(text.encode(), text.encode()),
        _alone('{"a": ', "<link ", "<!-- ", "<?xml ?>", "RT A\n", "% a\n", "PK\x03\x04", "title,"),
    ),
    "names": (
        _names,
        _alone("a", "A. B, ", "a; ", "{", "}", "(", ")", "(a)", " ", "$^", "<sup", "\\thanks{", "a@", "0000-", "and ",
               " & "),
    ),
    "HTML": (
        lambda text: (paragraphs(text), line_of(text)),
        _alone("<p>", "<script>", "<!--", "<a ", "&amp;", "\n ", "<br>x", "]]>", "<![CDATA["),
    ),
    "JSON": (
        lambda text: list(read_items(text.encode(), ("data", "items"), lambda value: isinstance(value, dict))),
        _alone("[", "{", ",{", '{"', ',"{', '{"title":0},{"x":[1,', "[[{", "[1,", '{"data":[{"a":1}],', "[],",
               '{"a":[{},', "\n ", '"', "\\", ',{"title":"\\u00', "{\n", "},{", "9", "-", '{"title":1}'),
    ),
    "records": (
        _record,
        _alone("Ada Amber, Bo Looms; ", "2021-02-0", "10.1000/a ", "<p>a</p>"),
    ),
    "TeX": (
        lambda text: (read_tex(text), read_tex_address(text), readable(Safe(text + "}" * text.count("{")))),
        _alone("{", "}", "$", "\\", "'", '\\"', "\\begin{a}", "\\frac", "$a", "\\(", "\\href{", "$\\a",
               "\\textsuperscript{", "$^{", '\\"e', "{$", "\\ ", "\\a  ", "\\emph{", "\\footnote{\n", "\\ensuremath{",
               "\\'{", "\\b{eta}", "\\foo{}", "$\\frac1", "\\begin{itemize}", "\\url{a}", "``", "\\emph  "),
    ),
    "the query parser": (
        lambda text: parse_query(text, complete=True),
        [*_alone("a", "a ", '"', "-", "a:", "(", ")", "OR ", "tag:a ", "is:", "date:2025-03-14 "),
         Text("a", "", ":b"), Text("a", "is:"), Text("a", "title:")],
    ),
    "the filter, for a query": (
        _filter_for, _alone("kites ", "k ", '"kites at', "-a ", "a", "a-", "title:kites ", "(a OR "),
    ),
    "the filter, among texts": (_filter_among, _alone("a ", "a", "a-", "Kites at Dusk ", "\u8a9e", "- ", "AAA ")),
}  # fmt: skip
"""What is done to texts, and the texts."""

CASES = [
    pytest.param(work, text, id=f"{name}-{text.before[-20:]}-{text.piece[:30]}")
    for name, (work, texts) in WORKS.items()
    for text in texts
]


def _growth(work: Work, text: Text) -> float:
    """How many times as much as the smaller text the larger one costs."""
    small, large = text.make(SIZE), text.make(2 * SIZE)

    def look() -> float:
        one, other = _seconds(work, small), _seconds(work, large)
        return other / max(one, FLOOR)

    first = look()
    return first if first <= MOST else median([first, *(look() for _ in range(LOOKS - 1))])


def _seconds(work: Work, text: str) -> float:
    gc.collect()  # what the other one left
    gc.disable()
    try:
        begin = time.process_time()
        work(text)
        return time.process_time() - begin
    finally:
        gc.enable()


@pytest.mark.full
@pytest.mark.parametrize(("work", "text"), CASES)
def test_twice_the_text_costs_twice_the_time(work: Work, text: Text) -> None:
    """Rule: of 512 kB the processor time is at most 2.5 times that of 256 kB."""
    with no_longer_than(60):
        assert _growth(work, text) <= MOST


@pytest.mark.parametrize("name", WORKS)
def test_no_work_costs_the_square_of_its_text(name: str) -> None:
    """Rule: eight times of every text together cost no more than 24 times as much."""
    work, texts = WORKS[name]

    def all_of_them(made: list[str]) -> None:
        for text in made:
            work(text)

    check_growth(all_of_them, lambda size: [text.make(size) for text in texts], QUICK_SIZE)


def test_every_format_has_texts_of_its_own() -> None:
    """Rule: a format that is added is added here."""
    assert {importer.format for importer in IMPORTERS} == TEXTS.keys()


@pytest.mark.full
def test_the_judge_finds_what_grows_with_the_square() -> None:
    """Rule: the proof has teeth."""
    assert _growth(lambda text: [text.count("b") for _ in range(len(text) // 500)], Text("a")) > MOST
