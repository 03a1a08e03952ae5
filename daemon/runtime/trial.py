"""A rule tried on the archive while it is being written: by the functions that will ask it, within a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any, TypeVar

from daemon.config import Config, load, put_rule, replace_file
from daemon.errors import ConflictError, NotFoundError, ParseError
from daemon.jobs import Compute, load_rules
from daemon.jobs.backtest import ERRAND, Archive, Backtest, Example, archive_of, backtest, illustrate
from daemon.jobs.examples import Examined, examine
from daemon.jobs.trial import NearMiss, exemplify, near_misses, tree_of
from daemon.match import Explanation, Forms
from daemon.model import Rule, RuleTest
from daemon.runtime.compose import EXPANDING_SECONDS, aside, questions
from daemon.runtime.gate import admit_rule
from daemon.runtime.lingering import Lingering
from daemon.runtime.rehearsal import ERRAND_SECONDS
from daemon.runtime.wordforms import Looked, look_up_kept, open_dictionaries
from daemon.runtime.workers import LIMIT as SKETCH_SECONDS
from daemon.runtime.workers import MEMORY
from daemon.store import Store, articles

T = TypeVar("T")

LIMIT = timedelta(seconds=20)
_MEMORY = 8 * MEMORY  # for the rules with their lists, and what is asked of the archive
_LONG = 100_000  # bytes of a file that is not edited within this process: it would take a share of its time
_EVER = datetime.min.replace(tzinfo=UTC)
_SECRETS = ("env", "file", "credential")
_EXAMPLES = 8
_NEAR = 6
# Articles that are searched for near misses, at most: each is read for the second time.
_NEAR_AMONG = 5 * ERRAND


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done among `asked` articles of the archive.

    `compared` counts the articles that it matches and the saved rule does not, and the reverse; None when
    there is no saved rule. `lacks` says which word forms cannot be found.
    """

    asked: int
    result: Backtest
    compared: tuple[int, int] | None
    examples: tuple[Example, ...]
    near: tuple[NearMiss, ...]
    examined: tuple[Examined, ...]
    lacks: tuple[str, ...]


LookUp = Callable[[Config], Awaitable[Looked]]
"""Gives the forms of the words that a configuration's rules ask for, and says what cannot be found."""


class Dictionaries:
    """Looks up word forms in a process that stays for a while: to open the dictionaries takes a moment.

    The first time they are read, which takes hundreds of megabytes.
    """

    def __init__(self) -> None:
        self._process = Lingering(EXPANDING_SECONDS)
        self.close = self._process.close

    async def __call__(self, config: Config) -> Looked:
        """Give the forms of the words that a configuration's rules ask for, and what cannot be found."""
        folder = config.daemon.state_directory
        return await self._process(look_up_kept, folder, config.rules, config.entities, config.lists)

    def warm(self, config: Config) -> None:
        """Begin to open the dictionaries: somebody has sat down to write a rule."""
        if not self._process.is_there:
            self._process.hurry(open_dictionaries, config.daemon.state_directory)


class Trials:
    """Tries rules on the archive, one at a time, and sketches them meanwhile; `warm` makes ready to look up.

    What somebody wrote may be monstrous: it is asked in processes that end at a limit.
    """

    def __init__(self, look_up: LookUp, warm: Callable[[Config], None] = lambda _config: None) -> None:
        self._look_up = look_up
        self.warm = warm
        self._turn = asyncio.Semaphore(1)
        self._sketching = Lingering(SKETCH_SECONDS, MEMORY)
        self._asking = Lingering(ERRAND_SECONDS, _MEMORY)

    async def sketch(self, config: Config, rule: Rule) -> Explanation:
        """Give what a rule asks, as a tree."""
        among = _among(config, rule)
        return await self._sketching(tree_of, among.rules[0], among.entities, among.lists)

    async def try_rule(self, config: Config, rule: Rule, store: Store, since: datetime, saved: str) -> Trial:
        """Ask a rule, and the rule `saved` that it may replace, of the archive since a time.

        Raises ParseError when that takes longer than `LIMIT`; whoever cancels it ends its process too.
        """
        before = [
            replace(known, name=f"{rule.name} as saved") for known in config.rules if known.name == saved
        ]
        among = _among(config, rule, *before)
        archive = archive_of(config.daemon.database.reveal(), since, config.sources)
        progress = _Progress()
        try:
            async with self._turn:
                forms, lacks = await self._look_up(among)
                async with asyncio.timeout(LIMIT.total_seconds()), self._holding(among, forms) as compute:
                    names = [each.name for each in among.rules]
                    asked, results = await backtest(compute, store, archive, names, progress)
                    near = await _near(compute, store, archive, rule.name)
                    examined = await examine(compute, among.rules[:1])
                    told = await _illustrated(compute, archive, results)
        except TimeoutError:
            raise ParseError("too_slow", progress.told()) from None
        return Trial(asked, results[0], _compared(results), told, near, examined, lacks)

    async def pin(self, config: Config, rule: Rule, article: int, *, matches: bool) -> RuleTest:
        """Make an example for a rule of an article of the archive; NotFoundError when it is not there."""
        among = _among(config, rule)
        archive = archive_of(config.daemon.database.reveal(), _EVER, config.sources)
        async with self._turn:
            forms, _ = await self._look_up(among)
            async with self._holding(among, forms) as compute:
                test: RuleTest | None = await compute(exemplify, archive, rule.name, article, matches=matches)
        if test is None:
            raise NotFoundError("the archive does not hold this article any more")
        return test

    @asynccontextmanager
    async def _holding(self, among: Config, forms: Forms) -> AsyncIterator[Compute]:
        """Give the process with these rules in it; who goes before the end has it ended at its work."""
        async with AsyncExitStack() as leaving:
            leaving.push_async_callback(self._asking.close)
            self._asking.prepare(load_rules, *questions(among), forms)
            yield self._asking
            leaving.pop_all()

    async def save(
        self, config: Config, row: Mapping[str, Any], store: Store, now: datetime, environ: Mapping[str, str]
    ) -> Path:
        """Write a rule's table into the configuration, if it passes the gate that a reload passes.

        Raises ConfigError with what is wrong; the file is then as it was.
        """
        change = await propose(config, row)
        path, after = change.path, change.after
        fresh = await asyncio.to_thread(load, path, environ, text=after, forgive=_SECRETS)
        rule = next(rule for rule in fresh.rules if rule.name == row["name"])
        if rule.enabled:
            forms, _ = await self._look_up(_among(fresh, rule))
            await admit_rule(fresh, rule.name, forms, store, now)
        if (await propose(config, row)).before != change.before:
            raise ConflictError(f"{path} was changed by somebody else meanwhile: try it again")
        await asyncio.to_thread(replace_file, path, after, environ)
        return path

    async def close(self) -> None:
        """End the processes."""
        await self._sketching.close()
        await self._asking.close()


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule's table would change in a file; `lines` are those of a diff."""

    path: Path
    before: str
    after: str
    lines: tuple[str, ...]


