r"""LaTeX as it stands in bibliographies, to and from plain Unicode: one pass, whatever the nesting.

A command that is not known stays as it was typed and is named, so that nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
_ALONE = {"~": "~", "^": "^", "`": "`", "'": "'", '"': '"'}
_SIGNS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "S": "§", "P": "¶", "dag": "†", "ddag": "‡", "copyright": "©", "textcopyright": "©", "textregistered": "®",
    "texttrademark": "™", "pounds": "£", "textsterling": "£", "euro": "€", "EUR": "€", "texteuro": "€",
    "textyen": "¥", "textcent": "¢", "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "⋯",
    "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’", "textquotesingle": "'",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": '"', "quotedblbase": "„", "quotesinglbase": "‚",
    "guillemotleft": "«", "guillemotright": "»", "textbackslash": "\\", "backslash": "\\", "textasciitilde": "~",
    "textasciicircum": "^", "textbraceleft": "{", "textbraceright": "}", "textbar": "|", "textless": "<",
    "textgreater": ">", "textunderscore": "_", "textdollar": "$", "textasciigrave": "`", "textexclamdown": "¡",
    "textquestiondown": "¿", "slash": "/", "textdegree": "°", "degree": "°", "textmu": "µ", "textperiodcentered": "·",
    "textbullet": "•", "textonehalf": "½", "textordfeminine": "ª", "textordmasculine": "º", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX", "par": "\n\n", "newline": " ", "linebreak": " ", "quad": " ", "qquad": " ",
    "enspace": " ", "thinspace": " ", "space": " ", "times": "×", "texttimes": "×",
    "textpm": "±", "pm": "±", "mp": "∓", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "equiv": "≡", "cdot": "·", "circ": "°",
    "bullet": "•", "infty": "∞", "rightarrow": "→", "to": "→", "leftarrow": "←", "leftrightarrow": "↔",
    "Rightarrow": "⇒", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "sqrt": "√", "in": "∈",
    "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "emptyset": "∅", "prime": "′", "ell": "ℓ",
    "hbar": "ħ", "oplus": "⊕", "otimes": "⊗", "perp": "⊥", "parallel": "∥", "propto": "∝", "ast": "*", "star": "⋆",
    "mid": "|", "ll": "≪", "gg": "≫", "langle": "⟨", "rangle": "⟩", "alpha": "α", "beta": "β", "gamma": "γ",
    "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
# What only says how the text looks; the text inside stays.
_LOOKS = frozenset(
    (
        "textit", "emph", "textbf", "textsc", "textrm", "texttt", "textsf", "textsl", "textup", "textmd", "textnormal",
        "mathrm", "mathit", "mathbf", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "mathscr", "boldsymbol",
        "bm", "operatorname", "ensuremath", "text", "mbox", "hbox", "url", "path", "nolinkurl", "uppercase",
        "lowercase",
        "MakeUppercase", "MakeLowercase", "textsuperscript", "textsubscript", "enquote", "em", "it", "bf", "sc", "rm",
        "tt", "sf", "sl", "bfseries", "itshape", "scshape", "rmfamily", "ttfamily", "sffamily", "upshape", "normalfont",
        "small", "footnotesize", "scriptsize", "tiny", "large", "mkbibquote", "mkbibemph", "bibinfo", "nocase",
        "NoCaseChange", "protect", "relax", "left", "right", "displaystyle", "textstyle", "textthai", "thai",
        "ch", "ce",
    )
)  # fmt: skip
_UPPER = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWER = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")

_TOKEN = re.compile(
    r"\\(?P<accent>[`'^\"~=.]|[uvHtcdbkr](?=[\s{\\]))\s{0,4}"
    r"(?:\{\s{0,4}(?:\\(?P<dotless>[ij])|(?P<inside>[^\W\d_]{0,2}))\s{0,4}\}|\\(?P<bare_dotless>[ij])(?![A-Za-z]) ?"
    r"|(?P<bare>[^\W\d_]))"
    r"|\\(?P<command>[A-Za-z]+)\*?(?:[ \t\n]|\{\})?"
    r"|\\(?P<escaped>.)"
    r"|\$(?P<math>[^$]{0,400})\$"
    r"|(?P<other>[{}~]|---?|``|'')",
    re.DOTALL,
)
# What APS's journals write for an accent: one form for mathematics, one for text.
_BOTH_MODES = re.compile(r"\\ifmmode.{0,60}?\\else\s?(.{0,60}?)\\fi(?![A-Za-z])(?:\{\})?", re.DOTALL)
# Commands whose first argument is no text: a language, a length; and of two spellings, the one without mathematics.
_UNSEEN = re.compile(
    r"\\(?:selectlanguage|foreignlanguage|hspace\*?|vspace\*?)\s?(?:\[[^\[\]{}]{0,60}\])?\{[^{}\\]{0,60}\}"
)
_TWICE = re.compile(r"\\texorpdfstring\s?\{(?:[^{}]|\{[^{}]{0,400}\}){0,400}\}\s?(?=\{)")
_SCRIPT = re.compile(r"([_^])(?:\{([0-9+\-n]{1,6})\}|([0-9n]))")
_ESCAPES = {" ": " ", ",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", "\\": " ", "\n": " ", "(": "", ")": ""}
_OTHERS = {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”"}

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
}
_TO_ESCAPE = re.compile(r"[\\{}~^&%$#_]|-(?=-)|`(?=`)|'(?=')|\n+")


def to_unicode(text: str) -> tuple[str, set[str]]:
    """The plain text, and the commands in it that are not known and stand as they were typed, braces and all."""
    if not any(sign in text for sign in "\\{}$~-`'"):
        return _tidy(text), set()
    unknown: set[str] = set()
    kept: list[bool] = []  # for each open brace, whether it belongs to an unknown command
    after = [-1]  # where an unknown command ended, whose brace is to be kept

    def plain(match: re.Match[str]) -> str:
        accent, command = match["accent"], match["command"]
        if accent:
            letter = match["dotless"] or match["inside"] or match["bare_dotless"] or match["bare"] or ""
            if not letter:
                return _ALONE.get(accent, "")
            return unicodedata.normalize("NFC", letter[:1] + _ACCENTS[accent] + letter[1:])
        if command:
            if command in _SIGNS:
                return _SIGNS[command]
            if command in _LOOKS:
                return ""
            unknown.add("\\" + command)
            after[0] = match.end()
            return match[0]
        if match["escaped"]:
            return _ESCAPES.get(match["escaped"], match["escaped"])
        if match["math"] is not None:
            return _TOKEN.sub(plain, _SCRIPT.sub(_script, match["math"]))
        if match["other"] == "{":
            kept.append(match.start() == after[0])
            return "{" if kept[-1] else ""
        if match["other"] == "}":
            return "}" if kept and kept.pop() else ""
        return _OTHERS[match["other"]]

    text = _TWICE.sub("", _UNSEEN.sub("", _BOTH_MODES.sub(r"\1", text)))
    return _tidy(_TOKEN.sub(plain, text)), unknown


def _script(match: re.Match[str]) -> str:
    letters = match[2] or match[3]
    if match[1] == "^":
        return letters.translate(_UPPER)
    return match[0] if "n" in letters else letters.translate(_LOWER)


def _tidy(text: str) -> str:
    """Line ends inside a paragraph are blanks; an empty line is kept."""
    return "\n\n".join(part for part in (" ".join(part.split()) for part in _PARAGRAPH.split(text)) if part)


_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def to_latex(text: str) -> str:
    """The text with every sign that LaTeX would act on made harmless. Unicode letters stay."""

    def safe(match: re.Match[str]) -> str:
        sign = match[0]
        if sign[0] == "\n":
            return r" \par{} " if len(sign) > 1 else " "
        return _SPECIAL.get(sign, sign + "{}")

    return _TO_ESCAPE.sub(safe, text)
