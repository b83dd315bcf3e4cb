"""crises that call until somebody has them, where they are posted to, and notices that wait for the end of quiet hours

Revision ID: 2026_11_22_0022
Revises: 2026_11_22_0021
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0022"
down_revision = "2026_11_22_0021"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("crisis_call", "crisis_hook", "hook_post")


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "crisis_call",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", moment, nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("acknowledged_at", moment, nullable=True),
        sa.Column("acknowledged_by", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_crisis_call_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_crisis_call_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_crisis_call")),
    )
    op.create_index(
        "ix_crisis_call_next_at",
        "crisis_call",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at is null and ended_at is null"),
    )
    op.create_table(
        "crisis_hook",
        sa.Column("brand_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", text(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_crisis_hook_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_crisis_hook")),
    )
    op.create_table(
        "hook_post",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("event", text(), nullable=False),
        sa.Column("wave", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("error", text(), server_default="", nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_hook_post_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_hook_post_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_post")),
    )
    op.create_index(
        "ix_hook_post_due", "hook_post", ["next_at"], postgresql_where=sa.text("state in ('due', 'sending')")
    )
    op.create_index("ix_hook_post_brand_id_id", "hook_post", ["brand_id", "id"], unique=False)
    op.add_column("alert", sa.Column("not_before", moment, nullable=True))
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_column("alert", "not_before")
    for table in reversed(BEHIND_THE_WALL):
        op.drop_table(table)
