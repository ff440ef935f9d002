"""An ID on the command line: a key, an arXiv id or URL, a DOI, or a unique beginning of a key."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.captures import own_name
from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import Identifier, PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.errors import UnknownPaper
from paperreader.services.identities import keep_apart
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

TITLE = "A paper that is known by nothing but its title"
ARXIV, OLD, DOI = PaperKey("arxiv:2503.01234"), PaperKey("arxiv:hep-th/9901001"), PaperKey("doi:10.1000/sun.dial-7")
OWN = PaperKey(own_name(TITLE, f"About {TITLE}. " * 9, ()))
LEARNT, LEARNT_KEY = "Bought first, identified later", PaperKey("arxiv:2401.00007")
PAPERS = (
    ("One with an id", "arxiv:2503.01234"),
    ("One with another id", "arxiv:2503.01299"),
    ("An old one", "arxiv:hep-th/9901001"),
    ("One with a DOI", "doi:10.1000/sun.dial-7"),
    (TITLE, ""),
    (LEARNT, ""),
)


@pytest.fixture
def known(library: Library) -> Library:
    """A library with papers, one of which got its id later."""
    with library.catalogue.transaction():
        papers = [ParsedPaper(t, f"About {t}. " * 9, identifiers=(Identifier(i),) if i else ()) for t, i in PAPERS]
        add_listing(library.catalogue, Listing("page:1", date(2025, 3, 14)), papers)
        add_listing(
            library.catalogue,
            Listing("page:2", date(2025, 3, 14)),
            [ParsedPaper(LEARNT, f"About {LEARNT}. " * 9, identifiers=(Identifier("arxiv:2401.00007"),))],
        )
    return library


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (ARXIV, ARXIV),
        ("2503.01234", ARXIV),
        ("2503.01234v3", ARXIV),
        ("arXiv:2503.01234v1", ARXIV),
        ("https://arxiv.org/abs/2503.01234", ARXIV),
        ("http://www.arxiv.org/abs/2503.01234v2", ARXIV),
        ("https://arxiv.org/pdf/2503.01234.pdf", ARXIV),
        ("https://arxiv.org/pdf/2503.01234v2", ARXIV),
        ("https://huggingface.co/papers/2503.01234", ARXIV),
        ("https://doi.org/10.48550/arXiv.2503.01234", ARXIV),
        ("hep-th/9901001", OLD),
        ("https://arxiv.org/abs/hep-th/9901001v1", OLD),
        (DOI, DOI),
        ("10.1000/sun.dial-7", DOI),
        ("10.1000/SUN.DIAL-7", DOI),
        ("doi:10.1000/sun.dial-7", DOI),
        ("https://doi.org/10.1000/sun.dial-7", DOI),
        ("http://dx.doi.org/10.1000/sun.dial-7", DOI),
        (OWN, OWN),
        (OWN[:11], OWN),
        (OWN.removeprefix("text:"), OWN),
        (OWN.removeprefix("text:")[:4], OWN),
        (title_address(TITLE), OWN),
        (title_address(TITLE)[:11], OWN),
        (title_address(TITLE).removeprefix("title:"), OWN),
        (own_name(LEARNT, f"About {LEARNT}. " * 9, ()), LEARNT_KEY),
        ("2503.0123", ARXIV),
        ("arxiv:2503.0123", ARXIV),
        ("hep-", OLD),
        ("10.1000", DOI),
        ("doi:", DOI),
        ("2401.00007", LEARNT_KEY),
        ("https://arxiv.org/abs/2401.00007", LEARNT_KEY),
    ],
)
def test_every_form_of_an_id_finds_its_paper(known: Library, text: str, key: PaperKey) -> None:
    """Rule: whole and shortened keys, ids, URLs and DOIs work in every usual spelling."""
    assert known.resolve(text) == key


@pytest.mark.parametrize("text", ["2503", "2503.012", "arxiv:2503", "title:", "text:", "arxiv:"])
def test_a_beginning_of_several_keys_is_refused(known: Library, text: str) -> None:
    """Rule: an ambiguous beginning is refused with the cure."""
    with pytest.raises(UnknownPaper, match="more than one"):
        known.resolve(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "250", "hep", "zzzz", "2503.99999", "10.1000/nothing", "title:ffffffffffff", "%%%%", "____", "****",
     "https://example.org/abs/2503.01234", "TITLE:", "2503.01234 and more", "\U0010ffff" * 4],
)  # fmt: skip
def test_what_names_no_paper_is_refused(known: Library, text: str) -> None:
    """Rule: short, unknown or foreign texts find no paper: none is guessed."""
    with pytest.raises(UnknownPaper, match="no such paper"):
        known.resolve(text)


def test_a_hostile_id_is_cleaned_in_the_message(known: Library) -> None:
    """Rule: the message is one printable line, whatever the ID contains."""
    with pytest.raises(UnknownPaper) as refusal:
        known.resolve("\x1b]0;title\x07\x9b2J" + "x" * 5_000 + "\n\n")
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_undecodable_bytes_find_no_paper(known: Library) -> None:
    """Rule: undecodable bytes are an unknown ID."""
    with pytest.raises(UnknownPaper):
        known.resolve("\udcff\udcfe\udcfd\udcfc")


def test_a_whole_id_wins_over_longer_ones(library: Library) -> None:
    """Rule: an exact id wins over a longer id that begins with it."""
    ids = [Identifier("doi:10.1000/sun"), Identifier("doi:10.1000/sundial")]
    papers = [ParsedPaper(f"Title {name}", f"About {name}. " * 9, identifiers=(name,)) for name in ids]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:1", date(2025, 3, 14)), papers)
    assert [library.resolve(name) for name in ids] == list(map(PaperKey, ids))


def test_the_address_of_two_papers_names_both(library: Library) -> None:
    """Rule: a title address finds its only paper; for several papers the message lists their keys."""
    papers = [ParsedPaper(TITLE, text * 9) for text in ("Nothing like the other. ", "Storks over a pond, counted. ")]
    keys = sorted(own_name(TITLE, paper.abstract, ()) for paper in papers)
    with library.catalogue.transaction():
        for number, paper in enumerate(papers):
            add_listing(library.catalogue, Listing(f"page:{number}", date(2025, 3, 14)), [paper])
    with pytest.raises(UnknownPaper, match=f"more than one paper has this name; .* keys: {', '.join(keys)}"):
        library.resolve(title_address(TITLE))
    assert [library.resolve(key) for key in keys] == keys


def test_a_removed_id_finds_its_paper_no_longer(library: Library) -> None:
    """Rule: a name finds only the paper that owns it, not another paper whose source has it."""
    sources = [("doi:10.1000/sundial", "arxiv:2503.01234"), ("arxiv:2503.09999", "doi:10.1000/sundial")]
    papers = [
        ParsedPaper(f"Title {number}", f"About {number} things. " * 9, identifiers=tuple(map(Identifier, ids)))
        for number, ids in enumerate(sources)
    ]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:1", date(2025, 3, 14)), papers[:1])
    keep_apart(library, ARXIV, "10.1000/sundial")
    for text in ("10.1000/sundial", "10.1000/sun"):
        with pytest.raises(UnknownPaper, match="no such paper"):
            library.resolve(text)
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:2", date(2025, 3, 14)), papers[1:], user_decisions(library))
    assert {library.resolve(text) for text in ("10.1000/sundial", "10.1000/sun", "2503.09999")} == {"arxiv:2503.09999"}


def _without_catalogue(known: Library) -> Library:
    known.reading.finish(Triage(known).decide("star", [ARXIV], SetStar(True)))
    known.close()
    for path in known.folder.glob("catalogue.sqlite*"):
        path.unlink()
    return Library(known.folder)


def test_a_kept_paper_is_found_without_the_catalogue(known: Library) -> None:
    """Rule: key, arXiv id and URL find a kept paper without the catalogue."""
    bereft = _without_catalogue(known)
    for text in (ARXIV, "2503.01234", "https://arxiv.org/abs/2503.01234v2"):
        assert bereft.resolve(text) == ARXIV
    bereft.close()


def test_the_beginning_of_a_kept_key_is_enough_without_the_catalogue(known: Library) -> None:
    """Rule: a beginning of the key finds a kept paper without the catalogue."""
    bereft = _without_catalogue(known)
    assert bereft.resolve("2503.012") == ARXIV
    bereft.close()
