"""Turns a parsed query into a query of the index, which finds papers and scores them.

The rules are those of `list_index`, so that a list and the library give the same answers. A word adds `worth × rarity`
to the score of a paper. Of alternatives only the best counts. Facts add nothing. Among equal papers, titles come first
that have the words next to each other, and little else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import tantivy

from paperreader.domain.paper import Field
from paperreader.domain.query.tree import AllOf, AnyOf, Not, Part, Phrase, Query, Word
from paperreader.search.highlighter import SHORT, Forms
from paperreader.search.index import schema as names
from paperreader.search.index.facts import Decided, all_except, all_of, any_of, fact_query, prefix_query
from paperreader.search.vocabulary import ONE_TYPO, allowed_typos
from paperreader.search.word_index import (
    ABSTRACT,
    COMMON,
    EXACT,
    INITIALS,
    INITIALS_FROM,
    MOST_INITIALS,
    PREFIX,
    TITLE,
    TYPO,
    query_words,
    text_fields,
)

FIELDS = (names.TITLE, names.AUTHORS, names.ABSTRACT)
"""The texts of a paper in the order of `word_index`."""

IN_A_ROW = 0.2
"""Added if the words follow each other in the title."""
LENGTH_WEIGHT = 0.02
"""The factor of the BM25 score of a word in a title: enough to put short titles first among equal papers."""

_FEW_ENDS = 50
"""With more words that could end a phrase, a `phrase_prefix_query` misses some."""
_MOST_ENDS = 1_000
"""With more words that could end a phrase, a check of each takes longer than 5 ms for 80,000 papers."""
_MANY = 64
"""Words with one start that are counted to know how rare the start is; with more it is not rare."""

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class IndexQuery:
    """The index query for one parsed query. It forgives typing errors in the words that `forgives` accepts."""

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        query: Query,
        decided: Decided,
        today: date,
        forgives: Callable[[str], bool],
    ) -> None:
        self._schema, self._searcher = schema, searcher
        self._decided, self._today = decided, today
        self._forgives = forgives
        self._open_clause = query.open_clause
        self.forms: list[Forms] = []
        """The forms of the words and phrases, in their order."""
        self._bonuses: list[tantivy.Query] = []
        found = self._part(query.root) if query.root else tantivy.Query.all_query()
        if query.root:
            self._add_row_bonus(query.root)
        self.query = tantivy.Query.boolean_query([(_MUST, found), *((_SHOULD, bonus) for bonus in self._bonuses)])
        """What the index is asked."""

    def _part(self, part: Part) -> tantivy.Query:
        match part:
            case Word(text, _, field):
                return self._word(text, field, is_open=part is self._open_clause)
            case Phrase(text, _, field):
                return self._phrase(text, field, is_open=part is self._open_clause)
            case AllOf(parts):
                denied = [(_NOT, self._exactly(part.part)) for part in parts if isinstance(part, Not)]
                wanted = [(_MUST, self._part(part)) for part in parts if not isinstance(part, Not)]
                wanted = wanted or [(_MUST, _score(tantivy.Query.all_query(), 0.0))]
                return tantivy.Query.boolean_query([*wanted, *denied])
            case AnyOf(parts):
                return _best_of([self._part(inner) for inner in parts])
            case Not(inner):
                return _score(all_except(self._exactly(inner)), 0.0)
            case _:
                return _score(fact_query(self._schema, part, self._decided, self._today), 0.0)

    def _exactly(self, part: Part) -> tantivy.Query:
        """The papers that a part finds without typing errors, initials and starts of words."""
        match part:
            case Word(text, _, field):
                return all_of(
                    [any_of([self._term(place, word) for place in text_fields(field)]) for word in query_words(text)]
                )
            case Phrase(text, _, field):
                words = query_words(text)
                return any_of([self._run(place, words, is_open=False) for place in text_fields(field) if words])
            case Not(inner):
                return all_except(self._exactly(inner))
            case AllOf(parts):
                return all_of([self._exactly(inner) for inner in parts])
            case AnyOf(parts):
                return any_of([self._exactly(inner) for inner in parts])
            case _:
                return fact_query(self._schema, part, self._decided, self._today)

    def _word(self, text: str, field: Field | None, *, is_open: bool) -> tantivy.Query:
        """A word; a hyphenated word by all of its parts, or by the parts as one word."""
        parts = query_words(text)
        if not parts:
            return tantivy.Query.empty_query()
        *others, last = parts
        found = [self._one_word(part, field, is_open=False, share=1 / len(parts)) for part in others]
        found.append(self._one_word(last, field, is_open=is_open, share=1 / len(parts)))
        if not others:
            return found[0]
        return _best_of([all_of(found), self._one_word("".join(parts), field, is_open=is_open, can_forgive=False)])

    def _one_word(
        self, word: str, field: Field | None, *, is_open: bool, share: float = 1.0, can_forgive: bool = True
    ) -> tantivy.Query:
        places = text_fields(field)
        weight = self._rarity(word, places) * share
        ways = []
        for place in places:
            ways.append(_score(self._term(place, word), EXACT[place] * weight))
            if len(word) > SHORT or place != ABSTRACT:
                ways.append(_score(self._starting(place, word), PREFIX[place] * weight))
        if initials := self._initials(word, places):
            ways.append(_score(initials, INITIALS[TITLE] * weight))
        if errors := allowed_typos(word) if can_forgive and self._forgives(word) else 0:
            goes_on = is_open and len(word) >= ONE_TYPO
            for place in places:
                near = tantivy.Query.fuzzy_term_query(self._schema, FIELDS[place], word, errors, True, goes_on)
                ways.append(_score(near, TYPO[place] * weight))
        if TITLE in places:
            self._bonuses.append(tantivy.Query.boost_query(self._term(TITLE, word), LENGTH_WEIGHT))
        self.forms.append(Forms(word, initials=word if initials else "", field=field, errors=errors, is_open=is_open))
        return _best_of(ways)

    def _term(self, place: int, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, FIELDS[place], word, "freq")

    def _starting(self, place: int, start: str) -> tantivy.Query:
        return prefix_query(self._schema, FIELDS[place], start)

    def _initials(self, word: str, places: Sequence[int]) -> tantivy.Query | None:
        """The titles with words that start with these letters; None if the letters are hardly initials."""
        if TITLE not in places or not INITIALS_FROM <= len(word) <= MOST_INITIALS or not word.isascii():
            return None
        if self._holding(word, range(len(FIELDS))) > COMMON * self._searcher.num_docs:
            return None
        pairs: list[str | tuple[int, str]] = [word[start : start + 2] for start in range(len(word) - 1)]
        return tantivy.Query.phrase_query(self._schema, names.INITIALS, pairs)

    def _rarity(self, word: str, places: Sequence[int]) -> float:
        """Between 1 (the word is in every paper) and 2 (it is in one paper, or in none)."""
        papers = self._searcher.num_docs
        if len(word) <= SHORT or papers < 2:
            return 1.0
        holding = self._holding(word, places)
        if not holding:
            starting = (self._searcher.terms_with_prefix(FIELDS[place], word, limit=_MANY) for place in places)
            holding = min(max(1, *(sum(count for _, count in found) for found in starting)), papers)
        return 1 + math.log(papers / holding) / math.log(papers)

    def _holding(self, word: str, places: Iterable[int]) -> int:
        """The number of papers with the word in the field where most papers have it."""
        return max(self._searcher.doc_freq(FIELDS[place], word) for place in places)

    def _phrase(self, text: str, field: Field | None, *, is_open: bool) -> tantivy.Query:
        words, places = query_words(text), text_fields(field)
        if not words:
            return tantivy.Query.empty_query()
        self.forms.append(Forms(words[-1], field=field, phrase=tuple(words), is_open=is_open))
        weight = self._rarity(words[-1], places) * len(words)
        return _best_of([_score(self._run(place, words, is_open=is_open), EXACT[place] * weight) for place in places])

    def _run(self, place: int, words: Sequence[str], *, is_open: bool) -> tantivy.Query:
        """The papers with words that follow each other in a text; if open, the last word may go on.

        If very many words start like the last one, the last one may stand anywhere: a check of each takes too long.
        """
        *whole, last = words
        if not whole:
            return self._starting(place, last) if is_open else self._term(place, last)
        if not is_open:
            return tantivy.Query.phrase_query(self._schema, FIELDS[place], [*words])
        ends = len(self._searcher.terms_with_prefix(FIELDS[place], last, limit=_MOST_ENDS + 1))
        if ends < _FEW_ENDS:
            return tantivy.Query.phrase_prefix_query(self._schema, FIELDS[place], [*words])
        if ends <= _MOST_ENDS:
            return tantivy.Query.regex_phrase_query(self._schema, FIELDS[place], [*whole, f"{last}.*"])
        return all_of([self._run(place, whole, is_open=False), self._starting(place, last)])

    def _add_row_bonus(self, root: AllOf) -> None:
        words = [word for part in root.parts if isinstance(part, Word) for word in query_words(part.text)]
        if len(words) > 1:
            self._bonuses.append(_score(self._run(TITLE, words, is_open=False), IN_A_ROW))


def _best_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """The papers that at least one query finds, with the best of the scores."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(list(queries))


def _score(query: tantivy.Query, score: float) -> tantivy.Query:
    """The papers that a query finds, all with the same score."""
    return tantivy.Query.const_score_query(query, score)
