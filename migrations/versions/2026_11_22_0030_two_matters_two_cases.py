"""a conversation with two matters has two cases

Revision ID: 2026_11_22_0030
Revises: 2026_11_22_0029
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0030"
down_revision = "2026_11_22_0029"
branch_labels = None
depends_on = None

_UNIQUE = "uq_care_case_brand_id_conversation_key"
_UNIQUE_PART = "uq_care_case_brand_id_conversation_key_part"


def upgrade() -> None:
    words, moment = sqlmodel.sql.sqltypes.AutoString(), sa.DateTime(timezone=True)
    op.add_column("care_case", sa.Column("part", words, server_default="", nullable=False))
    op.add_column("care_case", sa.Column("told_topic", words, nullable=True))
    op.add_column("care_case", sa.Column("told_matter", words, nullable=True))
    op.add_column("care_case", sa.Column("told_tier", sa.Integer(), nullable=True))
    op.add_column("care_case", sa.Column("is_silent", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("care_case", sa.Column("deaf_from", moment, nullable=True))
    op.add_column("care_case", sa.Column("deaf_to", moment, nullable=True))
    op.create_unique_constraint(_UNIQUE_PART, "care_case", ["brand_id", "conversation_key", "part"])
    op.drop_constraint(_UNIQUE, "care_case", type_="unique")
    op.add_column("verdict", sa.Column("also_topic", words, nullable=True))
    op.add_column("verdict", sa.Column("also_matter", words, nullable=True))
    op.add_column("verdict", sa.Column("also_tier", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("also_tier", "also_matter", "also_topic"):
        op.drop_column("verdict", name)
    op.execute("update care_case set conversation_key = conversation_key || ' ' || part where part <> ''")
    op.create_unique_constraint(_UNIQUE, "care_case", ["brand_id", "conversation_key"])
    op.drop_constraint(_UNIQUE_PART, "care_case", type_="unique")
    for name in ("deaf_to", "deaf_from", "is_silent", "told_tier", "told_matter", "told_topic", "part"):
        op.drop_column("care_case", name)
