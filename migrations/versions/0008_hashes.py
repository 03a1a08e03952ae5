"""No hash of an article's words: nothing asked for it."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_index("ix_articles_content_hash", table_name="articles")
    op.drop_column("articles", "content_hash")
