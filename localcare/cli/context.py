"""What a command works with: settings, a database at head, a brand; and how it prints."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from localcare.errors import ConfigurationError, InvalidError, UnavailableError
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS, Database, Session
from localcare.kit.opening import open_database, open_runtime, require_head, require_safe, require_secret
from localcare.kit.runtime import Runtime
from localcare.people.core import SystemViewer
from localcare.people.service import get_brand
from localcare.settings import Settings, get_settings

ACTOR = "command line"
POOL_SIZE = 2

BrandSlug = Annotated[str | None, typer.Option("--brand", help="The brand's slug; not needed where there is only one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


@dataclass(frozen=True, slots=True)
class BrandWork:
    """One command's work for one brand, in one transaction."""

    session: Session
    viewer: SystemViewer
    now: datetime


def load_settings() -> Settings:
    """The settings; raises ConfigurationError that names the one that cannot be used."""
    try:
        return get_settings()
    except ValidationError as error:
        faults = "; ".join(f"LOCALCARE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors() if e["loc"])
        raise ConfigurationError(f"A setting cannot be used: {faults or error}.") from error


@contextmanager
def opened_database(*, at_head: bool = True) -> Iterator[Database]:
    """The database that is set, else the embedded one. ConfigurationError when `localcare migrate` has to run first."""
    with open_database(load_settings(), application="localcare command", pool_size=POOL_SIZE) as database:
        require_answer(database)
        if at_head:
            require_head(database)
        yield database


@contextmanager
def opened_runtime() -> Iterator[Runtime]:
    """Everything at hand, for commands that seal or sign: those need LOCALCARE_SECRET_KEY."""
    with open_runtime(load_settings(), application="localcare command", pool_size=POOL_SIZE) as runtime:
        yield runtime


@contextmanager
def ready_installation() -> Iterator[Settings]:
    """The settings of a process that faces others, after one look at what it needs: a refusal here is one sentence.

    The embedded server, where there is one, keeps running for as long as the block.
    """
    settings = load_settings()
    require_secret(settings)
    require_safe(settings)
    with opened_database():
        yield settings


@contextmanager
def work_for_brand(database: Database, slug: str | None, *, dry_run: bool = False) -> Iterator[BrandWork]:
    """A transaction of one brand, committed at the end of the block unless it is a dry run."""
    with database.session(ALL_BRANDS, viewer=ACTOR) as session:
        brand = get_brand(session, slug)
    assert brand.id is not None  # noqa: S101
    with database.session(brand.id, viewer=ACTOR) as session:
        yield BrandWork(session, SystemViewer(brand.id, ACTOR), SystemClock().now())
        if dry_run:
            session.rollback()


def require_answer(database: Database) -> None:
    """Raise UnavailableError when nobody answers at the database's address."""
    try:
        database.engine.connect().close()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        raise UnavailableError(f"The database cannot be reached: {reason} Check LOCALCARE_DATABASE_URL.") from error


def read_text(file: Path) -> str:
    """A file's text in UTF-8, or else Windows-1252; `-` is standard input. InvalidError when it cannot be read."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def print_json(value: object) -> None:
    """One JSON object on one line; dataclasses are objects."""
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
