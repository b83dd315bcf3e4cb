"""What a demo keeps between starts, in a folder that only its owner can read: secrets, how far it came, the world."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import BaseModel

from localcare.sandbox.objects import App


class Kept(BaseModel):
    """`demo.json`. `is_ours` says that the database was empty when the demo began, `is_complete` that its history is told."""

    secret_key: str
    app_id: str
    app_secret: str
    verify_token: str
    stores: int | None = None
    is_ours: bool = False
    is_complete: bool = False


class Keep:
    """The folder. `kept` is as it was found, or new."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "demo"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._file = self.folder / "demo.json"
        self.kept = Kept.model_validate_json(self._file.read_bytes()) if self._file.exists() else _fresh()

    @property
    def world(self) -> Path:
        """Where the stand-in keeps its world."""
        return self.folder / "facebook.json"

    @property
    def logs(self) -> Path:
        """Where the child processes write."""
        return self.folder / "logs"

    def save(self, **changed: object) -> None:
        """Change what is kept, durably enough for the next start."""
        self.kept = self.kept.model_copy(update=changed)
        draft = self._file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(self.kept.model_dump_json(indent=1), encoding="utf-8")
        draft.replace(self._file)


def _fresh() -> Kept:
    return Kept(
        secret_key=secrets.token_urlsafe(48),
        app_id=App().id,
        app_secret=secrets.token_hex(16),
        verify_token=secrets.token_urlsafe(16),
    )
