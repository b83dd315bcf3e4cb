"""What the clock calls."""

from localcare.kit.runtime import Runtime
from localcare.privacy import service


def purge(runtime: Runtime) -> None:
    """Take the last traces of what was removed; any number of times."""
    service.purge(runtime.db, runtime.clock.now())
