"""Commands run in this process, on a database of their own."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from localcare.cli import main
from localcare.kit.db import Database
from localcare.settings import get_settings

SECRET = "0123456789abcdef0123456789abcdef"


class Ran(NamedTuple):
    """What a command printed."""

    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture
def run(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command on a database of its own; `status` is its exit code; an empty setting is unset."""

    def run(*arguments: str, status: int = 0, stdin: str = "", **settings: str) -> Ran:
        defaults = {"DATABASE_URL": database.url, "SECRET_KEY": SECRET, "DATA_DIR": str(tmp_path)}
        for name in [name for name in os.environ if name.startswith("LOCALCARE_")]:
            monkeypatch.delenv(name)
        for name, value in (defaults | settings).items():
            if value:
                monkeypatch.setenv(f"LOCALCARE_{name}", value)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        get_settings.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        ran = Ran(*capsys.readouterr())
        assert (ended.value.code or 0) == status, ran
        return ran

    yield run
    get_settings.cache_clear()
