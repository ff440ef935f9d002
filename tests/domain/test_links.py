"""Links are found whole in texts, and only safe web links are opened."""

from datetime import date

import pytest
from examples import examples
from hostile import HOSTILE, acting
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.paper import MAX_URL, Paper, find_urls, safe_url, url_spans
from paperreader.domain.text import Safe, clean_block

PROPERTY = examples(300)


def a_paper(abstract: str = "", *identifiers: str) -> Paper:
    """A paper with these ids and this abstract."""
    return Paper(
        PaperKey("title:0"),
        Safe("A Title"),
        Safe(abstract),
        None,
        date(2025, 3, 1),
        tuple(map(Identifier, identifiers)),
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example", "http://a.example/", "https://a.example:8080/x?y=1&z=%20#f", "https://a.example/~user/(x)_y",
        "HTTPS://A.Example/X", "https://xn--bcher-kva.example/", "http://127.0.0.1:80/", "https://[2001:db8::1]/x",
        "https://a.example/--proxy-server=evil", "https://a.example/%action",
    ],
)  # fmt: skip
def test_plain_web_addresses_may_be_opened_as_they_are(url: str) -> None:
    """Rule: http and https with a host, unchanged."""
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "a.example", "//a.example/x", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "vscode://file/x", "smb://a.example/x", "ftp://a.example/x", "mailto:a@b.example", "-https://a.example",
        "--proxy-server=evil", "%action", "%action https://a.example", "https://", "https:///x", "https:a.example",
        "https:\\\\a.example", "https://user@a.example/", "https://user:pass@a.example/", "https://a.example@b.example/",
        "https://a.example\\@b.example/", "https://a.example\\.b.example/", "https://%61ction/", "https://-x.example/",
        "https://a.example:99999/", "https://a.example:x/", "https://a b.example/", "https://a.example/a b",
        " https://a.example", "https://a.example ", "https://a.example/\n", "https://a.example/\tx", "ht\ntps://a.example",
        "https://a.example/\x1b[2J", "https://a.example/\x9b2J", "https://a.example/\0", "https://a.example/\x7f",
        "https://a.example/\u202egpj.exe", "https://a.example/\u200bx", "https://a.example/\u00a0x",
        "https://a.example/\u2028x", "https://a.example/\ud800", "https://a\u3002example/", "https://[::1", "https://[x]/",
        "https://a.example/\U000e0041", "javascript://a.example/%0aalert(1)", "view-source:https://a.example",
        "https://a.example/" + "x" * MAX_URL,
    ],
    ids=lambda url: ascii(url)[:50],
)  # fmt: skip
def test_everything_else_is_not_opened(url: str) -> None:
    """Rule: other schemes, options, user names, controls, blanks, hidden characters, no host, too long."""
    assert safe_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://\u0430pple.example/",
        "https://g\u043e\u043egle.example/",
        "https://a.ex\u0430mple/",
        "https://\uff41.example/",
        "https://\u212a.example/",
    ],
    ids=ascii,
)
def test_a_host_that_looks_like_another_is_refused_or_shown_in_punycode(url: str) -> None:
    """Rule: a letter of another script never imitates a letter of a host."""
    opened = safe_url(url)
    assert opened is None or opened.isascii()


@PROPERTY
@given(st.one_of(st.text(), st.text().map(lambda text: f"https://{text}"), st.text().map(lambda text: f"{text}:x")))
def test_a_safe_address_begins_with_its_scheme_and_hides_nothing(text: str) -> None:
    """Rule: a safe link is never an option, a command or a disguised host."""
    url = safe_url(text)
    assert url is None or (
        url == text
        and url.lower().startswith(("http://", "https://"))
        and len(url) <= MAX_URL
        and not acting(url)
        and not any(map(str.isspace, url))
        and "@" not in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    )


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code at https://a.example/x.", ["https://a.example/x"]),
        ("Code at https://a.example/x .", ["https://a.example/x"]),
        ("see (https://a.example/x), then https://b.example/y;", ["https://a.example/x", "https://b.example/y"]),
        ("wiki https://a.example/a_(b) and (https://a.example/a_(b))", ["https://a.example/a_(b)"]),
        (r"at \url{https://a.example/x_y}.", ["https://a.example/x_y"]),
        ("<https://a.example/x>", ["https://a.example/x"]),
        (
            "'https://a.example/x' \"https://b.example\" `https://c.example`",
            ["https://a.example/x", "https://b.example", "https://c.example"],
        ),
        ("gluedhttps://a.example/x", ["https://a.example/x"]),
        ("is https://a.example/?q=1&r=%20#f! new?", ["https://a.example/?q=1&r=%20#f"]),
        ("**https://a.example/x**", ["https://a.example/x"]),
        ("[text](https://a.example/x)", ["https://a.example/x"]),
        ("https://b.example https://a.example https://b.example", ["https://b.example", "https://a.example"]),
        ("line https://a.example/x\nhttps://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("HTTP://A.EXAMPLE/X", ["HTTP://A.EXAMPLE/X"]),
        ("https://user:pass@evil.example/ and javascript:alert(1) and www.a.example", []),
        ("https:// and http://. and ://", []),
        ("no address", []),
    ],
)
def test_addresses_are_found_whole_and_without_the_sentence_around_them(text: str, urls: list[str]) -> None:
    """Rule: full stops, brackets and quotes around a link are not part of it; each link counts once."""
    assert find_urls(text) == urls


