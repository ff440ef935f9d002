"""What an ID on the command line can be: a key, an arXiv id or URL, a DOI, or a unique beginning of a key."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import Identifier, PaperKey, title_key
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.errors import UnknownPaper
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue_import import add_listing

TITLE = "A paper that is known by nothing but its title"
ARXIV, OLD, DOI = PaperKey("arxiv:2503.01234"), PaperKey("arxiv:hep-th/9901001"), PaperKey("doi:10.1000/sun.dial-7")
LEARNT = "Bought first, identified later"
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
    """A library that knows these papers, one of which got its identifier after its key."""
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
        (title_key(TITLE), title_key(TITLE)),
        (title_key(TITLE)[:11], title_key(TITLE)),
        (title_key(TITLE).removeprefix("title:"), title_key(TITLE)),
        (title_key(TITLE).removeprefix("title:")[:4], title_key(TITLE)),
        ("2503.0123", ARXIV),
        ("arxiv:2503.0123", ARXIV),
        ("hep-", OLD),
        ("10.1000", DOI),
        ("doi:", DOI),
        ("2401.00007", title_key(LEARNT)),
        ("https://arxiv.org/abs/2401.00007", title_key(LEARNT)),
    ],
)
def test_every_form_of_an_id_finds_its_paper(known: Library, text: str, key: PaperKey) -> None:
    """Whole and shortened keys, ids, URLs and DOIs in every usual spelling."""
    assert known.resolve(text) == key


@pytest.mark.parametrize("text", ["2503", "2503.012", "arxiv:2503", "title:", "arxiv:"])
def test_a_beginning_of_several_keys_is_refused(known: Library, text: str) -> None:
    """The message says that there is more than one, and what to do."""
    with pytest.raises(UnknownPaper, match="more than one"):
        known.resolve(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "250", "hep", "zzzz", "2503.99999", "10.1000/nothing", "title:ffffffffffff", "%%%%", "____", "****",
     "https://example.org/abs/2503.01234", "TITLE:", "2503.01234 and more", "\U0010ffff" * 4],
)  # fmt: skip
def test_what_names_no_paper_is_refused(known: Library, text: str) -> None:
    """Too short, unknown, a pattern or an address of another site: no paper is guessed."""
    with pytest.raises(UnknownPaper, match="no such paper"):
        known.resolve(text)


def test_a_hostile_id_is_repeated_harmlessly(known: Library) -> None:
    """The message holds one printable line, however the ID looked."""
    with pytest.raises(UnknownPaper) as refusal:
        known.resolve("\x1b]0;title\x07\x9b2J" + "x" * 5_000 + "\n\n")
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_bytes_that_are_no_text_name_no_paper(known: Library) -> None:
    """An argument of undecodable bytes is an unknown ID like any other."""
    with pytest.raises(UnknownPaper):
        known.resolve("\udcff\udcfe\udcfd\udcfc")


def test_a_whole_key_wins_over_longer_ones(library: Library) -> None:
    """The first paper of a title is found beside `-2`, whose key begins with its own."""
    texts = ["Nothing like the other text. " * 9, "Storks over a village pond, counted. " * 9]
    for n, text in enumerate(texts):
        with library.catalogue.transaction():
            add_listing(library.catalogue, Listing(f"page:{n}", date(2025, 3, 14 + n)), [ParsedPaper(TITLE, text)])
    assert library.resolve(title_key(TITLE)) == title_key(TITLE)
    assert library.resolve(title_key(TITLE, 2)) == title_key(TITLE, 2)


def _without_catalogue(known: Library) -> Library:
    known.reading.finish(Triage(known).decide("star", [ARXIV], SetStar(True)))
    known.close()
    for path in known.folder.glob("catalogue.sqlite*"):
        path.unlink()
    return Library(known.folder)


def test_a_kept_paper_is_found_without_the_catalogue(known: Library) -> None:
    """Its key, its arXiv id and its address still name it."""
    bereft = _without_catalogue(known)
    for text in (ARXIV, "2503.01234", "https://arxiv.org/abs/2503.01234v2"):
        assert bereft.resolve(text) == ARXIV
    bereft.close()


def test_the_beginning_of_a_kept_key_is_enough_without_the_catalogue(known: Library) -> None:
    """What is decided has a key, and a key has a beginning."""
    assert _without_catalogue(known).resolve("2503.012") == ARXIV
