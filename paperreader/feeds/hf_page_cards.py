"""The papers of a Hugging Face papers page, out of the pieces of which it consists.

    page := furniture* DAY? card*
    card := SUBMITTER? NAME? COUNT? TITLE ABSTRACT* NAME?
            (BETWEEN | AUTHORS | PUBLISHED | LINKS | UPVOTES | COMMENTS | COUNT)*

Where addresses or headings say which texts are titles, these are the titles. Else a text is a title by its place among
the facts of its card. On a page without any facts titles and abstracts are told apart by their order, not their looks:
titles of 164 characters are real. Looks only help where the order is broken:

* a short line in the place of an abstract, before an abstract or set like a title, is a title; the title before it has
  lost its abstract;
* a line that can only be an abstract in the place of a title is another paragraph of the abstract before it if both
  together are about as long as the page's abstracts are; else an abstract that has lost its title;
* a page almost without long lines and sentences is a list of titles.

Every text is part of a paper, known, or named by a problem and set aside.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from paperreader.domain.identifiers import Identifier, normalise_title
from paperreader.domain.parsed import EXCERPT, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.hf_api import BASE
from paperreader.feeds.hf_page_tokens import Address, Day, Kind, Target, Token, near_id
from paperreader.feeds.page_lines import MAX_JOINED, Line

LONGEST_TITLE = 300
"""Characters from which on a line is no title; the longest title known on a page has 164, on arXiv fewer than 260."""
SHORTEST_ABSTRACT = 165
"""Characters of the shortest abstract known; a line from here on that ends in a full stop is no title either."""
LONGEST_ABSTRACT = 1_920
"""Characters that arXiv accepts in an abstract (https://info.arxiv.org/help/prep.html)."""
PARAGRAPHS = 1.3
"""How long two paragraphs of one abstract are together, at most, in lengths of the page's usual abstract."""
HEADER_TEXTS = 12
"""Texts among which the date must stand."""
NEAR = 10
"""Days within which the lists lie to which a list has links."""
HEAD = 8
"""Pieces between a submitter's name and the title, furniture among them."""
WRAPPED = range(40, 200)
"""Characters of a line at whose end a longer text was broken."""
EVEN = 0.6
"""How long the lines of a paragraph are, but for its last one, at least, in lengths of the longest."""
LONGEST_NAME = 60
"""Characters of an organisation; the longest known has 51."""
TEXTS_PER_FACT = 4
"""How many texts that may be titles a page has, at most, for each fact of its cards."""

_WORD = re.compile(r"[^\W\d_][\w'-]*")
_PROFILE = re.compile(r"https?://(?:[a-z-]+\.)?(?:huggingface\.co|hf\.co)/[\w.-]+/?")
_FACTS = (Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.LINKS, Kind.UPVOTES, Kind.COMMENTS, Kind.DAY)
"""What follows the title and the abstract of a card."""
_COUNTED = (Kind.SUBMITTER, Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.UPVOTES)
"""What most cards have one of, on a page that shows facts."""


@dataclass(slots=True)
class PageReading:
    """What was read of a page."""

    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)
    day: Day | None = None

    def refuse(self, line: Line, reason: str) -> None:
        """Set a line aside with the reason."""
        self.problems.append(Problem(line.number, reason, clean_line(line.text, EXCERPT)))
        self.set_aside.append((line.number, line.raw))


def read_cards(tokens: Sequence[Token]) -> PageReading:
    """The papers of a page, its date, and what of it is not understood."""
    reading = PageReading()
    tokens = list(_without_strangers(list(_joined(tokens)), reading))
    body = _body(tokens, reading)
    titles = _certain_titles(body)
    body = list(_with_names(body, titles, reading))
    texts = [token for token in body if token.kind is Kind.TEXT]
    abstracts = sum(is_abstract(token.text) for token in texts)
    facts = max(sum(token.kind is kind for token in body) for kind in _COUNTED)
    is_certain = bool(titles) and 2 * len(titles) >= abstracts
    if is_certain or (facts and TEXTS_PER_FACT * facts >= len(texts) - abstracts):
        _CardReader(body, titles if is_certain else {}, reading).read()
    else:
        _read_plain(body, reading)
    return reading


