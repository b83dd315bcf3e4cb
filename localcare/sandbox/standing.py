"""What one running stand-in consists of."""

from dataclasses import dataclass

from localcare.sandbox.graph import Graph
from localcare.sandbox.sender import Sender
from localcare.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Standing:
    """A world, the API in front of it, and the sender behind it."""

    world: World
    graph: Graph
    sender: Sender

    async def subscribe(self, url: str, fields: tuple[str, ...], *, pages: bool) -> str | None:
        """Register a callback after its handshake, for the app and on request for every Page; else what went wrong."""
        wrong = await self.sender.handshake(url, self.world.app.verify_token)
        if wrong is not None:
            return wrong
        self.world.callback_url, self.world.app_fields = url, fields
        if pages:
            self.world.subscribe_all(fields)
        return None
