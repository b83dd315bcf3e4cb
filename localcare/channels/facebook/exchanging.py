"""A person's token of a few hours, exchanged for one of sixty days: the Pages' tokens that it gives then do not expire.

Source: Meta's guide to long-lived tokens (`/oauth/access_token`, `fb_exchange_token`).
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import secret_at
from localcare.channels.facebook.core.scopes import Finding
from localcare.channels.facebook.core.tokens import TokenFacts, facts_of
from localcare.channels.facebook.session import GraphAccess, GraphSession

log = logging.getLogger(__name__)

_SHORT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Lasting:
    """The token to go on with, what Facebook says of it, and what became of the one that was given."""

    token: SecretStr
    facts: TokenFacts
    notes: tuple[Finding, ...] = ()


def make_lasting(access: GraphAccess, token: SecretStr, *, now: datetime) -> Lasting:
    """The token itself, or what Facebook gives for a person's short one. Raises GraphError when it cannot be asked of it."""
    graph = GraphSession(access, access.app_token)
    given = Lasting(token, _facts(graph, token))
    ends_at = given.facts.expires_at
    if not given.facts.is_valid or given.facts.kind != "user" or ends_at is None or ends_at - now >= _SHORT:
        return given
    try:
        longer = _exchange(graph, token)
        facts = _facts(graph, longer) if longer is not None else given.facts
    except GraphError as error:
        log.info("a token that ends soon could not be exchanged for one that lasts: %s", error)
        return given
    if longer is None or not facts.is_valid:
        return given
    until = f"until {facts.expires_at:%d %B %Y}" if facts.expires_at else "without an end"
    says = f"The token given lasted hours; Facebook exchanged it for one that lasts {until}."
    return Lasting(longer, facts, (Finding("exchanged", "note", says),))


def _exchange(graph: GraphSession, token: SecretStr) -> SecretStr | None:
    access = graph.access
    answer = graph.ask("GET", ("oauth", "access_token"), {
        "grant_type": "fb_exchange_token", "client_id": access.app_id, "client_secret": SecretStr(access.app_secret or ""),
        "fb_exchange_token": token,
    })  # fmt: skip
    return secret_at(answer, "access_token")


def _facts(graph: GraphSession, token: SecretStr) -> TokenFacts:
    return facts_of(graph.ask("GET", ("debug_token",), {"input_token": token}))
