"""facebook in depth: connections, incidents, what was read when, stars by day, probes, wishes to be forgotten

Revision ID: 2026_11_22_0004
Revises: 2026_11_22_0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0004"
down_revision = "2026_11_22_0003"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("capability_probe", "erasure", "facebook_connection", "page_incident", "page_rating", "poll_state")


def upgrade() -> None:
    op.create_table(
        "capability_probe",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("page_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_capability_probe_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability_probe")),
    )
    op.create_index(
        "ix_capability_probe_brand_id_what_at", "capability_probe", ["brand_id", "what", "at"], unique=False
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_erasure_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("code", name=op.f("uq_erasure_code")),
    )
    op.create_index(op.f("ix_erasure_brand_id"), "erasure", ["brand_id"], unique=False)
    op.create_index(op.f("ix_erasure_subject_hash"), "erasure", ["subject_hash"], unique=False)
    op.create_table(
        "facebook_connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("subject_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("brand_page_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("health", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("health_detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pages_found", sa.Integer(), nullable=False),
        sa.Column("pages_connected", sa.Integer(), nullable=False),
        sa.Column("pages_failed", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_facebook_connection_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facebook_connection")),
        sa.UniqueConstraint("brand_id", name=op.f("uq_facebook_connection_brand_id")),
    )
    op.create_table(
        "page_incident",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_page_incident_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_incident")),
    )
    op.create_index("ix_page_incident_brand_id_since", "page_incident", ["brand_id", "since"], unique=False)
    op.create_index(
        "uq_page_incident_open",
        "page_incident",
        ["page_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "poll_state",
        sa.Column("page_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lane", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("empty_reads", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backfill_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_poll_state_brand_id")),
        sa.PrimaryKeyConstraint("page_id", "lane", name=op.f("pk_poll_state")),
    )
    op.create_index(op.f("ix_poll_state_brand_id"), "poll_state", ["brand_id"], unique=False)
    op.create_index("ix_poll_state_next_at", "poll_state", ["next_at"], unique=False)
    op.create_table(
        "page_rating",
        sa.Column("page_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Float(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_page_rating_brand_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_page_rating_store_id")),
        sa.PrimaryKeyConstraint("page_id", "on_day", name=op.f("pk_page_rating")),
    )
    op.create_index(op.f("ix_page_rating_brand_id"), "page_rating", ["brand_id"], unique=False)
    op.create_index(op.f("ix_page_rating_store_id"), "page_rating", ["store_id"], unique=False)
    op.add_column("brand", sa.Column("retention_months", sa.Integer(), nullable=True))
    op.add_column(
        "page_access",
        sa.Column("token_kind", sqlmodel.sql.sqltypes.AutoString(), server_default="unknown", nullable=False),
    )
    op.add_column("page_access", sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("page_access", sa.Column("tasks", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("page_access", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("data_access_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("error_code", sa.Integer(), nullable=True))
    op.add_column(
        "page_access", sa.Column("subscribed_fields", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("page_access", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("last_poll_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("quota_percent", sa.Float(), nullable=True))
    op.add_column("page_access", sa.Column("quota_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page_access", sa.Column("served_version", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_index("ix_page_access_next_check_at", "page_access", ["next_check_at"], unique=False)
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_index("ix_page_access_next_check_at", table_name="page_access")
    for column in (
        "token_kind", "scopes", "tasks", "expires_at", "data_access_expires_at", "error_code", "subscribed_fields", "checked_at",
        "next_check_at", "last_event_at", "last_poll_at", "quota_percent", "quota_until", "served_version",
    ):  # fmt: skip
        op.drop_column("page_access", column)
    op.drop_column("brand", "retention_months")
    for table in BEHIND_THE_WALL:
        op.drop_table(table)
