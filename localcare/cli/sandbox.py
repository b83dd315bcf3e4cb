"""`localcare sandbox`: the stand-in Graph API alone, with pages to post on as a customer."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App
from localcare.sandbox.seeding import invented_brand, invented_stores, open_accounts
from localcare.sandbox.snapshot import load_world
from localcare.sandbox.world import World

DEFAULT_APP = App()


def sandbox(
    *,
    port: Annotated[int, typer.Option(help="Port to listen on, on this machine only.")] = 8090,
    pages: Annotated[int, typer.Option(min=0, help="How many store Pages the invented brand has.")] = 25,
    callback: Annotated[
        str | None, typer.Option(help="Where to send webhooks, e.g. http://…/webhooks/facebook.")
    ] = None,
    app_id: Annotated[str, typer.Option(envvar="LOCALCARE_FACEBOOK_APP_ID")] = DEFAULT_APP.id,
    app_secret: Annotated[str, typer.Option(envvar="LOCALCARE_FACEBOOK_APP_SECRET")] = DEFAULT_APP.secret,
    verify_token: Annotated[str, typer.Option(envvar="LOCALCARE_FACEBOOK_VERIFY_TOKEN")] = DEFAULT_APP.verify_token,
    keep: Annotated[
        Path | None, typer.Option(help="File that keeps what was written from one start to the next.")
    ] = None,
) -> None:
    """Run a stand-in for Facebook's Graph API on this machine."""
    app = App(id=app_id, secret=app_secret, verify_token=verify_token)
    world = _world(pages, app, keep)
    typer.echo(f"Stand-in Facebook: http://127.0.0.1:{port}   Graph: LOCALCARE_GRAPH_URL=http://127.0.0.1:{port}")
    typer.echo(f"App {world.app.id}, brand Page {world.brand_id}, system user token {world.system_token}")
    uvicorn.run(
        create_sandbox_app(world, callback_url=callback, keep_in=keep),
        port=port,
        log_level="warning",
        ws="none",
    )


def _world(pages: int, app: App, keep: Path | None) -> World:
    if keep is not None and keep.exists():
        return load_world(keep.read_bytes())
    world = World.from_pages(invented_brand(), invented_stores(pages), app=app)
    open_accounts(world)
    return world
