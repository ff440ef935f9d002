r"""arXiv's listing mails are read whole, in every state in which people have them."""

import base64
import quopri
from collections import Counter
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.mail import NO_LISTING, MailImporter

RULE = "-" * 78
HEAD = rf"""Date: Fri,  3 Mar 23 01:29:12 GMT
Subject: astro-ph daily 2 new + 1 crosses received

{RULE}
{RULE}
Send any comments regarding submissions directly to submitter.
{RULE}
Archives at http://arxiv.org/
To unsubscribe, e-mail To: astro-ph@arXiv.org, Subject: cancel
{RULE}
received from  Wed  1 Mar 23 19:00:00 GMT  to  Thu  2 Mar 23 19:00:00 GMT
{RULE}
"""
ONE = r"""\\
arXiv:2303.00763
Date: Wed, 1 Mar 2023 19:00:02 GMT   (3197kb,D)

Title: Census of Lanterns around the
  Harbour
Authors: Jan Baker (1 and 2), Carl D\"urer, Ada
  Fox and Mary E Hern\'andez ((1) Here, (2) There)
Categories: astro-ph.GA astro-ph.CO
Comments: 18 pages, 13 figures
DOI: 10.1000/AB
\\
  We count lanterns for which \\ at the end
of a line means nothing, if seen from 10
---
miles away.
  There are many.
\\ ( https://arxiv.org/abs/2303.00763 ,  3197kb)
"""
TWO = r"""\\
arXiv:2303.00765
Date: Wed, 1 Mar 2023 19:00:03 GMT   (0kb,I)

Title: Fog
Authors: Ada Fox
Categories: astro-ph.HE
\\
  Gone.
\\ ( https://arxiv.org/abs/2303.00765 ,  0kb)
"""
CROSS = r"""\\
arXiv:2303.00124 (*cross-listing*)
Date: Tue, 28 Feb 2023 09:00:03 GMT   (12kb)

Title: Tides
Authors: Ada Fox
Categories: hep-ph astro-ph.CO
\\
  They come and go.
\\ ( https://arxiv.org/abs/2303.00124 ,  12kb)
"""
REPLACED = r"""\\
arXiv:2011.00552 (*cross-listing*)
replaced with revised version Wed, 1 Mar 2023 18:05:58 GMT   (829kb,D)

Title: Older Tides
Authors: Ada Fox
Categories: hep-ph astro-ph.CO
\\ ( https://arxiv.org/abs/2011.00552 ,  829kb)
"""
CROSSES, REPLACEMENTS, END = ("%-" * 39 + "\n", "%%--" * 19 + "%%\n", "%%%---" * 13 + "\n")
FOOT = "For subscribe options to combined physics archives,\ne-mail To: physics@arxiv.org, Subject: subscribe\n"
BODY = f"{ONE}{RULE}\n{TWO}{CROSSES}{RULE}\n{CROSS}{REPLACEMENTS}{RULE}\n{REPLACED}{END}"
MAIL = HEAD + BODY + FOOT
WEEK = rf"""\\
/* Fri, 3 Mar 2023 */
\\
{RULE}
\\
arXiv:2303.00763
Date: Wed, 1 Mar 2023 19:00:02 GMT   (3197kb,D)

Title: Lanterns
From: Jan Baker
Authors: Jan Baker
Categories: astro-ph.CO
License: http://example.org/
\\
{RULE}
\\
arXiv:2303.00124 (*cross-listing*)
Date: Tue, 28 Feb 2023 09:00:03 GMT   (12kb)

Title: Tides
Authors: Ada Fox
Categories: hep-ph astro-ph.CO
\\
{RULE}
\\
/* Thu, 2 Mar 2023 */
\\
{RULE}
\\
arXiv:2302.00124
Date: Tue, 28 Feb 2023 09:00:03 GMT   (12kb)

Title: Fog
Authors: Ada Fox
Categories: astro-ph.CO
\\
"""


def listings(text: str | bytes) -> tuple[ParsedListing, ...]:
    """The listings of a mail."""
    return MailImporter().parse(text.encode() if isinstance(text, str) else text)


