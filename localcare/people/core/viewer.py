"""Who asks, and what that lets them see and do: every query and every page takes a Viewer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

Role = Literal["manager", "deputy", "lead", "agent", "supervisor", "administrator", "auditor"]

ROLES: tuple[str, ...] = get_args(Role)
STORE_ROLES = frozenset({"manager", "deputy"})
"""Roles that are held in stores, never over the nation."""
CENTRAL_ROLES = frozenset({"agent", "supervisor"})
"""Roles that work the central queues."""

_ANSWERING = frozenset({"manager", "deputy", "lead", "agent", "supervisor"})
_KEEPING = frozenset({"administrator"})
_ARRANGING = frozenset({"manager", "deputy", "lead", "supervisor", "administrator"})
ROLE_LABELS = {
    "administrator": "Administrator",
    "supervisor": "Care supervisor",
    "agent": "Care agent",
    "lead": "Regional lead",
    "manager": "Store manager",
    "deputy": "Deputy manager",
    "auditor": "Auditor",
}
"""Every role as people call it, the weightiest first."""
DEFAULT_TIMEZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a scope: `store_ids` are all stores in it, None the whole brand. Days are inclusive, None is open."""

    role: str
    store_ids: frozenset[int] | None = None
    region_id: int | None = None
    skills: frozenset[str] = frozenset()
    tier: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the role is held on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def covers(self, store_id: int | None) -> bool:
        """Whether the scope has this store; what is about no store belongs to the whole brand only."""
        return self.store_ids is None or store_id in self.store_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, before any role; `timezone` is the IANA name of where they work."""

    brand_id: int
    brand_name: str
    person_id: int | None
    name: str
    email: str = ""
    locale: str = "en-US"
    timezone: str = DEFAULT_TIMEZONE


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, with the roles held now. Ask it questions instead of looking into its roles.

    `limited_to_store` is set for a session opened from a digest: it sees and does nothing outside that store.
    `token_id` and `api_scopes` are set for programs.
    """

    brand_id: int
    person_id: int | None = None
    name: str = ""
    brand_name: str = ""
    email: str = ""
    locale: str = "en-US"
    timezone: str = DEFAULT_TIMEZONE
    grants: tuple[Grant, ...] = ()
    limited_to_store: int | None = None
    token_id: int | None = None
    api_scopes: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """The roles held now, each over some scope."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def role(self) -> str:
        """The slug of the weightiest role; "" without any."""
        return next((role for role in ROLE_LABELS if role in self.roles), "")

    @property
    def role_label(self) -> str:
        """The weightiest role as people call it."""
        return ROLE_LABELS.get(self.role, "No role")

    @property
    def store_ids(self) -> frozenset[int] | None:
        """Every store in any scope; None is the whole brand, central queues included."""
        scopes = [grant.store_ids for grant in self.grants]
        if None in scopes:
            return None
        return frozenset().union(*(scope for scope in scopes if scope is not None))

    @property
    def region_ids(self) -> frozenset[int]:
        """The regions that this person leads."""
        return frozenset(grant.region_id for grant in self.grants if grant.role == "lead" and grant.region_id)

    @property
    def tiers(self) -> frozenset[int]:
        """The tiers this agent works in."""
        return frozenset(grant.tier for grant in self._of(CENTRAL_ROLES) if grant.tier is not None)

    @property
    def skills(self) -> frozenset[str]:
        """The skills this agent has."""
        return frozenset().union(*(grant.skills for grant in self._of(CENTRAL_ROLES)))

    @property
    def actor(self) -> str:
        """Who acts, as the audit and the database's session write it."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        return f"token:{self.token_id}" if self.token_id is not None else "system"

    @property
    def is_central(self) -> bool:
        """Whether this person works the central queues."""
        return bool(self._of(CENTRAL_ROLES))

    @property
    def may_supervise(self) -> bool:
        """Whether this person runs the central queues."""
        return "supervisor" in self.roles

    @property
    def may_administer(self) -> bool:
        """Whether this person keeps Pages, stores and people right."""
        return "administrator" in self.roles

    @property
    def leads(self) -> bool:
        """Whether this person leads stores of others."""
        return "lead" in self.roles

    @property
    def runs_stores(self) -> bool:
        """Whether this person has a store, or several, of their own."""
        return bool(self._of(STORE_ROLES))

    @property
    def own_store_ids(self) -> frozenset[int]:
        """The stores this person is manager or deputy of."""
        return frozenset().union(*(grant.store_ids or frozenset() for grant in self._of(STORE_ROLES)))

    def may_see_store(self, store_id: int | None) -> bool:
        """Whether anything about this store may be shown; None asks for what is about no store."""
        return any(grant.covers(store_id) for grant in self.grants)

    def may_answer(self, store_id: int | None) -> bool:
        """Whether this person may write to customers of this store; None asks for central cases."""
        return any(grant.covers(store_id) for grant in self._of(_ANSWERING))

    def may_place(self, store_id: int | None) -> bool:
        """Whether this person may say which store a case is about: who answers there, and who keeps the directory right."""
        return self.may_answer(store_id) or any(grant.covers(store_id) for grant in self._of(_KEEPING))

    def may_arrange(self, store_id: int) -> bool:
        """Whether this person may say who of a store is away, and who stands in."""
        return any(grant.covers(store_id) for grant in self._of(_ARRANGING))

    def limited_to(self, store_id: int) -> Self:
        """The same person with eyes and hands for one store only, and in its team's role."""
        kept = tuple(
            replace(grant, store_ids=frozenset({store_id}), region_id=None)
            for grant in self._of(STORE_ROLES | {"lead"})
            if grant.covers(store_id)
        )
        return replace(self, grants=kept, limited_to_store=store_id)

    def _of(self, roles: frozenset[str]) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.role in roles)


