"""A small brand that customers wrote to, and the doors by which they ask to be forgotten."""

from tests.stages.admin.conftest import admin, office
from tests.stages.cli.conftest import run
from tests.stages.pipeline.conftest import Town, town, triager

__all__ = ["Town", "admin", "office", "run", "town", "triager"]
