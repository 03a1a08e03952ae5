"""Which fingerprints have lookup keys of an earlier making: the daemon makes them anew, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_fingerprints = sa.table(
    "fingerprints", sa.column("article_id", sa.BigInteger), sa.column("seen_at", sa.DateTime(timezone=True))
)
_facts = sa.table(
    "facts",
    sa.column("key", sa.Text),
    sa.column("value", sa.JSON),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    conn = op.get_bind()
    ids, seen_at = _fingerprints.c.article_id, _fingerprints.c.seen_at
    last, seen, count = conn.execute(sa.select(sa.func.max(ids), sa.func.max(seen_at), sa.func.count())).one()
    if count:
        mark = {"below": last + 1, "left": count}
        conn.execute(_facts.insert().values(key="rekeying", value=mark, at=seen))
