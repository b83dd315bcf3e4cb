"""Every setting of localcare, read once at the start of a process from the environment and `.env`."""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRETS = (
    "database_url",
    "secret_key",
    "secret_key_previous",
    "smtp_url",
    "inbound_mail_secret",
    "facebook_app_secret",
    "facebook_app_secret_previous",
    "facebook_verify_token",
    "geocoder_key",
)


def default_data_dir() -> Path:
    """/var/lib/localcare for root, the user's own data folder otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/localcare/data")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "localcare"


class Settings(BaseSettings):
    """Settings from `LOCALCARE_…` variables; a secret may be given as `LOCALCARE_…_FILE`, the path of a file."""

    model_config = SettingsConfigDict(env_prefix="LOCALCARE_", env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL ≥ 15; unset: the embedded server under DATA_DIR"
    )
    data_dir: Path = Field(default_factory=default_data_dir, description="Where the embedded database and state live")
    secret_key: SecretStr | None = Field(
        None, description="Signs links and sessions, encrypts Page tokens; ≥ 32 characters"
    )
    secret_key_previous: SecretStr | None = Field(
        None, description="The key before, while secrets are sealed anew with localcare secret rotate"
    )
    base_url: str = Field("http://127.0.0.1:8000", description="The address people and Meta reach us at")
    smtp_url: SecretStr | None = Field(
        None, description="smtp://user:password@host:port or smtps://…; unset: mail is refused"
    )
    mail_from: str = Field("localcare <care@localhost>", description="Sender of digests and alerts")
    inbound_mail_secret: SecretStr | None = Field(None, description="Shared secret of POST /webhooks/mail")
    mail_relay: str | None = Field(
        None, description="The name your mail server signs its checks with (authserv-id); unset: no sender is believed"
    )
    mail_templates: Path | None = Field(
        None, description="What networks' notification mails look like, a YAML file; unset: the shipped one"
    )
    facebook_app_id: str | None = Field(None, description="The Meta app's id")
    facebook_app_secret: SecretStr | None = Field(None, description="Checks webhook signatures, makes appsecret_proof")
    facebook_app_secret_previous: SecretStr | None = Field(None, description="Still accepted while a secret is rotated")
    facebook_verify_token: SecretStr | None = Field(None, description="What Meta's webhook handshake must present")
    graph_url: str = Field("https://graph.facebook.com", description="The Graph API, or the stand-in's address")
    graph_version: str = Field("v26.0", pattern=r"^v\d+\.\d+$", description="Graph API version of outgoing calls")
    geocoder: str | None = Field(None, description="A geopy geocoder's name; unset: the offline gazetteer only")
    geocoder_url: str | None = Field(None, description="A geocoding server of one's own; unset: the provider's")
    geocoder_key: SecretStr | None = Field(None, description="The geocoder's key; name:password where it wants two")
    geocoder_contact: str | None = Field(None, description="Mail address told to public geocoders in the User-Agent")
    geocoder_per_second: float | None = Field(
        None, gt=0, le=100, description="Questions to the geocoder a second, all workers together; unset: by its terms"
    )
    geocoder_per_day: int = Field(2_500, ge=1, description="Questions to the geocoder a day (UTC): what it may cost")
    geocoder_timeout: float = Field(5.0, gt=0, le=60, description="Seconds to wait for a geocoder's answer")
    pg_user: str | None = Field(None, description="Account the embedded PostgreSQL runs as when started by root")
    eval_data: Path | None = Field(None, description="Folder of evaluation sets; what needs them skips without it")
    encoder: Path | None = Field(None, description="Folder of the encoder for careful triage; unset: fast judges all")
    digest_hour: int = Field(8, ge=4, le=22, description="Local hour of a store's daily digest")
    sync_opens_stores: bool = Field(
        default=False,
        description="Whether the daily sync opens stores that Facebook has and we do not; else it proposes them",
    )
    policy_second_person: bool = Field(
        default=False, description="Whether a routing policy is signed off by somebody else than who wrote it"
    )
    undo_seconds: int = Field(10, ge=0, le=300, description="How long a sent reply can still be taken back")
    dev: bool = Field(default=False, description="Development pages (/styleguide, /dev/mail); never in production")

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _SECRETS:
            path = os.environ.get(f"LOCALCARE_{name.upper()}_FILE")
            if path and not values.get(name):
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values


@lru_cache
def get_settings() -> Settings:
    """The process's settings. Only app, worker, cli and their dependencies call this; everything else is handed values."""
    return Settings()


def describe_settings() -> str:
    """docs/reference/settings.md, from the fields themselves."""
    lines = [
        "# Settings",
        "",
        "From the environment or `.env`. Made by `python -m localcare.settings`; a test holds it to the code.",
        "",
        "| variable | default | what it is for |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default is None else f"`{field.default}`"
        secret = f" (or `LOCALCARE_{name.upper()}_FILE`)" if name in _SECRETS else ""
        lines.append(f"| `LOCALCARE_{name.upper()}`{secret} | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(describe_settings())
