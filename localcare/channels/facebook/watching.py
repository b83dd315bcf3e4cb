"""Watching over Pages by the clock: every minute those that are due are looked at, and incidents follow what is known.

Three looks, each as dear as it must be. The brand's own token every few minutes: when it dies, all that came from it may.
The token of each Page, by the app's calls alone, round and round as fast as the app's budget lets: so a token that dies in
silence is found in minutes. And the whole look, token and subscription, about daily, which costs the Page a call.
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.channels.facebook import connecting_repository
from localcare.channels.facebook import watching_repository as repository
from localcare.channels.facebook.accounts import link_accounts
from localcare.channels.facebook.app_pause import app_paused_until, note_app_limit
from localcare.channels.facebook.app_subscription import look_at_app
from localcare.channels.facebook.batching import MOST_AT_ONCE, Question, ask_in_parallel, ask_many
from localcare.channels.facebook.checking import (
    PageStanding,
    ask_sealed,
    keep_standings,
    keep_subscriptions,
    may_ask_accounts,
    open_keys,
    subscribe_sealed,
)
from localcare.channels.facebook.connecting import connection_row
from localcare.channels.facebook.connecting_repository import SealedPage
from localcare.channels.facebook.core.batch import Told
from localcare.channels.facebook.core.graph_error import APP_REFUSED, GraphError, LockedTokenError
from localcare.channels.facebook.core.quota import may_glance_on
from localcare.channels.facebook.core.scopes import why_dead
from localcare.channels.facebook.core.subscription import WANTED_FIELDS, fields_for
from localcare.channels.facebook.core.tokens import facts_of
from localcare.channels.facebook.incidents import follow_incidents
from localcare.channels.facebook.incidents_repository import list_brands
from localcare.channels.facebook.models import FacebookConnection
from localcare.channels.facebook.rereading import REREAD_EVERY, reread_tasks
from localcare.channels.facebook.service import graph_access, open_token
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.channels.facebook.watching_repository import LeasedPage
from localcare.errors import NotFoundError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

DAILY = timedelta(hours=24)
JITTER = timedelta(hours=3)
ILL_AGAIN = timedelta(hours=1)
UNANSWERED_AGAIN = timedelta(minutes=5)
CONTRADICTED_FOR = timedelta(minutes=30)
"""A token that Facebook calls valid, and whose calls it refuses, is taken for dead after this."""

REFUSED_FOR = timedelta(hours=2)
"""A task that was taken away shows in no look, only when something is written: that refusal stands for so long."""

CONNECTION_EVERY_MINUTES = 3
GLANCED_WITHIN = timedelta(minutes=3)
SEVERAL = 2
_LEASE = timedelta(minutes=10)
_AT_ONCE = 500
_PAGES_PER_BATCH = MOST_AT_ONCE // 2
_TICK_SECONDS = 45.0
_PASSING = ("retry", "quota", "unknown_result")


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round did: Pages looked at whole, tokens glanced at, incidents opened and ended."""

    looked: int = 0
    glanced: int = 0
    opened: int = 0
    ended: int = 0


