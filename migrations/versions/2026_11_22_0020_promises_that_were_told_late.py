"""when a broken promise was told of

Revision ID: 2026_11_22_0020
Revises: 2026_11_22_0019
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0020"
down_revision = "2026_11_22_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_clock", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_case_clock_untold",
        "case_clock",
        ["brand_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at is null and escalated_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_clock_untold", table_name="case_clock")
    op.drop_column("case_clock", "escalated_at")
