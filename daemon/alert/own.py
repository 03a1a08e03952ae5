"""A user's own template in the place of Tocsin's: checked before it is taken, and never a reason to fail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import TracebackType

from jinja2 import Environment, Template, TemplateError, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Name
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.alert.render import ESCAPES, concat, facts_of, prepared
from daemon.model import Alert, Form, Piece, Severity

_SUFFIXES = {Form.PLAIN: "txt", Form.SHORT: "txt", Form.MARKDOWN: "md", Form.MAIL: "html"}

# All that the expressions of a template can raise when facts are not what it took them for.
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SAMPLES = (
    Alert("key", "rule", Severity.NOTICE, "", ""),
    Alert(
        "key",
        "rule",
        Severity.CRITICAL,
        "Title",
        "https://news.example/1",
        source="source",
        published=_NOON,
        found=_NOON,
        quote=(Piece("A "), Piece("match", marked=True)),
        reasons=("a reason",),
        voices=4,
        copies=2,
        news="now 4 independent voices",
    ),
)


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template, on which line, and what to do."""

    line: int
    message: str
    hint: str


def check_template(text: str) -> TemplateFault | None:
    """Say what is wrong with a template: its syntax, a fact that there is none of, a failing expression."""
    return check(text, [facts_of(sample, UTC) for sample in SAMPLES])


def check(text: str, samples: Sequence[Mapping[str, object]]) -> TemplateFault | None:
    """Say what is wrong with a template that is to write out such facts as these."""
    environment = _environment("txt")
    try:
        tree = environment.parse(text)
        _compiled("txt", text)
    except TemplateSyntaxError as error:
        return TemplateFault(error.lineno, f"not a template: {error.message}", "see docs/alerts.md")
    known = samples[0].keys()
    unknown = find_undeclared_variables(tree) - known - environment.globals.keys()
    for name in tree.find_all(Name):
        if name.name in unknown:
            hint = f"there are: {', '.join(sorted(known))}"
            return TemplateFault(name.lineno, f"there is no fact «{name.name}»", hint)
    return next((fault for suffix in ESCAPES for fault in _failures(suffix, text, samples)), None)


def fill_own(text: str, form: Form, facts: Mapping[str, object]) -> str:
    """Write a user's template out for a form, "" without one or if it fails on these facts."""
    try:
        return _compiled(_SUFFIXES[form], text).render(facts).strip()
    except _FAILURES:
        return ""


def _failures(suffix: str, text: str, samples: Sequence[Mapping[str, object]]) -> Iterator[TemplateFault]:
    for facts in samples:
        try:
            told = _compiled(suffix, text).render(facts)
        except _FAILURES as error:
            what = f"it fails: {error or type(error).__name__}"
            yield TemplateFault(_line(error.__traceback__), what, "see the facts in docs/alerts.md")
        else:
            if not told.strip():
                yield TemplateFault(1, "it writes nothing", "print at least a title")


def _line(trace: TracebackType | None) -> int:
    """Find the template's line in a traceback; Jinja puts it there."""
    line = 1
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@lru_cache
def _compiled(suffix: str, text: str) -> Template:
    return _environment(suffix).from_string(text)


@cache
def _environment(suffix: str) -> Environment:
    environment = prepared(_Environment(), suffix)
    del environment.filters["safe"]  # what strangers wrote never is
    return environment


class _Environment(ImmutableSandboxedEnvironment):
    concat = staticmethod(concat)
