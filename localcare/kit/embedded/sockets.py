"""The private folder of the server's socket: beside the cluster where the path is short and plain, else a short one."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from localcare.errors import ConfigurationError
from localcare.kit.embedded.account import Account
from localcare.kit.embedded.folders import Home

PORT = 5432
_SOCKET = f".s.PGSQL.{PORT}"
_RECORD = "socket-at"
# sun_path holds 104 bytes on macOS and 108 on Linux, one of them for the end.
_LONGEST = 100
# libpq reads `host` as a list with commas, and a URL wants odd characters escaped.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def socket_folder(home: Home) -> Path:
    """The folder clients connect through, 0700 and the account's; the same while anybody uses it. Needs the gate."""
    near = home.folder / "socket"
    path = str(near / _SOCKET)
    if len(path) <= _LONGEST and _PLAIN.fullmatch(path):
        near.mkdir(mode=0o700, exist_ok=True)
        if near.lstat().st_uid == os.geteuid():
            home.account.own(near)
        return _checked(near, home.account)
    return _short_folder(home)


def remove_leftovers(folder: Path) -> None:
    """Clear what a killed server left of its socket; only while holding the server's lock."""
    for name in (_SOCKET, f"{_SOCKET}.lock"):
        (folder / name).unlink(missing_ok=True)


def drop_short_folder(home: Home) -> None:
    """Leave nothing in the common temporary folder; once the server is down and nobody uses it."""
    record = home.folder / _RECORD
    if record.exists():
        folder = _short_folder(home)
        remove_leftovers(folder)
        folder.rmdir()
        record.unlink()


def _short_folder(home: Home) -> Path:
    # Random, so that nobody can be there first; the digest keeps a copied data folder from using its original's socket.
    prefix = f"localcare-{hashlib.sha256(os.fsencode(home.folder)).hexdigest()[:12]}-"
    record = home.folder / _RECORD
    if record.exists():
        folder = Path(record.read_text(encoding="utf-8").strip())
        if folder.name.startswith(prefix) and os.path.lexists(folder):
            return _checked(folder, home.account)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    home.account.own(folder)
    draft = record.with_suffix(".tmp")
    draft.write_text(f"{folder}\n", encoding="utf-8")
    draft.rename(record)
    return folder


def _checked(folder: Path, account: Account) -> Path:
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077:
        return folder
    raise ConfigurationError(
        f"{folder} must be a folder of {account.name} that nobody else can open, and is not: remove it and start again."
    )
