"""Crises posted to an address of the brand's: signed, tried again for a day, each with a state that people see.

One post: claimed and committed, sent, recorded and committed. The receiver tells a repeat by `X-Localcare-Delivery`.
"""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import orjson
from sqlmodel import Session

from localcare.cases.handling import write_down
from localcare.errors import InvalidError
from localcare.kit.crypto import Cipher, new_token
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime
from localcare.routing import hooks_repository as repository
from localcare.routing.hooks_repository import Telling
from localcare.routing.models import CrisisHook, HookPost

log = logging.getLogger(__name__)

SEND_HOOKS_TASK = "routing.send_hooks"
RAISED, ESCALATED, ACKNOWLEDGED, TEST = "crisis.raised", "crisis.escalated", "crisis.acknowledged", "crisis.test"
CALMED = "crisis.calmed"
SIGNATURE = "X-Localcare-Signature-256"
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300, 600, 1800, *([3600] * 23)))
"""After how long a post that failed is tried again; after the last it is given up."""
_TIMEOUT_SECONDS = 10.0
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class Poster(Protocol):
    """Whoever carries a body to an address."""

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        """ "" when it was taken, else why not, in words without secrets."""
        ...


@dataclass(frozen=True, slots=True)
class HttpPoster:
    """Over HTTP, once, without following redirects."""

    seconds: float = _TIMEOUT_SECONDS

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        """Anything but a 2xx is a failure."""
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=self.seconds, follow_redirects=False)
        except httpx.HTTPError as error:
            return f"No answer ({type(error).__name__})."
        return "" if answer.is_success else f"It answered {answer.status_code}."


def set_hook(session: Session, brand_id: int, url: str, cipher: Cipher, *, by: str, now: datetime, dev: bool) -> str:
    """Where crises are posted to from now on; returns the secret that signs them, told only once. InvalidError says why not."""
    address = _checked(url.strip(), dev=dev)
    secret = new_token()
    row = repository.find_hook(session, brand_id) or CrisisHook(
        brand_id=brand_id, url="", secret=b"", changed_by="", changed_at=now
    )
    row.url, row.secret, row.changed_by, row.changed_at = address, cipher.encrypt(secret, row=_row(brand_id)), by, now
    repository.save_hook(session, row)
    return secret


def remove_hook(session: Session, brand_id: int) -> None:
    """Crises are posted nowhere any more; what was owed is given up."""
    repository.drop_hook(session, brand_id)


def find_hook(session: Session, brand_id: int) -> CrisisHook | None:
    """Where crises are posted to, or None."""
    return repository.find_hook(session, brand_id)


def list_posts(session: Session, brand_id: int, *, limit: int = 50) -> list[HookPost]:
    """What was posted, or is to be, the newest first."""
    return repository.list_posts(session, brand_id, limit=limit)


def count_failing(session: Session, brand_id: int) -> tuple[int, datetime | None]:
    """How many posts were not taken at their first try and still are not, and since when the first."""
    return repository.count_failing(session, brand_id)


def owe_posts(
    session: Session, brand_id: int, case_ids: Sequence[int | None], *, event: str, wave: int, now: datetime
) -> int:
    """Post this of each case as soon as can be; nothing where the brand has no address. Returns how many."""
    if not case_ids or repository.find_hook(session, brand_id) is None:
        return 0
    repository.insert_posts(session, brand_id, case_ids, event=event, wave=wave, now=now)
    defer(session, SEND_HOOKS_TASK, brand_id=brand_id)
    return len(case_ids)


def try_again(session: Session, brand_id: int, post_id: int, *, now: datetime) -> None:
    """One that was given up is owed again."""
    repository.owe_again(session, brand_id, post_id, now)
    defer(session, SEND_HOOKS_TASK, brand_id=brand_id)


