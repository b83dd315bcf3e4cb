"""The schema's life: bring it to head, say whether it is there, and make room for the months to come."""

import importlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlmodel import Session, SQLModel

from localcare.kit.assets import asset_dir
from localcare.kit.db import Database

PARTITIONED = ("event", "mention")
_MIGRATION_LOCK = 7_415_001


def import_every_model(package: str) -> MetaData:
    """The metadata of all tables: imports each module named `models` below `package`."""
    root = importlib.import_module(package)
    for folder in root.__path__:
        # by file and not by walking packages, which would import every stage with its pages and commands
        for file in sorted(Path(folder).rglob("models.py")):
            importlib.import_module(".".join((package, *file.relative_to(folder).with_suffix("").parts)))
    return SQLModel.metadata


def is_ours(item: Any, name: str | None, kind: str, *_rest: object) -> bool:  # noqa: ANN401 (Alembic's own signature)
    """Whether Alembic may compare it: not the queue's own tables, not the months of a partitioned one."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    table = table or ""
    if table.startswith("procrastinate_"):
        return False
    return not any(table.startswith(f"{parent}_2") or table == f"{parent}_rest" for parent in PARTITIONED)


def migrate(database: Database) -> str:
    """Bring the schema to head and return its revision. Two that start at once wait for each other."""
    with database.engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
        try:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
            connection.commit()
    return head_revision()


def alembic_config() -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(asset_dir("migrations")).replace("%", "%%"))
    return config


def head_revision() -> str:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def current_revision(database: Database) -> str | None:
    """The revision the database is at, or None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def ensure_months(session: Session, first: date, last: date) -> None:
    """Make the monthly partitions from `first` to `last`; those that are there are left alone."""
    session.execute(text("select localcare_ensure_months(:first, :last)"), {"first": first, "last": last})


def ensure_coming_months(session: Session, today: date) -> None:
    """Room for this month and the two after it."""
    ensure_months(session, today.replace(day=1), today + timedelta(days=62))
