"""The brand Page's `/locations`: read to the end, brought to the directory, the store Pages' tokens kept."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import SecretStr
from sqlmodel import Session

from localcare.channels.facebook import repository
from localcare.channels.facebook.app_pause import app_paused_until
from localcare.channels.facebook.client import LOCATIONS_AT_ONCE, GraphError, LocationRow, PageClient
from localcare.channels.facebook.core.hours import opening_hours
from localcare.channels.facebook.core.mending import what_to_do
from localcare.channels.facebook.service import (
    graph_access,
    note_health,
    open_page,
    page_token,
    save_token,
    save_tokens,
)
from localcare.errors import CareError, InvalidError, NotFoundError, UnavailableError
from localcare.kit.crypto import Cipher
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.settings import Settings
from localcare.stores import editing
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.listing import Listing, tidy
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.syncing import (
    SyncOptions,
    SyncReport,
    begin_run,
    end_run,
    list_brand_pages,
    sync_directory,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrder:
    """Who wants a sync and how. `page_id` is needed where the brand has several Pages of its own with a token."""

    by: str
    options: SyncOptions = SyncOptions()  # noqa: RUF009 (frozen)
    page_id: str | None = None
    at_once: int = LOCATIONS_AT_ONCE
    only_if_due: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far it is: Pages read so far; stores written of those to write."""

    on_read: Callable[[int], None] | None = None
    on_written: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """The sync at hand: whose list is read, and what is written down of it, which is nothing for a dry run."""

    brand_page: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Locations:
    """All that `/locations` told, each Page once. `repeated` rows came more than once; not every Page gives a token."""

    listings: list[Listing]
    tokens: dict[str, SecretStr]
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What a sync did to the directory, and how many tokens of store Pages were new to us."""

    brand_page_id: str
    report: SyncReport
    repeated: int
    tokens_told: int
    tokens_saved: int


def read_locations(
    page: PageClient,
    gazetteer: Gazetteer,
    *,
    at_once: int = LOCATIONS_AT_ONCE,
    on_read: Callable[[int], None] | None = None,
) -> Locations:
    """Every store Page of the brand, tidied; `on_read` is told how many so far. Raises GraphError."""
    listings: dict[str, Listing] = {}
    tokens: dict[str, SecretStr] = {}
    repeated = 0
    for row in page.list_locations(at_once=at_once):
        repeated += row.page_id in listings
        if row.access_token:
            tokens[row.page_id] = row.access_token
        if row.page_id not in listings:
            listings[row.page_id] = tidy(_listing_of(row), gazetteer)
            if on_read:
                on_read(len(listings))
    return Locations(list(listings.values()), tokens, repeated)


def sync_brand(runtime: Runtime, brand_id: int, order: SyncOrder, watch: Watch | None = None) -> SyncOutcome | None:
    """Read a brand's `/locations` and bring the directory up to it: nothing is written before all is read.

    May be broken off and run again at any time. Returns None when it is not due and only wanted if it were. Raises
    NotFoundError without a brand Page, UnavailableError that says who can mend what Facebook refuses.
    """
    watching = watch or Watch()
    with runtime.db.session(brand_id, viewer=order.by) as session:
        brand_page = _brand_page(session, brand_id, order.page_id)
        run_id = None
        if not order.options.dry_run:
            now = runtime.clock.now()
            run_id = begin_run(session, brand_id, by=order.by, now=now, only_if_due=order.only_if_due)
            if run_id is None:
                return None
    try:
        with runtime.db.session(brand_id, viewer=order.by) as session:
            page = open_page(session, runtime.settings, runtime.cipher, brand_page)
        found = read_locations(page, load_gazetteer(), at_once=order.at_once, on_read=watching.on_read)
        return _bring_up(runtime, brand_id, order, found, _Run(brand_page, run_id), watching)
    except GraphError as error:
        _note_failure(runtime, brand_id, _Run(brand_page, run_id), error)
        refusal = UnavailableError(what_to_do(error, brand_page))
    except CareError as error:
        _note_failure(runtime, brand_id, _Run(brand_page, run_id), error)
        raise
    # out here, so that Meta's own words are not chained to the sentence for people
    raise refusal


def connect_brand_page(runtime: Runtime, brand_id: int, page_id: str, token: SecretStr | str, *, by: str) -> str:
    """Keep the token of the brand's own Page, or what a system user's token gives for it; returns the Page's name.

    Raises InvalidError when Facebook refuses it, ConflictError when the Page is another brand's.
    """
    page = PageClient(graph_access(runtime.settings), page_id, token)
    try:
        name = page.check().name or page_id
        own = page.find_page_token() or token
    except GraphError as error:
        raise InvalidError(f"Facebook does not take this token for the Page {page_id}: {error}") from None
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer=by) as session:
        if page_id not in {each.page_id for each in list_brand_pages(session, brand_id)}:
            ref = editing.PageRef(page_id, name)
            editing.link_page(session, brand_id, ref, None, effective=now, by=by, now=now)
        save_token(session, runtime.cipher, brand_id, page_id, own, now=now)
    return name


def open_given_page(settings: Settings, page_id: str, token: SecretStr | str) -> PageClient:
    """The brand's Page by a token that is not kept. Raises InvalidError when Facebook refuses it."""
    page = PageClient(graph_access(settings), page_id, token)
    try:
        return PageClient(graph_access(settings), page_id, page.find_page_token() or token)
    except GraphError as error:
        raise InvalidError(f"Facebook does not take this token for the Page {page_id}: {error}") from None


