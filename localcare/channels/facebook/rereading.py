"""Reading again, about daily, which tasks each Page leaves us: they are told by the brand's own list alone, not by tokens.

Source: Meta's reference of `/me/accounts`.
"""

import logging
from datetime import timedelta

from localcare.channels.facebook import watching_repository as repository
from localcare.channels.facebook.connecting import connection_row
from localcare.channels.facebook.core.discovery import seen_page
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.service import open_token
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.channels.facebook.turning import PAUSES, rows_of
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

REREAD_EVERY = timedelta(hours=24)
REREAD_AFTER_FAILURE = timedelta(hours=1)
_AT_ONCE = 100


def reread_tasks(runtime: Runtime, access: GraphAccess, brand_id: int) -> int:
    """Keep the tasks as Facebook lists them, when that is due; returns how many Pages have others than before.

    A Page that is not listed keeps what was known of it; what fails is tried again in an hour. Nothing is raised.
    """
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="clock") as session:
        sealed = repository.claim_tasks(session, brand_id, now=now, every=REREAD_EVERY)
    if sealed is None:
        return 0
    try:
        token = open_token(runtime.cipher, sealed, row=connection_row(brand_id))
        ask = GraphSession(access, token).ask
        rows = rows_of(ask, ("me", "accounts"), {"fields": "id,tasks", "limit": _AT_ONCE}, pauses=PAUSES)
        seen = [page for page in map(seen_page, rows) if page is not None]
    except GraphError as error:
        log.info("the tasks of brand %s could not be read again: %s", brand_id, error)
        with runtime.db.session(brand_id, viewer="clock") as session:
            repository.set_tasks_read(session, brand_id, at=now - REREAD_EVERY + REREAD_AFTER_FAILURE)
        return 0
    with runtime.db.session(brand_id, viewer="clock") as session:
        return repository.keep_tasks(session, brand_id, {page.page_id: page.tasks for page in seen if page.tasks})
