"""A Page's stars: what Facebook tells of them, what has changed, and why there may be none.

Source: Page reference, `overall_star_rating` (1 to 5, left out for few ratings) and `rating_count` (public ones only).
"""

from dataclasses import dataclass
from datetime import date

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json, number_at

STAR_FIELDS = "overall_star_rating,rating_count"
FEW = "Facebook tells no stars while a Page has few ratings."
PASSING = "Facebook did not answer just now; it is asked again within the hour."
_PASSING_KINDS = ("retry", "quota", "unknown_result")


@dataclass(frozen=True, slots=True)
class Stars:
    """What a Page's stars were on a day. None is “not told”, with the reason, and never 0."""

    on_day: date
    stars: float | None = None
    count: int | None = None
    reason: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether Facebook told anything at all."""
        return self.stars is not None or self.count is not None


@dataclass(frozen=True, slots=True)
class StarChange:
    """What has become of a Page's stars between two days that are known."""

    page_id: str
    before: Stars
    after: Stars

    @property
    def more(self) -> int:
        """How many ratings there are more; less than 0 when some were taken back."""
        return (self.after.count or 0) - (self.before.count or 0) if self._has_counts else 0

    @property
    def is_change(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.more) or bool(self._stars)

    @property
    def words(self) -> str:
        """`2 new ratings, 4.6 → 4.4`; empty when nothing has changed."""
        few = abs(self.more)
        ratings = f"{few:,} {'new ' if self.more > 0 else ''}rating{'s' if few != 1 else ''}"
        counted = f"{ratings}{' fewer' if self.more < 0 else ''}" if self.more else ""
        return ", ".join(part for part in (counted, self._stars) if part)

    @property
    def url(self) -> str:
        """Where people read the recommendations, since no program may."""
        return reviews_url(self.page_id)

    @property
    def _has_counts(self) -> bool:
        return self.before.count is not None and self.after.count is not None

    @property
    def _stars(self) -> str:
        if self.before.stars is None or self.after.stars is None:
            return ""
        was, now = f"{self.before.stars:.1f}", f"{self.after.stars:.1f}"
        return f"{was} → {now}" if was != now else ""


def reviews_url(page_id: str) -> str:
    """The Page's recommendations on Facebook."""
    return f"https://www.facebook.com/{page_id}/reviews"


def stars_of(answer: Json | GraphError, on_day: date) -> Stars:
    """What a call told; an error is a reason."""
    if isinstance(answer, GraphError):
        return Stars(on_day, reason=PASSING if answer.kind in _PASSING_KINDS else answer.message)
    given, counted = number_at(answer, "overall_star_rating"), number_at(answer, "rating_count")
    stars = float(given) if given is not None and 1 <= given <= 5 else None
    count = int(counted) if counted is not None and 0 <= counted < 2**31 else None
    return Stars(on_day, stars, count, None if stars is not None else FEW)