def watch(runtime: Runtime) -> Watched:
    """What the clock does every minute, for every brand. Idempotent; any number of workers may do it at once."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brands = list_brands(session)
    until = time.monotonic() + _TICK_SECONDS
    done = Watched()
    for brand_id in brands:
        seen = watch_brand(runtime, brand_id, until=until)
        done = Watched(
            done.looked + seen.looked, done.glanced + seen.glanced, done.opened + seen.opened, done.ended + seen.ended
        )
    return done


def watch_brand(runtime: Runtime, brand_id: int, *, until: float | None = None) -> Watched:
    """One round for one brand; `until` is a moment of the monotonic clock after which no more Pages are taken."""
    looked = glanced = 0
    access = graph_access(runtime.settings)
    with runtime.db.session(brand_id, viewer="clock") as session:
        is_paused = app_paused_until(session, now=runtime.clock.now()) is not None
    if access.app_id and access.app_secret and not is_paused:
        look_at_connection(runtime, access, brand_id)
        look_at_app(runtime, brand_id)
        reread_tasks(runtime, access, brand_id)
        glanced = glance(runtime, access, brand_id)
        looked = look_at_due(runtime, access, brand_id, until=until)
    with runtime.db.session(brand_id, viewer="clock") as session:
        kept = follow_incidents(session, brand_id, version=access.version, now=runtime.clock.now())
    return Watched(looked, glanced, kept.opened, kept.ended)


def look_now(runtime: Runtime, brand_id: int, page_ids: Sequence[str]) -> Watched:
    """Look at these Pages whole, at once, and have incidents follow. Raises ConfigurationError without an app.

    Their tasks are read again with the next round, within a minute.
    """
    access = graph_access(runtime.settings)
    with runtime.db.session(brand_id, viewer="clock") as session:
        repository.keep_glances(session, brand_id, alive=(), dead=page_ids, now=runtime.clock.now())
        repository.set_tasks_read(session, brand_id, at=runtime.clock.now() - REREAD_EVERY)
    looked = look_at_due(runtime, access, brand_id, only=page_ids)
    with runtime.db.session(brand_id, viewer="clock") as session:
        kept = follow_incidents(session, brand_id, version=access.version, now=runtime.clock.now())
    return Watched(looked, 0, kept.opened, kept.ended)


def subscribe_now(runtime: Runtime, brand_id: int, page_id: str) -> GraphError | None:
    """Subscribe one Page and read it back; returns why not. Raises NotFoundError, ConfigurationError without an app."""
    access = graph_access(runtime.settings)
    with runtime.db.session(brand_id, viewer="clock") as session:
        pages = connecting_repository.list_keys(session, brand_id, page_ids=[page_id])
        connection = connecting_repository.find_connection(session, brand_id)
    if not pages:
        raise NotFoundError("There is no such Page with a token here.")
    fields = fields_for(connection.scopes) if connection is not None else WANTED_FIELDS
    (told,) = subscribe_sealed(GraphSession(access, access.app_token), runtime.cipher, pages, fields)
    with runtime.db.session(brand_id, viewer="clock") as session:
        keep_subscriptions(session, brand_id, [told], now=runtime.clock.now())
        follow_incidents(session, brand_id, version=access.version, now=runtime.clock.now())
    return told.error


def look_at_due(
    runtime: Runtime, access: GraphAccess, brand_id: int, *, until: float | None = None, only: Sequence[str] | None = None
) -> int:  # fmt: skip
    """Look at every Page that is due, token and subscription; returns how many were looked at."""
    looked = 0
    with runtime.db.session(brand_id, viewer="clock") as session:
        asks_accounts = may_ask_accounts(session, brand_id)
    while until is None or time.monotonic() < until:
        now = runtime.clock.now()
        with runtime.db.session(brand_id, viewer="clock") as session:
            leased = repository.lease_due(session, brand_id, now=now, until=now + _LEASE, limit=_AT_ONCE, only=only)
        if not leased:
            break

        def ask(graph: GraphSession, chunk: Sequence[LeasedPage]) -> list[tuple[LeasedPage, PageStanding]]:
            sealed = [page.key for page in chunk]
            told = ask_sealed(graph, runtime.cipher, sealed, asks_accounts=asks_accounts)
            return list(zip(chunk, told, strict=True))

        for told in ask_in_parallel(access, access.app_token, leased, ask, size=_PAGES_PER_BATCH):
            _keep(runtime, brand_id, told, by_person=only is not None)
        looked += len(leased)
    if looked:
        with runtime.db.session(brand_id, viewer="clock") as session:
            link_accounts(session, brand_id, now=runtime.clock.now())
    return looked


def glance(runtime: Runtime, access: GraphAccess, brand_id: int) -> int:
    """Ask of the tokens that were not looked at for longest whether they live; returns how many were asked about.

    A third of the Pages a minute, as long as Facebook tells that the app has calls to spare; all of them when several are
    dead, for then they seldom die alone. Only the app's own calls, and few where nothing is told of them.
    """
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        pages = repository.list_longest_unseen(session, brand_id, before=now - GLANCED_WITHIN, now=now)
        share = max(MOST_AT_ONCE, -(-repository.count_pages(session, brand_id) // 3))
    graph, asked, dead = GraphSession(access, access.app_token), 0, 0
    for chunk in _chunks(pages):
        if asked >= share and dead < SEVERAL:
            break
        told = _ask_tokens(graph, runtime, chunk)
        _note_limits(runtime, brand_id, [each.error for each in told])
        asked, dead = asked + len(chunk), dead + _keep_glances(runtime, brand_id, chunk, told)
        spent = [usage.app_percent for usage in (graph.usage, *(each.usage for each in told))]
        if any(map(_is_unanswered, told)) or not may_glance_on(spent, asked):
            break
    return asked


def look_at_connection(runtime: Runtime, access: GraphAccess, brand_id: int) -> None:
    """Whether the brand's own token lives; when it has died, all that may have died with it is looked at now."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        connection = connecting_repository.find_connection(session, brand_id)
    if connection is None or not connection.token_encrypted or now.minute % CONNECTION_EVERY_MINUTES:
        return
    try:
        token = open_token(runtime.cipher, connection.token_encrypted, row=connection_row(brand_id))
        facts = facts_of(GraphSession(access, access.app_token).ask("GET", ("debug_token",), {"input_token": token}))
    except LockedTokenError as error:
        _keep_connection(runtime, brand_id, connection, str(error))
        return
    except GraphError as error:
        log.info("the token of brand %s could not be looked at: %s", brand_id, error)
        _note_limits(runtime, brand_id, [error])
        if error.kind not in _PASSING:
            # asked as the app itself: whatever is refused is the app's
            _keep_connection(runtime, brand_id, connection, f"{APP_REFUSED} “{error.detail}”")
        return
    detail = "" if facts.is_valid else f"Facebook does not take the brand's token: {why_dead(facts)}."
    _keep_connection(runtime, brand_id, connection, detail)


