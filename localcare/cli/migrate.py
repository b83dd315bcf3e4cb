"""`localcare migrate`: the schema at head."""

import typer

from localcare.cli.context import AsJson, opened_database, print_json
from localcare.kit import schema


def migrate(*, as_json: AsJson = False) -> None:
    """Bring the database's schema to this version. Safe to repeat, and to start from several hosts."""
    with opened_database(at_head=False) as database:
        before = schema.current_revision(database)
        after = schema.migrate(database)
    if as_json:
        print_json({"from": before, "to": after, "changed": before != after})
    else:
        typer.echo(f"Already at {after}." if before == after else f"From {before or 'empty'} to {after}.")
