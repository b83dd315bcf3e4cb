"""What a mail about a store's late reply says."""

from datetime import UTC, datetime, timedelta

import pytest

from localcare.digests.core.alert import Danger, build_late
from localcare.digests.core.facts import StoreCard

NOW = datetime(2026, 11, 20, 23, tzinfo=UTC)
DANGER = Danger(
    7, "Marcus Bell", "Waited 40 minutes.", "facebook", "post", NOW - timedelta(hours=9), (), (),
    StoreCard(1, "4001", "Memorial City", "America/Chicago"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("due_in", "late_too", "subject", "headline", "others"),
    [
        (
            timedelta(hours=2),
            0,
            "Please answer by today 7:00 PM CST: Marcus Bell, Memorial City",
            "Due in 2 h: an answer to Marcus Bell",
            "Answer it, or say that it needs the centre.",
        ),
        (
            -timedelta(hours=3),
            2,
            "Late: Memorial City has not answered Marcus Bell",
            "Late by 3 h at Memorial City (store 4001)",
            "It was promised for that time and nobody has answered. The store’s inbox has it, and your list of cases. "
            "2 other cases of this store are late too.",
        ),
    ],
)
def test_it_says_by_when_or_since_when_and_how_many_others(
    due_in: timedelta, late_too: int, subject: str, headline: str, others: str
) -> None:
    mail = build_late(DANGER, {}, NOW + due_in, late_too, now=NOW)
    assert (mail.subject, mail.headline, mail.others) == (subject, headline, others)
    assert mail.target == "/cases/7"