def read(text: str | bytes) -> ParsedListing:
    """The one listing of a mail."""
    (listing,) = listings(text)
    return listing


def plain(paper: ParsedPaper) -> tuple[object, ...]:
    """All of a paper but its line and the paragraphs of its abstract, which not every way of copying keeps."""
    abstract = " ".join(paper.abstract.split())
    return paper.title, abstract, paper.authors, paper.identifiers, paper.categories, paper.announced, paper.standing


def parts(text: str) -> tuple[str, str]:
    """The head of a mail, one made up where it has none, and its body."""
    head, _, body = text.partition("\n\n")
    return (head, body) if head.startswith("Date") else ("From: a@example.org", text)


def quoted(text: str) -> bytes:
    """A reply."""
    return ("On Friday somebody wrote:\n\n" + "".join(f"> {line}\n" for line in text.splitlines())).encode()


def doubly_quoted(text: str) -> bytes:
    """A reply to a reply."""
    return "".join(f">> {line}\n" for line in text.splitlines()).encode()


def hard_blanks(text: str) -> bytes:
    """What a mail client gives to the clipboard."""
    return text.replace("\n  ", "\n\u00a0 ").encode()


def quoted_printable(text: str) -> bytes:
    """A mail that was saved as it was sent."""
    head, body = parts(text)
    coded = quopri.encodestring(body.encode())
    return head.encode() + b"\nContent-Transfer-Encoding: quoted-printable\n\n" + coded


def in_base64(text: str) -> bytes:
    """A mail that was saved as it was sent."""
    head, body = parts(text)
    return f"{head}\nContent-Transfer-Encoding: base64\n\n".encode() + base64.encodebytes(body.encode())


def in_parts(text: str) -> bytes:
    """A mail in HTML and in plain text, in an envelope."""
    head, body = parts(text)
    inner = (
        'Content-Type: multipart/alternative; boundary="b2"\n\n--b2\nContent-Type: text/html\n\n<p>See below.</p>\n'
        "--b2\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{quopri.encodestring(body.encode()).decode()}\n--b2--\n"
    )
    return (
        f'{head}\nMIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary="b1"\n\n--b1\n{inner}--b1--\n'.encode()
    )


def html_divisions(text: str) -> bytes:
    """A forward in HTML, one division a line."""
    head, body = parts(text)
    lines = "".join(f"<div>{escape(line).replace('  ', ' &nbsp;')}<br></div>\r\n" for line in body.splitlines())
    return (
        f"{head}\nContent-Type: text/html\n\n<html><head><title>x</title></head><body>\n{lines}</body></html>".encode()
    )


def html_preformatted(text: str) -> bytes:
    """A page of a mail archive."""
    return f"<html><body><h1>List</h1><pre>\n{escape(text)}</pre></body></html>".encode()


def narrow(text: str) -> bytes:
    """A forward wrapped anew, without the blanks at the beginning of lines."""
    lines: list[str] = []
    for line in text.splitlines():
        words = line.lstrip()
        while len(words) > 60:
            cut = words.rfind(" ", 0, 60)
            lines.append(words[: cut if cut > 0 else 60])
            words = words[cut + 1 if cut > 0 else 60 :]
        lines.append(words)
    return "\n".join(lines).encode()


def without_rules(text: str) -> bytes:
    """A copy from which the rulers between papers were deleted."""
    return text.replace(f"{RULE}\n", "").encode()


def windows(text: str) -> bytes:
    """A file of Windows."""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


COPIES = [
    quoted, doubly_quoted, hard_blanks, quoted_printable, in_base64, in_parts, html_divisions, html_preformatted,
    narrow, without_rules, windows,
]  # fmt: skip


