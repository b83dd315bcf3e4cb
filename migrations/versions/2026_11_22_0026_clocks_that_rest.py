"""clocks that rest while it is the customer's turn, that warn, and that go on up

Revision ID: 2026_11_22_0026
Revises: 2026_11_22_0025
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0026"
down_revision = "2026_11_22_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("paused_at", "warned_at", "again_at"):
        op.add_column("case_clock", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_clock", sa.Column("paused_seconds", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_case_clock_again",
        "case_clock",
        ["brand_id", "again_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at is null and again_at is not null"),
    )
    # whose turn it is already: what promises the end of the matter rests from now on
    op.execute(
        "update case_clock k set paused_at = coalesce(c.answered_at, c.updated_at) from care_case c"
        " where c.id = k.case_id and k.kind = 'resolve' and k.stopped_at is null and c.is_open and c.waiting_since is null"
    )


def downgrade() -> None:
    op.drop_index("ix_case_clock_again", table_name="case_clock")
    for name in ("paused_seconds", "again_at", "warned_at", "paused_at"):
        op.drop_column("case_clock", name)
