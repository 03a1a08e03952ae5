"""Watch rules against articles: the query language, word forms, entities, the index, the reasons."""

from daemon.match.checks import check_entity, check_list, check_rules
from daemon.match.forms import Words, expand, gather, lacks, look_up, read_dictionaries, wanted
from daemon.match.lexicon import Forms
from daemon.match.parser import parse_query
from daemon.match.query import Query
from daemon.match.rules import RuleError
from daemon.match.ruleset import RuleSet, compile_rules
from daemon.match.text import fold
from daemon.match.why import Explanation

__all__ = [
    "Explanation",
    "Forms",
    "Query",
    "RuleError",
    "RuleSet",
    "Words",
    "check_entity",
    "check_list",
    "check_rules",
    "compile_rules",
    "expand",
    "fold",
    "gather",
    "lacks",
    "look_up",
    "parse_query",
    "read_dictionaries",
    "wanted",
]
