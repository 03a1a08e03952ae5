"""The query language's grammar: recursive descent, from the loosest operator to the tightest.

or      = and { "OR" and }
and     = not { ["AND"] not }
not     = [ "NOT" | "-" ] near
near    = one { NEAR/n one }
one     = "(" or ")" | field one | phrase | word | {Case} | ="exact" | /regex/ | @entity | #list
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from daemon.errors import QueryError
from daemon.match.lexer import Token, quoted, read_near, read_tokens, refuse_controls
from daemon.match.query import (
    FACTS,
    WORD_FIELDS,
    And,
    How,
    In,
    Is,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Ref,
    Word,
    walk,
)
from daemon.match.text import WORD, fold

_WILD_WORD = re.compile(r"[\w*?]+(?:['’ʼ][\w*?]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)?")
_LEADING = 3
_MOST_STARS = 2  # each more makes comparing a word a hundred times slower
_DEEPEST = 50
_LONGEST = 100  # words of a phrase, each of which is compared wherever the others stand
_MOST_NEAR = 20  # parts of a NEAR, those of a NEAR inside it, too: each costs a pass over all places
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT|O?NEAR(?:/\w+)?)(?!\S)|^\s*[-–—−](?=\w)")
_MARKS = {"@": "", "#": "", "/": "/", "{": "}", "=": '"'}  # of an item: how it begins and ends
_FIELD = re.compile(rf"(?i:{'|'.join((*WORD_FIELDS, *FACTS))}):(?=\S)")


def parse_query(text: str) -> Query:
    """Read a query; raise QueryError with the place, what is wrong, and what to write instead."""
    return Query(text, _Parser(text).parse())


def parse_item(text: str) -> Node:
    """Read an item of `any`, `all`, `none`, `near` or a list: a word or a phrase without operators.

    `@entity`, `#list`, `/regex/`, `{Case}`, `="exact"` and wildcards mean what they mean in a query. In
    quotation marks, a capital AND is a word.
    """
    refuse_controls(text)
    item = text.strip()
    if len(item) > 1 and item[0] in _MARKS and (item[-1] == _MARKS[item[0]] or not re.search(r"\s", item)):
        return parse_query(item).root
    quoted_whole = len(item) > 1 and item[0] == item[-1] == '"'
    if not quoted_whole and (operator := _OPERATOR.search(text)):
        raise _misplaced(operator[0].strip(), operator.start())
    if not quoted_whole and (field := _FIELD.match(item)):
        raise QueryError(0, f"«{field[0]}» means nothing in a word or phrase", "write a query, or use fields")
    return read_words(item.strip('"'), 0, How.FORMS)


def _misplaced(operator: str, at: int) -> QueryError:
    hint = "write a query; or put the item in quotation marks, '\"…\"', for the words themselves"
    if operator == "NOT" or not operator[0].isalpha():
        hint = "what is unwanted goes under none"
    elif operator == "OR":
        hint = "give each its own text; or write a query"
    return QueryError(at, f"«{operator}» means nothing in a word or phrase", hint)


def parse_name(text: str, language: str = "") -> Node:
    """Read a name of an entity, or what stands near it: words, all as they come, or `{WHO}` with its case."""
    refuse_controls(text)
    if len(text) > 1 and text[0] == "{" and text[-1] == "}":
        return read_words(text[1:-1], 1, How.CASE)
    return read_words(text, 0, How.FORMS, language)


def read_words(text: str, at: int, how: How, language: str = "") -> Node:
    """Give the word or phrase that a piece of text is, its words compared as `how` says."""
    words: list[Word] = []
    for piece in re.finditer(r"\S+", text):
        words += _read_piece(piece[0], at + piece.start(), how, language)
    if not words:
        message = f"{quoted(text)} has no letter or digit to look for" if text else "there is nothing in it"
        raise QueryError(at, message, "write a word")
    if len(words) > _LONGEST:
        raise QueryError(at, f"the phrase has {len(words)} words", f"write {_LONGEST} at most")
    return words[0] if len(words) == 1 else Phrase(tuple(words))


def _read_piece(piece: str, at: int, how: How, language: str) -> list[Word]:
    if how is How.FORMS and ("*" in piece or "?" in piece.rstrip("?")):
        return [_read_wild(found[0], at + found.start()) for found in _WILD_WORD.finditer(piece)]
    return [Word(found[0], how, at + found.start(), language) for found in WORD.finditer(piece)]


def _read_wild(word: str, at: int) -> Word:
    if "*" not in word and "?" not in word:
        return Word(word, How.EXACT, at)
    leading = re.split(r"[*?]", word)[0]
    if len(fold(leading)) < _LEADING:
        raise QueryError(
            at,
            f"{quoted(word)} has too few letters before its wildcard",
            f"write at least {_LEADING} letters first, as in dron*",
        )
    if word.count("*") > _MOST_STARS:
        raise QueryError(at, f"{quoted(word)} has too many wildcards", "write two * at most")
    return Word(word, How.WILD, at)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = read_tokens(text)
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self, kind: str) -> Token | None:
        if self.token.kind != kind:
            return None
        self.next += 1
        return self.tokens[self.next - 1]

    def parse(self) -> Node:
        if self.token.kind == "end":
            raise QueryError(0, "the query is empty", "write what to look for")
        root = self.either()
        if self.token.kind == "close":
            raise QueryError(
                self.token.at, "this parenthesis closes nothing", "take it out, or open one before"
            )
        return root

    def either(self) -> Node:
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        parts = [self.negated()]
        while self.token.kind not in {"or", "close", "end"}:
            self.take("and")
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negated(self) -> Node:
        mark = self.take("not")
        if mark is None:
            return self.near()
        with self.deeper(mark):
            part = self.negated()
        return part.part if isinstance(part, Not) else Not(part, mark.at)

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        """Count how deep the query is nested, so that none exhausts the stack."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise QueryError(token.at, "the query is nested too deeply", "split the rule in two")
        yield
        self.depth -= 1

    def near(self) -> Node:
        parts = [self.operand()]
        mark = self.token
        while self.token.kind == "near":
            if read_near(self.token) != read_near(mark):
                raise QueryError(
                    self.token.at,
                    f"{mark.text} and {self.token.text} cannot be chained",
                    "put the inner one in parentheses: (a NEAR/2 b) NEAR/9 c",
                )
            self.next += 1
            parts.append(self.operand())
        if len(parts) == 1:
            return parts[0]
        words, ordered = read_near(mark)
        return _bounded(Near(tuple(parts), words, ordered), mark)

    def operand(self) -> Node:
        """Read one part of a NEAR, or what stands alone; a NEAR takes only what has a place."""
        before, token = self.next, self.token
        part = self.one()
        beside_near = self.token.kind == "near" or (before and self.tokens[before - 1].kind == "near")
        if beside_near and not has_place(part):
            raise QueryError(
                token.at,
                "NEAR joins words, phrases, and ORs of them",
                "take AND, NOT, fields and regexes out of the NEAR",
            )
        return part

    def one(self) -> Node:
        token = self.token
        if token.kind == "end":
            raise self.missing(token, "the query ends too early")
        self.next += 1
        match token.kind:
            case "open":
                return self.group(token)
            case "field":
                return self.field(token)
            case "regex":
                return Pattern(token.text[1:-1].replace("\\/", "/"), token.at)
            case "ref":
                return Ref(token.text[0], token.text[1:], token.at)
            case "cased":
                return read_words(token.text[1:-1], token.at + 1, How.CASE)
            case "quoted" | "word":
                return self.words(token)
        if token.kind == "not" and self.next > 1 and self.tokens[self.next - 2].kind == "near":
            raise QueryError(token.at, "NEAR joins what is there", "write drone NOT (drone NEAR/5 border)")
        raise self.missing(token, f"{quoted(token.text)} has nothing to work on")

    def missing(self, token: Token, message: str) -> QueryError:
        return QueryError(token.at, message, "write a word, a phrase, or a group in parentheses here")

    def group(self, opening: Token) -> Node:
        if self.token.kind == "close":
            raise self.missing(self.token, "the parentheses are empty")
        with self.deeper(opening):
            part = self.either()
        if not self.take("close"):
            raise QueryError(opening.at, "this parenthesis is never closed", "add ) where the group ends")
        return part

    def field(self, token: Token) -> Node:
        name = token.text[:-1].lower()
        if name not in FACTS:
            with self.deeper(token):
                part = self.one()
            if any(isinstance(inner, In) for inner in walk(part)):
                raise QueryError(
                    token.at, f"there is another field inside {name}:", "take one of the two out"
                )
            return In((name,), part)
        value = self.take("word") or self.take("quoted")
        if value is None:
            raise QueryError(
                self.token.at, f"{name}: wants one value", f'write {name}:name or {name}:"a name"'
            )
        text = value.text.strip('"“”„«»')
        if name == "lang" and not _LANGUAGE.fullmatch(text):
            raise QueryError(
                value.at, f"{quoted(text)} is not a language's code", "write two letters: lang:pl"
            )
        return Is(name, text, value.at)

    def words(self, token: Token) -> Node:
        if token.text[0] == "~":
            raise QueryError(token.at, "words and phrases have no slop here", "write one NEAR/5 two")
        text, at, how = token.text, token.at, How.FORMS
        if text[0] == "=" and len(text) > 1:
            text, at, how = text[1:], at + 1, How.EXACT
        if token.kind == "quoted":
            self.refuse_slop(text)
            return read_words(text[1:-1], at + 1, how)
        return read_words(text, at, how)

    def refuse_slop(self, phrase: str) -> None:
        if self.token.kind != "word" or not re.fullmatch(r"~\d*", self.token.text):
            return
        words, slop = phrase[1:-1].split(), self.token.text[1:] or "5"
        instead = f" NEAR/{slop} ".join(words)
        raise QueryError(self.token.at, "a phrase has no slop here", f"write {instead}")


def _bounded(near: Near, mark: Token) -> Near:
    count = sum(len(node.parts) for node in walk(near) if isinstance(node, Near))
    if count > _MOST_NEAR:
        raise QueryError(mark.at, f"a NEAR of {count} parts", f"join {_MOST_NEAR} at most; OR counts as one")
    return near


def has_place(node: Node) -> bool:
    """Whether a node is found at places in a text, as a NEAR needs."""
    match node:
        case Word() | Phrase() | Near() | Ref():
            return True
        case Or(parts, 1):
            return all(map(has_place, parts))
        case _:
            return False
