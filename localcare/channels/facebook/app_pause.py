"""The pause of the whole app: once Facebook has refused a call for the app's own limit, no worker calls until it is over."""

from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook import app_pause_repository as repository
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.incidents import Trouble

APP_WINDOW = timedelta(hours=1)
"""The app's calls are counted within one hour: after it they are there again (Meta's rate limits, platform limits)."""
_NEARLY = timedelta(minutes=1)


def note_app_limit(session: Session, error: GraphError | None, *, now: datetime) -> bool:
    """Pause the app when this refusal is about all of its calls; returns whether it is."""
    if error is None or not error.is_about_app:
        return False
    seconds = error.retry_after_seconds
    pause_app(session, now + (timedelta(seconds=seconds) if seconds else APP_WINDOW), now=now)
    return True


def pause_app(session: Session, until: datetime, *, now: datetime) -> None:
    """No call of the app until then; an earlier word that is later holds."""
    known = repository.find_until(session)
    # hundreds of calls may be refused at once: all but the first have nothing to write, and wait for nobody
    if known is None or known < until - _NEARLY:
        repository.keep_pause(session, until, now=now)


def app_paused_until(session: Session, *, now: datetime) -> datetime | None:
    """Until when no call is made; None while calls may be made."""
    until = repository.find_until(session)
    return until if until is not None and until > now else None


def app_trouble(session: Session, *, now: datetime) -> Trouble | None:
    """The pause as it is told for all Pages."""
    paused = repository.find_pause(session)
    if paused is None or paused[1] <= now:
        return None
    since, until = paused
    return Trouble("quota", f"Facebook takes no call of this app until {until:%H:%M} UTC.", since)
