"""A national team at its desk: agents with skills, presence and shifts, cases of the centre, and who has what."""

from dataclasses import dataclass, field

from sqlmodel import select

from localcare.cases.models import Case
from localcare.people.core.duty import Presence, read_skills
from localcare.people.duty import say_presence
from localcare.people.duty_repository import DeskText, save_desks, save_skills
from localcare.people.models import Person
from localcare.routing.assigner import Assigner
from localcare.routing.core.giving import Giving
from localcare.routing.giving import take_next
from tests.stages.desk import Desk, Said


def billing(author_id: str, urgency: str = "normal", *, tier: int = 2, language: str = "en") -> Said:
    """A case for tier 2 billing."""
    return Said(
        author_id=author_id, topic="billing", matter="billing", tier=tier, urgency=urgency, language=language
    )  # fmt: skip


def network(author_id: str, urgency: str = "normal", *, tier: int = 2) -> Said:
    """A case for tier 2 network."""
    return Said(author_id=author_id, topic="network-outage", matter="network", tier=tier, urgency=urgency)


@dataclass
class Centre:
    """The team and what it does."""

    desk: Desk
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.assigner = Assigner(self.desk.database, self.desk.clock)

    def agent(
        self,
        name: str,
        skills: str = "billing",
        *,
        second: str = "",
        languages: str = "en",
        tier: int = 2,
        capacity: int = 5,
        shifts: str = "",
        zone: str = "UTC",
        here: bool = True,
    ) -> Person:
        """Somebody of the team, there unless told otherwise."""
        own, helps = read_skills(skills, primary=True), read_skills(second, primary=False)
        names = tuple(skill.name for skill in own)
        person = self.desk.person("agent", name=name, skills=names, tier=tier, capacity=capacity)
        assert person.id is not None
        with self.desk.database.session(self.desk.brand_id) as session:
            text = DeskText(languages.split(), shifts, zone, is_pushed=True)
            save_desks(session, self.desk.brand_id, {person.id: text})
            save_skills(session, self.desk.brand_id, {person.id: [*own, *helps]})
        self.people[name] = person
        if here:
            self.say(person, Presence.HERE)
        return person

    def say(self, person: Person, presence: Presence) -> None:
        """Somebody says whether they take cases."""
        with self.desk.acting(person) as hand:
            say_presence(hand.session, hand.viewer, presence, now=hand.now)

    def say_here(self, *people: Person) -> None:
        """They show a sign of life."""
        for person in people:
            self.say(person, Presence.HERE)

    def next_of(self, person: Person, giving: Giving | None = None) -> int | None:
        """The case that somebody gets who asks for the next one."""
        with self.desk.acting(person) as hand:
            return take_next(hand, giving or Giving())

    def turn(self) -> int:
        """The desk gives out what it can; returns how many."""
        return self.assigner.take_turn()

    def held(self) -> dict[int, str]:
        """Who has which case in hand, by case."""
        names = {person.id: name for name, person in self.people.items()}
        with self.desk.database.session(self.desk.brand_id) as session:
            cases = session.exec(select(Case).where(Case.owner_id != None))  # noqa: E711
            return {case.id or 0: names[case.owner_id] for case in cases}