def send_posts(runtime: Runtime, brand_id: int, poster: Poster | None = None) -> int:
    """Send what the brand owes now; returns how many were taken."""
    carrier = poster or HttpPoster()
    taken = 0
    while True:
        now = runtime.clock.now()
        with runtime.db.session(brand_id, viewer="hooks") as session:
            hook = repository.find_hook(session, brand_id)
            claimed = repository.claim_post(session, brand_id, now)
            told = repository.read_case(session, claimed.case_id) if claimed and claimed.case_id else None
        if hook is None or claimed is None:
            return taken
        body = _body(claimed, told, runtime.settings.base_url, now)
        error = carrier.post(
            hook.url, body, _headers(claimed, body, runtime.cipher.decrypt(hook.secret, row=_row(brand_id)))
        )
        with runtime.db.session(brand_id, viewer="hooks") as session:
            _record(session, claimed, error, runtime.clock.now())
        taken += not error


def resume_posts(runtime: Runtime) -> int:
    """What the clock does: send what is due again, take up what a dead process left; returns how many were taken."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = repository.list_brands_owing(session, now)
    return sum(send_posts(runtime, brand_id) for brand_id in brand_ids)


def reseal_hooks(database: Database, cipher: Cipher) -> tuple[int, int]:
    """How many secrets were looked at, and how many sealed anew with the current key; may run twice."""
    anew = 0
    with database.session(ALL_BRANDS, viewer="key rotation") as session:
        hooks = repository.list_hooks(session)
        for hook in hooks:
            fresh = cipher.reseal(hook.secret, row=_row(hook.brand_id))
            if fresh is not None:
                hook.secret = fresh
                repository.save_hook(session, hook)
                anew += 1
    return len(hooks), anew


def sign(body: bytes, secret: str) -> str:
    """The value of the signature's header: `sha256=` and the HMAC of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _record(session: Session, post: HookPost, error: str, now: datetime) -> None:
    attempts = post.attempts + 1
    if not error:
        repository.record(session, post, state="sent", attempts=attempts, error="", next_at=now, sent_at=now)
        return
    is_over = attempts > len(WAITS)
    next_at = now if is_over else now + WAITS[attempts - 1]
    state = "failed" if is_over else "due"
    repository.record(session, post, state=state, attempts=attempts, error=error, next_at=next_at, sent_at=None)
    if post.case_id is not None and (attempts == 1 or is_over):
        then = "It is given up." if is_over else "It is tried again for a day."
        detail = f"The webhook for crises was not taken. {error} {then}"
        write_down(session, post.brand_id, post.case_id, at=now, kind="page-failed", who="localcare", detail=detail)


def _body(post: HookPost, told: Telling | None, base_url: str, now: datetime) -> bytes:
    case = None
    if told is not None:
        case = {
            "id": told.case_id, "url": f"{base_url.rstrip('/')}/cases/{told.case_id}", "risks": told.risks,
            "urgency": told.urgency, "topic": told.topic, "queue": told.queue, "excerpt": told.excerpt,
            "acknowledged_by": told.acknowledged_by,
            "store": {"number": told.store_number, "name": told.store_name} if told.store_number else None,
        }  # fmt: skip
    return orjson.dumps(
        {"id": post.id, "event": post.event, "wave": post.wave, "attempt": post.attempts + 1, "at": now, "case": case}
    )


def _headers(post: HookPost, body: bytes, secret: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "localcare",
        "X-Localcare-Event": post.event,
        "X-Localcare-Delivery": str(post.id),
        SIGNATURE: sign(body, secret),
    }


def _checked(url: str, *, dev: bool) -> str:
    parts = urlsplit(url)
    is_local = parts.hostname in _LOCAL
    if (
        not parts.hostname
        or parts.username
        or (parts.scheme != "https" and not (parts.scheme == "http" and is_local and dev))
    ):
        raise InvalidError("The address must begin with https:// and carry no password.")
    return url


def _row(brand_id: int) -> str:
    return f"crisis-hook:{brand_id}"
