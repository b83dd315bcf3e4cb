"""What time does to cases; called by the worker's clock, in every worker, as often as it likes."""

from datetime import datetime, timedelta

from localcare.cases.quiet import settle_quiet
from localcare.cases.repository import CaseLine, write_history
from localcare.cases.waking_repository import list_brand_ids, release_absent, take_back_silent, wake_snoozed
from localcare.kit.db import ALL_BRANDS, Session
from localcare.kit.runtime import Runtime
from localcare.people.core.receiving import day_words

SILENCE = timedelta(hours=24)
"""A case that somebody took and then left alone for this long goes back to its queue: nothing waits unseen."""
CENTRAL_SILENCE = timedelta(hours=2)
"""The same for the national team's queues, where others are at work who could take it."""


def wake(runtime: Runtime) -> int:
    """Wake snoozed cases, take back silent ones and those of who is away, end what is quiet; returns how many moved."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = list_brand_ids(session)
    return sum(_wake_brand(runtime, brand_id) for brand_id in brand_ids)


def _wake_brand(runtime: Runtime, brand_id: int) -> int:
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        awake = wake_snoozed(session, brand_id, now)
        back = take_back_silent(session, brand_id, now, store_since=now - SILENCE, central_since=now - CENTRAL_SILENCE)
        lines = [CaseLine(case_id, now, "woke", "localcare", "The snooze is over.") for case_id in awake]
        lines += [
            CaseLine(case_id, now, "taken-back", "localcare", "Silent for too long: back in its queue.")
            for case_id in back
        ]
        lines += (away := _release_absent(session, brand_id, now))
        write_history(session, brand_id, lines)
        settled = settle_quiet(session, brand_id, now=now)
    return len(awake) + len(back) + len(away) + settled


def _release_absent(session: Session, brand_id: int, now: datetime) -> list[CaseLine]:
    return [
        CaseLine(
            case_id,
            now,
            "taken-back",
            "localcare",
            f"{name} is away until {day_words(until)}: back in the store’s inbox.",
        )
        for case_id, name, until in release_absent(session, brand_id, now)
    ]
