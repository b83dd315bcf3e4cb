"""Tokens are plain only inside the session: whatever comes out of it has them veiled, and no log line spells one.

A veiled token is a SecretStr: it shows nothing in a repr, a log or the locals of a traceback.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from pydantic import SecretStr

from localcare.channels.facebook.core.batch import Told
from localcare.channels.facebook.core.graph_error import GraphError, redact
from localcare.channels.facebook.core.read import Json

_VEILED_KEYS = ("access_token", "page_token")
_LINKS = ("next", "previous")
_LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


def veiled(token: SecretStr | str) -> SecretStr:
    """The token, veiled if it was not."""
    return token if isinstance(token, SecretStr) else SecretStr(token)


def bare(token: SecretStr | str) -> str:
    """The token itself, for the one call that needs it."""
    return token.get_secret_value() if isinstance(token, SecretStr) else token


def veil(value: object) -> object:
    """JSON in which every token, also those in the links of paging, is veiled."""
    if isinstance(value, dict):
        return {key: _veiled_at(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [veil(part) for part in value]
    if isinstance(value, Told):
        return replace(value, answer=cast(Json | GraphError, veil(value.answer)))
    return value


def unveil(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters of a call with their tokens plain."""
    return {key: bare(part) if isinstance(part, SecretStr) else part for key, part in params.items()}


def guard_logs() -> None:
    """From now on urllib3, which logs addresses with their query, logs them without tokens. May be called again."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_redact_record)


def _veiled_at(key: str, part: object) -> object:
    if isinstance(part, str):
        if key in _VEILED_KEYS:
            return SecretStr(part)
        return redact(part) if key in _LINKS else part
    return veil(part)


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True
