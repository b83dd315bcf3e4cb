"""The installation that journeys are made through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.triage.core import Triager
from tests.journeys.installation import Installation, installed
from tests.triagers import rules_only


@pytest.fixture(scope="session")
def triager() -> Triager:
    """The shipped triager by its rules alone: quick to load, and the same on every machine."""
    return rules_only()


@pytest.fixture
def place(runtime: Runtime, clock: SetClock, brand: Brand, triager: Triager, tmp_path: Path) -> Iterator[Installation]:
    """Everything that a production installation has, on free ports."""
    with installed(runtime, clock, brand, triager, tmp_path / "mail") as installation:
        yield installation
