"""What waits for a channel is found by how much it matters, so that much of it costs no more than little."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_FRESH = sa.text("next_attempt_at IS NOT NULL AND attempts = 0 AND digest_id IS NULL")
_BEGUN = sa.text("next_attempt_at IS NOT NULL AND (attempts > 0 OR digest_id IS NOT NULL)")


def upgrade() -> None:
    # What a daemon of the release before writes meanwhile counts as a notice when its turn is looked for.
    op.add_column("deliveries", sa.Column("severity", sa.Integer(), nullable=False, server_default="20"))
    op.execute(
        "UPDATE deliveries SET severity ="
        " (SELECT alerts.severity FROM alerts WHERE alerts.id = deliveries.alert_id)"
    )
    op.create_index(
        "ix_deliveries_fresh",
        "deliveries",
        ["channel", "held", "severity", "next_attempt_at"],
        sqlite_where=_FRESH,
        postgresql_where=_FRESH,
    )
    op.create_index(
        "ix_deliveries_begun",
        "deliveries",
        ["channel", "next_attempt_at"],
        sqlite_where=_BEGUN,
        postgresql_where=_BEGUN,
    )