def rehearse_sync(
    session: Session, brand_id: int, page: PageClient, order: SyncOrder, *, now: datetime, watch: Watch
) -> SyncOutcome:
    """What a sync would do, with nothing written and nothing unsealed. Raises UnavailableError for what Facebook refuses."""
    page_id = order.page_id or ""
    try:
        found = read_locations(page, load_gazetteer(), at_once=order.at_once, on_read=watch.on_read)
    except GraphError as error:
        refusal = UnavailableError(what_to_do(error, page_id))
    else:
        report = sync_directory(
            session, brand_id, found.listings, now=now, options=replace(order.options, dry_run=True)
        )
        stored = {access.page_id for access in repository.list_of_pages(session, brand_id, list(found.tokens))}
        return SyncOutcome(page_id, report, found.repeated, len(found.tokens), len(found.tokens.keys() - stored))
    raise refusal


def sync_due_brands(runtime: Runtime) -> int:
    """The daily sync of every brand whose own Page has a token; called often, it works once a day. Returns how many.

    A store that is new is a proposal for a person, unless the settings say that the clock may open it.
    """
    opens = runtime.settings.sync_opens_stores
    options = SyncOptions(opens=opens, proposes=not opens)
    with runtime.db.session(ALL_BRANDS) as session:
        is_paused = app_paused_until(session, now=runtime.clock.now()) is not None
        brands = [] if is_paused else repository.list_brands_to_sync(session)
    done = 0
    for brand_id in brands:
        try:
            done += sync_brand(runtime, brand_id, SyncOrder(by="sync", options=options, only_if_due=True)) is not None
        except CareError as error:
            log.warning("the directory of brand %s was not brought up to Facebook: %s", brand_id, error.message)
    return done


def _bring_up(
    runtime: Runtime, brand_id: int, order: SyncOrder, found: Locations, run: _Run, watch: Watch
) -> SyncOutcome:  # fmt: skip
    now, options = runtime.clock.now(), order.options
    with runtime.db.session(brand_id, viewer=order.by) as session:
        report = sync_directory(session, brand_id, found.listings, now=now, options=options, progress=watch.on_written)
        fresh = _fresh_tokens(session, runtime.cipher, brand_id, found.tokens)
        if run.id is not None:
            save_tokens(session, runtime.cipher, brand_id, fresh, now=now)
            note_health(session, run.brand_page, None, now=now)
            end_run(session, brand_id, run.id, report)
    return SyncOutcome(run.brand_page, report, found.repeated, len(found.tokens), len(fresh))


def _fresh_tokens(
    session: Session, cipher: Cipher, brand_id: int, tokens: dict[str, SecretStr]
) -> dict[str, SecretStr]:
    """The tokens that are not stored yet, or stored in place of one that died: what is well keeps its health."""
    stored = {access.page_id: access for access in repository.list_of_pages(session, brand_id, list(tokens))}
    return {
        page_id: token
        for page_id, token in tokens.items()
        if (access := stored.get(page_id)) is None or not _is_stored(cipher, page_id, access.token_encrypted, token)
    }


def _is_stored(cipher: Cipher, page_id: str, sealed: bytes, token: SecretStr) -> bool:
    try:
        return page_token(cipher, page_id, sealed) == token
    except GraphError:
        return False


def _note_failure(runtime: Runtime, brand_id: int, run: _Run, error: CareError) -> None:
    now = runtime.clock.now()
    with runtime.db.session(brand_id) as session:
        if isinstance(error, GraphError):
            note_health(session, run.brand_page, error, now=now)
        if run.id is not None:
            end_run(session, brand_id, run.id, None, error=str(error))


def _brand_page(session: Session, brand_id: int, wanted: str | None) -> str:
    pages = list_brand_pages(session, brand_id)
    ids = [page.page_id for page in pages]
    if wanted is not None and wanted in ids:
        return wanted
    open_to_us = {access.page_id for access in repository.list_of_pages(session, brand_id, ids)}
    usable = [page_id for page_id in ids if page_id in open_to_us] or ids
    if len(usable) == 1 and wanted is None:
        return usable[0]
    if ids:
        names = ", ".join(f"{page.page_id} ({page.name})" for page in pages)
        raise InvalidError(f"Say which of the brand's Pages has the stores with --page. Known here: {names}.")
    raise NotFoundError(
        "The brand's own Page is not known here. Name it once: localcare stores sync --page PAGE_ID --token-file FILE"
        " (the token of the Page, or of a system user who has it in Meta Business Suite)."
    )


def _listing_of(row: LocationRow) -> Listing:
    return Listing(
        page_id=row.page_id,
        page_name=row.name or "",
        number=row.store_number,
        code=row.store_code,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        country=row.country or "US",
        lat=row.latitude,
        lng=row.longitude,
        phone=row.phone,
        hours=opening_hours(row.hours),
        is_closed=row.is_permanently_closed,
    )
