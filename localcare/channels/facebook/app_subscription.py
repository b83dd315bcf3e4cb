"""The app's own subscription, above all Pages: set when a brand is connected, read back every day, and told when it is not so.

One app has one subscription to Pages and one to Instagram. A field is sent only when the app and the Page both have it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from localcare.channels.facebook import connecting_repository as repository
from localcare.channels.facebook.app_pause import note_app_limit
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.core.report import as_kept, report_of
from localcare.channels.facebook.core.scopes import Finding
from localcare.channels.facebook.core.subscription import (
    account_fields_for,
    app_fields,
    app_subscription,
    fields_for,
    judge_app,
    judge_app_on_instagram,
)
from localcare.channels.facebook.service import graph_access
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.kit.runtime import Runtime
from localcare.settings import Settings

log = logging.getLogger(__name__)

CALLBACK_PATH = "/webhooks/facebook"
EVERY = timedelta(hours=24)
WRONG_AGAIN = timedelta(hours=1)
_MENDER = "an administrator of this installation"


@dataclass(frozen=True, slots=True)
class AppWish:
    """How the app's webhooks shall be: where to, which fields; `takes_over` a callback that is somebody else's."""

    callback_url: str
    verify_token: SecretStr | None
    fields: tuple[str, ...]
    takes_over: bool = False
    account_fields: tuple[str, ...] = ()


def app_wish(settings: Settings, scopes: Sequence[str], *, takes_over: bool = False) -> AppWish:
    """How the app's webhooks shall be for a token with these permissions."""
    return AppWish(
        callback_url=settings.base_url.rstrip("/") + CALLBACK_PATH,
        verify_token=settings.facebook_verify_token,
        fields=fields_for(scopes),
        takes_over=takes_over,
        account_fields=account_fields_for(scopes),
    )


def ensure_app_subscribed(access: GraphAccess, wish: AppWish) -> list[Finding]:
    """Subscribe the app where nothing stands in the way; returns what is still wrong. Raises GraphError."""
    graph = GraphSession(access, access.app_token)
    there = _ask(graph)
    found = _judge(there, wish)
    is_anothers = any(finding.slug.endswith("app-callback") for finding in found)
    if not found or wish.verify_token is None or (is_anothers and not wish.takes_over):
        return found
    for thing, fields in (("page", wish.fields), ("instagram", wish.account_fields)):
        if fields:
            _subscribe(graph, wish, thing, list(dict.fromkeys((*app_fields(app_subscription(there, thing)), *fields))))
    return _judge(_ask(graph), wish)


def read_app_subscription(access: GraphAccess, wish: AppWish) -> list[Finding]:
    """What is wrong with the app's subscription; nothing is changed. Raises GraphError."""
    return _judge(_ask(GraphSession(access, access.app_token)), wish)


def look_at_app(runtime: Runtime, brand_id: int) -> None:
    """Read the app's subscription back once a day, and what was wrong every hour: the board tells what was found."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        connection = repository.find_connection(session, brand_id)
        if connection is None or connection.state != "connected":
            return
        report = report_of(connection.report)
        if not _is_due(report.app_read_at, now, is_wrong=bool(report.app)):
            return
        wish = app_wish(runtime.settings, connection.scopes)
    try:
        found = read_app_subscription(graph_access(runtime.settings), wish)
    except GraphError as error:
        if error.kind in ("retry", "quota", "unknown_result"):
            log.info("the app's subscription could not be read: %s", error)
            with runtime.db.session(brand_id, viewer="clock") as session:
                note_app_limit(session, error, now=now)
            return
        found = [_unread(error)]
    with runtime.db.session(brand_id, viewer="clock") as session:
        connection = repository.find_connection(session, brand_id)
        if connection is not None:
            report = replace(report_of(connection.report), app=tuple(found), app_read_at=now)
            connection.report = as_kept(report)
            session.add(connection)


def _is_due(last: datetime | None, now: datetime, *, is_wrong: bool) -> bool:
    return last is None or now - last >= (WRONG_AGAIN if is_wrong else EVERY)


def _ask(graph: GraphSession) -> Json:
    return graph.ask("GET", (graph.access.app_id or "", "subscriptions"))


def _subscribe(graph: GraphSession, wish: AppWish, thing: str, fields: list[str]) -> None:
    graph.ask("POST", (graph.access.app_id or "", "subscriptions"), {
        "object": thing, "callback_url": wish.callback_url, "fields": fields, "include_values": True,
        "verify_token": wish.verify_token,
    })  # fmt: skip


def _judge(answer: Json, wish: AppWish) -> list[Finding]:
    found = judge_app(app_subscription(answer), callback_url=wish.callback_url, fields=wish.fields)
    if wish.account_fields:
        of_accounts = app_subscription(answer, "instagram")
        there = judge_app_on_instagram(of_accounts, callback_url=wish.callback_url, fields=wish.account_fields)
        # what is wrong with both is said once
        said = {finding.slug for finding in found} - {"app-fields"}
        found += [finding for finding in there if finding.slug.removeprefix("instagram:") not in said]
    return found


def _unread(error: GraphError) -> Finding:
    says = f"Whether Facebook sends its webhooks here could not be read: {error}"
    return Finding(
        "app-unread", "limits", says, _MENDER, "Compare the app's id and secret in the settings with Meta's."
    )
