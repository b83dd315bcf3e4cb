"""rules of the care team: forms, history, version, hits by day, dry runs

Revision ID: 2026_11_22_0010
Revises: 2026_11_22_0009
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0010"
down_revision = "2026_11_22_0009"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = (
    "triage_dry_run",
    "triage_rule",
    "triage_rule_change",
    "triage_rule_hit_day",
    "triage_rule_set",
)


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "triage_rule",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("live", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("draft", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by", text(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("updated_by", text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_rule_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_rule")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_triage_rule_brand_id_key")),
    )
    op.create_table(
        "triage_rule_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", text(), nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by", text(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_rule_change_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_rule_change")),
    )
    op.create_index(
        "ix_triage_rule_change_brand_id_key_id", "triage_rule_change", ["brand_id", "key", "id"], unique=False
    )
    op.create_table(
        "triage_rule_set",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_rule_set_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_triage_rule_set")),
    )
    op.create_table(
        "triage_rule_hit_day",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_rule_hit_day_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "on_day", "key", "slot", name=op.f("pk_triage_rule_hit_day")),
    )
    op.create_table(
        "triage_dry_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("asked_by", text(), nullable=False),
        sa.Column("moved_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_dry_run_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_dry_run")),
    )
    op.create_index("ix_triage_dry_run_brand_id_key_id", "triage_dry_run", ["brand_id", "key", "id"], unique=False)
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    for table in BEHIND_THE_WALL:
        op.drop_table(table)
