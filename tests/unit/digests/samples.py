"""One busy store's day, as golden mails show it; names, words and all are invented for these tests."""

from datetime import UTC, date, datetime, timedelta

from localcare.digests.core import DigestFacts, Handled, Said, StoreCard, Tally, Waiting, Window
from localcare.digests.core.alert import Danger
from localcare.digests.emails import Addressee, Envelope

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""A Tuesday, 08:00 in Houston."""

STORE = StoreCard(12, "4012", "Pellora Memorial City", "America/Chicago")
WINDOW = Window(date(2026, 11, 24), NOW - timedelta(days=1), NOW)
TOPICS = {
    "waiting": "Waiting",
    "staff-service": "Staff and service",
    "hours-location": "Hours and location",
    "question": "Question",
}
RISKS = {"injury": "Injury", "legal": "Legal threat"}


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


WAITING = (
    Waiting(
        501,
        "Dana Reyes",
        "I waited 50 minutes for a screen protector while two employees talked behind the counter. Then I was"
        " told to come back tomorrow. Will anybody call me back?",
        "facebook",
        "review",
        ago(20),
        ago(14),
        2,
        recommends=False,
    ),
    Waiting(
        502,
        "Tomás Aguilar",
        "¿A qué hora abren el domingo? Necesito cambiar mi SIM.",
        "facebook",
        "comment",
        ago(0.7),
        NOW + timedelta(hours=4),
        2,
    ),
    Waiting(503, "Priya N.", "", "facebook", "message", ago(12.2), NOW + timedelta(hours=6), 1, owner="Dev Shah"),
)
HANDLED = (
    Handled(
        490,
        "Walt Brandt",
        "Trade-in was quoted at 200 and I got 120. Not what I was promised.",
        ago(16),
        "Ana Ortiz",
        "Walt, that should not happen. Please come by and ask for me: I have put the difference aside for you. Ana",
        None,
        ago(22),
    ),
    Handled(488, "Kim Lee", "Do you sell tablets?", ago(14.5), None, None, "no-reply-needed", ago(30)),
)
SAID = (
    Said(
        900,
        None,
        None,
        "Grace Okafor",
        "Marisol moved all my photos to the new phone and even showed my mom how to video call."
        " She has the patience of a saint. Ask for her!",
        "facebook",
        "review",
        ago(15),
        "praise",
        "store",
        "positive",
        shout_out=True,
        names=("Marisol",),
        recommends=True,
    ),
    Said(
        901,
        None,
        None,
        "Ben",
        "Fast and friendly, in and out in ten minutes 👍🏽",
        "facebook",
        "comment",
        ago(17),
        "praise",
        "store",
        "positive",
    ),
    Said(902, None, None, "Rae Kim", "", "google", "review", ago(18), "praise", "store", "positive", rating=5),
    Said(
        903,
        None,
        None,
        "Lou",
        "Parking is a puzzle on Saturdays.",
        "facebook",
        "post",
        ago(11),
        "waiting",
        "store",
        "neutral",
    ),
    Said(
        904,
        777,
        "tier2:billing",
        "J. Ford",
        "Charged twice this month and the store says call the hotline.",
        "facebook",
        "post",
        ago(12),
        "staff-service",
        "billing",
        "negative",
    ),
    Said(
        905,
        None,
        None,
        "Sam",
        "Saw the new line-up in the window.",
        "instagram",
        "mention",
        ago(13),
        "question",
        "store",
        "neutral",
    ),
    Said(
        906,
        None,
        None,
        "Ina",
        "Is the mall open on Thanksgiving?",
        "facebook",
        "comment",
        ago(14),
        "question",
        "store",
        "neutral",
    ),
    Said(
        907,
        501,
        "store:4012",
        "Dana Reyes",
        "I waited 50 minutes",
        "facebook",
        "review",
        ago(20),
        "waiting",
        "store",
        "negative",
    ),
)

FACTS = DigestFacts(STORE, WINDOW, NOW, WAITING, HANDLED, SAID, Tally(140, 72, 120, 28.0))

ANA = Addressee(
    name="Ana Ortiz",
    email="ana.ortiz@pellora.example.com",
    brand="Pellora Wireless",
    reason="You get this because you manage Pellora Memorial City (store 4012).",
    link="https://care.pellora.example.com/d/N0t-A-R3al-T0ken-0123456789abcdefghijklmnop",
    unsubscribe_url="https://care.pellora.example.com/digests/unsubscribe/eyJwIjoxfQ.not-a-real-signature",
)
ENVELOPE = Envelope("digest.0000@pellora.example.com", "digest:12:7:2026-11-24", "digest.pellora.example.com", NOW)

DANGER = Danger(
    case_id=650,
    author="Dana Reyes",
    text="A display fell on my son at the Memorial City store and he needed four stitches. Nobody took our name. "
    "Our lawyer will be in touch.",
    channel="facebook",
    kind="post",
    at=ago(0.2),
    risks=("injury", "legal"),
    reasons=("somebody was hurt (“needed four stitches”)", "a lawyer or a court is named (“our lawyer”)"),
    store=STORE,
)
TOLD = ("Sol Brandt", "Lea Whitfield", "Dev Shah")
