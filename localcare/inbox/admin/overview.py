"""What is broken, since when, and who can mend it: one list, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook.probing import last_probe
from localcare.inbox.admin import repository
from localcare.inbox.admin.repository import HealthCount
from localcare.intake import review
from localcare.intake.service import backlog
from localcare.kit.mail import NoTransport
from localcare.kit.runtime import Runtime
from localcare.people.core import Viewer
from localcare.routing.hooks import count_failing
from localcare.triage.register import find_live
from localcare.triage.switching import find_off
from localcare.web.parts import Stat, Tone
from localcare.web.words import duration, number, plural

PATIENCE = timedelta(minutes=2)
"""How long an event may wait before the worker is asked for."""

_ISSUES: dict[str, tuple[str, str, str]] = {
    "stuck": (
        "{} failed again and again",
        "Run it again. If it fails once more, the number in its reason is for whoever develops localcare.",
        "/admin/events?kind=stuck",
    ),
    "unknown-page": (
        "{} from Pages that nobody has linked",
        "You: link each Page to its store, and its mentions are worked in.",
        "/admin/unknown-pages",
    ),
    "set-aside": (
        "{} could not be read",
        "You: read the reason. Run it again after an update, or settle it.",
        "/admin/events?kind=set-aside",
    ),
    "bad-row": (
        "{} of imported files left out",
        "Whoever made the file: correct the rows and import it again.",
        "/admin/events?kind=bad-row",
    ),
}
_ISSUE_NOUNS = {
    "stuck": "delivery", "unknown-page": "mention", "set-aside": "part of a delivery", "bad-row": "row",
}  # fmt: skip
_ISSUE_NOUNS_MANY = {
    "stuck": "deliveries", "unknown-page": "mentions", "set-aside": "parts of deliveries", "bad-row": "rows",
}  # fmt: skip
_HEALTH: dict[str, tuple[str, str]] = {
    "token": (
        "{} whose token is not valid any more",
        "Somebody with full control of the Page at Facebook: sign in to Facebook again and grant access anew.",
    ),
    "permission": (
        "{} that no longer let us do what we must",
        "Somebody with full control of the Page at Facebook: give the permissions back.",
    ),
    "quota": ("{} that Facebook slows down for now", "Nobody: Facebook lifts it by itself, mostly within an hour."),
    "unconnected": (
        "{} linked without a token",
        "You, with somebody who has full control of the Page: connect it. Until then it is read by webhook only.",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is broken, in words; `href` is where it can be mended or seen."""

    title: str
    who: str
    since: datetime | None = None
    href: str = ""
    tone: Tone = "warn"


@dataclass(frozen=True, slots=True)
class Overview:
    """What is broken, and the figures of an installation that works."""

    problems: tuple[Problem, ...]
    stats: tuple[Stat, ...]


def look_over(session: Session, viewer: Viewer, runtime: Runtime) -> Overview:
    """Everything an administrator should know now."""
    now = runtime.clock.now()
    waiting, age = backlog(session, now)
    health = repository.count_health(session, viewer.brand_id)
    stores = repository.count_stores(session, viewer.brand_id, today=now.date())
    problems = [
        *_settings_problems(runtime),
        *_queue_problem(waiting, age, now),
        *_health_problems(health),
        *_issue_problems(session, viewer),
        *_reply_problem(session, viewer),
        *_hook_problem(session, viewer),
        *_manager_problem(stores.unmanaged),
        *_conflict_problem(session, viewer),
        *_recommendations_are_back(session, viewer),
        *_model_problem(session, viewer),
    ]
    today = now - timedelta(hours=24)
    stats = (
        Stat("Deliveries, last 24 hours", number(review.count_events_since(session, viewer, today))),
        Stat("Waiting to be worked in", number(waiting), note=f"oldest {duration(age)}" if waiting else ""),
        Stat("Pages", number(sum(count.pages for count in health)), href="/admin/pages?show=all"),
        Stat("Open stores", number(stores.open), href="/admin/stores"),
    )
    return Overview(tuple(sorted(problems, key=_weight)), stats)


def _settings_problems(runtime: Runtime) -> Iterator[Problem]:
    whoever = "Whoever runs the servers: set {} and start localcare again."
    if isinstance(runtime.mail, NoTransport):
        yield Problem("No mail is sent: no digests, no sign-in links", whoever.format("LOCALCARE_SMTP_URL"), tone="bad")
    if runtime.settings.facebook_app_secret is None:
        yield Problem(
            "Facebook's deliveries are turned away", whoever.format("LOCALCARE_FACEBOOK_APP_SECRET"), tone="bad"
        )
    elif runtime.settings.facebook_verify_token is None:
        yield Problem(
            "Facebook cannot subscribe to our webhook", whoever.format("LOCALCARE_FACEBOOK_VERIFY_TOKEN"), tone="warn"
        )


