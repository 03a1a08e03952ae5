"""Silences, the alerts that they mute, and each attempt to deliver."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("rule", "source", "source_tag", "match")),
        sa.Column("story", _ID, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("expired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
    op.create_index("ix_silences_ends", "silences", ["ends"], unique=False)
    op.add_column("alerts", sa.Column("silence_id", _ID, nullable=True))
    op.add_column("alerts", sa.Column("muted", sa.Text(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("replay_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_alerts_silence_id", "alerts", ["silence_id"], unique=False)
    op.create_index("ix_alerts_replay_at", "alerts", ["replay_at"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_kind", sa.Text(), nullable=False),
        sa.Column("outcome_detail", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_attempts_delivery_id_deliveries", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"], unique=False)
