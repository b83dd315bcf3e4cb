"""until when Facebook takes no call of the app at all

Revision ID: 2026_11_22_0024
Revises: 2026_11_22_0023
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0024"
down_revision = "2026_11_22_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "graph_pause",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_graph_pause")),
    )


def downgrade() -> None:
    op.drop_table("graph_pause")
