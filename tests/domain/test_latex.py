"""LaTeX is made readable where its meaning is certain, and stays as it is everywhere else."""

import pytest
from examples import examples
from hostile import HOSTILE, acting
from hypothesis import given
from hypothesis import strategies as st
from nasty import longest_run_of_marks

from paperreader.domain.latex.text import readable
from paperreader.domain.text import MAX_MARKS, Safe, clean_block

PIECES = ["\\textbf{", "}", "$", "$5", "\\alpha", "``", "''", "a b", "\\", "\n", "\n\n"]

PROPERTY = examples(300)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"a 5.18\times$ gain", "a 5.18×$ gain"),
        (r"50\% of A\&B", "50% of A&B"),
        (r"a\_b \#1", "a_b #1"),
        (r"a M\'elange", "a M\u00e9lange"),
        (r"G\"odel, \`a, \^o, \~n, \=u, \.z", "G\u00f6del, \u00e0, \u00f4, \u00f1, \u016b, \u017c"),
        (r"caf\'{e}", "caf\u00e9"),
        (r"\textit{M\'elange}", "M\u00e9lange"),
        ("``quoted'' and ``again''", "\u201cquoted\u201d and \u201cagain\u201d"),
        (r"code at\url{https://a.example/x_y}", "code athttps://a.example/x_y"),
        (r"\textbf{bold}, \emph{it}, \texttt{tt}", "bold, it, tt"),
        (r"$\alpha$-stable and $\beta_1$", "\u03b1-stable and \u03b2₁"),
        (r"$O(n \log n)$ time", "O(n log n) time"),
        ("$n$ of $N^2$", "n of N²"),
        (r"\alpha, \Omega, \varepsilon", "\u03b1, \u03a9, \u03b5"),
        (r"$O(n\log n)$ or O(n\log n)", "O(n log n) or O(n log n)"),
        (r"risk of $x \in \mathbb{R}^{d}$ at 5\,km, et al.\ say", "risk of x ∈ ℝ^d at 5 km, et al. say"),
        (r"{\em so} {\"O}zge J{\o}rg {\textbackslash} 30{\deg} \b{eta}", "so Özge Jørg \\ 30° β"),
        (r"at \href{https://a.example/b}{our page}\footnote{Soon}", "at our page (https://a.example/b) (Soon)"),
        (r"x \leq y \geq z \neq w", "x ≤ y ≥ z ≠ w"),
    ],
)  # fmt: skip
def test_what_is_certain_becomes_unicode(source: str, shown: str) -> None:
    """Rule: commands for one character, accents, type, quotes and dollars around formulas."""
    assert readable(Safe(source)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2.5times and sim 80% and M geq d^2", "3.72sim4.11times", "1{2} -epsilon", "epsilon^{-1} N^2d^2{M}", "42.9%$",
        r"\proj and \tool{}", r"$\kite{x} \leq y$", r"it\'s", r"risk\-free {\kite, b}", r"\P(x) and \L",
        r"\alphabet \betas", "{it misaligned}", "M^{3}ViT and M^3ViT", "about ~5 and A~B",
        "<kernel> + <programming model> + <optional hints>", "<!0.5%", "*two-stage*", "GPT-[n] and [CLS]",
        "a -- b", "no space.While", "a \\ b", "C:\\", "end\\", "'single' ''double''", "``open", "$", "$$", "\\", "\\\\",
    ],
)  # fmt: skip
def test_what_is_not_certain_stays_verbatim(text: str) -> None:
    """Rule: damaged mathematics, unknown commands and single signs stay unchanged."""
    assert readable(Safe(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a $100K+ prize", "$5 and $10 a month", "from $100K to $200K", "(US$3)", "costs $1, $2 or $3.", "$1.5M and 10$",
        "pay $20, get $30", "10$,20$", "a $5-$10 range", "$1M\u2013$2M", "either $5/$6", "$100/$200",
    ],
)  # fmt: skip
def test_money_stays_money(text: str) -> None:
    """Rule: a dollar sign before an amount begins no formula."""
    assert readable(Safe(text)) == text


