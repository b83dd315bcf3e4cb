"""The demo's stand-in Facebook: its world from the brand, kept in a file between starts, served by a process of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from localcare.demo.brand import DemoBrand, DemoStore
from localcare.kit.clock import Clock
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App, PageSeed, Place
from localcare.sandbox.snapshot import dump_world, load_world
from localcare.sandbox.world import World


def found_world(brand: DemoBrand, app: App, *, clock: Clock | None = None) -> World:
    """A world with the brand's Page and its stores', everything subscribed, nothing said yet."""
    seed = PageSeed(brand.name, id=brand.brand_page_id)
    world = World.from_pages(seed, [_seed(store) for store in brand.stores], clock=clock, app=app)
    world.subscribe_all()
    return world


def keep_world(world: World, file: Path) -> None:
    """Write a world to a file that only its owner can read: it holds the Pages' tokens."""
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(dump_world(world))
    draft.replace(file)


def _seed(store: DemoStore) -> PageSeed:
    return PageSeed(
        name=store.page_name,
        id=store.page_id,
        store_number=int(store.store_number),
        store_code=store.store_number,
        location=Place(
            street=store.street,
            city=store.city,
            state=store.state,
            zip=store.zip,
            country="United States",
            latitude=store.latitude,
            longitude=store.longitude,
        ),
        phone=store.phone,
    )


def main() -> None:
    """Serve the world of a file until SIGTERM; what happened in it is written back."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--callback", required=True)
    chosen = parser.parse_args()
    world = load_world(chosen.file.read_bytes())
    app = create_sandbox_app(world, callback_url=chosen.callback, keep_in=chosen.file)
    uvicorn.run(app, port=chosen.port, log_level="warning", ws="none", timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
