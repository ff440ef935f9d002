"""XML from outside: whole items are read, broken ones are named, and nothing costs more than its size."""

import pytest
from quick import first

from paperreader.feeds.syntax import xml as safe_xml
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.feeds.syntax.xml import Feed, read_feed

ITEM = "<item>\n<title>{}</title></item>\n"
HEAD = "<rss><channel><title>Lanterns</title>\n"
END = "</channel></rss>\n"
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def read(text: str | bytes) -> Feed:
    """What is read of a feed of items or Atom entries."""
    return read_feed(decode_input(text.encode() if isinstance(text, str) else text).data)


def titles(feed: Feed) -> list[str]:
    """The texts of the items."""
    return [item.text for item in feed.items]


def items(*names: str) -> str:
    """Whole items of these titles."""
    return "".join(map(ITEM.format, names))


def test_items_are_read_in_order_with_what_stands_around_them() -> None:
    """Rule: an item has its line; the elements around the items are kept."""
    feed = read(HEAD + items("one", "two") + END)
    assert titles(feed) == ["one", "two"]
    assert [item.line for item in feed.items] == [2, 4]
    assert feed.root is not None
    assert feed.root.children("channel")[0].child_text("title") == "Lanterns"
    assert (feed.problems, feed.set_aside) == ((), ())


def test_names_do_not_depend_on_the_prefix() -> None:
    """Rule: the namespace decides the name, not the prefix."""
    feed = read(
        '<x:feed xmlns:x="http://www.w3.org/2005/Atom" xmlns:y="http://purl.org/dc/elements/1.1/">'
        "<x:entry><y:creator>Ada</y:creator></x:entry></x:feed>"
    )
    assert feed.items[0].child_text("dc:creator") == "Ada"


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("", "dc:creator"),
        ('xmlns:dc="http://purl.org/dc/elements/1.0/"', "dc:creator"),
        ('xmlns:dc="urn:misspelt"', "dc:creator"),
        ('xmlns:creators="http://purl.org/dc/elements/1.1/"', "creators:creator"),
    ],
)
def test_a_prefix_without_a_declaration_costs_nothing(declared: str, name: str) -> None:
    """Rule: feeds forget and misspell declarations; the prefix then has its usual meaning."""
    feed = read(f"<rss {declared}><channel><item><{name}>Ada</{name}><x:y>&amp;</x:y></item></channel></rss>")
    assert feed.problems == ()
    assert feed.items[0].child_text("dc:creator") == "Ada"


def test_a_declaration_holds_inside_its_element_only() -> None:
    """Rule: one prefix may have two namespaces in one feed, also after a broken item."""
    creator = '<x:creator xmlns:x="http://purl.org/dc/elements/1.1/">Ada</x:creator>'
    feed = read(
        '<rss xmlns:x="http://www.w3.org/2005/Atom"><channel>'
        f"<item>{creator}<x:title>one</x:title></item><item>\f</item><item>{creator}<x:title>two</x:title></item>{END}"
    )
    assert [(item.child_text("dc:creator"), item.child_text("atom:title")) for item in feed.items] == [
        ("Ada", "one"), ("Ada", "two"),
    ]  # fmt: skip


def test_names_of_characters_that_only_html_has_are_read() -> None:
    """Rule: HTML's entities are read without a declaration; unknown entities stay."""
    feed = read(HEAD + "<item><title>Caf&eacute; &nonsense; &amp;</title></item>" + END)
    assert titles(feed) == ["Café &nonsense; &"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<title>Salt & Pepper</title>", "Salt & Pepper"),
        ("<title>R&D; and A&amp;B &#38; C</title>", "R&D; and A&B & C"),
        ("<title><![CDATA[a & b &amp; c]]> & d</title>", "a & b &amp; c & d"),
        ("<title>a &amp b <!-- & --></title>", "a &amp b"),
        ("<title>\x7f &amp; b</title>", "\x7f & b"),
    ],
)
def test_an_ampersand_that_begins_no_entity_is_read_as_one(written: str, shown: str) -> None:
    """Rule: many feeds leave ampersands unescaped, in titles and in addresses; nothing else changes."""
    feed = read(HEAD + f'<item><link href="https://x.example/?a=1&b=2"/>{written}</item>' + END)
    if "\x7f" not in written:
        assert feed.items[0].child_text("title") == shown
        assert feed.items[0].children("link")[0].attributes == {"href": "https://x.example/?a=1&b=2"}
    assert bool(feed.problems) == ("\x7f" in written)


