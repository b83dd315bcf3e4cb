"""months of staffing that people had played

Revision ID: 2026_11_22_0012
Revises: 2026_11_22_0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0012"
down_revision = "2026_11_22_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "staffing_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", text, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("failure", text, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_staffing_run_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staffing_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffing_run")),
    )
    op.create_index("ix_staffing_run_brand_id_asked_at", "staffing_run", ["brand_id", "asked_at"], unique=False)
    run = op.get_bind().connection.driver_connection.execute
    run("alter table staffing_run enable row level security")
    run("alter table staffing_run force row level security")
    run("create policy brand_wall on staffing_run using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_table("staffing_run")