async def propose(config: Config, row: Mapping[str, Any]) -> Change:
    """Give the file in which a rule's table would stand, and its text before and after.

    Raises ConflictError when it stands in an included file, which is edited by hand.
    """
    if not config.files:
        raise ConflictError("this configuration stands in no file")
    path = config.files[0]
    is_long = path.exists() and path.stat().st_size > _LONG
    change = await (aside if is_long else asyncio.to_thread)(_change, path, row)
    known = {rule.name for rule in config.rules}
    if row["name"] in known and change.after.count("[[rules]]") > change.before.count("[[rules]]"):
        raise ConflictError(f"the rule stands in a file that {path.name} includes: change it there")
    return change


def _change(path: Path, row: Mapping[str, Any]) -> Change:
    before, after = put_rule(path, row)
    lines = unified_diff(before.splitlines(), after.splitlines(), path.name, path.name, lineterm="", n=0)
    return Change(path, before, after, tuple(lines))


class _Progress:
    """How far a trial has come."""

    def __init__(self) -> None:
        self.done = self.every = 0

    def __call__(self, done: int, every: int) -> None:
        self.done, self.every = done, every

    def told(self) -> str:
        """Say that it did not come to its end."""
        far = f" it got through {self.done} of {self.every} articles" if self.every else " it had not begun"
        return f"in {LIMIT.total_seconds():g} seconds{far}: ask fewer days"


def _among(config: Config, *rules: Rule) -> Config:
    """Give the configuration with these rules alone, all of them enabled, and what they may name."""
    asked = repr(rules)
    return replace(
        config,
        rules=tuple(replace(rule, enabled=True) for rule in rules),
        entities=tuple(entity for entity in config.entities if entity.name in asked),
        lists=tuple(words for words in config.lists if words.name in asked),
    )


def _compared(results: Sequence[Backtest]) -> tuple[int, int] | None:
    if len(results) == 1:
        return None
    now, then = (result.articles for result in results)
    return len(now - then), len(then - now)


async def _near(compute: Compute, store: Store, archive: Archive, rule: str) -> tuple[NearMiss, ...]:
    first, last = await store.read(lambda conn: articles.range_since(conn, archive.since))
    found: list[NearMiss] = []
    for end in range(last, max(first - 1, last - _NEAR_AMONG), -ERRAND):
        start = max(first, end - ERRAND + 1)
        found += await compute(near_misses, archive, rule, start, end, _NEAR - len(found))
        if len(found) == _NEAR:
            break
    return tuple(found)


async def _illustrated(
    compute: Compute, archive: Archive, results: Sequence[Backtest]
) -> tuple[Example, ...]:
    """Quote from what is gained and lost, the latest of each, or else from what is matched."""
    now = results[0].articles
    then = results[1].articles if len(results) > 1 else now
    found: list[Example] = []
    draft, saved = results[0], results[-1]
    kinds = (("gained", draft, now - then), ("lost", saved, then - now), ("", draft, now & then))
    for change, result, ids in kinds:
        room = _EXAMPLES - len(found)
        latest = sorted(ids, reverse=True)[: _EXAMPLES // 2 if change else room]
        if latest:
            wanted = dict.fromkeys(latest, change)
            found += reversed(await compute(illustrate, archive, result.rule, wanted))
    return tuple(found)
