"""Where a cluster lives: in the data folder, or where a pointer says when PostgreSQL's account cannot get there."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from localcare.errors import ConfigurationError
from localcare.kit.embedded.account import Account, account_named, current_account, owner_of
from localcare.kit.embedded.locks import Lock

STATE = Path("/var/lib/localcare")
_POINTER = "elsewhere"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one cluster with its locks and log, and the account it belongs to."""

    folder: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder; it exists only once complete."""
        return self.folder / "cluster"

    @property
    def draft(self) -> Path:
        """The cluster while it is being made."""
        return self.folder / "cluster.tmp"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.folder / "postgresql.log"


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents: root's let PostgreSQL's account pass through, others are private."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(mode)


def settle(data_dir: Path, pg_user: str | None) -> Home:
    """The home of this data folder's cluster, chosen once; ConfigurationError says what stands in the way."""
    seat = data_dir.resolve() / "postgresql"
    make_folder(seat)
    with Lock(seat / "choice.lock") as lock:
        lock.wait(_SECONDS)
        return _choose(seat, pg_user)


def _choose(seat: Path, pg_user: str | None) -> Home:
    folder = _follow(seat / _POINTER) or seat
    account = _account_for(folder / "cluster", pg_user)
    if account.can_enter(folder):
        return Home(folder, account)
    if folder != seat or (seat / "cluster").exists():
        raise ConfigurationError(
            f"The account {account.name}, which the database belongs to, can no longer reach {folder}: "
            "let it pass through the folders above (chmod o+x)."
        )
    return Home(_make_elsewhere(seat, account), account)


def _follow(pointer: Path) -> Path | None:
    if not pointer.exists():
        return None
    folder = Path(pointer.read_text(encoding="utf-8").strip())
    if not folder.is_dir():
        raise ConfigurationError(
            f"The database of this data folder was in {folder}, which is gone: bring it back, "
            f"or delete {pointer} to begin with an empty one."
        )
    return folder


def _account_for(cluster: Path, pg_user: str | None) -> Account:
    if not cluster.exists():
        return account_named(pg_user) if os.geteuid() == 0 else current_account()
    owner = owner_of(cluster)
    if not owner.drops and owner.uid != os.geteuid():
        raise ConfigurationError(f"The database in {cluster} belongs to {owner.name}: run as {owner.name} or as root.")
    if owner.drops and pg_user not in (None, owner.name):
        raise ConfigurationError(
            f"The database in {cluster} belongs to {owner.name}: set LOCALCARE_PG_USER={owner.name}, "
            f"or give the folder to {pg_user} (chown -R) while nothing runs."
        )
    return owner


def _make_elsewhere(seat: Path, account: Account) -> Path:
    # A folder that is already there belongs to a data folder that was deleted: kept, and never mistaken for ours.
    name = hashlib.sha256(os.fsencode(seat.parent)).hexdigest()[:16]
    clusters = STATE / "clusters"
    make_folder(clusters)
    folder = next(f for n in range(1, 10_000) if not (f := clusters / (name if n == 1 else f"{name}-{n}")).exists())
    make_folder(folder)
    if not account.can_enter(folder):
        raise ConfigurationError(
            f"The account {account.name} can reach neither {seat} nor {folder}: let it pass through one of them "
            "(chmod o+x), or set LOCALCARE_PG_USER to another account."
        )
    (folder / "data-folder").write_text(f"{seat.parent}\n", encoding="utf-8")
    draft = seat / f"{_POINTER}.tmp"
    draft.write_text(f"{folder}\n", encoding="utf-8")
    draft.rename(seat / _POINTER)
    return folder
