"""What a delivery waits for, what it tells, and the digests that settle many at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
    )
    with op.batch_alter_table("deliveries") as batch:
        for name in ("held", "reason", "receipt"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("digest_id", _ID, nullable=True))
        batch.create_foreign_key(
            "fk_deliveries_digest_id_digests", "digests", ["digest_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_deliveries_digest_id", "deliveries", ["digest_id"], unique=False)
    op.create_index("ix_deliveries_channel_tried_at", "deliveries", ["channel", "tried_at"], unique=False)
    op.execute("UPDATE deliveries SET tried_at = sent_at")
