"""One mail taken in, whichever door it came by: stored before it is acknowledged, or sent again later."""

from sqlalchemy.exc import DBAPIError

from localcare.errors import UnavailableError
from localcare.intake.mail import MailRules, Outcome, accept_mail
from localcare.kit.db import ALL_BRANDS, is_outage
from localcare.kit.runtime import Runtime


def take_in(runtime: Runtime, raw: bytes) -> Outcome:
    """What became of the mail in these bytes. Raises UnavailableError while it cannot be stored, ConfigurationError."""
    settings = runtime.settings
    rules = MailRules.of(settings.mail_templates, settings.mail_relay)
    try:
        with runtime.db.session(ALL_BRANDS, viewer="mail") as session:
            return accept_mail(session, raw, rules, now=runtime.clock.now())
    except DBAPIError as error:
        if not is_outage(error):
            raise
        raise UnavailableError("The mail could not be stored; send it again later.") from error
