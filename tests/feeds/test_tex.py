"""TeX becomes the text that it stands for, as far as that is certain."""

from __future__ import annotations

import pytest
from costs import check_growth, repeated
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds.tex import plain, verbatim


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\"O}zge Aks{\i}n", "Özge Aksın"),
        (r"P\"{a}ckert, M\'ejean, Garc\'{\i}a, na\"\i ve", "Päckert, Méjean, García, naïve"),
        (r"\c{C}etin, \v{S}koda, \v Capek, {\L}ukasz, \AA ngstr\"om", "Çetin, Škoda, Čapek, Łukasz, Ångström"),
        (r"Stra{\ss}e, Stra\ss e, b{\ae}k, {\th}{\'a}tt", "Straße, Straße, bæk, þátt"),
        (r"\'{\^e}", "ế"),
        (r"\~{} and \`{}", "~ and `"),
        (r"about \~{}5 or \~", "about ~5 or ~"),
        (r"one\\{}two", "one two"),
        (r"50\% of \$5 \& \#3, a\_b \{c\}", "50% of $5 & #3, a_b {c}"),
        ("50% of $5 & #3", "50% of $5 & #3"),
        ("1736--1739 --- ``so'' it~is", "1736–1739 — “so” it is"),
        (r"\textit{Natrix} \emph{so} {\em and} \textsc{small} {LLaMA}", "Natrix so and small LLaMA"),
        (r"\enquote{Inten{ti}on} und", "“Intention” und"),
        (r"methodology\hyphen independent a\slash b", "methodology-independent a/b"),
        (r"\href{https://example.org/a}{the page} \url{https://example.org}", "the page https://example.org"),
        (r"\textdegree C \textendash{} \alpha -helix", "°C – α -helix"),
        (r"5\thinspace km, 6\enspace{}m, 7\thickspace s, 8\medspace h, a\enskip b", "5 km, 6 m, 7 s, 8 h, a b"),
        (r"f\negthinspace(x) \noindent So\nobreak, a/\allowbreak b", "f(x) So, a/b"),
        (r"CO\textsubscript{2} 2\textsuperscript{nd}", "CO₂ 2nd"),
    ],
)
def test_text_is_read_as_tex_sets_it(source: str, text: str) -> None:
    """Rule (issue 5, 4): accents, letters, signs, quotes, dashes and type."""
    assert plain(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"$\Sigma^{0}$ and DNA$_{\textrm{2}}$", "Σ⁰ and DNA₂"),
        (r"$O(n^2)$ in $n$", "O(n²) in n"),
        (r"10$^\circ$C", "10°C"),
        (r"\(\alpha\)-helix", "α-helix"),
        (r"$\mathcal{O}(n)$", r"$\mathcal{O}(n)$"),
        (r"$x^{a+q}$ and $\frac{1}{2}$", r"$x^{a+q}$ and $\frac{1}{2}$"),
        (r"$O(n \log n)$ or $O(n\log n)$", "O(n log n) or O(n log n)"),
        (r"$\sin x$, $2\sin^2\alpha$, $\log\log n$, $(n+1)\ln 2$", "sin x, 2 sin² α, log log n, (n+1) ln 2"),
        (r"$\log(n)$, $\log (n)$, $-\log_2 n$, $\max\{a,b\}$", "log(n), log (n), -log₂ n, max{a,b}"),
        (r"$n \le 10$, $n\le 10$, $\alpha \in\Omega$", "n ≤ 10, n≤10, α ∈ Ω"),
        (r"$3 \times 10^4$, $a \cdot b$, $p(x \mid y)$, $10 \pm 2$", "3 × 10⁴, a · b, p(x | y), 10 ± 2"),
        (r"$x \to \infty$ and $\pm 5$, $x_1, \ldots , x_n$", "x → ∞ and ±5, x₁, …, xₙ"),
        (r"$\alpha \beta x$, $\partial x$, $n \ge$ 5", "αβx, ∂x, n ≥ 5"),
        (r"$a\thinspace b\negthinspace c$", "a bc"),
        ("from $5 to $10", "from $5 to $10"),
        ("$5-$10", "$5-$10"),
    ],
)
def test_a_formula_becomes_unicode_where_all_of_it_can(source: str, text: str) -> None:
    """Rule: half a formula would be a wrong one; amounts of money are none."""
    assert plain(source) == text


@pytest.mark.parametrize("source", [r"\foo{a b} c", r"\foo{a {b} c}", r"\foo bar", r"\foo"])
def test_what_is_not_known_stays(source: str) -> None:
    """Rule: nothing is dropped because we do not know it."""
    assert plain(source).replace("{b}", "b") == source.replace("{b}", "b")


def test_an_address_loses_only_what_tex_needs() -> None:
    """Rule: a dash in an address is a dash, a tilde a tilde."""
    assert verbatim(r"\url{https://example.org/a\_b--c/{\%}20\~{}d}") == "https://example.org/a_b--c/%20~d"
    assert verbatim(" 10.1000/a--b ") == "10.1000/a--b"


@given(st.text(alphabet=r"\\{}$^_~`'-\"%ab \n()", max_size=60))
def test_nothing_breaks_it_and_no_letter_is_lost(source: str) -> None:
    """Rule: whatever it is, it is read; plain words stay."""
    assert plain(f"{source} }}word").endswith("word")
    verbatim(source)


PIECES = (
    "{", "}", "$", "\\", "'", '\\"', "\\begin{a}", "\\frac", "$a", "\\(", "\\href{", "$\\a", "\\textsuperscript{",
    "$^{", '\\"e', "{$", "\\ ", "\\a  ",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_what_it_costs_grows_with_the_length_only(piece: str) -> None:
    """Rule (fault 79): no reading of 200,000 characters of anything is quadratic, which would take minutes."""
    check_growth(lambda source: (plain(source), verbatim(source)), repeated(piece), 200_000)
