"""how Pages were found: their names, the ways that gave them, how connecting goes

Revision ID: 2026_11_22_0006
Revises: 2026_11_22_0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0006"
down_revision = "2026_11_22_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column("page_access", sa.Column("name", text, server_default="", nullable=False))
    op.add_column(
        "page_access", sa.Column("found_by", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("facebook_connection", sa.Column("business_id", text, nullable=True))
    op.add_column("facebook_connection", sa.Column("report", postgresql.JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("facebook_connection", "report")
    op.drop_column("facebook_connection", "business_id")
    op.drop_column("page_access", "found_by")
    op.drop_column("page_access", "name")
