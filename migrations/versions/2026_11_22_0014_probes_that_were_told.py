"""when administrators were told of a probe

Revision ID: 2026_11_22_0014
Revises: 2026_11_22_0013
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0014"
down_revision = "2026_11_22_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("capability_probe", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("capability_probe", "told_at")
