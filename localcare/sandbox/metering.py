"""How much of its budget of calls each Page has used within 24 hours, the app within one, and the headers that tell."""

import json
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
APP_WINDOW = timedelta(hours=1)
DEFAULT_BUDGET = 48_000
DEFAULT_APP_BUDGET = 1_000_000
MINUTES_PER_IGNORED_CALL = 1


class Meter:
    """Counts calls per Page, and for the app those in no Page's name.

    The windows are cut at whole days and hours from the first call, a little simpler than Meta's. Who goes on calling when
    the budget is spent waits longer, as Meta warns.
    """

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self.budget = budget
        self.budgets: dict[str, int] = {}
        self._calls: dict[str, tuple[datetime, int]] = {}
        self.app_budget = DEFAULT_APP_BUDGET
        self._app_calls: tuple[datetime, int] | None = None

    def count(self, page_id: str | None, now: datetime) -> int:
        """Add one call; returns the percentage of the Page's budget used, which is over 100 when it is spent."""
        if page_id is None:
            return self._count_for_app(now)
        since, calls = self._calls.get(page_id, (now, 0))
        if now - since >= WINDOW:
            since, calls = now, 0
        self._calls[page_id] = (since, calls + 1)
        return self.percent(page_id)

    @property
    def app_percent(self) -> int:
        """The share of the app's own budget used, in whole percent."""
        return 100 * (self._app_calls[1] if self._app_calls else 0) // self.app_budget

    def _count_for_app(self, now: datetime) -> int:
        since, calls = self._app_calls or (now, 0)
        if now - since >= APP_WINDOW:
            since, calls = now, 0
        self._app_calls = (since, calls + 1)
        return self.app_percent if calls < self.app_budget else max(101, self.app_percent)

    def percent(self, page_id: str) -> int:
        """The share of the budget used, in whole percent; 101 and more means spent."""
        calls = self._calls.get(page_id, (None, 0))[1]
        budget = self.budgets.get(page_id, self.budget)
        return 100 * calls // budget if calls <= budget else max(101, 100 * calls // budget)

    def minutes_left(self, page_id: str, now: datetime) -> int:
        """Minutes until the window ends, and one more for each call that was made in vain."""
        since, calls = self._calls.get(page_id, (now, 0))
        ignored = max(0, calls - self.budgets.get(page_id, self.budget) - 1)
        return max(1, int((since + WINDOW - now).total_seconds() // 60)) + MINUTES_PER_IGNORED_CALL * ignored

    def headers(self, page_id: str | None, *, minutes: int = 0) -> dict[str, str]:
        """`X-App-Usage`, and for a Page `X-Business-Use-Case-Usage`; values are percent, minutes to regain access."""
        app = min(100, self.app_percent)
        headers = {"x-app-usage": _json({"call_count": app, "total_cputime": app, "total_time": app})}
        if page_id is not None:
            percent = 100 if minutes else min(100, self.percent(page_id))
            usage = {
                "type": "pages",
                "call_count": percent,
                "total_cputime": percent // 4,
                "total_time": percent // 4,
                "estimated_time_to_regain_access": minutes,
            }
            headers["x-business-use-case-usage"] = _json({page_id: [usage]})
        return headers


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
