"""how far each version of a policy has come, from when until when it holds, and the history of all of them

Revision ID: 2026_11_22_0019
Revises: 2026_11_22_0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2026_11_22_0019"
down_revision = "2026_11_22_0018"
branch_labels = None
depends_on = None

_ADDED = ("stage", "note", "author_id", "signed_by", "live_from", "live_until", "replaced")


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.add_column("policy_version", sa.Column("stage", text(), server_default="draft", nullable=False))
    op.add_column("policy_version", sa.Column("note", text(), server_default="", nullable=False))
    op.add_column("policy_version", sa.Column("author_id", sa.Integer(), nullable=True))
    op.add_column("policy_version", sa.Column("signed_by", text(), nullable=True))
    op.add_column("policy_version", sa.Column("live_from", moment, nullable=True))
    op.add_column("policy_version", sa.Column("live_until", moment, nullable=True))
    op.add_column("policy_version", sa.Column("replaced", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "policy_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("actor", text(), nullable=False),
        sa.Column("why", text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_policy_event_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_event")),
    )
    op.create_index("ix_policy_event_brand_id_at", "policy_event", ["brand_id", "at"], unique=False)
    run = op.get_bind().connection.driver_connection.execute
    run("alter table policy_event enable row level security")
    run("alter table policy_event force row level security")
    run("create policy brand_wall on policy_event using (localcare_sees(brand_id))")
    # every version so far was in force from the moment it was written until the next one was
    run("""
        update policy_version p set stage = case when active then 'live' else 'superseded' end, signed_by = created_by,
            live_from = created_at, replaced = coalesce((
                select max(e.version) from policy_version e where e.brand_id = p.brand_id and e.version < p.version), 0)
    """)
    run("""
        insert into policy_event (brand_id, version, at, kind, actor, why)
        select brand_id, version, created_at, 'live', created_by, '' from policy_version
    """)


def downgrade() -> None:
    op.drop_table("policy_event")
    for column in _ADDED:
        op.drop_column("policy_version", column)
