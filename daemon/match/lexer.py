"""The query language's tokens, each with its place."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from daemon.errors import QueryError
from daemon.match.query import FACTS, WORD_FIELDS

FIELDS = (*WORD_FIELDS, *FACTS)
_QUOTES = {'"': '"', "“": "”", "„": "”“", "«": "»", "”": "”", "»": "«"}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<open>\()|(?P<close>\))
    |(?P<quoted>=?"[^"]*"|=?“[^”"]*[”"]|=?„[^”“"]*[”“"]|=?«[^»]*»|=?”[^”]*”|=?»[^«]*«)
    |(?P<cased>\{[^{}]*\})
    |(?P<regex>(?<!\S)/(?:\\.|[^/\\\n])+/(?!\w))
    |(?P<near>O?NEAR(?:/\w*)?(?![^\s()"]))
    |(?P<and>AND(?![^\s()"{]))|(?P<or>OR(?![^\s()"{]))|(?P<not>NOT(?![^\s()"{])|-(?=[^\s-]))
    |(?P<field>[^\W\d]\w*:)
    |(?P<ref>[@\#][^\s()"]+)
    |(?P<word>=?[^\s()"“”„«»{}]+)
    """,
    re.VERBOSE,
)
_NEAR = re.compile(r"(O?)NEAR(?:/(\d{1,3})([fF]?))?")
_LIKE_NEAR = re.compile(r"(?i:o?near(?:/\S*|[-~:]?\d\w*)|(?:w|n|p|pre|adj|prox|within)/\d{1,3}f?)")
_SINGLE_QUOTES = re.compile(r"""['‘][^'’"]*\s[^'’"]*['’](?!\w)""")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_JOINED = re.compile(r"(?<!^)[,;](?!\d)")
_FOREIGN = {"&&": "AND", "||": "OR", "&": "AND", "|": "OR", "!": "NOT", "+": "AND"} | dict.fromkeys(
    "–—−", "- (the hyphen) or NOT"
)
_LOWER = frozenset({"and", "or", "not", "near"})
# What other places call a field.
_MEANT = {
    "site": "source", "url": "source", "domain": "source", "host": "source", "feed": "source",
    "intitle": "title", "allintitle": "title", "headline": "title", "intext": "body", "text": "body",
    "content": "body", "language": "lang", "by": "author", "byline": "author",
}  # fmt: skip
_REFUSED = {
    "~": ("words and phrases have no slop here", "write one NEAR/5 two, or a wildcard: dron*"),
    "^": ("words have no weight here", "take the ^ out"),
    "|": ("«|» is not an operator here", "write OR"),
    "[": ("there are no ranges here", 'take the brackets out, or write "…" around plain words'),
}
BARE_NEAR = 4
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; `kind` is the name of its group above, or `end`."""

    kind: str
    text: str
    at: int


def read_tokens(text: str) -> list[Token]:
    """Cut a query into tokens, the last of kind `end`; raise QueryError where it cannot be cut."""
    refuse_controls(text)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unreadable(text, at)
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(_checked(Token(kind, found[0], at), text))
        at = found.end()
    return [*tokens, Token("end", "", len(text))]


def read_near(token: Token) -> tuple[int, bool]:
    """Give the distance in words, and whether the order counts."""
    found = _NEAR.fullmatch(token.text)
    if found is None:
        raise QueryError(
            token.at,
            f"{quoted(token.text)} is not a distance",
            "write NEAR/5 for at most five words between (999 is the most), ONEAR/5 when the order counts",
        )
    ordered, words, forward = found.groups()
    return int(words or BARE_NEAR), bool(ordered or forward)


def _checked(token: Token, text: str) -> Token:
    if token.kind == "field":
        _check_field(token, text)
    if token.kind == "word":
        _refuse_foreign(token)
        _refuse_slips(token, text)
    return token


def _check_field(token: Token, text: str) -> None:
    name = token.text[:-1]
    if name.lower() in FIELDS:
        return
    if text.startswith("//", token.at + len(token.text)):
        raise QueryError(token.at, "an address stands without quotation marks", 'write "example.org/page"')
    meant = _MEANT.get(name.lower()) or next(iter(get_close_matches(name.lower(), FIELDS, 1)), "")
    hint = f"did you mean {meant}: ?" if meant else "the fields are " + ", ".join(FIELDS)
    raise QueryError(token.at, f"there is no field {quoted(name)}", hint)


def _refuse_foreign(token: Token) -> None:
    """Refuse what other query languages write, and say how it is written here."""
    text = token.text
    for mark, instead in _FOREIGN.items():
        if text == mark or (len(mark) == 1 and text[0] == mark):
            raise QueryError(token.at, f"«{mark}» is not an operator here", f"write {instead}")
    if text in _LOWER:
        raise QueryError(
            token.at,
            f"«{text}» in lower case would be an ordinary word",
            f'write {text.upper()} for the operator, "{text}" for the word',
        )
    if _LIKE_NEAR.fullmatch(text):
        hint = f'write NEAR/5 for at most five words between, ONEAR/5 in this order, "{text}" for plain words'
        raise QueryError(token.at, f"{quoted(text)} is not an operator here", hint)
    for mark, (message, hint) in _REFUSED.items():
        # Right after a phrase, «~5» is for the parser, which knows the phrase.
        if (at := text.find(mark, mark == "~")) >= 0:
            raise QueryError(token.at + at, message, hint)


def _refuse_slips(token: Token, text: str) -> None:
    """Refuse what would be read as plain words, and was surely meant for something else."""
    word = token.text
    if word[0] == "-":
        raise QueryError(token.at, "the hyphen has no word after it", "write -word, without a space, or NOT")
    if word[0] == ":":
        raise QueryError(token.at, "the colon has no field before it", "write title:word, without a space")
    if word[0] == "/" and len(word) > 1:
        closed = "/" in word[1:]
        message = "a regular expression has no flags here" if closed else "the slash is never closed"
        hint = "case is ignored anyway: write /drones?/"
        raise QueryError(token.at, message, hint if closed else "write /drones?/, or take the slash out")
    if joined := _JOINED.search(word):
        hint = 'write OR where one is enough, a space where all must be there, "one, two" for a phrase'
        raise QueryError(token.at + joined.start(), f"«{joined[0]}» joins nothing here", hint)
    if _SINGLE_QUOTES.match(text, token.at):
        raise QueryError(token.at, "single quotation marks make no phrase", 'write "…"')


def refuse_controls(text: str) -> None:
    r"""Refuse what TOML makes of a backslash in double quotes: \b is a backspace there, and never found."""
    if found := _CONTROL.search(text):
        hint = r"a backslash in double quotes makes it: write single quotes, '/\bdrone\b/'"
        raise QueryError(found.start(), "a control character stands here", hint)


def quoted(text: str) -> str:
    """Give what was written in quotation marks, its beginning if it is long."""
    return f"«{text}»" if len(text) <= _SHOWN else f"«{text[:_SHOWN]}…»"


def _unreadable(text: str, at: int) -> QueryError:
    char = text[at]
    if text[at] == "=":
        at, char = at + 1, text[at + 1 : at + 2]
    if char in _QUOTES:
        return QueryError(
            at, "the quotation mark is never closed", f"add {_QUOTES[char][-1]} after the phrase"
        )
    if char == "{":
        return QueryError(at, "the brace is never closed", "write {NATO} for a word with its case")
    return QueryError(at, f"«{char}» stands alone", "take it out, or put the words in quotation marks")
