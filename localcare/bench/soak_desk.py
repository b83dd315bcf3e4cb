"""The care team of a soak: answers cases through the product's own verbs, and connects Pages again whose token is lost."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import TextClause, text
from sqlmodel import Session

from localcare.cases.handling import Hand
from localcare.channels.facebook.service import save_tokens
from localcare.errors import CareError
from localcare.kit.crypto import Cipher
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.core import Grant, Viewer
from localcare.replies.service import Answer, answer_case

# the newest are in nobody's way, and some answers meet words that are being changed or removed
_WAITING = text("""
    select c.id from care_case c join mention m on m.id = c.lead_mention_id and m.received_at = (
        select k.received_at from mention_key k where k.id = c.lead_mention_id)
    where c.is_open and c.waiting_since is not null
        and (cast(:page as text) is null or (m.page_id = :page and m.kind in ('post', 'comment')))
        and not c.is_silent and not exists (select from reply r where r.case_id = c.id)
    order by c.id desc limit :most
""")
_WAITING_PAGES = text("""
    select m.page_id from care_case c join mention m on m.id = c.lead_mention_id
    where c.is_open and c.waiting_since is not null and m.page_id is not null and m.kind in ('post', 'comment')
        and not c.is_silent and not exists (select from reply r where r.case_id = c.id)
    group by m.page_id order by count(*) desc, m.page_id limit :most
""")
_PERSON = text("select id, name from person order by id limit 1")
_ON_BOARD = text("select page_id from page_access where page_id = any(:pages) and health = 'token'")
_UNSENT = text("select count(*) from reply where state in ('queued', 'sending')")
_BACKLOG = text("select count(*) from event_todo")
# what waits for a retry, a pause or a mended token waits no longer; what may be under way at this moment is left alone
_PASS_TIME = (
    text("update page_access set quota_until = null where quota_until is not null"),
    text("""
        update reply set send_after = now()
        where send_after > now() and (state = 'queued' or (state = 'sending' and error is not null))
    """),
    text("""
        update procrastinate_jobs set scheduled_at = null
        where status = 'todo' and task_name = 'replies.send' and scheduled_at > now()
    """),
)

_MOST_SECONDS_UNSEEN = 300


@dataclass(slots=True)
class LostTokens:
    """Pages whose token has died: since when, and how long it took until that was seen (seconds, monotonic)."""

    since: dict[str, float] = field(default_factory=dict)
    seen_after: dict[str, float] = field(default_factory=dict)

    def lose(self, page: str) -> None:
        """It dies now."""
        self.since[page] = time.monotonic()

    @property
    def are_late(self) -> bool:
        """Whether nobody knew of one in time."""
        return bool(self.unseen) or max(self.seen_after.values(), default=0.0) > _MOST_SECONDS_UNSEEN

    @property
    def unseen(self) -> list[str]:
        """Those nobody knows of yet."""
        return [page for page in self.since if page not in self.seen_after]


@dataclass(slots=True)
class Desk:
    """One supervisor who may answer everything. Every answer has words of its own."""

    database: Database
    cipher: Cipher
    brand_id: int
    written: int = 0
    tokens: LostTokens = field(default_factory=LostTokens)

    def answer(self, most: int, *, page: str | None = None) -> int:
        """Answer up to `most` waiting cases, of all Pages or publicly of one; what cannot be answered is left. How many were."""
        before = self.written
        with self.database.session(self.brand_id, viewer="soak") as session:
            cases = session.scalars(_WAITING, {"most": most, "page": page}).all()
            viewer = _supervisor(session, self.brand_id)
        for case_id in cases:
            with suppress(CareError), self.database.session(self.brand_id, viewer="soak") as session:
                words = f"Thank you for telling us. We are looking into it and will come back to you. ({self.written})"
                answer_case(Hand(session, viewer, datetime.now(UTC)), case_id, Answer(words), undo_seconds=0)
                self.written += 1
        return self.written - before

    def list_waiting_pages(self, most: int) -> list[str]:
        """Pages where somebody waits for a public answer, those with the most first."""
        with self.database.session(self.brand_id, viewer="soak") as session:
            return list(session.scalars(_WAITING_PAGES, {"most": most}))

    def look_at_board(self) -> None:
        """Note which lost tokens are known by now."""
        if not self.tokens.unseen:
            return
        with self.database.session(ALL_BRANDS) as session:
            for page in session.scalars(_ON_BOARD, {"pages": self.tokens.unseen}).all():
                self.tokens.seen_after[page] = time.monotonic() - self.tokens.since[page]

    def connect_again(self, tokens: Mapping[str, str]) -> None:
        """The administrator brings fresh tokens."""
        with self.database.session(self.brand_id, viewer="soak") as session:
            save_tokens(session, self.cipher, self.brand_id, tokens, now=datetime.now(UTC))

    def pass_time(self) -> None:
        """What waits for minutes or hours need not wait any more."""
        with self.database.session(ALL_BRANDS) as session:
            for statement in _PASS_TIME:
                session.execute(statement)

    @property
    def unsent(self) -> int:
        """Answers that have not come to an end."""
        return self._count(_UNSENT)

    @property
    def backlog(self) -> int:
        """Deliveries not worked in yet."""
        return self._count(_BACKLOG)

    def _count(self, query: TextClause) -> int:
        with self.database.session(ALL_BRANDS) as session:
            return int(session.scalar(query) or 0)


def _supervisor(session: Session, brand_id: int) -> Viewer:
    person_id, name = session.execute(_PERSON).one()
    return Viewer(brand_id, person_id, name, grants=(Grant("supervisor"),))
