"""The installation of the journeys, for those who break it."""

from tests.journeys.conftest import place, triager

__all__ = ["place", "triager"]
