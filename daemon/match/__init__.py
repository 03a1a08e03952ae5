"""Watch rules against articles: the query language, word forms, entities, the index, the reasons."""

from daemon.match.checks import check_entity, check_list, check_rules
from daemon.match.forms import expand
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
    "check_entity",
    "check_list",
    "check_rules",
    "compile_rules",
    "expand",
    "fold",
    "parse_query",
]
