"""a verdict knows whether the words it judged are those that stand there now

Revision ID: 2026_11_22_0031
Revises: 2026_11_22_0030
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0031"
down_revision = "2026_11_22_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdict", sa.Column("words_print", sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    op.drop_column("verdict", "words_print")
