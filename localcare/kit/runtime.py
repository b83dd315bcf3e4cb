"""What a process has at hand: made once by app, worker or cli, handed to whoever needs a part of it."""

from dataclasses import dataclass, field

from localcare.kit.clock import Clock
from localcare.kit.crypto import Cipher, Signer
from localcare.kit.db import Database
from localcare.kit.mail import MailTransport
from localcare.kit.workbench import Workbench
from localcare.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, the real (or, in tests, chosen) ends to the outside, and what this process works with."""

    settings: Settings
    db: Database
    clock: Clock
    mail: MailTransport
    cipher: Cipher
    signer: Signer
    workbench: Workbench = field(default_factory=Workbench, compare=False)
