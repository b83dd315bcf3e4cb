"""`localcare demo`: everything on this machine, with an invented brand and live mentions."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from localcare.cli.context import load_settings
from localcare.demo.running import DemoOptions, run_demo
from localcare.settings import Settings, default_data_dir


def demo(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the web pages, on this machine only.")] = 8000,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its data; starting again on the same folder continues.")
    ] = None,
    stores: Annotated[
        int | None, typer.Option(min=1, help="How many of the brand's 3,240 stores, on the first start.")
    ] = None,
    reviews: Annotated[
        Path | None, typer.Option(help="Stream the reviews of this CSV file instead of invented mentions.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser when everything is ready.")] = True,
) -> None:
    """Run everything on this machine: database, web, worker, mail, a stand-in for Facebook, and customers who write."""
    settings = load_settings()
    options = DemoOptions((data_dir or _data_dir(settings)).absolute(), port, stores, reviews)

    def ready(url: str) -> None:
        typer.echo(f"localcare is ready: {url}")
        if browser:
            webbrowser.open(url)

    run_demo(settings, options, typer.echo, ready=ready)


def _data_dir(settings: Settings) -> Path:
    """The folder that is set, else one beside the folder of a real installation."""
    if "data_dir" in settings.model_fields_set:
        return settings.data_dir
    return default_data_dir().with_name("localcare-demo")
