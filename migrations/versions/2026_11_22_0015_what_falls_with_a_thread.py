"""mentions by thread, by what they answer, and by Page

Revision ID: 2026_11_22_0015
Revises: 2026_11_22_0014
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0015"
down_revision = "2026_11_22_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_mention_thread",
        "mention",
        ["brand_id", "thread_id"],
        unique=False,
        postgresql_where=sa.text("thread_id <> external_id and kind <> 'message'"),
    )
    op.create_index(
        "ix_mention_nested",
        "mention",
        ["brand_id", "parent_id"],
        unique=False,
        postgresql_where=sa.text(
            "parent_id is not null and parent_id is distinct from thread_id and kind <> 'message'"
        ),
    )
    op.create_index("ix_mention_page", "mention", ["brand_id", "page_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mention_page", table_name="mention")
    op.drop_index("ix_mention_nested", table_name="mention")
    op.drop_index("ix_mention_thread", table_name="mention")
