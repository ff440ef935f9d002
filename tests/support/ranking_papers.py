"""Invented papers of a few subjects, whose words repeat within a subject."""

from __future__ import annotations

import random

from paperreader.ranking.build import Texts

SUBJECTS = {
    "bread": "oven dough yeast crust flour baker loaf rising sourdough kneading",
    "sail": "mast harbour rudder wind keel sailor tide anchor canvas mooring",
    "chess": "pawn rook gambit endgame opening bishop castling knight board check",
    "moss": "spore forest shade damp lichen growth stone green frond soil",
}
PAPERS_A_SUBJECT = 80


def make_papers(seed: int = 0, each: int = PAPERS_A_SUBJECT) -> list[Texts]:
    """Papers of each subject in turn: the subject of paper n is the subject n modulo 4."""
    draw = random.Random(seed)
    papers = []
    for number in range(each * len(SUBJECTS)):
        words = list(SUBJECTS.values())[number % len(SUBJECTS)].split()
        common = ["method", "result", "study", "measure", "propose", "show", "large", "small", "new", "data"]
        title = " ".join(draw.choices(words, k=3))
        papers.append((title, " ".join(draw.choices(words, k=25) + draw.choices(common, k=15))))
    return papers
