"""TeX source becomes the text that it stands for, as far as that is certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.latex.text import read_tex, read_tex_address, read_tex_line, readable
from paperreader.domain.text import Safe


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
        (r"Kites\footnote{Of paper} fly\thanks{Funded by {\em nobody}}", "Kites fly"),
        (r"\textdegree C \textendash{} \alpha -helix", "°C – α -helix"),
        (r"5\thinspace km, 6\enspace{}m, 7\thickspace s, 8\medspace h, a\enskip b", "5 km, 6 m, 7 s, 8 h, a b"),
        (r"f\negthinspace(x) \noindent So\nobreak, a/\allowbreak b", "f(x) So, a/b"),
        (r"CO\textsubscript{2} 2\textsuperscript{nd}", "CO₂ 2nd"),
        (r"Cl{\' e}ment, \' Elan, {\v Z}i{\v z}ek, Gar{\c c}on, na{\"\i}ve", "Clément, Élan, Žižek, Garçon, naïve"),
        (r"Gel{\cprime}fand, Franc{\ocirc{u}}, {\cyr} {\rm O}(3)", "Gelʹfand, Franců,  O(3)"),
        (r"\noopsort{1973a}Kites\label{k} \textcolor{red}{in} \texorpdfstring{$\alpha$}{alpha}", "Kites in alpha"),
        (r"a\hspace{2em}b \mbox{CO$_2$} \foreignlanguage{latin}{nova}", "a b CO₂ nova"),
        (r"{\b{eta}}-stable \unicode{x2013} 30\deg pass\@1", "β-stable – 30° pass@1"),
        (
            r"https://a.example/~b--c and \url{https://a.example/d_e~f}",
            "https://a.example/~b--c and https://a.example/d_e~f",
        ),
        (r"an odd } or { brace", "an odd } or { brace"),
    ],
)
def test_text_is_read_as_tex_sets_it(source: str, text: str) -> None:
    """Rule: accents, letters, signs, quotes, dashes and type."""
    assert read_tex_line(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"$\Sigma^{0}$ and DNA$_{\textrm{2}}$", "Σ⁰ and DNA₂"),
        (r"$O(n^2)$ in $n$", "O(n²) in n"),
        (r"10$^\circ$C", "10°C"),
        (r"\(\alpha\)-helix", "α-helix"),
        (r"$\mathcal{O}(n)$ and $x \in \mathbb{R}^2$", "O(n) and x ∈ ℝ²"),
        (r"$x^{a+q}$ and $L_{\text{kite}}$", "x^{a+q} and L_{kite}"),
        (r"$\frac{1}{2}$, $\frac{a+b}{2}$, $\frac{1}{2}x$, $2\frac{1}{3}$", "1/2, (a+b)/2, (1/2)x, 2(1/3)"),
        (r"$\sqrt{2}$, $\sqrt{n+1}$, $\binom{n}{k}$, $a \pmod{n}$", "√2, √(n+1), (n choose k), a (mod n)"),
        (r"$\hat{x}$, $\tilde O(n)$, $\not\in$, $5^{th}$, $45\deg$", "x̂, Õ(n), ∉, 5th, 45°"),
        (r"$\left(\frac{1}{T}\right)$ and \ensuremath{\alpha_1}", "(1/T) and α₁"),
        (r"$ \alpha $ or $n = 10$ or \[x^2\]", "α or n = 10 or x²"),
        (r"$\kite{n} \leq \alpha$ and $a}b$", r"$\kite{n} \leq \alpha$ and $a}b$"),
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
def test_a_formula_becomes_text_if_all_of_it_is_known(source: str, text: str) -> None:
    """Rule: a formula with an unknown command stays whole; amounts of money are not formulas."""
    assert read_tex_line(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"fly\footnote{Of paper} high", "fly (Of paper) high"),
        (r"code at \href{https://a.example/b}{our page}", "code at our page (https://a.example/b)"),
        (r"at \href{https://a.example/b}{a.example/b}", "at https://a.example/b"),
        (r"at \href{https://a.example/b}{\texttt{https://a.example/b}}", "at https://a.example/b"),
        (r"at \href{https://a.example/b}{\texttt{b.example}}", "at b.example (https://a.example/b)"),
        (r"as in \cite{kite} and~\citep[p.~2]{loom,lamp}", "as in [kite] and [loom,lamp]"),
        (r"Two: \begin{itemize}\item One \item Two\end{itemize} End.", "Two: • One • Two End."),
    ],
)
def test_an_abstract_keeps_what_a_title_leaves_out(source: str, text: str) -> None:
    """Rule: notes, addresses of links, citations and items are part of an abstract."""
    assert read_tex(source) == text


@pytest.mark.parametrize(
    "source",
    [
        r"$O(n\log n)$, $\beta_1$-stable, $N^2$, $\mathcal{O}(n)$, $\foo x$, $5-$10",
        r"\textbf{a \emph{b} c} \'Etale G\"odel",
        r"50\% of \$5, a\_b; 5\,km; et al.\ say",
        r"\href{https://a.example/b}{code} \cite{x} \footnote{y} \ldots{} \alpha",
        r"``quoted'' {\em and} {\"O}zge \textsuperscript{2} \url{https://a.example/b_c} \kite{a b} \eg this",
    ],
)  # fmt: skip
def test_what_is_shown_and_what_is_imported_agree(source: str) -> None:
    """Rule: commands, accents and formulas mean the same in TeX source and in a text from elsewhere."""
    assert read_tex(source) == readable(Safe(source))


@pytest.mark.parametrize("source", [r"\foo{a b} c", r"\foo{a {b} c}", r"\foo bar", r"\foo"])
def test_unknown_commands_stay(source: str) -> None:
    """Rule: unknown commands stay."""
    assert read_tex_line(source).replace("{b}", "b") == source.replace("{b}", "b")


def test_an_address_loses_only_what_tex_needs() -> None:
    """Rule: a dash in an address is a dash, a tilde a tilde."""
    assert read_tex_address(r"\url{https://example.org/a\_b--c/{\%}20\~{}d}") == "https://example.org/a_b--c/%20~d"
    assert read_tex_address(" 10.1000/a--b ") == "10.1000/a--b"


@given(st.text(alphabet=r"\\{}$^_~`'-\"%ab \n()", max_size=60))
def test_nothing_breaks_it_and_no_letter_is_lost(source: str) -> None:
    """Rule: any source is read; plain words stay."""
    assert read_tex_line(f"{source} }}word").endswith("word")
    read_tex_address(source)
