"""An export as a CommonMark parser (markdown-it) sees it, and what it may hold."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

HARMLESS = {"text", "softbreak", "hardbreak", "text_special", "link_open", "link_close"}


def tokens(text: str) -> list[Token]:
    """The blocks that CommonMark sees."""
    return MarkdownIt("commonmark").parse(text)


def shown(inline: Token) -> str:
    """The text that an inline token shows, line breaks included."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or ()
    )


def headings(text: str, level: int) -> list[str]:
    """The texts of the headings of a level."""
    found = tokens(text)
    return [
        shown(found[place + 1])
        for place, token in enumerate(found)
        if token.type == "heading_open" and token.tag == f"h{level}"
    ]


def check_harmless(text: str) -> None:
    """Assert that a text holds headings, paragraphs, quotes and the signature, and nothing but text and links."""
    found = tokens(text)
    kinds = {"_".join(token.type.split("_")[:-1]) if token.type != "inline" else "inline" for token in found}
    assert kinds <= {"heading", "paragraph", "blockquote", "inline", "html"}
    assert [token.content for token in found if token.type == "html_block"] == [text.splitlines()[-1] + "\n"]
    for token in found:
        for child in token.children or ():
            assert child.type in HARMLESS, (child.type, child.content)
            if child.type == "link_open":
                assert str(child.attrs["href"]).lower().startswith(("https://", "http://"))


def links(text: str) -> list[str]:
    """The addresses that a text links to, in order."""
    children = (child for token in tokens(text) for child in token.children or ())
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]
