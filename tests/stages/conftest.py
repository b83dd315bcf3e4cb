"""A desk for the stages that people work at."""

import pytest

from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.people.models import Brand
from tests.stages.desk import Desk


@pytest.fixture
def desk(database: Database, brand: Brand, clock: SetClock) -> Desk:
    """The brand at work."""
    return Desk(database, brand, clock)
