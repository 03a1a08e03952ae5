"""Finds the files of a configuration and reads their text."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from daemon.config.document import Document
from daemon.config.sections import is_secret
from daemon.errors import ConfigError, NotFoundError, Problem

SYSTEM_FILE = Path("/etc/tocsin/config.toml")
_LARGEST = 50_000_000
_WILD = frozenset("*?[")


def find(environ: Mapping[str, str], cwd: Path, named: Path | None = None) -> Path:
    """Choose the configuration: the one named, $TOCSIN_CONFIG, ./config.toml, /etc/tocsin/config.toml.

    One that is named is taken as it is; `read_document` says so if it is not there. Raises
    NotFoundError when none is named and none is there.
    """
    if named or environ.get("TOCSIN_CONFIG"):
        return named or Path(environ["TOCSIN_CONFIG"])
    for path in (cwd / "config.toml", SYSTEM_FILE):
        if path.is_file():
            return path.relative_to(cwd) if path.is_relative_to(cwd) else path
    raise NotFoundError(
        f"no configuration: neither {cwd / 'config.toml'} nor {SYSTEM_FILE} is there; "
        "name one with --config or TOCSIN_CONFIG"
    )


def read_document(path: Path) -> Document:
    """Read one TOML file; raises ConfigError when it cannot be read or is not TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(raw) > _LARGEST:
        raise ConfigError((Problem(str(path), 0, 0, "longer than 50 MB", hint="this is no configuration"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        problem = Problem(str(path), line, column, "not UTF-8 text", hint="save the file as UTF-8")
        raise ConfigError((problem,)) from None
    return Document(str(path), text, is_secret)


def find_included(main: Document, directory: Path) -> tuple[list[Path], frozenset[Path], list[Problem]]:
    """Follow `include`: the files, in order and each once, the directories they come from, and problems.

    A pattern may match nothing, so that an empty rules.d is fine; its directory must be there.
    """
    found: dict[Path, None] = {}
    directories = {directory}
    problems = []
    for index, pattern in _patterns(main):
        base, paths = _expand(directory, pattern)
        directories |= {base, *(path.parent for path in paths)} if base.is_dir() else set()
        if not paths and (not base.is_dir() or not _WILD & set(pattern)):
            message = f"nothing is there: {directory / pattern}"
            problems.append(main.problem(("include", index), message, "correct or delete it"))
        found |= dict.fromkeys(path for path in paths if path.resolve() != Path(main.file).resolve())
    return list(found), frozenset(directories), problems


def included_places(main: Document, directory: Path) -> Iterator[Path]:
    """Give where `include` leads: a file, or the folder before the first wild card, there or not."""
    for _, pattern in _patterns(main):
        base, _ = _expand(directory, pattern)
        yield base if _WILD & set(pattern) else directory / pattern


def _patterns(main: Document) -> Iterator[tuple[int, str]]:
    written = main.data.get("include", [])
    for index, pattern in enumerate(written if isinstance(written, list) else ()):
        if isinstance(pattern, str) and pattern:
            yield index, pattern


def _expand(directory: Path, pattern: str) -> tuple[Path, list[Path]]:
    """Give the directory before the first wild card, and the files that match."""
    parts = Path(pattern).parts
    fixed = next((index for index, part in enumerate(parts) if _WILD & set(part)), len(parts))
    if fixed == len(parts):
        path = directory / pattern
        return path.parent, [path] if path.is_file() else []
    base = directory.joinpath(*parts[:fixed])
    try:
        return base, sorted(path for path in base.glob(str(Path(*parts[fixed:]))) if path.is_file())
    except (OSError, ValueError):  # not allowed to look, or not a pattern
        return base / pattern, []


def _unreadable(path: Path, error: Exception) -> ConfigError:
    if isinstance(error, FileNotFoundError):
        message, hint = "no such file", "name the configuration with --config or TOCSIN_CONFIG"
    else:
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        hint = "check its path and its permissions"
    return ConfigError((Problem(str(path), 0, 0, message, hint=hint),))
