"""answers that wait for somebody's approval

Revision ID: 2026_11_22_0027
Revises: 2026_11_22_0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0027"
down_revision = "2026_11_22_0026"
branch_labels = None
depends_on = None

_TURN = ["case_id", "turn_id", "additional"]


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("care_case", sa.Column("approvers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("care_case", sa.Column("approval_asked_at", moment, nullable=True))
    op.add_column("reply", sa.Column("approver_id", sa.Integer(), nullable=True))
    op.add_column("reply", sa.Column("approved_at", moment, nullable=True))
    op.create_foreign_key(op.f("fk_reply_approver_id_person"), "reply", "person", ["approver_id"], ["id"])
    op.create_index(
        "ix_reply_awaiting", "reply", ["brand_id", "created_at"], postgresql_where=sa.text("state = 'awaiting'")
    )
    _number_turns("state not in ('failed', 'undone', 'returned')")


def downgrade() -> None:
    op.execute("update reply set state = 'undone' where state in ('awaiting', 'approved', 'returned')")
    _number_turns("state not in ('failed', 'undone')")
    op.drop_index("ix_reply_awaiting", table_name="reply")
    op.drop_constraint(op.f("fk_reply_approver_id_person"), "reply", type_="foreignkey")
    op.drop_column("reply", "approved_at")
    op.drop_column("reply", "approver_id")
    op.drop_column("care_case", "approval_asked_at")
    op.drop_column("care_case", "approvers")


def _number_turns(condition: str) -> None:
    op.drop_index("uq_reply_turn", table_name="reply")
    op.create_index("uq_reply_turn", "reply", _TURN, unique=True, postgresql_where=sa.text(condition))