def test_a_mail_is_read_whole() -> None:
    """Rule: new papers, cross-lists and replacements by their sections, with all that each says."""
    listing = read(MAIL)
    assert (listing.feed, listing.date, listing.problems) == ("arxiv:astro-ph", date(2023, 3, 3), ())
    assert [paper.announced for paper in listing.papers] == [
        Announced.NEW, Announced.NEW, Announced.CROSS, Announced.REPLACEMENT,
    ]  # fmt: skip
    paper = listing.papers[0]
    assert paper.title == "Census of Lanterns around the Harbour"
    assert paper.authors == ("Jan Baker", "Carl Dürer", "Ada Fox", "Mary E Hernández")
    assert paper.abstract == (
        "We count lanterns for which \\\\ at the end of a line means nothing, if seen from 10 --- miles away.\n\n"
        "There are many."
    )
    assert paper.identifiers == ("arxiv:2303.00763", "doi:10.1000/ab")
    assert paper.categories == ("astro-ph.GA", "astro-ph.CO")
    assert (paper.published, paper.version, paper.standing, paper.line) == (date(2023, 3, 1), None, None, 13)


def test_a_replacement_has_no_abstract_and_no_day() -> None:
    """Rule: its date is that of the new version; that it is a cross-list as well does not make it one."""
    paper = read(MAIL).papers[-1]
    assert (paper.abstract, paper.published, paper.announced) == ("", None, Announced.REPLACEMENT)


def test_a_size_of_nothing_is_a_withdrawal() -> None:
    """Rule (formats 3.6): `(0kb,I)`."""
    assert [paper.standing for paper in read(MAIL).papers][:2] == [None, Standing.WITHDRAWN]


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.__name__)
def test_a_copied_mail_is_the_same(copy: Callable[[str], bytes]) -> None:
    """Rule: how a mail was saved, copied or forwarded changes nothing of its papers."""
    data = copy(MAIL)
    assert MailImporter().recognises(data)
    listing = read(data)
    assert [plain(paper) for paper in listing.papers] == [plain(paper) for paper in read(MAIL).papers]
    assert (listing.feed, listing.date) == ("arxiv:astro-ph", date(2023, 3, 3))
    assert listing.problems == ()


def test_lines_are_those_of_the_file() -> None:
    """Rule: a line that was joined or taken out of HTML keeps the number under which it can be found."""
    broken = MAIL.replace("arXiv:2303.00765\n", "").replace("abs/2303.00765", "abs/missing")
    for copy in (quoted, quoted_printable, html_divisions, html_preformatted, windows):
        data = copy(broken)
        problem = read(data).problems[0]
        assert problem.reason == "a paper without its arXiv id"
        assert problem.line is not None
        lines = data.splitlines()[problem.line - 1 : problem.line + 1]
        assert b"19:00:03 GMT" in b"".join(lines), copy


@pytest.mark.parametrize(
    ("head", "feed", "day"),
    [
        (HEAD, "arxiv:astro-ph", date(2023, 3, 3)),
        (HEAD.partition("\n\n")[2], "arxiv:astro-ph", date(2023, 3, 3)),
        ("Subject: q-fin.ST daily Subj-class mailing\n\n", "arxiv:q-fin.ST", None),
        ("Subject: Fwd: q-fin daily 13 new +  crosses received\n\n", "arxiv:q-fin", None),
        ("Date: Thu, 2 Mar 2023 20:29:12 -0500\n\n", "arxiv:astro-ph", date(2023, 3, 3)),
        ("Date: Mon, 20 Mar 2023 08:00:00 +0100\n" + HEAD.partition("\n\n")[2], "arxiv:astro-ph", date(2023, 3, 3)),
        ("received from  Thu  2 Mar 23 19:00:00 GMT  to  Fri  3 Mar 23 19:00:00 GMT\n", "arxiv:astro-ph",
         date(2023, 3, 6)),
        ("", "arxiv:astro-ph", None),
    ],
)  # fmt: skip
def test_a_mail_is_named_and_dated_by_what_of_its_head_is_left(head: str, feed: str, day: date | None) -> None:
    """Rule (formats 3.4): by its own head; else by the time of the last submission and by what its papers share."""
    listing = read(head + BODY)
    assert (listing.feed, listing.date) == (feed, day)


def test_a_mail_of_a_week_is_a_listing_a_day() -> None:
    """Rule: the headings are the days; there are no abstracts, so that none is missing."""
    found = listings(WEEK)
    assert [(listing.feed, listing.date, len(listing.papers)) for listing in found] == [
        ("arxiv:astro-ph.CO", date(2023, 3, 3), 2),
        ("arxiv:astro-ph.CO", date(2023, 3, 2), 1),
    ]
    assert [paper.announced for paper in found[0].papers] == [Announced.NEW, Announced.CROSS]
    assert not any(listing.problems for listing in found)


