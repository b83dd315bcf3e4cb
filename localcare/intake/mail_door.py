"""A door for the brand's own mail server: it hands notification mails over by SMTP or LMTP, as it would to any mailbox.

Nobody signs in here, so only that server may reach it. Whom a mail is from is believed by what the server wrote into its
Authentication-Results, as at every door; a mail that is refused is taken all the same, for a bounce would go to whoever
was impersonated.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from localcare.errors import CareError
from localcare.intake.mail_taking import take_in
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

MAX_BYTES = 16 * 2**20
_Recipient = tuple[SMTP, Session, Envelope, str, list[str]]
_LATER = "451 4.3.0 It could not be stored just now; send it again later"


class MailDoor(Controller):
    """Listens in a thread of its own once started. With `recipients` it takes mail for those addresses only."""

    def __init__(
        self, runtime: Runtime, *, host: str, port: int, speaks_lmtp: bool = False, recipients: Sequence[str] = ()
    ) -> None:
        self._speaks_lmtp = speaks_lmtp
        super().__init__(_Reception(runtime, recipients), hostname=host, port=port, data_size_limit=MAX_BYTES)

    def factory(self) -> SMTP:
        """One conversation in the chosen language."""
        build = partial(LMTP if self._speaks_lmtp else SMTP, self.handler, **self.SMTP_kwargs)
        return build()


class _Reception:
    """What is answered to a mail server. The names of the methods are aiosmtpd's."""

    def __init__(self, runtime: Runtime, recipients: Sequence[str]) -> None:
        self._runtime = runtime
        self._recipients = frozenset(address.lower() for address in recipients)

    async def handle_RCPT(self, *told: object) -> str:  # noqa: N802
        """Mail for others is none of ours: this is no relay."""
        _server, _session, envelope, address, _options = cast(_Recipient, told)
        if self._recipients and address.lower() not in self._recipients:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """250 only once it is stored; 4xx has the server keep it and come again."""
        try:
            outcome = await asyncio.to_thread(take_in, self._runtime, envelope.original_content or b"")
        except CareError as error:
            log.warning("a mail could not be taken in: %s", error.message)
            return _LATER
        return f"250 2.0.0 Taken: {outcome.became}"
