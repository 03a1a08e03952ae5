"""Rules are compiled once by all processes of a machine; a file that cannot be trusted costs only time."""

import asyncio
import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from daemon.jobs import load_rules
from daemon.jobs.work import matching
from daemon.match import Forms, RuleSet, compile_rules
from daemon.match.rules import RuleError
from daemon.model import Article, Entity, Rule, WordList
from daemon.runtime import rulefile
from daemon.runtime.workers import Workers

RULES = (
    Rule("drones", any=("drone",)),
    Rule("boats", query="#craft NEAR/5 patrol"),
    Rule("port", all=("port",)),
)
LISTS = (WordList("craft", ("boat", "ship")),)
FORMS: Forms = {"en": {"drone": {"drones", "droned", "drone's"}}}
ARTICLE = Article(title="Drones over the harbour", text="A patrol met the boat.", language="en")
BOTH = ["boats", "drones"]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rules were compiled each time; no number of them is too small to keep."""
    times: list[int] = []

    def counted(rules: tuple[Rule, ...], *rest: object, forms: Forms) -> RuleSet:
        times.append(len(rules))
        return compile_rules(rules, *rest, forms=forms)

    monkeypatch.setattr(rulefile, "compile_rules", counted)
    monkeypatch.setattr(rulefile, "_SHORT", 0)
    return times


def ready(
    folder: Path,
    rules: tuple[Rule, ...] = RULES,
    entities: tuple[Entity, ...] = (),
    lists: tuple[WordList, ...] = LISTS,
    forms: Forms = FORMS,
) -> RuleSet:
    return rulefile.compile_once(folder, rules, entities, lists, forms=forms)


def test_what_was_kept_asks_what_was_compiled(tmp_path: Path, compiled: list[int]) -> None:
    first, again = ready(tmp_path / "state"), ready(tmp_path / "state")
    assert compiled == [3]
    assert first.match(ARTICLE) == again.match(ARTICLE)
    assert [hit.rule for hit in again.match(ARTICLE)] == BOTH
    assert sorted(file.name for file in (tmp_path / "state").iterdir()) == ["rules.compiled", "rules.lock"]
    assert (tmp_path / "state" / "rules.compiled").stat().st_mode & 0o777 == 0o600


def test_few_rules_are_not_worth_a_file(tmp_path: Path) -> None:
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "other",
    [
        {"rules": RULES[:2]},
        {"entities": (Entity("Harbour"),)},
        {"lists": (WordList("craft", ("boat",)),)},
        {"forms": {}},
        {"forms": {"en": {"drone": {"drones"}}}},
    ],
)
def test_what_asks_something_else_is_compiled(tmp_path: Path, compiled: list[int], other: dict) -> None:
    ready(tmp_path)
    ready(tmp_path, **other)
    ready(tmp_path, **other)
    assert len(compiled) == 2, "and takes the place of what was kept"


def test_the_order_of_forms_means_nothing(tmp_path: Path, compiled: list[int]) -> None:
    ready(tmp_path, forms={"de": {}, "en": {"boat": ("boats", "boat's"), "drone": ()}})
    ready(tmp_path, forms={"en": {"drone": (), "boat": ("boat's", "boats")}, "de": {}})
    assert compiled == [3]


def test_another_program_compiles_anew(tmp_path: Path, compiled: list[int], monkeypatch) -> None:
    ready(tmp_path)
    code = list(rulefile._code())
    assert any(b"def compile_rules" in each for each in code)
    rulefile._program.cache_clear()
    monkeypatch.setattr(rulefile, "_code", lambda: [*code[1:], code[0] + b"\n"])
    ready(tmp_path)
    monkeypatch.setattr(rulefile, "version", lambda _name: "9")
    rulefile._program.cache_clear()
    ready(tmp_path)
    rulefile._program.cache_clear()
    assert compiled == [3, 3, 3]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _whole: b"",
        lambda whole: whole[:40],
        lambda whole: whole[:-1],
        lambda whole: whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        lambda whole: b"\x80" * len(whole),
    ],
)
def test_a_spoilt_file_costs_only_time(
    tmp_path: Path, compiled: list[int], spoil: Callable[[bytes], bytes]
) -> None:
    ready(tmp_path)
    file = tmp_path / "rules.compiled"
    file.write_bytes(spoil(file.read_bytes()))
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert compiled == [3, 3], "it is written anew"


class Trap:
    """Notes in a folder that it was loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.mkdir, (self.folder / "sprung",)


