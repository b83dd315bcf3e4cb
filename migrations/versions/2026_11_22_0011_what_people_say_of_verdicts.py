"""what people say of verdicts, and how triage did week by week

Revision ID: 2026_11_22_0011
Revises: 2026_11_22_0010
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0011"
down_revision = "2026_11_22_0010"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("triage_label", "triage_week")


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "triage_label",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", text, nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("ruling", postgresql.JSONB(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", text, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_label_brand_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention_key.id"], name=op.f("fk_triage_label_mention_id")),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_triage_label_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_triage_label_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_label")),
    )
    op.create_index("ix_triage_label_brand_id_at", "triage_label", ["brand_id", "at"], unique=False)
    op.create_index(
        "uq_triage_label_standing",
        "triage_label",
        ["mention_id"],
        unique=True,
        postgresql_where=sa.text("taken_back_at is null"),
    )
    op.create_table(
        "triage_week",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_week_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "week", name=op.f("pk_triage_week")),
    )
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    for table in BEHIND_THE_WALL:
        op.drop_table(table)
