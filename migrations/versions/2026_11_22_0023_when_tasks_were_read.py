"""when the tasks of a brand's Pages were read last

Revision ID: 2026_11_22_0023
Revises: 2026_11_22_0022
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0023"
down_revision = "2026_11_22_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facebook_connection", sa.Column("tasks_read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("facebook_connection", "tasks_read_at")
