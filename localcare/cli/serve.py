"""`localcare serve`: the web process of production."""

import signal
import sys
from typing import Annotated

import typer
import uvicorn

from localcare.cli.context import ready_installation


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer on this port.")] = 1,
    trusted_proxies: Annotated[
        str, typer.Option(help="Addresses of proxies whose X-Forwarded-For is believed, separated by commas.")
    ] = "127.0.0.1",
) -> None:
    """Run the web process: pages, API, webhooks."""
    # uvicorn sends itself the signal again once it has shut down; unhandled, that would leave the embedded server behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ready_installation():
        uvicorn.run(
            "localcare.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            forwarded_allow_ips=trusted_proxies,
            server_header=False,
            access_log=False,
            ws="none",
        )
