"""What Alembic runs to reach a database: Tocsin hands it a connection, a developer an address.

alembic -x url=sqlite:///scratch.db upgrade head
alembic -x url=sqlite:///scratch.db revision --autogenerate --rev-id 0002 -m "what changes"
"""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from daemon.store import database
from daemon.store.columns import CleanText, UtcTime
from daemon.store.tables import metadata

_PLAIN: dict[type, str] = {UtcTime: "sa.DateTime(timezone=True)", CleanText: "sa.Text()"}


def render(_kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in a database: a revision outlives the program."""
    return _PLAIN.get(type(item), False)


def migrate(connection: Connection) -> None:
    """Run the revisions asked for, all in one transaction or not at all."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render,
        render_as_batch=True,  # SQLite changes a column by building the table anew
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    migrate(given)
else:
    address = context.get_x_argument(as_dictionary=True).get("url", "sqlite:///tocsin.db")
    with database.at(address).migrator().begin() as opened:
        migrate(opened)