def test_an_item_whose_bare_text_lost_its_end_costs_itself_only() -> None:
    """Rule: a CDATA section that continues into another item affects only its own item."""
    whole = "<item><title>{}</title><x><![CDATA[<p>of lanterns</p>]]></x></item>\n"
    cut = whole.replace("]]>", "").format("two")
    feed = read(HEAD + whole.format("one") + cut + whole.format("three") + whole.format("four") + END)
    assert [item.child_text("title") for item in feed.items] == ["one", "three", "four"]
    ((line, raw),) = feed.set_aside
    assert (line, raw) == (3, cut.encode())
    assert "CDATA" in feed.problems[0].reason
    listing = whole.replace("of lanterns", "</p><ul><li>as in</li></ul><pre><item>of XML</item></pre><p>").format("one")
    assert len(read(HEAD + listing + END).items) == 1


def test_sections_without_an_end_are_not_looked_through_again_and_again() -> None:
    """Rule: after three unclosed sections the rest is quarantined."""
    cut = "<item><title>a</title><x><![CDATA[ b </x></item>\n"
    feed = read(HEAD + cut * 50 + "<item>]]></item>" + END)
    assert len(feed.problems) <= safe_xml.MAX_CUTS + 1
    assert b"".join(raw for _, raw in feed.set_aside).count(b"<![CDATA[") == 50


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("<item><title>\x0c</title></item>\n", "invalid token"),
        ("<item><title>a < b</title></item>\n", "invalid token"),
        ("<item><title>a</b></item>\n", "mismatched"),
        ("<item><title>a</title>\n", "begins inside"),
        ("<item>" + "<i>" * 100 + "</i>" * 100 + "</item>\n", "too deeply"),
        ("<item " + " ".join(f'a{n}=""' for n in range(100)) + "></item>\n", "attributes"),
        ("<item>" + "x" * 1_000_001 + "</item>\n", "too long"),
        ("<item><!-- never closed\n", "cut off"),
    ],
)
def test_a_broken_item_costs_itself_only(broken: str, reason: str) -> None:
    """Rule: the items around it are read; it is reported with its line and quarantined verbatim."""
    feed = read(HEAD + items("one") + broken + items("two", "three") + END)
    assert titles(feed) == ["one", "two", "three"]
    (problem,) = feed.problems
    assert problem.line == 4
    assert reason in problem.reason
    assert feed.set_aside == ((4, broken.encode()),)
    lines = (HEAD + items("one") + broken).count("\n")
    assert feed.items[1].line == lines + 1


def test_a_broken_head_costs_no_item() -> None:
    """Rule: a damaged head of a feed does not affect its items."""
    feed = read("<rss><channel><title>\x0c</title>\n" + items("one") + END)
    assert titles(feed) == ["one"]
    assert len(feed.problems) == 1


@pytest.mark.parametrize("cut", ["", "<item><tit", "<item><title>thr", "<item><title>th&am", "<item></title"])
def test_a_cut_keeps_all_whole_items_and_is_named(cut: str) -> None:
    """Rule: a cut is reported, even between two items."""
    feed = read(HEAD + items("one", "two") + cut)
    assert titles(feed) == ["one", "two"]
    (problem,) = feed.problems
    assert (problem.line, feed.set_aside) == (6, ((6, cut.encode()),) if cut else ())
    assert "cut off" in problem.reason


