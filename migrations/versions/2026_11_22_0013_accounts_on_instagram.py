"""accounts on Instagram, and what they were told of by a bare id

Revision ID: 2026_11_22_0013
Revises: 2026_11_22_0012
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0013"
down_revision = "2026_11_22_0012"
branch_labels = None
depends_on = None

_TO_READ = sa.text("channel = 'instagram' and kind = 'mention' and content_version = ''")


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column("page_access", sa.Column("instagram_id", text, nullable=True))
    op.add_column("page_access", sa.Column("instagram_name", text, server_default="", nullable=False))
    op.create_index(
        "ix_page_access_instagram_id",
        "page_access",
        ["instagram_id"],
        unique=False,
        postgresql_where=sa.text("instagram_id is not null"),
    )
    op.create_index(
        "ix_mention_to_read", "mention", ["page_id", "received_at"], unique=False, postgresql_where=_TO_READ
    )


def downgrade() -> None:
    op.drop_index("ix_mention_to_read", table_name="mention", postgresql_where=_TO_READ)
    op.drop_index("ix_page_access_instagram_id", table_name="page_access")
    op.drop_column("page_access", "instagram_name")
    op.drop_column("page_access", "instagram_id")
