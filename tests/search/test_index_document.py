"""The document of a paper for the search index."""

import json
from datetime import date

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.index_record import PlaceFacts, Searchable
from paperreader.search.index.schema import make_document

DAY = date(2025, 3, 14)


def test_a_document_holds_the_words_and_the_facts_of_a_paper() -> None:
    """Rule: a document has folded texts, compounds after bars, and all ids and facts."""
    paper = Searchable(
        7,
        PaperKey("arxiv:2503.00001"),
        "KV-Cache \u2013 for All",
        "Ada L\u00f6v",
        'We "pre-train"\n\\o/',
        (Identifier("arxiv:2503.00001"), Identifier('doi:10.1000/a"\\B')),
        has_code=True,
        has_pdf=True,
        places=(
            PlaceFacts('A "feed"\\', DAY, 3, None),
            PlaceFacts("hf", date(2025, 3, 13), 1, 12),
            PlaceFacts("file", None, 1, None),
        ),
        categories=("cs.CL",),
    )
    found = json.loads(make_document(paper))
    assert {name: sorted(values) for name, values in found.items() if isinstance(values, list)} == {
        "ids": sorted(["arxiv:2503.00001", "2503.00001", 'doi:10.1000/a"\\b', '10.1000/a"\\b']),
        "feeds": ['a "feed"\\', "file", "hf"],
        "categories": ["cs.cl"],
        "facts": ["again", "code", "pdf"],
        "days": [DAY.toordinal() - 1, DAY.toordinal()],
        "upvotes": [12],
    }
    assert found["number"] == 7
    assert found["newest"] > DAY.toordinal() << 24
    assert found["title"].split() == ["kv", "cache", "for", "all", "|", "kvcache"]
    assert found["authors"].split() == ["ada", "lov"]
    assert found["abstract"].split() == ["we", "pre", "train", "o", "|", "pretrain"]
    assert found["initials"].split() == ["kc", "cf", "fa", "|", "kv", "vc", "cf", "fa"]


def test_a_paper_without_places_has_no_facts() -> None:
    """Rule: unknown facts are absent."""
    found = json.loads(make_document(Searchable(1, PaperKey("title:0"), "A", "", "")))
    assert found == {
        "number": 1, "newest": 0, "days": [], "upvotes": [], "ids": found["ids"], "feeds": [], "categories": [],
        "facts": [], "title": "a", "authors": "", "abstract": "", "initials": "",
    }  # fmt: skip
