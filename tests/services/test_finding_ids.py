"""`find-ids`: an id is accepted if title and abstract agree; arXiv is asked one title at a time."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import count, islice, pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from imported import ids_of, import_papers, lose_catalogue, own_key
from invented import prose
from still_clock import Clock
from web_server import Handler, WebServer, status

from paperreader.domain.captures import fingerprint_of
from paperreader.domain.decision import SetStar
from paperreader.domain.grouping import FIRST
from paperreader.domain.id_findings import IdOutcome, IdReceipt
from paperreader.domain.identifiers import Identifier, PaperKey, normalise_title
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.lists import Shelf
from paperreader.feeds.arxiv.api_queries import MAX_WORDS, title_query
from paperreader.services.fetching.network import ARXIV_INTERVAL, Network
from paperreader.services.finding_ids import MOST_AT_ONCE, NO_TITLES_OF_DOIS, find_ids
from paperreader.services.identities import split
from paperreader.services.library import Library
from paperreader.services.triage import Triage

TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect 2.5times more and learn which one to ask."
TEX = r"Sundials tell the hour only while the sun shines. We connect $2.5\times$ more and learn which one to ask."
UNLIKE = "Nothing here resembles the other text: it counts the migrating storks above a village pond in spring."
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
OTHER_ARXIV = Identifier("arxiv:2503.09999")
PAGE = ParsedPaper(TITLE, ABSTRACT)
KEY, PREPRINT_KEY = own_key(PAGE), PaperKey(ARXIV)
SEARCH = "/api/query"


def _answer(*papers: ParsedPaper) -> bytes:
    """An answer of arXiv's query API that lists papers."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{paper.identifiers[0].partition(':')[2]}v1</id><title>{escape(paper.title)}</title>"
        f"<summary>{escape(paper.abstract)}</summary><published>2025-03-01T10:00:00Z</published>"
        + "".join(f"<author><name>{name}</name></author>" for name in paper.authors or ())
        + "".join(f"<arxiv:doi>{name.partition(':')[2]}</arxiv:doi>" for name in paper.identifiers[1:])
        + "</entry>"
        for paper in papers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        "<id>https://arxiv.org/api/abc</id><title>arXiv Query: search_query=ti:lantern</title>"
        f"<opensearch:totalResults>{len(papers)}</opensearch:totalResults>"
        f"<opensearch:startIndex>0</opensearch:startIndex>{entries}</feed>"
    ).encode()


def _serve(web: WebServer, *papers: ParsedPaper) -> None:
    """Answer each title with the papers that have it, and with another paper."""

    def reply(handler: Handler) -> None:
        (query,) = parse_qs(urlsplit(handler.path).query)["search_query"]
        asked = normalise_title(query.removeprefix("ti:"))
        beside = ParsedPaper("Another Title", ABSTRACT, identifiers=(Identifier("arxiv:2503.77777"),))
        handler.send(_answer(beside, *(paper for paper in papers if normalise_title(paper.title).startswith(asked))))

    web.on(SEARCH, reply)


def _keys(library: Library) -> list[PaperKey]:
    return [row.key for row in library.rows(library.ids(Shelf.ALL))]


def _outcomes(receipt: IdReceipt) -> list[tuple[PaperKey, str]]:
    return [(finding.key, finding.outcome.value) for finding in receipt.findings]