def is_abstract(text: str) -> bool:
    """Whether a line can only be an abstract: too long for a title, or rather long and a sentence."""
    return len(text) >= LONGEST_TITLE or (len(text) >= SHORTEST_ABSTRACT and text.endswith("."))


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """The pieces, a text that was broken over lines in one."""
    run: list[Token] = []
    least = 2 if any(token.line.is_heading for token in tokens) else 3  # where titles are known two lines are enough
    for token in tokens:
        follows = bool(run) and token.line.number == run[-1].line.number + 1 and len(run[-1].text) in WRAPPED
        is_text = token.kind is Kind.TEXT and not token.line.is_heading
        is_link = isinstance(token.value, Address) and token.value.target in (Target.CODE, Target.STRANGE)
        if is_link and follows and len(run) > 1:  # one that the text ends with
            token, is_text = Token(Kind.TEXT, token.line, token.line.text), True
        if not (is_text and follows) or len(run) == MAX_JOINED:
            yield from _as_one(run, least)
            run = []
        if is_text:
            run.append(token)
        else:
            yield token
    yield from _as_one(run, least)


def _as_one(run: list[Token], least: int) -> list[Token]:
    """One text, if so many lines look like a paragraph: of one width, half of them beginning within a sentence."""
    longest = max((len(token.text) for token in run), default=0)
    is_even = longest < WRAPPED.stop and all(len(token.text) > EVEN * longest for token in run[:-1])
    if len(run) < least or not is_even or 2 * sum(token.text[0].islower() for token in run[1:]) < len(run) - 1:
        return run
    text, raw = " ".join(token.text for token in run), b"\n".join(token.line.raw for token in run)
    return [Token(Kind.TEXT, replace(run[0].line, text=text, raw=raw), text)]


def _without_strangers(tokens: Sequence[Token], reading: PageReading) -> Iterator[Token]:
    """The pieces without the addresses of other sites that are no links of anything known, which are named.

    `GitHub` alone is a word of the menu, unless it is a link to code.
    """
    before: Kind | None = None
    for token, behind in zip(tokens, [*tokens[1:], None], strict=False):
        is_strange = isinstance(token.value, Address) and token.value.target in (Target.CODE, Target.STRANGE)
        is_link = behind is not None and isinstance(behind.value, Address) and behind.value.target is Target.CODE
        if is_strange and before not in (Kind.SITE, Kind.LINKS):
            reading.refuse(token.line, "an address that belongs to no paper")
        elif token.kind is Kind.LINKS and token.text.lower() == "github" and not is_link:
            yield replace(token, kind=Kind.SITE)
        else:
            yield token
        before = token.kind


def _body(tokens: Sequence[Token], reading: PageReading) -> list[Token]:
    """The pieces behind the page's date, which is written down; those before it where a page has none."""
    texts = 0
    days = [token.value.day for token in tokens if isinstance(token.value, Address) and token.value.day]
    for index, token in enumerate(tokens):
        texts += token.kind is Kind.TEXT
        is_behind_title = index > 0 and tokens[index - 1].kind is Kind.TEXT and not _is_sentence(tokens[index - 1])
        if token.kind is Kind.TEXT and is_behind_title and is_abstract(token.text):
            break
        if token.kind in (Kind.SUBMITTER, Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED) or texts > HEADER_TEXTS:
            break
        if token.kind is Kind.DAY:
            reading.day = _with_year(token.value, days) if isinstance(token.value, Day) else None
            for number, other in enumerate(tokens[:index]):
                if other.kind is Kind.TEXT and not _is_query(tokens, number):
                    reading.refuse(other.line, "stands before the date and belongs to no paper")
            return _without_second_day(tokens[index + 1 :], token, reading)
    return [token for number, token in enumerate(tokens) if not _is_query(tokens, number)]


def _with_year(day: Day, others: Sequence[Day]) -> Day:
    """The date, with the year of the lists to which the page has links, where that is near."""
    for near in filter(None, (other.date() for other in others if day.year is None)):
        for found in filter(None, (day.date(near.year + years) for years in (-1, 0, 1))):
            if abs((found - near).days) <= NEAR:
                return replace(day, year=found.year)
    return day


