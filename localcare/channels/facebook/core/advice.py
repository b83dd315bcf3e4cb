"""What an incident means for people: what broke, what stops, who can mend it, and how, step by step."""

from dataclasses import dataclass
from typing import Literal

from localcare.channels.facebook.core.incidents import IncidentKind

Work = Literal["reading", "comments", "messages", "answers"]

ADMIN = "An administrator of the Page"
BUSINESS = "Whoever manages the brand's business in Meta Business Suite"
US = "An administrator of this installation"
META = "Meta"
NOBODY = "Nobody: it passes by itself"


@dataclass(frozen=True, slots=True)
class Advice:
    """An incident of a kind in words. `stops` is what does not work meanwhile, `goes_on` what does."""

    name: str
    broke: str
    stops: tuple[Work, ...]
    effect: str
    mender: str
    steps: tuple[str, ...]

    @property
    def stops_answers(self) -> bool:
        """Whether answers wait until it is mended."""
        return "answers" in self.stops


_ADVICE: dict[IncidentKind, Advice] = {
    "token": Advice(
        "Token lost", "Facebook does not take the Page's token any more",
        ("reading", "comments", "messages", "answers"),
        "Answers wait and are sent when the Page is connected again. What customers write still comes by webhook, as a rule.",
        BUSINESS,
        (
            "Open Administration → Pages → Connect Facebook.",
            "Bring a token of a system user who has all Pages; a person's dies with their password or role.",
            "Choose “Find the Pages”: every Page gets a fresh token, and what waited is sent.",
        ),
    ),
    "permission": Advice(
        "Permission missing", "The token is good, but may not do all that is needed",
        ("answers",),
        "The part that is named does not work; the rest goes on. Connecting again alone does not help.",
        BUSINESS,
        (
            "Open Meta Business Suite → Business settings → System users, and the user whose token is used.",
            "Choose “Assign assets”, this Page, and give content, messages and community activity.",
            "If a permission is named, generate the token again with it ticked, and bring it under Connect Facebook.",
            "Open the Page under Administration → Pages and choose “Check now”.",
        ),
    ),
    "subscription": Advice(
        "Not subscribed", "Facebook does not tell us when something happens on the Page",
        ("comments", "messages"),
        "What customers write comes only when the Page is read again, hours later. Answers are sent.",
        US,
        ("Choose “Subscribe again” on the Page, or run localcare pages subscribe for all.",),
    ),
    "silence": Advice(
        "Silent", "Nothing has come from the Page for longer than its rhythm explains",
        ("comments", "messages"),
        "What was written meanwhile may be missing until the Page is read again. Answers are sent.",
        US,
        (
            "Open the Page on Facebook: is there something newer than the last event here?",
            "If so, choose “Subscribe again”, and “Check now”.",
            "If not, the Page is simply quiet: it ends by itself with the next comment.",
        ),
    ),
    "reading": Advice(
        "Not read again", "Reading the Page again fails",
        ("reading",),
        "What comes by webhook is worked in; what a webhook missed is not found. Answers are sent.",
        META,
        (
            "Mostly it passes: it is tried again with growing pauses, and nothing is skipped.",
            "If it lasts for days, run localcare pages health and look for the same words on other Pages.",
        ),
    ),
    "expiry": Advice(
        "Token ends soon", "The token, or what it may see of customers, ends",
        (),
        "Until that day nothing stops. From then on reading, answers and messages do, until the Page is connected again.",
        BUSINESS,
        (
            "Have the person whose token it is sign in to the app again; or better, make a system user’s token without an end.",
            "Open Administration → Pages → Connect Facebook, and bring it.",
            "Choose “Find the Pages”: every Page gets a fresh token.",
        ),
    ),
    "quota": Advice(
        "Calls used up", "The Page has used most of the calls that Facebook allows it in 24 hours",
        ("reading",),
        "Reading rests. Answers keep their own share, and wait only when nothing is left.",
        NOBODY,
        (
            "Wait: the budget comes back by itself, hour by hour.",
            "If it returns daily, see which other app uses the Page: all share one budget.",
        ),
    ),
    "version": Advice(
        "Other version", "Facebook answers with another version of its API than we ask for",
        (),
        "Nothing stops yet. A field may be missing or mean something else.",
        US,
        (
            "Update localcare; its release notes name the version it asks for.",
            "Until then LOCALCARE_GRAPH_VERSION may name the version that Facebook serves.",
        ),
    ),
}  # fmt: skip

_EVERYWHERE: dict[IncidentKind, Advice] = {
    "token": Advice(
        "Connection lost", "Facebook does not take the token that the brand was connected with",
        ("reading", "comments", "messages", "answers"),
        "New Pages are not found. Tokens of Pages that came from it die with it, and are looked at now.",
        BUSINESS, _ADVICE["token"].steps,
    ),
    "permission": Advice(
        "Permission missing everywhere", "The brand's token lacks permissions", ("answers",),
        "The part that is named works on no Page.", BUSINESS, _ADVICE["permission"].steps,
    ),
    "subscription": Advice(
        "Webhooks wrong", "The app’s webhooks are not set as they should be", ("comments", "messages"),
        "What is not sent comes only when Pages are read again. Answers are sent.", US,
        (
            "Run localcare doctor: is the webhook's address reachable from the internet, with a valid certificate?",
            "Run localcare pages subscribe; with --take-over if the app still points to another server.",
        ),
    ),
    "quota": Advice(
        "App paused", "Facebook takes no more calls of this app for now", ("reading", "answers"),
        "Nothing is read, and answers wait, on all Pages. What customers write still comes by webhook.", NOBODY,
        (
            "Wait: Facebook counts the app's calls within one hour. What waited goes out by itself.",
            "If it returns, see in Meta's App Dashboard under “Rate limits” what else calls with this app.",
        ),
    ),
    "expiry": Advice(
        "Connection ends soon", "The token that the brand was connected with ends within a week", (),
        "Until that day nothing stops. Then new Pages are not found, and the Pages’ tokens may end with it.",
        BUSINESS, _ADVICE["expiry"].steps,
    ),
    "silence": Advice(
        "All Pages silent", "No Page has sent anything, at hours that always bring something", ("comments", "messages"),
        "It is not the Pages: it is our webhook, the app's subscription, or Facebook itself.", US,
        (
            "Run localcare doctor, and see that the webhook's address answers from outside.",
            "Run localcare pages subscribe: Facebook turns an app's webhooks off when they failed for long.",
            "If both are well, look at metastatus.com. What was missed is read again by itself.",
        ),
    ),
}  # fmt: skip


def advice_on(kind: IncidentKind, *, everywhere: bool = False) -> Advice:
    """What to tell people of an incident; `everywhere`: one that is about all Pages of the brand."""
    return (_EVERYWHERE.get(kind) if everywhere else None) or _ADVICE[kind]