def set_trap(folder: Path) -> Path:
    """Put a pickle that runs something where rules are kept, with a name and a sum that are right."""
    ready(folder)
    file = folder / "rules.compiled"
    body = pickle.dumps(Trap(folder))
    file.write_bytes(file.read_bytes()[:32] + sha256(body).digest() + body)
    return file


def test_a_file_of_our_own_is_believed(tmp_path: Path, compiled: list[int]) -> None:
    """The other tests with a trap show something only if it can spring."""
    set_trap(tmp_path)
    ready(tmp_path)
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_what_others_may_touch_is_not_loaded(tmp_path: Path, compiled: list[int], mode: int) -> None:
    file = set_trap(tmp_path)
    file.chmod(mode)
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert not (tmp_path / "sprung").exists()
    assert file.stat().st_mode & 0o777 == 0o600, "it is replaced"


def test_what_somebody_else_wrote_is_not_loaded(tmp_path: Path, compiled: list[int], monkeypatch) -> None:
    set_trap(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert not (tmp_path / "sprung").exists()


def test_what_stands_elsewhere_is_not_loaded(tmp_path: Path, compiled: list[int]) -> None:
    file = set_trap(tmp_path)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert not (tmp_path / "sprung").exists()
    assert not file.is_symlink()


def test_a_pipe_in_its_place_holds_nobody_up(tmp_path: Path, compiled: list[int]) -> None:
    os.mkfifo(tmp_path / "rules.compiled", 0o600)
    ready(tmp_path)
    ready(tmp_path)
    assert compiled == [3]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, compiled: list[int]) -> None:
    (tmp_path / "file").write_text("")
    assert sorted(ready(tmp_path / "file" / "state").matching(ARTICLE)) == BOTH
    (tmp_path / "rules.compiled").mkdir()
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert not list(tmp_path.glob("*.part"))


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path: Path, compiled: list[int]) -> None:
    (tmp_path / "rules.compiled.part").write_bytes(b"half of it")
    ready(tmp_path)
    ready(tmp_path)
    assert compiled == [3]
    assert not list(tmp_path.glob("*.part"))


def test_a_wrong_rule_is_told_and_nothing_is_kept(tmp_path: Path, compiled: list[int]) -> None:
    with pytest.raises(RuleError):
        ready(tmp_path, (Rule("wrong", query="NOT drone"),))
    assert not (tmp_path / "rules.compiled").exists()
    ready(tmp_path)  # nobody holds the turn any more


def test_of_several_at_once_one_compiles(tmp_path: Path, compiled: list[int], monkeypatch) -> None:
    alone_with = rulefile.alone_with

    @contextmanager
    def after_another(file: Path) -> Iterator[None]:
        monkeypatch.setattr(rulefile, "alone_with", alone_with)
        ready(file.parent)
        with alone_with(file), (file.parent / "rules.lock").open() as door:
            with pytest.raises(BlockingIOError):
                fcntl.flock(door, fcntl.LOCK_SH | fcntl.LOCK_NB)
            yield

    monkeypatch.setattr(rulefile, "alone_with", after_another)
    assert sorted(ready(tmp_path).matching(ARTICLE)) == BOTH
    assert compiled == [3]


def set_up(folder: Path) -> None:
    """Prepare a worker process as a daemon does, and note in a folder when it compiles."""

    def noted(*asked: object, forms: Forms) -> RuleSet:
        (folder / f"compiled by {os.getpid()}").touch()
        return compile_rules(*asked, forms=forms)

    rulefile.compile_rules, rulefile._SHORT = noted, 0
    load_rules(RULES, (), LISTS, FORMS, partial(rulefile.compile_once, folder))


def meet(folder: Path) -> tuple[int, list[str]]:
    """Wait until a second process is here too; tell which rules of this one an article matches."""
    (folder / f"met {os.getpid()}").touch()
    while len(list(folder.glob("met *"))) < 2:
        pass
    return os.getpid(), sorted(matching(ARTICLE))


async def test_worker_processes_and_their_successors_compile_once(tmp_path: Path) -> None:
    found: dict[int, list[str]] = {}
    for _daemon in range(2):
        workers = Workers(2, set_up, (tmp_path,), limit=30)
        try:
            found.update(await asyncio.gather(workers(meet, tmp_path), workers(meet, tmp_path)))
        finally:
            await workers.close(0)
        for mark in tmp_path.glob("met *"):
            mark.unlink()
    assert list(found.values()) == [BOTH] * 4
    assert len(list(tmp_path.glob("compiled by *"))) == 1
