"""Asking how Pages fare: their tokens by `/debug_token`, their subscription with the token itself, in batches.

`ask_standings` calls, `keep_news` writes; `check_pages` does both in short transactions, so it can be broken off and run
again at any time.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook import accounts
from localcare.channels.facebook import connecting_repository as repository
from localcare.channels.facebook.accounts import AccountTold, ask_accounts, link_accounts
from localcare.channels.facebook.batching import MOST_AT_ONCE, Question, ask_in_parallel, ask_many
from localcare.channels.facebook.connecting_repository import PageNews, SealedPage
from localcare.channels.facebook.core.graph_error import APP_LIMIT, GraphError
from localcare.channels.facebook.core.scopes import SUBSCRIBE_SCOPE, why_dead
from localcare.channels.facebook.core.subscription import page_fields
from localcare.channels.facebook.core.tokens import TokenFacts, facts_of
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.service import ILL, graph_access, page_token
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.subscribing import PageKey, PageSubscription, subscribe_pages_at
from localcare.kit.crypto import Cipher
from localcare.kit.runtime import Runtime

CHECK_EVERY = timedelta(hours=24)
_PAGES_AT_ONCE = MOST_AT_ONCE // 2
"""Two calls for each Page: its token is looked at by the app, its subscription with the token."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PageStanding:
    """What Facebook says of one Page's token, subscription and account; `facts` is None when the app could not ask."""

    page_id: str
    facts: TokenFacts | None
    fields: tuple[str, ...] | None
    error: GraphError | None
    usage: Usage
    served_version: str | None
    account: AccountTold | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many Pages were asked about, and how they fare, by health."""

    pages: int = 0
    health: dict[str, int] = field(default_factory=dict)
    unsubscribed: int = 0


def check_pages(
    runtime: Runtime, brand_id: int, *, page_ids: Sequence[str] | None = None, on_done: Progress | None = None
) -> CheckReport:
    """Ask about these Pages of a brand, or all, and write down how they fare. Raises ConfigurationError without an app.

    Single failures are told by their Page's health and never raised.
    """
    access = graph_access(runtime.settings)
    with runtime.db.session(brand_id) as session:
        sealed = repository.list_keys(session, brand_id, page_ids=page_ids)
        asks_accounts = may_ask_accounts(session, brand_id)
    counts: Counter[str] = Counter()
    unsubscribed = done = 0

    def ask(graph: GraphSession, chunk: Sequence[SealedPage]) -> list[PageStanding]:
        return ask_sealed(graph, runtime.cipher, chunk, asks_accounts=asks_accounts)

    for standings in ask_in_parallel(access, access.app_token, sealed, ask, size=_PAGES_AT_ONCE):
        with runtime.db.session(brand_id) as session:
            news = keep_standings(session, brand_id, standings, now=runtime.clock.now())
        counts.update(each.health or "unanswered" for each in news)
        unsubscribed += sum(each.fields == () for each in standings)
        done += len(standings)
        if on_done:
            on_done(done, len(sealed))
    with runtime.db.session(brand_id) as session:
        link_accounts(session, brand_id, now=runtime.clock.now())
    return CheckReport(done, dict(counts), unsubscribed)


def may_ask_accounts(session: Session, brand_id: int) -> bool:
    """Whether the brand's token may see accounts on Instagram; where it is not known, asking will tell."""
    connection = repository.find_connection(session, brand_id)
    return connection is None or accounts.SCOPE in connection.scopes


def ask_standings(
    graph: GraphSession, pages: Sequence[PageKey], *, asks_accounts: bool = False
) -> list[PageStanding]:  # fmt: skip
    """What Facebook says of these Pages; `graph` speaks as the app. Nothing is raised."""
    tokens = [Question("GET", ("debug_token",), {"input_token": page.token}) for page in pages]
    subscriptions = [Question("GET", (page.page_id, "subscribed_apps"), token=page.token) for page in pages]
    told = ask_many(graph, [*tokens, *subscriptions])
    standings = []
    held = ask_accounts(graph, pages) if asks_accounts else [None] * len(pages)
    for page, about, own, account in zip(pages, told[: len(pages)], told[len(pages) :], held, strict=True):
        facts = None if isinstance(about.answer, GraphError) else facts_of(about.answer)
        fields = None if isinstance(own.answer, GraphError) else page_fields(own.answer, graph.access.app_id)
        standings.append(
            PageStanding(page.page_id, facts, fields, own.error, own.usage, own.served_version, account)
        )  # fmt: skip
    return standings


def ask_sealed(
    graph: GraphSession, cipher: Cipher, pages: Sequence[SealedPage], *, asks_accounts: bool
) -> list[PageStanding]:  # fmt: skip
    """As `ask_standings`, in the order of the Pages; one whose token cannot be opened is told without being asked about."""
    keys, locked = open_keys(cipher, pages)
    told = {each.page_id: each for each in ask_standings(graph, keys, asks_accounts=asks_accounts)}
    told |= {page_id: PageStanding(page_id, None, None, error, Usage(), None) for page_id, error in locked.items()}
    return [told[page.page_id] for page in pages]