@pytest.mark.parametrize(
    ("source", "shown"),
    [("$5-$10 for $x$", "$5-$10 for x"), (r"a $100K prize and $\alpha$", "a $100K prize and \u03b1")],
)
def test_money_does_not_hide_a_formula_behind_it(source: str, shown: str) -> None:
    """Rule: the dollar of an amount begins no formula."""
    assert readable(Safe(source)) == shown


@pytest.mark.parametrize("text", [r"from \$5 to \$3", r"\$100K and \$200K", r"between \$1 and \$2 an hour"])
def test_escaped_dollars_are_dollars(text: str) -> None:
    r"""Rule: `\$5` is five dollars, as in arXiv's abstracts; it is shown so or stays unchanged."""
    assert readable(Safe(text)) in (text, text.replace("\\", ""))


@pytest.mark.parametrize(
    "text", [r"\textbf{Positional", r"\textbf{a $b} c$", r"\textbf a}", r"\textbf{a {b}", "}{", r"\'{e", r"\emph{"]
)
def test_braces_that_do_not_balance_stay(text: str) -> None:
    """Rule: unbalanced braces are uncertain, so they stay."""
    assert readable(Safe(text)).count("{") == text.count("{")
    assert readable(Safe(text)).count("}") == text.count("}")


def test_the_inner_of_two_unbalanced_groups_is_readable() -> None:
    r"""Rule: `\textbf{A \textbf{B C}` keeps its open group and loses no word."""
    shown = readable(Safe(r"\textbf{Positional \textbf{Integrity Encoding}"))
    assert shown in (r"\textbf{Positional Integrity Encoding", r"\textbf{Positional \textbf{Integrity Encoding}")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\textbf{a \emph{b} c}", "a b c"),
        (r"\textbf{50\% faster}", "50% faster"),
        (r"\emph{the $\alpha$ case}", "the \u03b1 case"),
        (r"\textit{x_{1} of M^{3}ViT}", "x_{1} of M^{3}ViT"),
        (r"\textbf{a\}", r"\textbf{a\}"),
    ],
)
def test_type_around_other_commands_goes_too(source: str, shown: str) -> None:
    """Rule: a command that only sets type goes, whatever its balanced braces hold."""
    assert readable(Safe(source)) == shown


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_a_text_is_read_paragraph_by_paragraph(parts: list[str]) -> None:
    """Rule: a paragraph reads the same alone and in its text."""
    paragraphs = "".join(parts).split("\n\n")
    assert readable(Safe("\n\n".join(paragraphs))) == "\n\n".join(readable(Safe(part)) for part in paragraphs)


def test_readable_text_is_as_harmless_as_it_was() -> None:
    """Rule: clean text stays clean."""
    for hostile in HOSTILE:
        assert acting(readable(clean_block(hostile.text)), lines=True) == [], hostile.id


@PROPERTY
@given(
    st.lists(
        st.sampled_from(
            [
                "\\",
                "$",
                "{",
                "}",
                "``",
                "''",
                "'",
                "^",
                "_",
                "%",
                "~",
                "5",
                "100K",
                "alpha",
                "textbf",
                "url",
                "times",
                "e",
                " ",
                "\n",
                "\u00e9",
                "word",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_no_text_breaks_the_reading_of_latex(text: str) -> None:
    """Rule: any text keeps its number of lines and contains no terminal sequence."""
    cleaned = clean_block(text)
    shown = readable(cleaned)
    assert shown.count("\n") == cleaned.count("\n")
    assert acting(shown, lines=True) == []


@PROPERTY
@given(st.text(alphabet=st.characters(exclude_characters="\\$`")))
def test_text_without_latex_is_the_same(text: str) -> None:
    """Rule: only backslashes, dollars and TeX quotes are ever touched."""
    assert readable(Safe(text)) == text


@pytest.mark.parametrize("between", [r"\emph{%s}", "$%s$"])
def test_a_flood_of_marks_cannot_hide_between_commands(between: str) -> None:
    """Rule: after commands are dropped, no character has more than four combining marks."""
    cleaned = clean_block("e" + between % "\u0316\u0317\u0318\u0319" * 50)
    assert longest_run_of_marks(readable(cleaned)) <= MAX_MARKS
