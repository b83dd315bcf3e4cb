"""What a process has at hand: made once by app, worker or cli, handed to whoever needs a part of it."""

from dataclasses import dataclass

from localcare.kit.clock import Clock
from localcare.kit.crypto import Cipher, Signer
from localcare.kit.db import Database
from localcare.kit.mail import MailTransport
from localcare.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings and the real (or, in tests, chosen) ends to the outside."""

    settings: Settings
    db: Database
    clock: Clock
    mail: MailTransport
    cipher: Cipher
    signer: Signer
