"""The known LaTeX commands: which characters each stands for, or what becomes of its arguments."""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


def _signs(table: str) -> dict[str, str]:
    words = iter(table.split())
    return dict(zip(words, words, strict=True))


ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "d": "\u0323", "b": "\u0331",
    "r": "\u030a", "t": "\u0361", "G": "\u030f", "U": "\u030e", "h": "\u0309", "ocirc": "\u030a", "polhk": "\u0328",
    "udot": "\u0323", "lfhook": "\u0326", "textcommabelow": "\u0326", "soft": "\u030c",
}  # fmt: skip
"""The combining mark of each accent in a text, including the accents of MathSciNet."""
FORMULA_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304", "vec": "\u20d7",
    "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306", "acute": "\u0301",
    "grave": "\u0300", "not": "\u0338",
}  # fmt: skip
"""The combining mark of each accent in a formula."""
LETTERS = _signs(
    "ss ß SS ẞ ae æ AE Æ oe œ OE Œ o ø O Ø l ł L Ł aa å AA Å dh ð DH Ð dj đ DJ Đ dbar đ Dbar Đ th þ TH Þ ng ŋ NG Ŋ"
    " i ı j ȷ cprime ʹ Cprime ʹ cdprime ʺ lasp ʽ rasp ʼ"
)
TEXT_SIGNS = LETTERS | _signs(
    "textendash – textemdash — textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ”"
    " quotedblbase „ quotesinglbase ‚ guillemotleft « guillemotright » guillemetleft « guillemetright »"
    " guilsinglleft ‹ guilsinglright › textquotesingle ' textquotedbl \" textexclamdown ¡ textquestiondown ¿"
    " textless < textgreater > textbar | textbardbl ‖ textbackslash \\ textbraceleft { textbraceright } textdollar $"
    " textunderscore _ textasciitilde ~ textasciicircum ^ textasteriskcentered * textbullet • textperiodcentered ·"
    " textellipsis … textdegree ° degree ° textcelsius °C textmu µ textpm ± textminus − texttimes × textdiv ÷"
    " textonehalf ½ textonequarter ¼ textthreequarters ¾ textregistered ® textcircledR ® texttrademark ™"
    " textcopyright © copyright © textsection § S § textparagraph ¶ P ¶ textdagger † dag † textdaggerdbl ‡ ddag ‡"
    " textordfeminine ª textordmasculine º texteuro € euro € textsterling £ pounds £ textyen ¥ textcent ¢"
    " textperthousand ‰ textpertenthousand ‱ textonesuperior ¹ texttwosuperior ² textthreesuperior ³ textnumero №"
    " textrightarrow → textleftarrow ← textuparrow ↑ textdownarrow ↓ textohm Ω hyphen - slash / fshyp /"
    " TeX TeX LaTeX LaTeX BibTeX BibTeX og « fg » glqq „ grqq “ flqq « frqq »"
)
"""Letters and signs of texts; TeX drops the blank after their commands."""
_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
    *("nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
SIGNS = {name: chr(0x3B1 + offset) for offset, name in enumerate(_GREEK)}
SIGNS |= {name.capitalize(): chr(0x391 + offset) for offset, name in enumerate(_GREEK) if name != "varsigma"}
SIGNS |= {f"text{name}": sign for name, sign in SIGNS.items()}
SIGNS |= _signs(
    "varepsilon ε vartheta ϑ varpi ϖ varrho ϱ varphi φ varkappa ϰ ell ℓ hbar ℏ imath ı jmath ȷ Re ℜ Im ℑ aleph ℵ wp ℘"
    " partial ∂ nabla ∇ infty ∞ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ angle ∠ top ⊤ bot ⊥ prime ′"
    " times × cdot · pm ± mp ∓ div ÷ ast * star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ cup ∪"
    " cap ∩ uplus ⊎ sqcup ⊔ sqcap ⊓ vee ∨ lor ∨ wedge ∧ land ∧ neg ¬ lnot ¬ setminus ∖ wr ≀ dagger † ddagger ‡"
    " diamond ⋄ triangle △ square □ Box □ blacksquare ■ bigstar ★ flat ♭ natural ♮ sharp ♯ checkmark ✓ surd √"
    " leq ≤ le ≤ leqslant ⩽ geq ≥ ge ≥ geqslant ⩾ ll ≪ gg ≫ lt < gt > lesssim ≲ gtrsim ≳ neq ≠ ne ≠ equiv ≡ approx ≈"
    " sim ∼ simeq ≃ cong ≅ asymp ≍ doteq ≐ triangleq ≜ propto ∝ prec ≺ succ ≻ preceq ⪯ succeq ⪰ in ∈ ni ∋ notin ∉"
    " subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ sqsubseteq ⊑ sqsupseteq ⊒ mid | nmid ∤"
    " parallel ∥ perp ⊥ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ bowtie ⋈ ltimes ⋉ rtimes ⋊ complement ∁ mho ℧ circledR ®"
    " to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← longleftarrow ⟵ leftrightarrow ↔ longleftrightarrow ⟷"
    " nrightarrow ↛ Rightarrow ⇒ Longrightarrow ⟹ implies ⟹ Leftarrow ⇐ impliedby ⟸ Leftrightarrow ⇔ iff ⟺ mapsto ↦"
    " longmapsto ⟼ hookrightarrow ↪ rightharpoonup ⇀ rightleftharpoons ⇌ leadsto ⇝ rightsquigarrow ⇝ uparrow ↑"
    " downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ sum ∑ prod ∏ coprod ∐"
    " int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ langle ⟨ rangle ⟩"
    " lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ lbrace { rbrace } lbrack [ rbrack ] vert | lvert | rvert | Vert ‖ lVert ‖"
    " rVert ‖ backslash \\ colon : ldots … dots … dotsc … dotsb ⋯ cdots ⋯ vdots ⋮ ddots ⋱ therefore ∴ because ∵"
    " eg e.g. ie i.e. etc etc."
)
"""Signs of formulas; in a text, the blank after their commands stays."""
NAMES = _words(
    "arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup"
    " ln log max min mod Pr sec sin sinh sup tan tanh"
)
"""Names of functions, which TeX sets with blanks around them."""
SPACES = (
    dict.fromkeys(_words("quad qquad enspace enskip thinspace medspace thickspace hfill newline linebreak space par"
                         " nobreakspace smallskip medskip bigskip"), " ")
    | dict.fromkeys(_words("negthinspace negmedspace negthickspace nobreak allowbreak noindent protect relax null cyr"
                           " xspace left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr"
                           " limits nolimits displaystyle textstyle scriptstyle boldmath unboldmath centering"
                           " maketitle footnotemark fi"), "")
)  # fmt: skip
"""Commands that set a space or nothing."""
SWITCHES = _words(
    "em it bf sc tt rm sf sl cal mdseries bfseries itshape scshape slshape upshape ttfamily rmfamily sffamily"
    " normalfont normalsize tiny scriptsize footnotesize small large Large LARGE huge Huge"
)
"""Commands that change the type of the rest of their group."""
LISTS = _words("itemize enumerate description quote quotation center abstract document CJK CJK*")
"""Environments that only change how their text is set."""
ARGUMENTS = (
    dict.fromkeys(_words("textbf textit textsc texttt textrm textsf textsl textup textmd textnormal text emph mathbf"
                         " mathit mathcal mathbb mathrm mathsf mathtt mathfrak mathscr mathnormal mathop mathrel"
                         " mathbin mathord boldsymbol bm pmb mbox hbox makebox fbox framebox underline uline uuline"
                         " ul uppercase lowercase MakeUppercase MakeLowercase mkbibemph mkbibbold mkbibitalic"
                         " mkbibparens autocap bibstring nocase smash hyperref operatorname ce num ac acs acl acp"
                         " acrfull acrlong acrshort gls Gls glspl centerline sout st hl textls textfrak mkbibbrackets"
                         " NoCaseChange MakeTextUppercase textrussian textgreek textjapanese up"), "t")
    | dict.fromkeys(_words("label index nocite noopsort SortNoop phantom hphantom vphantom color pagestyle"
                           " thispagestyle includegraphics bibliographystyle hypersetup orcidlink orcid"), "-")
    | dict.fromkeys(_words("textcolor colorbox foreignlanguage scalebox raisebox parbox hyperlink"
                           " texorpdfstring"), "-t")
    | {"hspace": " ", "vspace": " "} | dict.fromkeys(_words("fcolorbox resizebox"), "--t")
    | dict.fromkeys(_words("url path nolinkurl doi"), "u") | {"href": "lt"}
    | dict.fromkeys(_words("footnote footnotetext thanks"), "n")
    | dict.fromkeys(_words("cite citep citet citealp citealt citeauthor citeyear citeyearpar autocite parencite"
                           " textcite footcite Cite Citep Citet"), "c")
    | dict.fromkeys(_words("enquote mkbibquote textquote blockquote frquote"), "q")
    | {"textsuperscript": "^", "textsubscript": "_"}
    | dict.fromkeys(_words("frac dfrac tfrac nicefrac sfrac binom"), "ff") | dict.fromkeys(("sqrt", "pmod"), "f")
    | dict.fromkeys(FORMULA_ACCENTS, "f") | {"ensuremath": "m", "unicode": "x"}
)  # fmt: skip
"""The kind of each argument of a command.

`t`: text, kept; `-`: dropped; blank: becomes a blank; `u`: an address; `l`: the address of a link; `n`: a note; `c`: a
citation; `q`: a quotation; `^` and `_`: scripts; `m`: a formula; `f`: part of a formula; `x`: a character number.
"""
SUPERSCRIPTS = dict(zip("0123456789+-=()niasT*'′∘", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃˢᵀ*′′°", strict=True))
SUBSCRIPTS = dict(zip("0123456789+-=()aeoxijkmn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓᵢⱼₖₘₙ", strict=True))
DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
