"""The command line, for `localcare digest`."""

from tests.stages.cli.conftest import run

__all__ = ["run"]