def test_an_id_is_accepted_if_title_and_abstract_agree(library: Library, web: WebServer, network: Network) -> None:
    """Rule: LaTeX makes no difference; decisions stay; undo and redo work."""
    import_papers(library, ParsedPaper(TITLE, ABSTRACT))
    library.finish(Triage(library).decide("star", [KEY], SetStar(True)))
    _serve(web, ParsedPaper(TITLE, TEX, identifiers=(ARXIV, DOI)))
    receipt = find_ids(library, [KEY], network)
    assert [(each.outcome, each.ids) for each in receipt.findings] == [(IdOutcome.FOUND, (ARXIV, DOI))]
    for _ in range(2):
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV, DOI)}
        assert {library.resolve(name) for name in ("2503.01234", DOI, KEY)} == {PREPRINT_KEY}
        assert library.state(PREPRINT_KEY).starred
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("find ids", {KEY, ARXIV, DOI})
        assert set(library.finish(library.reading.undo()).papers) == {KEY, ARXIV, DOI}
        assert ids_of(library) == {KEY: ()}
        library.finish(library.reading.redo())
    assert web.count(SEARCH) == 1
    assert find_ids(library, [PREPRINT_KEY], network).findings == ()
    assert web.count(SEARCH) == 1


def test_what_was_found_holds_for_imports_and_a_new_catalogue(
    library: Library, web: WebServer, network: Network
) -> None:
    """Rule: an imported preprint with the id is the same paper, even in a new catalogue."""
    page, preprint = ParsedPaper(TITLE, ABSTRACT), ParsedPaper("Sundials, Revised", UNLIKE, identifiers=(ARXIV,))
    import_papers(library, page)
    _serve(web, ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,)))
    find_ids(library, [KEY], network)
    import_papers(library, preprint)
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,)}
    for order in ((preprint, page), (page, preprint), (page,)):
        library = lose_catalogue(library)
        for paper in order:
            import_papers(library, paper)
            assert ids_of(library) == {PREPRINT_KEY: (ARXIV,)}
    assert library.resolve("2503.012") == PREPRINT_KEY
    settled = split(library, PREPRINT_KEY)
    assert (settled.key, settled.others, settled.ids) == (KEY, (), (PREPRINT_KEY,))
    assert ids_of(library) == {KEY: ()}
    import_papers(library, preprint)
    assert ids_of(library) == {KEY: (), PREPRINT_KEY: (ARXIV,)}
    library.close()


def test_the_catalogue_is_searched_before_arxiv(library: Library, web: WebServer, network: Network) -> None:
    """Rule: if a paper in the catalogue has the id, the two are merged, and arXiv is not asked.

    Imports compare only the first 20 sources of a title with the others. Here the first ones are other papers.
    """
    preprint = ParsedPaper(TITLE, TEX, identifiers=(ARXIV,))
    others = (ParsedPaper(TITLE, prose(seed, 300)) for seed in count())
    behind = min(map(fingerprint_of, (PAGE, preprint)))
    import_papers(library, *islice((other for other in others if fingerprint_of(other) < behind), FIRST))
    import_papers(library, PAGE, preprint)
    assert library.catalogue.count() == FIRST + 2
    assert _outcomes(find_ids(library, [KEY], network)) == [(KEY, "found")]
    assert library.resolve(KEY) == library.resolve(ARXIV) == PREPRINT_KEY
    split(library, PREPRINT_KEY)
    (finding,) = find_ids(library, [KEY], None).findings
    assert (finding.outcome, finding.reason) == (IdOutcome.DOUBTFUL, "you split these two papers")
    assert web.asked == []


def test_an_id_of_two_papers_is_given_to_neither(library: Library, web: WebServer, network: Network) -> None:
    """Rule: an id never merges papers that their sources keep apart."""
    third = Identifier("arxiv:2503.08888")
    contested = [
        ParsedPaper("Tides", UNLIKE, identifiers=(OTHER_ARXIV, DOI)), ParsedPaper("Low", TEX, identifiers=(third, DOI)),
    ]  # fmt: skip
    import_papers(library, PAGE, *contested)
    _serve(web, ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV, DOI)))
    assert _outcomes(find_ids(library, [KEY], network)) == [(KEY, "found")]
    assert ids_of(library) == {PaperKey(name): (name,) for name in (ARXIV, OTHER_ARXIV, third)}


