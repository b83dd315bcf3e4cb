"""when an agent last did something at the desk

Revision ID: 2026_11_22_0021
Revises: 2026_11_22_0020
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0021"
down_revision = "2026_11_22_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent_desk", sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("agent_desk", "acted_at")
