"""Sign-in links that can be used again: signed, and opened only by a process in development (`demo/routes.py`)."""

from datetime import timedelta

from localcare.errors import ConfigurationError
from localcare.kit.runtime import Runtime

LINK_LIFE = timedelta(days=90)
_PURPOSE = "demo sign-in"


def make_demo_link(runtime: Runtime, person_id: int) -> str:
    """An absolute address that signs this person in as often as it is opened. Raises ConfigurationError outside development."""
    if not runtime.settings.dev:
        raise ConfigurationError("Links that work more than once are for the demo only (LOCALCARE_DEV).")
    token = runtime.signer.sign({"person": person_id}, purpose=_PURPOSE)
    return f"{runtime.settings.base_url.rstrip('/')}/dev/sign-in/{token}"


def read_demo_link(runtime: Runtime, token: str) -> int:
    """The person it signs in; raises ForbiddenError when it is forged or too old."""
    statement = runtime.signer.read(token, purpose=_PURPOSE, max_age_seconds=int(LINK_LIFE.total_seconds()))
    return int(statement["person"])
