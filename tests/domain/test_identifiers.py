"""Every form of an arXiv id or a DOI is parsed to one id; no other text is an id."""

import pytest
from examples import examples
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.identifiers import (
    PaperKey,
    parse_arxiv,
    parse_doi,
    parse_identifier,
    scheme_of,
    title_address,
)
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe

PROPERTY = examples(300)

FORMS = (
    "{id}",
    " {id}\n",
    "arXiv:{id}",
    "arxiv:{id}",
    "ARXIV: {id}",
    "http://arxiv.org/abs/{id}",
    "https://arxiv.org/abs/{id}",
    "https://arxiv.org/abs/{id}/",
    "https://www.arxiv.org/abs/{id}",
    "http://export.arxiv.org/abs/{id}",
    "arxiv.org/abs/{id}",
    "https://arxiv.org/pdf/{id}",
    "https://arxiv.org/pdf/{id}.pdf",
    "https://arxiv.org/html/{id}",
    "oai:arXiv.org:{id}",
    "10.48550/arXiv.{id}",
    "doi:10.48550/arXiv.{id}",
    "https://doi.org/10.48550/arXiv.{id}",
    "https://dx.doi.org/10.48550/ARXIV.{id}",
    "https://huggingface.co/papers/{id}",
    "https://www.alphaxiv.org/abs/{id}",
    "https://alphaxiv.org/overview/{id}",
    "https://papers.cool/arxiv/{id}",
    "https://scirate.com/arxiv/{id}",
    "https://ar5iv.labs.arxiv.org/html/{id}",
    "https://ar5iv.org/abs/{id}",
    "https://www.arxiv-vanity.com/papers/{id}/",
    "https://arxiv.org/format/{id}",
    "http://xxx.lanl.gov/abs/{id}",
    "https://www.alphaxiv.org/pdf/{id}.pdf",
    "https://www.emergentmind.com/papers/{id}",
)
IDS = (
    ("2503.01234", "2503.01234"),
    ("0704.0001", "0704.0001"),
    ("1412.9999", "1412.9999"),
    ("hep-ex/0307015", "hep-ex/0307015"),
    ("astro-ph/0601001", "astro-ph/0601001"),
    ("math.GT/0309136", "math/0309136"),
    ("cs.CL/0301001", "cs/0301001"),
)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_arxiv_id_is_one_identifier(form: str) -> None:
    """Rule: prefix, address, archive suffix and version do not change the id."""
    for written, meant in IDS:
        for version in ("", "v1", "v12"):
            text = form.format(id=written + version)
            assert parse_arxiv(text) == f"arxiv:{meant}", text
            assert parse_identifier(text) == f"arxiv:{meant}", text


@pytest.mark.parametrize(
    "text",
    [
        "", "2503", "2503.123", "2503.123456", "25031.1234", "2503.01234v", "2503.01234x", "x2503.01234",
        "hep-ex/030701", "hep-ex/03070155", "hep-ex0307015", "https://evil.example/abs/2503.01234",
        "https://notarxiv.org/abs/2503.01234", "https://papers.cool/venue/2503.01234",
        "https://papers.cool/arxiv/cs.CL", "https://a.b.c.arxiv.org/abs/2503.01234", "https://notpapers.cool/arxiv/2503.01234",
        "https://arxiv.org.evil.example/abs/2503.01234",
        "https://arxiv.org/list/2503.01234", "2503.01234 and more", "math.GTX/0309136", "1/0309136",
        "2503.01234?context=cs.CL", "arXiv:2503.01234#x", "https://arxiv.org/abs/2503.01234?a b", "mat\u017f/0309136",
    ],
)  # fmt: skip
def test_other_texts_are_not_arxiv_ids(text: str) -> None:
    """Rule: any other text is not an arXiv id."""
    assert parse_arxiv(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/XYZ.1",
        "doi:10.1000/xyz.1",
        "DOI: 10.1000/xyz.1",
        "https://doi.org/10.1000/xyz.1",
        "http://dx.doi.org/10.1000/XYZ.1",
        " 10.1000/xyz.1 ",
        "doi.org/10.1000/xyz.1",
        "dx.doi.org/10.1000/xyz.1",
        "www.doi.org/10.1000/xyz.1",
        "https://www.doi.org/10.1000/xyz.1",
        "https://doi.org/10.1000/xyz.1#section",
        "https://doi.org/10.1000/xyz.1?download=1#x",
        "https://doi.org/10.1000%2Fxyz%2E1",
        "doi.org/10.1000%2fXYZ.1%20",
    ],
)
def test_every_form_of_a_doi_is_one_identifier_in_lower_case(text: str) -> None:
    """Rule: case and resolver do not change a DOI."""
    assert parse_doi(text) == "doi:10.1000/xyz.1"
    assert parse_identifier(text) == "doi:10.1000/xyz.1"