def test_two_mails_in_one_file_are_two_listings() -> None:
    """Rule: a folder of mails is often one file."""
    found = listings(MAIL + MAIL.replace("3 Mar 23 01", "6 Mar 23 01").replace("2 Mar 23 19", "5 Mar 23 19"))
    assert [(listing.date, len(listing.papers)) for listing in found] == [(date(2023, 3, 3), 4), (date(2023, 3, 6), 4)]


@pytest.mark.parametrize(
    ("before", "after", "reason", "papers"),
    [
        ("arXiv:2303.00765\n", "", "", 4),
        ("Title: Fog\n", "", "without its title", 3),
        ("  Gone.\n\\\\ ( https://arxiv.org/abs/2303.00765 ,  0kb)\n", "  Gone.\n", "has no end", 4),
        ("  Gone.\n\\\\ ( https://arxiv.org/abs/2303.00765 ,  0kb)\n", "", "abstract is cut off", 4),
        ("\\\\\n  Gone.\n\\\\ ( https://arxiv.org/abs/2303.00765 ,  0kb)\n", "", "before its abstract", 4),
        (
            "Date: Wed, 1 Mar 2023 19:00:03 GMT",
            "What is this?\nDate: Wed, 1 Mar 2023",
            "is neither a field nor the abstract",
            4,
        ),
        (",  0kb)\n", ",  0kb)\nAnd this?\n", "is neither a field nor the abstract", 4),
        (CROSSES, f"{RULE}\nA remark.\n{CROSSES}", "belongs to no paper", 4),
        (END + FOOT, "", "replacements is missing", 4),
        (f"{RULE}\n{TWO}", "", "its subject announces 2 new papers, but the mail has 1", 3),
    ],
)
def test_what_is_damaged_is_named_and_costs_itself_only(before: str, after: str, reason: str, papers: int) -> None:
    """Rule: a lost id is taken from the end of the paper; all else that is lost is named, the other papers are read."""
    assert before in MAIL
    listing = read(MAIL.replace(before, after))
    assert len(listing.papers) == papers
    assert [reason in problem.reason for problem in listing.problems] == ([True] if reason else [])


def test_a_ruler_within_an_abstract_is_part_of_it() -> None:
    """Rule: a ruler ends a paper only where another one, or the mail, begins."""
    listing = read(MAIL.replace("---\nmiles", f"{RULE}\nmiles"))
    assert (len(listing.papers), listing.problems) == (4, ())
    assert "There are many." in listing.papers[0].abstract


@pytest.mark.parametrize("data", [b"", b"nothing", b"\\\\\n", b"<html></html>", RULE.encode()])
def test_what_is_no_mail_is_a_problem(data: bytes) -> None:
    """Rule: `--format arxiv-mail` does not make an input one."""
    assert not MailImporter().recognises(data)
    listing = read(data)
    assert listing.papers == ()
    assert listing.problems


def test_a_mail_without_papers_lists_nothing() -> None:
    """Rule: there are days on which an archive has none."""
    assert listings(HEAD.replace("2 new + 1", "0 new + 0")) == ()


def attached(text: str) -> bytes:
    """A forward with the mail as an attachment."""
    head, body = parts(text)
    return (
        "From: b@example.org\nSubject: Fwd: see below\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=_b1"\n\n--=_b1\nContent-Type: text/plain\n\nSee the attachment.\n'
        f"--=_b1\nContent-Type: message/rfc822\n\n{head}\n\n{body}\n--=_b1--\n"
    ).encode()


def html_alternative(text: str) -> bytes:
    """A mail whose plain part says that one should look at the other."""
    head, body = parts(text)
    html = "".join(f"<div>{escape(line).replace('  ', '&nbsp; ')}<br></div>\n" for line in body.splitlines())
    coded = base64.encodebytes(f"<html><body>{html}</body></html>".encode()).decode()
    return (
        f"{head}\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b1\n\n"
        "--b1\nContent-Type: text/plain\n\nThis is an HTML mail.\n"
        f"--b1\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{coded}\n--b1--\n"
    ).encode()