def test_a_cut_in_the_middle_of_a_character_is_a_cut() -> None:
    """Rule: half a character at the end does not change the encoding of the feed."""
    data = (HEAD + items("é") + "<item><title>é").encode()[:-1]
    feed = read(data)
    assert titles(feed) == ["é"]
    assert "cut off" in feed.problems[0].reason


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("latin-1", "utf-8"), ("utf-16", "utf-8"), ("nonsense", "utf-8"), ("windows-1252", "cp1252")],
)
def test_a_wrong_encoding_declaration_does_no_harm_to_utf_8(declared: str, encoding: str) -> None:
    """Rule: valid UTF-8 is read as UTF-8, other bytes as declared, also after a fault."""
    text = f'<?xml version="1.0" encoding="{declared}"?>' + HEAD + items("é", "\x0c", "ü") + END
    assert titles(read(text.encode(encoding))) == ["é", "ü"]


@pytest.mark.parametrize("data", [BOMB + HEAD + items("&b;") + END, '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>'])
def test_a_document_that_declares_entities_is_refused(data: str) -> None:
    """Rule: a document with an internal DTD is not read."""
    feed = read(data)
    assert feed.items == ()
    assert "has an internal DTD" in feed.problems[0].reason


def test_an_external_document_type_is_never_loaded() -> None:
    """Rule: old feeds name one; HTML's entities are known without it, others stay as they are."""
    data = '<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + HEAD + items("a&nbsp;&eacute;&other;") + END
    assert titles(read(data)) == ["a\u00a0é&other;"]


@pytest.mark.parametrize(
    "data",
    first(
        3,
        [
            b"<a>" * 200_000,
            b"<item>" * 200_000,
            b"<a " + b" ".join(b'a%d=""' % number for number in range(300_000)) + b">",
            b"<rss><channel>" + b"<a/>" * 1_000_000,
            b"<rss><channel>" + b"<item>\f</item>" * 200_000,
            b"<rss><channel><item>" + b"x" * 8_000_000 + b"</item></channel></rss>",
            b'<rss a="' + b"x" * 8_000_000 + b'"></rss>',
            b"<rss><channel><!-- " + b"<item></item>" * 300_000,
            b"<rss><channel><" + b"x" * 8_000_000,
            b"<rss><channel>" + b"<item><!-- " * 700_000,
            b"<rss><channel>" + b"<item><![CDATA[ " * 500_000,
        ],
    ),
    ids=[
        "nested",
        "nested items",
        "attributes",
        "elements",
        "faults",
        "text",
        "attribute",
        "comment",
        "tag",
        "comments",
        "CDATA",
    ],
)
def test_a_bomb_is_reported_and_costs_little(data: bytes) -> None:
    """Rule: the number of elements and problems is bounded."""
    feed = read(data)
    assert 1 <= len(feed.problems) <= safe_xml.MAX_PROBLEMS + 1
    assert len(feed.items) <= safe_xml.MAX_ELEMENTS


@pytest.mark.parametrize("data", [b"", b" \n", b"An essay.", b"\xff\xfe<", b"<", b"<!--", b"<?xml"])
def test_what_is_no_xml_has_no_items(data: bytes) -> None:
    """Rule: input that is not XML raises nothing and has no items."""
    feed = read(data)
    assert (feed.root, feed.items) == (None, ())
    assert bool(feed.problems) == bool(data)


def test_a_flood_of_text_between_items_ends_in_a_problem() -> None:
    """Rule: text that is refused after a fault is refused once, and reading continues."""
    feed = read(HEAD + "<item>\f</item>" + "x" * 1_000_001 + items("one") + "x" * 1_000_001 + items("two") + END)
    assert titles(feed) == ["one", "two"]
    assert ["too long" in problem.reason for problem in feed.problems] == [False, True]