@pytest.mark.parametrize(
    "text",
    [
        *("", "10.1000", "10.1000/", "10.1/x", "11.1000/x", "10.1000/a b", "doi.org/x", "10.１０００/x"),
        *("https://doi.org/10.1000/%20", "https://doi.org/10.1000/%ff"),
        *("https://doi.org/10.1000/a%07b", "https://doi.org/?10.1000/x", "notdoi.org/10.1000/x"),
        *("10.1000/a\x07b", "10.1000/a\u202eb"),
    ],
)
def test_other_texts_are_not_dois(text: str) -> None:
    """Rule: a DOI has a registrant and a name, and no blanks."""
    assert parse_doi(text) is None


LANCET = "10.1016/s0140-6736(24)00001-0"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1016/S0140-6736%2824%2900001-0", LANCET),
        ("https://doi.org/10.1016/S0140-6736(24)00001-0", LANCET),
        ("https://doi.org/10.1002/(SICI)1:1%3C1::AID-X1%3E3.0.CO;2-%23", "10.1002/(sici)1:1<1::aid-x1>3.0.co;2-#"),
        ("https://doi.org/10.1000/100%2525", "10.1000/100%25"),
        ("10.1000/100%25", "10.1000/100%25"),
        ("doi:10.1002/a%28b", "10.1002/a%28b"),
        ("10.1002/a?b#c", "10.1002/a?b#c"),
    ],
)  # fmt: skip
def test_a_url_is_unescaped_before_its_doi_is_read(text: str, doi: str) -> None:
    """Rule: a URL is unescaped once and cut after its path; a bare DOI is unchanged."""
    assert parse_identifier(text) == parse_doi(text) == f"doi:{doi}"


@PROPERTY
@given(st.text(min_size=1, max_size=20))
def test_the_page_of_a_doi_leads_back_to_it(suffix: str) -> None:
    """Rule: the link of a paper is parsed to its DOI, with any characters."""
    identifier = parse_doi(f"10.1000/{suffix}")
    if identifier is not None:
        page = Paper(PaperKey(identifier), Safe("T"), Safe(""), identifiers=(identifier,)).page
        assert page is not None
        assert parse_identifier(page) == identifier


@pytest.mark.parametrize(
    "text", ["https://doi.org/10.48550%2FarXiv.2503.01234", "doi.org/10.48550/arXiv.2503.01234v2?x"]
)
def test_the_address_of_an_arxiv_doi_is_the_arxiv_paper(text: str) -> None:
    """Rule: the URL of an arXiv DOI is the arXiv id, also with escapes and a query."""
    assert parse_identifier(text) == "arxiv:2503.01234"


@pytest.mark.parametrize("text", ["doi: 10.48550/arXiv.2503.01234", "DOI: 10.48550/arXiv.2503.01234v2"])
def test_an_arxiv_doi_with_a_blank_behind_its_name_is_the_arxiv_paper(text: str) -> None:
    """Rule: an arXiv DOI is the arXiv id in every form, also for `parse_doi`."""
    assert parse_identifier(text) == parse_doi(text) == "arxiv:2503.01234"


@pytest.mark.parametrize("text", ["２５０３.０１２３４", "٢٥٠٣.٠١٢٣٤", "https://arxiv.org/abs/２５０３.01234"])
def test_ids_have_ascii_digits(text: str) -> None:
    """Rule: ids have ASCII digits only."""
    assert parse_arxiv(text) is None


@pytest.mark.parametrize(
    "text",
    ["https://arxiv.org/abs/2503.01234?context=cs.CL", "https://arxiv.org/abs/2503.01234#comments", "https://huggingface.co/papers/2503.01234?ref=x"],
)  # fmt: skip
def test_an_address_as_a_browser_copies_it_names_the_paper(text: str) -> None:
    """Rule: an arXiv URL may have a query or a fragment."""
    assert parse_arxiv(text) == "arxiv:2503.01234"


@PROPERTY
@given(st.one_of(st.text(), st.sampled_from([hostile.text for hostile in HOSTILE])))
def test_any_text_is_an_identifier_or_none(text: str) -> None:
    """Rule: parsing never raises, and a parsed id is parsed to itself."""
    found = parse_identifier(text)
    if found is not None:
        assert scheme_of(found) in ("arxiv", "doi")
        assert parse_identifier(found) == found


@PROPERTY
@given(st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True), st.integers(1, 99))
def test_the_version_is_not_part_of_an_arxiv_id(number: str, version: int) -> None:
    """Rule: all versions of a paper have one id."""
    assert parse_arxiv(f"{number}v{version}") == parse_arxiv(number) == f"arxiv:{number}"


def test_the_scheme_is_what_stands_before_the_colon() -> None:
    """Rule: the scheme is the part before the first colon."""
    assert [scheme_of(key) for key in ("arxiv:1", "doi:10.1/x:y", "title:abc-2")] == ["arxiv", "doi", "title"]


def test_a_title_with_a_lone_surrogate_has_an_address() -> None:
    """Rule: a title with a lone surrogate, which JSON may contain, has an address of its own."""
    assert len({title_address("\ud83d"), title_address("\ude00"), title_address("?")}) == 3