def quoted_in_html(text: str) -> bytes:
    """A reply in HTML, coded, with the mail inside a quotation."""
    head, body = parts(text)
    lines = "<br>\n".join(escape(f"> {line}") for line in f"{head}\n\n{body}".splitlines())
    html = quopri.encodestring(f"<p>Somebody wrote:</p><blockquote>{lines}</blockquote>".encode()).decode()
    return (
        "From: b@example.org\nSubject: Re: lists\nContent-Type: text/html\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{html}"
    ).encode()


@pytest.mark.parametrize("copy", [attached, html_alternative, quoted_in_html], ids=lambda copy: copy.__name__)
def test_a_forward_is_read_out_of_its_envelope(copy: Callable[[str], bytes]) -> None:
    """Rule: attachments, alternatives in HTML and quotations in HTML hold the same listing."""
    data = copy(MAIL)
    assert MailImporter().recognises(data)
    listing = read(data)
    assert [plain(paper) for paper in listing.papers] == [plain(paper) for paper in read(MAIL).papers]
    assert (listing.feed, listing.date, listing.problems) == ("arxiv:astro-ph", date(2023, 3, 3), ())


def test_several_attached_mails_are_several_listings() -> None:
    """Rule: of a digest no mail is left out."""
    later = MAIL.replace("3 Mar 23 01", "6 Mar 23 01").replace("2 Mar 23 19", "5 Mar 23 19")
    digest = "".join(f"--b\nContent-Type: message/rfc822\n\n{mail}\n" for mail in (MAIL, later))
    found = listings(f"Subject: two lists\nContent-Type: multipart/digest; boundary=b\n\n{digest}--b--\n")
    assert [(listing.date, len(listing.papers)) for listing in found] == [(date(2023, 3, 3), 4), (date(2023, 3, 6), 4)]


def test_a_mailbox_is_read_mail_by_mail() -> None:
    """Rule: a file of several mails is a listing each, however each is coded; other mails in it are named."""
    later = MAIL.replace("3 Mar 23 01", "6 Mar 23 01").replace("2 Mar 23 19", "5 Mar 23 19")
    other = "From: c@example.org\nSubject: lunch\n\nAt noon?\n"
    mails = [MAIL.encode(), other.encode(), in_base64(later)]
    data = b"".join(b"From a@example.org Fri Mar  3 01:29:12 2023\n" + mail + b"\n" for mail in mails)
    assert MailImporter().recognises(data)
    first, lunch, second = listings(data)
    assert [(listing.date, len(listing.papers)) for listing in (first, second)] == [
        (date(2023, 3, 3), 4), (date(2023, 3, 6), 4),
    ]  # fmt: skip
    assert (first.problems, second.problems, lunch.papers) == ((), (), ())
    (problem,) = lunch.problems
    assert problem.line == data[: data.index(b"From: c@")].count(b"\n"), "the line that begins the mail"
    assert (problem.reason, problem.excerpt) == (NO_LISTING, "From: c@example.org")
    assert b"At noon?" in lunch.set_aside[0][1]


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?Q?astro-ph_daily_2_new_=2B_1_crosses_received?=",
        "=?utf-8?B?YXN0cm8tcGggZGFpbHkgMiBuZXcgKyAxIGNyb3NzZXMgcmVjZWl2ZWQ=?=",
        "Fwd: astro-ph daily 2 new + 1\n crosses received",
    ],
)
def test_a_coded_subject_is_read(subject: str) -> None:
    """Rule: mail programs code and fold the fields of a head."""
    text = MAIL.replace("astro-ph daily 2 new + 1 crosses received", subject)
    assert text != MAIL
    assert (read(text).feed, read(text).problems) == ("arxiv:astro-ph", ())
    missing = text.replace(f"{RULE}\n{TWO}", "")
    assert [problem.reason for problem in read(missing).problems] == [
        "the mail is cut off: its subject announces 2 new papers, but the mail has 1"
    ]


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("iso-8859-2", "iso-8859-2"), ("iso-8859-2", "utf-8"), ("utf-8", "utf-8"), ("utf-8", "latin-1"),
     ("utf-7", "utf-8"), ("punycode", "utf-8"), ("no-such", "latin-1")],
)  # fmt: skip
@pytest.mark.parametrize("is_coded", [False, True])
def test_the_encoding_that_a_part_names_is_taken_if_it_is_no_utf_8(charset: str, codec: str, *, is_coded: bool) -> None:
    """Rule: what is UTF-8 is read as that, as all inputs are by now; an encoding of no mail is not taken."""
    head, body = parts(MAIL.replace("Ada\n  Fox", "Ada\n  Föx"))
    data = body.encode(codec)
    coding = "Content-Transfer-Encoding: base64\n" if is_coded else ""
    data = base64.encodebytes(data) if is_coded else data
    mail = f"{head}\nContent-Type: text/plain; charset={charset}\n{coding}\n".encode() + data
    authors = read(mail).papers[0].authors
    assert authors
    assert authors[2] == "Ada Föx"


