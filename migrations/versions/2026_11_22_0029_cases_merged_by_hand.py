"""cases that a person has merged into another

Revision ID: 2026_11_22_0029
Revises: 2026_11_22_0028
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0029"
down_revision = "2026_11_22_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("care_case", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_care_case_merged_into_care_case"), "care_case", "care_case", ["merged_into"], ["id"])
    op.create_index(
        "ix_care_case_merged", "care_case", ["merged_into"], postgresql_where=sa.text("merged_into is not null")
    )


def downgrade() -> None:
    op.execute("update care_case set state = 'resolved' where state = 'not-ours'")
    op.drop_index("ix_care_case_merged", table_name="care_case")
    op.drop_constraint(op.f("fk_care_case_merged_into_care_case"), "care_case", type_="foreignkey")
    op.drop_column("care_case", "merged_into")