def _is_query(tokens: Sequence[Token], index: int) -> bool:
    """Whether a text stands between the heading and the tabs, as the words do that were searched for."""
    beside = [tokens[index - 1 : index], tokens[index + 1 : index + 2]]
    before, after = (token[0].text.lower() if token and token[0].kind is Kind.SITE else "" for token in beside)
    return tokens[index].kind is Kind.TEXT and before.endswith("community") and after == "daily"


def _without_second_day(tokens: Sequence[Token], first: Token, reading: PageReading) -> list[Token]:
    """The pieces without the dates before the first text; one that is another date is named."""
    for index, token in enumerate(tokens):
        if token.kind is not Kind.DAY:
            if token.kind is Kind.SITE:
                continue
            return list(tokens[index:])
        if token.value != first.value:
            reading.refuse(token.line, "a second date before the first paper")
    return []


def _link_of(tokens: Sequence[Token], place: int) -> Address | None:
    """The address behind a text, at times behind furniture."""
    following = (token for token in tokens[place + 1 : place + 1 + HEAD] if token.kind is not Kind.SITE)
    value = next((token.value for token in following), None)
    return value if isinstance(value, Address) else None


def _certain_titles(tokens: Sequence[Token]) -> dict[int, Identifier | None]:
    """The places of the texts that are titles by their heading, or by being the first with the address of a paper."""
    titles: dict[int, Identifier | None] = {}
    current: Identifier | None = None
    for place, token in enumerate(tokens):
        if token.kind is Kind.TEXT:
            link = _link_of(tokens, place)
            identifier = link.identifier if link and link.target is Target.PAPER else None
            if token.line.is_heading or (identifier not in (None, current) and not is_abstract(token.text)):
                titles[place] = identifier
                current = identifier or current
    return titles


def _with_names(tokens: Sequence[Token], titles: dict[int, Identifier | None], reading: PageReading) -> Iterator[Token]:
    """The pieces, the texts among them that are names of people and organisations as such."""
    has_submitters = any(token.kind is Kind.SUBMITTER for token in tokens)
    is_awaited = is_in_head = False
    for place, token in enumerate(tokens):
        is_name = False
        if token.kind is Kind.SUBMITTER:
            is_awaited, is_in_head = not token.text, True
        elif token.kind is Kind.TEXT:
            link = _link_of(tokens, place)
            is_short = place not in titles and len(token.text) <= LONGEST_NAME
            is_name = is_short and link is not None and bool(_PROFILE.fullmatch(link.url))
            is_word = is_short and len(token.text.split()) == 1
            if not is_name and is_word and (is_awaited or (has_submitters or token.text[0].islower())):
                is_name = is_awaited or (not is_in_head and _is_before_title(tokens, place))
                if is_name and not is_awaited:
                    reading.refuse(token.line, "is a submitter's name without its card, or a title without its facts")
            is_awaited, is_in_head = False, is_in_head and is_name
        elif token.kind not in (Kind.SITE, Kind.ADDRESS):
            is_awaited = False
        yield replace(token, kind=Kind.NAME) if is_name else token


