"""Fixtures for every test: a migrated database of its own, a brand in it, a clock that stands still, a runtime."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from localcare.kit.clock import SetClock
from localcare.kit.crypto import Cipher, Signer, derive_key
from localcare.kit.db import Database, Session
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.settings import Settings
from tests.databases import TestServer
from tests.factories import make_brand

# how long an example takes says how busy the machine is, not whether the code is right
hypothesis_settings.register_profile("localcare", deadline=None)
hypothesis_settings.load_profile("localcare")

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday morning in the stores: 10:00 in New York, 09:00 in Houston."""

SECRET = "a-secret-for-tests-and-nothing-else-0123456789"


def pytest_collection_finish() -> None:
    """Tests and modules live to the end: the garbage collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """The embedded PostgreSQL, shared by all test processes of this checkout."""
    server = TestServer()
    yield server
    server.close()


@pytest.fixture
def database(server: TestServer) -> Iterator[Database]:
    """A fresh database with the schema at head and nothing in it."""
    with server.fresh() as database:
        yield database


@pytest.fixture
def empty_database(server: TestServer) -> Iterator[Database]:
    """A fresh database without any schema."""
    with server.fresh(migrated=False) as database:
        yield database


@pytest.fixture
def brand(database: Database) -> Brand:
    """The brand most tests act in."""
    with database.session(None) as session:
        return make_brand(session)


@pytest.fixture
def session(database: Database, brand: Brand) -> Iterator[Session]:
    """A transaction of that brand, committed at the end of the test."""
    with database.session(brand.id) as session:
        yield session


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at NOW until it is moved."""
    return SetClock(NOW)


@pytest.fixture
def outbox() -> MailList:
    """The mails that were sent: `outbox.sent`."""
    return MailList()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of their own, whatever the environment says."""
    return usual_settings().model_copy(update={"data_dir": tmp_path / "data"})


@cache
def usual_settings() -> Settings:
    """What the settings of all tests have in common; asking the environment for each of fifty takes milliseconds."""
    return Settings(
        _env_file=None,
        database_url=None,
        secret_key=SecretStr(SECRET),
        base_url="http://localhost:8000",
        smtp_url=None,
        facebook_app_id="1234567890",
        facebook_app_secret=SecretStr("facebook-app-secret-for-tests-0001"),
        facebook_verify_token=SecretStr("verify-me"),
        graph_url="http://localhost:9",
    )


@pytest.fixture
def runtime(settings: Settings, database: Database, clock: SetClock, outbox: MailList) -> Runtime:
    """What a process has at hand, with the clock above and mail kept in a list."""
    return Runtime(
        settings=settings,
        db=database,
        clock=clock,
        mail=outbox,
        cipher=Cipher(derive_key(SECRET, "page tokens")),
        signer=Signer(SECRET),
    )


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """The folder of evaluation sets; tests that need it skip where there is none."""
    folder = os.environ.get("LOCALCARE_EVAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("LOCALCARE_EVAL_DATA does not name the folder of evaluation sets")
    return Path(folder)
