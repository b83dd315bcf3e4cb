"""what was purged when

Revision ID: 2026_11_22_0005
Revises: 2026_11_22_0004
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0005"
down_revision = "2026_11_22_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mention", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_mention_removed", "mention", ["removed_at"], postgresql_where=sa.text("removed_at is not null"))


def downgrade() -> None:
    op.drop_index("ix_mention_removed", table_name="mention")
    op.drop_column("mention", "purged_at")
