"""an author's earlier cases, asked for with every batch

Revision ID: 2026_11_22_0007
Revises: 2026_11_22_0006
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0007"
down_revision = "2026_11_22_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_care_case_author",
        "care_case",
        ["brand_id", "channel", "author_external_id", "last_customer_at"],
        postgresql_where=sa.text("author_external_id is not null and store_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_care_case_author", table_name="care_case")
