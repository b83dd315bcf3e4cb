"""`kill -9` of a process that sends digests, at every named point: each mail arrives, and is one mail in the mailbox."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from localcare.digests.models import Digest
from localcare.digests.service import ABANDONED_AFTER, claim_due, send_due
from localcare.kit.clock import SetClock
from localcare.kit.mail import SmtpTransport
from localcare.kit.mail_sink import MailSink
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from tests.conftest import NOW, SECRET
from tests.factories import make_person, make_store
from tests.stages.digests.furnish import make_mention

pytestmark = pytest.mark.chaos

STORES = 7
CHILD = """
import os, signal, sys
from datetime import datetime
from pydantic import SecretStr
from localcare.digests.service import send_batch
from localcare.kit.clock import SetClock
from localcare.kit.crypto import Cipher, Signer, derive_key
from localcare.kit.db import connect_database
from localcare.kit.mail import SmtpTransport
from localcare.kit.runtime import Runtime
from localcare.settings import Settings

url, smtp, secret, now, point, brand, *ids = sys.argv[1:]
settings = Settings(_env_file=None, secret_key=SecretStr(secret), base_url="http://localhost:8000")
runtime = Runtime(
    settings, connect_database(url), SetClock(datetime.fromisoformat(now)), SmtpTransport(smtp, settings.mail_from),
    Cipher(derive_key(secret, "page tokens")), Signer(secret),
)

def at_point(name):
    if name == point:
        os.kill(os.getpid(), signal.SIGKILL)

send_batch(runtime, int(brand), [int(number) for number in ids], at_point=at_point)
"""


@pytest.mark.parametrize(("point", "repeats"), [("digests claimed", 0), ("digests accepted", STORES)])
def test_killed_while_sending_every_digest_arrives_and_none_is_a_second_mail(
    point: str, repeats: int, runtime: Runtime, brand: Brand, clock: SetClock, tmp_path: Path
) -> None:
    with runtime.db.session(None) as session:
        for _ in range(STORES):
            store = make_store(session, brand)
            store.next_digest_at = NOW - timedelta(minutes=1)
            make_person(session, brand, store=store)
            make_mention(session, store, "Lovely.")
        assert claim_due(session, NOW, hour=8) == STORES
        ids = [str(digest.id) for digest in session.exec(select(Digest))]
    with MailSink(tmp_path / "mail") as sink:
        arguments = [runtime.db.url, sink.url, SECRET, NOW.isoformat(), point, str(brand.id), *ids]
        child = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments], check=False, env=os.environ | {"PYTHONPATH": "."}
        )
        assert child.returncode == -signal.SIGKILL
        with runtime.db.session(None) as session:
            assert {digest.state for digest in session.exec(select(Digest))} == {"sending"}
        clock.advance(ABANDONED_AFTER)
        revived = replace(runtime, mail=SmtpTransport(sink.url, runtime.settings.mail_from))
        assert send_due(revived) == STORES
        assert send_due(revived) == 0
        assert (sink.folder.count(), sink.folder.count_repeats()) == (STORES, repeats)
    with runtime.db.session(None) as session:
        assert {(digest.state, digest.attempts) for digest in session.exec(select(Digest))} == {("sent", 2)}
