"""The national team at its desk."""

import pytest

from tests.stages.desk import Desk
from tests.stages.routing.centre import Centre


@pytest.fixture
def centre(desk: Desk) -> Centre:
    """A team with nobody in it yet."""
    return Centre(desk)
