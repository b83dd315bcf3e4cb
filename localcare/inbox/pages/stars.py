"""A store's stars on Facebook, day by day, on its page: what is known, what has changed, and why there may be none."""

from dataclasses import dataclass

from localcare.channels.facebook.core.stars import reviews_url
from localcare.channels.facebook.stars import StarHistory

_ENOUGH_FOR_A_LINE = 2


@dataclass(frozen=True, slots=True)
class StarsPanel:
    """`inbox/_stars.html`. `line` are the stars of the days that are known; `days` (day, stars, ratings) in words."""

    now: str
    note: str
    change: str
    url: str
    line: tuple[float, ...]
    days: tuple[tuple[str, str, str], ...]


def stars_panel(history: StarHistory | None) -> StarsPanel | None:
    """What there is to show; None for a store without a Page, or one that was never asked."""
    if history is None or history.latest is None:
        return None
    latest = next((day for day in reversed(history.days) if day.is_known), history.latest)
    line = tuple(day.stars for day in history.days if day.stars is not None)
    change = history.change
    return StarsPanel(
        now=f"{latest.stars:.1f} of 5" if latest.stars is not None else "Not told",
        note=_note(latest.count, history.latest.reason),
        change=change.words if change else "",
        url=reviews_url(history.page_id),
        line=line if len(line) >= _ENOUGH_FOR_A_LINE else (),
        days=tuple(
            (
                f"{day.on_day:%b} {day.on_day.day}",
                "not told" if day.stars is None else f"{day.stars:.1f}",
                "not told" if day.count is None else f"{day.count:,}",
            )
            for day in reversed(history.days)
        ),
    )


def _note(count: int | None, reason: str | None) -> str:
    counted = "" if count is None else f"{count:,} rating{'' if count == 1 else 's'} in all."
    return " ".join(part for part in (counted, reason or "") if part)
