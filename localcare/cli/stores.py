"""`localcare stores …`: every command of the directory, from a file, by hand and from Facebook."""

import typer

from localcare.cli import stores_editing, stores_importing, stores_sync

__all__ = ["app", "pages_app"]

app = typer.Typer(no_args_is_help=True, help="The store directory.")
pages_app = stores_importing.pages_app

for part in (stores_importing, stores_editing, stores_sync):
    app.add_typer(part.app)


@app.callback()
def _stores() -> None:
    """The store directory."""
