"""Foundations that are dear to change later, asked of a real database."""

from alembic import command
from sqlalchemy import text

from localcare.kit.db import Database, Session
from localcare.kit.schema import alembic_config, current_revision, head_revision, migrate


def test_migrating_an_empty_database_brings_it_to_head(empty_database: Database) -> None:
    assert migrate(empty_database) == head_revision() == current_revision(empty_database)
    assert migrate(empty_database) == head_revision()


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.check(config)


def test_the_application_connects_as_no_superuser(session: Session) -> None:
    row = session.execute(text("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")).one()
    assert tuple(row) == (False, False)


def test_every_time_in_the_database_knows_its_zone(session: Session) -> None:
    naive = session.execute(
        text(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and table_name not like 'procrastinate%' and data_type = 'timestamp without time zone'"
        )
    ).all()
    assert naive == []