def _is_before_title(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word stands where the name of a submitter does: before a title, at times with a count between them."""
    for token in tokens[place + 1 : place + 1 + HEAD]:
        if token.kind is Kind.TEXT:
            return len(token.text.split()) > 1 and not _is_sentence(token)
        if token.kind not in (Kind.SITE, Kind.ADDRESS, Kind.COUNT):
            return False
    return False


def _is_sentence(token: Token) -> bool:
    """Whether a text among facts is an abstract: of 82,000 titles none ends in a full stop."""
    return is_abstract(token.text) or (token.text.endswith(".") and token.text.count(" ") >= 2)


@dataclass(slots=True)
class _Card:
    """What has been read of one card."""

    title: Token | None = None
    identifier: Identifier | None = None
    paragraphs: list[str] = field(default_factory=list)
    upvotes: int | None = None
    comments: int | None = None
    day: Day | None = None
    links: dict[str, str] = field(default_factory=dict)
    names: list[Token] = field(default_factory=list)
    """`Submitted by` and the name, before its title."""
    has_facts: bool = False
    """Whether any of the facts behind its title was read."""
    has_head: bool = False
    """Whether any of those before its title was."""

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was read."""
        return bool(self.title or self.identifier or self.names or self.upvotes is not None)

    def paper(self, year: int | None) -> ParsedPaper | None:
        """The paper, if it has a title; a date without a year is that of the page, or the one near its arXiv id."""
        if self.title is None:
            return None
        number = self.identifier.partition(":")[2] if self.identifier else ""
        page = {"page": f"{BASE}/papers/{number}"} if number else {}
        return ParsedPaper(
            title=self.title.text,
            abstract="\n\n".join(self.paragraphs),
            published=(near_id(self.day, number) or self.day.date(year)) if self.day else None,
            identifiers=(self.identifier,) if self.identifier else (),
            upvotes=self.upvotes,
            comments=self.comments,
            line=self.title.line.number,
            links=tuple((page | self.links).items()),
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """In which order the cards of a page show their facts."""

    before: frozenset[Kind]
    """What stands before the first title, and not behind the last one."""
    behind: frozenset[Kind]
    """What stands behind the last title, and not before the first one."""
    has_submitters: bool
    """Whether submitters stand before their titles."""
    is_count_of_votes: bool
    """Whether the one number of a card, behind its title, is that of its upvotes, which all layouts show."""

    @classmethod
    def of(cls, kinds: Sequence[Kind], *, has_votes: bool) -> "_Order":
        """The order of a page of such pieces; `has_votes`: upvotes have addresses of their own."""
        texts = [place for place, kind in enumerate(kinds) if kind is Kind.TEXT] or [len(kinds)]
        first, last, pairs = frozenset(kinds[: texts[0]]), frozenset(kinds[texts[-1] :]), set(pairwise(kinds))
        behind = last - first
        has_submitters = Kind.SUBMITTER in kinds and Kind.SUBMITTER not in behind
        is_in_head = has_submitters and not pairs.isdisjoint({(Kind.NAME, Kind.COUNT), (Kind.SUBMITTER, Kind.COUNT)})
        if has_votes or (Kind.COUNT, Kind.COUNT) in pairs:  # of comments and of upvotes
            behind -= {Kind.COUNT}
        is_count_of_votes = Kind.COUNT in behind and Kind.UPVOTES not in kinds and not is_in_head
        return cls(first - last, behind, has_submitters, is_count_of_votes)


class _CardReader:
    """Reads the pieces of a page that shows facts, one after the other."""

    def __init__(self, tokens: Sequence[Token], titles: dict[int, Identifier | None], reading: PageReading) -> None:
        self._tokens, self._titles, self._reading = tokens, titles, reading
        self._shown = [place for place, token in enumerate(tokens) if token.kind not in (Kind.SITE, Kind.ADDRESS)]
        self._next_text: list[int | None] = []
        """For each of these pieces the place of the first text behind it."""
        following: int | None = None
        for place in reversed(self._shown):
            self._next_text.append(following)
            following = place if tokens[place].kind is Kind.TEXT else following
        self._next_text.reverse()
        self._card, self._next = _Card(), _Card()
        self._count: Token | None = None
        kinds = [tokens[place].kind for place in self._shown]
        has_votes = any(isinstance(token.value, Address) and token.value.target is Target.VOTE for token in tokens)
        self._order = _Order.of(kinds, has_votes=has_votes)

    def read(self) -> None:
        """Read all of them."""
        for order, place in enumerate(self._shown):
            token = self._tokens[place]
            if token.kind is Kind.TEXT:
                self._read_text(order, place)
            else:
                self._read_fact(token, order)
            for behind in self._tokens[place + 1 : self._shown[order + 1] if order + 1 < len(self._shown) else None]:
                if isinstance(behind.value, Address):
                    self._read_address(behind.value, token)
        self._end_untitled()
        self._close()

    # Facts

    def _read_fact(self, token: Token, order: int) -> None:
        match token.kind:
            case Kind.COUNT:
                self._settle_count()
                self._count = token
                if Kind.COUNT in self._order.behind and not self._next.names:
                    self._settle_count()
                    self._card.has_facts = True
            case Kind.SUBMITTER if not (
                Kind.SUBMITTER in self._order.behind or (self._has_room() and self._is_before_abstract(order))
            ):
                self._settle_count()
                self._end_untitled()
                self._next.names = [token]
            case Kind.NAME:
                self._next.names += [token] if self._next.names else []
            case Kind.UPVOTES:
                is_behind = self._card.title and not self._next.is_begun and Kind.UPVOTES not in self._order.before
                card = self._card if is_behind else self._next
                card.upvotes = token.value if isinstance(token.value, int) else card.upvotes
                self._card.has_facts = True
            case Kind.COMMENTS:
                self._card.comments = token.value if isinstance(token.value, int) else None
                self._card.has_facts = True
            case _:
                card = self._next if self._next.names else self._card
                card.has_facts = True
                card.day = card.day or (token.value if isinstance(token.value, Day) else None)

    def _end_untitled(self) -> None:
        """Name the submitter of a card that has facts, but no title."""
        if self._next.has_facts and self._next.names:
            self._reading.refuse(self._next.names[-1].line, "a card without a title")
        self._next = replace(self._next, names=[], has_facts=False, day=None)

    def _settle_count(self) -> None:
        """Take a number behind a title, before whatever begins the next card, for that of the comments."""
        if self._count and isinstance(self._count.value, int) and self._card.title:
            if self._order.is_count_of_votes:
                self._card.upvotes = self._count.value
            else:
                self._card.comments = self._count.value
        self._count = None

    def _read_address(self, address: Address, before: Token) -> None:
        if address.target is Target.VOTE and address.identifier:
            card = self._card if address.identifier == self._card.identifier else self._next
            card.identifier = address.identifier
            if self._count is before and isinstance(before.value, int):
                card.upvotes = before.value
            self._count = None if self._count is before else self._count
        elif address.target is Target.COMMENTS and self._count is before:
            self._settle_count()
        elif address.target is Target.ARXIV and self._card.title:
            self._card.identifier = self._card.identifier or address.identifier
        elif address.target is Target.PAPER and before.kind is not Kind.TEXT:
            if address.identifier != self._card.identifier:
                self._next.identifier = address.identifier
        elif address.target is Target.CODE and before.kind is Kind.LINKS:
            self._card.links.setdefault("code", address.url)
        elif before.kind is Kind.LINKS and before.text.lower().startswith("project"):
            self._card.links.setdefault("project", address.url)

    # Texts

    def _read_text(self, order: int, place: int) -> None:
        token = self._tokens[place]
        behind = self._behind(order)
        is_sentence = _is_sentence(token) or (self._has_room() and len(token.text) >= SHORTEST_ABSTRACT)
        if self._titles:
            self._read_among_titles(token, place, behind)
        elif is_sentence and self._card.title and not self._next.is_begun:
            self._add_paragraph(token)
        elif is_sentence and not (behind and behind.kind is Kind.TEXT and is_abstract(behind.text)):
            self._refuse_untitled(token)
        elif self._is_title(order):
            self._begin(token, None)
        elif not self._is_organisation(order):
            self._reading.refuse(token.line, "is not a title, an abstract or a known line of the page")

    def _read_among_titles(self, token: Token, place: int, behind: Token | None) -> None:
        """Read a text of a page that says which texts are titles."""
        if place in self._titles:
            self._begin(token, self._titles[place])
        elif self._card.title is None:
            self._reading.refuse(token.line, "stands before the first paper and belongs to none")
        elif _is_sentence(token) or len(token.text) > LONGEST_NAME or self._is_linked_to_card(place):
            if token.text != self._card.title.text:
                self._add_paragraph(token)
        elif not (behind and behind.kind in _FACTS):
            self._reading.refuse(token.line, "is not a title, an abstract or a known line of the page")

    def _is_linked_to_card(self, place: int) -> bool:
        link = _link_of(self._tokens, place)
        return link is not None and link.identifier is not None and link.identifier == self._card.identifier

    def _behind(self, order: int, steps: int = 1) -> Token | None:
        """What follows, furniture and addresses left out."""
        return self._tokens[self._shown[order + steps]] if order + steps < len(self._shown) else None

    def _has_room(self) -> bool:
        """Whether the card has a title, no abstract yet, and no facts behind it that begin the next card."""
        return bool(self._card.title) and not self._card.paragraphs and not self._is_in_head()

    def _is_before_abstract(self, order: int) -> bool:
        """Whether the next text is an abstract."""
        place = self._next_text[order]
        return place is not None and _is_sentence(self._tokens[place])

    def _is_before_facts(self, order: int) -> bool:
        """Whether what follows is a fact that stands behind a title."""
        behind, next_behind = self._behind(order), self._behind(order, 2)
        if behind is None:
            return False
        if behind.kind is Kind.COUNT:
            return next_behind is None or next_behind.kind is not Kind.TEXT or _is_sentence(next_behind)
        return behind.kind in _FACTS or (behind.kind is Kind.SUBMITTER and not self._order.has_submitters)

    def _is_title(self, order: int) -> bool:
        """Whether a text among facts is a title: by what stands before it or behind."""
        behind = self._behind(order)
        is_before_abstract = self._is_before_abstract(order)
        is_before_name = behind is not None and (
            behind.kind is Kind.NAME or (behind.kind is Kind.TEXT and self._is_before_facts(order + 1))
        )
        if self._card.title is None or self._card.has_facts or self._is_in_head():
            return self._next.is_begun or is_before_abstract or is_before_name or self._is_before_facts(order)
        if self._card.paragraphs:
            return is_before_abstract
        return (is_before_abstract or is_before_name) and not self._card.has_head

    def _is_in_head(self) -> bool:
        """Whether facts stand before a text as before a title; a number alone is one of comments at times."""
        return self._next.is_begun or (self._count is not None and not self._order.has_submitters)

    def _is_organisation(self, order: int) -> bool:
        """Whether a text behind a title, and before the authors or the date, may be the name of an organisation."""
        text, behind = self._tokens[self._shown[order]].text, self._behind(order)
        is_name = len(text) <= LONGEST_NAME and ":" not in text and "?" not in text
        is_in_place = behind is not None and behind.kind in (Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.DAY)
        return is_name and is_in_place and bool(self._card.title) and not self._card.has_facts

    def _begin(self, title: Token, identifier: Identifier | None) -> None:
        """Begin the card of a title."""
        last, has_head = self._card, self._is_in_head()
        if last.title and not (last.has_facts or last.paragraphs or has_head or self._count or self._titles):
            self._reading.refuse(last.title.line, "a title without its abstract")
            self._card = _Card()
        if self._count and isinstance(self._count.value, int):
            self._next.upvotes, self._count = self._count.value, None
        self._count = None
        self._close()
        self._card, self._next = self._next, _Card()
        self._card.title, self._card.has_head, self._card.has_facts = title, has_head, False
        self._card.identifier = identifier or self._card.identifier

    def _add_paragraph(self, token: Token) -> None:
        """Add an abstract, or another paragraph of the same one, to the card."""
        self._count = None
        size = sum(map(len, self._card.paragraphs))
        if self._card.paragraphs and (self._card.has_facts or size + len(token.text) > LONGEST_ABSTRACT):
            self._refuse_untitled(token)
        elif token.text not in self._card.paragraphs:
            self._card.paragraphs.append(token.text)

    def _refuse_untitled(self, token: Token) -> None:
        """Name an abstract without its title, and what stands where that should."""
        for odd in [*self._next.names[1:], *([self._count] if self._count else [])][-1:]:
            self._reading.refuse(odd.line, "a name or a count where a title should stand")
        self._reading.refuse(token.line, "an abstract without its title")
        self._count = None
        self._close()
        self._card, self._next = _Card(), _Card()

    def _close(self) -> None:
        """Keep the card's paper; the second of two cards that the page shows of one paper only adds to the first."""
        self._settle_count()
        paper = self._card.paper(self._reading.day.year if self._reading.day else None)
        if paper is None:
            return
        last = self._reading.papers[-1] if self._reading.papers else None
        if last and normalise_title(last.title) == normalise_title(paper.title) and _is_twin(last, paper):
            self._reading.papers[-1] = replace(
                last,
                abstract=last.abstract or paper.abstract,
                identifiers=last.identifiers or paper.identifiers,
                links=last.links or paper.links,
                published=last.published or paper.published,
                upvotes=paper.upvotes if last.upvotes is None else last.upvotes,
                comments=paper.comments if last.comments is None else last.comments,
            )
        else:
            self._reading.papers.append(paper)


def _is_twin(one: ParsedPaper, other: ParsedPaper) -> bool:
    is_same_text = one.abstract == other.abstract or not (one.abstract and other.abstract)
    return is_same_text and (one.identifiers == other.identifiers or not (one.identifiers and other.identifiers))


# Pages without facts


def _read_plain(tokens: Sequence[Token], reading: PageReading) -> None:
    """Read a page of titles and abstracts alone; a date of publication goes to the line before it."""
    body: list[Line] = []
    days: dict[int, Day] = {}
    odd: list[tuple[int, Token]] = []  # what is known, but may be a title all the same, and its place in the body
    for token in tokens:
        if token.kind in (Kind.COUNT, Kind.NAME, Kind.SITE):
            odd.append((len(body), token))
        elif isinstance(token.value, Day) and body:
            days.setdefault(len(body) - 1, token.value)
        elif token.kind is Kind.TEXT:
            if body and token.text == body[-1].text:
                reading.refuse(token.line, "the same line as the one before it")
            else:
                body.append(replace(token.line, text=token.text))
    for place, token in odd:
        around = body[max(0, place - 1) : place + 1]
        if place < len(body) and all(is_abstract(line.text) for line in around):
            reading.refuse(token.line, "a name or a count where a title should stand")
    if _has_abstracts(body):
        _read_entries(body, days, reading)
    else:
        reading.papers += [_paper(line, None, days.get(place)) for place, line in enumerate(body)]


def _is_set_as_title(text: str) -> bool:
    """Whether a line is short, no sentence, and almost all its long words are capitalised, five or more in all.

    Of the titles on known pages nine in ten are; of the beginnings of abstracts that a cut leaves, none.
    """
    if len(text) >= SHORTEST_ABSTRACT or text.endswith(".") or "(" in text:
        return False
    words: list[str] = _WORD.findall(text)
    capitalised = sum(not word[0].islower() for word in words)
    return capitalised >= max(5, 4 * sum(word[0].islower() and len(word) > 4 for word in words))


def _has_abstracts(body: Sequence[Line]) -> bool:
    """Whether a page lists abstracts: half its lines should be, and half of those are enough.

    The last line, which a cut may have shortened, has no vote, unless the page is no more than a title and this line.
    """
    if len(body) == 2:
        return not _is_set_as_title(body[1].text)
    voters = [line.text for line in body[:-1]]
    sentences = sum(len(text) >= SHORTEST_ABSTRACT or text.endswith(".") for text in voters)
    return 4 * sentences >= len(voters) or any(len(line.text) >= LONGEST_TITLE for line in body)


def _read_entries(body: Sequence[Line], days: dict[int, Day], reading: PageReading) -> None:
    lengths = sorted(len(line.text) for line in body if is_abstract(line.text)) or [LONGEST_ABSTRACT]
    # Of three lines or fewer the longest: a median would be a paragraph's where one of two abstracts has two.
    usual = lengths[len(lengths) // 2 if len(lengths) > 3 else -1]
    longest = min(LONGEST_ABSTRACT, PARAGRAPHS * usual)
    texts = [*(line.text for line in body), "", ""]
    index = 0
    while index < len(body):
        line, second, third = body[index], texts[index + 1], texts[index + 2]
        if is_abstract(line.text):
            _read_paragraph(line, longest, reading)
        elif not second:
            reading.refuse(line, "a title without its abstract: the page ends here")
        elif _is_set_as_title(second) or (len(second) < SHORTEST_ABSTRACT and is_abstract(third)):
            reading.refuse(line, "a title without its abstract")
        else:
            reading.papers.append(_paper(line, body[index + 1], days.get(index + 1) or days.get(index)))
            index += 1
        index += 1


def _read_paragraph(line: Line, longest: float, reading: PageReading) -> None:
    """Add a long line to the abstract before it, if both together can be one abstract."""
    last = reading.papers[-1] if reading.papers else None
    if last is None or len(last.abstract) + len(line.text) > longest:
        reading.refuse(line, "an abstract without its title")
    else:
        reading.papers[-1] = replace(last, abstract=f"{last.abstract}\n\n{line.text}")


def _paper(title: Line, abstract: Line | None, day: Day | None) -> ParsedPaper:
    return ParsedPaper(
        title=title.text,
        abstract=abstract.text if abstract else "",
        published=day.date() if day else None,
        line=title.number,
    )
