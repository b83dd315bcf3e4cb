"""How far a bench is, on standard error: standard output carries the figures alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[int], None]


def note(what: str) -> None:
    """Say what is being done."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


@contextmanager
def steps(what: str, total: int) -> Iterator[Advance]:
    """A bar towards `total`; call the value with how many more are done. Without a terminal it is one line."""
    console = Console(stderr=True)
    if not console.is_terminal:
        note(f"{what}: {total:,}")
        yield lambda _more: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