@given(
    st.lists(
        st.sampled_from(
            [*MAIL.splitlines(), "", "", "--b", "--b--", "Content-Type: multipart/mixed; boundary=b", "=?utf-8?B?x?=",
             "Content-Type: text/html; charset*=iso-8859-1''%ff", "Content-Type: message/rfc822", "boundary=",
             "Content-Type: multipart/alternative; boundary*0=b", "Content-Transfer-Encoding: base64", "YWFh", "=C3",
             "Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: x-uuencode", "begin 644 a",
             "From a@b Fri Mar  3 01:29:12 2023", "Subject: =?no-such?Q?a?= =?utf-8?B?=", "<pre>", "é\x00"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_lines_break_it(lines: list[str]) -> None:
    """Rule: whatever a mail is made of, it is read, or there is a problem."""
    data = "\n".join(lines).encode()
    MailImporter().recognises(data)
    assert all(listing.papers or listing.problems for listing in listings(data))


@pytest.mark.parametrize(
    ("name", "feed", "day", "counts", "problems"),
    [
        ("astro-ph_new.txt", "arxiv:astro-ph", date(2023, 3, 3), (53, 4, 40), 0),
        ("q-fin_new.ST.txt", "arxiv:q-fin.ST", date(2023, 3, 17), (6, 1, 1), 0),
        ("2026-01-23.txt", "arxiv:cs", date(2026, 1, 23), (5, 0, 0), 0),
        ("malformed.txt", "arxiv:cs", date(2026, 1, 22), (4, 0, 0), 2),
    ],
)
@pytest.mark.parametrize("copy", [str.encode, *COPIES], ids=lambda copy: copy.__name__)
def test_real_mails_are_read_whole(
    captures: Path,
    name: str,
    feed: str,
    day: date,
    counts: tuple[int, int, int],
    problems: int,
    copy: Callable[[str], bytes],
) -> None:
    """Rule: each paper of a capture is read, in every state of the mail; what is damaged is named."""
    data = copy((captures / "arxiv_mail" / name).read_text("ascii"))
    assert MailImporter().recognises(data)
    listing = read(data)
    assert (listing.feed, listing.date) == (feed, day)
    found = Counter(paper.announced for paper in listing.papers)
    assert (found[Announced.NEW], found[Announced.CROSS], found[Announced.REPLACEMENT]) == counts
    assert len(listing.problems) == problems
    assert all(bool(paper.abstract) != (paper.announced is Announced.REPLACEMENT) for paper in listing.papers)
    assert all(paper.authors and paper.categories for paper in listing.papers)


def test_a_real_mail_of_a_week_is_read_whole(captures: Path) -> None:
    """Rule: five days, and every paper of each."""
    found = listings((captures / "arxiv_mail" / "astro-ph_pastweek.CO.txt").read_bytes())
    assert {listing.feed for listing in found} == {"arxiv:astro-ph.CO"}
    assert [len(listing.papers) for listing in found] == [7, 14, 15, 14, 13]
    assert [str(listing.date) for listing in found][::4] == ["2023-03-03", "2023-02-27"]
    assert not any(listing.problems for listing in found)
