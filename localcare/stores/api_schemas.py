"""Stores and Pages as JSON."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class StoreOut(BaseModel):
    """A store as the directory has it. `region` is the slug of the region it stands in, `region_path` the names above."""

    number: str
    name: str
    region: str
    region_path: list[str] = Field(description="Names of the regions above it, the highest first.")
    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str
    latitude: float | None
    longitude: float | None
    timezone: str
    phone: str | None
    hours: str | None = Field(description="OpenStreetMap opening_hours.")
    nicknames: list[str]
    opened_on: date | None
    closed_on: date | None
    successor_store_number: str | None
    is_open: bool
    updated_at: datetime


class StoreList(BaseModel):
    """Stores by number."""

    items: list[StoreOut]
    next: str | None


class PageOut(BaseModel):
    """A Page that is linked now; without `store_number` it is the brand's own."""

    page_id: str
    channel: str
    name: str
    store_number: str | None
    linked_at: datetime


class PageList(BaseModel):
    """Pages in the order they were linked."""

    items: list[PageOut]
    next: str | None
