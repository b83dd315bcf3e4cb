"""The account PostgreSQL runs as: never root, and no account is made for it."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from localcare.errors import ConfigurationError

_STAND_INS = ("postgres", "nobody")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group by number; `drops` says whether we are root and must change to it."""

    uid: int
    gid: int
    name: str
    drops: bool

    def run(self, command: Sequence[str | Path], *, log: int | None = None, keep: int | None = None) -> int:
        """Exit status of the command run as this account, its output to `log`, inheriting the descriptor `keep`.

        The environment is emptied and the folder is `/`: a caller's PGDATA or a private folder must not matter.
        """
        output = subprocess.DEVNULL if log is None else log
        done = subprocess.run(  # noqa: S603 - our own constants and paths, and no shell reads them
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            user=self.uid if self.drops else None,
            group=self.gid if self.drops else None,
            extra_groups=[] if self.drops else None,
            pass_fds=() if keep is None else (keep,),
            start_new_session=True,
            timeout=_SECONDS,
            check=False,
        )
        return done.returncode

    def can_enter(self, folder: Path) -> bool:
        """Whether the account gets through to this folder; asked of the kernel, so that ACLs count too."""
        return not self.drops or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]) == 0

    def can_run(self, program: Path) -> bool:
        """Whether the account may execute this program."""
        try:
            return self.run([program, "--version"]) == 0
        except OSError:
            return False

    def own(self, folder: Path) -> None:
        """Hand a folder we have just made to the account."""
        if self.drops:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)


def current_account() -> Account:
    """The account this process runs as, when that is not root."""
    return Account(os.geteuid(), os.getegid(), _name_of(os.geteuid()), drops=False)


def account_named(pg_user: str | None) -> Account:
    """The account root gives PostgreSQL: the one asked for, else `postgres`, else `nobody`."""
    for name in (pg_user,) if pg_user else _STAND_INS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid == 0:
            raise ConfigurationError("PostgreSQL refuses to run as root: set LOCALCARE_PG_USER to another account.")
        return Account(entry.pw_uid, entry.pw_gid, name, drops=True)
    wanted = pg_user or " or ".join(_STAND_INS)
    raise ConfigurationError(f"There is no account {wanted}: set LOCALCARE_PG_USER to one PostgreSQL may run as.")


def owner_of(cluster: Path) -> Account:
    """The account an existing cluster belongs to; PostgreSQL runs as no other."""
    found = cluster.stat()
    return Account(found.st_uid, found.st_gid, _name_of(found.st_uid), drops=os.geteuid() == 0)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
