"""a brand's model is switched off and on, and it is known who did and why

Revision ID: 2026_11_22_0033
Revises: 2026_11_22_0032
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_0033"
down_revision = "2026_11_22_0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("triage_model_set", sa.Column("off_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("triage_model_set", sa.Column("off_by", sa.String(), nullable=True))
    op.add_column("triage_model_set", sa.Column("off_why", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("triage_model_set", "off_why")
    op.drop_column("triage_model_set", "off_by")
    op.drop_column("triage_model_set", "off_since")
