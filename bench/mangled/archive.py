"""A small store of fingerprints in SQLite, shaped as the real one."""

import random
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import process_time
from types import TracebackType
from typing import Self

from daemon.dedup import Fingerprint, compare, fingerprint
from daemon.model import Article

_BATCH = 50
_FILL = 5000
_KEYS = 14  # what a text of usual length has


class Archive:
    """Keys and fingerprints in a database of its own, gone when closed."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory()
        self.path = Path(self._directory.name) / "archive.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-262144;"
            "CREATE TABLE nd_key (key INTEGER, article_id INTEGER, PRIMARY KEY (key, article_id))"
            " WITHOUT ROWID;"
            "CREATE TABLE fingerprint (article_id INTEGER PRIMARY KEY, data BLOB);"
        )
        self.articles = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self._directory.cleanup()

    def candidates(self, keys: Iterable[int]) -> list[tuple[int, int]]:
        """Give the twelve articles that share most keys, with how many."""
        listed = ",".join(map(str, keys))
        return self.connection.execute(
            f"SELECT article_id, count(*) FROM nd_key WHERE key IN ({listed})"
            " GROUP BY article_id ORDER BY 2 DESC LIMIT 12"
        ).fetchall()

    def fingerprints(self, articles: Iterable[int]) -> list[Fingerprint]:
        """Give the stored fingerprints of articles."""
        listed = ",".join(map(str, articles))
        rows = self.connection.execute(f"SELECT data FROM fingerprint WHERE article_id IN ({listed})")
        return [Fingerprint.from_bytes(data) for (data,) in rows]

    def keep(self, rows: list[tuple[int, int]]) -> None:
        """Store keys, sorted so that neighbours share a page."""
        self.connection.executemany("INSERT OR IGNORE INTO nd_key VALUES (?, ?)", sorted(rows))


def fill(archive: Archive, number: int, dice: random.Random) -> float:
    """Put so many articles of random keys into the window; give the bytes of index that each takes."""
    for start in range(0, number, _FILL):
        rows = [
            (dice.randint(-(1 << 47), (1 << 47) - 1), article)
            for article in range(start, start + _FILL)
            for _ in range(_KEYS)
        ]
        archive.connection.execute("BEGIN")
        archive.keep(rows)
        archive.connection.execute("COMMIT")
    archive.articles = number
    archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return archive.path.stat().st_size / number


def end_to_end(archive: Archive, articles: list[Article]) -> tuple[float, float]:
    """Recognise and store articles in batches; give articles a second and the lookups' 99th percentile."""
    lookups: list[float] = []
    began = process_time()
    for start in range(0, len(articles), _BATCH):
        archive.connection.execute("BEGIN IMMEDIATE")
        rows: list[tuple[int, int]] = []
        for article in articles[start : start + _BATCH]:
            new = fingerprint(article)
            asked = process_time()
            found = archive.candidates(new.keys)
            lookups.append(process_time() - asked)
            for known in archive.fingerprints(number for number, shared in found if shared > 1):
                compare(new, known)
            archive.articles += 1
            archive.connection.execute(
                "INSERT INTO fingerprint VALUES (?, ?)", (archive.articles, new.to_bytes())
            )
            rows += [(key, archive.articles) for key in new.keys]
        archive.keep(rows)
        archive.connection.execute("COMMIT")
    lookups.sort()
    return len(articles) / (process_time() - began), lookups[int(0.99 * len(lookups))]
