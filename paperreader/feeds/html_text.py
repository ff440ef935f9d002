"""Text of HTML, as feeds hold it: tags and entities undone, what stands in blocks of its own as paragraphs.

It costs time in proportion to its length, whatever the HTML is. Only what is a tag of HTML is taken for one: `p < 0.05`
and `<kernel>` stay as they are.
"""

import re
from html import unescape

MAX_HTML = 200_000
"""Characters of HTML that are read; the longest abstract known has 3,500."""

_BLOCKS = "p|div|br|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|section|article|header|footer|blockquote|hr|pre|title"
_JATS = r"(?:jats:|ns\d?:|x?html:)?"
_BLOCK = re.compile(rf"</?{_JATS}(?:{_BLOCKS}|sec)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE = re.compile(
    rf"</?{_JATS}(?:a|abbr|acronym|b|bdi|big|bold|center|cite|code|data|del|dfn|em|emph|figure|font|i|img|inline-formula|"
    r"ins|italic|kbd|label|mark|math|mi|mn|mo|mrow|msub|msup|q|s|samp|sc|small|span|strike|strong|sub|sup|svg|time|tt|u|"
    r"underline|var|wbr|named-content|styled-content|ext-link|xref|tex-math)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_SEEN_AGAIN = {name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style")}
_COMMENT = re.compile(r"<!--[^<>]*-->|<!\[CDATA\[|\]\]>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_POSITIONED = re.compile(r"style\s*=\s*[\"'][^\"'<>]{0,200}left\s*:", re.IGNORECASE)


def paragraphs(html: str) -> list[str]:
    """The paragraphs of a text in HTML, or in none, each in one line."""
    html = _without_unseen(html[:MAX_HTML])
    if _ENTITY.search(html) and "<" not in html:
        html = unescape(html)  # escaped twice: what comes out is HTML once more, or what it says
    # Pieces of a page that are put in their places one by one, as a PDF shown in a browser has them: no paragraphs.
    between = " " if _POSITIONED.search(html) else "\n\n"
    text = _INLINE.sub("", _BLOCK.sub(between, _COMMENT.sub("", html)))
    return [" ".join(part.split()) for part in re.split(r"\n[^\S\n]*\n", unescape(text)) if part.strip()]


def line_of(html: str) -> str:
    """A text in HTML as one line, as a title is."""
    return " ".join(" ".join(paragraphs(html)).replace("\ufeff", "").split())


def _without_unseen(html: str) -> str:
    """The HTML without scripts and styles, which are no text; one without end reaches to the end."""
    kept, begin = [], 0
    while found := _UNSEEN.search(html, begin):
        kept.append(html[begin : found.start()])
        end = _SEEN_AGAIN[found[1].lower()].search(html, found.end())
        begin = end.end() if end else len(html)
    return "".join([*kept, html[begin:]])
