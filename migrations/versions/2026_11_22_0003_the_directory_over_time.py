"""the directory over time: versions, changes, other names, dated Pages, conflicts, geocoders' answers

Revision ID: 2026_11_22_0003
Revises: 2026_11_22_0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_0003"
down_revision = "2026_11_22_0002"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = ("alias_vote", "directory_change", "directory_conflict", "store_alias", "store_version")


def upgrade() -> None:
    op.create_table(
        "geocode_cache",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("precision", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answer", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocode_cache")),
        sa.UniqueConstraint("provider", "key", name=op.f("uq_geocode_cache_provider_key")),
    )
    op.create_table(
        "directory_conflict",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("incoming", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), server_default="open", nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_directory_conflict_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_conflict")),
    )
    op.create_index(
        "uq_directory_conflict_open",
        "directory_conflict",
        ["brand_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "directory_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("after", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_directory_change_brand_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_directory_change_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_change")),
    )
    op.create_index(
        "ix_directory_change_brand_id_recorded_at", "directory_change", ["brand_id", "recorded_at"], unique=False
    )
    op.create_index("ix_directory_change_store_id_id", "directory_change", ["store_id", "id"], unique=False)
    op.create_table(
        "store_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("supports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contradictions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_store_alias_brand_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_store_alias_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_alias")),
    )
    op.create_index(op.f("ix_store_alias_store_id"), "store_alias", ["store_id"], unique=False)
    op.create_index(
        "uq_store_alias_current",
        "store_alias",
        ["brand_id", "store_id", "kind", "words", "city"],
        unique=True,
        postgresql_where=sa.text("state <> 'retired'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "store_version",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("street", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("zip", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("timezone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("hours", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("nicknames", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor_number", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("store_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_store_version_brand_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_store_version_region_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_store_version_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_version")),
    )
    op.create_index(
        "ix_store_version_brand_id_store_id_valid_to",
        "store_version",
        ["brand_id", "store_id", "valid_to"],
        unique=False,
    )
    op.create_index(op.f("ix_store_version_store_id"), "store_version", ["store_id"], unique=False)
    op.create_table(
        "alias_vote",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("alias_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alias_id"], ["store_alias.id"], name=op.f("fk_alias_vote_alias_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_alias_vote_brand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alias_vote_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias_vote")),
    )
    op.create_index(op.f("ix_alias_vote_alias_id"), "alias_vote", ["alias_id"], unique=False)
    op.create_index(op.f("ix_alias_vote_brand_id"), "alias_vote", ["brand_id"], unique=False)
    op.add_column("store", sa.Column("store_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("store", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_store_merged_into_id"), "store", "store", ["merged_into_id"], ["id"])
    op.add_column(
        "store_page", sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), server_default="official", nullable=False)
    )
    op.add_column("store_page", sa.Column("region_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_store_page_region_id"), "store_page", "region", ["region_id"], ["id"])
    run = op.get_bind().connection.driver_connection.execute
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")


def downgrade() -> None:
    op.drop_column("store_page", "region_id")
    op.drop_column("store_page", "kind")
    op.drop_column("store", "merged_into_id")
    op.drop_column("store", "store_code")
    for table in (*BEHIND_THE_WALL, "geocode_cache"):
        op.drop_table(table)
