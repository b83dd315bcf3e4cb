"""The simulation in a process of its own: it keeps a core busy for a minute, and the worker has mentions to work in meanwhile."""

import os
import subprocess
import sys
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Protocol

from localcare.errors import UnavailableError
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.month import Month
from localcare.simulation.schemas import GIVEN, ShippedMonth

_YIELDING = 5


class Player(Protocol):
    """Plays a month, saying after each run how many are done. UnavailableError when it cannot be finished."""

    def __call__(self, given: Assumptions, *, seeds: int, note: Callable[[int], None]) -> Month:
        """The month with its figures."""


def play_apart(given: Assumptions, *, seeds: int, note: Callable[[int], None]) -> Month:
    """`localcare simulate staffing` as a child that gives way to everything else."""
    command = [
        sys.executable, "-m", "localcare", "simulate", "staffing",
        "--given", "-", "--seeds", str(seeds), "--no-vary", "--json",
    ]  # fmt: skip
    with TemporaryFile() as answer:
        child = subprocess.Popen(  # noqa: S603 (our own command and numbers)
            command, stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.PIPE, text=True
        )
        try:
            os.setpriority(os.PRIO_PROCESS, child.pid, _YIELDING)
            last = _follow(child, GIVEN.dump_json(given).decode(), note)
        finally:
            child.kill()
            child.wait()
        if child.returncode != 0:
            raise UnavailableError(last or "The simulation ended before it had an answer.")
        answer.seek(0)
        return ShippedMonth.model_validate_json(answer.read()).month


def _follow(child: subprocess.Popen[str], given: str, note: Callable[[int], None]) -> str:
    """Hand over the question, pass on the progress (“3 of 10 months”), and wait; returns the last line said."""
    assert child.stdin is not None  # noqa: S101
    assert child.stderr is not None  # noqa: S101
    with child.stdin as question:
        question.write(given)
    line = ""
    for line in child.stderr:
        done, _, _ = line.partition(" of ")
        if done.isdigit():
            note(int(done))
    child.wait()
    return line.strip()
