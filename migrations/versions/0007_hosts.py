"""Indexes for work that is shared out by host."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_sources_host_next_poll_at", "sources", ["host", "next_poll_at"], unique=False)
    op.create_index("ix_entries_host_next_read_at", "entries", ["host", "next_read_at"], unique=False)
