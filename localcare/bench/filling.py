"""A large past in short time: some thousand mentions through the real pipeline, then the rows it wrote, many times over.

Every copy of a conversation belongs to another store and another moment of the last days, and nine of ten of its cases are
closed, as in a desk that keeps up.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from localcare.bench.ground import Ground
from localcare.bench.progress import note, steps
from localcare.bench.story import Story
from localcare.demo.corpus import load_corpus
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS
from localcare.kit.schema import ensure_months
from localcare.pipeline import Pipeline
from localcare.triage.shipped import load_triager

PATTERN_MENTIONS = 3_000
USUAL_DAYS = 28
_ROWS_AT_ONCE = 200_000

# Each pair of conversation and copy gets a moment and a store; a conversation about no store stays about none.
_DRAW_COPIES = text("""
    create temporary table conversation_copy on commit drop as
    select key, n, :now - random() * make_interval(days => :days) as at, s.id as store_id, s.number, s.page_id,
           random() < 0.1 as is_open
    from (select distinct conversation_key as key from mention where conversation_key not like '%#%') k
    cross join generate_series(cast(:first as integer), cast(:last as integer)) n
    join (select row_number() over (order by st.id) - 1 as place, st.id, st.number, p.page_id
          from store st join store_page p on p.store_id = st.id and p.valid_to is null) s
      on s.place = abs(hashtext(key || n)) % (select count(distinct store_id) from store_page where store_id is not null)
""")
_DRAW_IDS = (
    text("""
        create temporary table mention_copy on commit drop as
        select m.id as old_id, nextval(pg_get_serial_sequence('mention_key', 'id')) as id, c.*,
               exists (select from store_page p where p.page_id = m.page_id and p.store_id is not null) as on_store_page
        from mention m join conversation_copy c on c.key = m.conversation_key
    """),
    text("""
        create temporary table case_copy on commit drop as
        select o.id as old_id, nextval(pg_get_serial_sequence('care_case', 'id')) as id, c.*
        from care_case o join conversation_copy c on c.key = o.conversation_key
    """),
    text("create index on mention_copy (old_id, n)"),
    text("analyze mention_copy, case_copy"),
)
_OF_MENTIONS = "join mention_copy c on c.old_id = o.mention_id"
_OF_CASES = "join case_copy c on c.old_id = o.case_id"
_COPIES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "mention_key",
        "join mention_copy c on c.old_id = o.id",
        {"id": "c.id", "external_id": "o.external_id || '#' || c.n", "received_at": "c.at"},
    ),
    (
        "mention",
        "join mention_copy c on c.old_id = o.id",
        {
            "id": "c.id",
            "external_id": "o.external_id || '#' || c.n",
            "conversation_key": "o.conversation_key || '#' || c.n",
            "page_id": "case when c.on_store_page then c.page_id else o.page_id end",
            **dict.fromkeys(("received_at", "first_change_at", "network_created_at", "created_at"), "c.at"),
        },
    ),
    (
        "resolution",
        _OF_MENTIONS,
        {
            "mention_id": "c.id",
            "store_id": "case when o.store_id is not null then c.store_id end",
            **dict.fromkeys(("mentioned_at", "resolved_at"), "c.at"),
        },
    ),
    ("verdict", _OF_MENTIONS, {"mention_id": "c.id", "judged_at": "c.at"}),
    (
        "care_case",
        "join case_copy c on c.old_id = o.id join mention_copy lead on lead.old_id = o.lead_mention_id and lead.n = c.n",
        {
            "id": "c.id",
            "conversation_key": "o.conversation_key || '#' || c.n",
            "lead_mention_id": "lead.id",
            "store_id": "case when o.store_id is not null then c.store_id end",
            "queue": "case when o.queue like 'store:%' then 'store:' || c.number else o.queue end",
            "is_open": "c.is_open",
            "state": "case when c.is_open then o.state else 'resolved' end",
            "waiting_since": "case when c.is_open then c.at end",
            "closed_at": "case when not c.is_open then c.at + random() * interval '1 day' end",
            "closed_how": "case when not c.is_open then 'answered' end",
            **dict.fromkeys(
                ("answered_at", "replied_at", "first_reply_at"),
                "case when not c.is_open then c.at + random() * interval '3 hours' end",
            ),
            **dict.fromkeys(("opened_at", "last_customer_at", "updated_at"), "c.at"),
        },
    ),
    (
        "case_mention",
        f"{_OF_CASES} join mention_copy m on m.old_id = o.mention_id and m.n = c.n",
        {"case_id": "c.id", "mention_id": "m.id"},
    ),
    (
        "case_clock",
        _OF_CASES,
        {
            "case_id": "c.id",
            "started_at": "c.at",
            "due_at": "c.at + (o.due_at - o.started_at)",
            "stopped_at": "case when not c.is_open then c.at end",
        },
    ),
    ("case_event", _OF_CASES, {"case_id": "c.id", "at": "c.at"}),
)
_OWN_IDS = ("resolution", "verdict", "case_event")
_FILLED = "mention_key, mention, resolution, verdict, care_case, case_mention, case_clock, case_event"


def fill(ground: Ground, mentions: int, *, days: int = USUAL_DAYS, pattern: int = PATTERN_MENTIONS) -> int:
    """Bring the database to about `mentions` mentions of the last `days` days; returns how many there are.

    The first `pattern` of them go through the pipeline.
    """
    told = min(mentions, pattern)
    note(f"{told:,} mentions through the pipeline …")
    _tell(ground, told, days)
    copies = max(0, round(mentions / told) - 1)
    at_once = max(1, _ROWS_AT_ONCE // told)
    with steps("copies of them", copies) as advance:
        for first in range(1, copies + 1, at_once):
            last = min(first + at_once - 1, copies)
            with ground.database.session(ALL_BRANDS) as session:
                _copy(session, first, last, days)
            advance(last - first + 1)
    with ground.database.session(ALL_BRANDS) as session:
        session.execute(text(f"analyze {_FILLED}"))
        return int(session.scalar(text("select count(*) from mention")) or 0)


def _tell(ground: Ground, mentions: int, days: int) -> None:
    now = datetime.now(UTC)
    story = Story(ground.brand, load_corpus(), mentions)
    with ground.database.session(ALL_BRANDS) as session:
        ensure_months(session, (now - timedelta(days=days + 1)).date().replace(day=1), now.date())
        intake.accept(session, [Delivery(Lane.WEBHOOK, "facebook", body, now) for body in story.deliveries()])
    pipeline = Pipeline(ground.database, SystemClock(), load_triager())
    while pipeline.work_batch().events:
        pass


def _copy(session: Session, first: int, last: int, days: int) -> None:
    session.execute(_DRAW_COPIES, {"now": datetime.now(UTC), "days": days, "first": first, "last": last})
    for statement in _DRAW_IDS:
        session.execute(statement)
    for table, join, changed in _COPIES:
        columns = [column.name for column in SQLModel.metadata.tables[table].columns]
        kept = [name for name in columns if not (name == "id" and table in _OWN_IDS)]
        values = ", ".join(changed.get(name, f"o.{name}") for name in kept)
        session.execute(text(f"insert into {table} ({', '.join(kept)}) select {values} from {table} o {join}"))
