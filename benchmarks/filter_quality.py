"""Measures how often a search finds the intended paper first: queries made from titles, half with a typing error.

A query has two to four words of a title. Half of the queries are shuffled, and half have a wrong, missing, extra or
swapped letter. Queries whose words other titles have too are counted separately: no ranking can know the intended one.

    python -m benchmarks.filter_quality [seed]
"""

import random
import re
import sys

from benchmarks.support import ROOT, sample_papers
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.paper import Field
from paperreader.domain.query.parser import parse_query
from paperreader.feeds.huggingface.page_importer import PageImporter
from paperreader.search.folding import words
from paperreader.search.list_index import ListIndex

QUERIES = 500
ALLOWED = 0.95


def main() -> int:
    """Ask all queries and print the shares."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    papers = _papers()
    index = ListIndex()
    for paper in papers:
        index.add(paper.title, "", paper.abstract)
    chance = random.Random(seed)
    first = ten = clear = clear_first = unmarked = 0
    for _ in range(QUERIES):
        target = chance.randrange(len(papers))
        meant, typed = make_query(papers[target].title, chance)
        result = index.search(parse_query(" ".join(typed)))
        is_first = result.positions[:1] == [target]
        first += is_first
        ten += target in result.positions[:10]
        rivals = (paper for position, paper in enumerate(papers) if position != target)
        if not any(all(word.lower() in words(rival.title) for word in meant) for rival in rivals):
            clear += 1
            clear_first += is_first
        for position in result.positions[:20]:
            marked = result.highlighter.spans(papers[position].title, where=Field.TITLE)
            unmarked += not (marked or result.highlighter.spans(papers[position].abstract))
    share = clear_first / clear
    print(f"{QUERIES} queries over {len(papers)} papers, seed {seed}")
    print(f"  first: {first / QUERIES:.1%}, in the first ten: {ten / QUERIES:.1%}, hits without a mark: {unmarked}")
    print(f"  of the {clear} that name one title only, first: {share:.1%}, allowed {ALLOWED:.0%}: "
          f"{'holds' if share >= ALLOWED else 'DOES NOT HOLD'}")  # fmt: skip
    return share < ALLOWED or unmarked > 0


def make_query(title: str, chance: random.Random) -> tuple[list[str], list[str]]:
    """Two to four words of a title, as meant and as typed."""
    found = re.findall(r"\w+", title)
    count = min(chance.randint(2, 4), len(found))
    meant = [found[place] for place in sorted(chance.sample(range(len(found)), count))]
    typed = list(meant)
    if chance.random() < 0.5:
        chance.shuffle(typed)
    if chance.random() < 0.5:
        place = chance.choice([index for index, word in enumerate(typed) if len(word) > 3] or [0])
        typed[place] = misspell(typed[place], chance)
    return meant, typed


def misspell(word: str, chance: random.Random) -> str:
    """A word with two letters swapped, one missing, one too many, or one wrong."""
    if len(word) < 4:
        return word
    place = chance.randrange(len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        [
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
        ]
    )


def _papers() -> list[ParsedPaper]:
    """The papers of the three real pages if they exist, else the sample papers; each title once."""
    folder = ROOT.parent / "shared" / "data" / "pages"
    pages = sorted(folder.glob("*.txt"))
    found = [paper for page in pages for paper in PageImporter().parse(page.read_bytes())[0].papers] or sample_papers()
    return list({paper.title: paper for paper in found}.values())


if __name__ == "__main__":
    sys.exit(main())
