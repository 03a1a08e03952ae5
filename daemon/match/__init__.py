"""Watch rules against articles: the query language, word forms, entities, the index, the reasons."""

from daemon.match.checks import check_entity, check_list, check_rules, left_out_in_vain
from daemon.match.dictionary import Dictionary, Read, lemma_by_form
from daemon.match.forms import Words, expand, gather, lacks, look_up, read_dictionaries, read_whole, wanted
from daemon.match.lexicon import Forms
from daemon.match.parser import parse_query
from daemon.match.query import Query
from daemon.match.rules import RuleError
from daemon.match.ruleset import RuleSet, compile_rules
from daemon.match.text import fold
from daemon.match.why import Explanation

__all__ = [
    "Dictionary",
    "Explanation",
    "Forms",
    "Query",
    "Read",
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
    "left_out_in_vain",
    "lemma_by_form",
    "look_up",
    "parse_query",
    "read_dictionaries",
    "read_whole",
    "wanted",
]
