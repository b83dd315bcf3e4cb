"""The whole stand-in in memory: build one with `World.from_pages`, act in it as customers and Pages, listen to it."""

from collections.abc import Iterable

from localcare.kit.clock import Clock
from localcare.sandbox.messenger import Messenger
from localcare.sandbox.objects import App, PageSeed
from localcare.sandbox.wall import Wall


class World(Wall, Messenger):
    """A brand Page, its store Pages, and all that happens on them. No I/O; time comes from the clock handed in."""

    @classmethod
    def from_pages(
        cls, brand: PageSeed, stores: Iterable[PageSeed], *, clock: Clock | None = None, app: App | None = None
    ) -> "World":
        """A world with one brand Page and a Page per store; nobody is subscribed to anything yet."""
        world = cls(clock=clock, app=app)
        world.brand_id = world.add_page(brand).id
        for store in stores:
            world.add_page(store, parent_id=world.brand_id)
        return world
