"""Table of the simulations that people asked for."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Column, Field, SQLModel

from localcare.kit.db import JSONB, utc_column
from localcare.people.models import Brand, Person

# a row can be written only when the tables it refers to are known, whoever imports this first
REFERRED = (Brand, Person)


class StaffingRun(SQLModel, table=True):
    """A month somebody had played with their own numbers. Under way while neither `month` nor `failure` is there.

    `noted_at` is when its worker last said how far it is; `month` is what came out (simulation.core.month.Month).
    """

    __tablename__ = "staffing_run"
    __table_args__ = (Index("ix_staffing_run_brand_id_asked_at", "brand_id", "asked_at"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    brand_id: int = Field(foreign_key="brand.id")
    asked_by: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime = Field(sa_column=utc_column(nullable=False))
    given: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    done: int = Field(default=0)
    total: int
    noted_at: datetime = Field(sa_column=utc_column(nullable=False))
    month: dict[str, object] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    failure: str | None = Field(default=None)
