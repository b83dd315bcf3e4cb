"""A small brand with a pipeline, commands to run, and the doors as an application."""

from tests.stages.cli.conftest import run
from tests.stages.pipeline.conftest import town, triager

__all__ = ["run", "town", "triager"]