@pytest.mark.parametrize(
    ("own", "found", "outcome"),
    [
        (ParsedPaper(TITLE, ABSTRACT), [ParsedPaper(TITLE, UNLIKE, identifiers=(ARXIV,))], "doubtful"),
        (ParsedPaper(TITLE, ""), [ParsedPaper(TITLE, ABSTRACT, ("Ada Lovelace",), identifiers=(ARXIV,))], "doubtful"),
        (
            ParsedPaper(TITLE, "", ("Lovelace, A.",)),
            [ParsedPaper(TITLE, ABSTRACT, ("Ada Lovelace",), identifiers=(ARXIV,))],
            "found",
        ),
        (
            ParsedPaper(TITLE, ABSTRACT),
            [ParsedPaper(TITLE, text, identifiers=(name,)) for text, name in ((ABSTRACT, ARXIV), (TEX, OTHER_ARXIV))],
            "doubtful",
        ),
        (
            ParsedPaper(TITLE, ABSTRACT),
            [ParsedPaper(TITLE, text, identifiers=(name,)) for text, name in ((TEX, ARXIV), (UNLIKE, OTHER_ARXIV))],
            "found",
        ),
        (ParsedPaper(TITLE, ABSTRACT), [ParsedPaper(f"{TITLE}, Nights", ABSTRACT, identifiers=(ARXIV,))], "not found"),
        (ParsedPaper(TITLE, ABSTRACT), [], "not found"),
        (ParsedPaper("???", ABSTRACT), [], "not found"),
    ],
    ids=[
        "unlike abstract", "no abstract", "first author", "two that agree", "one of two agrees", "longer title",
        "nothing", "no words",
    ],
)  # fmt: skip
def test_only_a_certain_id_is_accepted(
    library: Library, web: WebServer, network: Network, own: ParsedPaper, found: list[ParsedPaper], outcome: str
) -> None:
    """Rule: the abstract, or without one the first author, must agree; else the id is only reported."""
    import_papers(library, own)
    _serve(web, *found)
    (key,) = _keys(library)
    (finding,) = find_ids(library, [key], network).findings
    assert finding.outcome.value == outcome
    assert ids_of(library)[library.resolve(key)] == ((ARXIV,) if outcome == "found" else ())
    assert bool(finding.ids) is (outcome != "not found")
    assert bool(finding.reason) is (outcome == "doubtful" or own.title == "???")


