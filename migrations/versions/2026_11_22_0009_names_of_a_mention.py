"""the names that lanes give to one mention, and reviews by who wrote them

Revision ID: 2026_11_22_0009
Revises: 2026_11_22_0008
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0009"
down_revision = "2026_11_22_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "mention_name",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("channel", text, nullable=False),
        sa.Column("external_id", text, nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", text, nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_mention_name_brand_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention_key.id"], name=op.f("fk_mention_name_mention_id")),
        sa.PrimaryKeyConstraint("brand_id", "channel", "external_id", name=op.f("pk_mention_name")),
    )
    op.create_index(op.f("ix_mention_name_mention_id"), "mention_name", ["mention_id"], unique=False)
    op.create_index(
        "ix_mention_told_by_people",
        "mention",
        ["brand_id", sa.text("lower(author_name)")],
        unique=False,
        postgresql_where=sa.text("kind = 'review' or starts_with(external_id, 'mail-')"),
    )
    run = op.get_bind().connection.driver_connection.execute
    run("alter table mention_name enable row level security")
    run("alter table mention_name force row level security")
    run("create policy brand_wall on mention_name using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_index("ix_mention_told_by_people", table_name="mention")
    op.drop_table("mention_name")
