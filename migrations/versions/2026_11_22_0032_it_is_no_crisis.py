"""a crisis that is none calls no more, and a verdict keeps which rules spoke

Revision ID: 2026_11_22_0032
Revises: 2026_11_22_0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0032"
down_revision = "2026_11_22_0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crisis_call", sa.Column("calmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "verdict", sa.Column("fired", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("verdict", "fired")
    op.drop_column("crisis_call", "calmed_at")
