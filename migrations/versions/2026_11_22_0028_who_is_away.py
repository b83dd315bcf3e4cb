"""who of a store is away, and who stands in

Revision ID: 2026_11_22_0028
Revises: 2026_11_22_0027
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0028"
down_revision = "2026_11_22_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.Column("note", text(), server_default="", nullable=False),
        sa.Column("recorded_by", text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("ended_by", text(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("released_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_absence_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_absence_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_brand_id", "absence", ["brand_id"], unique=False)
    op.create_index("ix_absence_person_id", "absence", ["person_id", "to_on"], unique=False)
    op.create_index(
        "ix_absence_stand_in_id",
        "absence",
        ["stand_in_id", "to_on"],
        unique=False,
        postgresql_where=sa.text("stand_in_id is not null"),
    )
    run = op.get_bind().connection.driver_connection.execute
    run("alter table absence enable row level security")
    run("alter table absence force row level security")
    run("create policy brand_wall on absence using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_table("absence")