def _queue_problem(waiting: int, age: timedelta, now: datetime) -> Iterator[Problem]:
    if waiting and age > PATIENCE:
        yield Problem(
            f"{plural(waiting, 'delivery', 'deliveries')} stored, but not worked in",
            "Whoever runs the servers: see that `localcare worker` runs. Nothing is lost meanwhile.",
            since=now - age,
            tone="critical" if age > 10 * PATIENCE else "bad",
        )


def _model_problem(session: Session, viewer: Viewer) -> Iterator[Problem]:
    if off := find_off(session, viewer.brand_id):
        who = f"{off.by} switched the model off: “{off.why}”. You, or a care supervisor: switch it on again."
        yield Problem("Triage judges by rules alone", who, since=off.since, href="/admin/models")
    live = find_live(session, viewer.brand_id)
    if live is not None and live.trouble:
        who = f"The shipped model stands in: {live.trouble}. You, or a care supervisor: roll back."
        yield Problem(f"The model {live.version} cannot be run", who, href="/admin/models", tone="bad")


def _health_problems(health: list[HealthCount]) -> Iterator[Problem]:
    for count in health:
        if count.health in _HEALTH:
            title, who = _HEALTH[count.health]
            view = "unconnected" if count.health == "unconnected" else "ill"
            tone: Tone = "bad" if count.health in ("token", "permission") else "warn"
            href = f"/admin/pages?show={view}"
            yield Problem(title.format(plural(count.pages, "Page")), who, count.since, href, tone)


def _issue_problems(session: Session, viewer: Viewer) -> Iterator[Problem]:
    for count in review.count_issues(session, viewer):
        if count.kind in _ISSUES:
            title, who, href = _ISSUES[count.kind]
            words = plural(count.issues, _ISSUE_NOUNS[count.kind], _ISSUE_NOUNS_MANY[count.kind])
            tone: Tone = "bad" if count.kind in ("stuck", "unknown-page") else "warn"
            yield Problem(title.format(words), who, count.since, href, tone)


def _reply_problem(session: Session, viewer: Viewer) -> Iterator[Problem]:
    failed, since = repository.count_failed_replies(session, viewer.brand_id)
    if failed:
        words = plural(failed, "answer")
        who = "Whoever wrote it: the case says why, and has the button to send it again."
        yield Problem(f"{words} could not be sent", who, since, "/cases", "bad")


def _hook_problem(session: Session, viewer: Viewer) -> Iterator[Problem]:
    failing, since = count_failing(session, viewer.brand_id)
    if failing:
        who = "Whoever runs the address it is posted to. Mails and pages tell of the crisis all the same."
        yield Problem(f"{plural(failing, 'crisis post')} not taken", who, since, "/admin/crisis", "bad")


def _manager_problem(unmanaged: int) -> Iterator[Problem]:
    if unmanaged:
        verb = "has" if unmanaged == 1 else "have"
        who = "You: appoint one, or import people.csv. Until then nobody at the store is told."
        yield Problem(
            f"{plural(unmanaged, 'open store')} {verb} no manager",
            who,
            href="/admin/stores?show=no-manager",
            tone="warn",
        )


def _conflict_problem(session: Session, viewer: Viewer) -> Iterator[Problem]:
    waiting, since = repository.count_conflicts(session, viewer.brand_id)
    if waiting:
        verb = "tells" if waiting == 1 else "tell"
        title = f"{plural(waiting, 'Page')} {verb} otherwise than the directory"
        yield Problem(title, "You: see both sides and decide, one tap each.", since, "/admin/conflicts")


def _recommendations_are_back(session: Session, viewer: Viewer) -> Iterator[Problem]:
    """No fault, but nobody would look for it elsewhere."""
    probe = last_probe(session, viewer.brand_id)
    if probe is not None and probe.outcome == "answers":
        who = "Whoever develops localcare: the lane for recommendations can be opened again."
        yield Problem("Facebook answers for recommendations again", who, probe.at, "/admin/capabilities")


def _weight(problem: Problem) -> int:
    return ("critical", "bad", "warn").index(problem.tone)
