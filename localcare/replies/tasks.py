"""Queue entry points of replies."""

from localcare.channels.facebook.checking import note_usage
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.sending import MeteredSender, open_sender
from localcare.channels.facebook.service import note_health
from localcare.kit.jobs import PATIENT, defer, task
from localcare.kit.runtime import Runtime
from localcare.replies import repository
from localcare.replies.core import SEND_TASK
from localcare.replies.outbox import Outbox, Publisher


def outbox_of(runtime: Runtime) -> Outbox:
    """The outbox that speaks to the real network ends."""

    def publisher_of(brand_id: int, page_id: str) -> Publisher:
        def note(host_id: str, usage: Usage) -> None:
            with runtime.db.session(brand_id) as session:
                note_usage(session, brand_id, host_id, usage, now=runtime.clock.now())

        with runtime.db.session(brand_id) as session:
            return MeteredSender(open_sender(session, runtime.settings, runtime.cipher, page_id), note)

    return Outbox(runtime.db, runtime.clock, publisher_of, note_health)


@task(SEND_TASK, retry=PATIENT)
def send_reply(runtime: Runtime, *, reply_id: int, brand_id: int) -> None:
    """Send one reply."""
    outbox_of(runtime).send(reply_id, brand_id)


def resume_unsent(runtime: Runtime) -> int:
    """Put forgotten replies back on the queue: those whose job was lost, or whose worker died while sending."""
    with runtime.db.session(None) as session:
        unsent = repository.list_unsent(session, before=runtime.clock.now())
        for reply_id, brand_id in unsent:
            defer(session, SEND_TASK, reply_id=reply_id, brand_id=brand_id)
    return len(unsent)