def test_a_preprint_stored_under_another_title_is_merged(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a preprint with another title in the catalogue is merged with the paper."""
    import_papers(
        library, ParsedPaper("Sundials, at First", UNLIKE, identifiers=(ARXIV,)), ParsedPaper(TITLE, ABSTRACT)
    )
    _serve(web, ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,)))
    assert _outcomes(find_ids(library, _keys(library), network)) == [(KEY, "found")]
    assert ids_of(library) == {PaperKey(ARXIV): (ARXIV,)}
    library.finish(library.reading.undo())
    assert ids_of(library) == {PaperKey(ARXIV): (ARXIV,), KEY: ()}


def test_one_question_a_title_and_three_seconds_between_them(
    library: Library, web: WebServer, network: Network, clock: Clock
) -> None:
    """Rule: only papers without ids are asked for, 3 seconds apart; all found ids are one action."""
    titles = [f"{TITLE} {word}" for word in ("One", "Two", "Three")]
    import_papers(library, *(ParsedPaper(title, ABSTRACT) for title in titles))
    import_papers(library, ParsedPaper("Clocks", "", identifiers=(DOI,)))
    moments = []

    def reply(handler: Handler) -> None:
        moments.append(clock.now)
        (query,) = parse_qs(urlsplit(handler.path).query)["search_query"]
        number = next(n for n, title in enumerate(titles) if title in query)
        handler.send(_answer(ParsedPaper(titles[number], TEX, identifiers=(Identifier(f"arxiv:2503.0000{number}"),))))

    web.on(SEARCH, reply)
    receipt = find_ids(library, _keys(library), network)
    assert receipt.count(IdOutcome.FOUND) == web.count(SEARCH) == 3
    assert all(after - before >= ARXIV_INTERVAL for before, after in pairwise(moments))
    assert library.reading.seq == 1


def test_an_error_affects_one_title(library: Library, web: WebServer, network: Network) -> None:
    """Rule: one error affects one title; the receipt names it, and other finds are kept."""
    import_papers(library, ParsedPaper(f"{TITLE} One", ABSTRACT), ParsedPaper(f"{TITLE} Two", ABSTRACT))
    two = ParsedPaper(f"{TITLE} Two", ABSTRACT, identifiers=(ARXIV,))
    web.on(SEARCH, status(404), lambda handler: handler.send(_answer(two)))
    receipt = find_ids(library, _keys(library), network)
    assert [finding.outcome for finding in receipt.findings] == [IdOutcome.NOT_ASKED, IdOutcome.FOUND]
    assert receipt.findings[0].reason


def test_a_server_that_asks_for_a_pause_is_not_asked_again(library: Library, web: WebServer, network: Network) -> None:
    """Rule: after a 429 with a long wait, no other title is asked for."""
    import_papers(library, *(ParsedPaper(f"{TITLE} {number}", ABSTRACT) for number in range(3)))
    web.on(SEARCH, status(429, Retry_After="1800"))
    receipt = find_ids(library, _keys(library), network)
    assert receipt.count(IdOutcome.NOT_ASKED) == 3
    assert web.count(SEARCH) == 1


def test_what_was_found_before_an_interruption_is_kept(library: Library, web: WebServer, network: Network) -> None:
    """Rule: what was found is kept if the search is cancelled."""
    import_papers(library, ParsedPaper(f"{TITLE} One", ABSTRACT), ParsedPaper(f"{TITLE} Two", ABSTRACT))
    _serve(web, ParsedPaper(f"{TITLE} One", ABSTRACT, identifiers=(ARXIV,)))

    def interrupt(text: str) -> None:
        if "2 of 2" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_ids(library, _keys(library), network, progress=interrupt)
    assert sorted(ids_of(library).values()) == [(), (ARXIV,)]


def test_the_id_of_a_lost_paper_is_found(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the reading state knows a lost paper's title; the id holds when the paper returns."""
    import_papers(library, ParsedPaper(TITLE, ABSTRACT, ("Ada Lovelace",)))
    library.finish(Triage(library).decide("star", [KEY], SetStar(True)))
    library = lose_catalogue(library)
    _serve(web, ParsedPaper(TITLE, TEX, ("Ada Lovelace",), identifiers=(ARXIV,)))
    assert _outcomes(find_ids(library, [KEY], network)) == [(KEY, "found")]
    import_papers(library, PAGE)
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,)}
    assert library.state(PREPRINT_KEY).starred
    library.close()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ('Say "Yes": On $k$-Means & Co.', "Say Yes On k Means Co"),
        ("Über die Größe", "Über die Größe"),
        ("word " * 100, " ".join(["word"] * 50)),
        ("x" * 400, "x" * MAX_WORDS),
    ],
)
def test_a_title_is_asked_for_by_its_words(title: str, words: str) -> None:
    """Rule: titles are escaped for arXiv's query language, and long ones are cut between words."""
    url = title_query("https://export.arxiv.org/", title)
    assert url
    assert parse_qs(urlsplit(url).query)["search_query"] == [f'ti:"{words}"']
    assert url.startswith("https://export.arxiv.org/api/query?")


def _untitled(*names: str) -> list[ParsedPaper]:
    """Papers with an id and no title."""
    return [ParsedPaper("", "", identifiers=(Identifier(name),)) for name in names]


def _serve_ids(web: WebServer, *papers: ParsedPaper) -> list[list[str]]:
    """Answer each list of ids with its papers; returns the lists that were asked for."""
    asked: list[list[str]] = []

    def reply(handler: Handler) -> None:
        (ids,) = parse_qs(urlsplit(handler.path).query)["id_list"]
        asked.append(ids.split(","))
        handler.send(_answer(*(paper for paper in papers if paper.identifiers[0].partition(":")[2] in asked[-1])))

    web.on(SEARCH, reply)
    return asked


