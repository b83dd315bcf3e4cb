"""Queue entry points of the simulation."""

from localcare.kit.jobs import task
from localcare.kit.runtime import Runtime
from localcare.simulation.service import PLAY_TASK, play


@task(PLAY_TASK)
def play_month(runtime: Runtime, *, brand_id: int, run_id: int) -> None:
    """Play one month that somebody asked for."""
    play(runtime, brand_id, run_id)