def keep_standings(
    session: Session, brand_id: int, standings: Sequence[PageStanding], *, now: datetime, refused: Collection[str] = ()
) -> list[PageNews]:
    """Write what was asked; the next look is due in a day. Returns what was written.

    `refused` are Pages whose ill health stands although this look found nothing wrong.
    """
    told = (_news_of_standing(standing, now) for standing in standings)
    news = [replace(each, health=None) if each.page_id in refused and each.health == "ok" else each for each in told]
    repository.write_news(session, brand_id, news, now=now)
    return news


def keep_subscriptions(
    session: Session, brand_id: int, subscriptions: Sequence[PageSubscription], *, now: datetime
) -> None:
    """Write what subscribing brought."""
    news = [
        replace(
            _news(each.page_id, each.error, each.usage, each.served_version, now),
            fields=None if each.error is not None and not each.fields else each.fields,
        )
        for each in subscriptions
    ]
    repository.write_news(session, brand_id, news, now=now)


def note_usage(
    session: Session, brand_id: int, page_id: str, usage: Usage, *, now: datetime, error: GraphError | None = None
) -> None:
    """Keep how full a Page's budget was at a call, and until when calls wait when it is spent."""
    repository.write_news(session, brand_id, [_with_quota(PageNews(page_id=page_id), usage, error, now)], now=now)


def subscribe_sealed(
    graph: GraphSession, cipher: Cipher, pages: Sequence[SealedPage], fields: Sequence[str]
) -> list[PageSubscription]:  # fmt: skip
    """Subscribe these Pages and read them back; one whose token cannot be opened has that as its outcome."""
    keys, locked = open_keys(cipher, pages)
    unasked = [PageSubscription(page_id, (), error, Usage(), None) for page_id, error in locked.items()]
    return [*subscribe_pages_at(graph, keys, fields), *unasked]


def open_keys(cipher: Cipher, pages: Sequence[SealedPage]) -> tuple[list[PageKey], dict[str, GraphError]]:
    """The Pages with their tokens opened; and by page id why those of others cannot be, which stops nobody else."""
    keys: list[PageKey] = []
    locked: dict[str, GraphError] = {}
    for page in pages:
        try:
            keys.append(PageKey(page.page_id, page_token(cipher, page.page_id, page.sealed)))
        except GraphError as error:
            locked[page.page_id] = error
    return keys, locked


def _news_of_standing(standing: PageStanding, now: datetime) -> PageNews:
    error = None if _is_told_by_scopes(standing) else standing.error
    news = _news(standing.page_id, error, standing.usage, standing.served_version, now)
    news = replace(news, fields=standing.fields, checked_at=now, next_check_at=now + CHECK_EVERY)
    if standing.account is not None:
        account = standing.account.account
        news = replace(news, account=account.id if account else "", account_name=account.username if account else "")
    facts = standing.facts
    if facts is None:
        return news
    news = replace(
        news, token_kind=facts.kind, expires_at=facts.expires_at,
        data_access_expires_at=facts.data_access_expires_at, scopes=facts.scopes if facts.is_valid else None,
    )  # fmt: skip
    if facts.is_valid:
        return news
    return replace(news, health="token", detail=f"Facebook does not take the token: {why_dead(facts)}.", code=190)


def _is_told_by_scopes(standing: PageStanding) -> bool:
    """Whether only the subscription may not be read: the permission that is missing for it stops nothing else."""
    facts, error = standing.facts, standing.error
    is_permission = error is not None and error.kind == "permission"
    return is_permission and facts is not None and facts.is_valid and SUBSCRIBE_SCOPE not in facts.scopes


def _news(page_id: str, error: GraphError | None, usage: Usage, version: str | None, now: datetime) -> PageNews:
    """What one call tells: an error that will pass says nothing of the Page's health."""
    news = PageNews(page_id=page_id, version=version)
    if error is None:
        news = replace(news, health="ok", detail="")
    elif error.kind in ILL:
        news = replace(news, health=error.kind, detail=str(error), code=error.code)
    return _with_quota(news, usage, error, now)


def _with_quota(news: PageNews, usage: Usage, error: GraphError | None, now: datetime) -> PageNews:
    seconds = usage.regain_seconds
    if error is not None and error.kind == "quota":
        seconds = max(seconds, error.retry_after_seconds or 0)
    return replace(
        news,
        code=APP_LIMIT if error is not None and error.is_about_app else news.code,
        percent=usage.page_percent if usage.is_told else None,
        until=now + timedelta(seconds=seconds) if seconds else None,
    )
