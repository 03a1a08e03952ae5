"""Rules, compiled once a machine and kept beside the database: to load them takes an eighth of the time.

One file holds those that were compiled last. Each worker process that is to ask the same rules loads them,
be it of this daemon, of another on the machine, or the successor of one that was killed. A file that is
spoilt, or of other rules or another release, costs only time.
"""

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import daemon.match
import daemon.model
from daemon.match import Forms, RuleSet, compile_rules
from daemon.model import Entity, Rule, WordList
from daemon.runtime.turns import alone_with

_SHORT = 200_000  # bytes that ask about a thousand things: they are compiled in a tenth of a second
_DIGEST = hashlib.sha256().digest_size


def compile_once(
    folder: Path,
    rules: tuple[Rule, ...],
    entities: tuple[Entity, ...],
    lists: tuple[WordList, ...],
    *,
    forms: Forms,
) -> RuleSet:
    """Give the rules as `folder` keeps them, or else compile them and keep them there.

    Of several processes that need them at once, one compiles and the others wait for what it keeps. Few
    rules are compiled by everyone, sooner than they would be found. Raises RuleError for one that is wrong.
    """
    asked = repr((rules, entities, lists)).encode()
    if len(asked) < _SHORT:
        return compile_rules(rules, entities, lists, forms=forms)
    file, name = folder / "rules.compiled", _name(asked, forms)
    if kept := _recall(file, name):
        return kept
    with alone_with(file):
        if kept := _recall(file, name):
            return kept
        compiled = compile_rules(rules, entities, lists, forms=forms)
        with suppress(OSError):  # the folder cannot be written, or is full
            _keep(file, name, compiled)
    return compiled


def _name(asked: bytes, forms: Forms) -> bytes:
    """Digest all that the compiled rules depend on; in sets of forms the order is chance."""
    known = [
        (language, sorted((word, sorted(others)) for word, others in words.items()))
        for language, words in sorted(forms.items())
    ]
    return hashlib.sha256(b"\0".join((_program(), repr(known).encode(), asked))).digest()


@cache
def _program() -> bytes:
    """Digest what compiles, word for word: releases are not all that may differ."""
    made_with = (sys.version, version("PyStemmer"), version("google-re2"))
    made_by = hashlib.sha256(repr(made_with).encode())
    for code in _code():
        made_by.update(code)
    return made_by.digest()


def _code() -> Iterator[bytes]:
    for room in (daemon.match, daemon.model):
        for folder in room.__path__:
            for file in sorted(Path(folder).glob("*.py")):
                yield file.read_bytes()


def _recall(file: Path, name: bytes) -> RuleSet | None:
    """Load the rules of this name; None where the file holds no such, or not what was written.

    A pickle can run anything when it is loaded. This one is loaded only if the file is this user's own and
    nobody else may read or write it, so that only who can already run anything as this user can have made
    it; and only if it is whole and names these rules and this very program, so that it can be loaded.
    """
    with suppress(OSError), open(file, "rb", opener=_open_own) as stream:
        if stream.read(_DIGEST) == name:
            whole, body = stream.read(_DIGEST), stream.read()
            if hashlib.sha256(body).digest() == whole:
                rules: RuleSet = pickle.loads(body)  # noqa: S301  see above
                return rules
    return None


def _open_own(path: str, flags: int) -> int:
    """Open a plain file that is this user's alone; raise PermissionError for any other."""
    opened = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    is_now = os.fstat(opened)
    if stat.S_ISREG(is_now.st_mode) and is_now.st_uid == os.geteuid() and not is_now.st_mode & 0o077:
        return opened
    os.close(opened)
    raise PermissionError(path)


def _keep(file: Path, name: bytes, compiled: RuleSet) -> None:
    """Write the rules beside their place, then put them there: whoever looks finds all of them or others."""
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)  # of a process that was killed over it
    try:
        with open(unfinished, "xb", opener=partial(os.open, mode=0o600)) as stream:
            body = pickle.dumps(compiled, pickle.HIGHEST_PROTOCOL)
            stream.write(name + hashlib.sha256(body).digest())
            stream.write(body)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
