"""`localcare secret rotate`: every stored secret sealed anew with the current key."""

import typer

from localcare.channels.facebook.resealing import reseal_tokens
from localcare.cli.context import AsJson, opened_runtime, print_json
from localcare.errors import InvalidError
from localcare.intake.resealing import reseal_sources
from localcare.routing.hooks import reseal_hooks
from localcare.web.words import plural

app = typer.Typer(no_args_is_help=True, help="The key that seals stored secrets.")


@app.callback()
def _secret() -> None:
    """The key that seals stored secrets."""


@app.command()
def rotate(*, as_json: AsJson = False) -> None:
    """Seal every stored token and secret with LOCALCARE_SECRET_KEY; LOCALCARE_SECRET_KEY_PREVIOUS opens the old ones.

    It may be broken off and run again, while everything else goes on working with both keys.
    """
    with opened_runtime() as runtime:
        if runtime.cipher.previous is None:
            raise InvalidError(
                "Put the former key into LOCALCARE_SECRET_KEY_PREVIOUS and the new one into LOCALCARE_SECRET_KEY, for"
                " every process; then run this."
            )
        done = (0, 0)
        for done in reseal_tokens(runtime.db, runtime.cipher):
            if not as_json and done[0] % 5_000 == 0:
                typer.echo(f"{done[0]:,} tokens …", err=True)
        (looked, anew) = done
        others = (reseal_sources(runtime.db, runtime.cipher), reseal_hooks(runtime.db, runtime.cipher))
        sources, sources_anew = (sum(counts) for counts in zip(*others, strict=True))
    if as_json:
        print_json({"looked_at": looked + sources, "sealed_anew": anew + sources_anew})
        return
    typer.echo(
        f"{plural(looked + sources, 'secret')} looked at, {anew + sources_anew:,} sealed anew."
        " LOCALCARE_SECRET_KEY_PREVIOUS can go when the links in mails sent before are no longer needed."
    )
