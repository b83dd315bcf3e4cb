"""What a process of the product has at hand, for benches that run its verbs themselves."""

from pathlib import Path

from pydantic import SecretStr

from localcare.kit.clock import SystemClock
from localcare.kit.crypto import Cipher, Signer, derive_key
from localcare.kit.db import Database
from localcare.kit.mail import MailTransport
from localcare.kit.runtime import Runtime
from localcare.settings import Settings

_SECRET = "bench-secret-of-some-length-0000000001"  # noqa: S105 (of a database that lives as long as the bench)


def bench_runtime(database: Database, data_dir: Path, mail: MailTransport) -> Runtime:
    """A runtime on a bench's database, whatever the environment says."""
    settings = Settings(
        _env_file=None,
        database_url=None,
        data_dir=data_dir,
        secret_key=SecretStr(_SECRET),
        base_url="http://localhost:8000",
    )
    return Runtime(
        settings=settings,
        db=database,
        clock=SystemClock(),
        mail=mail,
        cipher=Cipher(derive_key(_SECRET, "page tokens")),
        signer=Signer(_SECRET),
    )
