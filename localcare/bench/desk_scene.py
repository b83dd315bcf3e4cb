"""The scene of the desk's bench: a team with two skills each, and cases of the centre made by SQL as fast as it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text

from localcare.bench.ground import Ground
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people import roster
from localcare.people.core import SystemViewer, Viewer
from localcare.people.service import viewer_of_person

SKILLS = ("general", "billing", "network", "account", "technical", "orders")
SHARES = (28, 22, 18, 14, 10, 8)

_WORD = text("""
    insert into mention_key (brand_id, channel, external_id, received_at)
    values (:brand, 'facebook', 'bench-desk', :now) returning id
""")
_CASES = text("""
    insert into care_case (brand_id, conversation_key, channel, resolution_status, state, is_open, queue, route_reason,
        topic, tier, matter, sentiment, urgency, urgency_rank, language, excerpt, lead_mention_id, mention_count, store_id,
        opened_at, last_customer_at, waiting_since, updated_at)
    select :brand, 'bench-' || n.key, 'facebook', 'none', 'queued', true, n.queue, 'bench', 'other', 1, 'other',
        'negative', n.urgency, n.rank, n.language, '', :word, 1, n.store_id, n.at, n.at, n.at, n.at
    from unnest(cast(:keys as text[]), cast(:queues as text[]), cast(:urgencies as text[]), cast(:ranks as integer[]),
        cast(:languages as text[]), cast(:stores as integer[]), cast(:ats as timestamptz[]))
        as n(key, queue, urgency, rank, language, store_id, at)
    returning id
""")
_HERE = text("""
    insert into agent_desk (person_id, brand_id, languages, presence, presence_at, last_seen_at)
    select id, brand_id, case when id % 5 = 0 then '{en,es}'::text[] else '{en}'::text[] end, 'here', :now, :now
    from person where brand_id = :brand and email like 'desk-%'
    on conflict (person_id) do update set presence = 'here', last_seen_at = :now
""")
_PERSONS = text("select id from person where brand_id = :brand and email like 'desk-%' order by id")


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be made: in which queue, how urgent, in which language, since when."""

    key: str
    queue: str
    at: datetime
    urgency: str = "normal"
    rank: int = 2
    language: str = "en"
    store_id: int | None = None


@dataclass(slots=True)
class DeskScene:
    """The brand of a ground with a team of its own at the desk; `viewers` are its agents."""

    database: Database
    brand_id: int
    viewers: list[Viewer] = field(default_factory=list)
    _word: int = 0

    def begin(self, now: datetime) -> None:
        """The one word that all cases of a bench are about."""
        with self.database.session(self.brand_id, viewer="bench") as session:
            self._word = session.execute(_WORD, {"brand": self.brand_id, "now": now}).scalar_one()

    def make(self, cases: Sequence[NewCase]) -> list[int]:
        """Cases in nobody's hand; returns their ids in order."""
        values = {
            "brand": self.brand_id,
            "word": self._word,
            "keys": [case.key for case in cases],
            "queues": [case.queue for case in cases],
            "urgencies": [case.urgency for case in cases],
            "ranks": [case.rank for case in cases],
            "languages": [case.language for case in cases],
            "stores": [case.store_id for case in cases],
            "ats": [case.at for case in cases],
        }
        with self.database.session(self.brand_id, viewer="bench") as session:
            return list(session.scalars(_CASES, values))

    def be_here(self) -> None:
        """Everybody says that they are there."""
        with self.database.session(self.brand_id, viewer="bench") as session:
            session.execute(_HERE, {"brand": self.brand_id, "now": datetime.now(UTC)})

    def run(self, statement: str, **values: object) -> None:
        """A statement of the bench's own, for making room between two measurements."""
        with self.database.session(ALL_BRANDS, viewer="bench") as session:
            session.execute(text(statement), values)

    def ask(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Rows of a question of the bench's own."""
        with self.database.session(ALL_BRANDS, viewer="bench") as session:
            return [tuple(row) for row in session.execute(text(statement), values)]


def open_scene(ground: Ground, *, agents: int, capacity: int, database: Database | None = None) -> DeskScene:
    """A team of so many agents: own skills by the shares of cases, second skills chained, one in five answers in Spanish."""
    now = datetime.now(UTC)
    scene = DeskScene(database or ground.database, ground.brand_id)
    rows = ["email,name,role,scope,skills,second_skills,tier,capacity"]
    for number, skill in enumerate(_trades(agents)):
        second = SKILLS[(SKILLS.index(skill) + 1) % len(SKILLS)]
        rows.append(f"desk-{number}@x.example,Agent {number},agent,nation,{skill},{second},1,{capacity}")
    with scene.database.session(ground.brand_id, viewer="bench") as session:
        report = roster.import_people(session, SystemViewer(ground.brand_id), "\n".join(rows), now=now)
        if report.refused:
            raise AssertionError(report.refused)
        ids = session.scalars(_PERSONS, {"brand": ground.brand_id}).all()
        found = (viewer_of_person(session, person_id, now) for person_id in ids)
        scene.viewers = [viewer for viewer in found if viewer is not None]
    scene.begin(now)
    scene.be_here()
    return scene


def _trades(agents: int) -> list[str]:
    """Own skills in the shares of the cases, largest remainder last."""
    counts = [round(agents * share / 100) for share in SHARES]
    counts[0] += agents - sum(counts)
    return [skill for skill, count in zip(SKILLS, counts, strict=True) for _ in range(count)]
