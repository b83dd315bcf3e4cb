"""months, walls and the queue: what SQLModel cannot say

Revision ID: 2026_11_22_0002
Revises: 2026_11_22_0001
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "2026_11_22_0002"
down_revision = "2026_11_22_0001"
branch_labels = None
depends_on = None

BEHIND_THE_WALL = (
    "alert", "api_token", "audit_entry", "care_case", "case_clock", "case_event", "case_glance", "digest", "mail_opt_out",
    "mention", "mention_key", "page_access", "person", "policy_version", "region", "reply", "resolution", "role_grant",
    "saved_reply", "source", "store", "store_page", "verdict",
)  # fmt: skip

ENSURE_MONTHS = """
create function localcare_ensure_months(first date, last date) returns void language plpgsql as $$
declare
  month date := date_trunc('month', first)::date;
  parent text;
begin
  while month <= last loop
    foreach parent in array array['event', 'mention'] loop
      if to_regclass(format('%I', parent || to_char(month, '_YYYY_MM'))) is null then
        execute format(
          'create table %I partition of %I for values from (%L) to (%L)',
          parent || to_char(month, '_YYYY_MM'), parent,
          month::timestamp at time zone 'UTC', (month + interval '1 month')::timestamp at time zone 'UTC');
      end if;
    end loop;
    month := (month + interval '1 month')::date;
  end loop;
end $$
"""

SEES = """
create function localcare_sees(row_brand integer) returns boolean language sql stable parallel safe as $$
  select coalesce(current_setting('localcare.all_brands', true), '') = 'on'
      or row_brand = nullif(current_setting('localcare.brand', true), '')::integer
$$
"""

REFUSE_CHANGE = """
create function localcare_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log only grows';
end $$
"""


def upgrade() -> None:
    run = op.get_bind().connection.driver_connection.execute
    run("create sequence event_id_seq")
    for parent in ("event", "mention"):
        run(f"create table {parent}_rest partition of {parent} default")
    run(ENSURE_MONTHS)
    run("select localcare_ensure_months(current_date, (current_date + interval '2 months')::date)")
    run(SEES)
    for table in BEHIND_THE_WALL:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
        run(f"create policy brand_wall on {table} using (localcare_sees(brand_id))")
    run(REFUSE_CHANGE)
    run(
        "create trigger audit_only_grows before update or delete on audit_entry"
        " for each row execute function localcare_refuse_change()"
    )
    run(SchemaManager.get_schema())


def downgrade() -> None:
    raise NotImplementedError("the first release has nothing to go back to: restore the backup instead")
