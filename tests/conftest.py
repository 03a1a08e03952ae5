"""What every test shares: a skipped test is a failure where nothing may be skipped."""

import compileall
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # for `servers`, the world's side of our sockets

from servers import wordforms
from servers.postgres import Postgres, Server, programs

from daemon.store.upkeep import upgrade

ROOT = Path(__file__).parent.parent
# Tests that share what takes seconds to make; they begin the run, each bundle in one worker.
DEAR = ("wheel", "desk")

# Some environments forbid Python to keep what it compiled: every interpreter would compile it all again.
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once, for all the interpreters that tests start, and share out word forms."""
    if not hasattr(config, "workerinput"):
        forms = tempfile.TemporaryDirectory(prefix="tocsin-forms-")
        config.add_cleanup(forms.cleanup)
        os.environ[wordforms.NAMED] = forms.name
        for folder in ("daemon", "migrations", "tests/servers"):
            compileall.compile_dir(ROOT / folder, quiet=2)


def pytest_xdist_auto_num_workers() -> int:
    """Start four workers on the smallest machine: most of them wait for other processes."""
    return max(4, os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, dealt out among the workers; all else keeps its random order."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    bundles: dict[str, list[pytest.Item]] = {}
    for item in items:
        bundles.setdefault(_bundle(item), []).append(item)
    rest = bundles.pop("", [])
    heads = [[item for each in list(bundles.values())[n::workers] for item in each] for n in range(workers)]
    sizes = [(len(items) + n) // workers for n in range(workers)]  # as xdist's worksteal cuts them
    items[:] = []
    for head, size in zip(heads, sizes, strict=True):
        more = max(size - len(head), 0)
        items += [*head, *rest[:more]]
        del rest[:more]
    items += rest


def _bundle(item: pytest.Item) -> str:
    """Name the bundle that a test belongs to; most belong to none."""
    shared = [name for name in DEAR if name in getattr(item, "fixturenames", ())]
    if shared and item.path.parent.name in {"e2e", "web"}:
        return shared[0]
    return item.path.name if item.path.parent.name == "e2e" else ""


# A busy machine is no fault of what is tested.
settings.register_profile("tocsin", deadline=None)
settings.load_profile("tocsin")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("TOCSIN_NOTHING_SKIPPED") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database in one file, migrated once for the whole run: tests copy it."""
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    upgrade(f"sqlite:///{path}", datetime.now(UTC))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server: the one that TOCSIN_TEST_POSTGRES names, or one of our own for this run."""
    if address := os.environ.get("TOCSIN_TEST_POSTGRES"):
        given = Server(address)
        yield given
        given.leave()
        return
    if (found := programs()) is None:
        pytest.skip(
            "PostgreSQL's server is not installed: apt install postgresql, or set TOCSIN_TEST_POSTGRES"
        )
    with tempfile.TemporaryDirectory(
        prefix="tocsin-postgres-"
    ) as folder:  # pytest's own are closed to others
        server = Postgres(found, Path(folder))
        server.resume()
        yield server
        server.halt()


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """An empty database on that server, migrated once: tests have it copied."""
    address = postgres.create()
    upgrade(address, datetime.now(UTC))
    return address