def _keep_connection(runtime: Runtime, brand_id: int, connection: FacebookConnection, detail: str) -> None:
    if (connection.health == "token") == bool(detail):
        return
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        repository.note_connection(session, connection, detail=detail, now=now)
        repository.make_due(session, brand_id, now=now)


def _keep(
    runtime: Runtime, brand_id: int, told: Sequence[tuple[LeasedPage, PageStanding]], *, by_person: bool
) -> None:  # fmt: skip
    """Write what was seen. A person who has a Page looked at has mended it: the next refusal will tell if not."""
    now = runtime.clock.now()
    proven = [(page, standing) for page, standing in told if _proves(page, standing, now)]
    pauses = {page.page_id: UNANSWERED_AGAIN for page, _ in told}
    with runtime.db.session(brand_id, viewer="clock") as session:
        refused = {page.page_id for page, _ in proven if not by_person and _is_refused_still(page, now)}
        news = keep_standings(session, brand_id, [standing for _, standing in proven], now=now, refused=refused)
        pauses |= {each.page_id: _pause(each.page_id, ill=each.health not in ("ok", "quota")) for each in news}
        repository.set_next_checks(session, brand_id, pauses, now=now)


def _proves(page: LeasedPage, standing: PageStanding, now: datetime) -> bool:
    """Whether the look says something of the Page: not when Facebook gave no answer, or contradicts itself."""
    if standing.facts is None:
        return isinstance(standing.error, LockedTokenError)
    is_contradicted = standing.facts.is_valid and standing.error is not None and standing.error.kind == "token"
    return not is_contradicted or (page.health == "token" and now - page.since > CONTRADICTED_FOR)


def _is_refused_still(page: LeasedPage, now: datetime) -> bool:
    return page.health == "permission" and now - page.since < REFUSED_FOR


def _pause(page_id: str, *, ill: bool) -> timedelta:
    """About a day, each Page at its own time; what is ill may be well sooner."""
    if ill:
        return ILL_AGAIN
    place = int.from_bytes(hashlib.sha256(page_id.encode()).digest()[:4]) / 2**32
    return DAILY + JITTER * (2 * place - 1)


def _keep_glances(runtime: Runtime, brand_id: int, pages: Sequence[SealedPage], told: Sequence[Told]) -> int:
    """Write what was seen; returns how many are dead."""
    lives = {page.page_id: _lives(each) for page, each in zip(pages, told, strict=True)}
    alive, dead = ([page_id for page_id, is_so in lives.items() if is_so is wanted] for wanted in (True, False))
    with runtime.db.session(brand_id, viewer="clock") as session:
        repository.keep_glances(session, brand_id, alive=alive, dead=dead, now=runtime.clock.now())
    return len(dead)


def _note_limits(runtime: Runtime, brand_id: int, errors: Sequence[GraphError | None]) -> None:
    """Pause the app when one of these refusals is about all of its calls."""
    refused = next((error for error in errors if error is not None and error.is_about_app), None)
    if refused is not None:
        with runtime.db.session(brand_id, viewer="clock") as session:
            note_app_limit(session, refused, now=runtime.clock.now())


def _chunks(pages: Sequence[SealedPage]) -> list[Sequence[SealedPage]]:
    """The first alone: when the app's budget is spent, it is the only one."""
    rest = range(1, len(pages), MOST_AT_ONCE)
    return [pages[:1], *(pages[start : start + MOST_AT_ONCE] for start in rest)] if pages else []


def _ask_tokens(graph: GraphSession, runtime: Runtime, pages: Sequence[SealedPage]) -> list[Told]:
    """What Facebook says of each token; one that cannot be opened is not asked about."""
    keys, locked = open_keys(runtime.cipher, pages)
    questions = [Question("GET", ("debug_token",), {"input_token": key.token}) for key in keys]
    told = {key.page_id: each for key, each in zip(keys, ask_many(graph, questions, pauses=()), strict=True)}
    return [told.get(page.page_id) or Told(locked[page.page_id]) for page in pages]


def _lives(told: Told) -> bool | None:
    if isinstance(told.answer, LockedTokenError):
        return False
    return None if isinstance(told.answer, GraphError) else facts_of(told.answer).is_valid


def _is_unanswered(told: Told) -> bool:
    return told.error is not None and not isinstance(told.error, LockedTokenError)
