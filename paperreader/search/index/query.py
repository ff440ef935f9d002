"""From the tree of a query to a query of the index: what is found by it, and what finding it is worth.

The rules are those of `list_index`, so that a list and the whole library answer alike. The score of a paper is
`worth × rarity`, summed over the words that must all be found and the best of those of which one must be. Facts narrow
and count for nothing. Titles that hold the words one after the other, or little else, come first among equals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import tantivy

from paperreader.domain.paper import Field
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Clause,
    Fact,
    Not,
    Part,
    Phrase,
    Query,
    Word,
    clauses,
)
from paperreader.search.highlighter import SHORT, Forms
from paperreader.search.index import schema as schema_names
from paperreader.search.index.combining import all_except, all_of, all_papers, any_of, best_of, worth
from paperreader.search.index.facts import FactQueries, NumberSet, beginning
from paperreader.search.vocabulary import ONE_TYPO, allowed_typos
from paperreader.search.word_index import (
    COMMON,
    EXACT,
    INITIALS,
    INITIALS_FROM,
    MOST_INITIALS,
    PREFIX,
    TITLE,
    TYPO,
    query_words,
)

FIELDS = (schema_names.TITLE, schema_names.AUTHORS, schema_names.ABSTRACT)
"""The texts of a paper, in the order in which the worths of words count them."""
_PLACES = {Field.TITLE: (0,), Field.AUTHOR: (1,), Field.ABSTRACT: (2,), None: (0, 1, 2)}

IN_A_ROW = 0.2
"""Added where the words stand one after the other in the title."""
LENGTH_WEIGHT = 0.02
"""What a BM25 score counts that a word of a title adds: enough to bring short titles forward among equals."""

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_FEW_ENDS = 50
"""Words from which on the index leaves some out when it looks where one of them ends a phrase."""
_MOST_ENDS = 1_000
"""Words of which each is looked at as the end of a phrase, in some 5 ms for 80,000 papers."""
_MANY = 64
"""Words with one beginning that are counted to learn how rare it is; beyond, it is not rare."""


class IndexQuery:
    """One query of one index, with typing errors forgiven in some words.

    `bearing` gives the papers of which a fact holds that the index knows nothing of: what the user decided.
    """

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        query: Query,
        bearing: Callable[[Fact], NumberSet],
        today: date,
        typos: Callable[[str], bool],
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._facts = FactQueries(schema, bearing, today)
        self._typos = typos
        self._last = _last_clause(query)
        self.forms: list[Forms] = []
        """The forms in which the words may be found, in their order."""
        self._bonuses: list[tantivy.Query] = []
        root = query.root
        found = self._part(root) if root else all_papers()
        if root:
            self._add_row_bonus(root)
        self.query = tantivy.Query.boolean_query(
            [(_MUST, found), *((_SHOULD, bonus) for bonus in self._bonuses)],
        )
        """What is asked of the index."""

    # The tree

    def _part(self, part: Part) -> tantivy.Query:
        match part:
            case Word(text, _, field):
                return self._word(text, field, is_last=part is self._last)
            case Phrase(text, _, field):
                return self._phrase(text, field, is_last=part is self._last)
            case AllOf(parts):
                return self._all_of(parts)
            case AnyOf(parts):
                return best_of([self._part(inner) for inner in parts])
            case Not(inner):
                return worth(all_except(self._exactly(inner)), 0.0)
            case _:
                return worth(self._facts.query_of(part), 0.0)

    def _all_of(self, parts: Sequence[Part]) -> tantivy.Query:
        denied = [(_NOT, self._exactly(part.part)) for part in parts if isinstance(part, Not)]
        wanted = [(_MUST, self._part(part)) for part in parts if not isinstance(part, Not)]
        return tantivy.Query.boolean_query([*(wanted or [(_MUST, worth(all_papers(), 0.0))]), *denied])

    def _exactly(self, part: Part) -> tantivy.Query:
        """The papers for which a part holds as it stands."""
        match part:
            case Word(text, _, field):
                parts = query_words(text)
                return all_of([any_of([self._term(place, word) for place in _PLACES[field]]) for word in parts])
            case Phrase(text, _, field):
                return self._run_in(query_words(text), field, is_open=False)
            case Not(inner):
                return all_except(self._exactly(inner))
            case AllOf(parts):
                return all_of([self._exactly(inner) for inner in parts])
            case AnyOf(parts):
                return any_of([self._exactly(inner) for inner in parts])
            case _:
                return self._facts.query_of(part)

    # Words

    def _word(self, text: str, field: Field | None, *, is_last: bool) -> tantivy.Query:
        """A word; a hyphenated one by all of its parts or as one word."""
        parts = query_words(text)
        if not parts:
            return tantivy.Query.empty_query()  # what folds to nothing stands nowhere
        founds = [
            self._one_word(part, field, is_last=is_last and index == len(parts) - 1, share=1 / len(parts))
            for index, part in enumerate(parts)
        ]
        if len(parts) == 1:
            return founds[0]
        joined = self._one_word("".join(parts), field, is_last=is_last, forgives=False)
        return best_of([all_of(founds), joined])

    def _one_word(
        self, word: str, field: Field | None, *, is_last: bool, share: float = 1.0, forgives: bool = True
    ) -> tantivy.Query:
        places = _PLACES[field]
        weight = self._rarity(word, places) * share
        ways = []
        for place in places:
            ways.append(worth(self._term(place, word), EXACT[place] * weight))
            if len(word) > SHORT or place != len(FIELDS) - 1:
                ways.append(worth(self._beginning(FIELDS[place], word), PREFIX[place] * weight))
        if initials := self._initials(word, places):
            ways.append(worth(initials, INITIALS[TITLE] * weight))
        errors = allowed_typos(word) if forgives and self._typos(word) else 0
        if errors:
            ways += [worth(self._near(place, word, errors, is_last), TYPO[place] * weight) for place in places]
        if TITLE in places:
            self._bonuses.append(tantivy.Query.boost_query(self._term(TITLE, word), LENGTH_WEIGHT))
        self.forms.append(Forms(word, initials=word if initials else "", field=field, errors=errors, is_open=is_last))
        return best_of(ways)

    def _term(self, place: int, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, FIELDS[place], word, "freq")

    def _beginning(self, name: str, text: str) -> tantivy.Query:
        return beginning(self._schema, name, text)

    def _near(self, place: int, word: str, errors: int, is_last: bool) -> tantivy.Query:
        goes_on = is_last and len(word) >= ONE_TYPO
        return tantivy.Query.fuzzy_term_query(self._schema, FIELDS[place], word, errors, True, goes_on)

    def _initials(self, word: str, places: Sequence[int]) -> tantivy.Query | None:
        """The titles whose words begin with these letters, where the word may be initials at all."""
        if TITLE not in places or not INITIALS_FROM <= len(word) <= MOST_INITIALS:
            return None
        if not word.isascii() or not word.isalnum():
            return None
        if self._holding(word, range(len(FIELDS))) > COMMON * self._searcher.num_docs:
            return None
        pairs: list[str | tuple[int, str]] = [word[start : start + 2] for start in range(len(word) - 1)]
        return tantivy.Query.phrase_query(self._schema, schema_names.INITIALS, pairs)

    def _rarity(self, word: str, places: Sequence[int]) -> float:
        """Between 1 for a word that is in every paper and 2 for one that is in a single one, or in none."""
        papers = self._searcher.num_docs
        if len(word) <= SHORT or papers < 2:
            return 1.0
        holding = self._holding(word, places)
        if not holding:
            counts = [
                sum(count for _, count in self._searcher.terms_with_prefix(FIELDS[place], word, limit=_MANY))
                for place in places
            ]
            holding = min(max(*counts, 1), papers)
        return 1 + math.log(papers / holding) / math.log(papers)

    def _holding(self, word: str, places: Iterable[int]) -> int:
        return max(self._searcher.doc_freq(FIELDS[place], word) for place in places)

    # Phrases

    def _phrase(self, text: str, field: Field | None, *, is_last: bool) -> tantivy.Query:
        phrase = query_words(text)
        if not phrase:
            return tantivy.Query.empty_query()
        self.forms.append(Forms(phrase[-1], field=field, phrase=tuple(phrase), is_open=is_last))
        weight = self._rarity(phrase[-1], _PLACES[field]) * len(phrase)
        return best_of(
            [worth(self._run(place, phrase, is_open=is_last), EXACT[place] * weight) for place in _PLACES[field]]
        )

    def _run_in(self, phrase: Sequence[str], field: Field | None, *, is_open: bool) -> tantivy.Query:
        if not phrase:
            return tantivy.Query.empty_query()
        return any_of([self._run(place, phrase, is_open=is_open) for place in _PLACES[field]])

    def _run(self, place: int, phrase: Sequence[str], *, is_open: bool) -> tantivy.Query:
        """The papers that hold words one after the other in a text.

        Where very many words begin like the last one of an open phrase, they may stand anywhere in the text: to look
        at the place of each would take longer than to type the next letter.
        """
        if len(phrase) == 1:
            return self._beginning(FIELDS[place], phrase[0]) if is_open else self._term(place, phrase[0])
        words: list[str | tuple[int, str]] = list(phrase)
        if not is_open:
            return tantivy.Query.phrase_query(self._schema, FIELDS[place], words)
        *whole, last = phrase
        ends = len(self._searcher.terms_with_prefix(FIELDS[place], last, limit=_MOST_ENDS + 1))
        if ends < _FEW_ENDS:
            return tantivy.Query.phrase_prefix_query(self._schema, FIELDS[place], words)
        if ends <= _MOST_ENDS:
            return tantivy.Query.regex_phrase_query(self._schema, FIELDS[place], [*whole, f"{last}.*"])
        return all_of([self._run(place, whole, is_open=False), self._beginning(FIELDS[place], last)])

    def _add_row_bonus(self, root: AllOf) -> None:
        words = [word for part in root.parts if isinstance(part, Word) for word in query_words(part.text)]
        if len(words) > 1:
            self._bonuses.append(worth(self._run(TITLE, words, is_open=False), IN_A_ROW))


def _last_clause(query: Query) -> Clause | None:
    """The clause that is still being typed."""
    last = None
    for clause, _ in clauses(query.root if query.is_open else None):
        last = clause
    return last
