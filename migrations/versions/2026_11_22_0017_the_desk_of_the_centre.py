"""what agents bring to the desk of the centre, and the lanes in which its cases wait

Revision ID: 2026_11_22_0017
Revises: 2026_11_22_0016
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0017"
down_revision = "2026_11_22_0016"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("agent_day", "agent_skill", "agent_desk")


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sa.DateTime(timezone=True)
    op.create_table(
        "agent_desk",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default="{en}", nullable=False),
        sa.Column("shifts", text(), server_default="", nullable=False),
        sa.Column("timezone", text(), server_default="America/New_York", nullable=False),
        sa.Column("is_pushed", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_willing", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("presence", text(), server_default="offline", nullable=False),
        sa.Column("presence_at", moment, nullable=True),
        sa.Column("last_seen_at", moment, nullable=True),
        sa.Column("given_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_agent_desk_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agent_desk_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_agent_desk")),
    )
    op.create_table(
        "agent_skill",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("skill", text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("proficiency", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_agent_skill_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agent_skill_person_id")),
        sa.PrimaryKeyConstraint("person_id", "skill", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "agent_day",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("hours", text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_agent_day_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agent_day_person_id")),
        sa.PrimaryKeyConstraint("person_id", "on_day", name=op.f("pk_agent_day")),
    )
    for table in BEHIND_THE_WALL:
        op.create_index(f"ix_{table}_brand_id", table, ["brand_id"], unique=False)
    op.add_column("care_case", sa.Column("untouched_since", moment, nullable=True))
    op.create_index(
        "ix_care_case_untouched",
        "care_case",
        ["untouched_since"],
        unique=False,
        postgresql_where=sa.text("untouched_since is not null"),
    )
    op.create_index(
        "ix_care_case_lane",
        "care_case",
        ["brand_id", "queue", "urgency_rank", "language", "waiting_since", "id"],
        unique=False,
        postgresql_where=sa.text(
            "is_open and owner_id is null and waiting_since is not null and state <> 'snoozed'"
            " and left(queue, 6) <> 'store:'"
        ),
    )
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_index("ix_care_case_lane", table_name="care_case")
    op.drop_index("ix_care_case_untouched", table_name="care_case")
    op.drop_column("care_case", "untouched_since")
    for table in BEHIND_THE_WALL:
        op.drop_table(table)
