"""Builds papers from the tokens of a Hugging Face page; a card is the box that shows one paper.

    page := furniture* DAY? card*
    card := SUBMITTER? NAME? COUNT? TITLE ABSTRACT* NAME?
            (BETWEEN | AUTHORS | PUBLISHED | LINKS | UPVOTES | COMMENTS | COUNT)*

Where addresses or headings mark titles, these are the titles. Otherwise the position among the facts of a card
decides: real titles have up to 164 characters. Every text is part of a paper, known furniture, or a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from paperreader.domain.identifiers import Identifier, normalise_title
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.huggingface.api_addresses import BASE
from paperreader.feeds.huggingface.paper_tokens import (
    LONGEST_ABSTRACT,
    LONGEST_NAME,
    PageReading,
    is_abstract,
    is_sentence,
    read_body,
)
from paperreader.feeds.huggingface.plain_page import read_plain
from paperreader.feeds.huggingface.tokens import Address, Day, Kind, Target, Token, near_id

TEXTS_PER_FACT = 4
"""Texts per fact, at most, that may be titles."""
_FACTS = (Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.LINKS, Kind.UPVOTES, Kind.COMMENTS, Kind.DAY)
"""Facts after the title and abstract of a card."""
_COUNTED = (Kind.SUBMITTER, Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.UPVOTES)
"""Facts that most cards have once."""


def read_cards(tokens: Sequence[Token]) -> PageReading:
    """The papers and the date of a page, and its problems."""
    reading = PageReading()
    body, titles = read_body(tokens, reading)
    texts = [token for token in body if token.kind is Kind.TEXT]
    abstracts = sum(is_abstract(token.text) for token in texts)
    facts = max(sum(token.kind is kind for token in body) for kind in _COUNTED)
    is_certain = bool(titles) and 2 * len(titles) >= abstracts
    if is_certain or (facts and TEXTS_PER_FACT * facts >= len(texts) - abstracts):
        CardReader(body, titles if is_certain else {}, reading).read()
    else:
        read_plain(body, reading)
    return reading


@dataclass(slots=True)
class Card:
    """The state of reading a card."""

    title: Token | None = None
    identifier: Identifier | None = None
    paragraphs: list[str] = field(default_factory=list)
    upvotes: int | None = None
    comments: int | None = None
    day: Day | None = None
    links: dict[str, str] = field(default_factory=dict)
    names: list[Token] = field(default_factory=list)
    """The submitter, before the title."""
    has_facts: bool = False
    """Whether a fact after the title was read."""

    @property
    def is_begun(self) -> bool:
        """Whether anything was read."""
        return bool(self.title or self.identifier or self.names or self.upvotes is not None)

    def paper(self, year: int | None) -> ParsedPaper | None:
        """The paper, if it has a title. A date without a year gets that of the page, or the one near its arXiv id."""
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


class CardReader:
    """Reads the tokens of a page with facts, one by one."""

    def __init__(self, tokens: Sequence[Token], titles: dict[int, Identifier | None], reading: PageReading) -> None:
        self._tokens, self._titles, self._reading = tokens, titles, reading
        self._shown = [place for place, token in enumerate(tokens) if token.kind not in (Kind.SITE, Kind.ADDRESS)]
        self._next_text: list[int | None] = []
        """For each token, the position of the next text."""
        following: int | None = None
        for place in reversed(self._shown):
            self._next_text.append(following)
            following = place if tokens[place].kind is Kind.TEXT else following
        self._next_text.reverse()
        self._card, self._next = Card(), Card()
        self._count: Token | None = None
        kinds = [tokens[place].kind for place in self._shown]
        texts = [place for place, kind in enumerate(kinds) if kind is Kind.TEXT] or [len(kinds)]
        first, last, pairs = set(kinds[: texts[0]]), set(kinds[texts[-1] :]), set(pairwise(kinds))
        self._only_before = first - last
        """Facts before the first title that are not after the last one."""
        self._only_behind = last - first
        """Facts after the last title that are not before the first one."""
        self._has_submitters = Kind.SUBMITTER in kinds and Kind.SUBMITTER not in self._only_behind
        """Whether submitters come before titles."""
        has_votes = any(isinstance(token.value, Address) and token.value.target is Target.VOTE for token in tokens)
        if has_votes or (Kind.COUNT, Kind.COUNT) in pairs:  # of comments and of upvotes
            self._only_behind -= {Kind.COUNT}
        is_in_head = not pairs.isdisjoint({(Kind.NAME, Kind.COUNT), (Kind.SUBMITTER, Kind.COUNT)})
        self._counts_votes = (
            Kind.COUNT in self._only_behind and Kind.UPVOTES not in kinds and not (self._has_submitters and is_in_head)
        )
        """Whether a single number after the title counts upvotes, which all layouts show."""

    def read(self) -> None:
        """Read all tokens."""
        for order, place in enumerate(self._shown):
            token = self._tokens[place]
            if token.kind is Kind.TEXT:
                self._read_text(order, place)
            else:
                self._read_fact(token)
            for behind in self._tokens[place + 1 : self._shown[order + 1] if order + 1 < len(self._shown) else None]:
                if isinstance(behind.value, Address):
                    self._read_address(behind.value, token)
        self._end_untitled()
        self._close()

    # Facts

    def _read_fact(self, token: Token) -> None:
        match token.kind:
            case Kind.COUNT:
                self._settle_count()
                self._count = token
                if Kind.COUNT in self._only_behind and not self._next.names:
                    self._settle_count()
                    self._card.has_facts = True
            case Kind.SUBMITTER if Kind.SUBMITTER not in self._only_behind:
                self._settle_count()
                self._end_untitled()
                self._next.names = [token]
            case Kind.NAME:
                self._next.names += [token] if self._next.names else []
            case Kind.UPVOTES:
                is_behind = self._card.title and not self._next.is_begun and Kind.UPVOTES not in self._only_before
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
        """Report the submitter of a card with facts but no title."""
        if self._next.has_facts and self._next.names:
            self._reading.refuse([self._next.names[-1].line], "a paper without a title")
        self._next = replace(self._next, names=[], has_facts=False, day=None)

    def _settle_count(self) -> None:
        """Treat a number after a title and before the next card as the number of comments."""
        if self._count and isinstance(self._count.value, int) and self._card.title:
            if self._counts_votes:
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
        is_prose = is_sentence(token)
        if self._titles:
            self._read_among_titles(token, place, behind)
        elif is_prose and self._card.title and not self._next.is_begun:
            self._add_paragraph(token)
        elif is_prose and not (behind and behind.kind is Kind.TEXT and is_abstract(behind.text)):
            self._refuse_untitled(token)
        elif self._is_title(order):
            self._begin(token, None)
        elif not self._is_organisation(order):
            self._reading.refuse([token.line], "is not a title, an abstract or a known line of the page")

    def _read_among_titles(self, token: Token, place: int, behind: Token | None) -> None:
        """Read a text of a page that marks its titles."""
        if place in self._titles:
            self._begin(token, self._titles[place])
        elif self._card.title is None:
            self._reading.refuse([token.line], "is before the first paper and belongs to none")
        elif is_sentence(token) or len(token.text) > LONGEST_NAME:
            if token.text != self._card.title.text:
                self._add_paragraph(token)
        elif not (behind and behind.kind in _FACTS):
            self._reading.refuse([token.line], "is not a title, an abstract or a known line of the page")

    def _behind(self, order: int, steps: int = 1) -> Token | None:
        """The next token that is neither furniture nor address."""
        return self._tokens[self._shown[order + steps]] if order + steps < len(self._shown) else None

    def _is_before_abstract(self, order: int) -> bool:
        """Whether the next text is an abstract."""
        place = self._next_text[order]
        return place is not None and is_sentence(self._tokens[place])

    def _is_before_facts(self, order: int) -> bool:
        """Whether a fact that comes after a title is next."""
        behind, next_behind = self._behind(order), self._behind(order, 2)
        if behind is None:
            return False
        if behind.kind is Kind.COUNT:
            return next_behind is None or next_behind.kind is not Kind.TEXT or is_sentence(next_behind)
        return behind.kind in _FACTS or (behind.kind is Kind.SUBMITTER and not self._has_submitters)

    def _is_title(self, order: int) -> bool:
        """Whether a text among facts is a title, from its neighbours."""
        behind = self._behind(order)
        is_before_abstract = self._is_before_abstract(order)
        is_before_name = behind is not None and behind.kind is Kind.TEXT and self._is_before_facts(order + 1)
        if self._card.title is None or self._card.has_facts or self._next.is_begun:
            return self._next.is_begun or is_before_abstract or is_before_name or self._is_before_facts(order)
        if self._card.paragraphs:
            return is_before_abstract
        return is_before_abstract or is_before_name

    def _is_organisation(self, order: int) -> bool:
        """Whether a text between a title and the authors or date may be an organisation."""
        text, behind = self._tokens[self._shown[order]].text, self._behind(order)
        is_name = len(text) <= LONGEST_NAME and ":" not in text and "?" not in text
        is_in_place = behind is not None and behind.kind in (Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED, Kind.DAY)
        return is_name and is_in_place and bool(self._card.title) and not self._card.has_facts

    def _begin(self, title: Token, identifier: Identifier | None) -> None:
        """Start the card of a title."""
        last = self._card
        if last.title and not (last.has_facts or last.paragraphs or self._next.is_begun or self._count or self._titles):
            self._reading.refuse([last.title.line], "a title without its abstract")
            self._card = Card()
        if self._count and isinstance(self._count.value, int):
            self._next.upvotes, self._count = self._count.value, None
        self._count = None
        self._close()
        self._card, self._next = self._next, Card()
        self._card.title, self._card.has_facts = title, False
        self._card.identifier = identifier or self._card.identifier

    def _add_paragraph(self, token: Token) -> None:
        """Add an abstract, or a further paragraph, to the card."""
        self._count = None
        size = sum(map(len, self._card.paragraphs))
        if self._card.paragraphs and (self._card.has_facts or size + len(token.text) > LONGEST_ABSTRACT):
            self._refuse_untitled(token)
        elif token.text not in self._card.paragraphs:
            self._card.paragraphs.append(token.text)

    def _refuse_untitled(self, token: Token) -> None:
        """Report an abstract without a title, and the text in place of the title."""
        for odd in [*self._next.names[1:], *([self._count] if self._count else [])][-1:]:
            self._reading.refuse([odd.line], "a name or a count in place of a title")
        self._reading.refuse([token.line], "an abstract without its title")
        self._count = None
        self._close()
        self._card, self._next = Card(), Card()

    def _close(self) -> None:
        """Keep the paper of the card. If two cards show one paper, the second adds to the first."""
        self._settle_count()
        paper = self._card.paper(self._reading.day.year if self._reading.day else None)
        if paper is None:
            return
        last = self._reading.papers[-1] if self._reading.papers else None
        if last and _is_twin(last, paper):
            self._reading.papers[-1] = _joined(last, paper)
        else:
            self._reading.papers.append(paper)


def _is_twin(one: ParsedPaper, other: ParsedPaper) -> bool:
    """Whether two neighbouring cards are of one paper."""
    if normalise_title(one.title) != normalise_title(other.title):
        return False
    is_same_text = one.abstract == other.abstract or not (one.abstract and other.abstract)
    return is_same_text and (one.identifiers == other.identifiers or not (one.identifiers and other.identifiers))


def _joined(one: ParsedPaper, other: ParsedPaper) -> ParsedPaper:
    """A paper with the facts of another card."""
    names = ("abstract", "identifiers", "links", "published", "upvotes", "comments")
    return replace(one, **{name: getattr(other, name) for name in names if getattr(one, name) in (None, "", ())})