@PROPERTY
@given(
    st.lists(
        st.sampled_from(
            [
                "https://",
                "http://",
                "a.example",
                "/x",
                "(",
                ")",
                "[",
                "]",
                ".",
                ",",
                " ",
                "\n",
                "@",
                ":",
                "_",
                "…",
                "\u0430",
                "%20",
                "?",
                "#",
                "<",
                ">",
                "word",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_spans_are_in_range_in_order_and_hold_safe_addresses(text: str) -> None:
    """Rule: each marked link is a safe link, exactly as it stands in the text."""
    last = 0
    for start, end in url_spans(text):
        assert last <= start < end <= len(text)
        assert safe_url(text[start:end]) == text[start:end]
        last = end
    assert find_urls(text) == list(dict.fromkeys(text[start:end] for start, end in url_spans(text)))


def test_no_address_found_in_hostile_text_acts() -> None:
    """Rule: a link from a hostile text has no effect on a terminal."""
    for hostile in HOSTILE:
        text = hostile.text
        assert all(acting(url) == [] for url in find_urls(text)), hostile.id
        assert all(acting(url) == [] for url in find_urls(clean_block(text))), hostile.id


def test_pages_are_built_from_identifiers() -> None:
    """Rule: the page is on arXiv, else at the DOI, else unknown; a PDF is on arXiv only."""
    arxiv, doi = a_paper("", "arxiv:2503.01234", "doi:10.1000/x"), a_paper("", "doi:10.1000/x")
    assert (arxiv.page, arxiv.pdf) == ("https://arxiv.org/abs/2503.01234", "https://arxiv.org/pdf/2503.01234")
    assert (doi.page, doi.pdf) == ("https://doi.org/10.1000/x", None)
    assert (a_paper().page, a_paper().pdf) == (None, None)
    assert (arxiv.identifier("doi"), doi.identifier("arxiv")) == ("10.1000/x", None)


def test_links_are_named_by_kind_in_the_order_of_the_text() -> None:
    """Rule: page and PDF first, then code and other links, numbered from the second on, each once."""
    text = (
        "At https://github.com/a/b, https://x.example/1, https://www.gitlab.com/c, https://x.example/2 and"
        " https://arxiv.org/abs/2503.01234."
    )
    assert a_paper(text, "arxiv:2503.01234").links() == {
        "page": "https://arxiv.org/abs/2503.01234",
        "pdf": "https://arxiv.org/pdf/2503.01234",
        "code": "https://github.com/a/b",
        "link": "https://x.example/1",
        "code-2": "https://www.gitlab.com/c",
        "link-2": "https://x.example/2",
    }
    assert a_paper("nothing").links() == {}


@pytest.mark.parametrize("url", ["https://github.com.evil.example/x", "https://evil.example/github.com/x"])
def test_a_host_that_merely_names_a_code_host_is_no_code_host(url: str) -> None:
    """Rule: the whole host decides whether a link is code."""
    assert a_paper(url).links() == {"link": url}


@pytest.mark.parametrize(
    "doi", ["10.1000/a#b", "10.1000/a?b", "10.1002/(sici)1097(1998)49:8<693::aid-asi4>3.0.co;2-o", "10.1000/50%41"]
)
def test_the_page_of_a_doi_encodes_what_an_address_cannot_hold(doi: str) -> None:
    """Rule: the link of a DOI with any characters leads to this DOI."""
    from urllib.parse import unquote, urlsplit

    page = a_paper("", f"doi:{doi}").page or ""
    assert unquote(urlsplit(page).path) == f"/{doi}"
    assert "<" not in page
