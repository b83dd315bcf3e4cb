"""what the rules of a policy give a case: a priority, the need of an approval; an author's earlier cases without a store

Revision ID: 2026_11_22_0018
Revises: 2026_11_22_0017
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0018"
down_revision = "2026_11_22_0017"
branch_labels = None
depends_on = None

_BY_AUTHOR = ["brand_id", "channel", "author_external_id", "last_customer_at"]


def upgrade() -> None:
    op.add_column("care_case", sa.Column("priority_rank", sa.Integer(), nullable=True))
    op.add_column("care_case", sa.Column("needs_approval", sa.Boolean(), server_default="false", nullable=False))
    _index_authors("author_external_id is not null")


def downgrade() -> None:
    _index_authors("author_external_id is not null and store_id is not null")
    op.drop_column("care_case", "needs_approval")
    op.drop_column("care_case", "priority_rank")


def _index_authors(condition: str) -> None:
    op.drop_index("ix_care_case_author", table_name="care_case")
    op.create_index("ix_care_case_author", "care_case", _BY_AUTHOR, unique=False, postgresql_where=sa.text(condition))
