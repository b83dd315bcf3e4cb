"""models of a brand's own: register, files, history, and what they would have said

Revision ID: 2026_11_22_0016
Revises: 2026_11_22_0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0016"
down_revision = "2026_11_22_0015"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("triage_shadow", "triage_model_set", "triage_model_change", "triage_model_file", "triage_model")


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "triage_model",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("recipe", text(), nullable=False),
        sa.Column("base", text(), nullable=False),
        sa.Column("features", text(), nullable=False),
        sa.Column("trained_at", moment, nullable=False),
        sa.Column("trained_by", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("gate", postgresql.JSONB(), nullable=False),
        sa.Column("override_reason", text(), nullable=True),
        sa.Column("share", sa.Float(), server_default="0", nullable=False),
        sa.Column("looked_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("shadow_since", moment, nullable=True),
        sa.Column("trouble", text(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_model_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_triage_model_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_model")),
        sa.UniqueConstraint("brand_id", "version", name=op.f("uq_triage_model_brand_id_version")),
    )
    op.create_index(
        "uq_triage_model_live", "triage_model", ["brand_id"], unique=True, postgresql_where=sa.text("state = 'live'")
    )
    op.create_table(
        "triage_model_file",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("sha256", text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_model_file_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["triage_model.id"], name=op.f("fk_triage_model_file_model_id")),
        sa.PrimaryKeyConstraint("model_id", "name", name=op.f("pk_triage_model_file")),
    )
    op.create_table(
        "triage_model_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", text(), nullable=False),
        sa.Column("before", text(), nullable=True),
        sa.Column("after", text(), nullable=False),
        sa.Column("live_before", sa.BigInteger(), nullable=True),
        sa.Column("reason", text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by", text(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_model_change_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["triage_model.id"], name=op.f("fk_triage_model_change_model_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_triage_model_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_model_change")),
    )
    op.create_index("ix_triage_model_change_brand_id_id", "triage_model_change", ["brand_id", "id"], unique=False)
    op.create_table(
        "triage_model_set",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_model_set_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_triage_model_set")),
    )
    op.create_table(
        "triage_shadow",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("differs", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_triage_shadow_brand_id")),
        sa.ForeignKeyConstraint(["model_id"], ["triage_model.id"], name=op.f("fk_triage_shadow_model_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention_key.id"], name=op.f("fk_triage_shadow_mention_id")),
        sa.PrimaryKeyConstraint("model_id", "mention_id", name=op.f("pk_triage_shadow")),
    )
    op.create_index("ix_triage_shadow_mention_id", "triage_shadow", ["mention_id"], unique=False)
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    for table in BEHIND_THE_WALL:
        op.drop_table(table)
