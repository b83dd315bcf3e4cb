"""surges: when overflow rules hold, their history, and what each hour brought

Revision ID: 2026_11_22_0025
Revises: 2026_11_22_0024
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0025"
down_revision = "2026_11_22_0024"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("surge", "surge_event", "arrival_hour")


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "surge",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("origin", text(), nullable=False),
        sa.Column("note", text(), server_default="", nullable=False),
        sa.Column("created_by", text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("begins_at", moment, nullable=False),
        sa.Column("ends_by", moment, nullable=True),
        sa.Column("begun_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("rests_until", moment, nullable=True),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Float(), nullable=True),
        sa.Column("returned", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_surge_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surge")),
    )
    op.create_index(
        "uq_surge_on",
        "surge",
        ["brand_id"],
        unique=True,
        postgresql_where=sa.text("begun_at is not null and ended_at is null"),
    )
    op.create_index("ix_surge_brand_id_id", "surge", ["brand_id", "id"], unique=False)
    op.create_table(
        "surge_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("surge_id", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("actor", text(), nullable=False),
        sa.Column("why", text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_surge_event_brand_id")),
        sa.ForeignKeyConstraint(["surge_id"], ["surge.id"], name=op.f("fk_surge_event_surge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surge_event")),
    )
    op.create_index("ix_surge_event_brand_id_at", "surge_event", ["brand_id", "at"], unique=False)
    op.create_table(
        "arrival_hour",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("hour", moment, nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_arrival_hour_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "hour", name=op.f("pk_arrival_hour")),
    )
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    for table in reversed(BEHIND_THE_WALL):
        op.drop_table(table)
