"""what left a Page lately

Revision ID: 2026_11_22_0008
Revises: 2026_11_22_0007
"""

from alembic import op

revision = "2026_11_22_0008"
down_revision = "2026_11_22_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reply_page_id_sent_at", "reply", ["page_id", "sent_at"])


def downgrade() -> None:
    op.drop_index("ix_reply_page_id_sent_at", table_name="reply")