class SystemViewer(Viewer):
    """Work of one brand without a person: the pipeline, the digests, an import from the command line."""

    __slots__ = ()

    def __init__(self, brand_id: int, name: str = "localcare") -> None:
        roles = ("supervisor", "administrator")
        super().__init__(brand_id=brand_id, name=name, grants=tuple(Grant(role) for role in roles))


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as it is kept: over one store, over a region with all below it, or (neither) over the nation."""

    role: str
    region_id: int | None
    store_id: int | None
    skills: frozenset[str] = frozenset()
    tier: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def over(self, stores_below: Mapping[int, frozenset[int]]) -> Grant:
        """The grant with its stores; a region without any gives an empty scope, never the whole brand."""
        if self.store_id is not None:
            scope: frozenset[int] | None = frozenset({self.store_id})
        elif self.region_id is not None:
            scope = stores_below.get(self.region_id, frozenset())
        else:
            scope = None
        return Grant(self.role, scope, self.region_id, self.skills, self.tier, self.valid_from, self.valid_to)


def compute_viewer(
    who: Identity,
    rows: Iterable[GrantRow],
    *,
    stores_below: Mapping[int, frozenset[int]],
    now: datetime,
    limited_to_store: int | None = None,
) -> Viewer:
    """The viewer with the roles that are valid on today's date where this person works.

    `stores_below` maps each region of the rows to the ids of all stores in its subtree.
    """
    today = now.astimezone(ZoneInfo(who.timezone)).date()
    grants = (row.over(stores_below) for row in rows)
    viewer = Viewer(
        brand_id=who.brand_id,
        person_id=who.person_id,
        name=who.name,
        brand_name=who.brand_name,
        email=who.email,
        locale=who.locale,
        timezone=who.timezone,
        grants=tuple(grant for grant in grants if grant.is_valid_on(today)),
    )
    return viewer if limited_to_store is None else viewer.limited_to(limited_to_store)
