"""Turns the HTML and JATS of feeds and reference files into text: no tags, no entities, one paragraph per block.

Only tags of HTML, JATS and MathML are tags: `p < 0.05` and `<kernel>` stay unchanged. The time is proportional to the
length of the text.
"""

import re
from html import escape, unescape

from paperreader.feeds.syntax.xml import Element

HEADINGS = (
    r"(?:(?:Graphical|Visual|GRAPHICAL|VISUAL) (?:Abstract|abstract|ABSTRACT)|Abstract|ABSTRACT|Summary|SUMMARY|Résumé|"
    r"Zusammenfassung|Resumen|摘要|要旨)"
)
"""The headings of an abstract."""

_BLOCKS = (
    "p|div|br|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|section|article|header|footer|blockquote|hr|pre|title|sec|"
    "abstract|list|list-item"
)
_INLINES = (
    "a|abbr|acronym|b|bdi|big|bold|center|cite|code|data|del|dfn|em|emph|figure|font|i|img|inline-formula|ins|italic|kbd|"
    "label|mark|math|mi|mn|mo|mrow|mfrac|msqrt|mtext|msub|msup|msubsup|mspace|mstyle|semantics|annotation|named-content|q|"
    "s|samp|sc|small|span|strike|strong|styled-content|sub|sup|svg|tex-math|time|tt|u|underline|var|wbr|ext-link|xref|"
    "alternatives|disp-formula|formula|tex|inf|scp"
)
_PREFIX = r"(?:[a-z]{1,8}\d?:)?"
_BLOCK = re.compile(rf"</?{_PREFIX}(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE = re.compile(rf"</?{_PREFIX}(?:{_INLINES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_SEEN_AGAIN = {name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style")}
_COMMENT = re.compile(r"<!--[^<>]*-->|<!\[CDATA\[|\]\]>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_POSITIONED = re.compile(r"style\s*=\s*[\"'][^\"'<>]{0,200}left\s*:", re.IGNORECASE)
_MARKED_HEADING = re.compile(
    rf"(^|>)\s*<(b|strong|em|i|u|span|font|label)(?:\s[^<>]*)?>\s*({HEADINGS})\s*(?:[:.]\s*)?</\2\s*>", re.IGNORECASE
)
"""A heading in bold or italics at the start of a block that holds the text too."""
_HEADING_LINE = re.compile(rf"^[^\S\n]*({HEADINGS})[^\S\n]*$", re.MULTILINE)
_WINDOWS = re.compile("(?<![\x80-\x9f\xc2-\xf4])[\x80-\x9f]")
"""A number of Windows-1252, such as `&#146;`, but not the second half of a letter that was decoded twice."""
_GAP = re.compile(r"\n[^\S\n]*\n")


def html_of(element: Element) -> str:
    """The content of an element as HTML: its text, or its text with the tags of its elements."""
    parts = [part for part in element.content if isinstance(part, str)]
    html = "".join(parts if len(parts) == len(element.content) else _markup(element))
    return _WINDOWS.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "ignore"), html)


def paragraphs(html: str) -> list[str]:
    """The paragraphs of HTML or plain text, one line each; the heading of an abstract is its own paragraph."""
    html = _without_unseen(html)
    if _ENTITY.search(html) and "<" not in html:
        html = unescape(html)  # escaped twice
    # Blocks with a position each, as a PDF in a browser has them, are not paragraphs.
    between = " " if _POSITIONED.search(html) else "\n\n"
    html = _MARKED_HEADING.sub(r"\1\n\n\3\n\n", _COMMENT.sub("", html))
    text = unescape(_INLINE.sub("", _BLOCK.sub(between, html)))
    text = _HEADING_LINE.sub(r"\n\n\1\n\n", text)
    return [" ".join(part.split()) for part in _GAP.split(text) if part.strip()]


def without_markup(text: str) -> str:
    """A title without tags and entities of HTML, MathML and JATS; other angle brackets stay."""
    if "<" in text:
        text = _INLINE.sub("", _BLOCK.sub("", text))
    return unescape(text) if "&" in text else text


def block_without_markup(text: str) -> str:
    """An abstract without tags, entities and its heading; blank lines separate its paragraphs."""
    parts = paragraphs(text)
    has_heading = len(parts) > 1 and re.fullmatch(HEADINGS, parts[0].rstrip(":."))
    return "\n\n".join(parts[1:] if has_heading else parts)


def line_of(html: str) -> str:
    """HTML as one line of text, such as a title."""
    return " ".join(" ".join(paragraphs(html)).replace("\ufeff", "").split())


def _markup(element: Element) -> list[str]:
    """The content of an element with its HTML tags and without other tags."""
    found: list[str] = []
    for part in element.content:
        if isinstance(part, str):
            found.append(escape(part, quote=False))
            continue
        tag = f"<{part.local}>"
        is_html = bool(_BLOCK.fullmatch(tag) or _INLINE.fullmatch(tag))
        found += [tag, *_markup(part), f"</{part.local}>"] if is_html else _markup(part)
    return found


def _without_unseen(html: str) -> str:
    """The HTML without scripts and styles; an unclosed script reaches to the end."""
    kept, begin = [], 0
    while found := _UNSEEN.search(html, begin):
        kept.append(html[begin : found.start()])
        end = _SEEN_AGAIN[found[1].lower()].search(html, found.end())
        begin = end.end() if end else len(html)
    return "".join([*kept, html[begin:]])
