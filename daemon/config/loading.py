"""Reads a configuration with all it includes, and checks everything before anything runs."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from daemon.alert import route
from daemon.config.address import (
    check_address,
    check_database,
    check_header,
    check_password,
    check_proxy,
)
from daemon.config.build import (
    build_alerts,
    build_channel,
    build_daemon,
    build_entity,
    build_list,
    build_polling,
    build_route,
    build_rule,
    build_source,
    build_web,
)
from daemon.config.checks import check_routes, check_tables
from daemon.config.config import Config
from daemon.config.document import Document
from daemon.config.files import SYSTEM_FILE, find_included, included_places, read_document
from daemon.config.places import Path as Place
from daemon.config.questions import check_questions
from daemon.config.secrets import Unresolved, file_of, resolve
from daemon.config.sections import (
    AlertsTable,
    ChannelTable,
    DaemonTable,
    EntityTable,
    ListTable,
    PollingTable,
    RouteTable,
    RuleTable,
    SourceTable,
    WebTable,
    is_secret,
)
from daemon.config.tables import Read, Tables
from daemon.config.templates import read_templates, template_paths
from daemon.errors import ConfigError, Problem
from daemon.model import NO_SECRET, OPEN_ACCESS, Access, Secret

_Check = Callable[[str], tuple[str, str] | None]

SYSTEM_STATE = Path("/var/lib/tocsin")


def load(
    path: Path, environ: Mapping[str, str], *, forgive: Collection[str] = (), text: str | None = None
) -> Config:
    """Read the configuration at `path`; `environ` resolves env: and credential: references.

    With `text`, it is checked as if this stood in the file. `forgive` names the kinds of references (env,
    file, credential) by which a secret may lead nowhere, since what a service may see its administrator
    may not: the channel is without an address then, the source without its login, and
    `Config.unresolved` says why. Raises ConfigError with every problem of every file, in the order in
    which a reader meets them.
    """
    tables, files, directories, places = _read_files(path, text)
    secrets = _Secrets(environ, path.parent, tables.problems, forgive)
    config = _build(tables, files, directories, secrets)
    sought = frozenset({*config.files, *config.directories, *places, *secrets.files})
    if tables.problems:
        raise ConfigError(tuple(_in_reading_order(tables.problems, files)), sought)
    unresolved = tuple(_in_reading_order(secrets.unresolved, files))
    return replace(config, sought=sought, unresolved=unresolved)


def locate_database(path: Path, environ: Mapping[str, str]) -> Secret:
    """Give the address of the database, whatever else is wrong with the configuration at `path`.

    The daemon may run on while the file is being edited, and whoever looks should see it. Raises
    ConfigError when there is no such file, or the address itself is wrong.
    """
    tables = Tables()
    try:
        tables.add(read_document(path), included=False)
    except ConfigError:
        if not path.is_file():
            raise
    problems: list[Problem] = []
    read = next(iter([*tables.of(DaemonTable), *tables.partly(DaemonTable)]), None)
    secrets = _Secrets(environ, path.parent, problems, ())
    named = secrets.follow(read, "database", check_database) if read else None
    if problems:
        raise ConfigError(tuple(problems))
    table = read.table if read else DaemonTable()
    return build_daemon(table, named, _state_directory(table, path, environ)).database


def _read_files(
    path: Path, text: str | None
) -> tuple[Tables, tuple[Path, ...], frozenset[Path], frozenset[Path]]:
    """Give the tables, the files that they are from, the folders to watch, and where `include` leads."""
    tables = Tables()
    main = read_document(path) if text is None else Document(str(path), text, is_secret)
    tables.add(main, included=False)
    included, directories, problems = find_included(main, path.parent)
    if problems:
        tables.lose_file(problems)
    for file in included:
        try:
            tables.add(read_document(file), included=True)
        except ConfigError as error:
            tables.lose_file(error.problems)
    return tables, (path, *included), directories, frozenset(included_places(main, path.parent))


def _build(
    tables: Tables, files: tuple[Path, ...], directories: frozenset[Path], secrets: "_Secrets"
) -> Config:
    """Make the nouns of all valid tables, adding the problems that only show here."""
    bads: list[Read[Any]] = [*tables.partly(ChannelTable), *tables.partly(DaemonTable)]
    for bad in bads:
        secrets.follow(bad, "url", check_address)
        secrets.follow(bad, "database", check_database)
    databases = [secrets.follow(read, "database", check_database) for read in tables.of(DaemonTable)]
    daemon = tables.setting(DaemonTable)
    state = _state_directory(daemon, files[0], secrets.environ)
    home = files[0].parent
    templates = read_templates(tables, home)
    channels = tuple(
        build_channel(
            read.table,
            secrets.follow(read, "url", check_address),
            daemon.time_zone,
            {key: templates[path] for key, path in template_paths(read.table, home).items()},
        )
        for read in tables.of(ChannelTable)
    )
    routes = tuple(build_route(read.table) for read in tables.of(RouteTable))
    rules = tuple(build_rule(read.table) for read in tables.of(RuleTable))
    config = Config(
        daemon=build_daemon(daemon, next(iter(databases), None), state),
        polling=build_polling(tables.setting(PollingTable)),
        alerts=build_alerts(tables.setting(AlertsTable)),
        web=build_web(tables.setting(WebTable)),
        sources=tuple(build_source(read.table, secrets.access(read)) for read in tables.of(SourceTable)),
        entities=tuple(build_entity(read.table) for read in tables.of(EntityTable)),
        lists=tuple(build_list(read.table) for read in tables.of(ListTable)),
        rules=rules,
        channels=channels,
        routes=routes,
        reached={rule.name: route(rule, channels, routes).channels for rule in rules if rule.enabled},
        files=(*files, *templates),
        directories=directories | {path.parent for path in templates},
    )
    tables.problems += check_tables(tables)
    tables.problems += check_questions(tables, config)
    tables.problems += check_routes(tables, config)
    return config


def _state_directory(table: DaemonTable, file: Path, environ: Mapping[str, str]) -> Path:
    """The one named; systemd's; the system's, for the system's file; else var/ beside the file.

    It does not depend on where a command is run, so that all of them meet the same database.
    """
    home = file.absolute().parent
    if table.state_directory:
        return home / table.state_directory
    if environ.get("STATE_DIRECTORY"):
        return Path(environ["STATE_DIRECTORY"].split(":")[0])  # the first, if a unit asks for several
    return SYSTEM_STATE if home == SYSTEM_FILE.parent else home / "var"


class _Secrets:
    """Follows references; what is wrong with them joins `problems`, or `unresolved` if it is forgiven."""

    def __init__(
        self, environ: Mapping[str, str], directory: Path, problems: list[Problem], forgive: Collection[str]
    ) -> None:
        self.environ = environ
        self.unresolved: list[Problem] = []
        self.files: set[Path] = set()
        self._directory = directory
        self._problems = problems
        self._forgive = forgive

    def follow(self, read: Read[Any], key: str, check: _Check) -> Secret | None:
        """Give the secret that a key names, or None when there is none."""
        written = getattr(read.table, key, None)
        return self._follow(read, (key,), written, check) if written else None

    def access(self, read: Read[SourceTable]) -> Access:
        """Give a source's access, its secrets looked up; what cannot be is left out and said."""
        table = read.table.access
        if table is None:
            return OPEN_ACCESS

        def one(key: str, check: _Check) -> Secret:
            written = getattr(table, key)
            return self._follow(read, ("access", key), written, check) or NO_SECRET if written else NO_SECRET

        def named(key: str) -> tuple[tuple[str, Secret], ...]:
            written = getattr(table, key).items()
            found = (
                (name, self._follow(read, ("access", key, name), text, check_header))
                for name, text in written
            )
            return tuple((name, secret) for name, secret in found if secret)

        certificate = table.client_certificate
        return Access(
            headers=named("headers"),
            cookies=named("cookies"),
            username=table.username or "",
            password=one("password", check_password),
            bearer=one("bearer", check_header),
            proxy=one("proxy", check_proxy),
            client_certificate=str(self._directory / certificate) if certificate else "",
        )

    def _follow(self, read: Read[Any], place: Place, written: str, check: _Check) -> Secret | None:
        self.files |= {file for file in [file_of(written, self._directory)] if file}
        found = resolve(written, self.environ, self._directory)
        wrong = (found.message, found.hint) if isinstance(found, Unresolved) else check(found.reveal())
        if wrong:
            # Without its database no command could do a thing.
            forgiven = place != ("database",) and written.partition(":")[0] in self._forgive
            kept = self.unresolved if forgiven and isinstance(found, Unresolved) else self._problems
            kept.append(read.problem(place, *wrong))
        return found if isinstance(found, Secret) else None


def _in_reading_order(problems: list[Problem], files: tuple[Path, ...]) -> Iterator[Problem]:
    order = {str(file): index for index, file in enumerate(files)}
    yield from sorted(dict.fromkeys(problems), key=lambda p: (order.get(p.file, -1), p.line, p.column))
