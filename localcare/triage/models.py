"""Tables of triage: verdicts, what people say of them, the care team's rules with history, hits and dry runs, and models."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, text_array, utc_column


class VerdictRow(SQLModel, table=True):
    """A verdict on one mention. The newest one of a mention has no `superseded_at`; older ones are its history.

    `words_print` changes with the text that was judged; the text itself stands with the mention alone. `fired` are the keys of
    the rules that spoke.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        Index("uq_verdict_current", "mention_id", unique=True, postgresql_where=text("superseded_at is null")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    actionable: bool
    actionable_probability: float
    topic: str
    tier: int
    sentiment: str
    sentiment_probability: dict[str, float] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    urgency: str
    risks: list[str] = Field(default_factory=list, sa_column=text_array())
    matter: str
    also_topic: str | None = None
    also_matter: str | None = None
    also_tier: int | None = None
    shout_out: bool = False
    shout_out_names: list[str] = Field(default_factory=list, sa_column=text_array())
    language: str
    abstained: bool
    model: str
    reasons: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    words_print: str | None = None
    fired: list[str] = Field(default_factory=list, sa_column=text_array())
    judged_at: datetime = Field(sa_column=utc_column(nullable=False))
    superseded_at: datetime | None = Field(default=None, sa_column=utc_column())


class TriageRule(SQLModel, table=True):
    """A rule of the care team. `live` is what is, or was, in force; `draft` what is being written. Both as rule files have it.

    `state` is draft (never in force yet), live or off. A rule whose key is that of a shipped one takes its place; without a
    `live` form it switches it off.
    """

    __tablename__ = "triage_rule"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    key: str
    state: str
    live: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    draft: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    created_by: str
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    updated_by: str


class TriageRuleChange(SQLModel, table=True):
    """What somebody did to a rule: state, live form and draft before and after. It outlives the rule."""

    __tablename__ = "triage_rule_change"
    __table_args__ = (Index("ix_triage_rule_change_brand_id_key_id", "brand_id", "key", "id"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    key: str
    kind: str
    before: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    after: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    recorded_at: datetime = Field(sa_column=utc_column(nullable=False))
    recorded_by: str
    undone_at: datetime | None = Field(default=None, sa_column=utc_column())
    undone_by: str | None = None


class TriageRuleSet(SQLModel, table=True):
    """How often a brand's rules have changed, so that every worker notices."""

    __tablename__ = "triage_rule_set"
    brand_id: int = Field(primary_key=True, foreign_key="brand.id")
    version: int = Field(default=0)


class TriageRuleHitDay(SQLModel, table=True):
    """How often a rule fired on a day, shipped ones too. Each process counts in a slot of its own, so that none waits."""

    __tablename__ = "triage_rule_hit_day"
    __table_args__ = (PrimaryKeyConstraint("brand_id", "on_day", "key", "slot"),)
    brand_id: int = Field(foreign_key="brand.id")
    on_day: date
    key: str
    slot: int
    hits: int
    last_at: datetime = Field(sa_column=utc_column(nullable=False))


class TriageDryRun(SQLModel, table=True):
    """What changed rules would have made of the last days' mentions. It keeps their ids, never their words.

    `changes` pairs each rule's form in force with the one on trial; `state` is waiting, working, done, stopped or failed.
    """

    __tablename__ = "triage_dry_run"
    __table_args__ = (Index("ix_triage_dry_run_brand_id_key_id", "brand_id", "key", "id"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    key: str
    changes: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]")
    )
    days: int
    state: str
    total: int = 0
    read: int = 0
    report: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    asked_at: datetime = Field(sa_column=utc_column(nullable=False))
    asked_by: str
    moved_at: datetime = Field(sa_column=utc_column(nullable=False))


class TriageLabel(SQLModel, table=True):
    """What a person says is right about a mention: holds against every later verdict until it is taken back.

    `said` is what triage had said, `ruling` what the person says; both as in `Ruling`. One holds for a mention at a time.
    """

    __tablename__ = "triage_label"
    __table_args__ = (
        Index("uq_triage_label_standing", "mention_id", unique=True, postgresql_where=text("taken_back_at is null")),
        Index("ix_triage_label_brand_id_at", "brand_id", "at"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    case_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="care_case.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_column=utc_column(nullable=False))
    model: str
    said: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    ruling: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    taken_back_at: datetime | None = Field(default=None, sa_column=utc_column())
    taken_back_by: str | None = None


class TriageWeek(SQLModel, table=True):
    """How triage did in a week that begins on this Monday (UTC): counts as in `WeekFigures`."""

    __tablename__ = "triage_week"
    __table_args__ = (PrimaryKeyConstraint("brand_id", "week"),)
    brand_id: int = Field(foreign_key="brand.id")
    week: date
    figures: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    counted_at: datetime = Field(sa_column=utc_column(nullable=False))
    mailed_at: datetime | None = Field(default=None, sa_column=utc_column())


class TriageModel(SQLModel, table=True):
    """A model of a brand's own. None of them is `live` while the shipped one judges; that one has no row, for it is always there.

    `state` is candidate, shadow, live or retired. `gate` is what the gate found; `trouble` why a worker could not run it.
    `share` of what comes in is judged in the shadow, `looked_to` the last mention that was looked at for it.
    """

    __tablename__ = "triage_model"
    __table_args__ = (
        UniqueConstraint("brand_id", "version"),
        Index("uq_triage_model_live", "brand_id", unique=True, postgresql_where=text("state = 'live'")),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    version: str
    state: str
    recipe: str
    base: str
    features: str
    trained_at: datetime = Field(sa_column=utc_column(nullable=False))
    trained_by: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    labels: int
    seconds: float
    gate: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    override_reason: str | None = None
    share: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    looked_to: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    shadow_since: datetime | None = Field(default=None, sa_column=utc_column())
    trouble: str | None = None


class TriageModelFile(SQLModel, table=True):
    """A file of a model. The data folder of each host has a copy to run; this is where it comes from."""

    __tablename__ = "triage_model_file"
    __table_args__ = (PrimaryKeyConstraint("model_id", "name"),)
    brand_id: int = Field(foreign_key="brand.id")
    model_id: int = Field(sa_type=BigInteger, foreign_key="triage_model.id")
    name: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TriageModelChange(SQLModel, table=True):
    """What somebody did to a model. `before` and `after` are states; `live_before` judged until then, None is the shipped one."""

    __tablename__ = "triage_model_change"
    __table_args__ = (Index("ix_triage_model_change_brand_id_id", "brand_id", "id"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    model_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="triage_model.id")
    kind: str
    before: str | None = None
    after: str
    live_before: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = ""
    at: datetime = Field(sa_column=utc_column(nullable=False))
    by: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    undone_at: datetime | None = Field(default=None, sa_column=utc_column())
    undone_by: str | None = None


class TriageModelSet(SQLModel, table=True):
    """How often a brand's models have changed, so that every worker notices; while it is off, since when, by whom and why."""

    __tablename__ = "triage_model_set"
    brand_id: int = Field(primary_key=True, foreign_key="brand.id")
    version: int = Field(default=0)
    off_since: datetime | None = Field(default=None, sa_column=utc_column())
    off_by: str | None = None
    off_why: str | None = None


class TriageShadow(SQLModel, table=True):
    """What the live model said of a mention, and in what a shadow differs: facts, never words."""

    __tablename__ = "triage_shadow"
    __table_args__ = (
        PrimaryKeyConstraint("model_id", "mention_id"),
        Index("ix_triage_shadow_mention_id", "mention_id"),
    )
    brand_id: int = Field(foreign_key="brand.id")
    model_id: int = Field(sa_type=BigInteger, foreign_key="triage_model.id")
    mention_id: int = Field(sa_type=BigInteger, foreign_key="mention_key.id")
    at: datetime = Field(sa_column=utc_column(nullable=False))
    said: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    differs: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
