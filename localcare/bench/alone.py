"""A measurement in a process of its own, so that its memory and processor time are nobody else's."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Spent:
    """Processor seconds of this process within the block."""

    cpu_seconds: float = 0.0


def in_own_process(measure: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of a module in a new process; what it returns must be picklable."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, *args, **kwargs).result()


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure processor time, which a busy machine does not stretch as it does the wall clock's."""
    spent, start = Spent(), time.process_time()
    yield spent
    spent.cpu_seconds = time.process_time() - start
