"""`localcare worker`: the process that does the work."""

from typing import Annotated

import typer

from localcare.cli.context import ready_installation
from localcare.worker import run


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs that call out, at once.")] = 4,
) -> None:
    """Run the worker process: the pipeline, what calls out, and the clock."""
    with ready_installation() as settings:
        run(concurrency=concurrency, settings=settings)
