"""Connecting a brand: look at a token, keep it, find the Pages it opens, subscribe them.

Each verb may be broken off and run again: it goes on with what is missing. Facebook is asked outside of transactions.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import SecretStr
from sqlmodel import Session

from localcare.channels.facebook import connecting_repository as repository
from localcare.channels.facebook.app_subscription import app_wish, ensure_app_subscribed
from localcare.channels.facebook.batching import MOST_AT_ONCE, ask_in_parallel
from localcare.channels.facebook.checking import keep_subscriptions, subscribe_sealed
from localcare.channels.facebook.connecting_repository import SealedPage
from localcare.channels.facebook.core.discovery import FoundPage
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import text_at
from localcare.channels.facebook.core.report import ConnectReport, LockedPage, as_kept, report_of
from localcare.channels.facebook.core.scopes import Finding, judge_token
from localcare.channels.facebook.core.subscription import POST_FIELDS, fields_for
from localcare.channels.facebook.core.tokens import TokenFacts
from localcare.channels.facebook.discovering import Discovery, Doors, discover
from localcare.channels.facebook.exchanging import make_lasting
from localcare.channels.facebook.models import FacebookConnection
from localcare.channels.facebook.service import graph_access, page_row
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.subscribing import PageSubscription
from localcare.channels.facebook.veiling import bare
from localcare.errors import CareError, NotFoundError
from localcare.kit.runtime import Runtime
from localcare.stores.service import link_pages, tell_pages_changed
from localcare.stores.syncing import list_brand_pages

_SHOWN_LOCKED = 50
_TELL_EVERY = 100


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A token that was looked at: what Facebook says of it, whose it is, and what is to be said of it.

    `token` is the one to keep: a person's that lasts hours has been exchanged for one of sixty days.
    """

    facts: TokenFacts
    name: str
    findings: list[Finding]
    token: SecretStr

    @property
    def is_usable(self) -> bool:
        """Whether a brand can be connected with it."""
        return not any(finding.weight == "stops" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told how far it is: rows seen; Pages answered of those asked."""

    on_seen: Callable[[int], None] | None = None
    on_answered: Callable[[int, int], None] | None = None


def look_at_token(runtime: Runtime, token: SecretStr) -> LookedAt:
    """What this token may do. Raises GraphError when Facebook cannot be asked, ConfigurationError without an app."""
    access = graph_access(runtime.settings)
    lasting = make_lasting(access, token, now=runtime.clock.now())
    findings = judge_token(lasting.facts, app_id=access.app_id, now=runtime.clock.now())
    looked = LookedAt(lasting.facts, "", [*findings, *lasting.notes], lasting.token)
    if not looked.is_usable:
        return looked
    name = text_at(GraphSession(access, looked.token).ask("GET", ("me",), {"fields": "id,name"}), "name")
    return replace(looked, name=name or "")


def begin_connection(
    runtime: Runtime, brand_id: int, token: SecretStr, doors: Doors | None = None, *, by: str
) -> LookedAt:
    """Look at a token and keep it as the brand's, when it is usable. Raises GraphError when Facebook cannot be asked."""
    looked = look_at_token(runtime, token)
    if looked.is_usable:
        with runtime.db.session(brand_id, viewer=by) as session:
            _keep(session, runtime, brand_id, looked, doors or Doors())
    return looked


def find_pages(runtime: Runtime, brand_id: int, progress: Progress | None = None, *, by: str) -> ConnectReport:
    """Find the Pages, keep their tokens, link those whose store number is plain. Raises CareError when none can be read."""
    telling = progress or Progress()
    with runtime.db.session(brand_id, viewer=by) as session:
        connection = get_connection(session, brand_id)
        token = _token_of(runtime, connection)
        doors = _doors_of(session, connection)
        begun = replace(
            report_of(connection.report), phase="finding", error="", seen=0, ways=(), locked=(), found=0,
        )  # fmt: skip
        _write_report(connection, begun, runtime.clock.now())

    def seen(count: int) -> None:
        if count % _TELL_EVERY == 0:
            _tell(runtime, brand_id, replace(begun, seen=count))
        if telling.on_seen:
            telling.on_seen(count)

    try:
        found = discover(graph_access(runtime.settings), token, doors, on_seen=seen)
    except GraphError as error:
        _tell(runtime, brand_id, replace(begun, phase="broken", error=str(error)), error)
        raise
    with runtime.db.session(brand_id, viewer=by) as session:
        report = _keep_found(session, runtime, brand_id, found, begun, by=by)
        connection = get_connection(session, brand_id)
        connection.pages_found = report.found
        _write_report(connection, report, runtime.clock.now())
    return report


def subscribe_pages(
    runtime: Runtime, brand_id: int, progress: Progress | None = None, *, by: str, again: bool = False,
    takes_over: bool = False,
) -> ConnectReport:  # fmt: skip
    """Subscribe the app and every Page that lacks a field (`again`: every Page), and read back what they have."""
    telling = progress or Progress()
    access = graph_access(runtime.settings)
    with runtime.db.session(brand_id, viewer=by) as session:
        connection = get_connection(session, brand_id)
        scopes = connection.scopes
        fields = fields_for(scopes)
        pages = repository.list_keys(session, brand_id, lacking=None if again else fields)
        report = replace(
            report_of(connection.report), phase="subscribing", error="", asked=len(pages), answered=0, subscribed=0,
            failed=0,
        )  # fmt: skip
        _write_report(connection, report, runtime.clock.now())
    app = _subscribe_app(runtime, scopes, takes_over=takes_over)
    report = replace(report, app=app, app_read_at=runtime.clock.now())

    def ask(graph: GraphSession, chunk: Sequence[SealedPage]) -> list[PageSubscription]:
        return subscribe_sealed(graph, runtime.cipher, chunk, fields)

    for told in ask_in_parallel(access, access.app_token, pages, ask, size=MOST_AT_ONCE):
        report = _count(report, told)
        with runtime.db.session(brand_id, viewer=by) as session:
            keep_subscriptions(session, brand_id, told, now=runtime.clock.now())
            _write_report(get_connection(session, brand_id), report, runtime.clock.now())
        if telling.on_answered:
            telling.on_answered(report.answered, report.asked)
    return _end(runtime, brand_id, replace(report, phase="done"))


def get_connection(session: Session, brand_id: int) -> FacebookConnection:
    """The brand's connection; raises NotFoundError that says how to make one."""
    connection = repository.find_connection(session, brand_id)
    if connection is None or not connection.token_encrypted:
        raise NotFoundError(
            "The brand is not connected to Facebook: localcare pages connect, or Administration → Pages → Connect."
        )
    return connection


def connection_row(brand_id: int) -> str:
    """The row that a brand's token is sealed for."""
    return f"connection:{brand_id}"


def _keep(session: Session, runtime: Runtime, brand_id: int, looked: LookedAt, doors: Doors) -> None:
    now, facts = runtime.clock.now(), looked.facts
    repository.lock_connection(session, brand_id)
    connection = repository.find_connection(session, brand_id) or FacebookConnection(
        brand_id=brand_id, kind=facts.kind, token_encrypted=b"", since=now, updated_at=now
    )
    connection.token_encrypted = runtime.cipher.encrypt(bare(looked.token), row=connection_row(brand_id))
    connection.kind, connection.subject_id, connection.subject_name = facts.kind, facts.subject_id, looked.name
    connection.scopes, connection.expires_at = list(facts.scopes), facts.expires_at
    connection.brand_page_id = next(iter(doors.brand_pages), None) or facts.page_id or connection.brand_page_id
    connection.business_id = doors.business_id or connection.business_id
    connection.state, connection.health, connection.health_detail, connection.since = "connecting", "ok", "", now
    session.add(connection)
    _write_report(connection, ConnectReport(findings=tuple(looked.findings)), now)


def _token_of(runtime: Runtime, connection: FacebookConnection) -> SecretStr:
    return SecretStr(runtime.cipher.decrypt(connection.token_encrypted, row=connection_row(connection.brand_id)))


def _doors_of(session: Session, connection: FacebookConnection) -> Doors:
    """The Page that was named, or those that the directory knows as the brand's own."""
    named = (connection.brand_page_id,) if connection.brand_page_id else ()
    known = tuple(page.page_id for page in list_brand_pages(session, connection.brand_id))
    return Doors(named or known, connection.business_id)


def _keep_found(
    session: Session, runtime: Runtime, brand_id: int, found: Discovery, begun: ConnectReport, *, by: str
) -> ConnectReport:
    now = runtime.clock.now()
    sealed = {
        page.page_id: runtime.cipher.encrypt(bare(page.token), row=page_row(page.page_id))
        for page in found.pages
        if page.token is not None
    }
    kept = repository.upsert_found(session, brand_id, found.pages, sealed, now=now)
    tell_pages_changed(session, brand_id)
    locked = [LockedPage(page.page_id, page.name) for page in found.pages if page.token is None]
    return replace(
        begun,
        phase="found",
        ways=found.ways,
        seen=len(found.pages),
        found=len(found.pages),
        without_token=len(locked),
        locked=tuple(locked[:_SHOWN_LOCKED]),
        foreign=len(sealed) - kept,
        linked=_link(session, brand_id, found, now, by=by),
    )


def _link(session: Session, brand_id: int, found: Discovery, now: datetime, *, by: str) -> int:
    """Link the brand's own Pages, and those whose number or code is that of one open store without a Page.

    Whatever is less plain is left for the sync of the directory, or for a person.
    """
    known = repository.list_linked_ids(session, brand_id)
    stores = repository.list_linkable_stores(session, brand_id, now=now)
    # Facebook's number has lost its leading zeros: where 7 and 007 are two stores, only the code tells them apart
    alike = Counter(store.number.lstrip("0") for store in stores)
    open_stores = [store.number for store in stores if not store.has_page]
    free = {number.lstrip("0"): number for number in open_stores if alike[number.lstrip("0")] == 1}
    free |= {number: number for number in open_stores if number.startswith("0")}
    fresh = [page for page in found.pages if page.page_id not in known]
    own = [page for page in fresh if page.page_id in found.brand_pages]
    numbers = {page.page_id: number for page in fresh if page not in own and (number := _number_of(page, free))}
    claims = Counter(numbers.values())
    rows = [f"{page.page_id},{page.name.translate(_PLAIN)},\n" for page in own] + [
        f"{page.page_id},{page.name.translate(_PLAIN)},{numbers[page.page_id]}\n"
        for page in fresh
        if claims[numbers.get(page.page_id, "")] == 1
    ]
    if not rows:
        return 0
    report = link_pages(session, brand_id, ["page_id,name,store_number\n", *rows], now=now, by=by)
    return report.linked


_PLAIN = str.maketrans(',"\r\n', "    ")


def _number_of(page: FoundPage, free: dict[str, str]) -> str | None:
    told = [word for word in (page.store_code, page.store_number) if word]
    words = [*told, *(word.lstrip("0") for word in told)]
    return next((free[word] for word in words if word in free), None)


def _subscribe_app(runtime: Runtime, scopes: Sequence[str], *, takes_over: bool) -> tuple[Finding, ...]:
    wish = app_wish(runtime.settings, scopes, takes_over=takes_over)
    try:
        return tuple(ensure_app_subscribed(graph_access(runtime.settings), wish))
    except GraphError as error:
        remedy = f"See that {wish.callback_url} can be reached from the internet, then run localcare pages subscribe."
        says = f"The app could not be subscribed: {error}"
        return (Finding("app-refused", "stops", says, "an administrator of this installation", remedy),)


def _count(report: ConnectReport, told: Sequence[PageSubscription]) -> ConnectReport:
    failed = sum(each.error is not None for each in told)
    return replace(
        report,
        answered=report.answered + len(told),
        subscribed=report.subscribed + len(told) - failed,
        failed=report.failed + failed,
    )


def _end(runtime: Runtime, brand_id: int, report: ConnectReport) -> ConnectReport:
    with runtime.db.session(brand_id) as session:
        connection = get_connection(session, brand_id)
        connection.state = "connected"
        connection.pages_connected = repository.count_subscribed(session, brand_id, POST_FIELDS)
        connection.pages_failed = report.failed
        _write_report(connection, report, runtime.clock.now())
    return report


def _tell(runtime: Runtime, brand_id: int, report: ConnectReport, error: CareError | None = None) -> None:
    with runtime.db.session(brand_id) as session:
        connection = get_connection(session, brand_id)
        if isinstance(error, GraphError) and error.kind == "token":
            connection.health, connection.health_detail = "token", str(error)
        _write_report(connection, report, runtime.clock.now())


def _write_report(connection: FacebookConnection, report: ConnectReport, now: datetime) -> None:
    connection.report, connection.updated_at = as_kept(report), now
