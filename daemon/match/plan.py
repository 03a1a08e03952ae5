"""From what a rule says to what runs: words become terms, names become what they stand for."""

from collections.abc import Mapping
from difflib import get_close_matches

from daemon.errors import QueryError
from daemon.match import nodes, query
from daemon.match.entity import Named
from daemon.match.lexer import quoted
from daemon.match.lexicon import Lexicon
from daemon.match.near import Nearby
from daemon.match.nodes import Node, Placed
from daemon.match.parser import parse_item, parse_name
from daemon.match.pattern import LEAST_LETTERS, Matches, literals, rewrite
from daemon.match.query import How
from daemon.match.reading import language_code
from daemon.model import Alias, Entity, WordList

_LONGEST = 100  # letters of a name that is sought among those known


class Planner:
    """Builds the nodes of rules that share words, entities and lists."""

    def __init__(
        self, lexicon: Lexicon, entities: Mapping[str, Entity], lists: Mapping[str, WordList]
    ) -> None:
        self.lexicon = lexicon
        self.entities = entities
        self.lists = lists
        self.named: dict[tuple[str, tuple[str, ...]], Named] = {}
        self.listed: dict[tuple[str, tuple[str, ...], How], nodes.Listed] = {}
        self.refs: set[str] = set()

    def shared(self) -> dict[str, object]:
        """Give what rules refer to, under the names they use: @entity, #list."""
        return {f"@{name}": entity for name, entity in self.entities.items()} | {
            f"#{name}": words for name, words in self.lists.items()
        }

    def plan(  # noqa: C901, PLR0911 - a case for each kind of node
        self, node: query.Node, fields: tuple[str, ...], how: How = How.FORMS
    ) -> Node:
        """Give the node that runs; `how` is how words compare that do not say so themselves."""
        match node:
            case query.Word() | query.Phrase():
                return self.words(node, fields, how)
            case query.Near(parts, words, ordered):
                label = f"{'O' if ordered else ''}NEAR/{words}"
                placed = tuple(self.placed(part, fields, how) for part in parts)
                return Nearby(placed, words, ordered, fields, label)
            case query.And(parts):
                return nodes.AllOf(tuple(self.plan(part, fields, how) for part in parts))
            case query.Or((part,)):
                return self.plan(part, fields, how)
            case query.Or(parts, least):
                label = "any of" if least == 1 else f"at least {least} of"
                planned = tuple(self.plan(part, fields, how) for part in parts)
                return nodes.AnyOf(planned, least, fields, label)
            case query.Not(part):
                return nodes.NoneOf(self.plan(part, fields, how))
            case query.In(inner, part):
                return self.plan(part, inner, how)
            case query.Is(fact, value):
                plain = language_code(value) if fact == "lang" else value
                return nodes.Fact(self.lexicon.fact(fact, plain), f"{fact}:{value}")
            case query.Ref("@"):
                return self.entity(node, fields)
            case query.Ref():
                return self.list(node, fields, how)
            case query.Pattern():
                return self.pattern(node, fields)

    def pattern(self, node: query.Pattern, fields: tuple[str, ...]) -> Matches:
        """Plan a regular expression, called by the words that hold its literals."""
        running = rewrite(node.text, node.at)  # first, since it says of what is no expression why
        words = literals(node.text, node.at)
        terms = frozenset(
            self.lexicon.part(word)
            if len(word) >= LEAST_LETTERS
            else self.lexicon.word(query.Word(word, How.EXACT))
            for word in words
        )
        return Matches(running, terms, fields, f"/{node.text}/")

    def placed(self, part: query.Node, fields: tuple[str, ...], how: How) -> Placed:
        """Plan a part that must have places; the parser has seen to it that it does."""
        planned = self.plan(part, fields, how)
        inside = planned.inner() if isinstance(planned, nodes.AnyOf) else ()
        if isinstance(planned, Placed) and all(isinstance(each, Placed) for each in inside):
            return planned
        message, hint = "NEAR joins words, phrases, and ORs of them", "take the rest out of the NEAR"
        if isinstance(part, query.Ref):
            message += f", and #{part.name} has an expression"
        raise QueryError(getattr(part, "at", 0), message, hint)

    def words(self, node: query.Word | query.Phrase, fields: tuple[str, ...], how: How) -> Placed:
        """Plan a word or a phrase."""
        if isinstance(node, query.Phrase):
            terms = tuple(self.term(word, how) for word in node.words)
            texts = [word.text for word in node.words]
            return nodes.WordsInOrder(terms, fields, " ".join(texts))
        return nodes.OneWord(self.term(node, how), fields, node.text)

    def term(self, word: query.Word, how: How) -> int:
        """Give the term for a word."""
        if word.how is How.FORMS and how is not How.FORMS:
            word = query.Word(word.text, how, word.at, word.language)
        return self.lexicon.word(word)

    def list(self, ref: query.Ref, fields: tuple[str, ...], how: How) -> Node:
        """Plan a list of words as any of them; rules that ask for it alike share it."""
        self.refs.add(f"#{ref.name}")
        if (ref.name, fields, how) in self.listed:
            return self.listed[ref.name, fields, how]
        words = self.lists.get(ref.name)
        if words is None:
            raise _unknown(ref, "list", self.lists)
        if not words.terms:
            raise QueryError(ref.at, f"the list «{ref.name}» is empty", "add a word to it")
        try:
            items = tuple(map(_list_item, words.terms))
            planned = tuple(self.plan(item, fields, how) for item in items)
        except QueryError as error:
            raise QueryError(ref.at, f"the list «{ref.name}»: {error.message}", error.hint) from error
        listed = self.listed[ref.name, fields, how] = nodes.Listed(planned, 1, fields, f"#{ref.name}")
        return listed

    def entity(self, ref: query.Ref, fields: tuple[str, ...]) -> Named:
        """Plan an entity; rules that ask for it in the same fields share it."""
        self.refs.add(f"@{ref.name}")
        entity = self.entities.get(ref.name)
        if entity is None:
            raise _unknown(ref, "entity", self.entities)
        if not entity.aliases and not entity.weak:
            raise QueryError(ref.at, f"the entity «{ref.name}» has no names", 'add aliases = ["…"]')
        key = (entity.name, fields)
        if key not in self.named:
            self.named[key] = Named(
                strong=self.aliases(entity.aliases, fields),
                weak=self.aliases(entity.weak, fields),
                context=self.aliases(entity.context, fields),
                exclude=self.aliases(entity.exclude, fields),
                ambiguous_in=frozenset(entity.ambiguous_in),
                fields=fields,
                label=f"@{entity.name}",
            )
        return self.named[key]

    def aliases(self, aliases: tuple[Alias, ...], fields: tuple[str, ...]) -> tuple[Placed, ...]:
        """Plan the names of an entity; a name's language says whose forms it has."""
        names = [parse_name(alias.text, alias.language) for alias in aliases]
        return tuple(self.placed(name, fields, How.FORMS) for name in names)


def _list_item(term: str) -> query.Node:
    item = parse_item(term)
    if any(isinstance(part, query.Ref) for part in query.walk(item)):
        raise QueryError(0, "it names another list or entity", "name that in the rule")
    return item


def _unknown(ref: query.Ref, noun: str, known: Mapping[str, object]) -> QueryError:
    near = get_close_matches(ref.name[:_LONGEST], known, 1)
    hint = f"did you mean {ref.mark}{near[0]} ?" if near else f"define it under [[{noun}s]]"
    if noun == "entity":
        hint = hint.replace("[[entitys]]", "[[entities]]")
    return QueryError(ref.at, f"there is no {noun} {quoted(ref.name)}", hint)