def test_a_paper_without_a_title_gets_it_from_arxiv(library: Library, web: WebServer, network: Network) -> None:
    """Rule: one request fetches many titles; they are imported, not decided."""
    import_papers(library, *_untitled(ARXIV, OTHER_ARXIV, "arxiv:hep-th/0101001"))
    named = ParsedPaper(TITLE, TEX, ("Ada Amber",), identifiers=(ARXIV, DOI))
    asked = _serve_ids(
        web, named, ParsedPaper("Tides", "Low and high.", identifiers=(Identifier("arxiv:hep-th/0101001"),))
    )
    receipt = find_ids(library, _keys(library), network)
    assert asked == [["2503.01234", "2503.09999", "hep-th/0101001"]]
    assert [(str(each.key), each.outcome, each.title) for each in receipt.findings] == [
        (ARXIV, IdOutcome.FOUND, TITLE),
        (OTHER_ARXIV, IdOutcome.NOT_FOUND, "arXiv 2503.09999 (title not fetched)"),
        ("arxiv:hep-th/0101001", IdOutcome.FOUND, "Tides"),
    ]
    paper = library.entry(PaperKey(ARXIV)).paper
    assert (paper.title, paper.authors, paper.published) == (TITLE, ("Ada Amber",), date(2025, 3, 1))
    assert set(paper.identifiers) == {ARXIV, DOI}
    assert (library.reading.seq, len(library.entry(PaperKey(ARXIV)).listed)) == (0, 1)
    assert [str(each.key) for each in find_ids(library, _keys(library), network).findings] == [OTHER_ARXIV]


def test_many_titles_are_fetched_some_at_a_time(
    library: Library, web: WebServer, network: Network, clock: Clock
) -> None:
    """Rule: 100 ids a request, and 3 seconds between two requests."""
    import_papers(library, *_untitled(*(f"arxiv:2503.{number:05}" for number in range(MOST_AT_ONCE + 1))))
    asked = _serve_ids(web)
    before = clock.now
    assert find_ids(library, _keys(library), network).count(IdOutcome.NOT_FOUND) == MOST_AT_ONCE + 1
    assert list(map(len, asked)) == [MOST_AT_ONCE, 1]
    assert clock.now - before >= ARXIV_INTERVAL


def test_an_error_affects_the_titles_of_one_request(library: Library, web: WebServer, network: Network) -> None:
    """Rule: an error changes no paper, and the receipt says why."""
    import_papers(library, *_untitled(ARXIV))
    web.on(SEARCH, status(404))
    (finding,) = find_ids(library, _keys(library), network).findings
    assert (finding.outcome, bool(finding.reason)) == (IdOutcome.NOT_ASKED, True)
    (finding,) = find_ids(library, _keys(library), None).findings
    assert finding.outcome is IdOutcome.NOT_FOUND
    assert library.entry(PaperKey(ARXIV)).paper.title == ""


def test_no_server_is_asked_for_the_title_of_a_doi(library: Library, web: WebServer, network: Network) -> None:
    """Rule: no server is asked for a DOI's title; the receipt names the cure."""
    import_papers(library, *_untitled(DOI))
    (finding,) = find_ids(library, _keys(library), network).findings
    assert (finding.outcome, finding.reason) == (IdOutcome.NOT_FOUND, NO_TITLES_OF_DOIS)
    assert web.asked == []


def test_a_fetched_title_can_merge_two_papers(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a fetched title can merge two papers, as any import can."""
    import_papers(library, ParsedPaper(TITLE, ABSTRACT), *_untitled(ARXIV))
    _serve_ids(web, ParsedPaper(TITLE, TEX, identifiers=(ARXIV,)))
    find_ids(library, [PaperKey(ARXIV)], network)
    assert list(ids_of(library).values()) == [(ARXIV,)]
