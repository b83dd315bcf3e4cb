"""Secrets: encryption bound to its row, signed links, tokens kept as hashes."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadSignature, URLSafeTimedSerializer

from localcare.errors import ConfigurationError, ForbiddenError

MIN_SECRET_LENGTH = 32


def derive_key(secret: str, purpose: str) -> bytes:
    """A 256-bit key for one purpose, so that a leaked one opens nothing else."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose.encode()[:16]).digest()


def check_secret(secret: str) -> str:
    """The secret, when it is long enough to be one; raises ConfigurationError otherwise."""
    if len(secret) < MIN_SECRET_LENGTH:
        raise ConfigurationError(
            f"LOCALCARE_SECRET_KEY must have at least {MIN_SECRET_LENGTH} characters; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return secret


@dataclass(frozen=True, slots=True)
class Cipher:
    """AES-256-GCM whose ciphertext opens only for the row it was made for: a copied token is no token.

    What was sealed with the `previous` key still opens, while keys are rotated.
    """

    key: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)

    def encrypt(self, plain: str, *, row: str) -> bytes:
        """12 bytes of nonce, then ciphertext and tag."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self.key).encrypt(nonce, plain.encode(), row.encode())

    def decrypt(self, sealed: bytes, *, row: str) -> str:
        """The plain text; raises ConfigurationError when the key or the row is not the one it was sealed with."""
        for key in (self.key, self.previous):
            plain = None if key is None else _open(key, sealed, row)
            if plain is not None:
                return plain
        raise ConfigurationError(
            "A stored secret cannot be opened: LOCALCARE_SECRET_KEY is not the one it was sealed with. "
            "Put the former key back (or into LOCALCARE_SECRET_KEY_PREVIOUS), or connect the Page again."
        )

    def reseal(self, sealed: bytes, *, row: str) -> bytes | None:
        """The same secret under the current key; None when it is already. Raises ConfigurationError as `decrypt` does."""
        if _open(self.key, sealed, row) is not None:
            return None
        return self.encrypt(self.decrypt(sealed, row=row), row=row)


def _open(key: bytes, sealed: bytes, row: str) -> str | None:
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], row.encode()).decode()
    except (InvalidTag, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs short statements into links, each purpose with a salt of its own; links of the `previous` secret still hold."""

    secret: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)

    def sign(self, statement: dict[str, int | str], *, purpose: str) -> str:
        """A URL-safe token that carries the statement."""
        return URLSafeTimedSerializer(self.secret, salt=purpose).dumps(statement)

    def read(self, token: str, *, purpose: str, max_age_seconds: int) -> dict[str, int | str]:
        """The statement; raises ForbiddenError when it is forged, of another purpose, or too old."""
        try:
            # the last of the secrets signs, all of them are accepted
            secrets = [secret for secret in (self.previous, self.secret) if secret]
            statement: dict[str, int | str] = URLSafeTimedSerializer(secrets, salt=purpose).loads(
                token, max_age=max_age_seconds
            )
        except BadSignature as error:
            raise ForbiddenError("This link is not valid any more. Ask for a new one.") from error
        return statement


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """How a token is kept: its SHA-256, base64. Enough for 256 random bits; not for passwords."""
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()
